"""`make bench`: how near the product comes to a bare Flask view of the same size, under the same server, in one run.

    lesson       a lesson page for a signed-in learner       wanted: at least 0,5 of the bare view's requests a second
    submission   a quiz submitted, graded, durably stored    wanted: at least 0,2

and how long the studio takes for the preview of a lesson of 1.500 words (preview.py; wanted: at most 50 ms). Then the
trainer's desk at the size of a province (reports.py, items.py): its data are kept in the instance's folder `bench`, and
take some minutes to make.

Both servers are gunicorn with two workers of eight threads, of the class that `learning serve` uses. `wrk` (Debian:
apt-get install wrk) sends the requests. The machine is never quiet: the two are measured in turns, in short rounds, each
is held against its neighbour, and the middle one of these ratios counts. The rates are this machine's at this hour.
"""

import json
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".venv" / "bin"
COURSE = "finance/commune-budget"
ROUNDS, SECONDS, CONNECTIONS, LEARNERS = 15, 1, 16, 4500
AGAIN = 5  # times a round's jobs are sent to the bare view, which would be through before it is warm
WANTED = {"lesson": 0.5, "submission": 0.2}
PREVIEW_MS = 50


def main() -> int:
    if shutil.which("wrk") is None:
        print("wrk is missing: apt-get install wrk", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = {**os.environ, "LEARNING_MODE": "demo", "LEARNING_INSTANCE": folder}
        for command in (["database", "upgrade"], ["courses", "publish", "courses"], ["demo"]):
            subprocess.run(
                [BIN / "learning", *command], env=environment, cwd=ROOT, check=True, capture_output=True
            )
        work = prepare(environment)
        port = free_port()
        with running([BIN / "learning", "serve", "--port", str(port)], port, environment):
            page = body_of(port, work["lesson"], work["cookie"])
            reply = submit_one(port, work["submissions"].pop())
            bare_port = free_port()
            bare = {**environment, "BARE_PAGE_BYTES": str(len(page)), "BARE_REPLY_BYTES": str(len(reply))}
            command = [
                BIN / "gunicorn",
                "-b",
                f"127.0.0.1:{bare_port}",
                "-w",
                "2",
                "-k",
                "learning.cli.worker.Worker",
                "--threads",
                "8",
            ]
            command += [
                "--keep-alive",
                "15",
                "--no-control-socket",
                "--pythonpath",
                str(ROOT / "benchmarks"),
                "bare:app",
            ]
            with running(command, bare_port, bare):
                ratios = {
                    "lesson": lesson(port, bare_port, work),
                    "submission": submission(port, bare_port, work, Path(folder)),
                }
        command = [BIN / "python", ROOT / "benchmarks" / "preview.py"]
        done = subprocess.run(command, env=environment, cwd=ROOT, check=True, capture_output=True, text=True)
    served = max(report(ratios, len(page), len(reply)), report_preview(json.loads(done.stdout)))
    return max(served, desk())


def desk() -> int:
    """The desk of a province, which tells its figures itself."""
    folder = Path(os.environ.get("LEARNING_INSTANCE") or ROOT / "instance") / "bench"
    sys.stdout.flush()
    commands = [[BIN / "python", ROOT / "benchmarks" / name, folder] for name in ("items.py", "reports.py")]
    return max(subprocess.run(command, cwd=ROOT).returncode for command in commands)


def prepare(environment: dict[str, str]) -> dict:
    """Learners with open attempts, and one who is signed in, put in the database directly: only serving is timed."""
    script = ROOT / "benchmarks" / "prepare.py"
    done = subprocess.run(
        [BIN / "python", script, COURSE, str(LEARNERS)],
        env=environment,
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    return json.loads(done.stdout)


def lesson(port: int, bare_port: int, work: dict) -> tuple[float, list[float], list[float]]:
    headers = ["-H", f"Cookie: {work['cookie']}", "-H", "Accept-Encoding: identity"]
    ours, bare = [], []
    for _ in range(ROUNDS):
        ours.append(rate(f"http://127.0.0.1:{port}{work['lesson']}", headers))
        bare.append(rate(f"http://127.0.0.1:{bare_port}/page", headers))
    return between(ours, bare), ours, bare


def submission(port: int, bare_port: int, work: dict, folder: Path) -> tuple[float, list[float], list[float]]:
    """Each submission is of another learner's attempt: a fixed number of them, however long it takes."""
    jobs, ours, bare = work["submissions"], [], []
    share = len(jobs) // ROUNDS
    for number in range(ROUNDS):
        part = folder / "jobs"
        part.write_text(
            "".join(
                f"{job['token']}\t{job['path']}\t{job['body']}\n" for job in jobs[number * share :][:share]
            )
        )
        ours.append(rate_of_jobs(port, part))
        part.write_text(
            "".join(f"{job['token']}\t/reply\t{job['body']}\n" for job in jobs[number * share :][:share])
            * AGAIN
        )
        bare.append(rate_of_jobs(bare_port, part))
    return between(ours, bare), ours, bare


def between(ours: list[float], bare: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ours, bare, strict=True))


def rate_of_jobs(port: int, jobs: Path) -> float:
    script = ROOT / "benchmarks" / "submit.lua"
    done = subprocess.run(
        ["wrk", "-t1", f"-c{CONNECTIONS}", "-d60s", "-s", script, f"http://127.0.0.1:{port}", "--", jobs],
        check=True,
        capture_output=True,
        text=True,
    )
    if "refused 0" not in done.stdout:
        raise RuntimeError(done.stdout)
    return float(re.search(r"^rate ([\d.]+)", done.stdout, re.MULTILINE)[1])


def rate(address: str, headers: list[str]) -> float:
    out = subprocess.run(
        ["wrk", "-t2", f"-c{CONNECTIONS}", f"-d{SECONDS}s", *headers, address],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    if "Non-2xx" in out:
        raise RuntimeError(out)
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])


def body_of(port: int, path: str, cookie: str) -> bytes:
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", headers={"Cookie": cookie})
    with urllib.request.urlopen(request) as reply:
        return reply.read()


def submit_one(port: int, job: dict) -> bytes:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}{job['path']}",
        data=job["body"].encode(),
        headers={"Authorization": f"Bearer {job['token']}", "Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as reply:
        return reply.read()


@contextmanager
def running(command: list, port: int, environment: dict[str, str]) -> Iterator[None]:
    server = subprocess.Popen(
        command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        time.sleep(2)  # both workers
        yield
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def report(ratios: dict, page: int, reply: int) -> int:
    print(f"lesson page {page} bytes, submission reply {reply} bytes; middle of {ROUNDS} rounds")
    for name, (ratio, ours, bare) in ratios.items():
        verdict = "ok" if ratio >= WANTED[name] else "BELOW"
        print(
            f"{name:11} {ratio:.2f} of bare (wanted {WANTED[name]})  {verdict}   "
            f"ours {statistics.median(ours):.0f}/s [{min(ours):.0f}–{max(ours):.0f}]  "
            f"bare {statistics.median(bare):.0f}/s [{min(bare):.0f}–{max(bare):.0f}]"
        )
    return 0 if all(ratio >= WANTED[name] for name, (ratio, *_) in ratios.items()) else 1


def report_preview(figures: dict) -> int:
    ms = figures["ms"]
    verdict = "ok" if ms <= PREVIEW_MS else "ABOVE"
    print(
        f"preview     {ms:.0f} ms for {figures['words']} words (wanted {PREVIEW_MS})  {verdict}   "
        f"waited {figures['waited']:.0f} ms"
    )
    return 0 if ms <= PREVIEW_MS else 1


if __name__ == "__main__":
    raise SystemExit(main())
