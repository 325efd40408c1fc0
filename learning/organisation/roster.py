"""The roster (danh sách cán bộ): a sheet becomes people, profiles and postings, all of it or nothing."""

import difflib
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import people, sessions
from learning.accounts.models import Person
from learning.organisation import units
from learning.organisation.models import (
    CATEGORIES,
    POLITICAL_THEORY,
    QUALIFICATIONS,
    Position,
    Posting,
    Profile,
    Unit,
)
from learning.organisation.sheet import Sheet
from learning.vietnamese.folding import fold
from learning.vietnamese.formats import date as written
from learning.vietnamese.formats import parse_date
from learning.web.i18n import gettext as _

# English name of a column → Vietnamese name. Either heads a column, with or without marks and capitals.
COLUMNS = {
    "staff_code": "ma_can_bo",
    "full_name": "ho_ten",
    "unit_code": "ma_don_vi",
    "position_code": "chuc_danh",
    "category": "loai",
    "specialty": "chuyen_nganh",
    "qualification": "trinh_do",
    "years_in_post": "tham_nien",
    "state_management": "quan_ly_nha_nuoc",
    "political_theory": "ly_luan_chinh_tri",
    "email": "email",
    "username": "username",
    "from_date": "tu_ngay",
    "to_date": "den_ngay",
}
REQUIRED = ("staff_code", "full_name", "unit_code")
LONGEST = {"staff_code": 50, "full_name": 200, "specialty": 200, "email": 254, "username": 100}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "qualification": QUALIFICATIONS,
    "political_theory": POLITICAL_THEORY,
    "state_management": ("co", "khong"),
}
PROFILE = ("category", "specialty", "qualification", "years_in_post", "state_management", "political_theory")
EARLIEST = date(1945, 9, 2)

_CODE = re.compile(r"[^\s\x00-\x1f]+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
_BATCH = 500

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rejection:
    """Why a row is not taken. `row` as the spreadsheet numbers it (the header is 1), `column` as the file names it."""

    row: int
    column: str
    reason: str


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

    def as_json(self) -> dict[str, Any]:
        """As the contract names it; the columns passed over are told beside it."""
        return {name: value for name, value in asdict(self).items() if name != "ignored_columns"}


class Existing(NamedTuple):
    """A person as the database has them, with the latest posting."""

    id: int
    username: str
    full_name: str
    email: str
    active: bool
    profile: dict[str, Any] | None
    posting: Posting | None
    previous_end: date | None  # of the posting before


@dataclass
class Entry:
    """One sound row. `given`: the columns the file has; what it does not have stays as it is."""

    row: int
    staff_code: str
    values: dict[str, Any]
    known: Existing | None = None
    outcome: str = "unchanged"


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
    reading = _Reading(session, today, sheet, progress or (lambda done, total: None))
    report = Report(ignored_columns=reading.ignored)
    entries = reading.entries()
    if reading.rejected:
        report.rejected = sorted(reading.rejected, key=lambda one: one.row)
        return report
    changes = _Changes(today)
    for entry in entries:
        changes.judge(entry)
    if changes.rejected:
        report.rejected = [
            Rejection(row, reading.heading(column), reason) for row, column, reason in changes.rejected
        ]
        return report
    counts = Counter(entry.outcome for entry in entries)
    for outcome in ("added", "changed", "moved", "left", "unchanged"):
        setattr(report, outcome, counts[outcome])
    if not dry_run:
        units.load_for(session, {entry.values["unit_code"] for entry in entries})
        changes.write(session, now, entries, actor)
        figures = {name: counts[name] for name in ("added", "changed", "moved", "left", "unchanged")}
        audit.record(session, now, actor, "people.imported", sheet.name[:200], **figures)
        session.flush()
    return report


class _Reading:
    """From cells to sound entries, or to every reason why not."""

    def __init__(self, session: Session, today: date, sheet: Sheet, progress: Progress) -> None:
        self.today = today
        self.sheet = sheet
        self.progress = progress
        self.rejected: list[Rejection] = []
        self.ignored: list[str] = []
        self.places: dict[str, int] = {}
        self._find_columns()
        self.units = units.listed() | dict(session.execute(select(Unit.code, Unit.name)).all())
        self.ended = dict(
            session.execute(select(Unit.code, Unit.valid_to).where(Unit.valid_to.is_not(None))).all()
        )
        self.positions = dict(session.execute(select(Position.code, Position.title)).all())
        self.position_titles = {fold(title): code for code, title in self.positions.items()}
        self.near: dict[tuple[str, str], str] = {}
        self.existing = _existing(session)
        self.usernames = dict(session.execute(select(Person.username, Person.staff_code)).all())

    def heading(self, column: str) -> str:
        return self.sheet.header[self.places[column]] if column in self.places else COLUMNS[column]

    def reject(self, row: int, column: str, reason: str) -> None:
        self.rejected.append(Rejection(row, self.heading(column), reason))

    def entries(self) -> list[Entry]:
        if self.rejected:
            return []
        if not self.sheet.rows:
            self.rejected.append(Rejection(1, "", _("Tệp chỉ có dòng tiêu đề, không có người nào.")))
        found = []
        for done, (number, cells) in enumerate(self.sheet.rows, start=1):
            found.append(self._entry(number, cells))
            self.progress(done, len(self.sheet.rows))
        self._refuse_doubles([entry for entry in found if entry is not None])
        return [entry for entry in found if entry is not None]

    def _find_columns(self) -> None:
        names = {name: english for english, vietnamese in COLUMNS.items() for name in (english, vietnamese)}
        for place, heading in enumerate(self.sheet.header):
            if not heading:
                continue
            column = names.get(re.sub(r"[\s_-]+", "_", fold(heading)))
            if column is None:
                self.ignored.append(heading)
            elif column in self.places:
                self.rejected.append(
                    Rejection(
                        1, heading, _("Cột này có hai lần: cũng là “%(other)s”.", other=self.heading(column))
                    )
                )
            else:
                self.places[column] = place
        self.rejected.extend(
            Rejection(
                1,
                COLUMNS[column],
                _(
                    "Thiếu cột bắt buộc %(column)s (hoặc %(english)s) ở dòng tiêu đề.",
                    column=COLUMNS[column],
                    english=column,
                ),
            )
            for column in REQUIRED
            if column not in self.places
        )

    def _entry(self, row: int, cells: Sequence[str]) -> Entry | None:
        faults = len(self.rejected)
        given = {name: cells[place] if place < len(cells) else "" for name, place in self.places.items()}
        values: dict[str, Any] = {}
        for column, cell in given.items():
            if column in REQUIRED and not cell:
                self.reject(row, column, _("Ô này không được để trống."))
            elif len(cell) > LONGEST.get(column, 1000):
                self.reject(
                    row, column, _("Quá dài: nhiều nhất %(most)s ký tự.", most=LONGEST.get(column, 1000))
                )
            elif any(unicodedata.category(letter) in ("Cc", "Cs") for letter in cell):
                self.reject(row, column, _("Có ký tự điều khiển hoặc xuống dòng; hãy xóa đi."))
            else:
                values[column] = self._value(row, column, cell)
        first, last = values.get("from_date"), values.get("to_date")
        if first and last and last < first:
            self.reject(row, "to_date", _wrong_order(first, last))
        if len(self.rejected) > faults:
            return None
        return Entry(row, values["staff_code"], values, self.existing.get(values["staff_code"]))

    def _value(self, row: int, column: str, cell: str) -> Any:
        if column in CHOICES:
            return self._choice(row, column, cell)
        reader = getattr(self, f"_{column}", None)
        return reader(row, cell) if reader else cell

    def _staff_code(self, row: int, cell: str) -> str:
        if not _CODE.fullmatch(cell):
            self.reject(
                row, "staff_code", _("Mã “%(text)s” có khoảng trắng; mã chỉ gồm chữ, số và dấu.", text=cell)
            )
        return cell

    def _full_name(self, row: int, cell: str) -> str:
        if not any(letter.isalpha() for letter in cell) or cell[0] in "=+-@":
            self.reject(row, "full_name", _("“%(text)s” không phải họ tên.", text=cell))
        return " ".join(cell.split())

    def _unit_code(self, row: int, cell: str) -> str:
        # A spreadsheet that took the code for a number has lost its leading zeros.
        code = cell if cell in self.units or not cell.isdigit() else cell.zfill(5)
        if code not in self.units:
            self.reject(
                row,
                "unit_code",
                _("Không có đơn vị mã “%(text)s”.", text=cell) + self._nearest(cell, self.units),
            )
        elif (until := self.ended.get(code)) and until < self.today:
            self.reject(
                row,
                "unit_code",
                _(
                    "Đơn vị %(code)s (%(name)s) đã thôi hoạt động từ %(day)s.",
                    code=code,
                    name=self.units[code],
                    day=written(until),
                ),
            )
        return code

    def _position_code(self, row: int, cell: str) -> str | None:
        if not cell:
            return None
        code = cell if cell in self.positions else self.position_titles.get(fold(cell), cell)
        if code not in self.positions:
            near = self._nearest(cell, self.positions)
            self.reject(
                row, "position_code", _("Không có chức danh “%(text)s” trong danh mục.", text=cell) + near
            )
        return code

    def _years_in_post(self, row: int, cell: str) -> int | None:
        if cell and not (cell.isascii() and cell.isdigit() and int(cell[:4]) <= 60):
            self.reject(
                row,
                "years_in_post",
                _("“%(text)s” không phải số năm; hãy ghi số nguyên từ 0 đến 60.", text=cell),
            )
            return None
        return int(cell) if cell else None

    def _email(self, row: int, cell: str) -> str:
        if cell and not _EMAIL.fullmatch(cell):
            self.reject(row, "email", _("“%(text)s” không phải địa chỉ thư điện tử.", text=cell))
        return cell

    def _username(self, row: int, cell: str) -> str:
        if cell and not _CODE.fullmatch(cell):
            self.reject(row, "username", _("Tên đăng nhập “%(text)s” có khoảng trắng.", text=cell))
        return people.username_form(cell)

    def _from_date(self, row: int, cell: str) -> date | None:
        return self._day(row, "from_date", cell)

    def _to_date(self, row: int, cell: str) -> date | None:
        return self._day(row, "to_date", cell)

    def _day(self, row: int, column: str, cell: str) -> date | None:
        if not cell:
            return None
        try:
            day = parse_date(cell)
        except ValueError:
            self.reject(
                row, column, _("“%(text)s” không phải ngày; hãy ghi dd/mm/yyyy, ví dụ 05/01/2026.", text=cell)
            )
            return None
        if not EARLIEST <= day <= self.today + timedelta(days=3660):
            self.reject(row, column, _("Ngày %(day)s không hợp lý; hãy kiểm tra lại năm.", day=written(day)))
        return day

    def _choice(self, row: int, column: str, cell: str) -> Any:
        value = fold(cell).replace(" ", "_").replace("-", "_")
        if column == "state_management":
            value = {"true": "co", "false": "khong", "1": "co", "0": "khong", "x": "co"}.get(value, value)
        if value and value not in CHOICES[column]:
            self.reject(
                row,
                column,
                _(
                    "“%(text)s” không thuộc các giá trị: %(values)s.",
                    text=cell,
                    values=", ".join(CHOICES[column]),
                ),
            )
        if column == "state_management":
            return {"co": True, "khong": False}.get(value)
        return value

    def _nearest(self, cell: str, names: Mapping[str, str]) -> str:
        """ " Có phải …?" with the likeliest entry, by code or by name; asked once for each wrong value."""
        key = (cell, "unit" if names is self.units else "position")
        if key not in self.near:
            # The country's communes may be named, but what is meant is most likely one that is here.
            here = {code: name for code, name in names.items() if len(code) != 5 or self._local(code)}
            by_name = {fold(name): code for code, name in here.items()}
            code = by_name.get(fold(cell))
            if code is None and (found := difflib.get_close_matches(cell, here, n=1, cutoff=0.7)):
                code = found[0]
            if code is None and (found := difflib.get_close_matches(fold(cell), by_name, n=1, cutoff=0.6)):
                code = by_name[found[0]]
            self.near[key] = " " + (
                _("Có phải %(code)s (%(name)s)?", code=code, name=names[code])
                if code
                else _("Hãy xem danh mục.")
            )
        return self.near[key]

    def _local(self, code: str) -> bool:
        listed = units.communes().get(code)
        return listed is None or listed.parent_code in self.provinces

    @cached_property
    def provinces(self) -> set[str]:
        """The provinces this sheet is about."""
        place = self.places["unit_code"]
        named = [
            units.communes().get(cells[place].zfill(5)) for _, cells in self.sheet.rows if place < len(cells)
        ]
        return {one.parent_code for one in named if one and one.parent_code} or {units.GIA_LAI}

    def _refuse_doubles(self, entries: Iterable[Entry]) -> None:
        rows: dict[str, int] = {}
        names: dict[str, int] = {}
        for entry in entries:
            code = entry.staff_code
            if code in rows:
                self.reject(
                    entry.row, "staff_code", _("Mã %(code)s đã có ở dòng %(row)s.", code=code, row=rows[code])
                )
                continue
            rows[code] = entry.row
            asked = entry.values.get("username") or ("" if entry.known else people.username_form(code))
            username = asked or (entry.known.username if entry.known else "")
            column = "username" if entry.values.get("username") else "staff_code"
            if username in names:
                self.reject(
                    entry.row,
                    column,
                    _(
                        "Tên đăng nhập “%(username)s” trùng với dòng %(row)s.",
                        username=username,
                        row=names[username],
                    ),
                )
            elif self.usernames.get(username, code) != code:
                self.reject(
                    entry.row,
                    column,
                    _("Tên đăng nhập “%(username)s” đã là của người khác.", username=username),
                )
            names[username] = entry.row
            entry.values["username"] = username


def _existing(session: Session) -> dict[str, Existing]:
    """Everybody with a staff code, by that code."""
    latest: dict[int, Posting] = {}
    previous_end: dict[int, date | None] = {}
    for posting in session.scalars(select(Posting).order_by(Posting.from_date, Posting.id)):
        if before := latest.get(posting.person_id):
            previous_end[posting.person_id] = before.to_date
        latest[posting.person_id] = posting
    profiles = {
        row.person_id: {name: getattr(row, name) for name in PROFILE}
        for row in session.scalars(select(Profile))
    }
    rows = session.execute(
        select(
            Person.id, Person.staff_code, Person.username, Person.full_name, Person.email, Person.active
        ).where(Person.staff_code.is_not(None))
    )
    return {
        row.staff_code: Existing(
            row.id,
            row.username,
            row.full_name,
            row.email,
            row.active,
            profiles.get(row.id),
            latest.get(row.id),
            previous_end.get(row.id),
        )
        for row in rows
    }


class _Changes:
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
        if last is not None and self._same_seat(entry, posting) and first in (None, posting.from_date):
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
        if self._same_seat(entry, posting):
            end = last if "to_date" in entry.values else posting.to_date
            if self._set_dates(entry, known, posting, first or posting.from_date, end):
                entry.outcome = "left" if last and last != posting.to_date else "changed"
        else:
            self._move(entry, posting, first or self.today, last)
        if last is not None:
            self._keep_out(entry, known, last)

    def _move(self, entry: Entry, posting: Posting, first: date, last: date | None) -> None:
        if first < posting.from_date:
            since = written(posting.from_date)
            reason = _("Người này giữ vị trí hiện nay từ %(day)s; ngày chuyển phải sau ngày đó.", day=since)
            self._reject(entry, "from_date", reason)
            return
        entry.outcome = "left" if last else "moved"
        if first == posting.from_date:  # not a day was spent there: put right, not ended
            if self._in_order(entry, first, last):
                self.closed.append({"id": posting.id, **_seat(entry, posting), "to_date": last})
            return
        day_before = first - timedelta(days=1)
        self.closed.append({"id": posting.id, "to_date": min(posting.to_date or day_before, day_before)})
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
        self._reject(entry, "to_date", _wrong_order(first, last))
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


def _wrong_order(first: date, last: date) -> str:
    return _("Ngày kết thúc %(last)s trước ngày bắt đầu %(first)s.", last=written(last), first=written(first))


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
