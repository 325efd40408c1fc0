"""Marking by hand: one submission with a mark and a remark for each criterion.

For trainers, of the members of their own classes, and administrators. Who marks sees what others gave; a mark based on
what has been overtaken shows both (409), and what was typed stays in the form.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import ColumnElement, and_, true
from werkzeug.datastructures import MultiDict

from learning.accounts import looks
from learning.accounts.visitors import roles, visitor
from learning.certificates import outcomes
from learning.content.model import Criterion
from learning.progress import scores
from learning.quizzes import hand_marks, reviewing, rubrics
from learning.quizzes.grading import BadAnswer
from learning.quizzes.hand_marks import Asked, Entry, NotToMark, Overtaken, Waiting, Work
from learning.quizzes.models import Attempt
from learning.quizzes.replies import ClientIdReused
from learning.reports.desk import MARKERS, blueprint
from learning.vietnamese import formats
from learning.web.context import db, now, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext


@dataclass(frozen=True)
class Step:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class CriterionField:
    """`held`: what counts now, in words, "" where nothing was given yet."""

    id: str
    html: str
    points: str
    mark_name: str
    remark_name: str
    steps: Sequence[Step]
    remark: str
    held: str
    held_remark: str
    error: str


@dataclass(frozen=True)
class History:
    """One person's marks of one answer. `lines`: (criterion, mark, remark)."""

    title: str
    at: datetime
    counts: bool
    lines: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class QuestionField:
    number: int
    id: str
    prompt: str
    model: str
    answer: str
    letters: str
    version_name: str
    version: int
    overtaken: bool
    fields: Sequence[CriterionField]
    history: Sequence[History]


@blueprint.get("/marking/<attempt_id>")
@roles(*MARKERS)
def submission(attempt_id: str) -> ResponseReturnValue:
    work = _work(attempt_id)
    looks.seen([work.person.id], "work", work.attempt.course_id)
    return _page(work)


@blueprint.post("/marking/<attempt_id>", endpoint="mark")
@roles(*MARKERS)
def mark(attempt_id: str) -> ResponseReturnValue:
    """Keeps what was given; on to the next that waits at the same quiz."""
    work = _work(attempt_id)
    looks.seen([work.person.id], "work", work.attempt.course_id)
    form = request.form
    entries, errors = _read(work, form)
    if not errors and not entries:
        errors = {(work.asked[0].question.id, 0): "no_mark"}
    if errors:
        return _page(work, form=form, errors=errors), 422
    try:
        outcomes.mark_by_hand(
            db(), now(), zone(), work.attempt.id, visitor().id, entries, form.get("client_id", "")
        )
    except NotToMark:
        abort(404)
    except (BadAnswer, ClientIdReused):  # no form of ours sends that
        abort(400)
    except Overtaken as overtaken:
        return _page(_work(attempt_id), form=form, overtaken=overtaken.questions), 409
    flash(_("Đã lưu điểm của %(name)s.", name=work.person.full_name), "good")
    if "stay" in form:
        return redirect(url_for(".submission", attempt_id=attempt_id), 303)
    going_on = _next(work.attempt)
    if not going_on:
        return redirect(url_for(".marking"), 303)
    return redirect(url_for(".submission", attempt_id=going_on[0].attempt_id), 303)


def _next(attempt: Attempt) -> Sequence[Waiting]:
    """What waits at the same quiz, handed in after this one; at the end from the beginning: whoever leaves one to a
    colleague is not led back to it each time, and two who mark side by side do not meet at every submission."""
    whom, quiz = people(), (attempt.course_id, attempt.quiz)
    at = (attempt.finished_at, attempt.id) if attempt.finished_at else None
    behind = hand_marks.waiting(db(), whom, *quiz, after=at, size=1)[0]
    return behind or hand_marks.waiting(db(), whom, *quiz, size=1)[0]


def people() -> ColumnElement[bool]:
    """Whom the visitor may mark: never oneself."""
    one = visitor()
    others = Attempt.person_id != one.id
    if one.has("administrator"):
        return and_(true(), others)
    return and_(scores.of_trainer(one.id, Attempt.course_id), others)


def _work(attempt_id: str) -> Work:
    try:
        return hand_marks.work(db(), attempt_id, people())
    except NotToMark:
        abort(404)


def _read(work: Work, form: MultiDict[str, str]) -> tuple[dict[str, Entry], dict[tuple[str, int], str]]:
    """Of each question that something was given, the entry; and what is wrong, by question and place."""
    entries: dict[str, Entry] = {}
    errors: dict[tuple[str, int], str] = {}
    for one in work.asked:
        id_, places = one.question.id, range(len(one.question.criteria))
        marks = [form.get(f"mark.{id_}.{place}", "") for place in places]
        remarks = [form.get(f"remark.{id_}.{place}", "") for place in places]
        if not any(text.strip() for text in (*marks, *remarks)):
            continue
        version = form.get(f"version.{id_}", "", type=str)
        based_on = int(version) if re.fullmatch(r"\d{1,6}", version, re.ASCII) else -1
        try:
            entries[id_] = Entry(based_on, *rubrics.read(one.question.criteria, marks, remarks))
        except rubrics.BadMark as bad:
            errors[id_, bad.place] = bad.code
    return entries, errors


def _page(
    work: Work,
    *,
    form: MultiDict[str, str] | None = None,
    errors: dict[tuple[str, int], str] | None = None,
    overtaken: Sequence[str] = (),
) -> str:
    questions = [
        _question(number, one, work, form, errors or {}, one.question.id in overtaken)
        for number, one in enumerate(work.asked, 1)
    ]
    attempt = work.attempt
    return render_template(
        "reports/submission.html",
        work=work,
        title=work.page.title,
        course=work.published.course,
        standing=_standing(attempt),
        questions=questions,
        errors=[(field.error, f"#{field.id}") for one in questions for field in one.fields if field.error],
        overtaken=bool(overtaken),
        client_id=(form.get("client_id", "") if form is not None else "") or str(uuid4()),
        back=url_for(".marking", course=attempt.course_id, quiz=attempt.quiz),
    )


def _standing(attempt: Attempt) -> str:
    words = {None: _("chưa quyết định"), True: _("đạt"), False: _("chưa đạt")}[attempt.passed]
    return _(
        "Hiện được %(percent)s, cần từ %(least)s: %(result)s.",
        percent=formats.percent(attempt.percent or 0),
        least=formats.percent(attempt.pass_percent),
        result=words,
    )


def _question(
    number: int,
    one: Asked,
    work: Work,
    form: MultiDict[str, str] | None,
    errors: dict[tuple[str, int], str],
    overtaken: bool,
) -> QuestionField:
    question, name = one.question, f"version.{one.question.id}"
    sent = form.get(name, "") if form is not None and not overtaken else ""
    fields = [
        _field(one, work, number, place, criterion, form, errors.get((question.id, place), ""))
        for place, criterion in enumerate(question.criteria)
    ]
    return QuestionField(
        number=number,
        id=question.id,
        prompt=one.prompt,
        model=one.explanation,
        answer=reviewing.as_html(one.answer),
        letters=_("%(n)s ký tự", n=formats.number(len(one.answer))),
        version_name=name,
        # What a form that is to be mended was based on stays so: its marker has not seen more.
        version=int(sent) if re.fullmatch(r"\d{1,6}", sent, re.ASCII) else one.version,
        overtaken=overtaken,
        fields=fields,
        history=[_history(one, work, given) for given in reversed(one.given)],
    )


def _field(
    one: Asked,
    work: Work,
    number: int,
    place: int,
    criterion: Criterion,
    form: MultiDict[str, str] | None,
    error: str,
) -> CriterionField:
    given = one.given[-1] if one.given else None
    mark_name, remark_name = f"mark.{one.question.id}.{place}", f"remark.{one.question.id}.{place}"
    mark, remark = (str(given.marks[place]), given.remarks[place]) if given else ("", "")
    if form is not None:
        mark, remark = form.get(mark_name, ""), form.get(remark_name, "")
    return CriterionField(
        id=f"c{number}-{place}",
        html=criterion.html,
        points=_points(criterion.points),
        mark_name=mark_name,
        remark_name=remark_name,
        steps=[
            Step(str(step), formats.number(step), mark != "" and _equal(mark, step))
            for step in rubrics.steps(criterion.points)
        ],
        remark=remark,
        held=_held(given, work, place),
        held_remark=given.remarks[place] if given else "",
        error=_wrong(error, number, place),
    )


def _held(given: rubrics.Given | None, work: Work, place: int) -> str:
    if given is None:
        return ""
    return _("%(name)s cho %(mark)s", name=work.markers[given.by], mark=_points(given.marks[place]))


def _points(points: Decimal) -> str:
    return ngettext("%(n)s điểm", "%(n)s điểm", 1 if points == 1 else 2, n=formats.number(points))


def _equal(typed: str, step: Decimal) -> bool:
    return typed.strip().replace(",", ".").rstrip("0").rstrip(".") == f"{step:f}".rstrip("0").rstrip(".")


def _wrong(code: str, number: int, place: int) -> str:
    at = {"number": number, "place": place + 1}
    match code:
        case "":
            return ""
        case "no_mark":
            return _("Câu %(number)s, tiêu chí %(place)s: chưa chọn điểm.", **at)
        case "remark":
            most = formats.number(rubrics.LONGEST_REMARK)
            return _("Câu %(number)s, tiêu chí %(place)s: nhận xét dài quá %(most)s ký tự.", most=most, **at)
        case _:
            return _("Câu %(number)s, tiêu chí %(place)s: không có mức điểm này.", **at)


def _history(one: Asked, work: Work, given: rubrics.Given) -> History:
    most = rubrics.total(criterion.points for criterion in one.question.criteria)
    total = formats.number(rubrics.total(given.marks))
    return History(
        title=_(
            "%(name)s: %(mark)s/%(most)s điểm",
            name=work.markers[given.by],
            mark=total,
            most=formats.number(most),
        ),
        at=given.at,
        counts=given.version == one.version,
        lines=[
            (criterion.html, formats.number(mark), remark)
            for criterion, mark, remark in zip(one.question.criteria, given.marks, given.remarks, strict=True)
        ],
    )
