"""What the one checker says of a draft as it stands, and what `--fix` would mend in it.

The checker reads a folder of courses: the draft is written into one, beside what it may speak of (its field, the
registry of legal documents, other live courses it names).
"""

import json
import posixpath
import re
import tempfile
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.content import mend, template, text
from learning.content.checker import Checked, History, check
from learning.content.exchange.bank import IMPORTED
from learning.content.faults import Fault
from learning.content.model import Course
from learning.library import blobs, catalogue, drafts, history, layout
from learning.library.models import CourseRow, DraftRow, FieldRow, LegalSource, ReleaseFile
from learning.library.publishing import stamped_ids

# What submission mends by itself: the author need not see it among what is theirs to mend.
MENDED = frozenset({"F001", "F002", "F003", "Q001", "Q031"})
_ELSEWHERE = re.compile(rb"\.\./[\w./-]+\.md")


@dataclass(frozen=True)
class CheckedDraft:
    """What the checker says. Files in faults are paths within the course.

    `faults` are the author's to mend, warnings included; `mended` will be gone at submission by itself. `missing`: what
    publication requires of course.md ("owner", "effective_from") and of any page ("sources"). `checked` is the checker's
    own value, for publication.
    """

    course: Course | None
    faults: tuple[Fault, ...]
    mended: tuple[Fault, ...]
    missing: tuple[str, ...]
    checked: Checked = field(repr=False)

    @property
    def ready(self) -> bool:
        """Whether it may be submitted."""
        return not self.missing and not any(fault.severity == "fault" for fault in self.faults)


def checked(
    session: Session,
    draft: DraftRow,
    today: date,
    *,
    language: str = "vi",
    departments: Collection[str] = (),
) -> CheckedDraft:
    """What the one checker says of the draft as it stands, with the registry and the past of the library."""
    known = known_ids(session, draft)
    owners = (*departments, *session.scalars(select(FieldRow.owner)))
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        course = _materialise(session, draft, Path(folder))
        found = check(course, today=today, history=known, language=language, departments=owners)
        faults = [replace(fault, file=_within(fault.file, course)) for fault in found.faults]
    made = found.courses[draft.course_id].course
    left = replace(found, faults=faults)
    data = found.courses[draft.course_id].files
    return CheckedDraft(
        course=made,
        faults=tuple(fault for fault in faults if not _mends(fault, data)),
        mended=tuple(fault for fault in faults if _mends(fault, data)),
        missing=_missing(made),
        checked=left,
    )


def mended(session: Session, draft: DraftRow) -> dict[str, bytes]:
    """The files that `--fix` would change, as it would leave them: ids stamped, bytes in order."""
    taken = known_ids(session, draft).ids.keys()
    with tempfile.TemporaryDirectory(prefix="draft-") as folder:
        course = _materialise(session, draft, Path(folder))
        return {path.relative_to(course).as_posix(): path.read_bytes() for path in mend.mend(course, taken)}


def _mends(fault: Fault, data: Mapping[str, bytes]) -> bool:
    if fault.code not in MENDED:
        return False
    return fault.code != "F001" or text.decode(data.get(fault.file, b"")) is not None


def _missing(course: Course | None) -> tuple[str, ...]:
    if course is None:
        return ("owner", "effective_from", "sources")
    # What an import notes down as its own file is no legal basis.
    law = any(not key.startswith(IMPORTED) for key in course.sources)
    wanted = {"owner": course.owner, "effective_from": course.effective_from, "sources": law}
    return tuple(name for name, value in wanted.items() if not value)


def _within(file: str, course: Path) -> str:
    try:
        return Path(file).relative_to(course).as_posix()
    except ValueError:
        return Path(file).name


def known_ids(session: Session, draft: DraftRow) -> History:
    """The past as this draft may see it: what a restored release brings back is not reused but the same again."""
    known = history.read(session)
    if draft.origin_release_id is None:
        return known
    restored = dict(stamped_ids(catalogue.release(session, draft.origin_release_id).course))
    back = {
        id_: replace(stamped, retired=False)
        for id_, stamped in known.ids.items()
        if id_ in restored and stamped.course_id == draft.course_id
    }
    return History({**known.ids, **back})


def _materialise(session: Session, draft: DraftRow, root: Path) -> Path:
    """Writes the draft as a folder of courses under `root`, as the checker wants it; the course's own folder."""
    (root / "format.yml").write_text(template.FORMAT, encoding="utf-8")
    held = drafts.contents(session, draft)
    pages = [data for path, data in held.items() if layout.is_page(path)]
    (root / "sources.yml").write_text(_registry_text(session, pages), encoding="utf-8")
    own = session.get_one(FieldRow, draft.field)
    (root / own.slug).mkdir()
    lines = {"title": own.title, "owner": own.owner}
    (root / own.slug / "field.yml").write_text(_yaml(lines), encoding="utf-8")
    # A course may name others to be learned first: that they are there is all the checker asks. (Only those: to make and
    # remove a folder takes longer than to check a lesson.)
    home = held.get("course.md", b"")
    for live in session.scalars(select(CourseRow.id).where(CourseRow.live_release_id.is_not(None))):
        if live.encode() in home:
            (root / live).mkdir(parents=True, exist_ok=True)
            (root / live / "course.md").touch()
    for page in _linked(session, draft.course_id, pages):
        (root / page).parent.mkdir(parents=True, exist_ok=True)
        (root / page).touch()
    course = root / draft.course_id
    course.mkdir(parents=True, exist_ok=True)
    # Without one the folder would not be read as a course; an empty one is the fault that it is.
    (course / "course.md").write_bytes(b"")
    for path, data in held.items():
        (course / path).parent.mkdir(parents=True, exist_ok=True)
        (course / path).write_bytes(data)
    return course


def _linked(session: Session, course_id: str, pages: Collection[bytes]) -> Iterator[str]:
    """Pages of other live courses that these pages link to, as "field/course/page.md"."""
    targets = {target.decode() for data in pages for target in _ELSEWHERE.findall(data)}
    wanted = {posixpath.normpath(f"{course_id}/{target}") for target in targets}
    # Its own pages are those of the draft, whatever is live.
    courses = {posixpath.dirname(page) for page in wanted} - {course_id}
    for part in blobs.batches(sorted(courses)):
        query = (
            select(CourseRow.id, ReleaseFile.path)
            .join(ReleaseFile, ReleaseFile.release_id == CourseRow.live_release_id)
            .where(CourseRow.id.in_(part))
        )
        live = (f"{row.id}/{row.path}" for row in session.execute(query))
        yield from (page for page in live if page in wanted)


def _registry_text(session: Session, pages: Collection[bytes]) -> str:
    """What the registry has of the documents that these pages speak of, and of their successors, as `sources.yml`."""
    rows = {row.key: row for row in session.scalars(select(LegalSource).order_by(LegalSource.key))}
    wanted = {key for key in rows if any(key.encode() in data for data in pages)}
    wanted |= {rows[key].replaced_by for key in wanted}
    parts = []
    for row in (row for key, row in rows.items() if key in wanted):
        values = {
            "title": row.title,
            "issuer": row.issuer,
            "from": row.in_force,
            "until": row.until,
            "replaced_by": row.replaced_by,
            "checked_on": row.checked_on,
        }
        said = {name: str(value) for name, value in values.items() if value}
        parts.append(f"{_quoted(row.key)}:\n" + _yaml(said, "  "))
    return "".join(parts)


def _yaml(values: Mapping[str, str], indent: str = "") -> str:
    return "".join(f"{indent}{name}: {_quoted(value)}\n" for name, value in values.items())


def _quoted(value: str) -> str:
    """A text of JSON is one of YAML."""
    return json.dumps(value, ensure_ascii=False)
