"""What a stranger may learn of a certificate: everything printed on it, and how it stands today. No more."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import UTC, date, datetime
from threading import Lock
from typing import Any

from sqlalchemy.orm import Session

from learning.certificates import serials
from learning.certificates.issue import status
from learning.certificates.models import Certificate

__all__ = ["Misses", "describe", "find", "status"]


def find(session: Session, typed: str) -> Certificate | None:
    """The certificate of a serial as typed: hyphens, spaces, lower case, O for 0 and I for 1 are forgiven."""
    serial = serials.normalise(typed)
    return None if serial is None else session.get(Certificate, serial)


def describe(certificate: Certificate, today: date) -> Mapping[str, Any]:
    """The public answer as plain JSON values: score in percent, dates ISO, the moment of revocation UTC."""
    return {
        "serial": certificate.serial,
        "status": status(certificate, today),
        "holder": certificate.holder,
        "unit": certificate.unit,
        "course": certificate.course,
        "release": certificate.release,
        "score": None if certificate.score is None else float(certificate.score),
        "issued_on": certificate.issued_on.isoformat(),
        "expires_on": certificate.expires_on and certificate.expires_on.isoformat(),
        "revoked": certificate.revoked_at
        and {
            "at": certificate.revoked_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
            "reason": certificate.revoked_because,
        },
    }


class Misses:
    """How often an address asked for certificates that do not exist: a bucket that refills with time.

    It counts misses only, so that an office behind one address, checking real papers, is never held up.
    It lives in one process: with several, a guesser gets so many times more, which changes nothing against
    130 random bits. Addresses least recently seen are forgotten first.
    """

    def __init__(self, *, burst: int = 30, each_seconds: float = 2.0, addresses: int = 10_000) -> None:
        self.burst = burst
        self.each_seconds = each_seconds
        self.addresses = addresses
        self._seen: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._lock = Lock()

    def allow(self, address: str, now: datetime) -> bool:
        """Counts one more miss; False where there have been too many of late."""
        with self._lock:
            left, at = self._seen.pop(address, (float(self.burst), now))
            left = min(self.burst, left + max(0.0, (now - at).total_seconds()) / self.each_seconds)
            allowed = left >= 1
            self._seen[address] = (left - 1 if allowed else left, now)
            if len(self._seen) > self.addresses:
                self._seen.popitem(last=False)
        return allowed
