"""What the pages of the desk show, made ready: templates compute nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType

from flask import url_for

from learning.certificates import issue
from learning.certificates.models import Certificate
from learning.content.model import Citation, Course, Page, Source
from learning.progress.queries import CourseState, Due
from learning.progress.rereading import Rewritten
from learning.study import wording
from learning.vietnamese.formats import date as format_date
from learning.vietnamese.formats import number
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

DUE_SOON = 7  # days before which a due date is shown as a count of days


@dataclass(frozen=True)
class CourseCard:
    """A course in a list; `done` of `total` lessons."""

    title: str
    summary: str
    address: str
    field: str
    size: str
    done: int
    total: int
    words: str
    tag: str
    tag_kind: str
    next_text: str
    next_address: str
    started: bool
    language: str


@dataclass(frozen=True)
class Row:
    """A line of a list with its tag."""

    text: str
    address: str
    sub: str = ""
    tag: str = ""
    tag_kind: str = ""


@dataclass(frozen=True)
class PathStep:
    """A page of a course on the way through it."""

    title: str
    address: str
    sub: str
    state: str
    state_text: str
    here: bool
    news: str = ""  # that it was rewritten since it was done, and when


@dataclass(frozen=True)
class PathSection:
    title: str
    steps: tuple[PathStep, ...]


@dataclass(frozen=True)
class CitedSource:
    key: str
    title: str
    place: str


def course_address(course: Course) -> str:
    return url_for("study.course", field=course.field, slug=course.slug)


def page_address(course: Course, page: Page) -> str:
    """Where a page is read; the exam, and what has nothing to read, begin at their door."""
    if page.kind == "exam":
        return quiz_address(course, page)
    return url_for("study.lesson", field=course.field, slug=course.slug, page_slug=page.slug)


def quiz_address(course: Course, page: Page) -> str:
    if page.kind == "practice":
        return url_for("practising.door", field=course.field, slug=course.slug, page_slug=page.slug)
    slug = "exam" if page.kind == "exam" else page.slug
    return url_for("study.quiz", field=course.field, slug=course.slug, page_slug=slug)


def course_card(state: CourseState, field_titles: Mapping[str, str], going: str = "") -> CourseCard:
    """`going`: the address of the attempt under way at what comes next, "" where there is none."""
    course = state.published.course
    tag, kind = wording.state(state.state)
    left = sum((p.minutes for p in course.lessons if state.pages.get(p.id) != "done"), Decimal(0))
    words = _("%(done)s/%(total)s bài", done=state.done_lessons, total=state.total)
    if state.state == "started" and left:
        words = _("%(words)s · còn khoảng %(count)s phút", words=words, count=number(left))
    return CourseCard(
        title=course.title,
        summary=course.summary,
        address=course_address(course),
        field=field_titles.get(course.field, course.field),
        size=size(course),
        done=state.done_lessons,
        total=max(state.total, 1),
        words=words,
        tag=tag,
        tag_kind=kind,
        next_text=_next_text(state, bool(going)),
        next_address=going or (page_address(course, state.next) if state.next else course_address(course)),
        started=state.state == "started",
        language=course.language,
    )


def _next_text(state: CourseState, going: bool) -> str:
    if state.next is None:
        return _("Xem khóa học")
    if going:
        return _("Làm tiếp: %(title)s", title=state.next.title)
    if state.state != "started":
        return _("Bắt đầu học")
    if state.next.kind == "exam":
        return _("Làm bài kiểm tra cuối khóa")
    return _("Học tiếp: %(title)s", title=state.next.title)


def size(course: Course) -> str:
    """How much there is to learn; and in which language, where it is not the reader's."""
    lessons = ngettext("%(num)d bài", "%(num)d bài", len(course.lessons))
    parts = (
        wording.tongue(course.language),
        lessons,
        wording.minutes(course.minutes) if course.minutes else "",
    )
    return " · ".join(part for part in parts if part)


def due_row(due: Due, today: date) -> Row:
    days = (due.due_on - today).days
    near = days <= DUE_SOON
    course = due.state.published.course
    return Row(
        text=course.title,
        address=course_address(course),
        sub=due.class_name,
        tag=wording.due_in(days) if near else format_date(due.due_on),
        tag_kind="bad" if days <= 3 else "",
    )


def certificate_row(certificate: Certificate, today: date) -> Row:
    tag, kind = wording.certificate_state(issue.status(certificate, today))
    return Row(
        text=certificate.course,
        address=f"/certificates/{certificate.serial}",
        sub=_("Cấp ngày %(day)s", day=format_date(certificate.issued_on)),
        tag=tag,
        tag_kind=kind,
    )


def path(
    state: CourseState,
    rewritten: Mapping[str, Rewritten],
    practices: Mapping[str, Mapping[str, int]] = MappingProxyType({}),
    to_mark: Collection[str] = (),
) -> list[PathSection]:
    """The pages of a course in their order, by section, the exam last. `rewritten`: see progress.rereading;
    `practices`: of those begun, by page, how many steps are in which state; `to_mark`: quizzes of which something waits
    for a person to mark it."""
    course = state.published.course
    sections: list[tuple[str, list[PathStep]]] = []
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        if not sections or (page.section and sections[-1][0] != page.section):
            sections.append((page.section, []))
        waits = ("exam" if page.kind == "exam" else page.id) in to_mark
        sections[-1][1].append(
            _step(state, course, page, rewritten.get(page.id), practices.get(page.id, {}), waits)
        )
    return [PathSection(title, tuple(steps)) for title, steps in sections]


def _step(
    state: CourseState,
    course: Course,
    page: Page,
    rewritten: Rewritten | None,
    steps: Mapping[str, int],
    to_mark: bool,
) -> PathStep:
    name = (state.exam or "not_started") if page.kind == "exam" else state.pages.get(page.id, "not_started")
    count = wording.questions(asked(page)) if page.quiz and page.kind != "scenario" else ""
    parts = (
        kind_words(page),
        wording.minutes(page.minutes) if page.minutes else "",
        count,
        wording.steps(steps) if name != "done" else "",
        _("câu tự luận chờ chấm") if to_mark and name == "done" else "",
    )
    words = wording.state(name)[0]
    if name == "started" and to_mark:
        words = _("chờ chấm")
    elif name == "started" and wording.awaits_mentor(steps):
        words = _("chờ người hướng dẫn")
    here = state.next is not None and state.next.id == page.id and state.next.kind == page.kind
    return PathStep(
        title=page.title,
        address=page_address(course, page),
        sub=" · ".join(part for part in parts if part),
        state="again" if rewritten and rewritten.asked else name,
        state_text=_("cần đọc lại") if rewritten and rewritten.asked else words,
        here=here,
        news=_("đã cập nhật ngày %(day)s", day=wording.day(rewritten.at)) if rewritten else "",
    )


def kind_words(page: Page) -> str:
    """What a page is, where it is not simply a lesson."""
    return {
        "exam": _("Bài kiểm tra cuối khóa"),
        "scenario": _("Tình huống"),
        "pretest": _("Tự kiểm tra trước khi học"),
        "practice": _("Thực hành (bắt buộc)") if page.required else _("Thực hành (không bắt buộc)"),
        "lesson": "",
    }[page.kind]


def asked(page: Page) -> int:
    """How many questions a quiz asks: of a pool, those it draws."""
    if page.quiz is None:
        return 0
    return sum(len(s.questions) if s.draw is None else s.draw for s in page.quiz.sections)


def sources(citations: Iterable[Citation], known: Mapping[str, Source]) -> list[CitedSource]:
    return [
        CitedSource(cited.key, known[cited.key].title if cited.key in known else "", cited.place)
        for cited in citations
    ]
