"""Files to be kept: under a name that people read, whatever stands in it."""

from collections.abc import Iterator
from io import SEEK_END, BytesIO
from typing import IO

from flask import Response, send_file

PIECE = 2**16
LONGEST_NAME = 150  # with the marks of Vietnamese still below the 255 bytes a file system takes
# What no file system takes in a name, or takes for a path.
_NOT_IN_NAMES = dict.fromkeys(map(ord, '\\/:*?"<>|'), "-")


def attachment(data: bytes, content_type: str, name: str) -> Response:
    """A reply that is saved and never shown in place; no cache keeps it."""
    response = send_file(BytesIO(data), content_type, as_attachment=True, download_name=file_name(name))
    response.direct_passthrough = False
    response.make_sequence()  # whole, not streamed: so it may be sent compressed
    response.headers["Cache-Control"] = "private, no-store"
    return response


def attached_file(file: IO[bytes], content_type: str, name: str) -> Response:
    """The same of what is too large to hold: from its beginning, piece by piece; closed when it has been sent."""
    size = file.seek(0, SEEK_END)
    file.seek(0)
    response = send_file(file, content_type, as_attachment=True, download_name=file_name(name))
    response.response = _pieces(file)
    response.call_on_close(file.close)
    response.content_length = size
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        while piece := file.read(PIECE):
            yield piece


def file_name(name: str) -> str:
    """The name without control signs and path signs, its ending kept where it is too long."""
    bare = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    bare = bare.translate(_NOT_IN_NAMES).lstrip(". ")
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = bare, "", ""
    return stem[: LONGEST_NAME - len(dot + ending)].rstrip() + dot + ending or "tep"
