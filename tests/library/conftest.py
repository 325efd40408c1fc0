"""A department at work: two authors, two reviewers, and the sample course live."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from learning.content.checker import check
from learning.library import beginnings, drafts, history, publication, review, saving
from learning.library.models import DraftRow
from learning.library.publishing import Outcome, publish
from tests import make

SAMPLE = Path(__file__).parent.parent / "content" / "sample" / "courses"
COURSE = "finance/sample"
TODAY = date(2026, 11, 22)


@dataclass(frozen=True)
class Desk:
    """Plain ids, good in every session."""

    author: int
    other: int
    reviewer: int
    second: int
    administrator: int


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "courses")


@pytest.fixture
def desk(session: Session) -> Desk:
    people = (
        ("bientap", "Võ Biên Tập", {"author": ["finance"]}),
        ("bientap2", "Hồ Đức Chính", {"author": ["finance"], "reviewer": ["finance"]}),
        ("thamdinh", "Đinh Thẩm", {"reviewer": ["*"]}),
        ("thamdinh2", "Lý Thị Định", {"reviewer": ["finance"]}),
        ("quantri", "Phạm Quốc Trị", ("administrator",)),
    )
    made = []
    for username, name, roles in people:
        person = make.person(session, username, name, roles=roles)
        person.email = f"{username}@example.vn"
        made.append(person.id)
    session.commit()
    return Desk(*made)


@pytest.fixture
def live(session: Session, now: datetime, courses: Path) -> Outcome:
    """The sample course, published by the operator."""
    [outcome] = publish(
        session, now, check(courses, today=TODAY, history=history.read(session)), actor="operator"
    )
    session.commit()
    return outcome


@pytest.fixture
def draft(session: Session, now: datetime, desk: Desk, live: Outcome) -> DraftRow:
    """A draft of the sample course, begun from what is live."""
    made = beginnings.from_live(session, now, COURSE, person_id=desk.author)
    session.commit()
    return made


@pytest.fixture
def edit(session: Session, now: datetime, desk: Desk) -> Callable[..., saving.Saved]:
    """Saves a file with one text replaced by another."""

    def edit(draft: DraftRow, path: str, old: str, new: str, person_id: int | None = None) -> saving.Saved:
        found = drafts.file(session, draft, path)
        assert found is not None and old.encode() in found[0]
        data = found[0].replace(old.encode(), new.encode(), 1)
        by = person_id or desk.author
        return saving.save(session, now, draft, path, data, person_id=by, based_on=found[1])

    return edit


@pytest.fixture
def approve(session: Session, now: datetime, desk: Desk) -> Callable[..., DraftRow]:
    """Submits a draft, and has it approved by the reviewer."""

    def approve(draft: DraftRow, **more: object) -> DraftRow:
        review.submit(session, now, draft, TODAY, person_id=desk.author)
        return review.approve(
            session, now, draft, TODAY, person_id=desk.reviewer, seen=draft.revision, **more
        )

    return approve


@pytest.fixture
def publish_draft(session: Session, now: datetime, desk: Desk, approve) -> Callable[..., Outcome]:
    def publish_draft(draft: DraftRow, **more: object) -> Outcome:
        approve(draft)
        return publication.publish(session, now, draft, TODAY, person_id=desk.reviewer, **more)

    return publish_draft


@pytest.fixture
def rekey(session: Session, edit) -> Callable[[DraftRow], None]:
    """Turns a true statement of the sample into a false one."""

    def rekey(draft: DraftRow) -> None:
        for path, data in drafts.contents(session, draft).items():
            for right, wrong in (("Đáp án: Đúng", "Đáp án: Sai"), ("Đáp án: Sai", "Đáp án: Đúng")):
                if right.encode() in data:
                    edit(draft, path, right, wrong)
                    return
        pytest.fail("the sample has no such question")

    return rekey
