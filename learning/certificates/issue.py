"""Issuing and revoking certificates: all that is printed is frozen into the row."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from learning.certificates.models import Certificate


class NotRevocable(LookupError):
    """No such certificate, or revoked already."""


def revoke(session: Session, now: datetime, serial: str, *, by: str, reason: str) -> Certificate:
    """Declares a certificate void for good, with who and why; audited. Raises NotRevocable, ValueError without a reason."""
    raise NotImplementedError


def status(certificate: Certificate, today: date) -> str:
    """`valid`, `expired`, `revoked` or `replaced`."""
    raise NotImplementedError
