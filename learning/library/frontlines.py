"""Single lines of a page's front matter, read and set without touching any other. Pure."""

import json
from datetime import date

from learning.content import tree

NAMES = {  # English → Vietnamese
    "title": "tieu_de",
    "reviewed_by": "nguoi_tham_dinh",
    "reviewed_on": "ngay_tham_dinh",
    "effective_from": "hieu_luc_tu",
}
VIETNAMESE = frozenset({"tieu_de", "tom_tat", "don_vi_chu_quan", "hoan_thanh"})


def title(data: bytes) -> str:
    """The title that course.md gives, "" where it gives none."""
    return str(_page(data).front.get("title", ""))


def entitled(data: bytes, title: str) -> bytes:
    """course.md with another title; every other line keeps its bytes."""
    return _set(data, "title", json.dumps(title, ensure_ascii=False))


def signed(data: bytes, reviewer: str, on: date) -> bytes:
    """course.md with who reviewed it and when; every other line keeps its bytes."""
    for key, value in (("reviewed_by", json.dumps(reviewer, ensure_ascii=False)), ("reviewed_on", str(on))):
        data = _set(data, key, value)
    return data


def effective(data: bytes, on: date) -> bytes:
    """course.md with the day from which it holds; every other line keeps its bytes."""
    return _set(data, "effective_from", str(on))


def _set(data: bytes, key: str, value: str) -> bytes:
    page = _page(data)
    lines = data.split(b"\n")
    end = b"\r" if lines[0].endswith(b"\r") else b""
    found = page.front.values.get(key)
    if found is not None:
        last = found.line
        while (more := _goes_on(lines, last)) > last:
            last = more  # a value over several lines
        lines[found.line - 1 : last] = [f"{found.name}: {value}".encode() + end]
    else:
        used = {one.name for one in page.front.values.values()}
        name = NAMES[key] if used & VIETNAMESE else key
        lines.insert(page.front.last, f"{name}: {value}".encode() + end)
    return b"\n".join(lines)


def _goes_on(lines: list[bytes], after: int) -> int:
    """The end of the next line that still belongs to a value: an indented one, with the empty ones before it."""
    following = after
    while following < len(lines) and not lines[following].strip():
        following += 1
    return following + 1 if following < len(lines) and lines[following][:1] in (b" ", b"\t") else after


def _page(data: bytes) -> tree.SourcePage:
    return tree.read_page(data, "course.md", "course.md", lambda *place, **params: None)
