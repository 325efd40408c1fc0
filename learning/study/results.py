"""A finished attempt in words: passed or not, each question looked back on, and what to do next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Protocol

from learning.content.model import Course, Page
from learning.progress.queries import CourseState
from learning.quizzes.attempts import ItemReview
from learning.quizzes.explaining import Renewed
from learning.quizzes.models import Attempt
from learning.study import answers, values, wording
from learning.study.values import CitedSource, Row
from learning.vietnamese.formats import date as format_date
from learning.vietnamese.formats import number as format_number
from learning.vietnamese.formats import percent
from learning.vietnamese.verdicts import without_verdict
from learning.web.context import settings
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


class Ended(Protocol):
    """What came of an attempt, or of one that is only tried out."""

    @property
    def passed(self) -> bool | None: ...

    @property
    def percent(self) -> Decimal | None: ...

    @property
    def pass_percent(self) -> Decimal: ...


@dataclass(frozen=True)
class Outcome:
    """`passed` or not, said in a heading and a sentence."""

    passed: bool
    title: str
    words: str
    right: int
    total: int
    regraded: str = ""  # said of the whole attempt, where it was graded again
    waiting: bool = False  # for a person's marks, that decide


@dataclass(frozen=True)
class OptionLine:
    html: str
    chosen: bool
    state: str  # right, wrong, idle
    verdict: str
    feedback: str


@dataclass(frozen=True)
class PartLine:
    label: str
    given: str
    state: str
    verdict: str
    right: str


@dataclass(frozen=True)
class CriterionLine:
    """What a person gave a written answer for one criterion."""

    html: str
    mark: str
    remark: str


@dataclass(frozen=True)
class Item:
    """One question as the result shows it."""

    number: int
    id: str
    context: str
    prompt: str
    state: str  # right, partly, wrong, waiting
    verdict: str
    square: bool
    options: tuple[OptionLine, ...]
    parts: tuple[PartLine, ...]
    given: str
    right: str
    feedback: str
    explanation: str
    sources: tuple[CitedSource, ...]
    regraded: str = ""  # what became of it when its key was corrected
    renewed: str = ""  # that its explanation is newer than the attempt
    model: bool = False  # whether its explanation is the model answer of what was written
    criteria: tuple[CriterionLine, ...] = ()


@dataclass(frozen=True)
class NextStep:
    """The one thing to do now; `other` is the quiet alternative."""

    text: str
    address: str
    other_text: str = ""
    other_address: str = ""
    words: str = ""


def outcome(attempt: Ended, page: Page, review: Sequence[ItemReview]) -> Outcome:
    right = sum(1 for item in review if item.verdict == "right")
    passed = bool(attempt.passed)
    words = _(
        "Đồng chí được %(percent)s; cần từ %(least)s.",
        percent=_percent(attempt),
        least=percent(attempt.pass_percent),
    )
    if review:
        words = _("Đúng %(right)s/%(total)s câu.", right=right, total=len(review)) + " " + words
    if page.kind == "pretest":  # nobody passes or fails
        words = _("Đúng %(right)s/%(total)s câu.", right=right, total=len(review)) if review else ""
        return Outcome(True, _("Đã làm xong"), words, right, len(review))
    if page.scenario is not None:  # passed is who came to a good end, whatever the points
        words = (
            _("Cách xử lý của đồng chí đi đến kết quả tốt.")
            if passed
            else _("Cách xử lý này chưa đi đến kết quả tốt. Xem lại từng bước rồi thử cách khác.")
        )
    waiting = sum(1 for item in review if item.verdict == "to_mark")
    if waiting:
        words += " " + ngettext(
            "%(n)s câu tự luận đang chờ giảng viên chấm, tạm tính 0 điểm.",
            "%(n)s câu tự luận đang chờ giảng viên chấm, tạm tính 0 điểm.",
            waiting,
            n=waiting,
        )
        if not passed:
            return Outcome(False, _("Chờ chấm"), words, right, len(review), waiting=True)
    return Outcome(passed, _("Đạt") if passed else _("Chưa đạt"), words, right, len(review))


def item(place: int, review: ItemReview, renewed: Mapping[str, Renewed] = MappingProxyType({})) -> Item:
    """`renewed`: by question, whose explanation was written anew since."""
    context, prompt = answers.split_prompt(str(review.question["prompt"]))
    return Item(
        number=place,
        id=str(review.question["id"]),
        context=context,
        prompt=prompt,
        state=_state(review.verdict),
        verdict=_verdict(review.verdict),
        square=review.question["kind"] == "multiple",
        options=tuple(_option(option) for option in review.options),
        parts=tuple(
            PartLine(
                label=part.label,
                given=part.given or _("chưa trả lời"),
                state=_state(part.verdict),
                verdict=_verdict(part.verdict),
                right=part.right if part.right and part.verdict != "right" else "",
            )
            for part in review.parts
        ),
        given=_said(review, review.given),
        right=_said(review, review.right) if review.right and review.verdict != "right" else "",
        feedback=review.feedback or "",
        explanation=review.explanation or "",
        sources=tuple(CitedSource(s["key"], s.get("title", ""), s.get("place", "")) for s in review.sources),
        renewed=_renewed(renewed.get(str(review.question["id"]))),
        model=review.question["kind"] == "written",
        criteria=tuple(
            CriterionLine(one.html, points(one.mark, one.points), one.remark) for one in review.judged
        ),
    )


def points(mark: Decimal, most: Decimal) -> str:
    """1,5/2 điểm."""
    return _("%(mark)s/%(most)s điểm", mark=format_number(mark), most=format_number(most))


def next_step(
    course: Course, page: Page, attempt: Attempt, state: CourseState, serial: str | None, left: int | None
) -> NextStep:
    """After a pass: the certificate, the next lesson or the exam; else the lesson again, then another go."""
    home = values.course_address(course)
    if attempt.passed is None:  # what somebody has to mark may decide
        words = _("Khi chấm xong, đồng chí nhận được thông báo.")
        return NextStep(_("Về khóa học"), home, words=words)
    if not attempt.passed and page.scenario is not None:
        return NextStep(_("Làm lại"), values.quiz_address(course, page), _("Về khóa học"), home)
    if not attempt.passed:
        again = left is None or left > 0
        reread = home if page.kind == "exam" else values.page_address(course, page)
        return NextStep(
            text=_("Xem lại các bài học") if page.kind == "exam" else _("Xem lại bài học"),
            address=reread,
            other_text=_("Làm lại") if again else "",
            other_address=values.quiz_address(course, page),
            words="" if again else _("Đồng chí đã dùng hết số lần làm bài này."),
        )
    if state.state == "done":
        if serial:
            return NextStep(_("Xem giấy xác nhận"), f"/certificates/{serial}", _("Về khóa học"), home)
        return NextStep(_("Về khóa học"), home)
    if state.next is None:
        return NextStep(_("Về khóa học"), home)
    following = state.next
    words = (
        _("Làm bài kiểm tra cuối khóa")
        if following.kind == "exam"
        else _("Học tiếp: %(title)s", title=following.title)
    )
    return NextStep(words, values.page_address(state.published.course, following), _("Về khóa học"), home)


def row(attempt: Attempt, course: Course, page: Page, address: str) -> Row:
    day = (attempt.finished_at or attempt.started_at).astimezone(settings().timezone).date()
    sub = " · ".join((course.title, _("lần %(number)s", number=attempt.number), format_date(day)))
    if attempt.state == "open":
        return Row(page.title, address, sub, _("đang làm"), "gold")
    if attempt.passed is None:
        return Row(page.title, address, sub, f"{_('chờ chấm')} · {_percent(attempt)}", "gold")
    if page.kind == "pretest":
        return Row(page.title, address, sub, f"{_('đã làm')} · {_percent(attempt)}", "")
    tag = f"{_('đạt') if attempt.passed else _('chưa đạt')} · {_percent(attempt)}"
    return Row(page.title, address, sub, tag, "good" if attempt.passed else "bad")


def in_words(question: Mapping[str, Any], fields: Mapping[str, Sequence[str]]) -> str:
    """What a form's fields say, in the question's own words."""
    texts = {
        item["id"]: answers.plain(item["html"])
        for part in ("options", "left", "right")
        for item in question.get(part) or ()
    }
    texts |= {
        item["id"]: answers.plain(item["html"])
        for gap in question.get("gaps") or ()
        for item in gap.get("options") or ()
    }
    texts |= {"true": _("Đúng"), "false": _("Sai")} if question["kind"] == "true-false" else {}
    said = []
    for name, held in fields.items():
        part = name.partition(".")[2]
        value = ", ".join(texts.get(one, one) for one in held if one)
        if value:
            said.append(f"{texts.get(part, part)}: {value}" if part else value)
    return "; ".join(said) or _("chưa trả lời")


def _percent(attempt: Ended) -> str:
    return percent(attempt.percent) if attempt.percent is not None else "–"


def _said(review: ItemReview, text: str | None) -> str:
    if review.question["kind"] == "true-false":
        return {"true": _("Đúng"), "false": _("Sai")}.get(text or "", "")
    return text or ""


def _option(option: Any) -> OptionLine:
    """The right one says so; a chosen one says whether it was; the others stay quiet."""
    if option.right is None:
        state, verdict = ("idle", "")
    elif option.right:
        state, verdict = ("right", _("✓ Đúng.") if option.chosen else _("✓ Đáp án đúng."))
    elif option.chosen:
        state, verdict = ("wrong", _("✕ Chưa đúng."))
    else:
        state, verdict = ("idle", "")
    feedback = option.feedback or ""
    return OptionLine(
        option.html, option.chosen, state, verdict, without_verdict(feedback) if verdict else feedback
    )


def _renewed(what: Renewed | None) -> str:
    if what is None:
        return ""
    if what.words:
        return _("Giải thích đã được cập nhật ngày %(day)s.", day=wording.day(what.since))
    return _("Căn cứ đã được cập nhật ngày %(day)s.", day=wording.day(what.since))


def _state(verdict: str) -> str:
    return {"right": "right", "partly": "partly", "to_mark": "waiting"}.get(verdict, "wrong")


def _verdict(verdict: str) -> str:
    return {
        "right": _("Trả lời đúng"),
        "partly": _("Đúng một phần"),
        "wrong": _("Chưa đúng"),
        "not_answered": _("Chưa trả lời"),
        "to_mark": _("Chờ chấm"),
    }[verdict]
