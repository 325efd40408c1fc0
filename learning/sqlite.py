"""What makes SQLite serve many at once: writers in a queue, and one sync of the disk for all who wait for it.

SQLite alone lets waiting writers poll, so that under load an unlucky one waits for ever; and it syncs each
commit while it holds the write lock. Here a writer stands in a queue (a lock in this process, a file lock
between processes), commits without a sync, and lets the next one in. Before anybody is told of the commit,
`Journal.settle` sees to it that a sync which began after it has ended: one sync serves all who committed
meanwhile. What is acknowledged is on the disk, as with `synchronous=FULL`.
"""

import fcntl
import os
import sqlite3
import threading
from pathlib import Path
from typing import Any, cast
from weakref import WeakSet

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

BUSY_SECONDS = 10
CHECKPOINT_PAGES = 8000  # 32 MB of log: whoever commits next moves it into the database while others wait


class Journal:
    """The write-ahead log of one database, synced by whoever needs it, for all who wait."""

    def __init__(self, database: str) -> None:
        self.path = f"{database}-wal"
        self._changed = threading.Condition()
        self._begun = 0
        self._ended = 0
        self._running = False

    def mark(self) -> int:
        """What `settle` waits for, so that all that is committed by now is on the disk."""
        with self._changed:
            # A sync that runs already may have begun before the commit: only the next one is sure to hold it.
            return self._begun + 1

    def settle(self, mark: int) -> None:
        """Returns when all that was committed before `mark` was taken is on the disk; raises OperationalError where it
        cannot be."""
        with self._changed:
            while self._ended < mark:
                if self._running:
                    self._changed.wait()
                else:
                    self._sync_for_all()

    def _sync_for_all(self) -> None:
        self._running = True
        self._begun += 1
        mine = self._begun
        self._changed.release()
        try:
            self._sync()
        except BaseException as error:
            mine = 0  # nobody may take this one for done
            raise OperationalError("COMMIT", {}, error) from error
        finally:
            self._changed.acquire()
            self._running = False
            self._ended = max(self._ended, mine)
            self._changed.notify_all()

    def _sync(self) -> None:
        try:
            file = os.open(self.path, os.O_RDONLY)
        except FileNotFoundError:
            return  # the last connection closed: SQLite has moved all of it into the database, synced
        try:
            os.fdatasync(file)
        finally:
            os.close(file)


class Readers:
    """A connection for each thread that only looks, kept open as long as the thread lives: it never stands in a
    queue, is in no transaction, and sees what is committed when it asks."""

    def __init__(self, database: str) -> None:
        self.path = database
        self._mine = threading.local()
        self._all: WeakSet[Reader] = WeakSet()

    def fetch(self, text: str, parameters: Any) -> list[tuple[Any, ...]]:
        """The rows as the driver gives them. Raises sqlite3.Error."""
        reader: Reader | None = getattr(self._mine, "reader", None)
        if reader is None:
            reader = self._mine.reader = Reader(self.path)
            self._all.add(reader)
        return reader.connection.execute(text, parameters).fetchall()

    def close(self) -> None:
        self._mine = threading.local()
        for reader in list(self._all):
            reader.connection.close()


class Reader:
    def __init__(self, database: str) -> None:
        # Closed by whichever thread ends the program, hence not bound to this one.
        self.connection = sqlite3.connect(
            database, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False
        )
        self.connection.execute("PRAGMA query_only=ON").close()

    def __del__(self) -> None:
        if hasattr(self, "connection"):  # not where the file could not be opened
            self.connection.close()


class Queue:
    """One writer at a time, over all threads and processes of this machine, and no process twice while another
    waits: who is next holds the door, and whoever has just written finds it shut."""

    def __init__(self, database: str) -> None:
        self.path, self.door = f"{database}-queue", f"{database}-door"
        self._thread = threading.Lock()
        self._turn: int | None = None

    def enter(self) -> None:
        """Raises OperationalError after BUSY_SECONDS behind others of this process; of each process only the first
        waits without end, asleep, for a lock that its holder loses even by dying."""
        if not self._thread.acquire(timeout=BUSY_SECONDS):
            raise busy()
        try:
            door = _take(self.door)
            try:
                self._turn = _take(self.path)
            finally:
                os.close(door)
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        if self._turn is not None:
            os.close(self._turn)
            self._turn = None
        self._thread.release()


class Writer(sqlite3.Connection):
    """A connection that may stand in the queue, and leaves it the moment its transaction is over."""

    queue: Queue | None = None

    def commit(self) -> None:
        super().commit()
        self._leave()

    def rollback(self) -> None:
        try:
            super().rollback()
        finally:
            self._leave()

    def close(self) -> None:
        try:
            super().close()
        finally:
            self._leave()

    def _leave(self) -> None:
        queue, self.queue = self.queue, None
        if queue is not None:
            queue.leave()


def _take(path: str) -> int:
    """The lock of this file, as a descriptor: closing it, or dying, gives it up."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except BaseException:
        os.close(file)
        raise
    return file


def busy() -> OperationalError:
    return OperationalError("BEGIN IMMEDIATE", {}, sqlite3.OperationalError("database is locked"))


def make_engine(url: str, **options: Any) -> tuple[Engine, Journal | None, Readers | None]:
    """An engine whose connections stand in the queue before they write; its journal and readers (None in memory)."""
    engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "factory": Writer}, **options)
    path = engine.url.database
    event.listen(engine, "connect", _prepare)
    if not path or path == ":memory:":
        event.listen(engine, "begin", _begin)
        return engine, None, None
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    queue = Queue(path)

    def begin(connection: Connection) -> None:
        if not _writes(connection):
            _begin(connection)
            return
        queue.enter()
        try:
            _begin(connection)
        except BaseException:
            queue.leave()
            raise
        cast(Writer, connection.connection.driver_connection).queue = queue

    event.listen(engine, "begin", begin)
    return engine, Journal(path), Readers(path)


def _prepare(connection: Any, record: object) -> None:
    # None: the driver leaves BEGIN to us (it would begin deferred, and not at all for DDL).
    connection.isolation_level = None
    pragmas = (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        f"busy_timeout={BUSY_SECONDS * 1000}",
    )
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}").close()


def _begin(connection: Connection) -> None:
    # Past SQLAlchemy, which would make a statement of it: this runs with every request.
    driver: Any = connection.connection.driver_connection
    try:
        driver.execute("BEGIN IMMEDIATE" if _writes(connection) else "BEGIN").close()
    except sqlite3.OperationalError as error:
        raise OperationalError("BEGIN", {}, error) from error


def _writes(connection: Connection) -> bool:
    return connection.get_execution_options().get("begin") == "IMMEDIATE"
