"""An uploaded file between the look and the deed: in the instance, where only this person's second step finds it."""

import os
import re
import secrets
import shutil
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

from learning.accounts.visitors import visitor
from learning.web.context import now, settings

KEPT = timedelta(hours=4)  # between the look and the deed
KEPT_MOST = 5  # files of one person that were looked at
NAME_MOST = 100
_TOKEN = re.compile(r"[0-9a-f]{32}")


def keep(name: str, kind: str, data: bytes) -> str:
    """The token by which this person finds it again; the oldest of many go."""
    _sweep()
    mine = sorted((settings().instance / "imports").glob(f"{visitor().id}-*"), key=_age)
    for one in mine[: max(0, len(mine) - KEPT_MOST + 1)]:
        shutil.rmtree(one, ignore_errors=True)
    token = secrets.token_hex(16)
    place = _place(token)
    place.mkdir(parents=True, mode=0o700)
    (place / "data").write_bytes(data)
    (place / "name").write_text(f"{kind}\n{name[-NAME_MOST:]}", encoding="utf-8")
    os.utime(place, (now().timestamp(),) * 2)  # by the product's own clock
    return token


def kept(token: str) -> tuple[str, str, bytes] | None:
    """Name, kind and bytes of what this person looked at."""
    _sweep()
    if not _TOKEN.fullmatch(token) or not _place(token).is_dir():
        return None
    kind, _newline, name = (_place(token) / "name").read_text(encoding="utf-8").partition("\n")
    return name, kind, (_place(token) / "data").read_bytes()


def forget(token: str) -> None:
    """A look is good for one deed."""
    shutil.rmtree(_place(token), ignore_errors=True)


def _sweep() -> None:
    for old in (settings().instance / "imports").glob("*-*"):
        with suppress(FileNotFoundError):
            if old.stat().st_mtime < (now() - KEPT).timestamp():
                shutil.rmtree(old, ignore_errors=True)


def _age(place: Path) -> float:
    with suppress(FileNotFoundError):
        return place.stat().st_mtime
    return 0


def _place(token: str) -> Path:
    return settings().instance / "imports" / f"{visitor().id}-{token}"
