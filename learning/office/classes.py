"""Classes: made and filled by the administrator, seen by their trainer."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from learning.accounts.visitors import roles, visitor
from learning.library import catalogue
from learning.office import enrolment, queries
from learning.office.desk import blueprint
from learning.office.forms import ClassForm, MembersForm, UnitForm
from learning.organisation import classes as verbs
from learning.organisation.models import TrainingClass
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.security import MOST


@blueprint.get("/classes", endpoint="classes")
@roles("administrator", "trainer")
def listing() -> ResponseReturnValue:
    one = visitor()
    titles = {published.course.id: published.course.title for published in catalogue.live_courses(db())}
    lines = queries.classes(db(), None if one.has("administrator") else one.id)
    return render_template(
        "office/classes.html", lines=lines, titles=titles, administrator=one.has("administrator")
    )


@blueprint.route("/classes/new", methods=["GET", "POST"])
@roles("administrator")
def new_class() -> ResponseReturnValue:
    form = ClassForm()
    form.course.choices = [
        ("", _("Chọn khóa học")),
        *((published.course.id, published.course.title) for published in catalogue.live_courses(db())),
    ]
    form.trainer.choices = queries.trainers(db())
    status = 200
    if form.is_submitted():
        if form.validate():
            code = str(form.code.data).strip()
            taken = select(TrainingClass.id).where(TrainingClass.code == code)
            if db().scalar(taken) is None:
                made = verbs.create(
                    db(),
                    now(),
                    code=code,
                    name=str(form.name.data),
                    course_id=form.course.data,
                    trainer_id=form.trainer.data,
                    starts_on=form.starts_on.data,
                    due_on=form.due_on.data,
                    actor=visitor().username,
                )
                flash(_("Đã mở lớp. Bây giờ thêm học viên."), "good")
                return redirect(url_for(".training_class", class_id=made.id), 303)
            form.code.errors = [_("Mã này đã dùng cho lớp khác. Hãy chọn mã mới.")]
        status = 422
    return render_template("office/new_class.html", form=form), status


@blueprint.get("/classes/<int:class_id>")
@roles("administrator", "trainer")
def training_class(class_id: int) -> ResponseReturnValue:
    return _class_page(own_class(db(), class_id))


@blueprint.post("/classes/<int:class_id>/members")
@roles("administrator")
def add_members(class_id: int) -> ResponseReturnValue:
    """Adds everyone the lines name; the lines that name no one stay in the box, each with its reason."""
    group, form = own_class(db(), class_id), MembersForm()
    if not form.validate_on_submit():
        return _class_page(group, form), 422
    done = enrolment.enrol_lines(db(), now(), group, str(form.people.data), actor=visitor().username)
    if not done.amiss:
        flash(_summary(done), "good")
        return redirect(url_for(".training_class", class_id=group.id), 303)
    form.people.raw_data = None
    form.people.data = "\n".join(line.text for line in done.amiss)
    return _class_page(group, form, done), 422


@blueprint.post("/classes/<int:class_id>/unit")
@roles("administrator")
def add_unit(class_id: int) -> ResponseReturnValue:
    group, form = own_class(db(), class_id), _unit_form(UnitForm())
    if not form.validate_on_submit():
        return _class_page(group, unit_form=form), 422
    done = enrolment.enrol_unit(db(), now(), today(), group, form.unit.data, actor=visitor().username)
    flash(_summary(done), "good")
    return redirect(url_for(".training_class", class_id=group.id), 303)


@blueprint.post("/classes/<int:class_id>/members/removal")
@roles("administrator")
def remove_member(class_id: int) -> ResponseReturnValue:
    group = own_class(db(), class_id)
    person_id = request.form.get("person", type=int)
    if (
        person_id
        and 0 < person_id <= MOST
        and enrolment.leave(db(), now(), group, person_id, actor=visitor().username)
    ):
        flash(_("Đã đưa ra khỏi lớp. Kết quả học vẫn còn."), "good")
    return redirect(_address(group, **_place()), 303)


def own_class(session: Session, class_id: int) -> TrainingClass:
    """A class of the trainer's own, any for an administrator; else 404."""
    one = visitor()
    group = session.get(TrainingClass, class_id)
    if group is None or not (one.has("administrator") or group.trainer_id == one.id):
        abort(404)
    return group


def _class_page(
    group: TrainingClass,
    form: MembersForm | None = None,
    done: enrolment.Enrolled | None = None,
    unit_form: UnitForm | None = None,
) -> str:
    administrator = visitor().has("administrator")
    published = catalogue.live(db(), group.course_id)
    whom, place = queries.members(group.id), _place()
    lines, following = queries.people(
        db(), whom, today(), words=place["q"] or "", cursor=place["after"] or ""
    )
    why = {
        "unknown": _("không có ai mang tên đăng nhập hay mã này"),
        "inactive": _("tài khoản đang khóa"),
        "ambiguous": _("chỉ nhiều hơn một người"),
    }
    return render_template(
        "office/training_class.html",
        group=group,
        course=published.course.title if published else group.course_id,
        trainer=dict(queries.names(db(), [group.trainer_id])).get(group.trainer_id, ""),
        lines=lines,
        members=queries.number(db(), whom),
        place=place,
        first=_address(group, q=place["q"]) if place["after"] else "",
        following=_address(group, q=place["q"], after=following) if following else "",
        administrator=administrator,
        own=visitor().id,
        form=(form or MembersForm(formdata=None)) if administrator else None,
        unit_form=(unit_form or _unit_form(UnitForm(formdata=None))) if administrator else None,
        summary=_summary(done) if done else "",
        amiss=[
            (
                _("Dòng %(number)s, “%(text)s”: %(why)s", number=it.number, text=it.text, why=why[it.why]),
                "#people",
            )
            for it in (done.amiss if done else ())
        ],
    )


def _unit_form(form: UnitForm) -> UnitForm:
    """Nothing is chosen beforehand: one press adds a whole unit."""
    form.unit.choices = [("", _("Chọn đơn vị")), *queries.units(db(), true(), today())]
    return form


def _place() -> dict[str, str | None]:
    """Where in the list of members the visitor is; what an address leaves out is None."""
    return {"q": request.args.get("q", "").strip() or None, "after": request.args.get("after") or None}


def _address(group: TrainingClass, **place: Any) -> str:
    return url_for(".training_class", class_id=group.id, **place)


def _summary(done: enrolment.Enrolled) -> str:
    added = ngettext("Đã thêm %(num)d người.", "Đã thêm %(num)d người.", done.added)
    if not done.already:
        return str(added)
    return f"{added} " + ngettext(
        "%(num)d người đã có trong lớp.", "%(num)d người đã có trong lớp.", done.already
    )
