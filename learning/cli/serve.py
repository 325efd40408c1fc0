"""`learning serve`: the production server, a gunicorn master that replaces a worker that dies."""

import gc
import ipaddress
import logging
import os
import shutil
import sys
import threading
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from sqlalchemy.exc import OperationalError

from learning.accounts import looks
from learning.certificates import outcomes, regrades
from learning.cli import sweeping
from learning.cli.context import database as connect
from learning.cli.context import now, settings, today, zone
from learning.organisation import departures
from learning.organisation.units import departments
from learning.schema import current

THREADS = 8  # a worker: those who wait for the disk share its next sync, and the transaction before it
GARBAGE = 10_000  # new objects before circles are looked for among them: hardly a request leaves one
SWEEP_SECONDS = 15
SWEEP_BATCH = 200
REMIND_SECONDS = 60
ASK_EVERY = timedelta(minutes=10)  # a look at everybody who has done a course in the last months
REGRADE_BATCH = 20  # a fraction of a second of writing, then learners' answers come first
REGRADE_PAUSE = 0.2
logger = logging.getLogger(__name__)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, envvar="PORT", type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Chạy máy chủ."""
    if settings().demo and not _loopback(host):
        raise click.UsageError(
            "Chế độ demo chỉ nghe ở 127.0.0.1; đặt LEARNING_MODE=production để phục vụ ra ngoài."
        )
    if not current(connect()):
        raise click.UsageError("Cơ sở dữ liệu chưa đúng phiên bản: hãy chạy `learning database upgrade`.")
    connect().dispose()  # the workers open their own
    _share_figures()
    if (
        "prometheus_client" in sys.modules
    ):  # begun by `flask`, which has built the application: see Server.load
        words = ("serve", f"--host={host}", f"--port={port}", f"--workers={workers}")
        os.execv(sys.executable, [sys.executable, "-c", "from learning.cli import main; main()", *words])  # noqa: S606
    Server(
        {
            "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
            "workers": workers,
            "worker_class": "learning.cli.worker.Worker",
            "threads": THREADS,
            "timeout": 60,
            "graceful_timeout": 20,
            "keepalive": 15,
            "max_requests": 0,
            "limit_request_line": 4094,
            "limit_request_fields": 60,
            "forwarded_allow_ips": "127.0.0.1",
            "control_socket_disable": True,
            "post_worker_init": lambda worker: _begin(),
        }
    ).run()


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Server(BaseApplication):  # type: ignore[misc]
    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        # Only here, in the worker: the figures' library looks for its shared folder as it is loaded.
        from learning.app import create_app

        return create_app(settings())


def _share_figures() -> None:
    """A fresh folder in which the workers add up what /metrics tells."""
    folder = settings().instance / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def _begin() -> None:
    """In each worker, before its first request."""
    gc.set_threshold(GARBAGE)
    threading.Thread(target=_sweep_forever, name="sweep", daemon=True).start()
    threading.Thread(target=_remind_forever, name="remind", daemon=True).start()
    if settings().mail_url:
        threading.Thread(target=_post_forever, name="post", daemon=True).start()


def _sweep_forever() -> None:
    """Closes attempts whose time is up, so that tables and certificates do not wait for the learner's next look;
    once a day shuts out those whose last day is over, forgets who looked at whom long ago, and drops what was shown of
    practices long over; publishes drafts on their day; grades again what a corrected key asks for. What one of these
    cannot do holds up none of the others."""
    pause = threading.Event()
    settled: date | None = None

    def close_overdue() -> None:
        with connect().writing() as session:
            outcomes.settle_overdue(session, now(), zone(), limit=SWEEP_BATCH)

    def daily() -> None:
        nonlocal settled
        if settled != (day := today()):
            with connect().writing() as session:
                departures.settle(session, now(), day)
                looks.forget(session, day - timedelta(days=looks.KEPT_DAYS))
            sweeping.forget_evidence(connect(), now, lambda: pause.wait(REGRADE_PAUSE))
            settled = day

    def publish_due() -> None:
        sweeping.publish_due(connect(), now, today(), departments())

    def regrade() -> None:
        while _regrade_some():
            pause.wait(REGRADE_PAUSE)

    while not pause.wait(SWEEP_SECONDS):
        for step in (close_overdue, daily, publish_due, regrade):
            _try("sweep", step)


def _remind_forever() -> None:
    """Once a day, outside quiet hours, reminds people of what waits for them, tells unit heads of the tables set for
    them, asks people of the courses they have done, and counts what they said; beside the sweep, because a province takes
    a minute of it."""
    pause = threading.Event()
    reminded: date | None = None
    asked: datetime | None = None

    def remind() -> None:
        nonlocal reminded
        if reminded == (day := today()):
            return
        if sweeping.remind(connect(), now, zone(), lambda: pause.wait(REGRADE_PAUSE)) is not None:
            reminded = day

    def tell_scheduled() -> None:
        sweeping.tell_scheduled(connect(), now, zone(), lambda: pause.wait(REGRADE_PAUSE))

    def ask() -> None:
        nonlocal asked
        if asked is None or now() - asked >= ASK_EVERY:
            sweeping.ask(connect(), now, zone(), lambda: pause.wait(REGRADE_PAUSE))
            asked = now()

    def count_opinions() -> None:
        sweeping.count_opinions(connect(), now, today(), lambda: pause.wait(REGRADE_PAUSE))

    steps = {
        "reminders": remind,
        "scheduled reports": tell_scheduled,
        "asking": ask,
        "opinions": count_opinions,
    }
    while not pause.wait(REMIND_SECONDS):
        for name, step in steps.items():
            _try(name, step)


def _post_forever() -> None:
    """Sends the letters that wait; beside the sweep, because a mail server that does not answer takes its time."""
    pause = threading.Event()
    while not pause.wait(SWEEP_SECONDS):
        _try("letters", lambda: sweeping.send_letters(connect(), now, settings()))


def _try(name: str, step: Callable[[], object]) -> None:
    """Takes a step; what goes wrong is logged, and tried again with the next turn."""
    try:
        step()
    except OperationalError:
        logger.warning("%s: the database is busy; trying again in %s s", name, SWEEP_SECONDS)
    except Exception:
        logger.exception(name)


def _regrade_some() -> bool:
    """A few attempts that an order waits for; no transaction is begun to write where there are none."""
    with connect().reading() as session:
        if not regrades.to_do(session, now()):
            return False
    with connect().writing() as session:
        return regrades.settle(session, now(), zone(), limit=REGRADE_BATCH) == REGRADE_BATCH
