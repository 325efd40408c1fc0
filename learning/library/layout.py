"""The layout of a course's folder: what files may be called, how large they may be, the order one reads them in. Pure."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

from learning.library.refusals import BadPath, TooLarge

PAGE_MOST = 512 * 1024  # bytes of one page: what is longer is no lesson
MEDIA_MOST = 8 * 1024 * 1024
FILES_MOST = 500
PAGE = re.compile(r"(?:course|exam|[0-9]{1,6}-[a-z0-9]+(?:-[a-z0-9]+)*)\.md")
NAME_MOST = 255  # bytes that a file system lets one name have
MEDIA = re.compile(r"(?:images|audio)(?:/[a-z0-9][a-z0-9._-]*)+")


def place(path: str) -> tuple[int, int, str]:
    """Sorts paths as a reader meets them."""
    if path == "course.md":
        return 0, 0, path
    if path == "exam.md":
        return 2, 0, path
    number = re.match(r"([0-9]{1,6})-[^/]*\.md$", path)
    return (1, int(number[1]), path) if number else (3, 0, path)


def next_path(paths: Iterable[str], slug: str) -> str:
    """The name of a new page after all the others: the next ten."""
    last = max((place(path)[1] for path in paths), default=0)
    return f"{last // 10 * 10 + 10}-{slug}.md"


def is_page(path: str) -> bool:
    return path.endswith(".md")


def require_proper(path: str, data: bytes) -> None:
    """A file that is saved has a name of the format, and is no larger than it may be. Raises BadPath, TooLarge."""
    if not (PAGE.fullmatch(path) or MEDIA.fullmatch(path)) or len(path) > 200 or ".." in path:
        raise BadPath(path)
    _require_small(path, data)


def require_harmless(files: Mapping[str, bytes]) -> None:
    """What was brought along may be named as it is: the checker says what cannot stay so. But it stays in its folder.

    Raises BadPath, TooLarge.
    """
    folders = {folder.as_posix() for path in files for folder in PurePosixPath(path).parents}
    for path, data in files.items():
        parts = path.split("/")
        plain = path.isprintable() and "\\" not in path and len(path) <= 200 and len(parts) <= 6
        if not plain or path in folders or not all(_is_name(part) for part in parts):
            raise BadPath(path)
        _require_small(path, data)
    if len(files) > FILES_MOST:
        raise TooLarge(len(files))


def _is_name(part: str) -> bool:
    return bool(part.strip()) and part[0] != "." and len(part.encode()) <= NAME_MOST


def _require_small(path: str, data: bytes) -> None:
    if len(data) > (PAGE_MOST if is_page(path) else MEDIA_MOST):
        raise TooLarge(path)
