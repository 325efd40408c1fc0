"""The registry of legal documents: looked through, and added to by those who write.

What is known of a document already there (its end, its successor) decides whether other departments' lessons may cite
it: only a reviewer or an administrator changes that.
"""

from datetime import date

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content.exchange.bank import IMPORTED
from learning.content.model import Source
from learning.library import sources
from learning.studio.desk import DEPARTMENT, blueprint
from learning.studio.forms import DocumentForm
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _

SHOWN = 50
DOCUMENTS = 12  # found for a word


@blueprint.get("/registry")
@roles(*DEPARTMENT)
def registry() -> ResponseReturnValue:
    """Documents by number, title or issuer; `?key=` opens one to be brought up to date."""
    known = sources.known(db(), request.args.get("key", ""))
    if known is None:
        return _page(DocumentForm(formdata=None))
    return _page(DocumentForm(formdata=None, **_fields(known)), known.key)


@blueprint.get("/documents")
@roles(*DEPARTMENT)
def documents() -> ResponseReturnValue:
    """Legal documents by number or title, for who cites one."""
    found = _found(request.args.get("q", "")[:200], DOCUMENTS)
    return jsonify(
        documents=[{"key": one.source.key, "title": one.source.title, "past": one.past} for one in found]
    )


@blueprint.post("/registry")
@roles(*DEPARTMENT)
def put_document() -> ResponseReturnValue:
    form = DocumentForm()
    there = sources.known(db(), str(form.key.data or ""))
    if there is None and not _adds():
        abort(404)
    known = there.key if there is not None and _changes() else ""
    if not form.validate():
        return _page(form, known), 422
    if there is not None and not _changes():
        form.key.errors = [_("Văn bản này đã có trong sổ; người thẩm định hoặc quản trị viên mới sửa được.")]
        return _page(form), 422
    try:
        sources.put(db(), now(), _document(form), person_id=visitor().id)
    except sources.BadSource as refused:
        _explain(form, str(refused))
        return _page(form, known), 422
    flash(_("Đã ghi %(key)s vào sổ. Bây giờ dẫn được trong bài.", key=form.key.data), "good")
    return redirect(url_for("studio.registry", q=form.key.data), 303)


def _page(form: DocumentForm, known: str = "") -> str:
    """`known`: the number of the document that the form brings up to date, "" for a new one."""
    words = request.args.get("q", "").replace("\0", "").strip()[:200]
    return render_template(
        "studio/registry.html",
        found=_found(words, SHOWN),
        words=words,
        form=form,
        known=known,
        adds=_adds() or (_changes() and bool(form.key.data)),
        changes=_changes(),
        opened="add" in request.args or bool(form.key.data or form.errors),
    )


def _found(words: str, limit: int) -> list[sources.Found]:
    """Documents, not the stand-ins that an imported text cites until its author names the real one."""
    every = sources.find(db(), words, today(), limit=limit)
    return [one for one in every if not one.source.key.startswith(IMPORTED)]


def _adds() -> bool:
    return visitor().has("author", "administrator")


def _changes() -> bool:
    return visitor().has("reviewer", "administrator")


def _fields(source: Source) -> dict[str, str | date | None]:
    return {name: getattr(source, name) for name in Source.__struct_fields__}


def _document(form: DocumentForm) -> Source:
    return Source(
        key=str(form.key.data),
        title=str(form.title.data),
        issuer=str(form.issuer.data),
        in_force=form.in_force.data,
        until=form.until.data,
        replaced_by=form.replaced_by.data or "",
        checked_on=form.checked_on.data,
    )


def _explain(form: DocumentForm, what: str) -> None:
    field, message = {
        "title": (form.title, _("Hãy ghi trích yếu, nhiều nhất 1.000 ký tự.")),
        "issuer": (form.issuer, _("Hãy ghi cơ quan ban hành.")),
        "until": (form.until, _("Ngày hết hiệu lực phải sau ngày có hiệu lực.")),
        "replaced_by": (form.replaced_by, _("Văn bản thay thế chưa có trong sổ; hãy ghi văn bản ấy trước.")),
    }.get(what, (form.key, _("Số hiệu không có dấu phẩy, hai chấm, chấm phẩy hay dấu nháy.")))
    field.errors = [message]
