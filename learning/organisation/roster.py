"""The roster (danh sách cán bộ): a sheet becomes people, profiles and postings, all of it or nothing."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from learning import audit
from learning.organisation import departures, positions, units
from learning.organisation.changes import Changes
from learning.organisation.entries import Progress, Reading, Rejection
from learning.organisation.sheet import Sheet


@dataclass
class Report:
    """What an import did, or with a dry run would do. With anything rejected nothing is written: all figures 0."""

    added: int = 0
    changed: int = 0
    moved: int = 0
    left: int = 0
    unchanged: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    ignored_columns: list[str] = field(default_factory=list)
    new_positions: list[str] = field(default_factory=list)  # titles that the catalogue does not have yet

    def as_json(self) -> dict[str, Any]:
        """As the contract names it; columns passed over and new positions are told beside it."""
        beside = ("ignored_columns", "new_positions")
        return {name: value for name, value in asdict(self).items() if name not in beside}


def import_sheet(
    session: Session,
    now: datetime,
    today: date,
    sheet: Sheet,
    *,
    actor: str,
    dry_run: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Brings the people of a sheet into the database. The caller commits, unless something was rejected.

    Who is not in the sheet stays. A row is a new person; or one moved (another unit or position: the old posting
    ends the day before `from_date`, or before today); or one who left (`to_date`); or changed; or unchanged.
    """
    reading = Reading(session, today, sheet, progress or (lambda done, total: None))
    report = Report(ignored_columns=reading.ignored)
    entries = reading.entries()
    if reading.rejected:
        report.rejected = sorted(reading.rejected, key=lambda one: one.row)
        return report
    changes = Changes(today)
    for entry in entries:
        changes.judge(entry)
    if changes.rejected:
        report.rejected = [
            Rejection(row, reading.heading(column), reason) for row, column, reason in changes.rejected
        ]
        return report
    report.new_positions = list(reading.new_positions.values())
    counts = Counter(entry.outcome for entry in entries)
    for outcome in ("added", "changed", "moved", "left", "unchanged"):
        setattr(report, outcome, counts[outcome])
    if not dry_run:
        units.load_for(session, {entry.values["unit_code"] for entry in entries})
        positions.load(session)
        positions.add_all(session, reading.new_positions)
        changes.write(session, now, entries, actor)
        departures.settle(session, now, today, actor=actor)
        figures = {name: counts[name] for name in ("added", "changed", "moved", "left", "unchanged")}
        audit.record(session, now, actor, "people.imported", sheet.name[:200], **figures)
        session.flush()
    return report
