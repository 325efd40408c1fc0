"""What the checker says of a draft, kept while the draft stays as it is: pages ask for it again and again."""

from collections.abc import Mapping
from functools import lru_cache

from flask import g
from sqlalchemy import func, select

from learning.content import makeshift
from learning.content.faults import Fault
from learning.content.text import decode
from learning.library import checking
from learning.library.checking import CheckedDraft
from learning.library.models import DraftRow, LegalSource
from learning.organisation.models import Unit
from learning.web.context import database, db, today
from learning.web.i18n import language

KEPT = 64  # drafts


def checked(draft: DraftRow) -> CheckedDraft:
    key = (database().address, draft.id, draft.revision, today(), language(), _registry())
    held = _held(key)
    if not held:
        found = checking.checked(db(), draft, today(), language=language(), departments=departments())
        held.append(found)
    return held[0]


def texts(draft: DraftRow) -> Mapping[str, bytes]:
    """The files of the draft by path, as they were checked."""
    return checked(draft).checked.courses[draft.course_id].files


def unwritten(draft: DraftRow) -> list[Fault]:
    """What only stands in for the author's words, page by page: no fault, but to be seen before it is submitted."""
    return [
        fault
        for path, data in sorted(texts(draft).items())
        if path.endswith(".md")
        for fault in makeshift.remarks(path, decode(data) or "", language())
    ]


def departments() -> frozenset[str]:
    """Names that may own a course."""
    if "departments" not in g:
        query = select(Unit.name).where(Unit.kind == "department")
        g.departments = frozenset(db().scalars(query))
    return frozenset(g.departments)


def _registry() -> tuple[object, ...]:
    """Changes when a document comes, goes out of force or is looked at again."""
    if "registry" not in g:
        query = select(
            func.count(),
            func.max(LegalSource.checked_on),
            func.max(LegalSource.until),
            func.count(LegalSource.until),
        )
        g.registry = tuple(db().execute(query).one())
    return tuple(g.registry)


@lru_cache(maxsize=KEPT)
def _held(key: tuple[object, ...]) -> list[CheckedDraft]:
    return []
