"""Review: what a draft changes and for whom, words on a line, and the decision of a second person."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.certificates import regrades
from learning.content import differences, redline
from learning.content.differences import Difference, PageDifference, QuestionDifference
from learning.content.model import Course
from learning.content.redline import Gap, Piece
from learning.content.text import decode
from learning.library import catalogue, comments, drafts, layout, publication, review
from learning.library.changes import KEY_CHOICES
from learning.library.consequences import Meaning, meaning
from learning.library.models import DraftRow
from learning.library.publishing import PublicationRefused
from learning.library.refusals import BadPath, DraftRefused, NothingSaid
from learning.studio import checks, drafted, drafting, queries, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, reviews_for, writes_for
from learning.studio.forms import ApprovalForm, MessageForm
from learning.studio.places import editor, source
from learning.vietnamese import formats
from learning.web.context import db, now, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import language
from learning.web.security import whole

AT_ONCE = 50  # attempts graded again with the publication
SHOWN = 30  # people whom a new key moves


@dataclass(frozen=True)
class QuestionView:
    """`tag`: what its change means; `address`: where a word can be said about it."""

    became: str
    title: str
    tag: tuple[str, str]
    facts: tuple[differences.Fact, ...]
    address: str


@dataclass(frozen=True)
class PageView:
    became: str
    title: str
    path: str
    tags: list[tuple[str, str]]
    facts: tuple[differences.Fact, ...]
    pieces: list[Piece | Gap]
    questions: list[QuestionView]
    address: str


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


# --- The page


@blueprint.get("/drafts/<int:draft_id>/review", endpoint="review")
@roles(*DEPARTMENT)
def show(draft_id: int) -> ResponseReturnValue:
    return page(draft_at(draft_id))


def page(draft: DraftRow, form: ApprovalForm | None = None, message_form: MessageForm | None = None) -> str:
    live = catalogue.live(db(), draft.course_id)
    found = checks.checked(draft)
    old, new = live.course if live else None, found.course
    what = meaning(old, new) if new else None
    differs = differences.compare(old, new, language()) if new else None
    looked, told, moved = _moves(what, new)
    form = _approval(form or ApprovalForm(formdata=None), draft, what)
    return render_template(
        "studio/review.html",
        draft=draft,
        title=review.title_of(db(), draft),
        state=wording.state(draft),
        live=live,
        means=consequences(what) if what else [],
        under_way=queries.under_way(db(), draft.course_id) if live else (0, 0),
        differs=differs,
        pages=page_views(differs, what, draft) if differs else [],
        introduction=_pieces(draft, differs.introduction) if differs else [],
        comments=comment_views(draft),
        rekeyed=what.rekeyed if what else (),
        choices=[(choice, key_choice(choice)) for choice in KEY_CHOICES] if looked else [],
        looked=looked,
        told=told,
        moved=moved,
        refusal=_refusal(draft),
        publishable=draft.state == "approved" and drafted.may_publish(draft),
        reviewing=reviews_for(draft.field),
        writes=writes_for(draft.field),
        trouble=wording.trouble(draft.trouble) if draft.trouble else "",
        conflict=[one.path for one in publication.conflict(db(), draft)] if draft.state == "approved" else [],
        form=form,
        message_form=_reason(message_form or MessageForm(formdata=None, prefix="return")),
        faults=sum(fault.severity == "fault" for fault in found.faults),
    )


def _reason(form: MessageForm) -> MessageForm:
    form.message.label.text = _("Lý do trả lại")
    return form


def _refusal(draft: DraftRow) -> str:
    """Why the visitor is not the second person; "" where they may be, or where nobody asks."""
    if draft.state != "submitted":
        return ""
    try:
        review.require_second_person(db(), draft, visitor().id)
    except review.NotYours as refused:
        if refused.reason == "own":
            return _(
                "Đồng chí đã viết hoặc gửi bản này nên không tự duyệt được: mỗi bài phải qua hai người. "
                "Một người thẩm định khác của lĩnh vực sẽ duyệt."
            )
        return _("Người thẩm định của lĩnh vực duyệt hoặc trả lại. Đồng chí xem và góp ý được.")
    return ""


def consequences(what: Meaning) -> list[tuple[str, str]]:
    """What the change means for learners: (words, kind)."""
    if what.first:
        return [(_("Khóa học mới: chưa ai học, mọi câu hỏi đều là câu mới."), "")]
    counted: Counter[str] = Counter(change.what for change in what.questions)
    said = {
        "key": _("%(n)s câu đổi đáp án: phải chọn cách xử lý những bài đã làm.", n=counted["key"]),
        "added": _("%(n)s câu hỏi mới; thống kê bắt đầu từ đầu.", n=counted["added"]),
        "removed": _("%(n)s câu bỏ đi; câu trả lời cũ vẫn giữ.", n=counted["removed"]),
        "options": _(
            "%(n)s câu thêm hay bớt phương án: điểm đã có giữ nguyên, thống kê tách ra.", n=counted["options"]
        ),
        "points": _("%(n)s câu đổi điểm: chỉ tính cho lượt làm mới.", n=counted["points"]),
        "wording": _("%(n)s câu sửa lời: điểm giữ nguyên, thống kê tách theo bản.", n=counted["wording"]),
        "comment": _(
            "%(n)s câu sửa phản hồi, giải thích: người đã làm xem lại sẽ thấy lời mới.", n=counted["comment"]
        ),
    }
    lines = [(words, "bad" if key == "key" else "") for key, words in said.items() if counted[key]]
    if again := len(what.read_again):
        lines.append((_("%(n)s bài sửa nhiều: người đã học thấy ghi “đã cập nhật”.", n=again), ""))
    minor = sum(touch.what == "minor" for touch in what.pages)
    if minor:
        lines.append((_("%(n)s bài sửa ít: vẫn tính là đã học.", n=minor), ""))
    if what.rules:
        lines.append((_("Quy định học hay làm bài thay đổi: áp dụng cho lượt mới."), ""))
    if what.nothing:
        lines.append((_("Nội dung không khác bản đang dùng."), ""))
    return lines


def key_choice(choice: str) -> str:
    return {
        "keep": _("Giữ điểm cũ"),
        "new": _("Chấm lại theo đáp án mới"),
        "both": _("Công nhận cả đáp án cũ và mới"),
        "full": _("Cho mọi người trọn điểm câu này"),
        "drop": _("Bỏ câu này khỏi bài đã làm"),
    }.get(choice, choice)


def _moves(what: Meaning | None, new: Course | None) -> tuple[str, str, list[str]]:
    """Whom a changed key moves if one does with it what `?choice=` says: (choice, in numbers, one by one); ("", "", [])
    where no key changed. One choice at a time: for a whole province each takes seconds."""
    if what is None or new is None or not what.rekeyed:
        return "", "", []
    asked = request.args.get("choice", "")
    choice = asked if asked in KEY_CHOICES else "both"
    return choice, *_moved(new, {change.question: choice for change in what.rekeyed})


def _moved(course: Course, choices: Mapping[str, str]) -> tuple[str, list[str]]:
    if set(choices.values()) == {"keep"}:
        return _("không ai đổi điểm"), []
    try:
        moved = list(regrades.preview(db(), course, choices))
    except regrades.BadChoice:  # nobody answered by another key
        return _("không ai đổi điểm"), []
    told = regrades.summary(moved)
    if not told.attempts:
        return _("không ai đổi điểm"), []
    parts = [
        _("%(people)s người, %(attempts)s bài", people=told.people, attempts=told.attempts),
        *([_("%(n)s bài tăng điểm", n=told.rise)] if told.rise else []),
        *([_("%(n)s bài giảm điểm, chờ người thứ hai", n=told.fall)] if told.fall else []),
        *([_("%(n)s người thành đạt", n=told.newly_passed)] if told.newly_passed else []),
    ]
    return "; ".join(parts), [move_words(move) for move in moved[:SHOWN]]


def move_words(move: regrades.Move) -> str:
    """One person and what becomes of their result."""
    words = (
        f"{move.full_name}: {formats.percent(move.before.percent)} → {formats.percent(move.after.percent)}"
    )
    if move.before.passed != move.after.passed:
        words += ", " + (_("thành đạt") if move.after.passed else _("thành chưa đạt"))
    if move.certificate == "gained":
        words += ", " + _("được cấp giấy xác nhận")
    elif move.certificate:
        words += ", " + _("giấy xác nhận %(serial)s cần xem lại", serial=move.serial)
    return words


# --- The difference


def page_views(found: Difference, what: Meaning | None, draft: DraftRow | None = None) -> list[PageView]:
    means = {change.question: change.what for change in what.questions} if what else {}
    touched = {touch.path: touch.what for touch in what.pages} if what else {}
    return [_page_view(one, means, touched.get(one.path, ""), draft) for one in found.pages]


def _page_view(one: PageDifference, means: Mapping[str, str], touch: str, draft: DraftRow | None) -> PageView:
    tags = [
        {"added": (_("bài mới"), "good"), "removed": (_("bỏ bài"), "bad"), "changed": (_("có sửa"), "")}[
            one.became
        ]
    ]
    if one.moved:
        tags.append((_("đổi chỗ"), ""))
    if touch == "major":
        tags.append((_("sửa nhiều"), "gold"))
    return PageView(
        one.became,
        one.title,
        one.path,
        tags,
        one.facts,
        _pieces(draft, one.prose),
        [_question_view(question, means.get(question.id, ""), one, draft) for question in one.questions],
        source(draft, one.path) if draft and one.became != "removed" else "",
    )


def _question_view(
    one: QuestionDifference, means: str, page: PageDifference, draft: DraftRow | None
) -> QuestionView:
    tag = {
        "added": (_("câu mới"), "good"),
        "removed": (_("bỏ câu này"), "bad"),
        "kind": (_("đổi loại"), "bad"),
        "key": (_("đổi đáp án"), "bad"),
        "options": (_("thêm, bớt phương án"), "gold"),
        "points": (_("đổi điểm"), "gold"),
        "wording": (_("sửa lời"), ""),
        "comment": (_("sửa phản hồi, giải thích"), ""),
    }.get(means or one.became, (_("có sửa"), ""))
    at = (
        source(draft, page.path, _line_of(draft, page.path, one.id))
        if draft and one.became != "removed"
        else ""
    )
    return QuestionView(one.became, one.title, tag, one.facts, at)


def _line_of(draft: DraftRow, path: str, id_: str) -> int:
    course = checks.checked(draft).course
    every = (*course.pages, *([course.exam] if course.exam else [])) if course else ()
    found = next((page for page in every if page.path == path and page.quiz), None)
    lines = {question.id: question.line for question in found.quiz.questions} if found and found.quiz else {}
    return lines.get(id_, 0)


def _pieces(draft: DraftRow | None, pieces: Iterable[Piece]) -> list[Piece | Gap]:
    shown = list(redline.shortened(list(pieces)))
    if draft is None:
        return shown
    # Pictures come from the draft: no release may hold them yet.
    ours = url_for("studio.draft_media", draft_id=draft.id, sha256="-", name="-").removesuffix("-/-")
    return [
        one if isinstance(one, Gap) else Piece(one.state, one.html.replace('src="/media/', f'src="{ours}'))
        for one in shown
    ]


# --- Words on a line


@blueprint.get("/drafts/<int:draft_id>/source/<path>")
@roles(*DEPARTMENT)
def source_text(draft_id: int, path: str) -> ResponseReturnValue:
    """A file's lines, each with the words said about it; `?line=` opens a form under that line."""
    draft = draft_at(draft_id)
    found = drafts.file(db(), draft, path) if layout.PAGE.fullmatch(path) else None
    if found is None:
        abort(404)
    lines = (decode(found[0]) or "").splitlines()
    said: dict[int, list[CommentView]] = {}
    for one, view in zip(comments.of(db(), draft), comment_views(draft), strict=True):
        if one.path == path:
            said.setdefault(one.line or 0, []).append(view)
    faults: dict[int, list[drafting.FaultLine]] = {}
    for fault in checks.checked(draft).faults:
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
        comments.add(db(), now(), draft, path, line, text, person_id=visitor().id, client_id=client_id)
        flash(_("Đã ghi góp ý."), "good")
    except NothingSaid:
        flash(_("Hãy viết góp ý rồi gửi."), "bad")
    except BadPath:
        abort(404)
    except DraftRefused as refused:
        flash(drafting.refusal(refused), "bad")
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
    return [
        CommentView(
            one.id,
            _comment_place(one),
            source(draft, one.path, one.line or 0) if one.path else "",
            one.quote,
            one.text,
            one.by,
            one.at,
            one.resolved_at is not None,
        )
        for one in comments.of(db(), draft)
    ]


def _comment_place(one: comments.Comment) -> str:
    if not one.path:
        return _("cả khóa học")
    if one.line is None:
        return _("%(file)s, dòng đã bỏ", file=one.path)
    return _("%(file)s, dòng %(line)s", file=one.path, line=one.line) if one.line else one.path


# --- The decision


@blueprint.post("/drafts/<int:draft_id>/return")
@roles(*DEPARTMENT)
def send_back(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    if not reviews_for(draft.field):
        abort(404)
    form = MessageForm(prefix="return")
    if not form.validate():
        return page(draft, message_form=form), 422
    try:
        review.send_back(db(), now(), draft, person_id=visitor().id, message=form.message.data or "")
    except NothingSaid:
        form.message.errors = [_("Hãy viết lý do, hoặc góp ý vào từng dòng trước khi trả lại.")]
        return page(draft, message_form=form), 422
    except review.NotYours:
        abort(404)
    except DraftRefused as refused:
        flash(drafting.refusal(refused), "bad")
        return _to(draft)
    flash(_("Đã trả lại. Người biên soạn nhận được thông báo kèm góp ý."), "good")
    return redirect(url_for("studio.courses"), 303)


@blueprint.post("/drafts/<int:draft_id>/approval")
@roles(*DEPARTMENT)
def approve(draft_id: int) -> ResponseReturnValue:
    """A second person's word; then at once, or on a day."""
    draft = draft_at(draft_id)
    form = _approval(ApprovalForm(), draft, _meaning(draft))
    seen = request.form.get("seen", -1, type=whole)
    if not form.validate():
        return page(draft, form), 422
    if form.when.data == "day" and form.day.data is None:
        form.day.errors = [_("Hãy chọn ngày xuất bản.")]
        return page(draft, form), 422
    if form.when.data != "later" and form.key_choice.choices and not form.key_choice.data:
        form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
        return page(draft, form), 422
    try:
        review.approve(
            db(),
            now(),
            draft,
            today(),
            person_id=visitor().id,
            seen=seen,
            message=form.message.data or "",
            publish_on=form.day.data if form.when.data == "day" else None,
            key_choice=str(form.key_choice.data or ""),
        )
        if form.when.data == "now":
            _publish(draft, str(form.key_choice.data or ""))
    except (DraftRefused, PublicationRefused) as refused:
        db().rollback()
        return _decline(draft_at(draft_id), form, refused)
    flash(
        _("Đã duyệt và xuất bản. Học viên thấy ngay bản mới.")
        if form.when.data == "now"
        else _("Đã duyệt. Bản này tự xuất bản ngày %(day)s.", day=formats.date(form.day.data))
        if form.when.data == "day"
        else _("Đã duyệt. Xuất bản khi nào cũng được, từ trang này."),
        "good",
    )
    return _after(draft)


@blueprint.post("/drafts/<int:draft_id>/publication")
@roles(*DEPARTMENT)
def publish(draft_id: int) -> ResponseReturnValue:
    """An approved draft to the learners, now or on a day."""
    draft = draft_at(draft_id)
    if not drafted.may_publish(draft):
        abort(404)
    form = _approval(ApprovalForm(), draft, _meaning(draft))
    if not form.validate() or (form.when.data == "day" and form.day.data is None):
        form.day.errors = form.day.errors or [_("Hãy chọn ngày xuất bản.")]
        return page(draft, form), 422
    choice = str(form.key_choice.data or "")
    try:
        if form.when.data == "day":
            review.schedule(
                db(), now(), draft, today(), form.day.data, person_id=visitor().id, key_choice=choice
            )
        else:
            _publish(draft, choice)
    except (DraftRefused, PublicationRefused) as refused:
        db().rollback()
        return _decline(draft_at(draft_id), form, refused)
    flash(
        _("Bản này tự xuất bản ngày %(day)s.", day=formats.date(form.day.data))
        if form.when.data == "day"
        else _("Đã xuất bản. Học viên thấy ngay bản mới."),
        "good",
    )
    return _after(draft)


def _publish(draft: DraftRow, choice: str) -> None:
    publication.publish(
        db(),
        now(),
        draft,
        today(),
        person_id=visitor().id,
        key_choice=choice,
        departments=checks.departments(),
    )
    if draft.release_id is not None and (order := regrades.of_publication(db(), now(), draft.release_id)):
        # A small class is done with the click; the server's sweep does the rest.
        regrades.settle(db(), now(), zone(), AT_ONCE, order.id)


def _decline(
    draft: DraftRow, form: ApprovalForm, refused: DraftRefused | PublicationRefused
) -> ResponseReturnValue:
    """Nothing was done; why, and what to do."""
    match refused:
        case review.NotYours():
            flash(_refusal(draft) or drafting.refusal(refused), "bad")
        case review.Moved():
            flash(_("Bản nháp vừa có thay đổi mới. Hãy xem lại trang này rồi quyết định."), "bad")
        case review.BadDay():
            form.day.errors = [_("Ngày này đã qua. Hãy chọn từ hôm nay trở đi.")]
            return page(draft, form), 422
        case review.KeyChoiceNeeded():
            form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
            return page(draft, form), 422
        case publication.PublicationConflict():
            flash(
                _(
                    "Chưa xuất bản được: khóa học đã có bản phát hành khác. Rút lại để đưa bản ấy vào bản nháp."
                ),
                "bad",
            )
        case PublicationRefused(reason="key"):
            form.key_choice.errors = [_("Hãy chọn cách xử lý những bài đã làm.")]
            return page(draft, form), 422
        case PublicationRefused():
            flash(
                _("Chưa xuất bản được: %(why)s.", why=wording.trouble(refused.reason.partition(":")[0])),
                "bad",
            )
        case _:
            flash(drafting.refusal(refused), "bad")
    return _to(draft)


def _meaning(draft: DraftRow) -> Meaning | None:
    live, new = catalogue.live(db(), draft.course_id), checks.checked(draft).course
    return meaning(live.course if live else None, new) if new else None


def _approval(form: ApprovalForm, draft: DraftRow, what: Meaning | None) -> ApprovalForm:
    form.when.choices = [("now", _("Ngay bây giờ")), ("day", _("Vào ngày đã định"))]
    if draft.state == "submitted":
        form.when.choices.append(("later", _("Để sau, chưa đặt ngày")))
    offered: tuple[str, ...] = tuple(KEY_CHOICES) if what and what.rekeyed else ()
    if draft.state == "approved" and draft.key_choice in offered:
        # What the second person chose, only a second person changes.
        offered = offered if review.may_approve(db(), draft, visitor().id) else (draft.key_choice,)
    form.key_choice.choices = [(one, key_choice(one)) for one in offered]
    if not form.is_submitted() and form.key_choice.choices:
        form.key_choice.data = draft.key_choice or "both"
    return form


def _to(draft: DraftRow) -> ResponseReturnValue:
    return redirect(url_for("studio.review", draft_id=draft.id), 303)


def _after(draft: DraftRow) -> ResponseReturnValue:
    if draft.state != "published":
        return _to(draft)
    field, slug = draft.course_id.split("/")
    return redirect(url_for("studio.course", field=field, slug=slug), 303)
