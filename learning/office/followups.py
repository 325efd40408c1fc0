"""What a unit head is asked about the people of the unit: whether what they learnt is of use. All on one page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts import looks
from learning.accounts.visitors import roles, visitor
from learning.evaluation import answers, asks, followups, wording
from learning.evaluation.answers import Typed, Used
from learning.evaluation.followups import Line
from learning.library import catalogue
from learning.office.desk import blueprint
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

AT_ONCE = 40  # people on the page; when they are answered the others come


@dataclass(frozen=True)
class Shown:
    """One person in one course. `error` in words; `used`, `reason` as chosen."""

    id: int
    name: str
    unit: str
    course: str
    days: int
    overdue: bool
    used: str
    reason: str
    error: str


@blueprint.get("/followups", endpoint="followups")
@roles("unit_head")
def listing() -> ResponseReturnValue:
    return _page(_lines(), {})


@blueprint.post("/followups")
@roles("unit_head")
def answer_followups() -> ResponseReturnValue:
    """Keeps whatever was answered of the people on the page; what is not right stays as it was chosen, and says why."""
    lines = _lines()
    wrong: dict[int, Typed] = {}
    kept = 0
    for line in lines:
        given, typed = _given(line.ask.id)
        if typed is None:
            continue
        if given is None:
            wrong[line.ask.id] = typed
        elif not _same(line, given):
            kept += _keep(line, given)
    if wrong:
        return _page(_lines(), wrong, kept), 422
    flash(_said(kept), "good" if kept else "message")
    if not any(line.answer is None for line in _lines()):
        asks.told_team(db(), now(), visitor().id)
    return redirect(url_for(".followups"), 303)


def _lines() -> list[Line]:
    units = visitor().scopes.get("unit_head", frozenset())
    found = followups.team(db(), units, visitor().id, today())
    waiting = [line for line in found if line.answer is None and line.state != "lapsed"]
    done = [
        line for line in found if followups.may_answer(line.ask, line.answer, now(), today()) and line.answer
    ]
    return waiting + done


def _given(ask_id: int) -> tuple[Used | None, Typed | None]:
    """What the form says of one; nothing where nothing was chosen."""
    fields = {name: request.form.get(f"{name}-{ask_id}", "") for name in ("used", "reason")}
    if not any(fields.values()):
        return None, None
    return answers.read_used(fields, manager=True)


def _same(line: Line, given: Used) -> bool:
    return line.answer is not None and (line.answer.used, line.answer.reason) == (given.used, given.reason)


def _keep(line: Line, given: Used) -> int:
    try:
        followups.answer(db(), now(), today(), line.ask, given, visitor().id)
    except followups.Closed:
        return 0
    return 1


def _page(lines: Sequence[Line], wrong: Mapping[int, Typed], kept: int = 0) -> str:
    titles = {one.course.id: one.course.title for one in catalogue.live_courses(db())}
    waiting = [line for line in lines if line.answer is None]
    lines = [*waiting[:AT_ONCE], *(line for line in lines if line.answer is not None)]
    looks.seen({line.person.id for line in lines}, "table")  # of those on the page, not of who comes later
    shown = [_shown(line, titles, wrong.get(line.ask.id)) for line in lines]
    return render_template(
        "office/followups.html",
        waiting=[one for one, line in zip(shown, lines, strict=True) if line.answer is None],
        more=max(len(waiting) - AT_ONCE, 0),
        people=len({line.person.id for line in waiting}),
        answered=[one for one, line in zip(shown, lines, strict=True) if line.answer is not None],
        several=len({one.unit for one in shown}) > 1,
        used=wording.used(manager=True),
        obstacles=wording.obstacles(),
        summary=[(f"{one.name}: {one.error}", f"#ask-{one.id}") for one in shown if one.error],
        said=_said(kept) if kept else "",
    )


def _shown(line: Line, titles: Mapping[str, str], typed: Typed | None) -> Shown:
    chosen = typed.one if typed else {}
    kept = line.answer
    errors = wording.errors(typed, answers.LONGEST_NOTE) if typed else {}
    return Shown(
        id=line.ask.id,
        name=line.person.full_name,
        unit=line.unit,
        course=titles.get(line.ask.course_id, line.ask.course_id),
        days=line.ask.days,
        overdue=line.state == "overdue",
        used=chosen.get("used", kept.used if kept else ""),
        reason=chosen.get("reason", kept.reason if kept else ""),
        error=next(iter(errors.values()), ""),
    )


def _said(kept: int) -> str:
    if not kept:
        return _("Chưa có nhận xét nào được chọn.")
    return ngettext(
        "Đã ghi %(num)d nhận xét. Cảm ơn đồng chí.", "Đã ghi %(num)d nhận xét. Cảm ơn đồng chí.", kept
    )
