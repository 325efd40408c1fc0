"""Review: submitted → returned with comments, or approved by a second person.

The two-person rule: who began, wrote or submitted a draft cannot approve it, whatever roles they have. Each verb locks
the draft; sent again it changes nothing more. What the next person must know goes out as a notice.

    submit · withdraw · send_back · approve · schedule · discard   the way (publishing is `publication.py`)
    authors · may_approve · require_second_person                  who; words on a line are `comments.py`
"""

from collections.abc import Collection
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import notices
from learning.library import catalogue, checking, comments, drafts, frontlines, saving, steps
from learning.library.changes import KEY_CHOICES, Change, compare
from learning.library.checking import CheckedDraft
from learning.library.drafts import EDITABLE
from learning.library.models import OPEN_STATES, DraftRow, DraftStep
from learning.library.refusals import Closed, DraftRefused, NothingSaid

CALLS = ("draft.submitted",)  # notices that a decision settles


class NotReady(DraftRefused):
    """It cannot be submitted: `checked` says what is missing or faulty."""

    def __init__(self, checked: CheckedDraft) -> None:
        super().__init__(*checked.missing)
        self.checked = checked


class NotYours(DraftRefused):
    """`reason`: "role" (no reviewer of this field), "own" (wrote or submitted it), "choice" (a second person chose
    otherwise)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Moved(DraftRefused):
    """What was looked at is not what is there now; `revision` is."""

    def __init__(self, revision: int) -> None:
        super().__init__(revision)
        self.revision = revision


class BadDay(DraftRefused):
    """A day that is over."""


class KeyChoiceNeeded(DraftRefused):
    """Right answers of live questions changed: one of `changes.KEY_CHOICES` is needed."""

    def __init__(self, changed: list[Change]) -> None:
        super().__init__(len(changed))
        self.changed = changed


# --- The way


def submit(
    session: Session,
    now: datetime,
    draft: DraftRow,
    today: date,
    *,
    person_id: int,
    message: str = "",
    departments: Collection[str] = (),
) -> DraftRow:
    """Stamps the ids that are missing, as `--fix` does, and hands the draft to the reviewers of its field.

    Raises NotReady where a fault or something required is left (roll back), Closed.
    """
    row = drafts.locked(session, draft)
    if row.state == "submitted":
        return row
    if row.state not in EDITABLE:
        raise Closed(row.state)
    for path, data in checking.mended(session, row).items():
        saving.put(session, now, row, path, data, "mended", person_id=person_id)
    checked = checking.checked(session, row, today, departments=departments)
    if not checked.ready:
        raise NotReady(checked)
    drafts.change_state(session, row, EDITABLE, "submitted")
    steps.record(session, now, row, "submitted", person_id, message)
    tell(session, now, row, "submitted", called_to_review(session, row), person_id, message)
    return row


def withdraw(session: Session, now: datetime, draft: DraftRow, *, person_id: int) -> DraftRow:
    """Takes a draft back to go on writing, also one that is approved and not yet published. Raises Closed."""
    row = drafts.locked(session, draft)
    if row.state == "draft":
        return row
    if not drafts.change_state(session, row, ("submitted", "approved"), "draft"):
        raise Closed(row.state)
    _unapprove(row)
    steps.record(session, now, row, "withdrawn", person_id)
    notices.done_with(session, now, CALLS, row.course_id)
    return row


def send_back(
    session: Session, now: datetime, draft: DraftRow, *, person_id: int, message: str = ""
) -> DraftRow:
    """Returns a draft to its authors. Raises NothingSaid, NotYours, Closed."""
    row = drafts.locked(session, draft)
    if row.state == "returned":
        return row
    _require_reviewer(session, row, person_id)
    if not message.strip() and not comments.unresolved(session, row):
        raise NothingSaid
    if not drafts.change_state(session, row, ("submitted", "approved"), "returned"):
        raise Closed(row.state)
    _unapprove(row)
    steps.record(session, now, row, "returned", person_id, message)
    notices.done_with(session, now, CALLS, row.course_id)
    tell(session, now, row, "returned", authors(session, row), person_id, message)
    return row


def approve(
    session: Session,
    now: datetime,
    draft: DraftRow,
    today: date,
    *,
    person_id: int,
    seen: int,
    message: str = "",
    publish_on: date | None = None,
    key_choice: str = "",
) -> DraftRow:
    """A second person's word, written into course.md (`reviewed_by`, `reviewed_on`; no other line).

    `seen`: the draft's revision that was looked at. `publish_on`: the day on which it is published by itself; None waits
    for `publication.publish`. Raises NotYours, Moved, Closed, BadDay, KeyChoiceNeeded (a day needs the choice now).
    """
    row = drafts.locked(session, draft)
    if row.state in ("approved", "published") and row.approved_by == person_id:
        return row
    require_second_person(session, row, person_id)
    if row.state != "submitted":
        raise Closed(row.state)
    if row.revision != seen:
        raise Moved(row.revision)
    _sign(session, now, row, today, person_id)
    drafts.change_state(session, row, ("submitted",), "approved")
    row.approved_by = person_id
    _set_day(session, row, today, publish_on, key_choice)
    at = None if publish_on is None else str(publish_on)
    steps.record(session, now, row, "approved", person_id, message, on=at, choice=key_choice)
    notices.done_with(session, now, CALLS, row.course_id)
    on = "" if publish_on is None else publish_on.isoformat()
    tell(session, now, row, "approved", authors(session, row), person_id, message, on=on)
    return row


def schedule(
    session: Session,
    now: datetime,
    draft: DraftRow,
    today: date,
    publish_on: date | None,
    *,
    person_id: int,
    key_choice: str = "",
) -> DraftRow:
    """Sets or lifts the day of publication of an approved draft. Raises Closed, NotYours, BadDay, KeyChoiceNeeded."""
    row = drafts.locked(session, draft)
    if row.state != "approved":
        raise Closed(row.state)
    choice = chosen(session, row, key_choice, person_id)
    if (row.publish_on, row.key_choice) == (publish_on, choice):
        return row
    _set_day(session, row, today, publish_on, choice)
    row.trouble = ""
    on = None if publish_on is None else str(publish_on)
    steps.record(session, now, row, "scheduled", person_id, on=on, choice=choice)
    return row


def chosen(session: Session, draft: DraftRow, key_choice: str, person_id: int | None) -> str:
    """What becomes of old results: what the second person chose, which only a second person changes. Raises NotYours."""
    if not key_choice or not draft.key_choice or key_choice == draft.key_choice:
        return key_choice or draft.key_choice
    if person_id is None or not may_approve(session, draft, person_id):
        raise NotYours("choice")
    return key_choice


def discard(session: Session, now: datetime, draft: DraftRow, *, person_id: int) -> DraftRow:
    """Ends a draft without a release; what it held is kept. Raises Closed where it is published."""
    row = drafts.locked(session, draft)
    if row.state == "discarded":
        return row
    if not drafts.change_state(session, row, OPEN_STATES, "discarded"):
        raise Closed(row.state)
    steps.record(session, now, row, "discarded", person_id)
    notices.done_with(session, now, CALLS, row.course_id)
    return row


def _sign(session: Session, now: datetime, draft: DraftRow, today: date, person_id: int) -> None:
    found = drafts.file(session, draft, "course.md")
    if found is None:
        raise Closed(draft.state)
    signed = frontlines.signed(found[0], steps.full_name(session, person_id), today)
    if signed != found[0]:
        saving.put(session, now, draft, "course.md", signed, "approval", person_id=person_id)


def _set_day(
    session: Session, draft: DraftRow, today: date, publish_on: date | None, key_choice: str
) -> None:
    if publish_on is not None:
        if publish_on < today:
            raise BadDay(publish_on)
        if key_choice not in KEY_CHOICES and (rekeyed := key_changes(session, draft, today)):
            raise KeyChoiceNeeded(rekeyed)
    draft.publish_on, draft.key_choice = publish_on, key_choice
    session.flush()


def _unapprove(draft: DraftRow) -> None:
    draft.approved_by = draft.publish_on = None
    draft.key_choice = draft.trouble = ""


def key_changes(session: Session, draft: DraftRow, today: date) -> list[Change]:
    """Questions of the live release whose right answer the draft changes."""
    live = catalogue.live(session, draft.course_id)
    course = checking.checked(session, draft, today).course if live is not None else None
    if live is None or course is None:
        return []
    return [change for change in compare(live.course, course) if change.what == "key"]


# --- Who


def authors(session: Session, draft: DraftRow) -> frozenset[int]:
    """Everybody who began, wrote or submitted it."""
    query = select(DraftStep.person_id).where(DraftStep.draft_id == draft.id, DraftStep.what == "submitted")
    submitters = {person_id for person_id in session.scalars(query) if person_id is not None}
    return drafts.writers(session, draft) | submitters


def called_to_review(session: Session, draft: DraftRow) -> frozenset[int]:
    """Reviewers of the field who may approve it; where there are none, the administrators, who can name one."""
    may = notices.holders(session, "reviewer", draft.field) - authors(session, draft)
    return may or notices.holders(session, "administrator")


def may_approve(session: Session, draft: DraftRow, person_id: int) -> bool:
    """Whether this person may be the second one."""
    try:
        require_second_person(session, draft, person_id)
    except NotYours:
        return False
    return True


def require_second_person(session: Session, draft: DraftRow, person_id: int) -> None:
    _require_reviewer(session, draft, person_id)
    if person_id in authors(session, draft):
        raise NotYours("own")


def _require_reviewer(session: Session, draft: DraftRow, person_id: int) -> None:
    if person_id not in notices.holders(session, "reviewer", draft.field):
        raise NotYours("role")


def tell(
    session: Session,
    now: datetime,
    draft: DraftRow,
    what: str,
    people: Collection[int],
    by: int | None,
    message: str = "",
    **detail: object,
) -> None:
    """To all but the one who did it. `detail` of the notice: draft (id), title, by (full name), message, …"""
    title = title_of(session, draft)
    notices.tell(
        session,
        now,
        set(people) - {by},
        f"draft.{what}",
        draft.course_id,
        draft=draft.id,
        title=title,
        by=steps.full_name(session, by),
        message=message,
        **detail,
    )


def title_of(session: Session, draft: DraftRow) -> str:
    """What course.md of the draft says, else its address."""
    found = drafts.file(session, draft, "course.md")
    return (frontlines.title(found[0]) if found else "") or draft.course_id
