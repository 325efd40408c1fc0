"""What people said of a course, as the page of its evaluation shows it: in words, bars and shares, never of a person."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from learning.content.model import Course
from learning.evaluation import wording
from learning.evaluation.asking import FOLLOW_UP_DAYS
from learning.evaluation.results import USEFUL, Report, Tally
from learning.evaluation.suppression import LEAST
from learning.reports import charts
from learning.vietnamese import formats
from learning.web.i18n import gettext as _


@dataclass(frozen=True)
class Bar:
    label: str
    width: str
    text: str
    address: str = ""


@dataclass(frozen=True)
class Block:
    """A question with its answers. `said`: why there are none."""

    title: str
    people: str
    bars: Sequence[Bar]
    said: str = ""


@dataclass(frozen=True)
class RateLine:
    what: str
    asked: int
    answered: int
    share: float | None
    overdue: int


def what_words(kind: str, days: int) -> str:
    if kind == "survey":
        return _("Khảo sát sau khóa học")
    if kind == "learner":
        return _("Học viên, sau %(days)s ngày", days=days)
    return _("Lãnh đạo đơn vị, sau %(days)s ngày", days=days)


def rates(report: Report) -> list[RateLine]:
    order = [("survey", 0)] + [(kind, days) for days in FOLLOW_UP_DAYS for kind in ("learner", "manager")]
    return [
        RateLine(
            what_words(kind, days),
            rate.asked,
            rate.answered,
            charts.share(rate.answered, rate.asked),
            rate.overdue,
        )
        for kind, days in order
        if (rate := report.rates.get((kind, days))) is not None
    ]


def _block(title: str, tally: Tally, choices: Iterable[tuple[Any, str]], *, zeros: bool = True) -> Block:
    """`zeros`: also the choices that nobody made."""
    if tally.counts is None:
        return Block(title, "", (), why_none(tally))
    people = _("%(count)s người trả lời", count=formats.number(tally.people))
    if tally.waiting:
        people += _(", %(count)s người nữa chờ tính", count=formats.number(tally.waiting))
    counts = tally.counts
    return Block(
        title,
        people,
        [
            _bar(words, counts.get(value, 0), tally.people)
            for value, words in choices
            if zeros or counts.get(value)
        ],
    )


def _bar(words: str, part: int, whole: int) -> Bar:
    return Bar(words, charts.width(charts.share(part, whole)), _of(part, whole))


def why_none(tally: Tally) -> str:
    if not tally.waiting:
        return _("Chưa ai trả lời.")
    return _(
        "Đã có %(count)s người trả lời; kết quả hiện theo từng đợt từ %(least)s người.",
        count=formats.number(tally.waiting),
        least=LEAST,
    )


def _of(part: int, whole: int) -> str:
    return _("%(part)s trên %(whole)s người", part=formats.number(part), whole=formats.number(whole))


def scales(report: Report) -> list[Block]:
    return [_block(scale.question, report.scales[scale.name], scale.choices) for scale in wording.scales()]


def missing(course: Course, report: Report) -> list[Block]:
    lessons = [(page.id, page.title) for page in course.lessons]
    return [
        _by_count(_block(_("Khóa học còn thiếu gì?"), report.reasons, wording.reasons(), zeros=False)),
        _by_count(_block(_("Bài nào cần nói kỹ hơn?"), report.lessons, lessons, zeros=False)),
    ]


def _by_count(block: Block) -> Block:
    bars = sorted(block.bars, key=lambda bar: -float(bar.width.rstrip("%")))
    return Block(block.title, block.people, bars, block.said)


def texts(report: Report) -> Block:
    block = _block(_("Ý kiến viết tay nói về điều gì?"), report.texts, theme_words(), zeros=False)
    people = _("%(count)s người viết", count=formats.number(report.texts.people))
    said = block.said if report.texts.waiting or not block.said else _("Chưa ai viết.")
    return _by_count(Block(block.title, people, block.bars, said))


def theme_words() -> list[tuple[str, str]]:
    """The themes of evaluation/themes.yml."""
    return [
        ("examples", _("Ví dụ, tình huống thực tế")),
        ("forms", _("Biểu mẫu, văn bản mẫu")),
        ("practice", _("Thực hành")),
        ("law", _("Luật, quy định")),
        ("software", _("Phần mềm, hệ thống")),
        ("clarity", _("Dễ hay khó hiểu")),
        ("length", _("Độ dài, thời gian")),
        ("questions", _("Câu hỏi, bài kiểm tra")),
        ("technical", _("Máy, mạng, đăng nhập")),
        ("thanks", _("Lời cảm ơn, khen")),
        ("other", _("Điều khác")),
    ]


def ratings(course: Course, report: Report) -> list[Bar]:
    """Each page that was rated: how many found it good (steps 4 and 5)."""
    bars = []
    for page in course.pages:
        tally = report.ratings.get(page.id)
        if tally is None:
            continue
        if tally.counts is None:
            bars.append(Bar(page.title, "0%", _("chưa đủ %(least)s người đánh giá", least=LEAST)))
        else:
            good = sum(count for step, count in tally.counts.items() if step >= USEFUL)
            bars.append(_bar(page.title, good, tally.people))
    return bars


def rated(course: Course, report: Report) -> list[tuple[str, str, list[int] | None]]:
    """Page, how many rated it of how many who have begun it, and how many chose each step from 1 to 5."""
    return [
        (
            page.title,
            _of(tally.people, report.begun.get(page.id, tally.people)) if tally.counts is not None else "–",
            [tally.counts.get(step, 0) for step in range(1, 6)] if tally.counts is not None else None,
        )
        for page in course.pages
        if (tally := report.ratings.get(page.id)) is not None
    ]


@dataclass(frozen=True)
class GainShown:
    """`places`: where the interval is drawn, on a scale from −100 to 100 points."""

    words: str
    surely: str
    honest: str
    over: str
    places: charts.Interval


def gain(report: Report) -> GainShown | None:
    found = report.gain
    if found is None:
        return None
    given = {
        "before": formats.percent(round(found.before, 1)),
        "after": formats.percent(round(found.after, 1)),
        "mean": _points(abs(found.mean)),
    }
    return GainShown(
        words=_("Trung bình từ %(before)s lên %(after)s: tăng %(mean)s điểm phần trăm.", **given)
        if found.mean >= 0
        else _("Trung bình từ %(before)s xuống %(after)s: giảm %(mean)s điểm phần trăm.", **given),
        surely=_(
            "n = %(n)s người làm cả hai bài; khoảng tin cậy 95%%: từ %(low)s đến %(high)s điểm phần trăm.",
            n=formats.number(found.people),
            low=_points(found.low),
            high=_points(found.high),
        ),
        honest=_(
            "Không có nhóm đối chứng: con số nói người học biết thêm bao nhiêu, không chứng minh là nhờ riêng khóa học."
        ),
        over=_(
            "Tính trên các câu cùng mục tiêu hoặc cùng nhãn ở hai bài (%(count)s câu của bài trước).",
            count=report.shared,
        )
        if report.shared
        else _("Hai bài không đánh dấu mục tiêu chung, nên tính trên cả bài."),
        places=charts.interval(found.low, found.mean, found.high, -100, 100),
    )


def _points(value: float) -> str:
    return formats.number(round(value, 1), 1)


def follow_ups(report: Report) -> list[Block]:
    blocks = []
    for (kind, days), tally in report.follow_ups.items():
        title = what_words(kind, days)
        blocks.append(_block(title, tally, wording.used(manager=kind == "manager")))
        obstacles = report.obstacles[kind, days]
        if obstacles.counts:
            words = _("Vì sao chưa áp dụng được? (%(whom)s)", whom=title)
            why = _block(words, obstacles, wording.obstacles(), zeros=False)
            blocks.append(_by_count(why))
    return blocks
