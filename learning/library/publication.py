"""An approved draft becomes the live release, at once or on its day; `publishing.publish` is the only way there is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.library import catalogue, checking, drafts, layout, merging, releases, review, saving, steps
from learning.library.models import CourseRow, DraftRow
from learning.library.publishing import Outcome, PublicationRefused
from learning.library.publishing import publish as publish_checked
from learning.library.refusals import Closed, DraftRefused

Side = Literal["mine", "theirs"]


@dataclass(frozen=True)
class FileChange:
    """A file that the live release has otherwise than when the draft began. None: not there.

    `clash`: the draft changed it too. `hunks`: such a page in pieces; () for what is not compared by lines.
    """

    path: str
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None

    @property
    def clash(self) -> bool:
        return self.mine not in (self.base, self.theirs)

    @cached_property
    def hunks(self) -> tuple[merging.Hunk, ...]:
        if not self.clash or not layout.is_page(self.path):
            return ()
        if self.base is None or self.mine is None or self.theirs is None:
            return ()
        return merging.merge(self.base, self.mine, self.theirs)

    @property
    def unsettled(self) -> bool:
        """Whether a person must choose."""
        return self.clash and (not self.hunks or merging.merged(self.hunks) is None)

    def joined(self, choice: Side) -> bytes | None:
        """What both sides changed, in one; with `choice` where they did so differently."""
        if not self.clash:
            return self.theirs
        if not self.hunks:
            return self.mine if choice == "mine" else self.theirs
        clashes = (place for place, hunk in enumerate(self.hunks) if hunk.who == "clash")
        return merging.settled(self.hunks, dict.fromkeys(clashes, choice))


class PublicationConflict(DraftRefused):
    """Another release of the course went live since the draft began; `changed` is what is different in it."""

    def __init__(self, changed: list[FileChange]) -> None:
        super().__init__(*(change.path for change in changed))
        self.changed = changed


def publish(
    session: Session,
    now: datetime,
    draft: DraftRow,
    today: date,
    *,
    person_id: int | None,
    key_choice: str = "",
    departments: Collection[str] = (),
) -> Outcome:
    """Publishes an approved draft; a draft that is published already gives its release again.

    `person_id` None: the clock. Raises Closed, NotYours, PublicationConflict, and PublicationRefused ("faults", or "key"
    with what changed where `key_choice` is needed); then roll back.
    """
    row = drafts.locked(session, draft)
    if row.state == "published" and row.release_id is not None:
        live = catalogue.release(session, row.release_id)
        return Outcome(row.course_id, live.number, new=False)
    if row.state != "approved" or row.approved_by is None:
        raise Closed(row.state)
    review.require_second_person(session, row, row.approved_by)
    _hold(session, row)
    choice = review.chosen(session, row, key_choice, person_id)
    if changed := conflict(session, row):
        raise PublicationConflict(changed)
    found = checking.checked(session, row, today, departments=departments)
    if not found.ready:
        raise PublicationRefused("faults", found.checked.faults)
    actor = steps.username(session, person_id or row.approved_by)
    # The library's own registry and fields were what it was checked with: there is nothing new in them.
    checked = replace(found.checked, sources={}, fields={})
    [outcome] = publish_checked(session, now, checked, actor=actor, key_choice=choice)
    drafts.change_state(session, row, ("approved",), "published")
    row.release_id = _live_id(session, row.course_id)
    row.publish_on, row.trouble = None, ""
    steps.record(
        session,
        now,
        row,
        "published",
        person_id,
        release=outcome.number,
        choice=choice if any(change.what == "key" for change in outcome.changes) else "",
    )
    people = review.authors(session, row) | {row.approved_by}
    review.tell(session, now, row, "published", people, person_id, release=outcome.number)
    return outcome


def overtaken(session: Session, draft: DraftRow) -> int | None:
    """The live release, where it is not the one the draft began from; else None."""
    live = _live_id(session, draft.course_id)
    return None if live == draft.base_release_id else live


def conflict(session: Session, draft: DraftRow) -> list[FileChange]:
    """Which files of the live release are not those the draft began from; empty where nothing was published since."""
    live = overtaken(session, draft)
    if live is None:
        return []
    base = {} if draft.base_release_id is None else releases.files(session, draft.base_release_id)
    theirs = releases.files(session, live)
    mine = drafts.contents(session, draft)
    return [
        FileChange(path, base.get(path), mine.get(path), theirs.get(path))
        for path in sorted({*base, *theirs}, key=layout.place)
        if base.get(path) != theirs.get(path)
    ]


def take_in(
    session: Session,
    now: datetime,
    draft: DraftRow,
    *,
    person_id: int,
    seen: int,
    choices: Mapping[str, Side] | None = None,
) -> list[str]:
    """Brings what was published meanwhile into the draft, which is then the next step after it; the paths changed.

    Pages that both changed are merged by lines; `choices` says, by path, whose word stands where that fails, and `seen`
    which release was looked at. Raises PublicationConflict with what is still to be chosen, or with all of it where
    another release is live by now (roll back), and Closed.
    """
    row = drafts.editable(session, draft)
    _hold(session, row)
    changed, live = conflict(session, row), _live_id(session, row.course_id)
    chosen = choices or {}
    if changed and seen != live:
        raise PublicationConflict(changed)
    if left := [change for change in changed if change.unsettled and change.path not in chosen]:
        raise PublicationConflict(left)
    joined = [(change, change.joined(chosen.get(change.path, "mine"))) for change in changed]
    taken = [(change.path, data) for change, data in joined if data != change.mine]
    for path, data in taken:
        if data is None:
            saving.drop(session, now, row, path, person_id=person_id)
        else:
            saving.put(session, now, row, path, data, "taken in", person_id=person_id)
    if row.base_release_id != live:
        row.base_release_id = live
        steps.record(session, now, row, "taken in", person_id, files=[path for path, _ in taken])
    return [path for path, _ in taken]


def due(session: Session, today: date) -> list[DraftRow]:
    """Approved drafts whose day has come."""
    query = select(DraftRow).where(DraftRow.state == "approved", DraftRow.publish_on <= today)
    return list(session.scalars(query.order_by(DraftRow.publish_on, DraftRow.id)))


def publish_due(
    session: Session, now: datetime, draft: DraftRow, today: date, *, departments: Collection[str] = ()
) -> bool:
    """Publishes a draft whose day has come; False where that is no longer so. Raises what `publish` raises."""
    row = drafts.locked(session, draft)
    if row.state != "approved" or row.publish_on is None or row.publish_on > today:
        return False
    publish(session, now, row, today, person_id=None, departments=departments)
    return True


def fail(session: Session, now: datetime, draft: DraftRow, today: date, reason: str) -> None:
    """Says that a draft was not published on its day: it stays approved, without a day, and its people are told why."""
    row = drafts.locked(session, draft)
    if row.state != "approved" or row.publish_on is None or row.publish_on > today:
        return
    row.publish_on, row.trouble = None, reason
    steps.record(session, now, row, "failed", None, reason=reason)
    people = review.authors(session, row) | ({row.approved_by} if row.approved_by else set())
    review.tell(session, now, row, "failed", people, None, reason=reason)


def reason_of(error: Exception) -> str:
    """Why a publication failed, in one word: "conflict", "faults", "key", "second-person", "closed", "error"."""
    match error:
        case PublicationConflict():
            return "conflict"
        case PublicationRefused():
            return error.reason.partition(":")[0]
        case review.NotYours():
            return "second-person"
        case Closed():
            return "closed"
    return "error"


def _live_id(session: Session, course_id: str) -> int | None:
    return session.scalar(select(CourseRow.live_release_id).where(CourseRow.id == course_id))


def _hold(session: Session, draft: DraftRow) -> None:
    """Nothing else of the course goes live until the transaction ends."""
    session.execute(select(CourseRow.id).where(CourseRow.id == draft.course_id).with_for_update()).all()
