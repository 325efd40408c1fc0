"""The releases of a course: any two compared, and an old one taken up again."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content import differences, redline
from learning.library import beginnings, catalogue, drafts, releases
from learning.library.consequences import meaning
from learning.library.releases import Entry
from learning.studio import changes, wording
from learning.studio.desk import DEPARTMENT, blueprint, works_for, writes_for
from learning.web.context import db, now
from learning.web.i18n import gettext as _
from learning.web.i18n import language
from learning.web.security import whole


@blueprint.get("/courses/<field>/<slug>/releases")
@roles(*DEPARTMENT)
def history(field: str, slug: str) -> ResponseReturnValue:
    course_id = _course_id(field, slug)
    every = releases.of(db(), course_id)
    return render_template(
        "studio/history.html",
        title=_title(course_id, every),
        releases=[(one, _origin(one), wording.key_choice(one.key_choice)) for one in every],
        writes=writes_for(field),
        draft=drafts.open_draft(db(), course_id),
        field=field,
        slug=slug,
    )


@blueprint.get("/courses/<field>/<slug>/comparison")
@roles(*DEPARTMENT)
def comparison(field: str, slug: str) -> ResponseReturnValue:
    """What release `new` says differently from release `old`."""
    course_id = _course_id(field, slug)
    by_number = {one.number: one for one in releases.of(db(), course_id)}
    if by_number and not request.args:  # the two are chosen there
        return redirect(url_for("studio.history", field=field, slug=slug))
    numbers = [request.args.get(name, 0, type=whole) for name in ("old", "new")]
    if not set(numbers) <= by_number.keys():
        abort(404)
    old, new = (catalogue.release(db(), by_number[number].release_id) for number in sorted(numbers))
    what = meaning(old.course, new.course)
    found = differences.compare(old.course, new.course, language())
    return render_template(
        "studio/comparison.html",
        title=new.course.title,
        old=old,
        new=new,
        means=changes.consequences(what, published=True),
        differs=found,
        pages=changes.page_views(found, what),
        introduction=list(redline.shortened(found.introduction)),
        field=field,
        slug=slug,
    )


@blueprint.post("/courses/<field>/<slug>/releases/<int:number>/draft")
@roles(*DEPARTMENT)
def restore(field: str, slug: str, number: int) -> ResponseReturnValue:
    """An old release as a new draft: it goes through review like any other."""
    course_id = _course_id(field, slug)
    if not writes_for(field):
        abort(404)
    try:
        made = beginnings.from_release(db(), now(), course_id, number, person_id=visitor().id)
        flash(
            _("Bản phát hành %(number)s đã thành bản nháp mới. Xem lại rồi gửi thẩm định.", number=number),
            "good",
        )
    except beginnings.AlreadyOpen as there:
        made = there.draft
        flash(_("Khóa học đang có một bản nháp. Gửi hay bỏ bản ấy trước khi lấy lại bản cũ."), "bad")
    except beginnings.NoSuchRelease:
        abort(404)
    return redirect(url_for("studio.draft", draft_id=made.id), 303)


# --- Which course


def _course_id(field: str, slug: str) -> str:
    """A course that was published at some time, of the visitor's own fields; else 404."""
    course_id = f"{field}/{slug}"
    if not works_for(field) or not releases.of(db(), course_id):
        abort(404)
    return course_id


def _title(course_id: str, every: list[Entry]) -> str:
    live = next((one for one in every if one.live), every[0])
    return catalogue.release(db(), live.release_id).course.title


def _origin(one: Entry) -> str:
    match one.origin:
        case "":
            return _("xuất bản từ dòng lệnh")
        case "release":
            return _("lấy lại bản %(number)s", number=one.origin_of)
        case "copy":
            return _("chép từ %(course)s", course=one.origin_of)
        case "files":
            return _("từ tệp %(name)s", name=one.origin_of)
        case "template":
            return _("từ khóa mẫu")
    return ""
