"""Answers handed in as a file."""

from typing import Any

import msgspec
import pytest

from learning.sync import files
from tests.sync.test_events import PHONE, new_id

ME = "0123456789abcdef" * 2


def made(*events: dict[str, Any], person: str = ME, **more: Any) -> bytes:
    return msgspec.json.encode({"format": "camtay-answers", "person": person, "events": events, **more})


def event(seq: int, **more: Any) -> dict[str, Any]:
    given = {"kind": "answer", "attempt": new_id(), "question": "cau-1", "answer": "a"}
    return {"client_id": new_id(), "device": PHONE, "seq": seq, **given, **more}


def test_its_events_come_in_the_order_they_were_done() -> None:
    later, earlier = event(2), event(1, kind="reading", course="finance/sample", lesson="doc")
    read = files.read(made(later, earlier, made_at="2026-11-01T00:00:00Z"), ME)
    assert [(one.client_id, one.kind) for one in read] == [
        (earlier["client_id"], "reading"),
        (later["client_id"], "answer"),
    ]


def test_anothers_file_is_refused() -> None:
    with pytest.raises(files.AnothersFile):
        files.read(made(event(1), person="f" * 32), ME)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        b"[]",
        b'{"format": "another"}',
        made(event(-1)),
        made(event(1, kind="exam")),
        made(event(1, answer="a\0b")),
        b"[" * 100_000,
        made(*(event(seq) for seq in range(files.MOST_EVENTS + 1))),
    ],
    ids=range(9),
)
def test_what_is_no_file_of_ours_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(files.UnreadableFile):
        files.read(data, ME)


def test_they_are_taken_as_a_phone_would_send_them() -> None:
    read = files.read(made(*(event(seq) for seq in range(120))), ME)
    sizes = [len(one) for one in files.deliveries(read)]
    assert sizes == [50, 50, 20]
