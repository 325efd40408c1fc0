"""The second person's decision about a draft, and its publication: at once, or on a day."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.certificates import regrades
from learning.library import catalogue, publication, review
from learning.library.consequences import Meaning, meaning
from learning.library.models import DraftRow
from learning.library.publishing import PublicationRefused
from learning.library.refusals import DraftRefused, NothingSaid
from learning.studio import checks, drafted, reviewing, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, reviews_for
from learning.studio.forms import ApprovalForm, MessageForm
from learning.studio.regrading import AT_ONCE
from learning.vietnamese import formats
from learning.web.context import db, now, today, zone
from learning.web.i18n import gettext as _
from learning.web.security import whole


@blueprint.post("/drafts/<int:draft_id>/return")
@roles(*DEPARTMENT)
def send_back(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    if not reviews_for(draft.field):
        abort(404)
    form = MessageForm(prefix="return")
    if not form.validate():
        return reviewing.page(draft, message_form=form), 422
    try:
        review.send_back(db(), now(), draft, person_id=visitor().id, message=form.message.data or "")
    except NothingSaid:
        form.message.errors = [_("Hãy viết lý do, hoặc góp ý vào từng dòng trước khi trả lại.")]
        return reviewing.page(draft, message_form=form), 422
    except review.NotYours:
        abort(404)
    except DraftRefused as refused:
        flash(wording.refusal(refused), "bad")
        return _to(draft)
    flash(_("Đã trả lại. Người biên soạn nhận được thông báo kèm góp ý."), "good")
    return redirect(url_for("studio.courses"), 303)


@blueprint.post("/drafts/<int:draft_id>/approval")
@roles(*DEPARTMENT)
def approve(draft_id: int) -> ResponseReturnValue:
    """A second person's word; then at once, or on a day."""
    draft = draft_at(draft_id)
    form = reviewing.approval(ApprovalForm(), draft, _meaning(draft))
    seen = request.form.get("seen", -1, type=whole)
    if not _sound(form):
        return reviewing.page(draft, form), 422
    if form.when.data != "later" and form.key_choice.choices and not form.key_choice.data:
        form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
        return reviewing.page(draft, form), 422
    try:
        review.approve(
            db(),
            now(),
            draft,
            today(),
            person_id=visitor().id,
            seen=seen,
            message=form.message.data or "",
            publish_on=form.day.data if form.when.data == "day" else None,
            key_choice=str(form.key_choice.data or ""),
        )
        if form.when.data == "now":
            _publish(draft, str(form.key_choice.data or ""))
    except (DraftRefused, PublicationRefused) as refused:
        db().rollback()
        return _decline(draft_at(draft_id), form, refused)
    flash(
        _("Đã duyệt và xuất bản. Học viên thấy ngay bản mới.")
        if form.when.data == "now"
        else _("Đã duyệt. Bản này tự xuất bản ngày %(day)s.", day=formats.date(form.day.data))
        if form.when.data == "day"
        else _("Đã duyệt. Xuất bản khi nào cũng được, từ trang này."),
        "good",
    )
    return _after(draft)


@blueprint.post("/drafts/<int:draft_id>/publication")
@roles(*DEPARTMENT)
def publish(draft_id: int) -> ResponseReturnValue:
    """An approved draft to the learners, now or on a day."""
    draft = draft_at(draft_id)
    if not drafted.may_publish(draft):
        abort(404)
    form = reviewing.approval(ApprovalForm(), draft, _meaning(draft))
    if not _sound(form):
        return reviewing.page(draft, form), 422
    choice = str(form.key_choice.data or "")
    try:
        if form.when.data == "day":
            review.schedule(
                db(), now(), draft, today(), form.day.data, person_id=visitor().id, key_choice=choice
            )
        else:
            _publish(draft, choice)
    except (DraftRefused, PublicationRefused) as refused:
        db().rollback()
        return _decline(draft_at(draft_id), form, refused)
    flash(
        _("Bản này tự xuất bản ngày %(day)s.", day=formats.date(form.day.data))
        if form.when.data == "day"
        else _("Đã xuất bản. Học viên thấy ngay bản mới."),
        "good",
    )
    return _after(draft)


def _sound(form: ApprovalForm) -> bool:
    """Whether all is said; a day is wanted only where one was chosen."""
    if not form.validate():
        return False
    if form.when.data == "day" and form.day.data is None:
        form.day.errors = [_("Hãy chọn ngày xuất bản.")]
        return False
    return True


def _publish(draft: DraftRow, choice: str) -> None:
    publication.publish(
        db(),
        now(),
        draft,
        today(),
        person_id=visitor().id,
        key_choice=choice,
        departments=checks.departments(),
    )
    if draft.release_id is not None and (order := regrades.of_publication(db(), now(), draft.release_id)):
        # A small class is done with the click; the server's sweep does the rest.
        regrades.settle(db(), now(), zone(), AT_ONCE, order.id)


def _decline(
    draft: DraftRow, form: ApprovalForm, refused: DraftRefused | PublicationRefused
) -> ResponseReturnValue:
    """Nothing was done; why, and what to do."""
    match refused:
        case review.NotYours():
            flash(reviewing.refusal(draft) or wording.refusal(refused), "bad")
        case review.Moved():
            flash(_("Bản nháp vừa có thay đổi mới. Hãy xem lại trang này rồi quyết định."), "bad")
        case review.BadDay():
            form.day.errors = [_("Ngày này đã qua. Hãy chọn từ hôm nay trở đi.")]
            return reviewing.page(draft, form), 422
        case review.KeyChoiceNeeded():
            form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
            return reviewing.page(draft, form), 422
        case publication.PublicationConflict():
            flash(
                _(
                    "Chưa xuất bản được: khóa học đã có bản phát hành khác. Rút lại để đưa bản ấy vào bản nháp."
                ),
                "bad",
            )
        case PublicationRefused(reason="key"):
            form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
            return reviewing.page(draft, form), 422
        case PublicationRefused():
            flash(
                _("Chưa xuất bản được: %(why)s.", why=wording.trouble(refused.reason.partition(":")[0])),
                "bad",
            )
        case _:
            flash(wording.refusal(refused), "bad")
    return _to(draft)


def _meaning(draft: DraftRow) -> Meaning | None:
    live, new = catalogue.live(db(), draft.course_id), checks.checked(draft).course
    return meaning(live.course if live else None, new) if new else None


def _to(draft: DraftRow) -> ResponseReturnValue:
    return redirect(url_for("studio.review", draft_id=draft.id), 303)


def _after(draft: DraftRow) -> ResponseReturnValue:
    if draft.state != "published":
        return _to(draft)
    field, slug = draft.course_id.split("/")
    return redirect(url_for("studio.course", field=field, slug=slug), 303)
