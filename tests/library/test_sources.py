"""The registry of legal documents, as authors use it."""

from datetime import date, datetime

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit import AuditEntry
from learning.content.model import Source
from learning.library import catalogue, checking, drafts, sources
from learning.library.sources import BadSource
from tests.library.conftest import COURSE, TODAY, Desk

DECREE = Source(
    key="118/2025/NĐ-CP",
    title="Nghị định về cơ chế một cửa, một cửa liên thông",
    issuer="Chính phủ",
    in_force=date(2025, 7, 1),
)


def put(session: Session, now: datetime, desk: Desk, source: Source = DECREE, **more: object) -> bool:
    given = msgspec.structs.replace(source, **more)
    return sources.put(session, now, given, person_id=desk.author)


def test_a_document_is_added_once_and_found_by_any_word(session: Session, now: datetime, desk: Desk) -> None:
    assert put(session, now, desk, title="  Nghị định về cơ chế\nmột cửa, một cửa liên thông ")
    assert not put(session, now, desk)
    for text in ("118", "mot cua", "Chính phủ một cửa", "nđ-cp", ""):
        assert [one.source for one in sources.find(session, text, TODAY)] == [DECREE], text
    assert sources.find(session, "đất đai", TODAY) == []


def test_what_is_past_comes_last_and_says_so(session: Session, now: datetime, desk: Desk) -> None:
    put(session, now, desk)
    put(session, now, desk, key="1/2026/NĐ-CP", in_force=date(2026, 1, 1), until=TODAY)
    put(session, now, desk, key="2/2027/NĐ-CP", in_force=date(2027, 1, 1))
    put(session, now, desk, key="3/2020/NĐ-CP", replaced_by="118/2025/NĐ-CP")
    put(
        session, now, desk, key="4/2020/NĐ-CP", replaced_by="2/2027/NĐ-CP"
    )  # not yet in force: it still holds
    found = {one.source.key: one.past for one in sources.find(session, "", TODAY)}
    assert found == {
        "2/2027/NĐ-CP": False,
        "118/2025/NĐ-CP": False,
        "4/2020/NĐ-CP": False,
        "1/2026/NĐ-CP": True,
        "3/2020/NĐ-CP": True,
    }
    assert list(found.values()) == [False] * 3 + [True] * 2


def test_what_changed_is_in_the_log(session: Session, now: datetime, desk: Desk) -> None:
    put(session, now, desk)
    assert put(session, now, desk, checked_on=TODAY)
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(one.action, one.detail) for one in entries] == [
        ("source.added", {}),
        ("source.changed", {"checked_on": ["None", "2026-11-22"]}),
    ]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"key": ""}, "key"),
        ({"key": "31/2024, Điều 1"}, "key"),
        ({"key": "a: b"}, "key"),
        ({"key": "x" * 101}, "key"),
        ({"title": " "}, "title"),
        ({"issuer": ""}, "issuer"),
        ({"until": date(2020, 1, 1)}, "until"),
        ({"replaced_by": "9/9999"}, "replaced_by"),
    ],
)
def test_what_cannot_be_is_refused(
    session: Session, now: datetime, desk: Desk, more: dict[str, object], reason: str
) -> None:
    with pytest.raises(BadSource, match=reason):
        put(session, now, desk, **more)


def test_a_new_document_can_be_cited_at_once_and_a_release_keeps_what_was_known(
    session: Session, now: datetime, desk: Desk, draft, edit, publish_draft
) -> None:
    path = "10-dieu-kien-chi.md"
    text = drafts.file(session, draft, path)[0].decode()
    line = next(one for one in text.split("\n") if one.startswith("  - ") and "/" in one)
    edit(draft, path, line, f"{line}\n  - 118/2025/NĐ-CP, Điều 3")
    assert {fault.code for fault in checking.checked(session, draft, TODAY).faults} == {"C002"}
    put(session, now, desk)
    assert checking.checked(session, draft, TODAY).faults == ()
    publish_draft(draft)
    put(session, now, desk, title="Tên khác")
    live = catalogue.live(session, COURSE)
    assert live is not None and live.course.sources["118/2025/NĐ-CP"].title == DECREE.title


def test_signs_of_yaml_in_a_title_are_signs(session: Session, now: datetime, desk: Desk, draft, edit) -> None:
    odd = "Nghị định: \"một cửa\" # & * [x] {y} \\ 'z' – %s"
    put(session, now, desk, title=odd)
    edit(draft, "course.md", "**mẫu**", "118/2025/NĐ-CP")
    path = "10-dieu-kien-chi.md"
    text = drafts.file(session, draft, path)[0].decode()
    line = next(one for one in text.split("\n") if one.startswith("  - ") and "/" in one)
    edit(draft, path, line, f"{line}\n  - 118/2025/NĐ-CP")
    found = checking.checked(session, draft, TODAY)
    assert found.faults == () and found.course.sources["118/2025/NĐ-CP"].title == odd
