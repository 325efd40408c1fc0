"""A person's way through a practice: begun, shown, handed in, returned or signed off, step by step, to the certificate.

Each deed is an event that is never changed; a step is what its events come to. The practice's row is held while a deed is
done, so that two deeds come one after the other, and a decision names the version it was made on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Page, Step
from learning.evaluation import practice_mentors, practice_rules
from learning.evaluation.practice_evidence import EvidenceRefused, Kept
from learning.evaluation.practice_models import Practice, PracticeEvent, PracticeEvidence, PracticeStep
from learning.library import blobs, catalogue
from learning.library.catalogue import Published

WORDS_MOST = 2000  # characters
EVIDENCE_MOST = 5  # to a step
EVER_MOST = 60  # to a step, those taken back again counted too
BYTES_MOST = 60 * 1024 * 1024  # to a practice
NAME_MOST = 150
KEPT_DAYS = 365  # that evidence is kept after a practice is done, or was last touched


class NoSuchStep(LookupError):
    """404."""


class Unmoved(ValueError):
    """The deed cannot be done: `why` is "signed" (final), "waiting" (nothing was handed in), "photo" or "file" (evidence
    of this kind is wanted), "remark" (a step is returned with a word why), "long"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class Overtaken(Exception):
    """Somebody did something at the step meanwhile: `events` since the version the decision was made on."""

    def __init__(self, events: Sequence[PracticeEvent]) -> None:
        super().__init__(len(events))
        self.events = events


class ClientIdReused(ValueError):
    """The `client_id` belongs to another deed of this person."""


@dataclass(frozen=True)
class Decided:
    """`first`: False where this very deed had been done before. `done`: it was the last signature; `certificate`: the
    serial it brought."""

    first: bool
    done: bool = False
    certificate: str | None = None


def page_of(session: Session, row: Practice) -> tuple[Published, Page]:
    """The course and page as they were when the practice was begun. Raises LookupError."""
    published = catalogue.release(session, row.release_id)
    page = next((page for page in published.course.pages if page.id == row.page and page.practice), None)
    if page is None:
        raise LookupError(row.page)
    return published, page


def find(session: Session, person_id: int, course_id: str, page_id: str) -> Practice | None:
    """This person's practice of a page, if they have begun it."""
    mine = (Practice.person_id == person_id, Practice.course_id == course_id, Practice.page == page_id)
    return session.scalar(select(Practice).where(*mine))


def begin(
    session: Session, now: datetime, today: date, person_id: int, published: Published, page: Page
) -> Practice:
    """This person's practice of the page, begun now if it was not. Raises attempts.PrerequisitesMissing."""
    if page.practice is None:
        raise LookupError(page.id)
    held = find(session, person_id, published.course.id, page.id)
    if held is not None:
        return held
    outcomes.begin_practice(session, now, person_id, published, page)
    try:
        with session.begin_nested():
            row = Practice(
                person_id=person_id,
                course_id=published.course.id,
                page=page.id,
                release_id=published.release_id,
                state="open",
                started_at=now,
                last_at=now,
                done_at=None,
                head_told_at=None,
            )
            session.add(row)
            session.flush()
            session.add_all(
                PracticeStep(
                    practice_id=row.id, step=step.id, state="waiting", version=0, words="", changed_at=now
                )
                for step in page.practice.steps
            )
    except IntegrityError:  # begun in another tab at the same moment
        held = find(session, person_id, published.course.id, page.id)
        if held is None:
            raise
        return held
    person = session.get_one(Person, person_id)
    audit.record(
        session, now, person.username, "practice.begun", row.course_id, practice=row.id, page=row.page
    )
    _tell_heads(session, now, today, row, person)
    session.flush()
    return row


def save_words(session: Session, now: datetime, row: Practice, step_id: str, words: str) -> None:
    """What the learner has typed and not yet handed in. Raises NoSuchStep, Unmoved."""
    step = _step(session, row, step_id)
    _require_open(step)
    step.words = _cut(words)
    session.flush()


def wanted(session: Session, row: Practice, step_id: str) -> str:
    """What a step wants to see: "none", "photo" or "file". Raises NoSuchStep."""
    return _defined(session, row, step_id).evidence


def add_evidence(
    session: Session, now: datetime, row: Practice, step_id: str, name: str, kept: Kept
) -> PracticeEvidence:
    """Keeps one photo or file for a step; the same once more is the one that is there. `kept`: as
    `practice_evidence.prepared` makes it, before the transaction: nobody's write is to wait for a picture.

    Raises NoSuchStep, Unmoved, EvidenceRefused."""
    _hold(session, row)
    step = _step(session, row, step_id)
    _require_open(step)
    if kept.kind not in practice_rules.WANTED[wanted(session, row, step_id)]:
        raise NoSuchStep(step_id)
    digest = blobs.name(kept.data)
    every = session.execute(
        select(PracticeEvidence, PracticeEvidence.step == step_id).where(
            PracticeEvidence.practice_id == row.id
        )
    ).all()
    here = [one for one, of_step in every if of_step]
    held = [one for one in here if one.removed_at is None]
    if (same := next((one for one in held if one.sha256 == digest), None)) is not None:
        return same
    if len(held) >= EVIDENCE_MOST:
        raise EvidenceRefused("many")
    if len(here) >= EVER_MOST:
        raise EvidenceRefused("spent")
    if sum(one.size for one, _ in every if one.removed_at is None) + len(kept.data) > BYTES_MOST:
        raise EvidenceRefused("full")
    made = PracticeEvidence(
        practice_id=row.id,
        step=step_id,
        sha256=blobs.keep(session, kept.data),
        kind=kept.kind,
        name=name[-NAME_MOST:],
        size=len(kept.data),
        added_at=now,
        removed_at=None,
    )
    session.add(made)
    session.flush()
    return made


def remove_evidence(session: Session, now: datetime, row: Practice, evidence_id: int) -> None:
    """Takes a photo or file back for good, its bytes too; a step that was handed in is taken back with it. Raises
    NoSuchStep, Unmoved."""
    _hold(session, row)
    one = session.get(PracticeEvidence, evidence_id)
    if one is None or one.practice_id != row.id or one.removed_at is not None:
        raise NoSuchStep(str(evidence_id))
    step = _step(session, row, one.step)
    _require_open(step)
    if step.state == "handed_in":
        _do(session, now, row, step, "take_back", row.person_id, "", str(uuid4()), [])
        learner = session.get_one(Person, row.person_id)
        audit.record(
            session,
            now,
            learner.username,
            "practice.taken_back",
            row.course_id,
            practice=row.id,
            step=one.step,
        )
        mentor = practice_mentors.mentor_of(session, row.person_id)
        if mentor is not None and not _in_state(session, row, "handed_in"):
            notices.done_with(session, now, ["practice.handed_in"], str(row.id), mentor.id)
    _forget(session, now, [one])


def handed_in_before(session: Session, row: Practice, step_id: str, words: str, client_id: str) -> bool:
    """Whether this very deed was done: then nothing of what came with it is to be done again. Raises ClientIdReused."""
    return _replayed(session, row, step_id, "hand_in", row.person_id, words, client_id) is not None


def hand_in(
    session: Session, now: datetime, today: date, row: Practice, step_id: str, words: str, client_id: str
) -> PracticeEvent:
    """The learner hands a step in, with what they typed and the evidence that is there. The same `client_id` again is the
    same deed. Raises NoSuchStep, Unmoved, ClientIdReused."""
    _hold(session, row)
    if (before := _replayed(session, row, step_id, "hand_in", row.person_id, words, client_id)) is not None:
        return before
    step = _step(session, row, step_id)
    _require_open(step)
    asked = wanted(session, row, step_id)
    shown = session.scalars(
        select(PracticeEvidence).where(*_current(row, step_id)).order_by(PracticeEvidence.id)
    ).all()
    step.words = _cut(words)
    if not practice_rules.shown(asked, [one.kind for one in shown]):
        raise Unmoved(asked)
    made = _do(session, now, row, step, "hand_in", row.person_id, words, client_id, [one.id for one in shown])
    learner = session.get_one(Person, row.person_id)
    audit.record(
        session, now, learner.username, "practice.handed_in", row.course_id, practice=row.id, step=step_id
    )
    if not _in_state(session, row, "returned"):
        notices.done_with(session, now, ["practice.returned"], str(row.id), row.person_id)
    mentor = practice_mentors.mentor_of(session, row.person_id)
    if mentor is None:
        _tell_heads(session, now, today, row, learner)
    elif not notices.waits(session, mentor.id, "practice.handed_in", str(row.id)):
        told = {"title": learner.full_name, "message": page_of(session, row)[1].title}
        notices.tell(session, now, [mentor.id], "practice.handed_in", str(row.id), **told)
    return made


def decide(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    row: Practice,
    step_id: str,
    deed: str,
    by: Person,
    words: str,
    based_on: int,
    client_id: str,
) -> Decided:
    """Who guides the learner signs a step off ("sign") or returns it with a word why ("return"), as it was at version
    `based_on`. The last signature makes the page done, with all that follows. Whether `by` may is the desk's to ask.

    The same `client_id` again is the same deed. Raises NoSuchStep, Unmoved, Overtaken, ClientIdReused."""
    _hold(session, row)
    if _replayed(session, row, step_id, deed, by.id, words, client_id) is not None:
        return Decided(first=False, done=row.state == "done")
    step = _step(session, row, step_id)
    if step.version != based_on:
        raise Overtaken(_events_since(session, row, step_id, based_on))
    if len(words) > WORDS_MOST:
        raise Unmoved("long")
    if deed == "return" and not words.strip():
        raise Unmoved("remark")
    if practice_rules.after(step.state, deed) is None:
        raise Unmoved("signed" if step.state == "signed" else "waiting")
    _do(session, now, row, step, deed, by.id, words, client_id, [])
    what = "practice.signed" if deed == "sign" else "practice.returned"
    audit.record(session, now, by.username, what, row.course_id, practice=row.id, step=step_id)
    if not _in_state(session, row, "handed_in"):
        notices.done_with(session, now, ["practice.handed_in"], str(row.id), by.id)
    page = page_of(session, row)[1]
    states = {one.step: one.state for one in steps(session, row)}
    done = practice_rules.done([one.id for one in page.practice.steps] if page.practice else [], states)
    certificate = _finish(session, now, zone, row, by) if done else None
    told = {"title": page.title, "by": by.full_name}
    if done:
        notices.tell(
            session, now, [row.person_id], "practice.done", str(row.id), **told, serial=certificate or ""
        )
    else:
        title = (
            next((one.title for one in page.practice.steps if one.id == step_id), "") if page.practice else ""
        )
        message = "\n".join(filter(None, (title, words.strip())))
        notices.tell(session, now, [row.person_id], what, str(row.id), **told, message=message)
    return Decided(first=True, done=done, certificate=certificate)


def steps(session: Session, row: Practice) -> Sequence[PracticeStep]:
    return session.scalars(select(PracticeStep).where(PracticeStep.practice_id == row.id)).all()


# --- What each of them is made of


def _hold(session: Session, row: Practice) -> None:
    """Holds the practice's row, and reads anew what others may have changed until it was free."""
    query = select(Practice).where(Practice.id == row.id).with_for_update()
    session.scalar(query.execution_options(populate_existing=True))


def _step(session: Session, row: Practice, step_id: str) -> PracticeStep:
    step = session.get(PracticeStep, (row.id, step_id), populate_existing=True)
    if step is None:
        raise NoSuchStep(step_id)
    return step


def _defined(session: Session, row: Practice, step_id: str) -> Step:
    practice = page_of(session, row)[1].practice
    found = next((one for one in practice.steps if one.id == step_id), None) if practice else None
    if found is None:
        raise NoSuchStep(step_id)
    return found


def _require_open(step: PracticeStep) -> None:
    if step.state == "signed":
        raise Unmoved("signed")


def _cut(words: str) -> str:
    if len(words) > WORDS_MOST:
        raise Unmoved("long")
    return words.strip()


def _current(row: Practice, step_id: str) -> tuple[Any, ...]:
    return (
        PracticeEvidence.practice_id == row.id,
        PracticeEvidence.step == step_id,
        PracticeEvidence.removed_at.is_(None),
    )


def _replayed(
    session: Session, row: Practice, step_id: str, kind: str, by: int, words: str, client_id: str
) -> PracticeEvent | None:
    """The deed under this `client_id`, where it has been done. Raises ClientIdReused where that was another."""
    query = select(PracticeEvent).where(PracticeEvent.by_id == by, PracticeEvent.client_id == client_id)
    before = session.scalar(query)
    deed = (row.id, step_id, kind, words.strip())
    if before is not None and (before.practice_id, before.step, before.kind, before.words) != deed:
        raise ClientIdReused(client_id)
    return before


def _do(
    session: Session,
    now: datetime,
    row: Practice,
    step: PracticeStep,
    kind: str,
    by: int,
    words: str,
    client_id: str,
    evidence: list[int],
) -> PracticeEvent:
    state = practice_rules.after(step.state, kind)
    if state is None:
        raise Unmoved(step.state)
    step.state, step.version, step.changed_at = state, step.version + 1, now
    row.last_at = now
    made = PracticeEvent(
        practice_id=row.id,
        step=step.step,
        version=step.version,
        kind=kind,
        by_id=by,
        client_id=client_id,
        words=words.strip(),
        evidence=evidence,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def _events_since(session: Session, row: Practice, step_id: str, version: int) -> Sequence[PracticeEvent]:
    query = select(PracticeEvent).where(
        PracticeEvent.practice_id == row.id, PracticeEvent.step == step_id, PracticeEvent.version > version
    )
    return session.scalars(query.order_by(PracticeEvent.version)).all()


def _in_state(session: Session, row: Practice, state: str) -> bool:
    which = (PracticeStep.practice_id == row.id, PracticeStep.state == state)
    return session.scalar(select(PracticeStep.step).where(*which).limit(1)) is not None


def _finish(session: Session, now: datetime, zone: ZoneInfo, row: Practice, by: Person) -> str | None:
    row.state, row.done_at = "done", now
    session.flush()
    published = catalogue.live(session, row.course_id) or catalogue.release(session, row.release_id)
    audit.record(session, now, by.username, "practice.done", row.course_id, practice=row.id, page=row.page)
    return outcomes.finish_practice(session, now, zone, row.person_id, published, row.page)


def _tell_heads(session: Session, now: datetime, today: date, row: Practice, person: Person) -> None:
    """Where nobody guides this person, those who can name somebody are told: once since the last naming."""
    if practice_mentors.mentor_of(session, person.id) is not None:
        return
    told = select(func.max(Practice.head_told_at)).where(Practice.person_id == person.id)
    last, named = session.scalar(told), practice_mentors.last_named(session, person.id)
    if last is not None and (named is None or last > named):
        return
    heads = {head.id for head in practice_mentors.heads_of(session, person.id, today)}
    heads = heads or set(notices.holders(session, "administrator")) - {person.id}
    notices.tell(
        session, now, heads, "mentor.missing", person.username, title=person.full_name, person=person.id
    )
    row.head_told_at = now


def forget_evidence(session: Session, now: datetime, limit: int = 50) -> int:
    """Drops photos and files of practices that nobody has touched for KEPT_DAYS, up to `limit` of them; how many."""
    old = Practice.last_at < now - timedelta(days=KEPT_DAYS)
    query = (
        select(PracticeEvidence)
        .join(Practice, Practice.id == PracticeEvidence.practice_id)
        .where(PracticeEvidence.removed_at.is_(None), old)
        .order_by(PracticeEvidence.id)
        .limit(limit)
    )
    found = session.scalars(query).all()
    _forget(session, now, found)
    return len(found)


def _forget(session: Session, now: datetime, found: Sequence[PracticeEvidence]) -> None:
    """Of each nothing is left but that there was one; its bytes go where nobody else holds them."""
    digests = {one.sha256 for one in found if one.sha256 is not None}
    for one in found:
        one.sha256, one.name, one.removed_at = None, "", now
    session.flush()
    for digest in sorted(digests):
        blobs.drop(session, digest)
