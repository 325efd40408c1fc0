"""A page of a draft as its author types it: what surrounds it is read and compiled once for each state of the rest."""

from dataclasses import replace
from functools import lru_cache

from sqlalchemy import func, select

from learning.content import makeshift, previewing
from learning.content.checker import Rules, owner_key
from learning.content.limits import Limits
from learning.content.model import Source
from learning.content.previewing import Preview, Setting
from learning.content.text import decode
from learning.library import catalogue, checking, drafts
from learning.library.models import CourseRow, DraftRow, LegalSource, ReleaseFile
from learning.studio.checks import departments
from learning.web.context import database, db, today
from learning.web.i18n import language

KEPT = 48  # pages that are being written


def preview(draft: DraftRow, path: str, data: bytes) -> Preview:
    """The page at `path` with these bytes, in the draft as it is saved; its faults, and what is still unwritten."""
    shown = previewing.preview(_setting(draft, path), data, language=language())
    unwritten = makeshift.remarks(path, decode(data) or "", language())
    return replace(shown, faults=(*shown.faults, *unwritten))


def sources() -> list[Source]:
    """The registry, by key."""
    rows = db().scalars(select(LegalSource).order_by(LegalSource.key))
    return [Source(**{name: getattr(row, name) for name in Source.__struct_fields__}) for row in rows]


def _setting(draft: DraftRow, path: str) -> Setting:
    others = tuple((one.path, one.sha256) for one in drafts.files(db(), draft) if one.path != path)
    held = _held((database().address, draft.id, path, others, today(), _outside()))
    if not held:
        held.append(_make(draft, path))
    return held[0]


def _make(draft: DraftRow, path: str) -> Setting:
    known = {source.key: source for source in sources()}
    owners = {owner_key(name) for name in (*departments(), *(one.owner for one in catalogue.fields(db())))}
    rules = Rules(Limits(), frozenset(owners - {""}), known.keys(), known, today())
    field, slug = draft.course_id.split("/")
    return previewing.setting(
        field,
        slug,
        path,
        drafts.contents(db(), draft),
        rules,
        history=checking.known_ids(db(), draft),
        beside=_beside(),
    )


def _beside() -> list[str]:
    """The pages of the live courses."""
    query = (
        select(CourseRow.id, ReleaseFile.path)
        .join(ReleaseFile, ReleaseFile.release_id == CourseRow.live_release_id)
        .where(ReleaseFile.path.like("%.md"))
    )
    return [f"{course}/{path}" for course, path in db().execute(query)]


def _outside() -> tuple[object, ...]:
    """Changes when anything beside the draft does that a page may speak of: the registry, the live courses."""
    registry = select(
        func.count(),
        func.max(LegalSource.checked_on),
        func.max(LegalSource.until),
        func.count(LegalSource.until),
        func.count(func.nullif(LegalSource.replaced_by, "")),
    )
    live = select(func.count(), func.max(CourseRow.live_release_id))
    return (*db().execute(registry).one(), *db().execute(live).one())


@lru_cache(maxsize=KEPT)
def _held(key: tuple[object, ...]) -> list[Setting]:
    return []
