"""What the page of a quiz's questions shows: plain values, every word and figure decided here."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from learning.content.model import Course, Page
from learning.quizzes import flags, items, wording
from learning.quizzes.alarms import Alarm
from learning.quizzes.drift import Share
from learning.quizzes.figures import FEWEST, UNSURE, QuizFigures
from learning.quizzes.flags import Flag
from learning.quizzes.thirds import Thirds
from learning.vietnamese import formats
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.sheets import Cell, Column, Sheet

Facts = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Bar:
    """An answer that was given. `width` of its bar, `text` the figures; `thirds`: of each third, how many gave it."""

    html: Markup
    right: bool | None
    width: str
    text: str
    thirds: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question with its figures. `shown`: enough attempts to say anything; `sure`: enough to trust it. `address`:
    its line in the studio, "" for who may not write there."""

    id: str
    number: int
    title: str
    html: Markup
    attempts: str
    shown: bool
    sure: bool
    retired: bool
    facts: Facts
    remarks: tuple[str, ...]
    bars: tuple[Bar, ...]
    thirds: str  # how many attempts of each third held the question
    free: bool
    earlier: tuple[str, ...]  # what its former versions did
    address: str


@dataclass(frozen=True)
class Drifting:
    """A question that turned suddenly easy in a unit."""

    id: str
    number: int
    title: str
    unit: str
    when: str
    shares: tuple[tuple[str, str], ...]  # whose, how many right


@dataclass(frozen=True)
class Shown:
    """The page. `answer` comes first; `review`: the flagged questions, the worst first."""

    answer: str
    attempts: int
    quiz: Facts
    shown: bool
    sure: bool
    remark: str
    questions: tuple[Question, ...]
    review: tuple[Question, ...]
    drifting: tuple[Drifting, ...]


Place = Callable[[items.Item], str]


def shown(analysis: items.Analysis, alarms: Iterable[Alarm], zone: ZoneInfo, place: Place) -> Shown:
    """`place`: where a question may be changed, "" where it may not."""
    said = {item.id: flags_of(item) for item in analysis.items}
    questions = {
        item.id: _question(number, item, said[item.id], place)
        for number, item in enumerate(analysis.items, start=1)
    }
    flagged = [item for item in analysis.items if said[item.id]]
    flagged.sort(key=lambda item: flags.worst_first(said[item.id], item.figures))
    drifting = tuple(_drifting(alarm, questions[alarm.question], zone) for alarm in alarms)
    count = analysis.quiz.attempts
    return Shown(
        answer=_answer(count, len(flagged), len(drifting)),
        attempts=count,
        quiz=_quiz(analysis.quiz),
        shown=count >= FEWEST,
        sure=count >= UNSURE,
        remark=_consistency(analysis.quiz),
        questions=tuple(questions.values()),
        review=tuple(questions[item.id] for item in flagged),
        drifting=drifting,
    )


def flags_of(item: items.Item) -> tuple[Flag, ...]:
    """What asks for a second look; nothing of a question that is asked no longer."""
    return () if item.retired else flags.flags(item.kind, item.figures, item.choices, item.held[0])


def _answer(attempts: int, review: int, drifting: int) -> str:
    if attempts < FEWEST:
        return _(
            "Mới có %(n)s lượt làm; từ %(least)s lượt sẽ có số liệu.",
            n=formats.number(attempts),
            least=FEWEST,
        )
    said = []
    if review:
        said.append(
            ngettext("%(n)s câu nên xem lại", "%(n)s câu nên xem lại", review, n=formats.number(review))
        )
    if drifting:
        said.append(
            ngettext(
                "%(n)s nơi có câu bỗng dễ", "%(n)s nơi có câu bỗng dễ", drifting, n=formats.number(drifting)
            )
        )
    return ", ".join(said) or _("Không có câu nào cần xem lại.")


def _quiz(measured: QuizFigures) -> Facts:
    return (
        (_("Lượt làm"), formats.number(measured.attempts)),
        (_("Điểm bình quân"), percent(measured.mean)),
        (_("Trung vị"), percent(measured.median)),
        (_("Độ lệch chuẩn"), percent(measured.standard_deviation)),
        (_("Độ bất đối xứng"), _plain(measured.skewness)),
        (_("Độ nhọn"), _plain(measured.kurtosis)),
        (_("Độ tin cậy"), percent(measured.internal_consistency)),
        (_("Tỷ lệ sai số"), percent(measured.error_ratio)),
        (_("Sai số chuẩn"), percent(measured.standard_error)),
    )


def _consistency(measured: QuizFigures) -> str:
    if not flags.inconsistent(measured):
        return ""
    return _(
        "Độ tin cậy chỉ %(percent)s: điểm bài này chưa phân biệt được người nắm vững và chưa nắm vững. "
        "Xem các câu dưới đây, hoặc thêm câu hỏi.",
        percent=percent(measured.internal_consistency),
    )


def _question(number: int, item: items.Item, said: Sequence[Flag], place: Place) -> Question:
    measured = item.figures
    enough = measured.attempts >= FEWEST
    return Question(
        id=item.id,
        number=number,
        title=item.title,
        html=_safe(item.html),
        attempts=_times(measured.attempts),
        shown=enough,
        sure=measured.attempts >= UNSURE,
        retired=item.retired,
        facts=_facts(item) if enough else (),
        remarks=tuple(wording.flag(flag) for flag in said),
        bars=_bars(item) if enough else (),
        thirds=_held(item.held) if enough else "",
        free=item.free,
        earlier=tuple(wording.earlier(version) for version in item.earlier),
        address="" if item.retired else place(item),
    )


def _facts(item: items.Item) -> Facts:
    measured = item.figures
    return (
        (_("Điểm bình quân"), percent(measured.facility)),
        (_("Độ phân biệt"), percent(measured.discrimination_index)),
        (_("Đoán mò được"), percent(measured.guess_score)),
        (_("Độ lệch chuẩn"), percent(measured.standard_deviation)),
        (_("Hiệu quả phân biệt"), percent(measured.discriminative_efficiency)),
        (_("Trọng số dự kiến"), percent(measured.intended_weight)),
        (_("Trọng số thực tế"), percent(measured.effective_weight)),
    )


def _held(held: Thirds) -> str:
    upper, middle, lower = map(_times, held)
    return _(
        "Chia ba theo điểm cả bài: %(upper)s điểm cao, %(middle)s ở giữa, %(lower)s điểm thấp.",
        upper=upper,
        middle=middle,
        lower=lower,
    )


def _bars(item: items.Item) -> tuple[Bar, ...]:
    bars = [
        Bar(
            _safe(choice.html),
            choice.right,
            _width(choice.percent),
            _figures(choice.percent, choice.chosen),
            tuple(_of_third(*pair) for pair in zip(choice.thirds, item.held, strict=True)),
        )
        for choice in item.choices
    ]
    asked = item.figures.attempts
    for words, count in (
        (_("Câu trả lời khác"), item.other_answers),
        (_("Không trả lời"), item.not_answered),
    ):
        if count:
            share = 100 * count / asked
            bars.append(Bar(escape(words), None, _width(share), _figures(share, count), ()))
    return tuple(bars)


def _of_third(count: int, held: int) -> str:
    if not held:
        return "–"
    return f"{formats.percent(100 * count / held, 0)} ({formats.number(count)})"


def _drifting(alarm: Alarm, question: Question, zone: ZoneInfo) -> Drifting:
    first, last = (_day(at, zone) for at in (alarm.first, alarm.last))
    return Drifting(
        question.id,
        question.number,
        question.title,
        alarm.unit_name,
        first if first == last else f"{first} – {last}",
        (
            (_("30 ngày qua tại đây"), _share(alarm.recent)),
            (_("Trước đó tại đây"), _share(alarm.before)),
            (_("30 ngày qua ở nơi khác"), _share(alarm.others)),
        ),
    )


def _share(share: Share) -> str:
    return _(
        "đúng %(right)s trên %(times)s (%(percent)s)",
        right=formats.number(share.right),
        times=_times(share.of),
        percent=formats.percent(share.percent, 0),
    )


def sheet(course: Course, page: Page, analysis: items.Analysis, which: str) -> Sheet:
    """A line for each question, with every figure; what is hidden on the page for want of attempts is hidden here."""
    columns = (
        Column(_("Câu"), "number", 6),
        Column(_("Câu hỏi"), width=40),
        Column(_("Lượt làm"), "number", 10),
        Column(_("Điểm bình quân (%)"), "share", 12),
        Column(_("Độ lệch chuẩn (%)"), "share", 12),
        Column(_("Độ phân biệt (%)"), "share", 12),
        Column(_("Hiệu quả phân biệt (%)"), "share", 12),
        Column(_("Trọng số dự kiến (%)"), "share", 12),
        Column(_("Trọng số thực tế (%)"), "share", 12),
        Column(_("Đoán mò được (%)"), "share", 12),
        Column(_("Cần xem"), width=60),
    )
    about = [f"{page.title}: {words_of(which)}"]
    if analysis.quiz.attempts >= FEWEST:
        about.append(" · ".join(f"{name} {value}" for name, value in _quiz(analysis.quiz)))
    title = _("Phân tích câu hỏi %(course)s", course=course.title)
    return Sheet(title, columns, _rows(analysis), about)


def _rows(analysis: items.Analysis) -> Iterator[Sequence[Cell]]:
    for number, item in enumerate(analysis.items, start=1):
        measured = item.figures
        told = (
            measured.facility,
            measured.standard_deviation,
            measured.discrimination_index,
            measured.discriminative_efficiency,
            measured.intended_weight,
            measured.effective_weight,
            measured.guess_score,
        )
        enough = measured.attempts >= FEWEST
        remarks = " ".join(wording.flag(flag) for flag in flags_of(item))
        figures = told if enough else (None,) * len(told)
        yield (number, item.title, measured.attempts, *figures, remarks)


def waiting(count: int) -> str:
    return ngettext(
        "%(n)s lượt còn chờ chấm câu tự luận, chưa tính vào đây.",
        "%(n)s lượt còn chờ chấm câu tự luận, chưa tính vào đây.",
        count,
        n=formats.number(count),
    )


def words_of(which: str) -> str:
    return {
        "first": _("lần làm đầu tiên của mỗi người"),
        "best": _("lần cao điểm nhất của mỗi người"),
        "all": _("mọi lần làm"),
    }[which]


def percent(value: float | None) -> str:
    return "–" if value is None else formats.percent(value)


def _plain(value: float | None) -> str:
    return "–" if value is None else formats.number(value, 2)


def _day(at: datetime, zone: ZoneInfo) -> str:
    return formats.date(at.astimezone(zone).date())


def _times(count: int) -> str:
    return ngettext("%(n)s lượt", "%(n)s lượt", count, n=formats.number(count))


def _width(share: float | None) -> str:
    return f"{share or 0:.2f}%"


def _figures(share: float | None, count: int) -> str:
    return f"{percent(share)} ({_times(count)})"


def _safe(html: str) -> Markup:
    """What of a course is HTML was sanitised when the course was compiled; typed answers are escaped."""
    return Markup(html)  # noqa: S704
