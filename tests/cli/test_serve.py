import sys
from datetime import date, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from learning.accounts.models import Person
from learning.cli import serve
from learning.database import Database
from learning.organisation.models import Posting
from tests import make
from tests.cli.conftest import Learning


def test_the_sweep_shuts_out_once_a_day_whoever_s_last_day_is_over(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    with database.writing() as session:
        person_id = make.person(session).id
        session.add(
            Posting(
                person_id=person_id,
                unit_code=make.unit(session).code,
                from_date=date(2026, 1, 1),
                to_date=date(2026, 11, 22),
            )
        )
    # Three turns: the last day, the day after, and the same day again.
    days = [date(2026, 11, 22), date(2026, 11, 23), date(2026, 11, 23)]
    active = []

    def wait(seconds: float) -> bool:
        with database.reading() as session:
            active.append(session.get_one(Person, person_id).active)
        return len(active) > len(days)

    monkeypatch.setattr(serve, "connect", lambda: database)
    monkeypatch.setattr(serve, "now", lambda: now)
    monkeypatch.setattr(serve, "today", lambda: days[len(active) - 1])
    monkeypatch.setattr(serve.threading, "Event", lambda: SimpleNamespace(wait=wait))
    serve._sweep_forever()
    assert active == [True, True, False, False]


def test_what_a_sweep_cannot_do_holds_up_nothing_else(
    database: Database, now: datetime, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    done = []

    def fail(*given: object, **more: object) -> None:
        raise RuntimeError("an attempt that cannot be closed")

    turns = iter([False, True])
    monkeypatch.setattr(serve, "connect", lambda: database)
    monkeypatch.setattr(serve, "now", lambda: now)
    monkeypatch.setattr(serve, "today", lambda: date(2026, 11, 22))
    monkeypatch.setattr(serve.threading, "Event", lambda: SimpleNamespace(wait=lambda seconds: next(turns)))
    monkeypatch.setattr(serve.outcomes, "settle_overdue", fail)
    monkeypatch.setattr(serve.departures, "settle", lambda *given: done.append("departures"))
    monkeypatch.setattr(serve.sweeping, "publish_due", lambda *given: done.append("drafts"))
    monkeypatch.setattr(serve, "_regrade_some", lambda: done.append("regrades"))
    serve._sweep_forever()
    assert done == ["departures", "drafts", "regrades"]
    assert "an attempt that cannot be closed" in caplog.text


@pytest.mark.parametrize(("host", "bind"), [("127.0.0.1", "127.0.0.1:8123"), ("::1", "[::1]:8123")])
def test_it_listens_on_loopback_of_either_kind(
    learning: Learning, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, host: str, bind: str
) -> None:
    monkeypatch.setenv("LEARNING_INSTANCE", str(tmp_path))
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", "")  # put back afterwards
    monkeypatch.delitem(sys.modules, "prometheus_client", raising=False)
    begun = []
    monkeypatch.setattr(
        serve, "Server", lambda options: SimpleNamespace(run=lambda: begun.append(options["bind"]))
    )
    assert learning("serve", "--host", host, "--port", "8123").exit_code == 0
    assert begun == [bind]
    assert learning("serve", "--host", "0.0.0.0", "--port", "8123").exit_code == 2
    assert len(begun) == 1
