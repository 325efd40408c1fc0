"""The workers of `learning serve`, on a real server."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from learning.settings import ROOT

WORKERS, PATIENCE = 2, 60


def meet(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Answers when as many are served at this address as there are workers, with the process that serves."""
    room = Path(os.environ["ROOMS"]) / environ["PATH_INFO"].strip("/")
    room.mkdir(exist_ok=True)
    (room / str(os.getpid())).touch()
    until = time.monotonic() + PATIENCE
    while len(list(room.iterdir())) < WORKERS and time.monotonic() < until:
        time.sleep(0.01)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [str(os.getpid()).encode()]


def ask(address: Path, room: str) -> str:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(2 * PATIENCE)
        connection.connect(str(address))
        connection.sendall(f"GET /{room} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".encode())
        reply = b"".join(iter(lambda: connection.recv(4096), b""))
    assert reply.startswith(b"HTTP/1.1 200"), reply
    return reply.partition(b"\r\n\r\n")[2].decode()


def test_nobody_waits_for_a_worker_while_another_is_free(tmp_path: Path) -> None:
    address = tmp_path / "s"
    words = (
        f"--bind=unix:{address}",
        f"--workers={WORKERS}",
        "--threads=1",
        "--worker-class=learning.cli.worker.Worker",
        "--no-control-socket",
        f"{__name__}:meet",
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", *words], cwd=ROOT, env={**os.environ, "ROOMS": str(tmp_path)}
    )
    try:
        until = time.monotonic() + PATIENCE
        while not address.exists():
            assert time.monotonic() < until, "the server does not begin"
            time.sleep(0.05)
        with ThreadPoolExecutor(WORKERS) as people:
            for number in range(10):  # a server that spreads by chance would pass once
                served = set(people.map(lambda _, room=f"r{number}": ask(address, room), range(WORKERS)))
                assert len(served) == WORKERS, f"all wait for {served}"
    finally:
        server.terminate()
        server.wait()
