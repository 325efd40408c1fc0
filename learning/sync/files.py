"""Answers as a file: the last resort of a phone that cannot send them. Its person hands it in from anywhere."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

import msgspec

from learning.sync.events import Event, Kind

MOST_EVENTS = 2_000
MOST_BYTES = 2_000_000
AT_ONCE = 50  # events in one transaction, as a phone sends them

Short = Annotated[str, msgspec.Meta(max_length=200)]

Elapsed = Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]


class UnreadableFile(ValueError):
    """It is none of ours, or it was changed."""


class AnothersFile(ValueError):
    """It was made on a phone where somebody else was signed in."""


class _Event(msgspec.Struct, frozen=True):
    client_id: Short
    kind: Kind
    device: Short
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    attempt: Short = ""
    question: Short = ""
    answer: Any = None
    answers: dict[str, Any] = {}
    course: Short = ""
    lesson: Short = ""
    elapsed: Elapsed | None = None


class _File(msgspec.Struct, frozen=True):
    format: Literal["camtay-answers"]
    person: Short
    events: Annotated[list[_Event], msgspec.Meta(max_length=MOST_EVENTS)]


def read(data: bytes, person: str) -> list[Event]:
    """The events of a file that static/js/outbox.js made for `person`, in their order. Raises UnreadableFile,
    AnothersFile."""
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(str(error)) from error
    if b"\\u0000" in data or len(data) > MOST_BYTES:  # NUL, which PostgreSQL cannot hold
        raise UnreadableFile
    if file.person != person:
        raise AnothersFile
    return [Event(**msgspec.structs.asdict(event)) for event in sorted(file.events, key=lambda one: one.seq)]


def deliveries(given: list[Event]) -> Iterator[list[Event]]:
    for start in range(0, len(given), AT_ONCE):
        yield given[start : start + AT_ONCE]
