"""A draft as a whole: its pages in order, its pictures, what the checker says, and the way to review."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content import craft
from learning.content.faults import Fault
from learning.content.model import Course
from learning.content.tree import SOUNDS, ending
from learning.library import (
    beginnings,
    catalogue,
    comments,
    drafts,
    frontlines,
    layout,
    publication,
    review,
    saving,
    steps,
)
from learning.library.checking import CheckedDraft
from learning.library.drafts import File
from learning.library.models import OPEN_STATES, DraftRow
from learning.library.refusals import Closed, DraftRefused
from learning.studio import checks, wording
from learning.studio.desk import (
    DEPARTMENT,
    blueprint,
    draft_at,
    require_writer,
    reviews_for,
    works_for,
    writes_for,
)
from learning.studio.forms import DayForm, MediaForm, MessageForm, PageForm
from learning.studio.places import editor, picture
from learning.studio.values import size
from learning.vietnamese import formats
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.i18n import language, ngettext

HOME, EXAM = "course.md", "exam.md"


@dataclass(frozen=True)
class PageLine:
    """A file of text. `slug`: its address, "" where it has none to change; `first`, `last` among those that move."""

    path: str
    title: str
    sub: str
    address: str
    revision: int
    slug: str
    wrong: int
    warned: int
    first: bool
    last: bool


@dataclass(frozen=True)
class Medium:
    """A picture, or a recording (`sound`). `markdown`: what a page says to show it, with its words to be filled in.
    `address` is "" for what may carry a script and is not shown."""

    path: str
    name: str
    address: str
    size: str
    markdown: str
    used: bool
    revision: int
    sound: bool


@dataclass(frozen=True)
class FaultLine:
    """A fault with the place to mend it."""

    where: str
    address: str
    code: str
    message: str
    remedy: str
    grave: bool


# --- The overview


@blueprint.get("/drafts/<int:draft_id>")
@roles(*DEPARTMENT)
def draft(draft_id: int) -> ResponseReturnValue:
    return page(draft_at(draft_id))


def page(
    draft: DraftRow,
    *,
    page_form: PageForm | None = None,
    media_form: MediaForm | None = None,
    day_form: DayForm | None = None,
    message_form: MessageForm | None = None,
) -> str:
    found = checks.checked(draft)
    held = drafts.files(db(), draft)
    unwritten = checks.unwritten(draft)
    faults = [fault_line(draft, fault) for fault in (*found.faults, *_remarks(found.course))]
    said = comments.unresolved(db(), draft)
    editable = draft.state in drafts.EDITABLE and writes_for(draft.field)
    return render_template(
        "studio/draft.html",
        draft=draft,
        title=review.title_of(db(), draft),
        state=wording.state(draft),
        origin=_origin(draft),
        editable=editable,
        writes=writes_for(draft.field),
        verdict=_verdict(draft, found, said),
        ready=found.ready,
        unwritten=[fault_line(draft, fault) for fault in unwritten],
        missing=_missing(draft, held, found),
        pages=page_lines(draft, held, found),
        media=media(draft, held),
        faults=[fault for fault in faults if fault.grave],
        warnings=[fault for fault in faults if not fault.grave],
        mended=len(found.mended),
        steps=_steps(draft),
        comments=said,
        page_form=kinds(page_form or PageForm(formdata=None), held),
        media_form=media_form or MediaForm(formdata=None),
        message_form=message_form or MessageForm(formdata=None),
        day_form=day_form or DayForm(formdata=None),
        no_day="effective_from" in found.missing and found.course is not None,
        live=catalogue.live(db(), draft.course_id) is not None,
        overtaken=draft.state in OPEN_STATES and publication.overtaken(db(), draft) is not None,
        reviewing=draft.state == "submitted" and reviews_for(draft.field),
    )


def _missing(draft: DraftRow, held: list[File], found: CheckedDraft) -> list[tuple[str, str]]:
    """What is required and not there: (words, where to write it, "" where this page asks for it)."""
    lesson = next((one.path for one in held if layout.place(one.path)[0] == 1), HOME)
    here = found.course is not None
    at = {"effective_from": "" if here else editor(draft, HOME), "sources": editor(draft, lesson)}
    return [(wording.missing(key), at.get(key, editor(draft, HOME))) for key in found.missing]


def _remarks(course: Course | None) -> Iterator[Fault]:
    """Wording of questions that gives their keys away."""
    for page in (*course.pages, *([course.exam] if course.exam else [])) if course else ():
        yield from craft.remarks(page, language())


def page_lines(draft: DraftRow, held: list[File], found: CheckedDraft) -> list[PageLine]:
    texts = [one for one in held if layout.place(one.path)[0] < 3]
    moving = [one.path for one in texts if layout.place(one.path)[0] == 1]
    data = checks.texts(draft)
    pages = _by_path(found.course)
    lines = []
    for one in texts:
        faults = [fault for fault in found.faults if fault.file == one.path]
        wrong = sum(fault.severity == "fault" for fault in faults)
        title = frontlines.title(data[one.path]) or one.path
        lines.append(
            PageLine(
                one.path,
                _("Giới thiệu khóa học") if one.path == HOME else title,
                _sub(pages.get(one.path), one.path),
                editor(draft, one.path),
                one.revision,
                one.path.partition("-")[2].removesuffix(".md") if one.path in moving else "",
                wrong,
                len(faults) - wrong,
                first=one.path == (moving or [""])[0],
                last=one.path == (moving or [""])[-1],
            )
        )
    return lines


def _by_path(course: Course | None) -> dict[str, tuple[str, object, int]]:
    """Path → kind, minutes, questions of its own."""
    if course is None:
        return {}
    return {
        one.path: (one.kind, one.minutes, len({q.id for q in one.quiz.questions}) if one.quiz else 0)
        for one in (*course.pages, *([course.exam] if course.exam else []))
    }


def _sub(known: tuple[str, object, int] | None, path: str) -> str:
    if known is None:
        return _("tên, đơn vị chủ quản, ngày hiệu lực, lời mở đầu") if path == HOME else path
    kind, minutes, questions = known
    parts = [_kind_words(kind)]
    if minutes:
        parts.append(_("%(minutes)s phút", minutes=formats.number(minutes)))  # type: ignore[arg-type]
    if questions:
        parts.append(ngettext("%(num)d câu hỏi", "%(num)d câu hỏi", questions))
    return " · ".join(parts)


def _kind_words(kind: str) -> str:
    return {
        "lesson": _("bài học"),
        "exam": _("bài kiểm tra cuối khóa"),
        "scenario": _("tình huống"),
        "pretest": _("câu hỏi trước khi học"),
        "practice": _("thực hành"),
    }[kind]


def media(draft: DraftRow, held: list[File]) -> list[Medium]:
    said = b"\n".join(data for path, data in checks.texts(draft).items() if path.endswith(".md")).decode(
        "utf-8", "replace"
    )
    return [
        Medium(
            one.path,
            one.path.rpartition("/")[2],
            "" if one.path.endswith(".svg") else picture(draft, one.path, one.sha256),
            size(one.size),
            f"![…]({one.path})",
            one.path in said,
            one.revision,
            ending(one.path) in SOUNDS,
        )
        for one in held
        if layout.place(one.path)[0] == 3
    ]


def fault_line(draft: DraftRow, fault: Fault) -> FaultLine:
    known = layout.PAGE.fullmatch(fault.file) is not None
    return FaultLine(
        _("%(file)s, dòng %(line)s", file=fault.file, line=fault.line),
        editor(draft, fault.file, fault.line) if known else "",
        fault.code,
        fault.message,
        fault.remedy,
        fault.severity == "fault",
    )


def _verdict(draft: DraftRow, found: CheckedDraft, said: int) -> str:
    """The answer first: what is between this draft and its learners. `said`: comments not dealt with."""
    wrong = sum(fault.severity == "fault" for fault in found.faults)
    match draft.state:
        case "draft" | "returned" if wrong:
            return ngettext(
                "Còn %(num)d lỗi phải sửa trước khi gửi thẩm định.",
                "Còn %(num)d lỗi phải sửa trước khi gửi thẩm định.",
                wrong,
            )
        case "draft" | "returned" if found.missing:
            return _("Còn thiếu thông tin bắt buộc trước khi gửi thẩm định.")
        case "returned" if said:
            return ngettext(
                "Được trả lại với %(num)d góp ý. Xử lý xong thì gửi lại.",
                "Được trả lại với %(num)d góp ý. Xử lý xong thì gửi lại.",
                said,
            )
        case "draft" | "returned":
            return _("Bản nháp đã sẵn sàng gửi thẩm định.")
        case "submitted" if not writes_for(draft.field):
            return _("Đang chờ thẩm định.")
        case "submitted":
            return _("Đang chờ người thẩm định. Muốn sửa tiếp thì rút lại.")
        case "approved" if draft.publish_on is not None:
            return _("Đã duyệt; sẽ tự xuất bản ngày %(day)s.", day=formats.date(draft.publish_on))
        case "approved":
            return _("Đã duyệt. Việc còn lại là xuất bản.")
        case "published":
            return _("Bản này đã được xuất bản.")
    return _("Bản nháp này đã bỏ; nội dung vẫn còn trong lịch sử.")


def _origin(draft: DraftRow) -> str:
    match draft.origin:
        case "template":
            return _("Bắt đầu từ khóa mẫu")
        case "live":
            return _("Sửa từ bản đang dùng")
        case "release":
            return _("Lấy lại bản phát hành %(number)s", number=draft.origin_of)
        case "copy":
            return _("Chép từ khóa %(course)s", course=draft.origin_of)
    return _("Từ tệp %(name)s", name=draft.origin_of) if draft.origin_of else _("Từ tệp mang đến")


def _steps(draft: DraftRow) -> list[tuple[str, str, object, str]]:
    """What happened, the newest first: (who, what, when, what they said); comments have their own place."""
    return [
        (name or _("hệ thống"), wording.step(step.what), step.at, step.message)
        for step, name in reversed(steps.of(db(), draft))
        if step.what not in ("commented", "resolved", "reopened")
    ]


def kinds(form: PageForm, held: list[File]) -> PageForm:
    form.kind.choices = [
        ("lesson", _("Bài học")),
        ("scenario", _("Tình huống")),
        ("pretest", _("Câu hỏi trước khi học")),
        ("practice", _("Thực hành có hướng dẫn")),
    ]
    if all(one.path != EXAM for one in held):
        form.kind.choices.append(("exam", _("Bài kiểm tra cuối khóa")))
    return form


# --- Beginning and ending


@blueprint.post("/courses/<field>/<slug>/draft")
@roles(*DEPARTMENT)
def begin(field: str, slug: str) -> ResponseReturnValue:
    """A draft of the course as it is live; the one that is open, where there is one."""
    if not works_for(field) or not writes_for(field):
        abort(404)
    try:
        made = beginnings.from_live(db(), now(), f"{field}/{slug}", person_id=visitor().id)
    except beginnings.AlreadyOpen as there:
        made = there.draft
    except beginnings.NoSuchRelease:
        abort(404)
    return back(made)


@blueprint.post("/drafts/<int:draft_id>/discard")
@roles(*DEPARTMENT)
def discard(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    require_writer(draft)
    try:
        review.discard(db(), now(), draft, person_id=visitor().id)
        flash(_("Đã bỏ bản nháp. Nội dung vẫn còn trong lịch sử."), "good")
    except Closed:
        flash(_("Bản này đã xuất bản rồi, không bỏ được nữa."), "bad")
    return redirect(url_for("studio.courses"), 303)


@blueprint.post("/drafts/<int:draft_id>/effect")
@roles(*DEPARTMENT)
def set_effect(draft_id: int) -> ResponseReturnValue:
    """Writes the day from which the course holds into course.md, and touches no other line."""
    draft = draft_at(draft_id)
    require_writer(draft)
    form = DayForm()
    found = drafts.file(db(), draft, HOME)
    if not form.validate_on_submit() or found is None:
        return page(draft, day_form=form), 422
    data = frontlines.effective(found[0], form.day.data)
    try:
        saving.save(db(), now(), draft, HOME, data, person_id=visitor().id, based_on=found[1])
    except DraftRefused as refused:
        return refuse(draft, refused)
    flash(_("Đã ghi ngày hiệu lực %(day)s.", day=formats.date(form.day.data)), "good")
    return back(draft)


# --- The way to review


@blueprint.post("/drafts/<int:draft_id>/submission")
@roles(*DEPARTMENT)
def submit(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    require_writer(draft)
    form = MessageForm()
    if not form.validate():
        return page(draft, message_form=form), 422
    try:
        review.submit(
            db(),
            now(),
            draft,
            today(),
            person_id=visitor().id,
            message=form.message.data or "",
            departments=checks.departments(),
        )
    except review.NotReady:
        db().rollback()
        flash(_("Chưa gửi được: hãy sửa các lỗi và điền đủ thông tin dưới đây."), "bad")
        return redirect(url_for("studio.draft", draft_id=draft_id, _anchor="faults"), 303)
    except Closed:
        flash(_("Bản nháp không còn ở trạng thái soạn thảo."), "bad")
        return back(draft)
    flash(_("Đã gửi thẩm định. Người thẩm định của lĩnh vực nhận được thông báo."), "good")
    return back(draft)


@blueprint.post("/drafts/<int:draft_id>/withdrawal")
@roles(*DEPARTMENT)
def withdraw(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    require_writer(draft)
    try:
        review.withdraw(db(), now(), draft, person_id=visitor().id)
        flash(_("Đã rút lại. Đồng chí soạn tiếp được ngay."), "good")
    except Closed:
        flash(_("Bản này đã xuất bản hoặc đã bỏ, không rút lại được."), "bad")
    return back(draft)


def back(draft: DraftRow) -> ResponseReturnValue:
    return redirect(url_for("studio.draft", draft_id=draft.id), 303)


def refuse(draft: DraftRow, refused: DraftRefused) -> ResponseReturnValue:
    flash(wording.refusal(refused), "bad")
    return back(draft)
