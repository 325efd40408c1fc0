"""What the rows of a roster ask of the database: judged person by person, then written in few statements."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import people, sessions
from learning.accounts.models import Person
from learning.organisation.entries import PROFILE, Entry, Existing, wrong_order
from learning.organisation.models import Posting, Profile
from learning.vietnamese.formats import date as written
from learning.web.i18n import gettext as _

_BATCH = 500
_A_DAY = timedelta(days=1)


class Changes:
    """What each entry asks of the database, gathered so that it can be written in few statements."""

    def __init__(self, today: date) -> None:
        self.today = today
        self.rejected: list[tuple[int, str, str]] = []
        self.people: list[dict[str, Any]] = []
        self.profiles: list[dict[str, Any]] = []
        self.new_profiles: list[tuple[Entry, dict[str, Any]]] = []
        self.closed: list[dict[str, Any]] = []
        self.opened: list[tuple[Entry, dict[str, Any]]] = []
        self.gone: list[int] = []

    def judge(self, entry: Entry) -> None:
        if entry.known is None:
            self._add(entry)
            return
        if self._compare_person(entry, entry.known):
            entry.outcome = "changed"
        posting = entry.known.posting
        if posting is None:
            self._open(entry, entry.values.get("from_date") or self.today)
            entry.outcome = "moved"
        elif posting.to_date is not None and posting.to_date < self.today:
            self._judge_former(entry, entry.known, posting)
        else:
            self._judge_present(entry, entry.known, posting)

    def _add(self, entry: Entry) -> None:
        entry.outcome = "added"
        last = entry.values.get("to_date")
        first = entry.values.get("from_date") or min(self.today, last or self.today)
        self.new_profiles.append((entry, _profile(entry.values, {})))
        self._open(entry, first)

    def _judge_former(self, entry: Entry, known: Existing, posting: Posting) -> None:
        """Someone who left: still gone, or back."""
        first, last = entry.values.get("from_date"), entry.values.get("to_date")
        assert posting.to_date is not None  # noqa: S101
        same = self._same_seat(entry, posting) and first in (None, posting.from_date)
        if same and "to_date" not in entry.values:  # a file that knows no last days brings nobody back
            return
        if same and last is not None:
            if self._set_dates(entry, known, posting, posting.from_date, last):
                entry.outcome = "changed"
            self._keep_out(entry, known, last)
            return
        first = first or self.today
        if first <= posting.to_date:
            end = written(posting.to_date)
            self._reject(
                entry,
                "from_date",
                _("Người này đã thôi làm việc ngày %(day)s; hãy ghi ngày trở lại sau ngày đó.", day=end),
            )
            return
        self._open(entry, first)
        entry.outcome = "moved"
        if not known.active:
            self.people.append({"id": known.id, "active": True})

    def _judge_present(self, entry: Entry, known: Existing, posting: Posting) -> None:
        """Someone who sits somewhere: still there, elsewhere now, or leaving."""
        first, last = entry.values.get("from_date"), entry.values.get("to_date")
        if not self._same_seat(entry, posting):
            self._move(entry, known, posting, first or self.today, last)
        elif first and first > self.today >= posting.from_date:  # anew from then on; till then as it is
            self._move(entry, known, posting, first, last)
            entry.outcome = "left" if last else "changed"
        else:
            end = last if "to_date" in entry.values else posting.to_date
            if self._set_dates(entry, known, posting, first or posting.from_date, end):
                entry.outcome = "left" if last and last != posting.to_date else "changed"
        if last is not None:
            self._keep_out(entry, known, last)

    def _move(self, entry: Entry, known: Existing, posting: Posting, first: date, last: date | None) -> None:
        guessed = known.previous_end is None and abs(posting.from_date - known.added_on) <= _A_DAY
        if first < posting.from_date and not guessed:
            since = written(posting.from_date)
            reason = _("Người này giữ vị trí hiện nay từ %(day)s; ngày chuyển phải sau ngày đó.", day=since)
            self._reject(entry, "from_date", reason)
            return
        entry.outcome = "left" if last else "moved"
        if first == posting.from_date:  # not a day was spent there: put right, not ended
            if self._in_order(entry, first, last):
                self.closed.append({"id": posting.id, **_seat(entry, posting), "to_date": last})
            return
        day_before = first - _A_DAY
        self.closed.append(
            {
                "id": posting.id,
                # Begun on the day the person was first brought in, for want of a better one: earlier, then.
                "from_date": min(posting.from_date, day_before),
                "to_date": min(posting.to_date or day_before, day_before),
            }
        )
        self._open(entry, first, _seat(entry, posting))

    def _set_dates(
        self, entry: Entry, known: Existing, posting: Posting, first: date, last: date | None
    ) -> bool:
        """Puts right the dates of the posting where the sheet says others; whether it did."""
        if (first, last) == (posting.from_date, posting.to_date) or not self._in_order(entry, first, last):
            return False
        if known.previous_end is not None and first <= known.previous_end:
            reason = _(
                "Vị trí trước của người này kết thúc ngày %(day)s; hãy ghi ngày sau đó.",
                day=written(known.previous_end),
            )
            self._reject(entry, "from_date", reason)
            return False
        self.closed.append({"id": posting.id, "from_date": first, "to_date": last})
        return True

    def _keep_out(self, entry: Entry, known: Existing, last: date) -> None:
        """Whoever's last day is over is shut out; whoever's turns out not to be is let in again."""
        if last < self.today and known.active:
            entry.outcome = "left"
            self.gone.append(known.id)
        elif last >= self.today and not known.active and known.posting and known.posting.to_date:
            self.people.append({"id": known.id, "active": True})

    def _in_order(self, entry: Entry, first: date, last: date | None) -> bool:
        if last is None or last >= first:
            return True
        self._reject(entry, "to_date", wrong_order(first, last))
        return False

    def _reject(self, entry: Entry, column: str, reason: str) -> None:
        self.rejected.append((entry.row, column, reason))

    def _same_seat(self, entry: Entry, posting: Posting) -> bool:
        seat = _seat(entry, posting)
        return (seat["unit_code"], seat["position_code"]) == (posting.unit_code, posting.position_code)

    def _open(self, entry: Entry, first: date, seat: dict[str, Any] | None = None) -> None:
        last = entry.values.get("to_date")
        if self._in_order(entry, first, last):
            seat = seat or _seat(entry, None)
            self.opened.append((entry, {**seat, "from_date": first, "to_date": last}))

    def _compare_person(self, entry: Entry, known: Existing) -> bool:
        values = entry.values
        wanted = {
            "username": values["username"],
            "full_name": values["full_name"],
            "email": values.get("email", known.email),
        }
        changed = {name: value for name, value in wanted.items() if value != getattr(known, name)}
        if "full_name" in changed:
            changed |= people.name_columns(values["full_name"])
        if changed:
            self.people.append({"id": known.id, **changed})
        profile = _profile(values, known.profile or {})
        if known.profile is None:
            self.new_profiles.append((entry, profile))
            return bool(changed) or profile != _profile({}, {})
        if profile != known.profile:
            self.profiles.append({"person_id": known.id, **profile})
            return True
        return bool(changed)

    def write(self, session: Session, now: datetime, entries: Sequence[Entry], actor: str) -> None:
        new = [entry for entry in entries if entry.known is None]
        _insert(session, Person, [_person(entry.values, now, self.today) for entry in new])
        ids = {entry.staff_code: entry.known.id for entry in entries if entry.known}
        if new:
            rows = session.execute(select(Person.staff_code, Person.id).where(Person.staff_code.is_not(None)))
            ids |= {code: person_id for code, person_id in rows.all() if code is not None}
        _insert(
            session,
            Profile,
            [{"person_id": ids[one.staff_code], **values} for one, values in self.new_profiles],
        )
        _update(session, Person, self.people)
        _update(session, Profile, self.profiles)
        _update(session, Posting, self.closed)  # before the new ones: one open posting a person
        _insert(
            session, Posting, [{"person_id": ids[one.staff_code], **values} for one, values in self.opened]
        )
        _update(session, Person, [{"id": person_id, "active": False} for person_id in self.gone])
        for person_id in self.gone:
            sessions.end_all(session, now, person_id, because="left")
        told = [entry for entry in entries if entry.outcome in ("moved", "left")]
        _insert(session, audit.AuditEntry, [_audited(entry, now, actor) for entry in told])
        session.expire_all()


def _seat(entry: Entry, posting: Posting | None) -> dict[str, Any]:
    """Where the sheet seats a person; where it has no column of positions, the position stays."""
    before = posting.position_code if posting else None
    return {
        "unit_code": entry.values["unit_code"],
        "position_code": entry.values.get("position_code", before),
    }


def _profile(values: Mapping[str, Any], before: Mapping[str, Any]) -> dict[str, Any]:
    empty = {name: None if name in ("years_in_post", "state_management") else "" for name in PROFILE}
    return {name: values.get(name, before.get(name, empty[name])) for name in PROFILE}


def _person(values: Mapping[str, Any], now: datetime, today: date) -> dict[str, Any]:
    last = values.get("to_date")
    return {
        "username": values["username"],
        "staff_code": values["staff_code"],
        "email": values.get("email", ""),
        "password_hash": "",
        "active": last is None or last >= today,
        "created_at": now,
        **people.name_columns(values["full_name"]),
    }


def _audited(entry: Entry, now: datetime, actor: str) -> dict[str, Any]:
    values = entry.values
    return {
        "at": now,
        "actor": actor,
        "action": f"person.{entry.outcome}",
        "subject": values["username"],
        "detail": {"unit": values["unit_code"], "position": values.get("position_code")},
    }


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    for start in range(0, len(rows), _BATCH):
        session.execute(insert(table), rows[start : start + _BATCH])


def _update(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    # Rows that set the same columns go together.
    alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        alike.setdefault(tuple(sorted(row)), []).append(row)
    for together in alike.values():
        session.execute(update(table), together)
