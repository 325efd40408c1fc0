"""Issuing and revoking certificates: all that is printed is frozen into the row.

A person holds at most one current certificate of a course. An expired one is replaced when the course is
completed again; a revoked one stays, so that studying on does not undo the revocation.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

from sqlalchemy import CursorResult, or_, select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import notices
from learning.accounts.models import Person
from learning.certificates.models import Certificate
from learning.certificates.serials import new_serial
from learning.content.model import Course
from learning.library.catalogue import Published
from learning.organisation.models import Position, Posting, Unit
from learning.progress import recount
from learning.progress.completion import required
from learning.progress.deeds import Held
from learning.quizzes.models import Attempt


class NotRevocable(LookupError):
    """No such certificate, or revoked already."""


def issue(
    session: Session, now: datetime, zone: ZoneInfo, enrolment: Held, published: Published
) -> Certificate | None:
    """The certificate that a course just completed (again) earns, or None where it earns none: the course gives
    none, or the one held still stands. Dated in the province's `zone`. The caller holds the enrolment's row, so two
    cannot be issued."""
    course = published.course
    if not course.certificate or enrolment.state != "done":
        return None
    held = current(session, enrolment.person_id, course.id)
    if held is None:
        return _issue(session, now, zone, enrolment, published, since=None)
    if status(held, now.astimezone(zone).date()) != "expired" or held.expires_on is None:
        return None
    since = datetime.combine(held.expires_on + timedelta(days=1), time(), zone)
    if not _completed_since(session, enrolment, course, since):
        return None
    held.current = False
    session.flush()
    renewed = _issue(session, now, zone, enrolment, published, since=since)
    held.replaced_by = renewed.serial
    session.flush()
    return renewed


def current(session: Session, person_id: int, course_id: str) -> Certificate | None:
    """The certificate the person holds of a course, valid, expired or revoked; those replaced are past."""
    return session.scalar(
        select(Certificate).where(
            Certificate.person_id == person_id,
            Certificate.course_id == course_id,
            Certificate.current.is_(True),
        )
    )


def revoke(session: Session, now: datetime, serial: str, *, by: str, reason: str) -> Certificate:
    """Declares a certificate void for good, with who (username) and why; audited, and the holder is told.

    Raises NotRevocable, and ValueError without a reason.
    """
    reason = reason.strip()
    if not reason:
        raise ValueError("a reason is required")
    change = (
        update(Certificate)
        .where(Certificate.serial == serial, Certificate.revoked_at.is_(None))
        .values(revoked_at=now, revoked_by=by, revoked_because=reason)
        .execution_options(synchronize_session=False)
    )
    if cast("CursorResult[Any]", session.execute(change)).rowcount != 1:
        raise NotRevocable(serial)
    audit.record(session, now, by, "certificate.revoked", serial, reason=reason)
    session.flush()
    revoked = session.get_one(Certificate, serial, populate_existing=True)
    told = {"title": revoked.course, "message": reason}
    notices.tell(session, now, [revoked.person_id], "certificate.revoked", serial, **told)
    return revoked


def status(certificate: Certificate, today: date) -> str:
    """`valid`, `expired`, `revoked` or `replaced`. The day of expiry itself is still valid."""
    if certificate.revoked_at is not None:
        return "revoked"
    if certificate.replaced_by or not certificate.current:
        return "replaced"
    if certificate.expires_on is not None and today > certificate.expires_on:
        return "expired"
    return "valid"


def expiry(issued_on: date, months: int | None) -> date | None:
    """The last day of validity: the same day so many months on, or the last of a shorter month."""
    if months is None:
        return None
    years, month = divmod(issued_on.month - 1 + months, 12)
    year, month = issued_on.year + years, month + 1
    return date(year, month, min(issued_on.day, monthrange(year, month)[1]))


def _issue(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    enrolment: Held,
    published: Published,
    *,
    since: datetime | None,
) -> Certificate:
    course, today = published.course, now.astimezone(zone).date()
    person = session.get_one(Person, enrolment.person_id)
    seat = _seat(session, person.id, today)
    tried = _attempts(session, enrolment, since)
    began = (
        min((each.started_at for each in tried), default=enrolment.started_at)
        if since
        else enrolment.started_at
    )
    certificate = Certificate(
        serial=new_serial(),
        person_id=person.id,
        course_id=course.id,
        release_id=published.release_id,
        current=True,
        holder=person.full_name,
        staff_code=person.staff_code or "",
        unit=seat.unit,
        position=seat.position,
        course=course.title,
        issuer=course.owner,
        province=seat.province,
        reviewed_by=course.reviewed_by,
        release=published.number,
        lessons=len(course.lessons),
        hours=course.hours,
        score=recount.best(tried, _scored(course)),
        started_on=began.astimezone(zone).date(),
        completed_on=today,
        issued_at=now,
        issued_on=today,
        expires_on=expiry(today, course.valid_months),
    )
    session.add(certificate)
    session.flush()
    return certificate


def _completed_since(session: Session, enrolment: Held, course: Course, since: datetime) -> bool:
    """Whether the course was passed again: its exam where the rule has one, else every quiz of its lessons."""
    passed = {each.quiz for each in _attempts(session, enrolment, since) if each.passed}
    needed = _scored(course)
    return bool(needed) and passed.issuperset(needed)


def _scored(course: Course) -> tuple[str, ...]:
    """The quizzes that the rule of completion rests on."""
    if "exam" in course.completion:
        return ("exam",)
    quizzes = {page.id for page in course.lessons if page.quiz is not None}
    return tuple(page for page in required(course) if page in quizzes)


def _attempts(session: Session, enrolment: Held, since: datetime | None) -> list[Any]:
    query = select(Attempt.quiz, Attempt.percent, Attempt.passed, Attempt.started_at).where(
        Attempt.person_id == enrolment.person_id,
        Attempt.course_id == enrolment.course_id,
        Attempt.state != "open",
    )
    return list(session.execute(query if since is None else query.where(Attempt.finished_at >= since)))


@dataclass(frozen=True)
class _Seat:
    """Where the person sits that day, in words; empty where the roster does not say."""

    unit: str = ""
    position: str = ""
    province: str = ""


def _seat(session: Session, person_id: int, today: date) -> _Seat:
    row = session.execute(
        select(Unit, Position.title)
        .select_from(Posting)
        .join(Unit, Unit.code == Posting.unit_code)
        .outerjoin(Position, Position.code == Posting.position_code)
        .where(
            Posting.person_id == person_id,
            Posting.from_date <= today,
            or_(Posting.to_date.is_(None), Posting.to_date >= today),
        )
        .order_by(Posting.from_date.desc(), Posting.id.desc())
        .limit(1)
    ).first()
    if row is None:
        return _Seat()
    unit, title = row
    return _Seat(unit.name, title or "", _province(unit, session))


def _province(unit: Unit, session: Session) -> str:
    for above in _upward(unit, session):
        if above.kind == "province":
            return above.name
    return ""


def _upward(unit: Unit, session: Session) -> Iterable[Unit]:
    at: Unit | None = unit
    for _ in range(10):  # the tree is three high; a circle in it ends here
        if at is None:
            return
        yield at
        at = session.get(Unit, at.parent_code) if at.parent_code else None
