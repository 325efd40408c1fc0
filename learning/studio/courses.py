"""The courses of a department as they are published, each with its history and its own Markdown."""

import zipfile
from io import BytesIO

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles
from learning.library import catalogue, drafts, exporting
from learning.library.catalogue import Published
from learning.studio import drafted, queries, values
from learning.studio.desk import DEPARTMENT, blueprint, works_for, writes_for
from learning.web.context import db, today
from learning.web.downloads import attachment

TEXT = (".md", ".yml", ".txt", ".csv")
DAWN = (1980, 1, 1, 0, 0, 0)  # the earliest moment a zip can tell: the same bytes make the same file


@blueprint.get("")
@roles(*DEPARTMENT)
def courses() -> ResponseReturnValue:
    """What is live and what is being written in the fields one works for; what waits for the visitor first."""
    fields = [field for field in catalogue.fields(db()) if works_for(field.slug)]
    live = [published for published in catalogue.live_courses(db()) if works_for(published.course.field)]
    publishers = queries.publishers(db(), [published.release_id for published in live])
    going = drafts.open_drafts(db(), [field.slug for field in fields])
    cards = [drafted.card(draft) for draft in going]
    return render_template(
        "studio/courses.html",
        groups=values.groups(fields, live, publishers, cards),
        waiting=[
            line for draft, card in zip(going, cards, strict=True) for line in drafted.waiting(draft, card)
        ],
        may_begin=any(writes_for(field.slug) for field in fields),
    )


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
        draft=drafted.of_course(published.course.id),
        writes=writes_for(field),
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


def _published(field: str, slug: str) -> Published:
    """The live course, if it is of the visitor's own fields; else 404."""
    found = catalogue.live(db(), f"{field}/{slug}") if works_for(field) else None
    if found is None:
        abort(404)
    return found
