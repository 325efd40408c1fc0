import gc
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import insert, literal, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from learning import audit, schema
from learning.database import Base, Database, Prepared


def test_a_migrated_database_is_current_and_upgrading_again_changes_nothing(database: Database) -> None:
    assert schema.current(database)
    schema.upgrade(database)
    assert schema.current(database)


def test_the_migrations_make_exactly_what_the_models_say(database: Database) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": False})
        assert compare_metadata(context, Base.metadata) == []


def test_what_is_written_and_committed_is_read(database: Database) -> None:
    at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    with database.writing() as session:
        audit.record(session, at, "quantri", "course.published", "finance/budget", release=1)
    with database.reading() as session:
        entry = session.scalars(select(audit.AuditEntry)).one()
        assert (entry.at, entry.actor, entry.detail) == (at, "quantri", {"release": 1})


def test_half_a_character_keeps_nobody_from_reading_the_rest(database: Database) -> None:
    moment = datetime(2026, 11, 22, tzinfo=UTC)
    with database.writing() as session:
        audit.record(session, moment, "operator", "x", "y", file="\ud800ảnh.png", **{"\udfff": 1})
    with database.reading() as session:
        assert session.scalars(select(audit.AuditEntry.detail)).one() == {"file": "?ảnh.png", "?": 1}


@pytest.mark.parametrize(("most", "statements"), [(1000, 1), (14, 3)])
def test_rows_that_come_together_are_one_statement_as_far_as_one_holds_them(
    database: Database, monkeypatch: pytest.MonkeyPatch, most: int, statements: int
) -> None:
    monkeypatch.setattr("learning.database.MOST_VALUES", most)
    columns = ("at", "actor", "action", "subject", "detail")
    add = Prepared(insert(audit.AuditEntry), *columns)
    at = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
    rows = [(at, "quantri", "x", subject, {"row": subject}) for subject in ("một", "hai", "ba")]
    with database.writing() as session:
        steps: list[str] = []
        if database.sqlite:
            session.connection().connection.driver_connection.set_trace_callback(steps.append)
        assert add.run(session, *(dict(zip(columns, row, strict=True)) for row in rows)) == 3
        if database.sqlite:
            session.connection().connection.driver_connection.set_trace_callback(None)
            assert len(steps) == statements
    with database.reading() as session:
        entries = session.scalars(select(audit.AuditEntry).order_by(audit.AuditEntry.id))
        assert [(one.at, one.actor, one.action, one.subject, one.detail) for one in entries] == rows


def test_a_block_that_raises_writes_nothing(database: Database) -> None:
    with pytest.raises(RuntimeError), database.writing() as session:
        audit.record(session, datetime.now(UTC), "quantri", "x", "y")
        session.flush()
        raise RuntimeError
    with database.reading() as session:
        assert session.scalars(select(audit.AuditEntry)).all() == []


def test_sqlite_keeps_a_log_and_its_constraints(database: Database) -> None:
    if not database.sqlite:
        return
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_writers_wait_for_each_other_instead_of_failing(database: Database) -> None:
    """Eight writers read, then write: deferred transactions would fail at once with "database is locked"."""

    def write() -> None:
        for _ in range(5):
            with database.writing() as session:
                session.scalars(select(audit.AuditEntry)).all()
                audit.record(session, datetime.now(UTC), "quantri", "x", "y")

    run_together(write, 8)
    with database.reading() as session:
        assert len(session.scalars(select(audit.AuditEntry)).all()) == 40


def test_nobody_is_told_of_a_commit_before_a_sync_that_began_after_it_has_ended(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And one sync serves all who committed meanwhile: far fewer syncs than commits, none of them skipped."""
    if not database.sqlite:
        return
    syncs: list[tuple[float, float]] = []
    real = os.fdatasync

    def slow(file: int) -> None:
        begun = time.monotonic()
        real(file)
        time.sleep(0.02)
        syncs.append((begun, time.monotonic()))

    monkeypatch.setattr("learning.sqlite.os.fdatasync", slow)
    told: list[tuple[float, float]] = []

    def write() -> None:
        for _ in range(5):
            with database.write_session() as session:
                audit.record(session, datetime.now(UTC), "quantri", "x", "y")
                session.commit()
                committed = time.monotonic()
                database.commit(session)
                told.append((committed, time.monotonic()))

    run_together(write, 8)
    assert len(told) == 40
    for committed, answered in told:
        assert any(committed <= begun and ended <= answered for begun, ended in syncs)
    assert len(syncs) < 40


def test_a_sync_that_fails_acknowledges_nothing(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    if not database.sqlite:
        return

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("learning.sqlite.os.fdatasync", full)
    with pytest.raises(OperationalError), database.writing() as session:
        audit.record(session, datetime.now(UTC), "quantri", "x", "y")
    monkeypatch.undo()
    with database.writing() as session:
        audit.record(session, datetime.now(UTC), "quantri", "x", "z")


def test_those_who_wait_together_are_written_together(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While one holds the lock seven more come: each gets its own answer, and they share one transaction."""
    commits = counted(monkeypatch, Session, "commit")
    answers = side_by_side(database, [lambda session, n=n: _record(session, f"s{n}") for n in range(8)])
    assert answers == [f"s{n}" for n in range(8)]
    assert subjects(database) == {f"s{n}" for n in range(8)}
    assert len(commits) == (2 if database.sqlite else 8)


def test_who_comes_while_the_first_stands_in_the_queue_is_taken_along(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.sqlite:
        return
    with database.write_session() as other:
        _record(other, "other")
        commits = counted(monkeypatch, Session, "commit")
        threads = [
            threading.Thread(target=database.together, args=(lambda session, n=n: _record(session, f"s{n}"),))
            for n in range(5)
        ]
        for thread in threads:
            thread.start()
        for _ in range(1000):
            if len(database._together._waiting) == 5:
                break
            time.sleep(0.01)
        database.commit(other)
    for thread in threads:
        thread.join(20)
    assert subjects(database) == {"other", *(f"s{n}" for n in range(5))}
    assert len(commits) == 2


def test_a_sync_that_fails_is_told_to_all_who_shared_the_commit_and_the_next_may_write(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.sqlite:
        return

    def full(file: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("learning.sqlite.os.fdatasync", full)
    answers = side_by_side(database, [lambda session, n=n: _record(session, f"s{n}") for n in range(4)])
    assert [type(answer) for answer in answers] == [OperationalError] * 4
    monkeypatch.undo()
    assert database.together(lambda session: _record(session, "after")) == "after"


def test_one_who_waited_too_long_is_refused_and_not_written(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not database.sqlite:
        return
    inside, go_on = threading.Event(), threading.Event()

    def slow(session: Session) -> str:
        inside.set()
        assert go_on.wait(10)
        return _record(session, "slow")

    leader = threading.Thread(target=database.together, args=(slow,))
    leader.start()
    assert inside.wait(10)
    monkeypatch.setattr("learning.sqlite.BUSY_SECONDS", 0.05)
    with pytest.raises(OperationalError):
        database.together(lambda session: _record(session, "late"))
    go_on.set()
    leader.join(20)
    assert subjects(database) == {"slow"}
    assert database.together(lambda session: _record(session, "after")) == "after"


def test_one_that_fails_takes_nobody_along(database: Database) -> None:
    def fail(session: Session) -> str:
        _record(session, "never")
        raise LookupError("mine")

    verbs = [lambda session, n=n: _record(session, f"s{n}") for n in range(5)]
    answers = side_by_side(database, [*verbs, fail])
    assert answers[:5] == [f"s{n}" for n in range(5)]
    assert isinstance(answers[5], LookupError)
    assert subjects(database) == {f"s{n}" for n in range(5)}


def test_a_commit_that_fails_is_told_to_all_who_shared_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(session: Session) -> None:
        raise OperationalError("COMMIT", {}, OSError("no space left"))

    verbs = [lambda session, n=n: _record(session, f"s{n}") for n in range(4)]
    monkeypatch.setattr(Session, "commit", refuse)
    answers = side_by_side(database, verbs)
    assert [type(answer) for answer in answers] == [OperationalError] * 4
    monkeypatch.undo()
    assert subjects(database) == set()
    assert database.together(verbs[0]) == "s0"


def _record(session: Session, subject: str) -> str:
    audit.record(session, datetime(2026, 11, 22, tzinfo=UTC), "quantri", "x", subject)
    session.flush()
    return subject


def subjects(database: Database) -> set[str]:
    with database.reading() as session:
        return set(session.scalars(select(audit.AuditEntry.subject)))


def side_by_side(database: Database, verbs: list[Callable[[Session], str]]) -> list[str | BaseException]:
    """What each verb came to, where the first is held up until all the others wait behind it."""
    inside, answers = threading.Event(), [LookupError("none") for _ in verbs]
    waiting = threading.Semaphore(0)

    def first(session: Session) -> str:
        inside.set()
        for _ in verbs[1:] if database.sqlite else ():
            waiting.acquire(timeout=10)
        return verbs[0](session)

    def do(place: int, verb: Callable[[Session], str]) -> None:
        try:
            answers[place] = database.together(verb)
        except Exception as error:
            answers[place] = error

    class Told(type(database._together._waiting)):
        def append(self, job: object) -> None:
            super().append(job)
            waiting.release()

    leader = threading.Thread(target=do, args=(0, first))
    leader.start()
    assert inside.wait(10)
    database._together._waiting = Told()
    threads = [threading.Thread(target=do, args=(n, verb)) for n, verb in enumerate(verbs) if n]
    for thread in threads:
        thread.start()
    for thread in (leader, *threads):
        thread.join(20)
    return answers


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[None]:
    calls: list[None] = []
    real = getattr(owner, name)

    def count(self: object, *given: object) -> object:
        calls.append(None)
        return real(self, *given)

    monkeypatch.setattr(owner, name, count)
    return calls


def test_two_processes_write_in_turns(database: Database) -> None:
    """Each of four processes adds one to a counter a hundred times; none is lost and none waits for ever."""
    if not database.sqlite:
        return
    program = (
        "import sys; from datetime import UTC, datetime\n"
        "from learning import audit; from learning.database import Database\n"
        "database = Database(sys.argv[1])\n"
        "for _ in range(50):\n"
        "    with database.writing() as session:\n"
        "        audit.record(session, datetime.now(UTC), 'quantri', 'x', 'y')\n"
    )
    url = database.engine.url.render_as_string()
    processes = [subprocess.Popen([sys.executable, "-c", program, url]) for _ in range(4)]
    assert [process.wait(60) for process in processes] == [0] * 4
    with database.reading() as session:
        assert len(session.scalars(select(audit.AuditEntry)).all()) == 200


def run_together(work: Callable[[], None], count: int) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_file_that_cannot_be_opened_is_said_so(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'da.sqlite'}")
    (tmp_path / "da.sqlite").mkdir()
    with pytest.raises(OperationalError):
        database.look_up(Prepared(select(literal(1).label("one"))))
    gc.collect()
    database.dispose()
