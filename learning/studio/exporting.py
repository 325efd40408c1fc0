"""A course in other systems' formats, with the list of what each cannot carry."""

from collections.abc import Iterable

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles
from learning.content.exchange import formats, reading
from learning.content.exchange.bank import Skipped
from learning.library import catalogue, releases
from learning.library.catalogue import Published
from learning.studio.desk import DEPARTMENT, blueprint, works_for
from learning.web.context import db
from learning.web.downloads import attachment
from learning.web.i18n import gettext as _


@blueprint.get("/courses/<field>/<slug>/exports")
@roles(*DEPARTMENT)
def exports(field: str, slug: str) -> ResponseReturnValue:
    """The formats; with `?format=`, what that one does not carry, and the file."""
    published = _live(field, slug)
    name = request.args.get("format", "")
    lost = _written(published, name)[1] if name else ()
    return render_template(
        "studio/exports.html",
        title=published.course.title,
        number=published.number,
        offers=[
            (one.title, url_for("studio.exports", field=field, slug=slug, format=one.name), _about(one.name))
            for one in formats.FORMATS.values()
            if one.writes
        ],
        chosen=formats.FORMATS[name].title if name else "",
        file=url_for("studio.export", field=field, slug=slug, format_name=name) if name else "",
        lost=lost,
        left=_by_reason(lost),
        field=field,
        slug=slug,
    )


@blueprint.get("/courses/<field>/<slug>/exports/<format_name>")
@roles(*DEPARTMENT)
def export(field: str, slug: str, format_name: str) -> ResponseReturnValue:
    published = _live(field, slug)
    data, _lost = _written(published, format_name)
    one = formats.FORMATS[format_name]
    return attachment(data, one.media_type, f"{slug}-{published.number}{one.suffixes[0]}")


def _by_reason(lost: Iterable[Skipped]) -> list[tuple[str, list[str]]]:
    """What cannot be carried, under why; what most shares its reason first."""
    found: dict[str, list[str]] = {}
    for one in lost:
        found.setdefault(one.reason, []).append(one.what)
    return sorted(found.items(), key=lambda item: -len(item[1]))


def _about(name: str) -> str:
    """What a format carries, and where to; "" for one nothing is known of."""
    return {
        "gift": _("Các câu hỏi, thành một tệp chữ; Moodle và nhiều hệ thống khác đọc được."),
        "aiken": _("Chỉ câu chọn một phương án, thành một tệp chữ đơn giản nhất."),
        "moodle-xml": _("Các câu hỏi kèm hình và lời giải, cho ngân hàng câu hỏi của Moodle."),
        "qti": _("Các câu hỏi theo chuẩn quốc tế, cho hệ thống thi và Canvas."),
        "common-cartridge": _("Bài học và câu hỏi, cho Canvas, Moodle và hệ thống học tập khác."),
        "markdown-zip": _("Bài học và câu hỏi, thành các tệp chữ đọc và sửa được bằng tay."),
    }.get(name, "")


def _written(published: Published, name: str) -> tuple[bytes, tuple[Skipped, ...]]:
    """The file, and what is not in it."""
    if name not in formats.EXPORTERS:
        abort(404)
    course = published.course
    bank = reading.read_course(
        releases.files(db(), published.release_id),
        field=course.field,
        slug=course.slug,
        sources=course.sources,
    )
    data, lost = formats.write(name, bank)
    return data, (*bank.skipped, *lost)


def _live(field: str, slug: str) -> Published:
    found = catalogue.live(db(), f"{field}/{slug}") if works_for(field) else None
    if found is None:
        abort(404)
    return found
