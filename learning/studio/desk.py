"""The department's desk: its blueprint, its navigation, and whom it is open to."""

from flask import Blueprint, request, url_for

from learning.accounts.visitors import visitor
from learning.web.i18n import gettext as _

DEPARTMENT = ("author", "reviewer", "administrator")

blueprint = Blueprint("studio", __name__, url_prefix="/studio")


@blueprint.context_processor
def rail() -> dict[str, object]:
    """The desk's own navigation: (text, address, whether one is there)."""
    pages = [(_("Các khóa học"), url_for("studio.courses"), request.endpoint == "studio.courses")]
    given = request.view_args or {}
    if "field" in given:
        course = {"field": given["field"], "slug": given["slug"]}
        files = request.endpoint in ("studio.files", "studio.file")
        pages += [
            (_("Khóa học"), url_for("studio.course", **course), not files),
            (_("Tệp nguồn"), url_for("studio.files", **course), files),
        ]
    return {"studio_rail": pages}


def works_for(field: str) -> bool:
    """Whether the visitor writes or reviews in this field; an administrator sees all."""
    one = visitor()
    if one.has("administrator"):
        return True
    scopes = one.scopes.get("author", frozenset()) | one.scopes.get("reviewer", frozenset())
    return field in scopes or "*" in scopes
