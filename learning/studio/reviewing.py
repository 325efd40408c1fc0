"""The page of a review: what a draft changes and for whom, what was said about it, and what may be decided."""

from collections.abc import Mapping
from uuid import uuid4

from flask import render_template, request
from flask.typing import ResponseReturnValue

from learning.accounts.looks import seen
from learning.accounts.visitors import roles, visitor
from learning.certificates import regrades
from learning.content import differences
from learning.content.model import Course
from learning.library import catalogue, publication, review
from learning.library.changes import KEY_CHOICES
from learning.library.consequences import Meaning, meaning
from learning.library.models import DraftRow
from learning.studio import changes, checks, commenting, drafted, queries, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, reviews_for, writes_for
from learning.studio.forms import ApprovalForm, MessageForm
from learning.web.context import db
from learning.web.i18n import gettext as _
from learning.web.i18n import language

SHOWN = 30  # people whom a new key moves


@blueprint.get("/drafts/<int:draft_id>/review", endpoint="review")
@roles(*DEPARTMENT)
def show(draft_id: int) -> ResponseReturnValue:
    return page(draft_at(draft_id))


def page(draft: DraftRow, form: ApprovalForm | None = None, message_form: MessageForm | None = None) -> str:
    live = catalogue.live(db(), draft.course_id)
    found = checks.checked(draft)
    old, new = live.course if live else None, found.course
    what = meaning(old, new) if new else None
    differs = differences.compare(old, new, language()) if new else None
    looked, told, moved = _moves(what, new)
    form = approval(form or ApprovalForm(formdata=None), draft, what)
    return render_template(
        "studio/review.html",
        draft=draft,
        title=review.title_of(db(), draft),
        state=wording.state(draft),
        live=live,
        means=changes.consequences(what) if what else [],
        under_way=queries.under_way(db(), draft.course_id) if live else (0, 0),
        differs=differs,
        pages=changes.page_views(differs, what, draft) if differs else [],
        introduction=changes.shortened(draft, differs.introduction) if differs else [],
        comments=commenting.comment_views(draft),
        client_id=str(uuid4()),
        rekeyed=what.rekeyed if what else (),
        choices=[(choice, wording.key_choice(choice)) for choice in KEY_CHOICES] if looked else [],
        looked=looked,
        told=told,
        moved=moved,
        refusal=refusal(draft),
        publishable=draft.state == "approved" and drafted.may_publish(draft),
        reviewing=reviews_for(draft.field),
        writes=writes_for(draft.field),
        trouble=wording.trouble(draft.trouble) if draft.trouble else "",
        conflict=[one.path for one in publication.conflict(db(), draft)] if draft.state == "approved" else [],
        form=form,
        message_form=_reason(message_form or MessageForm(formdata=None, prefix="return")),
        unwritten=len(checks.unwritten(draft)),
        faults=sum(fault.severity == "fault" for fault in found.faults),
    )


def _reason(form: MessageForm) -> MessageForm:
    form.message.label.text = _("Lý do trả lại")
    return form


def refusal(draft: DraftRow) -> str:
    """Why the visitor is not the second person; "" where they may be, or where nobody asks."""
    if draft.state != "submitted":
        return ""
    try:
        review.require_second_person(db(), draft, visitor().id)
    except review.NotYours as refused:
        if refused.reason == "own":
            return _(
                "Đồng chí đã viết hoặc gửi bản này nên không tự duyệt được: mỗi bài phải qua hai người. "
                "Một người thẩm định khác của lĩnh vực sẽ duyệt."
            )
        return _("Người thẩm định của lĩnh vực duyệt hoặc trả lại. Đồng chí xem và góp ý được.")
    return ""


def _moves(what: Meaning | None, new: Course | None) -> tuple[str, str, list[str]]:
    """Whom a changed key moves if one does with it what `?choice=` says: (choice, in numbers, one by one); ("", "", [])
    where no key changed. One choice at a time: for a whole province each takes seconds."""
    if what is None or new is None or not what.rekeyed:
        return "", "", []
    asked = request.args.get("choice", "")
    choice = asked if asked in KEY_CHOICES else "both"
    return choice, *_moved(new, {change.question: choice for change in what.rekeyed})


def _moved(course: Course, choices: Mapping[str, str]) -> tuple[str, list[str]]:
    if set(choices.values()) == {"keep"}:
        return _("không ai đổi điểm"), []
    try:
        moved = list(regrades.preview(db(), course, choices))
    except regrades.BadChoice:  # nobody answered by another key
        return _("không ai đổi điểm"), []
    told = regrades.summary(moved)
    if not told.attempts:
        return _("không ai đổi điểm"), []
    parts = [
        _("%(people)s người, %(attempts)s bài", people=told.people, attempts=told.attempts),
        *([_("%(n)s bài tăng điểm", n=told.rise)] if told.rise else []),
        *([_("%(n)s bài giảm điểm, chờ người thứ hai", n=told.fall)] if told.fall else []),
        *([_("%(n)s người thành đạt", n=told.newly_passed)] if told.newly_passed else []),
    ]
    seen([move.person_id for move in moved[:SHOWN]], "table", course.id)
    return "; ".join(parts), [wording.move(move) for move in moved[:SHOWN]]


def approval(form: ApprovalForm, draft: DraftRow, what: Meaning | None) -> ApprovalForm:
    form.when.choices = [("now", _("Ngay bây giờ")), ("day", _("Vào ngày đã định"))]
    if draft.state == "submitted":
        form.when.choices.append(("later", _("Để sau, chưa đặt ngày")))
    offered: tuple[str, ...] = tuple(KEY_CHOICES) if what and what.rekeyed else ()
    if draft.state == "approved" and draft.key_choice in offered:
        # What the second person chose, only a second person changes.
        offered = offered if review.may_approve(db(), draft, visitor().id) else (draft.key_choice,)
    form.key_choice.choices = [(one, wording.key_choice(one)) for one in offered]
    if not form.is_submitted() and form.key_choice.choices:
        form.key_choice.data = draft.key_choice or "both"
    return form
