"""The department's desk: its courses as they are published, each with its history and its own Markdown."""

import zipfile
from io import BytesIO

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.library import catalogue, exporting
from learning.library.catalogue import Published
from learning.studio import queries, values
from learning.web.context import App, db, today
from learning.web.downloads import attachment
from learning.web.i18n import gettext as _

DEPARTMENT = ("author", "reviewer", "administrator")
TEXT = (".md", ".yml", ".txt", ".csv")
DAWN = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can tell: the same bytes make the same file

blueprint = Blueprint("studio", __name__, url_prefix="/studio")


def install(app: App) -> None:
    app.register_blueprint(blueprint)


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


@blueprint.get("")
@roles(*DEPARTMENT)
def courses() -> ResponseReturnValue:
    """What is live in the fields one works for."""
    fields = [field for field in catalogue.fields(db()) if _works_for(field.slug)]
    live = [published for published in catalogue.live_courses(db()) if _works_for(published.course.field)]
    publishers = queries.publishers(db(), [published.release_id for published in live])
    return render_template("studio/courses.html", groups=values.groups(fields, live, publishers))


@blueprint.get("/courses/<field>/<slug>")
@roles(*DEPARTMENT)
def course(field: str, slug: str) -> ResponseReturnValue:
    """A course as it is live: what it holds, on what law it rests, how it came to be so."""
    published = _published(field, slug)
    releases, older = queries.releases(db(), published.course.id)
    publishers = queries.publishers(db(), [release.release_id for release in releases])
    return render_template(
        "studio/course.html",
        course=published.course,
        summary=values.summary(published, publishers[published.release_id]),
        pages=values.pages(published.course),
        sources=values.sources(published.course, today()),
        releases=values.releases(releases, publishers),
        older=older,
        field=field,
        slug=slug,
    )


@blueprint.get("/courses/<field>/<slug>/files")
@roles(*DEPARTMENT)
def files(field: str, slug: str) -> ResponseReturnValue:
    published = _published(field, slug)
    sizes = queries.file_sizes(db(), published.release_id)
    return render_template(
        "studio/files.html",
        course=published.course,
        release=published,
        files=[(path, values.size(size), path.endswith(TEXT)) for path, size in sizes],
        field=field,
        slug=slug,
    )


@blueprint.get("/courses/<field>/<slug>/files/<path:path>")
@roles(*DEPARTMENT)
def file(field: str, slug: str, path: str) -> ResponseReturnValue:
    """One source file of the live release, to be read; a picture as the file it is."""
    published = _published(field, slug)
    data = queries.file(db(), published.release_id, path)
    if data is None:
        abort(404)
    if not path.endswith(TEXT):
        # Never shown in place: a picture may carry a script.
        return attachment(data, "application/octet-stream", path.rpartition("/")[2])
    return render_template(
        "studio/file.html",
        course=published.course,
        release=published,
        path=path,
        lines=data.decode("utf-8", "replace").splitlines(),
        field=field,
        slug=slug,
    )


@blueprint.get("/courses/<field>/<slug>/source.zip")
@roles(*DEPARTMENT)
def source(field: str, slug: str) -> ResponseReturnValue:
    """The whole live release, the very bytes that were published; the same release is the same zip."""
    published = _published(field, slug)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, data in exporting.live_files(db(), published.course.id):
            entry = zipfile.ZipInfo(f"{field}/{slug}/{path}", DAWN)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system, entry.external_attr = 3, 0o100644 << 16  # wherever it is made
            archive.writestr(entry, data)
    return attachment(packed.getvalue(), "application/zip", f"{field}-{slug}-{published.number}.zip")


def _works_for(field: str) -> bool:
    """Whether the visitor writes or reviews in this field; an administrator sees all."""
    one = visitor()
    if one.has("administrator"):
        return True
    scopes = one.scopes.get("author", frozenset()) | one.scopes.get("reviewer", frozenset())
    return field in scopes or "*" in scopes


def _published(field: str, slug: str) -> Published:
    """The live course, if it is of the visitor's own fields; else 404."""
    found = catalogue.live(db(), f"{field}/{slug}") if _works_for(field) else None
    if found is None:
        abort(404)
    return found
