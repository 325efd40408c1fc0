"""What the studio's templates show: plain values, every word decided here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

from flask import url_for

from learning.content.model import Course, Field, Page
from learning.library.catalogue import Published
from learning.library.changes import Change, compare
from learning.studio.drafted import Card
from learning.studio.queries import SHOWN
from learning.vietnamese import formats
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

CHECK_AGAIN_DAYS = 365  # a source nobody looked at for so long is worth a look


@dataclass(frozen=True)
class Summary:
    """A live course in a few words. `reviewed`: somebody put their name to it."""

    course_id: str
    title: str
    size: str
    number: int
    published_at: datetime
    publisher: str
    reviewed: bool
    reviewer: str
    reviewed_on: date | None
    address: str


@dataclass(frozen=True)
class Group:
    """A field. `fresh`: drafts of courses that are not published yet; `drafts`: those of live ones, by course."""

    title: str
    owner: str
    courses: tuple[Summary, ...]
    fresh: tuple[Card, ...]
    drafts: Mapping[str, Card]


@dataclass(frozen=True)
class PageLine:
    title: str
    sub: str
    path: str
    checked_on: date | None


@dataclass(frozen=True)
class SourceLine:
    """A legal document. `remark` where it asks for attention."""

    key: str
    title: str
    checked_on: date | None
    remark: str


@dataclass(frozen=True)
class ReleaseLine:
    """A release. `changes`: what it says differently from the one before, each (what, where)."""

    number: int
    published_at: datetime
    publisher: str
    note: str
    changes: tuple[tuple[str, str], ...]


def groups(
    fields: Iterable[Field],
    live: Sequence[Published],
    publishers: Mapping[int, str],
    cards: Iterable[Card] = (),
) -> list[Group]:
    drafts = {card.course_id: card for card in cards}
    published = {one.course.id for one in live}
    return [
        Group(
            field.title,
            field.owner,
            tuple(summary(one, publishers[one.release_id]) for one in live if one.course.field == field.slug),
            tuple(
                card
                for id_, card in drafts.items()
                if id_ not in published and id_.startswith(f"{field.slug}/")
            ),
            drafts,
        )
        for field in fields
    ]


def summary(published: Published, publisher: str) -> Summary:
    course = published.course
    return Summary(
        course_id=course.id,
        title=course.title,
        size=_size_of(course),
        number=published.number,
        published_at=published.published_at,
        publisher=_publisher(publisher),
        reviewed=bool(course.reviewed_by),
        reviewer=course.reviewed_by,
        reviewed_on=course.reviewed_on,
        address=url_for("studio.course", field=course.field, slug=course.slug),
    )


def pages(course: Course) -> list[PageLine]:
    every = [*course.pages, *([course.exam] if course.exam else [])]
    return [PageLine(page.title, _page_words(page), page.path, page.checked_on) for page in every]


def sources(course: Course, today: date) -> list[SourceLine]:
    """Every document the course cites; what needs a look first."""
    lines = []
    for source in course.sources.values():
        remark = ""
        if source.replaced_by:
            remark = _("đã được thay bằng %(key)s", key=source.replaced_by)
        elif source.until is not None and source.until < today:
            remark = _("hết hiệu lực từ %(day)s", day=formats.date(source.until))
        elif source.checked_on is None:
            remark = _("chưa ghi ngày kiểm tra")
        elif (today - source.checked_on).days > CHECK_AGAIN_DAYS:
            remark = _("đã hơn một năm chưa kiểm tra lại")
        lines.append(SourceLine(source.key, source.title, source.checked_on, remark))
    return sorted(lines, key=lambda line: (not line.remark, line.key))


def releases(found: Sequence[Published], publishers: Mapping[int, str]) -> list[ReleaseLine]:
    """Newest first. Each is held against the one before it; the first of all has nothing to differ from."""
    before = {new.release_id: old for new, old in pairwise(found)}
    return [_release(each, before.get(each.release_id), publishers) for each in found[:SHOWN]]


def _release(each: Published, old: Published | None, publishers: Mapping[int, str]) -> ReleaseLine:
    if old is None:
        changes, note = [], _("Bản đầu tiên")
    else:
        changes = [*_course_changes(old.course, each.course)]
        changes += [_change(change) for change in compare(old.course, each.course)]
        note = "" if changes else _("Chỉ đổi cách trình bày hoặc căn cứ.")
    return ReleaseLine(
        each.number,
        each.published_at,
        _publisher(publishers[each.release_id]),
        note,
        tuple(changes),
    )


def _course_changes(old: Course, new: Course) -> Iterable[tuple[str, str]]:
    """Lessons that came, went or read differently, and the review: what `compare` of questions does not say."""
    before = {page.id: page for page in (*old.pages, *([old.exam] if old.exam else []))}
    after = {page.id: page for page in (*new.pages, *([new.exam] if new.exam else []))}
    for key, page in after.items():
        if key not in before:
            yield _("thêm bài"), page.title
        elif before[key].html != page.html:
            yield _("sửa nội dung bài"), page.title
        elif before[key].title != page.title:
            yield _("đổi tên bài"), page.title
    for key, page in before.items():
        if key not in after:
            yield _("bỏ bài"), page.title
    if old.reviewed_by != new.reviewed_by:
        yield _("người thẩm định"), new.reviewed_by or _("bỏ trống")


def _change(change: Change) -> tuple[str, str]:
    what = {
        "added": _("thêm câu hỏi"),
        "removed": _("bỏ câu hỏi"),
        "kind": _("đổi loại câu hỏi"),
        "key": _("đổi đáp án"),
        "options": _("thêm, bớt phương án"),
        "points": _("đổi điểm"),
        "wording": _("sửa lời câu hỏi"),
        "comment": _("sửa phản hồi, giải thích"),
    }[change.what]
    return what, change.title


def _publisher(name: str) -> str:
    return name or _("người vận hành hệ thống")


def _size_of(course: Course) -> str:
    questions = {question.id for page in course.pages if page.quiz for question in page.quiz.questions}
    if course.exam is not None and course.exam.quiz is not None:
        questions |= {question.id for question in course.exam.quiz.questions}
    lessons = len(course.lessons)
    return ", ".join(
        (
            ngettext("%(num)d bài học", "%(num)d bài học", lessons),
            ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", len(questions)),
        )
    )


def _page_words(page: Page) -> str:
    kind = {
        "lesson": _("bài học"),
        "exam": _("bài kiểm tra cuối khóa"),
        "scenario": _("tình huống"),
        "pretest": _("câu hỏi trước khi học"),
        "practice": _("thực hành"),
    }[page.kind]
    parts = [kind]
    if page.minutes:
        parts.append(_("%(minutes)s phút", minutes=formats.number(page.minutes)))
    if page.quiz is not None:
        count = len({question.id for question in page.quiz.questions})
        parts.append(ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", count))
    return " · ".join(parts)


def size(count: int) -> str:
    """Bytes for people."""
    return f"{formats.number(count)} B" if count < 1024 else f"{formats.number(count / 1024, 1)} KB"
