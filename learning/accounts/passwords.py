"""Passwords: how they are kept (Argon2id), compared, and which are refused."""

import re
import unicodedata
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from learning.vietnamese.folding import fold

DEMO_PASSWORD = "camtay-demo"  # noqa: S105 - published in the documents: good in mode `demo` alone
SHORTEST = 8
LONGEST = 200

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# A morning's sign-ins queue here for two at a time: each takes 19 MiB and a core.
_turns = BoundedSemaphore(2)
# Nobody's: compared where there is no password, so that an unknown name takes as long as a known one.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
_AROUND = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_ROWS = ("abcdefghijklmnopqrstuvwxyz", "0123456789", "1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")


class WeakError(ValueError):
    """A password that is not taken. `reason`: "short", "long", "common", "username" or "demo"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def hash_password(password: str) -> str:
    """About 40 ms and 19 MiB; never inside a write transaction."""
    with _turns:
        return _hasher.hash(_written(password))


def matches(password_hash: str, password: str) -> bool:
    """Whether this is the password; takes the same time where there is none (`password_hash` "")."""
    too_long = len(password) > LONGEST
    with _turns:
        try:
            _hasher.verify(password_hash or _NOBODY, _written(password[:LONGEST]))
        except (VerificationError, InvalidHashError):
            return False
    return bool(password_hash) and not too_long


def demand_strong(password: str, *, username: str, demo: bool = False) -> None:
    """Raises WeakError. Length counts, and not being a first guess; there are no rules of composition."""
    if len(password) < SHORTEST:
        raise WeakError("short")
    if len(password) > LONGEST:
        raise WeakError("long")
    if password == DEMO_PASSWORD and not demo:
        raise WeakError("demo")
    bare = _bare(password)
    if bare and bare == _bare(username):
        raise WeakError("username")
    if password.casefold().strip() == username.casefold():
        raise WeakError("username")
    if password != DEMO_PASSWORD and _first_guess(password, bare):
        raise WeakError("common")


def _first_guess(password: str, bare: str) -> bool:
    compact = fold(password).replace(" ", "")
    return (
        not bare  # digits and signs alone: a birthday, a telephone number, 12345678
        or bare in _common()
        or compact in _common()
        or compact in _leaked()
        or len(set(compact)) < 4
        or any(_runs(bare, row) for row in _ROWS)
    )


def _runs(text: str, row: str) -> bool:
    return len(text) >= 4 and (text in row or text in row[::-1])


def _bare(text: str) -> str:
    return _AROUND.sub("", fold(text).replace(" ", ""))


def _written(password: str) -> str:
    # Vietnamese keyboards compose letters differently; the same password must be the same bytes.
    return unicodedata.normalize("NFC", password)


@cache
def _common() -> frozenset[str]:
    return _listed("common-passwords.txt")


@cache
def _leaked() -> frozenset[str]:
    return _listed("leaked-passwords.txt")


def _listed(name: str) -> frozenset[str]:
    lines = Path(__file__).with_name(name).read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
