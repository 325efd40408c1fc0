"""Drafts: nothing typed is lost, nothing untouched changes, and two in one file are told of each other."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from learning.library import beginnings, catalogue, checking, drafts, exporting, saving
from learning.library.refusals import Closed, Stale
from learning.library.saving import Saved
from tests.library.conftest import COURSE, TODAY, Desk


def test_a_course_goes_from_its_template_to_its_learners(
    session: Session, now: datetime, desk: Desk, live, edit, publish_draft
) -> None:
    draft = beginnings.from_template(session, now, "finance/new", person_id=desk.author)
    assert [one.path for one in drafts.files(session, draft)] == [
        "course.md",
        "10-viec-dau-tien.md",
        "exam.md",
    ]
    found = checking.checked(session, draft, TODAY)
    assert (found.faults, found.missing, found.ready) == ((), ("effective_from",), False)
    edit(draft, "course.md", "certificate: true\n", "certificate: true\neffective_from: 2026-12-01\n")
    assert checking.checked(session, draft, TODAY).ready
    outcome = publish_draft(draft)
    assert (outcome.course_id, outcome.number, outcome.new) == ("finance/new", 1, True)
    published = catalogue.live(session, "finance/new")
    assert published is not None
    assert (published.course.reviewed_by, published.course.reviewed_on) == ("Đinh Thẩm", TODAY)
    assert (draft.state, draft.release_id) == ("published", published.release_id)


def test_a_draft_of_what_is_live_is_the_same_bytes(session: Session, draft) -> None:
    assert drafts.contents(session, draft) == dict(exporting.live_files(session, COURSE))
    assert checking.checked(session, draft, TODAY).faults == ()


def test_a_save_moves_the_revision_and_is_kept(session: Session, now: datetime, desk: Desk, draft) -> None:
    def save(data: bytes, based_on: int, **more: str) -> Saved:
        return saving.save(
            session, now, draft, "course.md", data, person_id=desk.author, based_on=based_on, **more
        )

    first = save(b"mot", 1, client_id="a")
    assert first == Saved(2) and save(b"mot", 1, client_id="a") == first
    assert save(b"hai", 2) == Saved(3)
    assert save(b"mot", 1, client_id="a") == first
    assert [one.revision for one in drafts.history(session, draft, "course.md")] == [3, 2, 1]
    with pytest.raises(Stale) as stale:
        saving.save(session, now, draft, "course.md", b"ba", person_id=desk.other, based_on=2)
    told = stale.value
    assert (told.base, told.theirs, told.revision, told.by) == (b"mot", b"hai", 3, "Võ Biên Tập")
    aside = drafts.history(session, draft, "course.md")[0]
    assert aside.revision is None and drafts.version(session, draft, aside.id) == b"ba"
    draft.state = "submitted"
    session.flush()
    with pytest.raises(Closed):
        save(b"bon", 3)
