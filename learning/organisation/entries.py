"""Rows of a roster: every cell read and checked, or every reason why not."""

import difflib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import people
from learning.accounts.models import Person
from learning.organisation import positions, units
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
LONGEST = {
    "staff_code": 50,
    "full_name": 200,
    "position_code": 200,
    "specialty": 200,
    "email": 254,
    "username": 100,
}
CHOICES: Mapping[str, tuple[str, ...]] = {
    "category": CATEGORIES,
    "qualification": QUALIFICATIONS,
    "political_theory": POLITICAL_THEORY,
    "state_management": ("co", "khong"),
}
PROFILE = ("category", "specialty", "qualification", "years_in_post", "state_management", "political_theory")
EARLIEST = date(1945, 9, 2)
SLIP = 0.9  # how alike a position must be to one of the catalogue to be taken for a slip of the pen
TITLES_ABOVE = 20  # rows searched for a header that is not where it belongs

_CODE = re.compile(r"[^\s\x00-\x1f]+")
_ERROR = re.compile(r"#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NUM!|NULL!)")
_OLD_FONT = re.compile("[¡-¬®µ-¹]")  # what letters with marks were before Unicode, in no name of today
_SERIAL = re.compile(r"[1-6]\d{4}", re.ASCII)
_FIRST_SERIAL = date(1899, 12, 30)  # day 0 of a spreadsheet
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rejection:
    """Why a row is not taken. `row` as the spreadsheet numbers it (the header is 1), `column` as the file names it."""

    row: int
    column: str
    reason: str


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
    added_on: date  # by UTC


@dataclass
class Entry:
    """One sound row. `values`: the columns the file has; what it does not have stays as it is."""

    row: int
    staff_code: str
    values: dict[str, Any]
    known: Existing | None = None
    outcome: str = "unchanged"


class Reading:
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
        catalogue = dict(session.execute(select(Position.code, Position.title)).all())
        self.positions = {**positions.titles(), **catalogue}
        self.position_titles = {fold(title): code for code, title in self.positions.items()}
        self.new_positions: dict[str, str] = {}
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
        for place, heading in enumerate(self.sheet.header):
            if not heading:
                continue
            column = _column(heading)
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
        if not self.places and (below := self._header_below()):
            reason = _("Dòng tiêu đề đang ở dòng %(row)s; hãy xóa các dòng phía trên nó.", row=below)
            self.rejected = [Rejection(1, COLUMNS[REQUIRED[0]], reason)]
            return
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

    def _header_below(self) -> int | None:
        """Where the header stands when titles were put above it."""
        for row, cells in self.sheet.rows[:TITLES_ABOVE]:
            if set(REQUIRED) <= {_column(cell) for cell in cells}:
                return row
        return None

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
            elif _ERROR.fullmatch(cell):
                self.reject(
                    row, column, _("Công thức trong ô này lỗi (%(text)s); hãy ghi giá trị.", text=cell)
                )
            elif any(unicodedata.category(letter) in ("Cc", "Cs") for letter in cell):
                self.reject(row, column, _("Có ký tự điều khiển hoặc xuống dòng; hãy xóa đi."))
            else:
                values[column] = self._value(row, column, cell)
        first, last = values.get("from_date"), values.get("to_date")
        if first and last and last < first:
            self.reject(row, "to_date", wrong_order(first, last))
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
        elif _OLD_FONT.search(cell):
            self.reject(
                row,
                "full_name",
                _("“%(text)s” gõ bằng phông chữ cũ (TCVN3); hãy chuyển tệp sang Unicode.", text=cell),
            )
        return " ".join(cell.split())

    def _unit_code(self, row: int, cell: str) -> str:
        # A spreadsheet that took the code for a number has lost its leading zeros.
        code = cell if cell in self.units or not cell.isdigit() else cell.zfill(5)
        if code not in self.units:
            self.reject(
                row,
                "unit_code",
                _("Không có đơn vị mã “%(text)s”.", text=cell) + self._nearest(cell),
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
        """A code or title of the catalogue; one it does not have yet is added to it, unless it looks like a slip."""
        if not cell:
            return None
        code = _as_code(cell)
        for known in (cell, self.position_titles.get(fold(cell)), code, code.lower()):
            if known in self.positions:
                return known
        if not any(letter.isalpha() for letter in cell) or cell[0] in "=+-@":
            self.reject(row, "position_code", _("“%(text)s” không phải chức danh.", text=cell))
        elif near := self._slip(cell, code):
            self.reject(
                row, "position_code", _("Không có chức danh “%(text)s” trong danh mục.", text=cell) + near
            )
        else:
            self.new_positions.setdefault(code, cell)
        return code

    def _slip(self, cell: str, code: str) -> str:
        key = (cell, "position")
        if key not in self.near:
            found = difflib.get_close_matches(code.lower(), self.positions, n=1, cutoff=SLIP)
            titles = difflib.get_close_matches(fold(cell), self.position_titles, n=1, cutoff=SLIP)
            meant = found[0] if found else self.position_titles[titles[0]] if titles else ""
            self.near[key] = " " + _meant(meant, self.positions[meant]) if meant else ""
        return self.near[key]

    def _years_in_post(self, row: int, cell: str) -> int | None:
        if cell and not (cell.isascii() and cell.isdigit() and len(cell) <= 4 and int(cell) <= 60):
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
            self.reject(row, column, _no_date(cell))
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

    def _nearest(self, cell: str) -> str:
        """ " Có phải …?" with the likeliest unit, by code or by name; asked once for each wrong value."""
        key = (cell, "unit")
        if key not in self.near:
            # The country's communes may be named, but what is meant is most likely one that is here.
            here = {code: name for code, name in self.units.items() if len(code) != 5 or self._local(code)}
            by_name = {fold(name): code for code, name in here.items()}
            code = by_name.get(fold(cell))
            if code is None and (found := difflib.get_close_matches(cell, here, n=1, cutoff=0.7)):
                code = found[0]
            if code is None and (found := difflib.get_close_matches(fold(cell), by_name, n=1, cutoff=0.6)):
                code = by_name[found[0]]
            self.near[key] = " " + (_meant(code, self.units[code]) if code else _("Hãy xem danh mục."))
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


def _column(heading: str) -> str | None:
    """The English name of the column that is headed so."""
    return _HEADINGS.get(re.sub(r"[\s_-]+", "_", fold(heading)))


_HEADINGS = {name: english for english, vietnamese in COLUMNS.items() for name in (english, vietnamese)}


def _as_code(title: str) -> str:
    """What a position is kept under: a code as it is, words as "to_truong_to_dan_pho"."""
    if len(title) <= LONGEST["staff_code"] and title.isascii() and _CODE.fullmatch(title):
        return title
    return re.sub(r"\W+", "_", fold(title)).strip("_")[: LONGEST["staff_code"]]


def _meant(code: str, name: str) -> str:
    return _("Có phải %(code)s (%(name)s)?", code=code, name=name)


def _no_date(cell: str) -> str:
    if _SERIAL.fullmatch(cell):  # what a spreadsheet shows of a date in a cell that is not one of dates
        day = written(_FIRST_SERIAL + timedelta(days=int(cell)))
        return _(
            "“%(text)s” không phải ngày; nếu là %(day)s, hãy định dạng ô thành ngày.", text=cell, day=day
        )
    return _("“%(text)s” không phải ngày; hãy ghi dd/mm/yyyy, ví dụ 05/01/2026.", text=cell)


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
            Person.id,
            Person.staff_code,
            Person.username,
            Person.full_name,
            Person.email,
            Person.active,
            Person.created_at,
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
            row.created_at.date(),
        )
        for row in rows
    }


def wrong_order(first: date, last: date) -> str:
    return _("Ngày kết thúc %(last)s trước ngày bắt đầu %(first)s.", last=written(last), first=written(first))
