"""Many at one draft at once, each in its own thread and transaction, on a real database."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Barrier

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Notice
from learning.audit import AuditEntry
from learning.cli import sweeping
from learning.content.model import Source
from learning.database import Database
from learning.library import beginnings, drafts, presence, publication, review, saving, soundness, sources
from learning.library.models import DraftRow, DraftSave, DraftStep, Release
from learning.library.refusals import Closed, DraftRefused, Stale
from tests.library.conftest import COURSE, TODAY, Desk

Deed = Callable[[Session, int], object]


@pytest.fixture
def together(database: Database) -> Callable[..., list[object]]:
    """Runs each deed in a thread of its own; a refusal is an answer too, and what it kept aside is committed."""

    def together(*deeds: Deed, times: int = 1) -> list[object]:
        every = list(deeds) * times
        barrier = Barrier(min(len(every), 10))

        def run(number: int) -> object:
            if number < barrier.parties:
                barrier.wait()
            with database.write_session() as session:
                try:
                    said = every[number](session, number)
                except DraftRefused as refusal:
                    said = refusal
                if not isinstance(said, DraftRefused) or isinstance(said, Stale | Closed):
                    database.commit(session)
                return said

        with ThreadPoolExecutor(10) as threads:
            return list(threads.map(run, range(len(every))))

    return together


def here(session: Session) -> DraftRow:
    draft = drafts.open_draft(session, COURSE)
    assert draft is not None
    return draft


def count(session: Session, what: type, *where: object) -> int:
    return session.scalar(select(func.count()).select_from(what).where(*where)) or 0


def test_twenty_who_begin_at_once_meet_in_one_draft(
    together, session: Session, now: datetime, desk: Desk, live
) -> None:
    def begin(session: Session, number: int) -> int:
        try:
            return beginnings.from_live(session, now, COURSE, person_id=desk.author).id
        except beginnings.AlreadyOpen as there:
            return there.draft.id

    assert len(set(together(begin, times=20))) == 1
    assert count(session, DraftRow) == 1


def test_twenty_of_one_save_are_one_save(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    def save(session: Session, number: int) -> object:
        return saving.save(
            session, now, here(session), "course.md", b"x", person_id=desk.author, based_on=1, client_id="c"
        )

    replies = together(save, times=20)
    assert set(replies) == {saving.Saved(2)}
    assert count(session, DraftSave, DraftSave.client_id == "c") == 1


def test_of_twenty_different_saves_one_is_taken_and_none_is_lost(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    def save(session: Session, number: int) -> object:
        data = f"văn bản {number}".encode()
        return saving.save(
            session,
            now,
            here(session),
            "course.md",
            data,
            person_id=desk.author,
            based_on=1,
            client_id=str(number),
        )

    replies = together(save, times=20)
    taken = [number for number, reply in enumerate(replies) if isinstance(reply, saving.Saved)]
    assert len(taken) == 1 and all(
        isinstance(reply, Stale) for reply in replies if reply not in (replies[taken[0]],)
    )
    kept = {drafts.version(session, draft, one.id) for one in drafts.history(session, draft, "course.md")}
    assert kept >= {f"văn bản {number}".encode() for number in range(20)}
    session.expire_all()
    assert here(session).revision == 2


def test_saves_of_different_files_do_not_disturb_each_other(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    def save(session: Session, number: int) -> object:
        return saving.save(
            session,
            now,
            here(session),
            f"images/{number}.png",
            b"%d" % number,
            person_id=desk.author,
            based_on=0,
        )

    replies = together(save, times=20)
    assert sorted(reply.revision for reply in replies) == list(range(2, 22))


def test_a_save_during_submission_is_taken_before_it_or_kept_aside(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    found = drafts.file(session, draft, "course.md")
    assert found is not None
    session.commit()

    def save(session: Session, number: int) -> object:
        data = found[0] + b"\nThem.\n"
        return saving.save(
            session, now, here(session), "course.md", data, person_id=desk.author, based_on=1, client_id="c"
        )

    def submit(session: Session, number: int) -> object:
        return review.submit(session, now, here(session), TODAY, person_id=desk.author).state

    saved, submitted = together(save, submit)
    assert submitted == "submitted"
    session.expire_all()
    now_there = drafts.file(session, draft, "course.md")
    assert now_there is not None
    kept = session.scalars(select(DraftSave).where(DraftSave.client_id == "c")).one()
    if isinstance(saved, saving.Saved):
        assert now_there[0].endswith(b"Them.\n") and kept.revision == saved.revision
    else:
        assert isinstance(saved, Closed) and now_there == found and kept.revision is None
        assert (drafts.version(session, draft, kept.id) or b"").endswith(b"Them.\n")


def test_two_who_approve_at_once_are_one_approval(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    seen = draft.revision
    session.commit()

    def approve(person_id: int) -> Deed:
        return lambda session, number: (
            review.approve(session, now, here(session), TODAY, person_id=person_id, seen=seen).approved_by
        )

    replies = together(approve(desk.reviewer), approve(desk.second), times=4)
    session.expire_all()
    winner = here(session).approved_by
    assert Counter(type(reply) for reply in replies) == {int: 4, Closed: 4}
    assert {reply for reply in replies if isinstance(reply, int)} == {winner}
    assert count(session, DraftStep, DraftStep.what == "approved") == 1
    assert count(session, Notice, Notice.kind == "draft.approved") == 1


def test_approval_and_withdrawal_at_once_end_in_one_of_them(
    together, session: Session, now: datetime, desk: Desk, draft
) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    seen = draft.revision
    session.commit()

    def approve(session: Session, number: int) -> object:
        return review.approve(session, now, here(session), TODAY, person_id=desk.reviewer, seen=seen).state

    def withdraw(session: Session, number: int) -> object:
        return review.withdraw(session, now, here(session), person_id=desk.author).state

    approved, withdrawn = together(approve, withdraw)
    session.expire_all()
    assert withdrawn == "draft" and here(session).state == "draft" and here(session).approved_by is None
    assert approved == "approved" or isinstance(approved, Closed)


def test_ten_who_publish_at_once_make_one_release(
    together, session: Session, database: Database, now: datetime, desk: Desk, draft, approve
) -> None:
    approve(draft, publish_on=TODAY)
    draft_id = draft.id
    session.commit()

    def publish(session: Session, number: int) -> object:
        draft = drafts.require(session, draft_id)
        return publication.publish(session, now, draft, TODAY, person_id=desk.reviewer).number

    def sweep(session: Session, number: int) -> object:
        session.rollback()  # the sweep has transactions of its own
        sweeping.publish_due(database, lambda: now, TODAY, ())
        return 2

    assert together(publish, sweep, times=5) == [2] * 10
    assert count(session, Release) == 2
    assert count(session, Notice, Notice.kind == "draft.published") in (1, 2)  # to all but who did it
    session.expire_all()
    assert drafts.require(session, draft_id).state == "published" and list(soundness.check(session)) == []


def test_twenty_knocks_are_one_presence(together, session: Session, now: datetime, desk: Desk, draft) -> None:
    def knock(person_id: int) -> Deed:
        return lambda session, number: presence.knock(
            session, now, here(session), "course.md", person_id=person_id
        )

    together(knock(desk.author), knock(desk.other), times=10)
    inside = presence.inside(session, now, draft, "course.md")
    assert [one.person_id for one in inside] == [desk.other, desk.author]  # by given name


def test_twenty_who_add_one_field_or_one_document_add_it_once(
    together, session: Session, now: datetime, desk: Desk
) -> None:
    law = Source(key="1/2026/QH16", title="Luật thử", issuer="Quốc hội", in_force=TODAY)

    def field(session: Session, number: int) -> bool:
        return beginnings.add_field(session, now, "land", "Đất đai", "Sở", person_id=desk.administrator)

    def document(session: Session, number: int) -> bool:
        return sources.put(session, now, law, person_id=desk.administrator)

    assert Counter(together(field, times=20)) == {True: 1, False: 19}
    assert Counter(together(document, times=20)) == {True: 1, False: 19}
    assert count(session, AuditEntry, AuditEntry.action.in_(("field.added", "source.added"))) == 2
