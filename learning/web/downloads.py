"""Files to be kept: under a name that people read, whatever stands in it."""

from io import BytesIO

from flask import Response, send_file

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


def file_name(name: str) -> str:
    """The name without control signs and path signs, its ending kept where it is too long."""
    bare = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    bare = bare.translate(_NOT_IN_NAMES).lstrip(". ")
    stem, dot, ending = bare.rpartition(".")
    if not stem or len(ending) > 10:
        stem, dot, ending = bare, "", ""
    return stem[: LONGEST_NAME - len(dot + ending)].rstrip() + dot + ending or "tep"
