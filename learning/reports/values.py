"""What the desk's templates show: plain values, every word and figure decided here."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from flask import url_for

from learning.content.model import Course, Page
from learning.library.catalogue import Published
from learning.progress import scores
from learning.progress.tallies import Figures
from learning.quizzes import attempts
from learning.reports.desk import Asked, lesson_named, state_words
from learning.reports.queries import Made
from learning.vietnamese import formats
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.sheets import Cell, Column, Sheet

KINDS = {"not_started": "", "started": "gold", "done": "good", "overdue": "bad"}


@dataclass(frozen=True)
class Part:
    """A share of a bar. `start`, `width` in percent."""

    kind: str
    start: float
    width: float


@dataclass(frozen=True)
class Card:
    """A course on the desk. `answer` comes first; `bar` empty where nobody is asked to do it."""

    title: str
    language: str
    field: str
    answer: str
    rest: str
    urgent: bool
    bar: tuple[Part, ...]
    address: str


@dataclass(frozen=True)
class Count:
    """How many in a state, and the filter that shows them; `here`: it is the one shown."""

    words: str
    number: int
    state: str
    here: bool


@dataclass(frozen=True)
class Counts:
    answer: str
    total: int
    bar: tuple[Part, ...]
    states: tuple[Count, ...]


@dataclass(frozen=True)
class Line:
    score: scores.Score
    state: str
    kind: str


@dataclass(frozen=True)
class Try:
    """An attempt as the table of a learner's history has it."""

    number: int
    started_at: datetime
    finished_at: datetime | None
    percent: Decimal | None
    words: str
    kind: str


@dataclass(frozen=True)
class Practised:
    """A practice of the learner: how far it has come, and where it is read."""

    words: str
    address: str


@dataclass(frozen=True)
class History:
    """A lesson or the exam in a learner's history. `done_at` where it is done."""

    title: str
    words: str
    kind: str
    done_at: datetime | None
    practical: bool
    practice: Practised | None
    tries: tuple[Try, ...]


def states(one: Figures) -> dict[str, int]:
    return {"not_started": one.waiting, "started": one.under_way, "done": one.done, "overdue": one.overdue}


def cards(
    courses: Iterable[Published], found: Mapping[str, Mapping[str, int]], titles: Mapping[str, str]
) -> list[Card]:
    return [_card(each.course, found.get(each.course.id, {}), titles) for each in courses]


def _card(course: Course, found: Mapping[str, int], titles: Mapping[str, str]) -> Card:
    return Card(
        title=course.title,
        language=course.language,
        field=titles.get(course.field, course.field),
        answer=answer(found),
        rest=_rest(found),
        urgent=bool(found.get("overdue")),
        bar=_bar(found),
        address=url_for("reports.course_overview", field=course.field, slug=course.slug),
    )


def answer(found: Mapping[str, int]) -> str:
    """The one sentence a trainer came for."""
    waiting, late = found.get("not_started", 0), found.get("overdue", 0)
    total = _total(found)
    if not total:
        return _("Chưa có ai được giao hoặc bắt đầu học.")
    if not waiting and not late:
        if found.get("done") == total:
            return ngettext(
                "Cả %(n)s người đã hoàn thành.", "Cả %(n)s người đã hoàn thành.", total, n=_n(total)
            )
        return _("Mọi người đã bắt đầu, không ai quá hạn.")
    parts = []
    if waiting:
        parts.append(ngettext("%(n)s người chưa bắt đầu", "%(n)s người chưa bắt đầu", waiting, n=_n(waiting)))
    if late:
        words = (
            ngettext("%(n)s quá hạn", "%(n)s quá hạn", late, n=_n(late))
            if parts
            else ngettext("%(n)s người quá hạn", "%(n)s người quá hạn", late, n=_n(late))
        )
        parts.append(words)
    return ", ".join(parts)


def _rest(found: Mapping[str, int]) -> str:
    total, done, started = _total(found), found.get("done", 0), found.get("started", 0)
    if not total:
        return ""
    return _(
        "%(done)s trên %(total)s người hoàn thành (%(percent)s), %(started)s đang học",
        done=_n(done),
        total=_n(total),
        percent=formats.percent(100 * done / total),
        started=_n(started),
    )


def _total(found: Mapping[str, int]) -> int:
    return sum(found.get(state, 0) for state in scores.STATES)


def _n(number: int) -> str:
    return formats.number(number)


def _bar(found: Mapping[str, int]) -> tuple[Part, ...]:
    total, start, parts = _total(found), 0.0, []
    for state in ("done", "started"):
        if found.get(state):
            width = 100 * found[state] / total
            parts.append(Part(state, round(start, 2), round(width, 2)))
            start += width
    return tuple(parts)


def stateless(wanted: scores.Filter) -> scores.Filter:
    """The same people whatever their state: the figures above the table say how many are in each."""
    return replace(wanted, state="", overdue=False)


def counts(found: Mapping[str, int], asked: Asked) -> Counts:
    names = ("not_started", "started", "done", "overdue")
    states = (
        Count(_("tất cả"), _total(found), "", not asked.state),
        *(Count(state_words(name), found[name], name, asked.state == name) for name in names),
    )
    return Counts(answer(found), _total(found), _bar(found), states)


def narrowed(course: Course, asked: Asked) -> list[tuple[str, dict[str, Any]]]:
    """What else the table is narrowed to beside unit, class and state, in words, each with the filter without it."""
    found = []
    page = lesson_named(course, asked.lesson)
    if page is not None:
        words = (
            _("chưa xong: %(page)s", page=page.title)
            if asked.lesson_is == "not"
            else _("đã xong: %(page)s", page=page.title)
        )
        found.append((words, asked.values(lesson="")))
    if asked.did and asked.first and asked.last:
        first, last = formats.date(asked.first), formats.date(asked.last)
        words = (
            _("hoàn thành từ %(first)s đến %(last)s", first=first, last=last)
            if asked.did == "done"
            else _("bắt đầu từ %(first)s đến %(last)s", first=first, last=last)
        )
        found.append((words, asked.values(did="")))
    if asked.state in (scores.BEGUN, scores.UNDONE):
        found.append((state_words(asked.state), asked.values(state="")))
    if asked.unit and asked.only:
        found.append((_("chỉ người của chính đơn vị, không kể cấp dưới"), asked.values(only=False)))
    return found


def line(score: scores.Score) -> Line:
    return Line(score, state_words(score.state), KINDS[score.state])


def score_sheet(course: Course, asked: Asked, lines: Iterable[scores.Score], named: set[int]) -> Sheet:
    """The score table as a file has it; into `named` go the people it names."""
    columns = (
        Column(_("Họ và tên"), width=28),
        Column(_("Tên đăng nhập"), width=20),
        Column(_("Đơn vị"), width=30),
        Column(_("Số lần làm bài"), "number", 12),
        Column(_("Điểm cao nhất (%)"), "share", 16),
        Column(_("Trạng thái"), width=16),
        Column(_("Quá hạn"), width=12),
        Column(_("Lần gần nhất"), "moment", 18),
    )
    return Sheet(_("Kết quả %(course)s", course=course.title), columns, _score_rows(lines, named))


def _score_rows(lines: Iterable[scores.Score], named: set[int]) -> Iterator[Sequence[Cell]]:
    for score in lines:
        named.add(score.person_id)
        yield (
            score.full_name,
            score.username,
            score.unit,
            score.attempts,
            score.best,
            state_words(score.state),
            _("có") if score.overdue else "",
            score.last_at,
        )


def history(
    course: Course,
    made: Sequence[Made],
    pages: Mapping[str, tuple[str, datetime | None]],
    now: datetime,
    practices: Mapping[str, Practised] = MappingProxyType({}),
) -> list[History]:
    """The course page by page, with each try at its quiz; what the course no longer has comes last. `practices`: by page,
    those that may be read."""
    practical = {page.id for page in course.pages if page.kind == "practice"}
    found = {attempts.quiz_key(page): page.title for page in course.pages}
    if course.exam is not None:
        found["exam"] = course.exam.title
    gone = {each.quiz: _("Bài không còn trong bản hiện hành") for each in made if each.quiz not in found}
    return [
        History(
            title=title,
            words=state_words(pages[key][0]) if key in pages else state_words("not_started"),
            kind=KINDS[pages[key][0]] if key in pages else "",
            done_at=pages[key][1] if key in pages else None,
            practical=key in practical,
            practice=practices.get(key),
            tries=tuple(_try(each, now) for each in made if each.quiz == key),
        )
        for key, title in (found | gone).items()
    ]


def history_sheet(course: Course, score: scores.Score, parts: Iterable[History]) -> Sheet:
    """A learner's history as a file has it: a line for each try; for a page without one, its state."""
    columns = (
        Column(_("Bài"), width=44),
        Column(_("Lần"), "number", 8),
        Column(_("Bắt đầu"), "moment", 18),
        Column(_("Nộp lúc"), "moment", 18),
        Column(_("Điểm (%)"), "share", 12),
        Column(_("Kết quả"), width=24),
    )
    about = (course.title, " · ".join(filter(None, (score.full_name, score.username, score.unit))))
    return Sheet(score.full_name, columns, _history_rows(parts), about)


def _history_rows(parts: Iterable[History]) -> Iterator[Sequence[Cell]]:
    for part in parts:
        if not part.tries:
            yield (part.title, None, None, part.done_at, None, part.words)
        for each in part.tries:
            yield (part.title, each.number, each.started_at, each.finished_at, each.percent, each.words)


def _try(made: Made, now: datetime) -> Try:
    if made.state == "open":
        late = made.closes_at is not None and made.closes_at <= now
        words, kind = (_("hết giờ, chờ chấm"), "") if late else (_("đang làm"), "gold")
    else:
        words, kind = (_("đạt"), "good") if made.passed else (_("chưa đạt"), "bad")
        if made.passed is None:
            words, kind = _("chờ chấm"), "gold"
        if made.state == "closed":
            words = _("%(result)s, hết giờ", result=words)
    return Try(made.number, made.started_at, made.finished_at, made.percent, words, kind)


def quizzes(course: Course) -> list[Page]:
    """What can be answered: the exam first, it decides."""
    pages = [page for page in course.pages if page.quiz is not None or page.scenario is not None]
    return [course.exam, *pages] if course.exam is not None else pages
