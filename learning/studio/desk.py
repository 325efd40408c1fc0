"""The department's desk: its blueprint, its navigation, and whom it is open to."""

from typing import Any

from flask import Blueprint, abort, request, url_for
from flask_login import current_user

from learning.accounts.visitors import visitor
from learning.library import drafts
from learning.library.models import DraftRow
from learning.web.context import db
from learning.web.i18n import gettext as _

DEPARTMENT = ("author", "reviewer", "administrator")

blueprint = Blueprint("studio", __name__, url_prefix="/studio")


# Uploads may be larger than forms are elsewhere: endpoints that take files, and the most bytes of their requests.
UPLOADS = {"studio.new_from_file": 24 * 1024 * 1024, "studio.add_media": 17 * 1024 * 1024}


@blueprint.url_value_preprocessor
def allow_uploads(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Before anything reads the body; for those at this desk only."""
    most = UPLOADS.get(endpoint or "")
    if most and current_user.is_authenticated and visitor().has(*DEPARTMENT):
        request.max_content_length = most


@blueprint.context_processor
def rail() -> dict[str, object]:
    """The desk's own navigation: (text, address, whether one is there)."""
    here = request.endpoint
    pages = [
        (_("Các khóa học"), url_for("studio.courses"), here == "studio.courses"),
        (
            _("Văn bản pháp luật"),
            url_for("studio.registry"),
            here in ("studio.registry", "studio.put_document"),
        ),
    ]
    given = request.view_args or {}
    if "field" in given and "slug" in given:
        course = {"field": given["field"], "slug": given["slug"]}
        files = ("studio.files", "studio.file")
        pages += [
            (_("Khóa học"), url_for("studio.course", **course), here in ("studio.course", "studio.exports")),
            (
                _("Các bản phát hành"),
                url_for("studio.history", **course),
                here in ("studio.history", "studio.comparison"),
            ),
            (_("Chất lượng câu hỏi"), url_for("studio.questions", **course), here == "studio.questions"),
            (_("Đáp án đã sửa"), url_for("studio.regrades", **course), here == "studio.regrades"),
            (_("Tệp nguồn"), url_for("studio.files", **course), here in files),
        ]
    if "draft_id" in given:
        pages += [
            (_("Bản nháp"), url_for("studio.draft", draft_id=given["draft_id"]), here == "studio.draft"),
            (
                _("Những gì thay đổi"),
                url_for("studio.review", draft_id=given["draft_id"]),
                here in ("studio.review", "studio.source_text"),
            ),
        ]
    return {"studio_rail": pages}


def draft_at(draft_id: int) -> DraftRow:
    """The draft at this address, if it is of a field the visitor works for; else 404."""
    found = drafts.get(db(), draft_id)
    if found is None or not works_for(found.field):
        abort(404)
    return found


def writes_for(field: str) -> bool:
    """Whether the visitor may change drafts of this field."""
    return visitor().has("administrator") or _scoped("author", field)


def reviews_for(field: str) -> bool:
    """Whether the visitor is a reviewer of this field."""
    return _scoped("reviewer", field)


def require_writer(draft: DraftRow) -> None:
    """404 for whom this draft is only to be read: the page offers no such button."""
    if not writes_for(draft.field):
        abort(404)


def works_for(field: str) -> bool:
    """Whether the visitor writes or reviews in this field; an administrator sees all."""
    return visitor().has("administrator") or _scoped("author", field) or _scoped("reviewer", field)


def _scoped(role: str, field: str) -> bool:
    return not visitor().scopes.get(role, frozenset()).isdisjoint((field, "*"))
