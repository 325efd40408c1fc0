"""What locks a person's records on a phone: derived from the server's secret, the same at each sign-in, kept nowhere.

Two people may share a phone. What one of them answered without a network waits there encrypted; its key comes with
the person's own sign-in alone (docs/decisions/offline.md). A new secret makes new keys: a phone that still has the
old one seals its records again.
"""

import hmac
from dataclasses import dataclass

from flask import Response

from learning.web.context import settings

SIZE = 32  # bytes
COOKIE = "person"  # which static/js/vault.js reads
OUT = "out"
YEAR = 365 * 24 * 3600


@dataclass(frozen=True)
class Vault:
    """`person`: a name that tells nobody whose it is; `key`: 256 bits; both in hexadecimal."""

    person: str
    key: str


def vault(secret: str, person_id: int) -> Vault:
    return Vault(
        person=derive(secret, f"camtay vault person {person_id}")[:32],
        key=derive(secret, f"camtay vault key {person_id}"),
    )


def tell_whose(response: Response, person: str) -> None:
    """Tells this browser's scripts who signed in last, or OUT. It outlives the sign-in: without a network, when that has
    run out, what is on the phone is still its person's."""
    secure = settings().base_url.startswith("https://")
    response.set_cookie(COOKIE, person, max_age=YEAR, samesite="Lax", secure=secure)


def derive(secret: str, purpose: str) -> str:
    """HKDF-SHA256 (RFC 5869) without salt: 32 bytes, which are its first block."""
    extracted = hmac.digest(bytes(SIZE), secret.encode(), "sha256")
    return hmac.digest(extracted, purpose.encode() + b"\x01", "sha256").hex()
