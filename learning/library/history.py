"""Every id ever published, for the checker: ids are never reused and never change their kind."""

from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import schema
from learning.content.checker import EMPTY, History, Stamped
from learning.content.mend import ids_in
from learning.database import Database
from learning.library.models import OPEN_STATES, Blob, DraftFile, DraftRow, StampedId
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


def claimed(session: Session, course_id: str) -> dict[str, Stamped]:
    """What `read` knows, and what open drafts of other courses than `course_id` have written: not published, and yet
    theirs."""
    query = (
        select(DraftRow.course_id, Blob.data)
        .join(DraftFile, DraftFile.draft_id == DraftRow.id)
        .join(Blob, Blob.sha256 == DraftFile.sha256)
        .where(DraftRow.state.in_(OPEN_STATES), DraftRow.course_id != course_id, DraftFile.path.like("%.md"))
    )
    drafted = {
        name: Stamped("", owner, False)
        for owner, page in session.execute(query.execution_options(yield_per=100))
        for name in ids_in(page)
    }
    return {**drafted, **read(session).ids}


def read(session: Session) -> History:
    rows = session.execute(select(StampedId.id, StampedId.kind, StampedId.course_id, StampedId.retired_at))
    return History({row.id: Stamped(row.kind, row.course_id, row.retired_at is not None) for row in rows})
