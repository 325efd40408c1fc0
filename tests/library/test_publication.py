"""From an approved draft to the live release: at once, on its day, past what others published, and back to an old one."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning.accounts.models import Notice, Person
from learning.cli import sweeping
from learning.content.checker import check
from learning.database import Database
from learning.library import (
    beginnings,
    catalogue,
    checking,
    drafts,
    history,
    publication,
    releases,
    review,
    saving,
    soundness,
)
from learning.library.models import DraftRow, Release, StampedId
from learning.library.publication import PublicationConflict
from learning.library.publishing import publish
from learning.library.refusals import Closed
from learning.quizzes.models import Regrading
from tests.library.conftest import COURSE, TODAY, Desk

DAY = TODAY + timedelta(2)
LESSON = "10-dieu-kien-chi.md"


@pytest.fixture
def sweep(session: Session, database: Database, now: datetime) -> Callable[[date], None]:
    """What the server does in the background, on a day."""

    def sweep(day: date) -> None:
        session.commit()
        later = now + (day - TODAY)
        sweeping.publish_due(database, lambda: later, day, ())
        session.expire_all()

    return sweep


@pytest.fixture
def take_in(session: Session, now: datetime, desk: Desk) -> Callable[..., list[str]]:
    """What the author does about the release that is live by now."""

    def take_in(draft: DraftRow, *, seen: int | None = None, **more: object) -> list[str]:
        live = catalogue.live(session, COURSE).release_id
        return publication.take_in(session, now, draft, person_id=desk.author, seen=seen or live, **more)

    return take_in


@pytest.fixture
def by_hand(session: Session, now: datetime, courses: Path) -> Callable[[str, str, str], None]:
    """The operator publishes an edited folder, past all drafts."""

    def by_hand(path: str, old: str, new: str) -> None:
        file = courses / COURSE / path
        assert old in file.read_text()
        file.write_text(file.read_text().replace(old, new, 1))
        publish(session, now, check(courses, today=TODAY, history=history.read(session)), actor="operator")
        session.flush()

    return by_hand


def notices_of(session: Session, kind: str) -> list[tuple[str, object]]:
    query = select(Person.username, Notice.detail).join(Notice, Notice.person_id == Person.id)
    return [
        (username, detail.get("reason"))
        for username, detail in session.execute(query.where(Notice.kind == kind).order_by(Notice.id))
    ]


def test_it_is_published_when_the_day_has_come_and_once(
    session: Session, draft: DraftRow, approve, sweep
) -> None:
    approve(draft, publish_on=DAY)
    sweep(DAY - timedelta(1))
    assert draft.state == "approved"
    sweep(DAY)
    assert (draft.state, draft.publish_on) == ("published", None)
    sweep(DAY)
    assert session.scalar(select(func.count()).select_from(Release)) == 2
    assert notices_of(session, "draft.published") == [("bientap", None), ("thamdinh", None)]
    assert list(soundness.check(session)) == []


def test_a_day_that_passed_while_the_server_slept_is_made_up_for(draft: DraftRow, approve, sweep) -> None:
    approve(draft, publish_on=DAY)
    sweep(DAY + timedelta(9))
    assert draft.state == "published"


def test_what_cannot_be_published_on_its_day_says_why_once(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, approve, sweep, by_hand
) -> None:
    approve(draft, publish_on=DAY)
    by_hand("course.md", "**mẫu**", "*mẫu*")
    sweep(DAY)
    assert (draft.state, draft.publish_on, draft.trouble) == ("approved", None, "conflict")
    sweep(DAY)
    assert notices_of(session, "draft.failed") == [("bientap", "conflict"), ("thamdinh", "conflict")]
    review.withdraw(session, now, draft, person_id=desk.author)
    assert draft.trouble == ""


def test_past_attempts_are_graded_again_as_was_chosen_with_the_day(
    session: Session, draft: DraftRow, rekey, approve, sweep
) -> None:
    rekey(draft)
    approve(draft, publish_on=DAY, key_choice="both")
    sweep(DAY)
    assert draft.state == "published"
    [order] = session.scalars(select(Regrading)).all()
    assert (order.release_id, order.ordered_by) == (draft.release_id, "bientap")
    assert [asked["choice"] for asked in order.choices.values()] == ["both"]


def test_an_error_of_ours_changes_nothing_but_is_told(
    session: Session,
    now: datetime,
    desk: Desk,
    draft: DraftRow,
    approve,
    sweep,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    approve(draft, publish_on=DAY)

    def break_down(session: Session, *given: object, **more: object) -> None:
        session.add(Release())  # half-way
        raise RuntimeError("disk full")

    monkeypatch.setattr(publication, "publish_checked", break_down)
    sweep(DAY)
    monkeypatch.undo()
    assert (draft.state, draft.trouble) == ("approved", "error")
    assert session.scalar(select(func.count()).select_from(Release)) == 1
    assert publication.publish(session, now, draft, DAY, person_id=desk.reviewer).number == 2
    assert draft.trouble == ""


def test_a_busy_database_is_no_failure(
    draft: DraftRow, approve, sweep, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(draft, publish_on=DAY)

    def busy(*given: object, **more: object) -> None:
        raise OperationalError("BEGIN", {}, Exception("locked"))

    monkeypatch.setattr(publication, "publish_checked", busy)
    with pytest.raises(OperationalError):
        sweep(DAY)
    monkeypatch.undo()
    sweep(DAY)
    assert draft.state == "published"


def test_one_that_fails_holds_up_no_other(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, approve, sweep, by_hand, edit
) -> None:
    second = beginnings.from_template(session, now, "finance/new", person_id=desk.author)
    edit(second, "course.md", "certificate: true\n", "certificate: true\neffective_from: 2026-12-01\n")
    approve(draft, publish_on=DAY)
    approve(second, publish_on=DAY)
    by_hand("course.md", "**mẫu**", "*mẫu*")
    sweep(DAY)
    assert (draft.state, second.state) == ("approved", "published")


def test_only_what_is_approved_is_published(session: Session, now: datetime, desk: Desk, draft) -> None:
    for _ in range(2):
        with pytest.raises(Closed):
            publication.publish(session, now, draft, TODAY, person_id=desk.author)
        if draft.state == "draft":
            review.submit(session, now, draft, TODAY, person_id=desk.author)
    assert catalogue.live(session, COURSE).number == 1


# --- What others published meanwhile


def test_a_release_of_others_is_not_overwritten(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, edit, publish_draft, by_hand, take_in
) -> None:
    edit(draft, "course.md", "so_tiet: 1", "so_tiet: 2")
    edit(draft, LESSON, "\n## ", "\nMột câu của bản nháp.\n\n## ")
    by_hand("course.md", "**mẫu**", "*mẫu*")
    by_hand("20-tam-ung.md", "\n## ", "\nMột câu của người khác.\n\n## ")
    with pytest.raises(PublicationConflict) as conflict:
        publish_draft(draft)
    told = {change.path: change for change in conflict.value.changed}
    assert set(told) == {"course.md", "20-tam-ung.md"}
    assert told["course.md"].clash and not told["20-tam-ung.md"].clash
    assert catalogue.live(session, COURSE).number == 3

    with pytest.raises(Closed):
        take_in(draft)
    review.withdraw(session, now, draft, person_id=desk.author)
    assert take_in(draft) == ["course.md", "20-tam-ung.md"]
    assert take_in(draft) == []
    home = drafts.file(session, draft, "course.md")[0].decode()
    assert "so_tiet: 2" in home and "*mẫu*" in home and "**mẫu**" not in home
    assert publish_draft(draft).number == 4
    live = releases.files(session, draft.release_id)
    assert "Một câu của bản nháp." in live[LESSON].decode()
    assert "Một câu của người khác." in live["20-tam-ung.md"].decode()


@pytest.mark.parametrize("side", ["mine", "theirs"])
def test_what_both_wrote_otherwise_waits_for_a_person(
    session: Session, draft: DraftRow, edit, by_hand, take_in, side: str
) -> None:
    edit(draft, "course.md", "**mẫu**", "__mẫu__")
    by_hand("course.md", "**mẫu**", "*mẫu*")
    with pytest.raises(PublicationConflict) as conflict:
        take_in(draft)
    [change] = conflict.value.changed
    assert change.clash and b"__" in change.mine
    assert change.unsettled and [hunk.who for hunk in change.hunks].count("clash") == 1
    edit(draft, "course.md", "so_tiet: 1", "so_tiet: 2")
    assert take_in(draft, choices={"course.md": side}) == ["course.md"] * (side == "theirs")
    home = drafts.file(session, draft, "course.md")[0]
    assert (b"__" in home) is (side == "mine") and b"so_tiet: 2" in home
    assert publication.conflict(session, draft) == []


def test_a_release_that_nobody_looked_at_is_not_taken_in(
    session: Session, draft: DraftRow, edit, by_hand, take_in
) -> None:
    by_hand("20-tam-ung.md", "\n## ", "\nMột câu của người khác.\n\n## ")
    seen = publication.overtaken(session, draft)
    by_hand("20-tam-ung.md", "Một câu", "Hai câu")
    with pytest.raises(PublicationConflict):
        take_in(draft, seen=seen)
    assert take_in(draft) == ["20-tam-ung.md"]


def test_a_page_that_others_took_away_goes(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, courses: Path, take_in
) -> None:
    (courses / COURSE / "05-truoc-khi-hoc.md").unlink()
    publish(session, now, check(courses, today=TODAY, history=history.read(session)), actor="operator")
    assert take_in(draft) == ["05-truoc-khi-hoc.md"]
    assert drafts.file(session, draft, "05-truoc-khi-hoc.md") is None


# --- Back to an old one


def test_an_old_release_is_published_again_with_its_ids(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, publish_draft
) -> None:
    first = releases.files(session, draft.base_release_id)
    ids = set(session.scalars(select(StampedId.id).where(StampedId.retired_at.is_(None))))
    _, revision = drafts.file(session, draft, "05-truoc-khi-hoc.md")
    saving.remove(session, now, draft, "05-truoc-khi-hoc.md", person_id=desk.author, based_on=revision)
    publish_draft(draft)
    gone = set(session.scalars(select(StampedId.id).where(StampedId.retired_at.is_not(None))))
    assert gone

    with pytest.raises(beginnings.NoSuchRelease):
        beginnings.from_release(session, now, COURSE, 9, person_id=desk.author)
    back = beginnings.from_release(session, now, COURSE, 1, person_id=desk.author)
    assert drafts.contents(session, back) == first
    assert checking.checked(session, back, TODAY).faults == ()
    assert publish_draft(back).number == 3
    assert set(session.scalars(select(StampedId.id).where(StampedId.retired_at.is_(None)))) == ids
    entries = releases.of(session, COURSE)
    assert [(one.number, one.live, one.origin, one.origin_of) for one in entries] == [
        (3, True, "release", "1"),
        (2, False, "live", ""),
        (1, False, "", ""),
    ]
    assert [one.approved_by for one in entries] == ["Đinh Thẩm", "Đinh Thẩm", ""]


def test_an_id_of_a_release_that_is_not_restored_stays_retired(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, publish_draft
) -> None:
    old, revision = drafts.file(session, draft, "05-truoc-khi-hoc.md")
    saving.remove(session, now, draft, "05-truoc-khi-hoc.md", person_id=desk.author, based_on=revision)
    publish_draft(draft)
    next_one = beginnings.from_release(session, now, COURSE, 2, person_id=desk.author)
    saving.save(session, now, next_one, "05-truoc-khi-hoc.md", old, person_id=desk.author, based_on=0)
    assert {fault.code for fault in checking.checked(session, next_one, TODAY).faults} == {"Q003"}


def test_any_two_releases_are_compared(
    session: Session, now: datetime, desk: Desk, draft: DraftRow, rekey, publish_draft
) -> None:
    rekey(draft)
    publish_draft(draft, key_choice="both")
    found = releases.compare(session, COURSE, 1, 2)
    assert found is not None and [change.what for change in found.meaning.questions] == ["key"]
    assert "course.md" in [one.path for one in found.files]
    back = releases.compare(session, COURSE, 2, 1)
    assert [(one.path, one.new, one.old) for one in back.files] == [
        (one.path, one.old, one.new) for one in found.files
    ]
    same = releases.compare(session, COURSE, 2, 2)
    assert same.files == () and same.meaning.nothing
    assert releases.compare(session, COURSE, 1, 9) is None
    assert releases.compare(session, "finance/none", 1, 1) is None
