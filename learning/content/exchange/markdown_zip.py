"""A course of our own format in a zip: its very files, in and out, byte for byte."""

import re
from collections.abc import Mapping
from dataclasses import replace

from learning.content import tree
from learning.content.compiling import compile_sources
from learning.content.exchange.archives import read_zip
from learning.content.exchange.bank import Bank, Skipped, UnreadableError
from learning.content.exchange.landing import entry
from learning.content.exchange.packing import zipped
from learning.content.exchange.reading import read_course
from learning.content.exchange.writing import name_of
from learning.content.model import Source
from learning.content.tree import MEDIA, Findings, ending


def read(data: bytes, *, name: str = "") -> Bank:
    """Reads the one course of a zip, wherever in it its `course.md` stands. What is no part of a course is listed."""
    files = read_zip(data)
    homes = [path for path in files if path.rpartition("/")[2] == "course.md"]
    if not homes:
        raise UnreadableError(
            "Tệp nén không có course.md: đây không phải khóa học đã tải về từ Xưởng biên soạn."
        )
    if len(homes) > 1:
        found = ", ".join(path.rpartition("/")[0] or "." for path in sorted(homes)[:5])
        raise UnreadableError(f"Tệp nén có nhiều khóa học ({found}); hãy nén và nhập từng khóa.")
    folder = homes[0].removesuffix("course.md")
    kept, skipped = {}, []
    for path, content in sorted(files.items()):
        within = path.removeprefix(folder)
        if path.startswith(folder) and _is_of_a_course(within):
            kept[within] = content
        elif path.rpartition("/")[2] not in tree.LIBRARY_FILES:
            skipped.append(
                Skipped(0, path, "Tệp này không phải bài, bài kiểm tra, hình hay ghi âm của khóa học.")
            )
    bank = read_course(kept, sources=_sources(files))
    # What a bank cannot hold is in the files all the same.
    return replace(bank, skipped=tuple(skipped))


def write(bank: Bank) -> tuple[bytes, tuple[Skipped, ...]]:
    """The files of the course in a folder of its name, and beside it the documents that it cites."""
    if not bank.files:
        reason = "Chỉ ghi được khóa học đã có tệp Markdown."
        return zipped({}), tuple(Skipped(lesson.line, lesson.title, reason) for lesson in bank.lessons)
    folder = name_of(bank.title)
    files = {f"{folder}/{path}": data for path, data in bank.files.items()}
    if bank.sources:
        files["sources.yml"] = "".join(entry(source) for source in bank.sources.values()).encode()
    return zipped(dict(sorted(files.items()))), ()


def _is_of_a_course(path: str) -> bool:
    """A page, picture or recording, under a name that is one everywhere."""
    if re.fullmatch(r"(?:course|exam|[0-9]{1,6}-[a-z0-9]+(?:-[a-z0-9]+)*)\.md", path):
        return True
    medium = re.fullmatch(r"(?:[a-z0-9_-][a-z0-9._-]*/)*[a-z0-9_-][a-z0-9._-]*", path)
    return medium is not None and ending(path) in MEDIA


def _sources(files: Mapping[str, bytes]) -> dict[str, Source]:
    """The registry that came along, if one did."""
    paths = sorted((path for path in files if path.rpartition("/")[2] == "sources.yml"), key=len)
    if not paths:
        return {}
    return compile_sources(tree.registry_of(files[paths[0]], "sources.yml", Findings().at("sources.yml")))
