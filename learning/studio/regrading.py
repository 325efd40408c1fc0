"""A corrected key: whom it moves, before anybody is moved; and the second person's word where somebody would lose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.looks import seen
from learning.accounts.visitors import roles, visitor
from learning.certificates import regrades
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.library.changes import KEY_CHOICES
from learning.studio import queries, wording
from learning.studio.desk import DEPARTMENT, blueprint, reviews_for, works_for, writes_for
from learning.vietnamese import formats
from learning.web.context import db, now, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

AT_ONCE = 50  # attempts graded again with the click that asks for it
SHOWN = 200
WHY_MOST = 1000


@dataclass(frozen=True)
class OrderLine:
    """An order and how far it is. `choices`: (question, what was chosen)."""

    release: int
    by: str
    at: datetime
    why: str
    choices: tuple[tuple[str, str], ...]
    words: str


@dataclass(frozen=True)
class HeldLine:
    """A result that would fall. `mine`: the visitor ordered it, and so cannot be the second person."""

    id: int
    name: str
    words: str
    ordered_by: str
    why: str
    mine: bool


@blueprint.get("/courses/<field>/<slug>/regrades", endpoint="regrades")
@roles(*DEPARTMENT)
def show(field: str, slug: str) -> ResponseReturnValue:
    """The orders so far, what waits for a second person; with `?question=&choice=`, whom that would move."""
    published = _live(field, slug)
    questions = _corrected(published)
    question, choice = request.args.get("question", ""), request.args.get("choice", "both")
    looked = None
    if question in questions and choice in KEY_CHOICES:
        looked = list(regrades.preview(db(), published.course, {question: choice}))
    shown, risks = (looked or [])[:SHOWN], regrades.at_risk(db(), published.course.id)
    waiting = regrades.held(db(), course_id=published.course.id)
    named = (
        {one.person_id for one in shown}
        | {one.person_id for one in risks}
        | {one.person_id for one in waiting}
    )
    seen(named, "table", published.course.id)
    return render_template(
        "studio/regrades.html",
        title=published.course.title,
        questions=questions,
        question=question if looked is not None else "",
        choice=choice,
        choices=[(one, wording.key_choice(one)) for one in KEY_CHOICES if one != "keep"],
        looked=[wording.move(one) for one in shown],
        told=None if looked is None else regrades.summary(looked),
        under_way=regrades.under_way(db(), published.course, {question: choice}) if looked is not None else 0,
        orders=_orders(published),
        held=_held(waiting),
        risks=risks,
        writes=writes_for(field),
        reviews=reviews_for(field),
        administers=visitor().has("administrator"),
        field=field,
        slug=slug,
    )


@blueprint.post("/courses/<field>/<slug>/regrades")
@roles(*DEPARTMENT)
def order(field: str, slug: str) -> ResponseReturnValue:
    """Grades again by the live keys, as was looked at; what falls waits for a second person."""
    published = _live(field, slug)
    if not writes_for(field):
        abort(404)
    question, choice = request.form.get("question", ""), request.form.get("choice", "")
    try:
        made = regrades.order(db(), now(), published, {question: choice}, by=visitor().username, why=_why())
    except regrades.BadChoice:
        abort(404)
    regrades.settle(db(), now(), zone(), AT_ONCE, made.id)
    standing = next(one for one in regrades.orders(db(), published.course.id) if one.order.id == made.id)
    flash(_standing(standing), "good")
    return _back(field, slug)


@blueprint.post("/courses/<field>/<slug>/regrades/<int:regrade_id>")
@roles(*DEPARTMENT)
def rule(field: str, slug: str, regrade_id: int) -> ResponseReturnValue:
    """The second person: the lower score counts (`what=confirm`), or the old one stays."""
    published = _live(field, slug)
    if not reviews_for(field):
        abort(404)
    if regrade_id not in {one.regrade_id for one in regrades.held(db(), course_id=published.course.id)}:
        flash(_("Việc này đã có người quyết định rồi."), "bad")
        return _back(field, slug)
    confirms = request.form.get("what") == "confirm"
    try:
        if confirms:
            regrades.confirm(db(), now(), zone(), regrade_id, by=visitor().username, why=_why())
        else:
            regrades.refuse(db(), now(), regrade_id, by=visitor().username, why=_why())
    except regrades.NotHeld:  # another was faster
        db().rollback()
        flash(_("Việc này đã có người quyết định rồi."), "bad")
        return _back(field, slug)
    except regrades.SamePerson:
        db().rollback()
        flash(_("Đồng chí đã yêu cầu chấm lại nên cần một người khác xác nhận."), "bad")
        return _back(field, slug)
    flash(
        _("Đã xác nhận điểm mới. Giấy xác nhận đã cấp, nếu có, vẫn còn cho đến khi có người xem xét.")
        if confirms
        else _("Giữ điểm cũ."),
        "good",
    )
    return _back(field, slug)


def _corrected(published: Published) -> Mapping[str, str]:
    """Questions that an older release asked with another key: id → title."""
    course = published.course
    titles = {
        question.id: question.title or question.id
        for page in (*course.pages, *([course.exam] if course.exam else []))
        if page.quiz
        for question in page.quiz.questions
    }
    return {id_: titles[id_] for id_ in regrades.corrected(db(), course, list(titles))}


def _orders(published: Published) -> list[OrderLine]:
    found = regrades.orders(db(), published.course.id)
    names = queries.names(db(), {one.order.ordered_by for one in found})
    return [
        OrderLine(
            catalogue.release(db(), one.order.release_id).number,
            names.get(one.order.ordered_by, _("người vận hành hệ thống")),
            one.order.ordered_at,
            one.order.why,
            tuple((id_, wording.key_choice(said["choice"])) for id_, said in one.order.choices.items()),
            _standing(one),
        )
        for one in found
    ]


def _standing(one: regrades.Standing) -> str:
    """How far an order is, in words."""
    parts = [ngettext("%(num)d bài đổi điểm", "%(num)d bài đổi điểm", one.moved)]
    if one.held:
        parts.append(_("%(n)s bài sẽ giảm điểm, chờ người thứ hai", n=one.held))
    if one.refused:
        parts.append(_("%(n)s bài giữ điểm cũ", n=one.refused))
    if one.left:
        parts.append(_("%(n)s bài đang được xem lại", n=one.left))
    if one.under_way:
        parts.append(_("%(n)s bài đang làm, chấm như vậy khi nộp", n=one.under_way))
    return "; ".join(parts) + "."


def _held(found: Sequence[regrades.Held]) -> list[HeldLine]:
    names = queries.names(db(), {one.ordered_by for one in found})
    return [
        HeldLine(
            one.regrade_id,
            one.full_name,
            f"{formats.percent(one.before.percent)} → {formats.percent(one.after.percent)}"
            + ("" if one.before.passed == one.after.passed else ", " + _("thành chưa đạt")),
            names.get(one.ordered_by, one.ordered_by),
            one.why,
            one.ordered_by == visitor().username,
        )
        for one in found
    ]


def _why() -> str:
    return request.form.get("why", "").replace("\0", "").strip()[:WHY_MOST]


def _live(field: str, slug: str) -> Published:
    found = catalogue.live(db(), f"{field}/{slug}") if works_for(field) else None
    if found is None:
        abort(404)
    return found


def _back(field: str, slug: str) -> ResponseReturnValue:
    return redirect(url_for("studio.regrades", field=field, slug=slug), 303)
