"""What learners are asked of a course: the survey when it is done, a lesson's rating, and whether it is of use later."""

from collections.abc import Mapping
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import signed_in, visitor
from learning.content.model import Course
from learning.evaluation import answers, asking, asks, followups, ratings, surveys, wording
from learning.evaluation.answers import Typed
from learning.evaluation.models import Ask, FollowUpAnswer
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import attempts
from learning.study import values
from learning.study.values import Row
from learning.vietnamese import formats
from learning.web.context import db, now, today, zone
from learning.web.i18n import gettext as _

blueprint = Blueprint("evaluating", __name__)


@blueprint.get("/surveys/<field>/<slug>")
@signed_in
def survey(field: str, slug: str) -> ResponseReturnValue:
    """The survey of a course that the visitor has done."""
    published, standing = _standing(field, slug)
    return _survey_page(published, standing, _typed(standing), standing.revision)


@blueprint.post("/surveys/<field>/<slug>")
@signed_in
def answer_survey(field: str, slug: str) -> ResponseReturnValue:
    published, standing = _standing(field, slug)
    lessons = {page.id for page in published.course.lessons}
    many = {name: request.form.getlist(name) for name in ("lesson", "reason")}
    given, typed = answers.read_survey(request.form, many, lessons)
    revision = request.form.get("revision", 0, type=int)
    if given is None:
        return _survey_page(published, standing, typed, revision), 422
    try:
        surveys.answer(
            db(),
            now(),
            today(),
            visitor().id,
            published,
            given,
            client_id=_client_id(),
            revision=revision,
        )
    except surveys.Closed:
        flash(_("Đã quá hạn sửa: câu trả lời trước được giữ nguyên."), "bad")
    except surveys.Changed as error:
        said = _(
            "Đồng chí đã trả lời ở một trang khác. Dưới đây là điều vừa gửi: gửi lại để thay câu trả lời kia."
        )
        return _survey_page(published, standing, typed, error.revision, said), 409
    else:
        flash(_("Cảm ơn đồng chí. Ý kiến đã được ghi nhận."), "good")
    return redirect(values.course_address(published.course), 303)


@blueprint.post("/attempts/<attempt_id>/rating")
@signed_in
def rate(attempt_id: str) -> ResponseReturnValue:
    """How good the visitor finds the page of their own finished attempt."""
    attempt = attempts.find(db(), visitor().id, attempt_id)
    if attempt is None or attempt.state == "open":
        abort(404)
    back = url_for("answering.show", attempt_id=attempt.id)
    try:
        ratings.rate(db(), now(), attempt, request.form.get("rating", 0, type=int))
    except ValueError:
        flash(_("Hãy chọn một mức rồi gửi."), "bad")
    else:
        flash(_("Cảm ơn đồng chí. Ý kiến đã được ghi nhận."), "good")
    return redirect(back, 303)


@blueprint.get("/followups/<int:ask_id>")
@signed_in
def follow_up(ask_id: int) -> ResponseReturnValue:
    """Whether the visitor uses at work what they learnt so many days ago."""
    ask, kept = _asked(ask_id)
    typed = Typed({"used": kept.used, "reason": kept.reason}, {}, kept.text) if kept else Typed()
    return _follow_up_page(ask, typed)


@blueprint.post("/followups/<int:ask_id>")
@signed_in
def answer_follow_up(ask_id: int) -> ResponseReturnValue:
    ask, _kept = _asked(ask_id)
    given, typed = answers.read_used(request.form, manager=False)
    if given is None:
        return _follow_up_page(ask, typed), 422
    try:
        followups.answer(db(), now(), today(), ask, given, visitor().id)
    except followups.Closed:
        flash(_("Đã quá hạn trả lời."), "bad")
    else:
        flash(_("Cảm ơn đồng chí. Ý kiến đã được ghi nhận."), "good")
    return redirect(url_for("study.start"), 303)


def waiting() -> list[Row]:
    """What the visitor is asked, for the start page."""
    found = asks.waiting(db(), visitor().id, today())
    if not found:
        return []
    titles = {one.course.id: one.course.title for one in catalogue.live_courses(db())}
    return [
        Row(
            text=_("Khảo sát: %(title)s", title=titles[one.ask.course_id])
            if one.ask.kind == "survey"
            else _("Sau %(days)s ngày: %(title)s", days=one.ask.days, title=titles[one.ask.course_id]),
            address=_address(one.ask),
            sub=_("Khóa học thế nào? Khoảng 2 phút.")
            if one.ask.kind == "survey"
            else _("Áp dụng được vào việc không? Một câu hỏi."),
            tag=_("chờ đã lâu") if one.overdue else "",
            tag_kind="bad" if one.overdue else "",
        )
        for one in found
        if one.ask.course_id in titles
    ]


def of_course(course: Course) -> Mapping[str, str]:
    """For the page of a course: the way to its survey, in words; nothing where it is not done."""
    standing = surveys.standing(db(), now(), visitor().id, course.id)
    if standing is None or not standing.open:
        return {}
    address = url_for("evaluating.survey", field=course.field, slug=course.slug)
    if standing.answer is None:
        return {"ask": _("Trả lời khảo sát"), "address": address}
    return {"change": _("Sửa câu trả lời khảo sát"), "address": address, "until": _until(standing)}


def _standing(field: str, slug: str) -> tuple[Published, surveys.Standing]:
    published = catalogue.live(db(), f"{field}/{slug}")
    standing = surveys.standing(db(), now(), visitor().id, published.course.id) if published else None
    if published is None or standing is None:
        abort(404)
    return published, standing


def _typed(standing: surveys.Standing) -> Typed:
    kept = standing.answer
    if kept is None:
        return Typed()
    many = {kind: tuple(what for one, what in standing.gaps if one == kind) for kind in ("lesson", "reason")}
    return Typed({name: str(getattr(kept, name)) for name in answers.SCALES}, many, kept.text)


def _survey_page(
    published: Published, standing: surveys.Standing, typed: Typed, revision: int, said: str = ""
) -> str:
    course = published.course
    errors = wording.errors(typed, answers.LONGEST_TEXT)
    return render_template(
        "study/survey.html",
        course=course,
        course_address=values.course_address(course),
        scales=wording.scales(),
        lessons=[(page.id, page.title) for page in course.lessons],
        reasons=wording.reasons(),
        typed=typed,
        wrong=errors,
        summary=wording.summary(errors),
        said=said,
        revision=revision,
        client_id=str(uuid4()),
        open=standing.open,
        answered=standing.answer is not None,
        until=_until(standing) if standing.answer else "",
        longest=answers.LONGEST_TEXT,
    )


def _until(standing: surveys.Standing) -> str:
    if standing.answer is None:
        return ""
    answered = standing.answer.answered_at.astimezone(zone()).date()
    return formats.date(asking.last_change(answered))


def _asked(ask_id: int) -> tuple[Ask, FollowUpAnswer | None]:
    ask = followups.find(db(), visitor().id, ask_id)
    if ask is None:
        abort(404)
    return ask, followups.answer_of(db(), ask)


def _follow_up_page(ask: Ask, typed: Typed) -> str:
    published = catalogue.live(db(), ask.course_id) or abort(404)
    kept = followups.answer_of(db(), ask)
    errors = wording.errors(typed, answers.LONGEST_NOTE)
    return render_template(
        "study/follow_up.html",
        course=published.course,
        course_address=values.course_address(published.course),
        days=ask.days,
        used=wording.used(),
        obstacles=wording.obstacles(),
        typed=typed,
        wrong=errors,
        summary=wording.summary(errors),
        open=followups.may_answer(ask, kept, now(), today()),
        answered=kept is not None,
        longest=answers.LONGEST_NOTE,
    )


def _address(ask: Ask) -> str:
    if ask.kind == "survey":
        field, _slash, slug = ask.course_id.partition("/")
        return url_for("evaluating.survey", field=field, slug=slug)
    return url_for("evaluating.follow_up", ask_id=ask.id)


def _client_id() -> str:
    """The form's own, so that a second press is the same deed; a new one where it sends none."""
    try:
        return str(UUID(request.form.get("client_id", "")))
    except ValueError:
        return str(uuid4())
