"""Words on a line of a draft: said under the line they are about, settled when they are dealt with."""

from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.library import comments, drafts, editing, layout, review
from learning.library.models import DraftRow
from learning.library.refusals import BadPath, ClientIdReused, DraftRefused, NothingSaid, TooLarge
from learning.studio import checks, drafting, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, writes_for
from learning.studio.places import editor, source
from learning.web.context import db, now
from learning.web.i18n import gettext as _
from learning.web.security import whole


@dataclass(frozen=True)
class CommentView:
    """`place`: the file and its line in words."""

    id: int
    place: str
    address: str
    quote: str
    text: str
    by: str
    at: datetime
    done: bool


@blueprint.get("/drafts/<int:draft_id>/source/<path>")
@roles(*DEPARTMENT)
def source_text(draft_id: int, path: str) -> ResponseReturnValue:
    """A file's lines, each with the words said about it; `?line=` opens a form under that line."""
    draft = draft_at(draft_id)
    found = drafts.file(db(), draft, path) if layout.PAGE.fullmatch(path) else None
    if found is None:
        abort(404)
    lines = editing.shown(found[0]).removesuffix("\n").split("\n")
    said: dict[int, list[CommentView]] = {}
    for one in comments.of(db(), draft):
        if one.path == path:
            said.setdefault(one.line or 0, []).append(_view(draft, one))
    faults: dict[int, list[drafting.FaultLine]] = {}
    for fault in (*checks.checked(draft).faults, *checks.unwritten(draft)):
        if fault.file == path:
            faults.setdefault(fault.line, []).append(drafting.fault_line(draft, fault))
    asked = request.args.get("line", -1, type=whole)
    return render_template(
        "studio/source_text.html",
        draft=draft,
        title=review.title_of(db(), draft),
        path=path,
        lines=[
            (number, text, said.get(number, []), faults.get(number, []))
            for number, text in enumerate(lines, 1)
        ],
        whole=said.get(0, []),
        asked=asked if 0 <= asked <= len(lines) else -1,
        client_id=str(uuid4()),
        open=draft.state in ("draft", "submitted", "returned", "approved"),
        edit=editor(draft, path) if draft.state in drafts.EDITABLE and writes_for(draft.field) else "",
    )


@blueprint.post("/drafts/<int:draft_id>/comments")
@roles(*DEPARTMENT)
def add_comment(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    path, line = request.form.get("path", "").replace("\0", ""), request.form.get("line", 0, type=whole)
    text = request.form.get("text", "").replace("\0", "").strip()
    back = (
        source(draft, path, line) if path else url_for("studio.review", draft_id=draft.id, _anchor="comments")
    )
    client_id = request.form.get("client_id", "")[:64] or str(uuid4())
    try:
        try:
            comments.add(db(), now(), draft, path, line, text, person_id=visitor().id, client_id=client_id)
        except ClientIdReused:  # back to the form that was sent, and other words in it
            client_id = str(uuid4())
            comments.add(db(), now(), draft, path, line, text, person_id=visitor().id, client_id=client_id)
        flash(_("Đã ghi góp ý."), "good")
    except NothingSaid:
        flash(_("Hãy viết góp ý rồi gửi."), "bad")
    except BadPath:
        abort(404)
    except TooLarge:  # than the form lets anybody write
        abort(413)
    except DraftRefused as refused:
        flash(wording.refusal(refused), "bad")
    return redirect(back, 303)


@blueprint.post("/drafts/<int:draft_id>/comments/<int:comment_id>")
@roles(*DEPARTMENT)
def settle_comment(draft_id: int, comment_id: int) -> ResponseReturnValue:
    """Dealt with, or open again."""
    draft = draft_at(draft_id)
    verb = comments.reopen if request.form.get("what") == "reopen" else comments.resolve
    verb(db(), now(), draft, comment_id, person_id=visitor().id)
    return redirect(url_for("studio.review", draft_id=draft.id, _anchor="comments"), 303)


def comment_views(draft: DraftRow) -> list[CommentView]:
    return [_view(draft, one) for one in comments.of(db(), draft)]


def _view(draft: DraftRow, one: comments.Comment) -> CommentView:
    return CommentView(
        one.id,
        _place(one),
        source(draft, one.path, one.line or 0) if one.path else "",
        one.quote,
        one.text,
        one.by,
        one.at,
        one.resolved_at is not None,
    )


def _place(one: comments.Comment) -> str:
    if not one.path:
        return _("cả khóa học")
    if one.line is None:
        return _("%(file)s, dòng đã bỏ", file=one.path)
    return _("%(file)s, dòng %(line)s", file=one.path, line=one.line) if one.line else one.path
