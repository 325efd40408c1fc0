"""Whatever people do in whatever order: no release without a second person, and no word lost."""

from collections.abc import Callable
from datetime import datetime, timedelta

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.library import catalogue, drafts, publication, releases, review, saving
from learning.library.models import OPEN_STATES, DraftRow, DraftSave, DraftStep, Release
from learning.library.publishing import PublicationRefused
from learning.library.refusals import Closed, DraftRefused, Stale
from tests.library.conftest import COURSE, TODAY, Desk

PEOPLE = ("author", "other", "reviewer", "second", "administrator")
VERBS = (
    "edit",
    "edit late",
    "submit",
    "withdraw",
    "return",
    "approve",
    "schedule",
    "publish",
    "day",
    "discard",
)
# Whole phrases beside single deeds: at random alone hardly a draft would get anywhere.
DEED = st.tuples(st.sampled_from(VERBS), st.sampled_from(PEOPLE)).map(lambda deed: [deed])
PHRASE = st.sampled_from(PEOPLE).flatmap(
    lambda second: st.sampled_from(
        [
            [("edit", "author"), ("submit", "author")],
            [("submit", "author"), ("approve", second)],
            [("submit", "author"), ("approve", second), ("publish", "author")],
            [("submit", "other"), ("approve", second), ("schedule", second), ("day", second)],
        ]
    )
)
DEEDS = st.lists(st.one_of(PHRASE, DEED), max_size=8).map(
    lambda parts: [deed for part in parts for deed in part]
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_no_release_without_a_second_person_and_no_word_lost(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, deeds: list[tuple[str, str]]
) -> None:
    with session.begin_nested() as undo:
        typed: list[bytes] = []
        wrote, submitted, approved = {desk.author}, set(), None
        for number, (verb, name) in enumerate(deeds):
            person_id = getattr(desk, name)
            before = draft.state, draft.revision
            data = b"" if not verb.startswith("edit") else text(session, draft, number)
            try:
                verbs(session, now, draft, person_id, data)[verb]()
            except (Stale, Closed) as refusal:
                if data:
                    typed.append(data)  # kept aside
                assert (draft.state, draft.revision) == before, refusal
                continue
            except (DraftRefused, PublicationRefused) as refusal:
                assert (draft.state, draft.revision) == before, refusal
                continue
            if data:
                typed.append(data)
                wrote.add(person_id)
            if verb == "submit" and before[0] != "submitted":
                submitted.add(person_id)
            if verb == "approve" and before[0] == "submitted":
                approved = person_id
            assert draft.revision >= before[1]

        event(draft.state)
        count = session.scalar(select(func.count()).select_from(Release))
        assert count == (2 if draft.state == "published" else 1)
        if draft.state in ("approved", "published"):
            assert draft.approved_by == approved and approved not in wrote | submitted
            assert approved in notices.holders(session, "reviewer", "finance")
        if draft.state == "published":
            live = catalogue.live(session, COURSE)
            assert live is not None and live.release_id == draft.release_id
            assert releases.files(session, live.release_id) == drafts.contents(session, draft)
        kept = {drafts.version(session, draft, one.id) for one in drafts.history(session, draft)}
        assert set(typed) <= kept
        latest = select(func.max(DraftSave.revision)).where(DraftSave.draft_id == draft.id)
        assert session.scalar(latest) == draft.revision
        steps = select(DraftStep.what).where(DraftStep.draft_id == draft.id).order_by(DraftStep.id)
        states = list(session.scalars(steps))
        assert states[0] == "begun" and (draft.state in OPEN_STATES or states[-1] == draft.state)
        undo.rollback()
    session.expire_all()


def text(session: Session, draft: DraftRow, number: int) -> bytes:
    found = drafts.file(session, draft, "course.md")
    assert found is not None
    return found[0] + b"\nCau %d.\n" % number


def verbs(
    session: Session, now: datetime, draft: DraftRow, person_id: int, data: bytes
) -> dict[str, Callable[[], object]]:
    def edit(behind: int) -> None:
        found = drafts.file(session, draft, "course.md")
        assert found is not None
        saving.save(
            session, now, draft, "course.md", data, person_id=person_id, based_on=max(found[1] - behind, 0)
        )

    day = TODAY + timedelta(1)
    return {
        "edit": lambda: edit(0),
        "edit late": lambda: edit(1),
        "submit": lambda: review.submit(session, now, draft, TODAY, person_id=person_id),
        "withdraw": lambda: review.withdraw(session, now, draft, person_id=person_id),
        "return": lambda: review.send_back(session, now, draft, person_id=person_id, message="x"),
        "approve": lambda: review.approve(
            session, now, draft, TODAY, person_id=person_id, seen=draft.revision
        ),
        "schedule": lambda: review.schedule(session, now, draft, TODAY, day, person_id=person_id),
        "publish": lambda: publication.publish(session, now, draft, TODAY, person_id=person_id),
        "day": lambda: publication.publish_due(session, now, draft, day),
        "discard": lambda: review.discard(session, now, draft, person_id=person_id),
    }
