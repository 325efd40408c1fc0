"""Words on a line of a draft, said by who reads it, and found again where the line went."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.content.text import decode
from learning.library import drafts, layout, steps
from learning.library.models import OPEN_STATES, DraftComment, DraftRow
from learning.library.refusals import BadPath, ClientIdReused, Closed, NothingSaid, TooLarge

COMMENT_MOST = 4000  # characters
ALIKE = 0.6  # of a line that was edited: the same line still


@dataclass(frozen=True)
class Comment:
    """`line` is where the quoted text stands now: 0 for the file as a whole, None where it is no longer there."""

    id: int
    path: str
    line: int | None
    quote: str
    text: str
    by: str
    person_id: int
    at: datetime
    resolved_at: datetime | None


def add(
    session: Session,
    now: datetime,
    draft: DraftRow,
    path: str,
    line: int,
    text: str,
    *,
    person_id: int,
    client_id: str,
) -> DraftComment:
    """A word on a line (0: on the file; path "": on the course); the line's text is kept with it.

    The same with the same `client_id` again is the same comment. Raises ClientIdReused where that came with another one,
    Closed, NothingSaid, TooLarge, and BadPath for a line that is not there.
    """
    text = text.replace("\r\n", "\n").strip()  # a form's line ends, which its own limit counts as one sign
    row = drafts.locked(session, draft)
    query = select(DraftComment).where(DraftComment.draft_id == row.id, DraftComment.client_id == client_id)
    before = session.scalar(query)
    if before is not None:
        if (before.person_id, before.path, before.line, before.text) != (person_id, path, line, text):
            raise ClientIdReused(client_id)
        return before
    if row.state not in OPEN_STATES:
        raise Closed(row.state)
    if not text:
        raise NothingSaid
    if len(text) > COMMENT_MOST:
        raise TooLarge(path)
    made = DraftComment(
        draft_id=row.id,
        path=path,
        line=line,
        quote=_quote(session, row, path, line),
        text=text,
        revision=row.revision,
        person_id=person_id,
        client_id=client_id,
        at=now,
    )
    session.add(made)
    session.flush()
    steps.record(session, now, row, "commented", person_id, comment=made.id)
    return made


def of(session: Session, draft: DraftRow) -> list[Comment]:
    """Every comment by file and line; each where its line stands now."""
    names = dict(
        session.execute(
            select(Person.id, Person.full_name)
            .join(DraftComment, DraftComment.person_id == Person.id)
            .where(DraftComment.draft_id == draft.id)
        ).all()
    )
    every = _comments(session, draft)
    files = drafts.contents(session, draft, {one.path for one in every})
    held = {path: _lines(data) for path, data in files.items()}
    found = [
        Comment(
            one.id,
            one.path,
            find(held.get(one.path), one.line, one.quote),
            one.quote,
            one.text,
            names[one.person_id],
            one.person_id,
            one.at,
            one.resolved_at,
        )
        for one in every
    ]
    return sorted(found, key=lambda one: (layout.place(one.path), one.line or 0, one.id))


def unresolved(session: Session, draft: DraftRow) -> int:
    """How many are not dealt with."""
    query = select(func.count()).where(DraftComment.draft_id == draft.id, DraftComment.resolved_at.is_(None))
    return session.scalar(query) or 0


def resolve(session: Session, now: datetime, draft: DraftRow, comment_id: int, *, person_id: int) -> bool:
    """Marks a comment as dealt with; False where it was, or is not of this draft."""
    one = session.get(DraftComment, comment_id, with_for_update=True, populate_existing=True)
    if one is None or one.draft_id != draft.id or one.resolved_at is not None:
        return False
    one.resolved_at, one.resolved_by = now, person_id
    steps.record(session, now, draft, "resolved", person_id, comment=one.id)
    return True


def reopen(session: Session, now: datetime, draft: DraftRow, comment_id: int, *, person_id: int) -> bool:
    """Takes that back."""
    one = session.get(DraftComment, comment_id, with_for_update=True, populate_existing=True)
    if one is None or one.draft_id != draft.id or one.resolved_at is None:
        return False
    one.resolved_at = one.resolved_by = None
    steps.record(session, now, draft, "reopened", person_id, comment=one.id)
    return True


def find(lines: list[str] | None, line: int, quote: str) -> int | None:
    """Where a line that was quoted stands now: unmoved, moved, or edited a little; the nearest of several."""
    if lines is None:
        return None if line else 0
    if line == 0:
        return 0
    if line <= len(lines) and lines[line - 1] == quote:
        return line
    same = [number for number, text in enumerate(lines, 1) if text == quote]
    if not same:
        pairs = _pairs(quote)
        ratios = {number: _alike(pairs, text) for number, text in enumerate(lines, 1)}
        best = max(ratios.values(), default=0.0)
        same = [number for number, ratio in ratios.items() if best >= ALIKE and ratio == best]
    return min(same, key=lambda number: abs(number - line), default=None)


def _alike(pairs: Counter[str], line: str) -> float:
    """How much of two lines is the same, 0-1, by the letters that stand side by side in them; in the time of reading
    them, since a line may be as long as a page."""
    count = pairs.total() + max(len(line) - 1, 0)
    if not count or 2 * min(pairs.total(), len(line) - 1) < ALIKE * count:
        return 0.0
    return 2 * (pairs & _pairs(line)).total() / count


def _pairs(line: str) -> Counter[str]:
    return Counter(line[at : at + 2] for at in range(len(line) - 1)) if line.strip() else Counter()


def _comments(session: Session, draft: DraftRow) -> list[DraftComment]:
    query = select(DraftComment).where(DraftComment.draft_id == draft.id).order_by(DraftComment.id)
    return list(session.scalars(query))


def _quote(session: Session, draft: DraftRow, path: str, line: int) -> str:
    if not path and not line:
        return ""
    found = drafts.file(session, draft, path)
    lines = _lines(found[0]) if found else []
    if found is None or not 0 <= line <= len(lines):
        raise BadPath(path, line)
    return lines[line - 1] if line else ""


def _lines(data: bytes) -> list[str]:
    return (decode(data) or "").replace("\r\n", "\n").replace("\r", "\n").split("\n")
