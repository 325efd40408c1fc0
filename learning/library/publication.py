"""An approved draft becomes the live release, at once or on its day; `publishing.publish` is the only way there is."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.library import catalogue, checking, drafts, layout, merging, releases, review, saving, steps
from learning.library.models import CourseRow, DraftRow
from learning.library.publishing import Outcome, PublicationRefused
from learning.library.publishing import publish as publish_checked
from learning.library.refusals import Closed, DraftRefused


@dataclass(frozen=True)
class FileChange:
    """A file that the live release has otherwise than when the draft began. None: not there.

    `clash`: the draft changed it too.
    """

    path: str
    base: bytes | None
    mine: bytes | None
    theirs: bytes | None

    @property
    def clash(self) -> bool:
        return self.mine not in (self.base, self.theirs)


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


def conflict(session: Session, draft: DraftRow) -> list[FileChange]:
    """Which files of the live release are not those the draft began from; empty where nothing was published since."""
    live = _live_id(session, draft.course_id)
    if live == draft.base_release_id:
        return []
    base, theirs = (
        {} if id_ is None else releases.files(session, id_) for id_ in (draft.base_release_id, live)
    )
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
    settled: Mapping[str, bytes | None] | None = None,
) -> list[str]:
    """Brings what was published meanwhile into the draft, which is then the next step after it; the paths changed.

    Files that both changed are merged by lines; `settled` has the whole file (None: none) where that fails.
    Raises PublicationConflict with what is still to be settled (roll back), Closed.
    """
    row = drafts.editable(session, draft)
    chosen = settled or {}
    left, taken = [], []
    for change in conflict(session, row):
        found = chosen[change.path] if change.path in chosen else _joined(change)
        if found is _CLASH:
            left.append(change)
        elif found != change.mine:
            taken.append((change.path, found))
    if left:
        raise PublicationConflict(left)
    for path, data in taken:
        if data is None:
            saving.drop(session, now, row, path, person_id=person_id)
        else:
            saving.put(session, now, row, path, data, "taken in", person_id=person_id)
    live = _live_id(session, row.course_id)
    if row.base_release_id != live:
        row.base_release_id = live
        steps.record(session, now, row, "taken in", person_id, files=[path for path, _ in taken])
    return [path for path, _ in taken]


_CLASH = b"\0 both changed it"  # no file is this


def _joined(change: FileChange) -> bytes | None:
    if not change.clash:
        return change.theirs
    if change.base is None or change.mine is None or change.theirs is None:
        return _CLASH
    if not change.path.endswith(".md"):
        return _CLASH
    merged = merging.merged(merging.merge(change.base, change.mine, change.theirs))
    return _CLASH if merged is None else merged


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
    query = select(CourseRow.live_release_id).where(CourseRow.id == course_id).with_for_update()
    return session.scalar(query)
