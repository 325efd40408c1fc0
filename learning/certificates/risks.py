"""Certificates after a regrading: those that nothing bears out any more, and what is told beside one as it was printed.

Nothing here happens by itself: a person looks, and revokes by name with a reason, or leaves it.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Literal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from learning.accounts.models import Person
from learning.certificates import issue
from learning.certificates.models import Certificate
from learning.library import catalogue
from learning.progress.completion import required
from learning.progress.models import Enrolment
from learning.quizzes.models import Attempt, Regrade


class NotAtRisk(LookupError):
    """This certificate rests on what is still passed, or is none that counts: it is not revoked here."""


@dataclass(frozen=True)
class AtRisk:
    """A certificate that stands, though a confirmed fall took the pass under it. `confirmed_by` spoke for the fall."""

    serial: str
    person_id: int
    username: str
    full_name: str
    course_id: str
    attempt_id: str
    confirmed_by: str
    at: datetime


@dataclass(frozen=True)
class Afterwards:
    """What a regrading means to a certificate as it was printed. `kind`: "gained" (issued because of it), "fell" (the
    pass under it fell; the certificate stands), "score" (the person's best is `best` percent now, not what is printed).
    """

    kind: Literal["gained", "fell", "score"]
    at: datetime
    best: Decimal | None = None


def at_risk(session: Session, course_id: str = "") -> list[AtRisk]:
    """Certificates that stand although a confirmed fall took a pass they rest on (of a page that the rule of their
    release counts), and the person has passed that quiz in no other attempt. For a person to look at, one by one;
    nothing happens by itself."""
    other = aliased(Attempt)
    passed = exists().where(
        other.person_id == Attempt.person_id,
        other.course_id == Attempt.course_id,
        other.quiz == Attempt.quiz,
        other.passed.is_(True),
    )
    query = (
        select(Certificate, Person, Regrade, Attempt.quiz)
        .select_from(Regrade)
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .join(Person, Person.id == Attempt.person_id)
        .join(
            Certificate,
            (Certificate.person_id == Attempt.person_id) & (Certificate.course_id == Attempt.course_id),
        )
        .where(
            Regrade.outcome == "moved",
            Regrade.passed_before,
            ~Regrade.passed_after,
            Certificate.current,
            Certificate.revoked_at.is_(None),
            Certificate.issued_at <= Regrade.at,
            ~passed,
        )
        .order_by(Person.sort_key, Person.id, Regrade.id)
    )
    if course_id:
        query = query.where(Attempt.course_id == course_id)
    found = {
        certificate.serial: AtRisk(
            certificate.serial,
            person.id,
            person.username,
            person.full_name,
            certificate.course_id,
            regrade.attempt_id,
            regrade.by,
            regrade.at,
        )
        for certificate, person, regrade, quiz in session.execute(query)
        if rests_on(session, certificate.release_id, quiz)
    }
    return list(found.values())


def afterwards(session: Session, certificate: Certificate) -> list[Afterwards]:
    """What is to be told beside a certificate whose course was graded again; empty where nothing was. What is printed
    stays as it was printed."""
    rows = session.scalars(
        select(Regrade)
        .join(Attempt, Attempt.id == Regrade.attempt_id)
        .where(
            Attempt.person_id == certificate.person_id,
            Attempt.course_id == certificate.course_id,
            Regrade.outcome == "moved",
        )
        .order_by(Regrade.id)
    ).all()
    told = [
        Afterwards("gained", row.at)
        for row in rows
        # Both are written in one transaction, at one moment.
        if row.at == certificate.issued_at and row.passed_after and not row.passed_before
    ][:1]
    later = [row for row in rows if row.at > certificate.issued_at]
    risks = {one.serial: one for one in at_risk(session, certificate.course_id)} if later else {}
    if certificate.serial in risks:
        told.append(Afterwards("fell", risks[certificate.serial].at))
    elif later and certificate.current:
        best = session.scalar(
            select(Enrolment.best).where(
                Enrolment.person_id == certificate.person_id, Enrolment.course_id == certificate.course_id
            )
        )
        if best is not None and best != certificate.score:
            told.append(Afterwards("score", later[-1].at, best))
    return told


def revoke(session: Session, now: datetime, serial: str, *, by: str, reason: str) -> Certificate:
    """Declares a certificate of `at_risk` void, on its own and with a reason that its page shows; audited.

    Raises NotAtRisk, issue.NotRevocable, ValueError without a reason.
    """
    if serial not in {one.serial for one in at_risk(session)}:
        raise NotAtRisk(serial)
    return issue.revoke(session, now, serial, by=by, reason=reason)


def rests_on(session: Session, release_id: int, quiz: str) -> bool:
    """Whether a certificate of this release is given for passing the quiz, among others."""
    return quiz in required(catalogue.release(session, release_id).course)
