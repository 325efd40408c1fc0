"""The files of a draft: a page comes, moves, gets another address; a page or a picture goes."""

from typing import cast

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content import new_page
from learning.content.model import PageKind
from learning.library import drafts, layout, saving
from learning.library.refusals import BadPath, DraftRefused
from learning.studio import checks, drafting
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, require_writer
from learning.studio.drafting import EXAM, HOME
from learning.studio.forms import PageForm, slug_of
from learning.studio.places import editor
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.security import whole


@blueprint.post("/drafts/<int:draft_id>/pages")
@roles(*DEPARTMENT)
def add_page(draft_id: int) -> ResponseReturnValue:
    """A new page after the others, with what it must say to pass the check; then the editor."""
    draft = draft_at(draft_id)
    require_writer(draft)
    held = drafts.files(db(), draft)
    form = drafting.kinds(PageForm(), held)
    if not form.validate_on_submit():
        return drafting.page(draft, page_form=form), 422
    title, kind = str(form.title.data), str(form.kind.data)
    slug = slug_of(title) or "bai"
    path = EXAM if kind == "exam" else layout.next_path([one.path for one in held], slug)
    course = checks.checked(draft).course
    text = new_page.text(
        cast(PageKind, kind),
        title,
        f"{draft.course_id.partition('/')[2]}-{slug}",
        today(),
        sources=sorted(course.sources) if course else (),
        language=course.language if course else "vi",
    )
    try:
        saving.save(db(), now(), draft, path, text.encode(), person_id=visitor().id, based_on=0)
    except DraftRefused as refused:
        return drafting.refuse(draft, refused)
    return redirect(editor(draft, path), 303)


@blueprint.post("/drafts/<int:draft_id>/pages/move")
@roles(*DEPARTMENT)
def move_page(draft_id: int) -> ResponseReturnValue:
    """One place up or down."""
    draft = draft_at(draft_id)
    require_writer(draft)
    path, up = request.form.get("path", ""), request.form.get("way") == "up"
    order = [one.path for one in drafts.files(db(), draft) if layout.place(one.path)[0] == 1]
    if path not in order:
        return drafting.refuse(draft, BadPath(path))
    at = order.index(path)
    to = max(at - 1, 0) if up else min(at + 1, len(order) - 1)
    order.insert(to, order.pop(at))
    try:
        saving.reorder(db(), now(), draft, order, person_id=visitor().id)
    except DraftRefused as refused:
        return drafting.refuse(draft, refused)
    return redirect(url_for("studio.draft", draft_id=draft.id, _anchor="pages"), 303)


@blueprint.post("/drafts/<int:draft_id>/pages/rename")
@roles(*DEPARTMENT)
def rename_page(draft_id: int) -> ResponseReturnValue:
    """Another address; its number and its id stay."""
    draft = draft_at(draft_id)
    require_writer(draft)
    path, slug = request.form.get("path", ""), slug_of(request.form.get("slug", ""))
    number, dash, _rest = path.partition("-")
    if not dash or not slug:
        return drafting.refuse(draft, BadPath(path))
    try:
        saving.rename(db(), now(), draft, path, f"{number}-{slug}.md", person_id=visitor().id)
    except DraftRefused as refused:
        return drafting.refuse(draft, refused)
    flash(_("Đã đổi địa chỉ. Mã bài vẫn như cũ nên kết quả học không mất."), "good")
    return redirect(url_for("studio.draft", draft_id=draft.id, _anchor="pages"), 303)


@blueprint.post("/drafts/<int:draft_id>/files/removal")
@roles(*DEPARTMENT)
def remove_file(draft_id: int) -> ResponseReturnValue:
    """Takes a page or a picture out of the draft; what is live keeps it until the draft is published."""
    draft = draft_at(draft_id)
    require_writer(draft)
    path, based_on = request.form.get("path", ""), request.form.get("revision", -1, type=whole)
    if path == HOME:
        return drafting.refuse(draft, BadPath(path))
    try:
        gone = saving.remove(db(), now(), draft, path, person_id=visitor().id, based_on=based_on)
    except DraftRefused as refused:
        return drafting.refuse(draft, refused)
    if gone:
        flash(_("Đã bỏ %(path)s khỏi bản nháp.", path=path), "good")
    return redirect(url_for("studio.draft", draft_id=draft.id, _anchor="pages"), 303)
