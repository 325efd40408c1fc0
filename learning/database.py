"""The database: one engine, two doors. `reading()` sees, `writing()` changes and commits durably.

Acknowledged means committed and on the disk: `commit` returns only then (sqlite.py; PostgreSQL does so by
itself). A write transaction begins IMMEDIATE on SQLite, because a deferred one that turns into a writer half-way
fails at once instead of waiting its turn.
"""

import json
import re
import sqlite3
import threading
from collections import deque, namedtuple
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Insert,
    Integer,
    MetaData,
    PoolProxiedConnection,
    Select,
    Update,
    create_engine,
)
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

from learning import sqlite

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


# What columns of JSON hold, written and read by the library that the API speaks with.
def _json(value: Any) -> str:
    try:
        return msgspec.json.encode(value).decode()
    except (
        UnicodeEncodeError
    ):  # half a character, as in the name of a broken file: nothing could read it back
        return json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()


_JSON = {"json_serializer": _json, "json_deserializer": msgspec.json.decode}
_PLAIN_INSERT = re.compile(r"INSERT INTO .* VALUES (\((?:\?|, )+\))")
MOST_VALUES = 32_000  # of one statement; SQLite's own limit is 32.766
_LINK = "driver's connection"  # in Session.info: a _Link
Done = TypeVar("Done")
# SQLite counts only INTEGER PRIMARY KEY up by itself; PostgreSQL wants room for every answer of a country.
BigId = BigInteger().with_variant(Integer, "sqlite")


class Moment(TypeDecorator[datetime]):
    """An aware UTC moment on both databases; a naive one is refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment must know its zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    # SQLite keeps text, as SQLAlchemy writes it; here in one step, because an answer holds a dozen of them.
    def bind_processor(self, dialect: Dialect) -> Any:
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)

        def text(value: datetime | None) -> str | None:
            moment = self.process_bind_param(value, dialect)
            return None if moment is None else moment.replace(tzinfo=None).isoformat(" ", "microseconds")

        return text

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)
        return lambda text: None if text is None else datetime.fromisoformat(f"{text}+00:00")


class Exact(TypeDecorator[Decimal]):
    """A decimal exact to a millionth, kept as a whole number so that both databases sort and sum it."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> int | None:
        return None if value is None else int((Decimal(value) * 1_000_000).to_integral_value())

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value) / 1_000_000


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment, Decimal: Exact}  # noqa: RUF012


def insert(session: Session, table: type[Base]) -> Any:
    """An INSERT that may say what becomes of a row that is there already (`on_conflict_…`)."""
    made: Any = sqlite_insert if session.get_bind().dialect.name == "sqlite" else postgresql_insert
    return made(table)


class Prepared:
    """A statement that runs with nearly every request: compiled once for a database, then run past all machinery.

    Values go in under the names of its `bindparam`s (which are never names of columns), rows come out as named
    tuples of the columns' types. An INSERT or UPDATE also takes the `columns` it sets, by name.
    """

    def __init__(self, statement: Select[*tuple[Any, ...]] | Insert | Update, *columns: str) -> None:
        self.statement = statement.inline() if isinstance(statement, Insert) else statement
        self.columns = columns
        self._ready: dict[str, _Ready] = {}

    def rows(self, session: Session, **values: Any) -> list[Any]:
        """What the statement finds, in the session's transaction."""
        link = _link(session)
        ready = self.ready(link.dialect)
        cursor = link.execute(ready.text, ready.bind(values))
        try:
            return ready.read(cursor.fetchall())
        finally:
            cursor.close()

    def run(self, session: Session, *values: Mapping[str, Any]) -> int:
        """Runs the statement for each of `values`; how many rows it changed. Raises IntegrityError."""
        if not values:
            return 0
        link = _link(session)
        ready = self.ready(link.dialect)
        text, bound, many = ready.join([ready.bind(each) for each in values])
        cursor = link.execute(text, bound, many=many)
        try:
            return cast(int, cursor.rowcount)
        finally:
            cursor.close()

    def ready(self, dialect: Dialect) -> "_Ready":
        ready = self._ready.get(dialect.name)
        if ready is None:
            ready = self._ready[dialect.name] = _Ready(self, dialect)
        return ready


class _Ready:
    """A prepared statement for one kind of database: its text, and what turns values and rows round."""

    def __init__(self, prepared: Prepared, dialect: Dialect) -> None:
        compiled = prepared.statement.compile(dialect=dialect, column_keys=list(prepared.columns) or None)
        self.text = str(compiled)
        self._order = getattr(compiled, "positiontup", None)
        plain = _PLAIN_INSERT.fullmatch(self.text)
        self._row_of_values = plain[1] if plain else ""
        self._fixed = {
            name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required
        }
        writers = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        }
        self._writers = [(name, writers[name]) for name in self._order or writers]
        columns = getattr(prepared.statement, "selected_columns", ())
        self._row: Any = namedtuple("_row", [column.key for column in columns])  # type: ignore[misc]
        made = (column.type.dialect_impl(dialect).result_processor(dialect, None) for column in columns)
        self._readers = [(place, process) for place, process in enumerate(made) if process]

    def bind(self, values: Mapping[str, Any]) -> Any:
        given = {**self._fixed, **values} if self._fixed else values
        ready = [write(given[name]) if write else given[name] for name, write in self._writers]
        if self._order is not None:
            return ready
        return dict(zip((name for name, _ in self._writers), ready, strict=True))

    def join(self, rows: list[Any]) -> tuple[str, Any, bool]:
        """What to run for all these (bound) rows, with what, and whether once for each. SQLite gets them in one INSERT:
        each step of a statement lets go of the interpreter's lock, and may wait long to have it again."""
        if len(rows) == 1:
            return self.text, rows[0], False
        if self._row_of_values and len(rows) * len(rows[0]) <= MOST_VALUES:
            values = [value for row in rows for value in row]
            return self.text + f", {self._row_of_values}" * (len(rows) - 1), values, False
        return self.text, rows, True

    def read(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        return [self._row._make(self._typed(row)) for row in rows]

    def _typed(self, row: tuple[Any, ...]) -> list[Any]:
        typed = list(row)
        for place, process in self._readers:
            typed[place] = process(typed[place])
        return typed


class _Link(NamedTuple):
    """The driver's connection of a session's transaction."""

    transaction: SessionTransaction | None
    connection: PoolProxiedConnection
    dialect: Dialect

    def execute(self, text: str, parameters: Any, *, many: bool = False) -> Any:
        """The driver's cursor, executed. What the session holds back is not written first: every verb flushes."""
        cursor: Any = self.connection.cursor()
        try:
            (cursor.executemany if many else cursor.execute)(text, parameters)
        except self.dialect.loaded_dbapi.Error as error:
            cursor.close()
            base = self.dialect.loaded_dbapi.Error
            raise DBAPIError.instance(text, parameters, error, base, dialect=self.dialect) from error
        return cursor


def _link(session: Session) -> _Link:
    """Asked for once in each transaction."""
    link: _Link | None = session.info.get(_LINK)
    if link is None or link.transaction is None or link.transaction is not session.get_transaction():
        connection = session.connection()
        link = _Link(session.get_transaction(), connection.connection, connection.dialect)
        session.info[_LINK] = link
    return link


class Database:
    """The engine of one process and its two kinds of session."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._journal: sqlite.Journal | None = None
        self._readers: sqlite.Readers | None = None
        if url.startswith("sqlite"):
            self.engine, self._journal, self._readers = sqlite.make_engine(url, pool_size=pool_size, **_JSON)
        else:
            self.engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True, **_JSON)
        # What tells this database from another in the same process: part of the key of whatever is kept in memory.
        self.address = self.engine.url.render_as_string()
        self._writer = self.engine.execution_options(begin="IMMEDIATE")
        self._together = _Together(self)

    @property
    def sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def look_up(self, lookup: Prepared, **values: Any) -> list[Any]:
        """What the statement finds, in no transaction and no session."""
        ready = lookup.ready(self.engine.dialect)
        parameters = ready.bind(values)
        try:
            return ready.read(self._fetch(ready.text, parameters))
        except (sqlite3.Error, self.engine.dialect.loaded_dbapi.Error) as error:
            raise OperationalError(ready.text, {}, error) from error

    def _fetch(self, text: str, parameters: Any) -> list[tuple[Any, ...]]:
        if self._readers is not None:
            return self._readers.fetch(text, parameters)
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            try:
                cursor.execute(text, parameters)
                return cast("list[tuple[Any, ...]]", cursor.fetchall())
            finally:
                cursor.close()
        finally:
            connection.close()

    def read_session(self) -> Session:
        """A session for looking; the caller closes it."""
        return Session(self.engine, expire_on_commit=False, info={"database": self.address})

    def write_session(self) -> Session:
        """A session whose transaction takes the write lock as it begins; the caller ends it with `commit`."""
        return Session(self._writer, expire_on_commit=False, info={"database": self.address})

    @contextmanager
    def reading(self) -> Iterator[Session]:
        with self.read_session() as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Commits when the block ends, rolls back when it raises."""
        with self.write_session() as session:
            yield session
            self.commit(session)

    def together(self, verb: Callable[[Session], Done]) -> Done:
        """What `verb` returns, committed durably as `writing` does. On SQLite, which lets one write at a time, the
        verbs that wait meanwhile share a transaction and its commit; hence a verb may be called a second time,
        after a rollback, and must keep nothing of the first. Not within another transaction of this thread."""
        if not self.sqlite:
            return _alone(self, verb)
        return self._together.run(verb)

    def mark(self) -> int:
        """Names all that is committed by now, for `settle`."""
        return 0 if self._journal is None else self._journal.mark()

    def settle(self, mark: int) -> None:
        """Returns when what `mark` names survives a power cut."""
        if self._journal is not None:
            self._journal.settle(mark)

    def commit(self, session: Session) -> None:
        """Commits, and returns when what was committed survives a power cut."""
        session.commit()
        self.settle(self.mark())

    def dispose(self) -> None:
        self.engine.dispose()
        if self._readers is not None:
            self._readers.close()


def _alone(database: Database, verb: Callable[[Session], Done]) -> Done:
    with database.writing() as session:
        return verb(session)


class _Job:
    """A verb that waits for its turn, and what became of it."""

    def __init__(self, verb: Callable[[Session], Any]) -> None:
        self.verb = verb
        self.leads = False
        self.over = False
        self.result: Any = None
        self.error: BaseException | None = None
        self._told = threading.Lock()
        self._told.acquire()

    def end(self, result: Any = None, *, error: BaseException | None = None) -> None:
        self.result, self.error, self.over = result, error, True

    def tell(self) -> None:
        self._told.release()

    def wait(self, seconds: float = -1) -> bool:
        """True as soon as it was told something: that it is over, or that it leads."""
        return self._told.acquire(timeout=seconds)


class _Together:
    """One thread at a time leads: it runs all the verbs that wait in one transaction, and tells them when it is on
    the disk. Those who come meanwhile make up the next one, and the first of them leads it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._led = False
        self._waiting: deque[_Job] = deque()

    def run(self, verb: Callable[[Session], Done]) -> Done:
        job = _Job(verb)
        with self._guard:
            self._waiting.append(job)
            job.leads, self._led = not self._led, True
        if not job.leads:
            self._wait(job)
        if job.leads:
            self._lead()
        if job.error is not None:
            raise job.error
        return cast(Done, job.result)

    def _wait(self, job: _Job) -> None:
        if job.wait(sqlite.BUSY_SECONDS):
            return
        with self._guard:
            if job in self._waiting and not job.leads:
                self._waiting.remove(job)
                raise sqlite.busy()
        job.wait()  # a leader has taken it along and will be through soon

    def _lead(self) -> None:
        jobs: list[_Job] = []
        try:
            with self._database.write_session() as session:
                session.connection()  # stands in the queue of writers: who comes meanwhile is taken along
                jobs = self._take()
                shared = _write(session, jobs)
            for job in () if shared else jobs:
                with self._database.write_session() as session:
                    _write(session, [job])
        except BaseException as error:
            jobs = jobs or self._take()
            _fail(jobs, error)
        mark = self._database.mark()
        self._hand_over()
        try:
            self._database.settle(mark)
        except BaseException as error:
            _fail(jobs, error, over=True)
        for job in jobs:
            job.tell()

    def _take(self) -> list[_Job]:
        with self._guard:
            jobs = list(self._waiting)
            self._waiting.clear()
        return jobs

    def _hand_over(self) -> None:
        with self._guard:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].leads = True
                self._waiting[0].tell()


def _write(session: Session, jobs: list[_Job]) -> bool:
    """All in the session's transaction, committed; False, with nothing changed, where one of several cannot be
    done."""
    try:
        results = [job.verb(session) for job in jobs]
    except OperationalError:  # the database's fault, not that of one of them
        raise
    except Exception as error:
        if len(jobs) > 1:
            return False
        jobs[0].end(error=error)
        return True
    session.commit()
    for job, result in zip(jobs, results, strict=True):
        job.end(result)
    return True


def _fail(jobs: list[_Job], error: BaseException, *, over: bool = False) -> None:
    for job in jobs:
        if job.over == over and job.error is None:
            job.end(error=error)
