"""The database: one engine, two doors. `reading()` sees, `writing()` changes and commits durably.

Acknowledged means committed and on the disk: `commit` returns only then (sqlite.py; PostgreSQL does so by
itself). A write transaction begins IMMEDIATE on SQLite, because a deferred one that turns into a writer half-way
fails at once instead of waiting its turn.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData, Select, create_engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from learning import sqlite

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

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
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


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


class Lookup:
    """A question that nearly every request asks: compiled once for a database, and run past all machinery."""

    def __init__(self, statement: Select[Any]) -> None:
        self.statement = statement
        self._prepared: dict[str, Callable[[Mapping[str, Any]], tuple[str, Any]]] = {}

    def prepared(self, dialect: Dialect) -> Callable[[Mapping[str, Any]], tuple[str, Any]]:
        """What turns values into the text and the parameters that the driver takes."""
        if dialect.name not in self._prepared:
            self._prepared[dialect.name] = self._prepare(dialect)
        return self._prepared[dialect.name]

    def _prepare(self, dialect: Dialect) -> Callable[[Mapping[str, Any]], tuple[str, Any]]:
        compiled = self.statement.compile(dialect=dialect)
        text, order = str(compiled), getattr(compiled, "positiontup", None)
        fixed = {name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required}
        processors = {
            name: bound.type.dialect_impl(dialect).bind_processor(dialect)
            for name, bound in compiled.binds.items()
        }

        def prepare(values: Mapping[str, Any]) -> tuple[str, Any]:
            given = {**fixed, **values}
            ready = {
                name: process(given[name]) if process else given[name] for name, process in processors.items()
            }
            return text, ready if order is None else [ready[name] for name in order]

        return prepare


class Database:
    """The engine of one process and its two kinds of session."""

    def __init__(self, url: str, *, pool_size: int = 10) -> None:
        self._journal: sqlite.Journal | None = None
        self._readers: sqlite.Readers | None = None
        if url.startswith("sqlite"):
            self.engine, self._journal, self._readers = sqlite.make_engine(url, pool_size)
        else:
            self.engine = create_engine(url, pool_size=pool_size, pool_pre_ping=True)
        # What tells this database from another in the same process: part of the key of whatever is kept in memory.
        self.address = self.engine.url.render_as_string()
        self._writer = self.engine.execution_options(begin="IMMEDIATE")

    @property
    def sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def look_up(self, lookup: Lookup, **values: Any) -> list[tuple[Any, ...]]:
        """The rows, as the driver gives them: for columns of numbers and texts only. In no transaction of its own."""
        text, parameters = lookup.prepared(self.engine.dialect)(values)
        try:
            return self._fetch(text, parameters)
        except (sqlite3.Error, self.engine.dialect.loaded_dbapi.Error) as error:
            raise OperationalError(text, {}, error) from error

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

    def commit(self, session: Session) -> None:
        """Commits, and returns when what was committed survives a power cut."""
        session.commit()
        if self._journal is not None:
            self._journal.settle()

    def dispose(self) -> None:
        self.engine.dispose()
        if self._readers is not None:
            self._readers.close()
