"""Every id ever published, for the checker: ids are never reused and never change their kind."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import schema
from learning.content.checker import EMPTY, History, Stamped
from learning.database import Database
from learning.library.models import StampedId
from learning.settings import Settings


def load(settings: Settings) -> History:
    """The history of the instance; empty where there is no database yet, or an older one."""
    database = Database(settings.database_url)
    path = database.engine.url.database
    if database.sqlite and (path is None or not Path(path).exists()):
        return EMPTY
    try:
        if not schema.current(database):
            return EMPTY
        with database.reading() as session:
            return read(session)
    finally:
        database.dispose()


def read(session: Session) -> History:
    rows = session.execute(select(StampedId.id, StampedId.kind, StampedId.course_id, StampedId.retired_at))
    return History({row.id: Stamped(row.kind, row.course_id, row.retired_at is not None) for row in rows})
