"""What waits to be marked by hand, by quiz and submission, and what was marked: on the page and as a file."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export, looks
from learning.accounts.visitors import roles, visitor
from learning.library import catalogue
from learning.organisation import postings
from learning.quizzes import attempts, hand_marks
from learning.quizzes.hand_marks import Cursor, Queue, Waiting
from learning.reports import marking, queries
from learning.reports.desk import MARKERS, blueprint
from learning.vietnamese import formats
from learning.web.context import db, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.sheets import Cell, Column, Sheet

BATCH = 500  # submissions read at a time for a file
MOST_MARKED = 5000  # in a file: a year of a trainer's marking
_CURSOR = re.compile(r"(\d{4}-\d\d-\d\dT[\d:.]{8,15}\+00:00)~([0-9a-f-]{36})", re.ASCII)


@dataclass(frozen=True)
class Filter:
    """The filter as the address has it: a course ("field/slug") and a quiz of it, or everything."""

    course: str = ""
    quiz: str = ""
    done: bool = False

    def values(self, **more: str) -> dict[str, Any]:
        """For `url_for`; what is not asked is left out."""
        return {
            "course": self.course or None,
            "quiz": self.quiz or None,
            "state": "marked" if self.done else None,
            **more,
        }


@dataclass(frozen=True)
class QueueLine:
    title: str
    sub: str
    number: str
    address: str
    here: bool


@dataclass(frozen=True)
class Line:
    """A submission in the list."""

    name: str
    address: str
    sub: str
    at: datetime
    left: str


@blueprint.get("/marking", endpoint="marking")
@roles(*MARKERS)
def listing() -> ResponseReturnValue:
    """What waits, by quiz, and the submissions, the oldest first; or those that were marked (`?state=marked`)."""
    people, found = marking.people(), hand_marks.queues(db(), marking.people())
    titles = _titles(db())
    asked = _filter(request.args, found, titles)
    after = _cursor(request.args.get("after", ""))
    if asked.done:
        lines, more = hand_marks.marked(db(), people, asked.course, asked.quiz), False
    else:
        lines, more = hand_marks.waiting(db(), people, asked.course, asked.quiz, after=after)
    for course_id in sorted({line.course_id for line in lines}):
        looks.seen([line.person_id for line in lines if line.course_id == course_id], "table", course_id)
    following = "~".join((lines[-1].finished_at.isoformat(), lines[-1].attempt_id)) if more else ""
    return render_template(
        "reports/marking.html",
        asked=asked,
        answer=_answer(found),
        queues=[_queue(one, asked, titles) for one in found],
        everything=url_for(".marking"),
        lines=[_line(one, asked, titles) for one in lines],
        waiting=url_for(".marking", course=asked.course or None, quiz=asked.quiz or None),
        marked=url_for(".marking", course=asked.course or None, quiz=asked.quiz or None, state="marked"),
        first=url_for(".marking", **asked.values()) if after else "",
        following=url_for(".marking", **asked.values(after=following)) if following else "",
        most=hand_marks.PAGE,
    )


@blueprint.post("/marking/list.<kind>")
@roles(*MARKERS)
def export_marking(kind: str) -> ResponseReturnValue:
    """The list as a file: everything that waits (or was marked) at what is filtered."""
    course, quiz = request.form.get("course", ""), request.form.get("quiz", "")

    def make(session: Session, named: set[int]) -> Sheet:
        titles = _titles(session)
        asked = _filter(request.form, hand_marks.queues(session, marking.people()), titles)
        columns = (
            Column(_("Họ và tên"), width=28),
            Column(_("Đơn vị"), width=28),
            Column(_("Khóa học"), width=34),
            Column(_("Bài"), width=30),
            Column(_("Nộp lúc"), "moment", 18),
            Column(_("Câu chờ chấm"), "number", 10),
        )
        title = _("Bài tự luận đã chấm") if asked.done else _("Bài tự luận chờ chấm")
        return Sheet(title, columns, _rows(session, asked, titles, named))

    back = url_for(
        ".marking", course=course or None, quiz=quiz or None, state=request.form.get("state") or None
    )
    more = {name: value for name, value in (("course", course), ("quiz", quiz)) if value}
    return export.send(
        kind, make, action="marking.exported", subject="marking", back=back, course_id=course[:120], **more
    )


def _rows(
    session: Session, asked: Filter, titles: dict[tuple[str, str], str], named: set[int]
) -> Iterator[Sequence[Cell]]:
    for some in _batches(session, asked):
        named.update(one.person_id for one in some)
        units = postings.units_of(session, {one.person_id for one in some}, today())
        for one in some:
            yield (
                one.full_name,
                units.get(one.person_id, ""),
                titles.get((one.course_id, ""), one.course_id),
                _title(one.course_id, one.quiz, titles),
                one.finished_at,
                one.left,
            )


def _batches(session: Session, asked: Filter) -> Iterator[Sequence[Waiting]]:
    """In the order of the list, so many at a time that memory does not grow with them."""
    if asked.done:
        yield hand_marks.marked(session, marking.people(), asked.course, asked.quiz, size=MOST_MARKED)
        return
    after, more = None, True
    while more:
        some, more = hand_marks.waiting(
            session, marking.people(), asked.course, asked.quiz, after=after, size=BATCH
        )
        yield some
        after = some[-1].cursor if some else None


def _titles(session: Session) -> dict[tuple[str, str], str]:
    """(course, "") → its title, (course, quiz) → that of its page; of live courses that are the visitor's to know."""
    one = visitor()
    own = None if one.has("administrator") else queries.own_courses(session, one.id)
    found: dict[tuple[str, str], str] = {}
    for each in catalogue.live_courses(session):
        course = each.course
        if own is None or course.id in own:
            pages = (*course.pages, *((course.exam,) if course.exam else ()))
            found[course.id, ""] = course.title
            found |= {(course.id, attempts.quiz_key(page)): page.title for page in pages}
    return found


def _filter(given: MultiDict[str, str], found: Sequence[Queue], titles: dict[tuple[str, str], str]) -> Filter:
    """404 for a course or quiz that is not there, or not the visitor's to know of."""
    state = given.get("state", "")
    asked = Filter(given.get("course", ""), given.get("quiz", ""), state == "marked")
    known = titles.keys() | {(one.course_id, quiz) for one in found for quiz in ("", one.quiz)}
    if state not in ("", "marked") or (
        (asked.course or asked.quiz) and (asked.course, asked.quiz) not in known
    ):
        abort(404)
    return asked


def _cursor(text: str) -> Cursor | None:
    place = _CURSOR.fullmatch(text)
    if place is None:
        return abort(404) if text else None
    try:
        return datetime.fromisoformat(place[1]), place[2]
    except ValueError:
        abort(404)


def _answer(found: Sequence[Queue]) -> str:
    waiting = sum(one.number for one in found)
    if not waiting:
        return _("Không có bài nào đang chờ chấm.")
    return ngettext(
        "%(n)s bài đang chờ chấm, bài lâu nhất từ ngày %(day)s.",
        "%(n)s bài đang chờ chấm, bài lâu nhất từ ngày %(day)s.",
        waiting,
        n=formats.number(waiting),
        day=formats.date(min(one.since for one in found).astimezone(zone()).date()),
    )


def _title(course_id: str, quiz: str, titles: dict[tuple[str, str], str]) -> str:
    return titles.get((course_id, quiz), quiz)


def _queue(one: Queue, asked: Filter, titles: dict[tuple[str, str], str]) -> QueueLine:
    return QueueLine(
        title=_title(one.course_id, one.quiz, titles),
        sub=titles.get((one.course_id, ""), one.course_id),
        number=formats.number(one.number),
        address=url_for(".marking", course=one.course_id, quiz=one.quiz),
        here=(asked.course, asked.quiz) == (one.course_id, one.quiz),
    )


def _line(one: Waiting, asked: Filter, titles: dict[tuple[str, str], str]) -> Line:
    left = ngettext("%(n)s câu chờ chấm", "%(n)s câu chờ chấm", one.left, n=one.left) if one.left else ""
    sub = "" if asked.quiz else _title(one.course_id, one.quiz, titles)
    return Line(one.full_name, url_for(".submission", attempt_id=one.attempt_id), sub, one.finished_at, left)
