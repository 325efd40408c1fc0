"""What the overviews show: figures in words with what they are out of, each leading to the people behind it."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any, Literal
from urllib.parse import quote, urlencode

from flask import url_for

from learning.content.model import Course
from learning.organisation.models import Unit
from learning.progress import tallies
from learning.progress.overviews import Week
from learning.progress.tallies import Figures
from learning.quizzes.attempts import quiz_key
from learning.reports import charts, values
from learning.vietnamese import formats
from learning.vietnamese.folding import fold
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

Counted = Literal["people", "enrolments"]  # người, or person × course: lượt
To = Callable[..., str]  # the address of the people behind a figure, by what narrows them
GROUPS = ("", "area", "kind")
ORDERS = ("name", "weak", "overdue", "median", "people")


@dataclass(frozen=True)
class Fact:
    """`rest`: what the figure is out of, in words."""

    label: str
    value: str
    rest: str
    address: str
    kind: str = ""
    width: str = ""  # of a bar, where the figure is a share


@dataclass(frozen=True)
class Asked:
    """How a table of units is wanted: narrowed to names with `q` in them, put in groups, in an order (one of ORDERS, or
    the slug of a lesson: fewest done first)."""

    q: str = ""
    group: str = ""
    order: str = "name"


@dataclass(frozen=True)
class Box:
    """A cell of the heat map: so many of the unit's people have done the lesson."""

    part: int
    whole: int
    address: str

    @property
    def level(self) -> int | None:
        """By which it is tinted; None where there is nobody."""
        return charts.level(self.part, self.whole)

    @property
    def weakness(self) -> float:
        return self.part / self.whole if self.whole else 2.0


@dataclass(frozen=True)
class Row:
    """A unit. `unit` is None for those who sit in none in sight. `address`: where its name leads; `people`, `overdue`:
    the people behind its figures, "" where there is no one list of them."""

    unit: Unit | None
    name: str
    figures: Figures
    done: str
    share: str
    width: str
    median: str
    spent: str
    address: str
    people: str
    overdue: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True)
class Group:
    title: str
    words: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Head:
    """A lesson over its column. `key`: as progress calls it; `short`: its number, or what an exam is called."""

    slug: str
    key: str
    title: str
    short: str


@dataclass(frozen=True)
class Weak:
    name: str
    words: str
    address: str
    todo: str
    todo_words: str


@dataclass(frozen=True)
class Bar:
    label: str
    width: str
    text: str
    address: str


@dataclass(frozen=True)
class Drawn:
    """A trend for the macro that draws it."""

    picture: charts.Trend
    names: tuple[str, ...]
    short: tuple[str, ...]
    rows: tuple[tuple[str, tuple[tuple[int, str], ...]], ...]


def facts(one: Figures, counted: Counted, to: To | None) -> list[Fact]:
    """`to`: the people behind a figure; None where there is no one list of them."""

    def fact(label: str, part: int, kind: str = "", **narrowed: str) -> Fact:
        rest, width = out_of(part, one.people, counted), charts.width(charts.share(part, one.people))
        return Fact(label, formats.number(part), rest, _to(to, narrowed), kind, width)

    found = [
        Fact(
            _("Được giao hoặc đã học"),
            formats.number(one.people),
            _("người") if counted == "people" else _("lượt (mỗi người ở mỗi khóa)"),
            _to(to, {}),
        ),
        fact(_("Đã bắt đầu"), one.begun, state="begun"),
        fact(_("Hoàn thành"), one.done, "good", state="done"),
        fact(_("Quá hạn"), one.overdue, "bad" if one.overdue else "", state="overdue"),
    ]
    found.append(
        Fact(
            _("Điểm trung vị"),
            percent(one.median),
            ngettext(
                "của %(n)s người có điểm", "của %(n)s người có điểm", one.scored, n=formats.number(one.scored)
            )
            if counted == "people"
            else ngettext(
                "của %(n)s lượt có điểm", "của %(n)s lượt có điểm", one.scored, n=formats.number(one.scored)
            ),
            _to(to, {"state": "begun"}),
        )
    )
    mean = one.seconds // one.begun if one.begun else 0
    found.append(
        Fact(
            _("Thời gian làm bài"),
            spent(mean) if one.begun else "–",
            _(
                "bình quân mỗi người đã bắt đầu; cả thảy %(all)s, %(tried)s",
                all=spent(one.seconds),
                tried=tries(one.attempts),
            )
            if counted == "people"
            else _(
                "bình quân mỗi lượt đã bắt đầu; cả thảy %(all)s, %(tried)s",
                all=spent(one.seconds),
                tried=tries(one.attempts),
            ),
            _to(to, {"state": "begun"}),
        )
    )
    return found


def _to(to: To | None, narrowed: Mapping[str, str]) -> str:
    return to(**narrowed) if to is not None else ""


def out_of(part: int, whole: int, counted: Counted) -> str:
    """ "trên 38 người (31,6%)"."""
    if not whole:
        return ""
    values = {"whole": formats.number(whole), "share": formats.percent(100 * part / whole)}
    if counted == "people":
        return ngettext(
            "trên %(whole)s người (%(share)s)", "trên %(whole)s người (%(share)s)", whole, **values
        )
    return ngettext("trên %(whole)s lượt (%(share)s)", "trên %(whole)s lượt (%(share)s)", whole, **values)


def tries(number: int) -> str:
    return ngettext("%(n)s lượt làm bài", "%(n)s lượt làm bài", number, n=formats.number(number))


def people_words(number: int) -> str:
    return ngettext("%(n)s người", "%(n)s người", number, n=formats.number(number))


def enrolment_words(number: int) -> str:
    return ngettext("%(n)s lượt", "%(n)s lượt", number, n=formats.number(number))


def percent(value: Decimal | float | None) -> str:
    return "–" if value is None else formats.percent(value)


def spent(seconds: int) -> str:
    """Minutes below two hours, else hours; to a tenth as long as that says something."""
    if seconds < 7200:
        minutes = (seconds + 30) // 60
        return ngettext("%(n)s phút", "%(n)s phút", minutes, n=formats.number(minutes))
    hours = Decimal(seconds) / 3600
    return ngettext("%(n)s giờ", "%(n)s giờ", 2, n=formats.number(hours, 0 if hours >= 100 else 1))


def answer(one: Figures, counted: Counted) -> str:
    """What there is to do, in a sentence."""
    if counted == "people" or not one.people:
        return values.answer(values.states(one))
    parts = []
    if one.waiting:
        parts.append(_("%(who)s chưa bắt đầu", who=enrolment_words(one.waiting)))
    if one.overdue:
        parts.append(_("%(who)s quá hạn", who=enrolment_words(one.overdue)))
    if not parts and one.under_way:
        return _("Mọi người đã bắt đầu, không ai quá hạn.")
    return ", ".join(parts) or _("Cả %(who)s đã hoàn thành.", who=enrolment_words(one.people))


def drawn(weeks: Sequence[Week], to: To | None) -> Drawn | None:
    """None where nothing happened in all these weeks."""
    if not any(week.begun or week.done for week in weeks):
        return None

    def at(week: Week, did: str) -> str:
        last = week.monday + timedelta(days=6)
        return _to(to, {"did": did, "from": week.monday.isoformat(), "to": last.isoformat()})

    return Drawn(
        charts.trend([[week.begun for week in weeks], [week.done for week in weeks]]),
        (_("Bắt đầu học"), _("Hoàn thành")),
        tuple(f"{week.monday:%d/%m}" for week in weeks),
        tuple(
            (formats.date(week.monday), ((week.begun, at(week, "started")), (week.done, at(week, "done"))))
            for week in reversed(weeks)
        ),
    )


def heads(course: Course) -> list[Head]:
    """The columns of the heat map: what the course's rule may count."""
    lessons = [
        Head(page.slug, quiz_key(page), _("Bài %(n)s: %(title)s", n=number, title=page.title), str(number))
        for number, page in enumerate(course.lessons, start=1)
    ]
    if course.exam is not None:
        lessons.append(Head(course.exam.slug, quiz_key(course.exam), course.exam.title, _("KT")))
    return lessons


def lesson_bars(
    columns: Sequence[Head], done: Mapping[tuple[Any, str], int], people: int, to: To
) -> list[Bar]:
    """How many have done each lesson; each leads to those who have not."""
    found = []
    for head in columns:
        number = sum(part for (_unit, key), part in done.items() if key == head.key)
        text = _("%(part)s trên %(whole)s người", part=formats.number(number), whole=formats.number(people))
        address = to(lesson=head.slug, **{"is": "not"})
        found.append(Bar(head.title, charts.width(charts.share(number, people)), text, address))
    return found


def rows(
    figures: Mapping[Any, Figures],
    units: Sequence[Unit],
    to: To | None,
    columns: Sequence[Head] = (),
    done: Mapping[tuple[Any, str], int] | None = None,
) -> list[Row]:
    """A row for each unit with figures, in the order of `units`; who sits in none of them comes last, in one row.

    `to`: the people of a unit in the course; None over several courses, where a unit's name leads to its own page.
    `done`: (unit's code, page) → people, for the lessons in `columns`.
    """
    above = {unit.parent_code for unit in units}
    found = []
    for unit in units:
        if unit.code in figures:
            below = {"below": "no"} if unit.code in above else {}
            people = to(unit=unit.code, **below) if to else ""
            address = people or url_for("reports.unit", code=unit.code)
            boxes = _boxes([unit.code], figures[unit.code], columns, done or {}, people)
            found.append(_row(unit, unit.name, figures[unit.code], people, address, boxes))
    nowhere = figures.keys() - {unit.code for unit in units}
    if nowhere:
        whole = _sum(figures[code] for code in nowhere)
        boxes = _boxes(nowhere, whole, columns, done or {}, "")
        found.append(_row(None, _("Không còn ở đơn vị nào"), whole, "", "", boxes))
    return found


def _row(
    unit: Unit | None, name: str, one: Figures, people: str, address: str, boxes: tuple[Box, ...]
) -> Row:
    share = charts.share(one.done, one.people)
    return Row(
        unit=unit,
        name=name,
        figures=one,
        done=f"{formats.number(one.done)}/{formats.number(one.people)}",
        share=percent(share),
        width=charts.width(share),
        median=percent(one.median),
        spent=spent(one.seconds),
        address=address,
        people=people,
        overdue=f"{people}&state=overdue" if people and one.overdue else "",
        boxes=boxes,
    )


def _boxes(
    codes: Collection[Any],
    one: Figures,
    columns: Sequence[Head],
    done: Mapping[tuple[Any, str], int],
    people: str,
) -> tuple[Box, ...]:
    return tuple(
        Box(
            sum(done.get((code, head.key), 0) for code in codes),
            one.people,
            f"{people}&lesson={quote(head.slug)}" if people else "",
        )
        for head in columns
    )


def _sum(several: Iterable[Figures]) -> Figures:
    """Of groups whose results are not told apart here, without a median."""
    found = list(several)
    if len(found) == 1:
        return found[0]
    names = ("people", "begun", "done", "overdue", "scored", "attempts", "seconds")
    return Figures(**{name: sum(getattr(one, name) for one in found) for name in names})


def ordered(found: Sequence[Row], asked: Asked, columns: Sequence[Head]) -> list[Group]:
    """The rows as they are wanted; in one group without a title where they are in none."""
    wanted = fold(asked.q)
    kept = [row for row in found if wanted in fold(row.name)]
    places = {head.slug: place for place, head in enumerate(columns)}
    if asked.order in places:
        place = places[asked.order]
        kept.sort(key=lambda row: row.boxes[place].weakness)
    elif asked.order != "name":
        kept.sort(key=lambda row: _ORDERS[asked.order](row.figures))
    if not asked.group:
        return [Group("", "", tuple(kept))] if kept else []
    titles = kinds() if asked.group == "kind" else areas()
    grouped: dict[str, list[Row]] = {key: [] for key in [*titles, ""]}
    for row in kept:
        grouped[getattr(row.unit, asked.group) if row.unit else ""].append(row)
    return [
        Group(titles.get(key, _("Không còn ở đơn vị nào")), _group_words(group), tuple(group))
        for key, group in grouped.items()
        if group
    ]


_ORDERS: Mapping[str, Callable[[Figures], Any]] = {
    "weak": tallies.weakness,
    "overdue": lambda one: -one.overdue,
    "median": lambda one: 101 if one.median is None else one.median,
    "people": lambda one: -one.people,
}


def _group_words(group: Sequence[Row]) -> str:
    done, whole = sum(row.figures.done for row in group), sum(row.figures.people for row in group)
    return _(
        "%(units)s đơn vị, hoàn thành %(done)s trên %(whole)s (%(share)s)",
        units=len(group),
        done=formats.number(done),
        whole=formats.number(whole),
        share=percent(charts.share(done, whole)),
    )


def weak(found: Sequence[Row], counted: Counted, count: int = 3) -> list[Weak]:
    """The weakest units of all, whatever the table is narrowed to."""
    by_code = {row.unit.code: row for row in found if row.unit is not None}
    keys = tallies.weakest({code: row.figures for code, row in by_code.items()}, count)
    return [_weak(by_code[key], counted) for key in keys]


def _weak(row: Row, counted: Counted) -> Weak:
    one = row.figures
    words = _(
        "hoàn thành %(done)s %(rest)s",
        done=formats.number(one.done),
        rest=out_of(one.done, one.people, counted),
    )
    word = people_words if counted == "people" else enrolment_words
    if one.overdue:
        words = _("%(words)s, %(late)s quá hạn", words=words, late=word(one.overdue))
    if counted != "people":  # no one list of people behind it
        return Weak(row.name, words, row.address, "", "")
    if one.overdue:
        return Weak(row.name, words, row.address, row.overdue, _("Xem ai quá hạn"))
    return Weak(row.name, words, row.address, f"{row.people}&state=undone", _("Xem ai chưa hoàn thành"))


def orders(columns: Sequence[Head]) -> list[tuple[str, str]]:
    words = {
        "name": _("Tên đơn vị"),
        "weak": _("Yếu nhất trước"),
        "overdue": _("Nhiều quá hạn trước"),
        "median": _("Điểm trung vị thấp trước"),
        "people": _("Đông người trước"),
    }
    lessons = [(head.slug, _("Ít người xong: %(lesson)s", lesson=head.title)) for head in columns]
    return [*words.items(), *lessons]


def groups() -> list[tuple[str, str]]:
    return [("", _("Không chia nhóm")), ("area", _("Theo vùng")), ("kind", _("Theo loại đơn vị"))]


def areas() -> dict[str, str]:
    return {
        "thuong": _("Vùng còn lại"),
        "mien_nui": _("Miền núi"),
        "dan_toc_thieu_so": _("Vùng dân tộc thiểu số"),
        "bien_gioi": _("Biên giới"),
        "dao": _("Hải đảo"),
    }


def kinds() -> dict[str, str]:
    return {"province": _("Tỉnh"), "commune": _("Xã, phường, đặc khu"), "department": _("Sở, ngành")}


def people_of(course: Course, **fixed: str) -> To:
    """Addresses of the score table of a course, narrowed."""
    base = url_for("reports.course", field=course.field, slug=course.slug)

    def to(**narrowed: str) -> str:
        return f"{base}?{urlencode({**fixed, **narrowed})}"

    return to
