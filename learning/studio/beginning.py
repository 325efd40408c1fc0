"""A new course: from the template, or as a copy of another; from a file it is `importing.py`."""

from dataclasses import dataclass
from typing import TypeVar

from flask import abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.library import beginnings, catalogue, drafts, frontlines, review, saving
from learning.library.models import DraftRow
from learning.library.refusals import DraftRefused
from learning.studio import drafting, wording
from learning.studio.desk import DEPARTMENT, blueprint, works_for, writes_for
from learning.studio.forms import AddressedForm, CopyForm, TemplateForm
from learning.web.context import db, now
from learning.web.i18n import gettext as _

Addressed = TypeVar("Addressed", bound=AddressedForm)


@dataclass(frozen=True)
class Going:
    """The draft that is at an address already."""

    title: str
    address: str


@blueprint.get("/new")
@roles(*DEPARTMENT)
def new() -> ResponseReturnValue:
    return render_template("studio/new.html", fields=fields())


@blueprint.route("/new/template", methods=["GET", "POST"])
@roles(*DEPARTMENT)
def new_from_template() -> ResponseReturnValue:
    form = addressed(TemplateForm())
    if not form.validate_on_submit():
        return _form("template", form)
    try:
        made = beginnings.from_template(db(), now(), form.course_id, person_id=visitor().id)
    except DraftRefused as refused:
        return _not_begun("template", form, refused)
    _entitle(made, str(form.title.data))
    flash(_("Đã tạo khóa học từ khóa mẫu. Bây giờ viết nội dung của đồng chí."), "good")
    return drafting.back(made)


@blueprint.route("/new/copy", methods=["GET", "POST"])
@roles(*DEPARTMENT)
def new_from_course() -> ResponseReturnValue:
    """A copy of a live course of the fields one works for: in a copy stand the keys."""
    form = addressed(CopyForm())
    form.source.choices = [
        (one.course.id, one.course.title)
        for one in catalogue.live_courses(db())
        if works_for(one.course.field)
    ]
    if not form.validate_on_submit():
        return _form("copy", form)
    try:
        made = beginnings.from_course(
            db(), now(), str(form.source.data), form.course_id, person_id=visitor().id
        )
    except DraftRefused as refused:
        return _not_begun("copy", form, refused)
    _entitle(made, str(form.title.data))
    flash(_("Đã chép thành bản nháp. Mọi mã bài và mã câu hỏi đều mới."), "good")
    return drafting.back(made)


def _form(way: str, form: AddressedForm) -> ResponseReturnValue:
    return render_template("studio/new_course.html", way=way, form=form), 422 if form.errors else 200


def _not_begun(way: str, form: AddressedForm, refused: DraftRefused) -> ResponseReturnValue:
    going = explain(form, refused)
    return render_template("studio/new_course.html", way=way, form=form, going=going), 422


def explain(form: AddressedForm, refused: DraftRefused) -> Going | None:
    """Undoes what was begun and says why at the form; the draft that is there already, where the visitor may see it."""
    db().rollback()
    form.slug.errors = [refusal(refused)]
    if not isinstance(refused, beginnings.AlreadyOpen) or not works_for(refused.draft.field):
        return None
    return Going(review.title_of(db(), refused.draft), url_for("studio.draft", draft_id=refused.draft.id))


def refusal(refused: DraftRefused) -> str:
    """Why a course could not be begun, and what to do."""
    match refused:
        case beginnings.AlreadyOpen():
            return _("Địa chỉ này đang có một bản nháp. Hãy soạn tiếp bản ấy, hoặc chọn địa chỉ khác.")
        case beginnings.AlreadyLive():
            return _("Địa chỉ này đã có một khóa học. Hãy chọn địa chỉ khác.")
        case beginnings.BadAddress():
            return _("Hãy viết địa chỉ bằng chữ thường không dấu, chữ số và gạch nối.")
        case beginnings.NoSuchRelease() | beginnings.UnknownField():
            return _("Khóa học hay lĩnh vực này không còn. Hãy chọn lại.")
    return wording.refusal(refused)


def _entitle(draft: DraftRow, title: str) -> None:
    """The title that was asked for, instead of that of what it was made from."""
    found = drafts.file(db(), draft, drafting.HOME)
    if found is None:
        return
    data = frontlines.entitled(found[0], title)
    saving.save(db(), now(), draft, drafting.HOME, data, person_id=visitor().id, based_on=found[1])


# --- Where it goes


def fields() -> list[tuple[str, str]]:
    """What the visitor may begin a course in: (slug, title)."""
    return [(field.slug, field.title) for field in catalogue.fields(db()) if writes_for(field.slug)]


def addressed(form: Addressed) -> Addressed:
    """The form with the fields that may be chosen; 404 for any other."""
    form.field.choices = fields()
    if form.is_submitted() and form.field.data not in dict(form.field.choices):
        abort(404)
    return form
