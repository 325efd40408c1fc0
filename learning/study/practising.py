"""Practice under a mentor's eyes: the door, the steps with what is handed in, the decisions, and what waits for whom."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from learning.accounts import looks
from learning.accounts.models import Look, Person
from learning.accounts.visitors import signed_in, visitor
from learning.content.model import Course, Page
from learning.evaluation import (
    practice,
    practice_evidence,
    practice_mentors,
    practice_queries,
    practice_rules,
)
from learning.evaluation.practice import ClientIdReused, NoSuchStep, Overtaken, Unmoved
from learning.evaluation.practice_evidence import EvidenceRefused, Kept
from learning.evaluation.practice_models import PracticeEvent, PracticeEvidence
from learning.evaluation.practice_queries import Line, Opened
from learning.library import blobs, catalogue
from learning.library.catalogue import Published
from learning.progress import deeds
from learning.quizzes.attempts import PrerequisitesMissing
from learning.study import queries, values, wording
from learning.web.context import App, database, db, now, today, zone
from learning.web.downloads import attachment
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.security import CONTENT_SECURITY_POLICY, whole

# Five photos as phones make them, with room for what is typed.
UPLOAD_MOST = practice.EVIDENCE_MOST * practice_evidence.PHOTO_SENT + 1024 * 1024
ACCEPT = {
    "photo": "image/jpeg,image/png,image/webp",
    "file": ".pdf,.docx,.xlsx,application/pdf",
}
# What a browser may do with evidence: show the picture, and nothing else.
SEALED = {
    "Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}

blueprint = Blueprint("practising", __name__)


@dataclass(frozen=True)
class Evidence:
    id: int
    name: str
    address: str
    photo: bool
    size: str


@dataclass(frozen=True)
class Deed:
    """What somebody did at a step; `words` is plain text; `gone`: how much of its evidence was taken back since."""

    what: str
    who: str
    at: datetime
    words: str
    evidence: tuple[Evidence, ...]
    gone: str
    remark: bool


@dataclass(frozen=True)
class StepView:
    """A step as it is shown. `wanted`: "none", "photo", "file". `held`: what lies ready to be handed in; `history`: the
    latest last. `may`: what the visitor may do: "hand_in", "decide", "". `errors`: of what was just sent."""

    id: str
    number: int
    title: str
    html: str
    state: str
    tag: str
    tag_kind: str
    version: int
    wanted: str
    wanted_words: str
    accept: str
    words: str
    held: tuple[Evidence, ...]
    history: tuple[Deed, ...]
    may: str
    unfolded: bool
    client_id: str
    errors: tuple[str, ...] = ()
    typed: str = ""


@dataclass(frozen=True)
class Sent:
    """A form that came back: of which step, why, and what had been typed."""

    step: str
    errors: tuple[str, ...]
    words: str


@blueprint.url_value_preprocessor
def allow_uploads(endpoint: str | None, given: dict[str, Any] | None) -> None:
    """Before anything reads the body; for those who are signed in only."""
    if endpoint == "practising.hand_in" and current_user.is_authenticated:
        request.max_content_length = UPLOAD_MOST


def install(app: App) -> None:
    app.register_blueprint(blueprint)


# --- The door


@blueprint.get("/courses/<field>/<slug>/<page_slug>/practice")
@signed_in
def door(field: str, slug: str, page_slug: str) -> ResponseReturnValue:
    """What is asked, who guides, and the button that begins; for one begun, the practice itself."""
    published, page = _page(field, slug, page_slug)
    held = practice.find(db(), visitor().id, published.course.id, page.id)
    if held is not None:
        return redirect(url_for(".show", practice_id=held.id))
    missing = deeds.missing(db(), visitor().id, published.course)
    courses = [found.course for one in missing if (found := catalogue.live(db(), one))]
    return render_template(
        "study/practice_door.html",
        course=published.course,
        course_address=values.course_address(published.course),
        page=page,
        page_address=values.page_address(published.course, page),
        steps=[
            (step.title, wanted_words(step.evidence))
            for step in (page.practice.steps if page.practice else ())
        ],
        missing=courses,
        **_guidance(visitor().id),
    )


@blueprint.post("/courses/<field>/<slug>/<page_slug>/practice")
@signed_in
def begin(field: str, slug: str, page_slug: str) -> ResponseReturnValue:
    published, page = _page(field, slug, page_slug)
    try:
        row = practice.begin(db(), now(), today(), visitor().id, published, page)
    except PrerequisitesMissing:
        return redirect(url_for(".door", field=field, slug=slug, page_slug=page_slug), 303)
    return redirect(url_for(".show", practice_id=row.id), 303)


# --- What waits


@blueprint.get("/practice")
@signed_in
def mine() -> ResponseReturnValue:
    """What waits for me as a mentor, the longest first; the other practices of those I guide; my own."""
    person_id = visitor().id
    cursor = request.args.get("after", "")
    part = "others" if request.args.get("part") == "others" else "waiting"
    waiting, after = (
        practice_queries.of_mentor(db(), person_id, waiting=True, cursor=cursor)
        if part == "waiting"
        else ([], "")
    )
    others, later = practice_queries.of_mentor(
        db(), person_id, waiting=False, cursor=cursor if part == "others" else ""
    )
    looks.seen({line.person_id for line in (*waiting, *others)}, "table")
    titles = {one.course.id: one.course for one in catalogue.live_courses(db())}
    own = [] if cursor else practice_queries.of_learner(db(), person_id)
    return render_template(
        "study/practices.html",
        guides=bool(waiting or others) or practice_queries.guides(db(), person_id),
        part=part,
        waiting=[_row(line, titles) for line in waiting],
        others=[_row(line, titles) for line in others],
        own=[_row(line, titles, own=True) for line in own],
        first=url_for(".mine", part=part if part == "others" else None) if cursor else "",
        following=url_for(".mine", after=after) if after else "",
        later=url_for(".mine", part="others", after=later) if later else "",
    )


# --- One practice


@blueprint.get("/practice/<int:practice_id>")
@signed_in
def show(practice_id: int) -> ResponseReturnValue:
    return _shown(_opened(practice_id))


@blueprint.post("/practice/<int:practice_id>/steps/<step>")
@signed_in
def hand_in(practice_id: int, step: str) -> ResponseReturnValue:
    """The learner adds evidence (`do` "add") or hands the step in (`do` "hand_in"); either keeps what was typed and every
    file that can be kept, and says of each of the others why not."""
    files, errors = _files(practice_id, step)
    opened = _opened(practice_id)
    if opened.part != "learner":
        abort(404)
    row, words, client_id = opened.row, _typed("words"), _client_id()
    handing_in = request.form.get("do") == "hand_in"
    done = redirect(url_for(".show", practice_id=row.id, _anchor=f"step-{step}"), 303)
    try:
        if handing_in and practice.handed_in_before(db(), row, step, words, client_id):
            return done
        practice.save_words(db(), now(), row, step, words)
        for name, kept in files:
            try:
                practice.add_evidence(db(), now(), row, step, name, kept)
            except EvidenceRefused as refused:
                errors.append(_refused(name, refused))
        if handing_in and not errors:
            practice.hand_in(db(), now(), today(), row, step, words, client_id)
            flash(_handed_in(opened), "good")
    except NoSuchStep:
        abort(404)
    except Unmoved as unmoved:
        errors.append(unmoved_words(unmoved.why))
    except ClientIdReused:
        errors.append(_("Lần nộp trước đã được ghi nhận. Xem lại rồi bấm nộp lần nữa để nộp nội dung mới."))
    if errors:
        return _shown(opened, Sent(step, tuple(errors), words)), 422
    return done


def _files(practice_id: int, step: str) -> tuple[list[tuple[str, Kept]], list[str]]:
    """The files that came with a step's form, by name, as they would be kept; and why others would not be. Pictures are
    drawn anew before the request writes: nobody waits for them."""
    given = [one for one in request.files.getlist("evidence") if one.filename]
    if not given:
        return [], []
    with database().reading() as session:
        opened = practice_queries.opened(session, visitor(), today(), practice_id)
        if opened is None or opened.part != "learner":
            abort(404)
        try:
            wanted = practice.wanted(session, opened.row, step)
        except NoSuchStep:
            abort(404)
    if wanted == "none":
        abort(404)
    kept: list[tuple[str, Kept]] = []
    errors: list[str] = []
    for number, one in enumerate(given):
        name = (one.filename or "").replace("\0", "")
        try:
            if number >= practice.EVIDENCE_MOST:
                raise EvidenceRefused("many")
            kept.append((name, practice_evidence.prepared(wanted, one.read())))
        except EvidenceRefused as refused:
            errors.append(_refused(name, refused))
            if refused.reason == "many":  # nor the ones behind it
                break
    return kept, errors


def _refused(name: str, refused: EvidenceRefused) -> str:
    return _("“%(name)s”: %(why)s", name=name[-80:], why=refusal(refused.reason))


@blueprint.post("/practice/<int:practice_id>/evidence/<int:evidence_id>/removal")
@signed_in
def remove(practice_id: int, evidence_id: int) -> ResponseReturnValue:
    opened = _opened(practice_id)
    if opened.part != "learner":
        abort(404)
    one = db().get(PracticeEvidence, evidence_id)
    waits = {step.step for step in practice.steps(db(), opened.row) if step.state == "handed_in"}
    try:
        practice.remove_evidence(db(), now(), opened.row, evidence_id)
        flash(
            _("Đã bỏ tệp, và rút bước này lại. Sửa xong, nhớ nộp lại.")
            if one and one.step in waits
            else _("Đã bỏ tệp."),
            "good",
        )
    except NoSuchStep:
        abort(404)
    except Unmoved as unmoved:
        flash(unmoved_words(unmoved.why), "bad")
    anchor = f"step-{one.step}" if one else None
    return redirect(url_for(".show", practice_id=practice_id, _anchor=anchor), 303)


@blueprint.get("/practice/<int:practice_id>/evidence/<int:evidence_id>")
@signed_in
def evidence(practice_id: int, evidence_id: int) -> ResponseReturnValue:
    """A photo is shown, drawn anew as it was; a file is only ever saved. What was not handed in is its learner's
    alone."""
    opened = _opened(practice_id)
    one = db().get(PracticeEvidence, evidence_id)
    if one is None or one.practice_id != practice_id or one.sha256 is None:
        abort(404)
    if opened.part != "learner" and one.id not in _handed(practice_queries.events(db(), practice_id)):
        abort(404)
    _look(opened)
    data = blobs.load(db(), [one.sha256])[one.sha256]
    if one.kind in practice_rules.PHOTOS:
        accepts = request.headers.get("Accept", "")
        plain = "image/" in accepts and "image/webp" not in accepts
        data, kind = queries.without_webp(data) if plain else (data, "image/webp")
        response = Response(data, mimetype=kind)
        response.vary.add("Accept")
    else:
        # Whatever it was called: what is saved opens as what it was checked to be.
        name = one.name.rpartition(".")[0] or one.name
        response = attachment(data, practice_evidence.KINDS[one.kind], f"{name}.{one.kind}")
    response.headers.update(SEALED)
    return response


@blueprint.post("/practice/<int:practice_id>/steps/<step>/decision")
@signed_in
def decide(practice_id: int, step: str) -> ResponseReturnValue:
    """Signs a step off or returns it (`do` "sign" or "return"), as it was at version `version`. Where somebody has done
    something at it meanwhile, both are shown, and nothing is written."""
    opened = practice_queries.opened(db(), visitor(), today(), practice_id)
    if opened is None or opened.part == "learner":
        abort(404)
    once = opened.part == "once" or practice_mentors.once_guided(db(), visitor().id, opened.person.id)
    if opened.part != "mentor" and not once:
        abort(404)
    deed, words = request.form.get("do", ""), _typed("words")
    if deed not in ("sign", "return"):
        abort(400)
    if opened.part != "mentor":
        return _moved_on(opened, step, deed, words), 409
    based_on = request.form.get("version", -1, type=whole)
    by = db().get_one(Person, visitor().id)
    row = opened.row
    try:
        decided = practice.decide(db(), now(), zone(), row, step, deed, by, words, based_on, _client_id())
    except NoSuchStep:
        abort(404)
    except Overtaken as overtaken:
        return _newer(opened, step, deed, words, overtaken.events), 409
    except Unmoved as unmoved:
        return _shown(opened, Sent(step, (unmoved_words(unmoved.why),), words)), 422
    except ClientIdReused:
        why = _("Quyết định trước đã được ghi. Xem lại rồi gửi lần nữa nếu cần.")
        return _shown(opened, Sent(step, (why,), words)), 422
    if decided.done:
        flash(_("Đã ký đủ các bước: bài thực hành hoàn thành."), "good")
    else:
        flash(_("Đã ký xác nhận.") if deed == "sign" else _("Đã trả lại kèm lời nhắn."), "good")
    return redirect(url_for(".show", practice_id=row.id, _anchor=f"step-{step}"), 303)


# --- What the pages show


def _shown(opened: Opened, sent: Sent | None = None) -> str:
    row = opened.row
    published, page = practice.page_of(db(), row)
    own = opened.part == "learner"
    _look(opened)
    steps = _steps(opened, page, sent)
    signed = sum(step.state == "signed" for step in steps)
    return render_template(
        "study/practice.html",
        opened=opened,
        own=own,
        course=published.course,
        course_address=values.course_address(published.course),
        page=page,
        page_address=values.page_address(published.course, page),
        steps=steps,
        signed=signed,
        signed_words=_("%(signed)s/%(total)s bước đã ký", signed=signed, total=len(steps)),
        sent=sent,
        most=practice.WORDS_MOST,
        errors=bool(sent),
        certificate=queries.certificate_serial(db(), row.person_id, row.course_id)
        if own and row.done_at
        else None,
        **_guidance(row.person_id),
    )


def _steps(opened: Opened, page: Page, sent: Sent | None) -> list[StepView]:
    row = opened.row
    kept = {one.step: one for one in practice.steps(db(), row)}
    every = {one.id: one for one in practice_queries.evidence(db(), row.id)}
    deeds_done = practice_queries.events(db(), row.id)
    made: list[StepView] = []
    for number, step in enumerate(page.practice.steps if page.practice else (), 1):
        it = kept[step.id]
        mine = [pair for pair in deeds_done if pair[0].step == step.id]
        may = ""
        if opened.part == "learner" and it.state != "signed":
            may = "hand_in"
        elif opened.part == "mentor" and it.state in ("handed_in", "returned"):
            may = "decide"
        came_back = sent if sent and sent.step == step.id else None
        tag, kind = state_words(it.state)
        ready = [one for one in every.values() if one.step == step.id and one.removed_at is None]
        first = not any(view.unfolded for view in made)
        made.append(
            StepView(
                id=step.id,
                number=number,
                title=step.title,
                html=step.html,
                state=it.state,
                tag=tag,
                tag_kind=kind,
                version=it.version,
                wanted=step.evidence,
                wanted_words=wanted_words(step.evidence),
                accept=ACCEPT.get(step.evidence, ""),
                words=came_back.words if came_back and may == "hand_in" else it.words,
                held=tuple(_evidence(one) for one in ready),
                history=tuple(_deed(event, who, every) for event, who in mine),
                may=may,
                unfolded=bool(came_back) or _asks(opened.part, it.state, first=first),
                client_id=str(uuid.uuid4()),
                errors=came_back.errors if came_back else (),
                typed=came_back.words if came_back and may == "decide" else "",
            )
        )
    return made


def _asks(part: str, state: str, *, first: bool) -> bool:
    """Whether the visitor's form of a step stands open: what waits for them."""
    if part == "learner":
        return state == "returned" or (state == "waiting" and first)
    return part == "mentor" and state == "handed_in"


def _newer(opened: Opened, step: str, deed: str, words: str, events: Sequence[PracticeEvent]) -> str:
    """What was done meanwhile, and what was about to be."""
    published, page = practice.page_of(db(), opened.row)
    _look(opened)
    defined = next((one for one in page.practice.steps if one.id == step), None) if page.practice else None
    every = {one.id: one for one in practice_queries.evidence(db(), opened.row.id)}
    who = dict(
        db()
        .execute(select(Person.id, Person.full_name).where(Person.id.in_({one.by_id for one in events})))
        .all()
    )
    kept = next(one for one in practice.steps(db(), opened.row) if one.step == step)
    return render_template(
        "study/practice_newer.html",
        opened=opened,
        page=page,
        title=defined.title if defined else "",
        step=step,
        deed=deed,
        words=words,
        newer=[_deed(event, who.get(event.by_id, ""), every) for event in events],
        version=kept.version,
        open=practice_rules.after(kept.state, deed) is not None,
        client_id=str(uuid.uuid4()),
        address=url_for(".show", practice_id=opened.row.id, _anchor=f"step-{step}"),
        mentor="",
        course=published.course,
    )


def _moved_on(opened: Opened, step: str, deed: str, words: str) -> str:
    """For who guides this person no more: what they typed, and who does."""
    mentor = practice_mentors.mentor_of(db(), opened.row.person_id)
    return render_template(
        "study/practice_newer.html",
        opened=opened,
        page=None,
        title="",
        step=step,
        deed=deed,
        words=words,
        newer=[],
        version=0,
        open=False,
        client_id="",
        address=url_for(".mine"),
        mentor=mentor.full_name if mentor else _("chưa có ai"),
        course=None,
    )


def _deed(event: PracticeEvent, who: str, every: dict[int, PracticeEvidence]) -> Deed:
    what = {
        "hand_in": _("nộp"),
        "take_back": _("rút lại để sửa"),
        "return": _("trả lại"),
        "sign": _("ký xác nhận đã làm được"),
    }[event.kind]
    shown = [every[one] for one in event.evidence if one in every]
    held = tuple(_evidence(one) for one in shown if one.removed_at is None)
    gone = len(shown) - len(held)
    left = ngettext("%(num)d tệp đã được bỏ", "%(num)d tệp đã được bỏ", gone) if gone else ""
    return Deed(what, who, event.at, event.words, held, left, event.kind == "return")


def _evidence(one: PracticeEvidence) -> Evidence:
    size = _("%(count)s KB", count=max(1, round(one.size / 1024)))
    address = url_for(".evidence", practice_id=one.practice_id, evidence_id=one.id)
    return Evidence(one.id, one.name, address, one.kind in practice_rules.PHOTOS, size)


def _row(line: Line, courses: dict[str, Course], *, own: bool = False) -> values.Row:
    course = courses.get(line.course_id)
    page = next((one for one in course.pages if one.id == line.page), None) if course else None
    title = page.title if page else line.page
    parts = ["" if own else title, course.title if course else line.course_id]
    if line.since is not None:
        parts.append(_("nộp ngày %(day)s", day=wording.day(line.since)))
    if own and line.returned:
        tag = (ngettext("%(num)d bước bị trả lại", "%(num)d bước bị trả lại", line.returned), "bad")
    elif line.handed_in:
        tag = (ngettext("%(num)d bước chờ xem", "%(num)d bước chờ xem", line.handed_in), "gold")
    elif line.state == "done":
        tag = (_("đã xong"), "good")
    else:
        tag = (_("%(signed)s/%(total)s bước đã ký", signed=line.signed, total=line.total), "")
    return values.Row(
        text=title if own else line.full_name,
        address=url_for(".show", practice_id=line.id),
        sub=" · ".join(part for part in parts if part),
        tag=tag[0],
        tag_kind=tag[1],
    )


def _guidance(person_id: int) -> dict[str, Any]:
    """Who guides a person; where nobody does, who could name somebody."""
    mentor = practice_mentors.mentor_of(db(), person_id)
    heads = [] if mentor else practice_mentors.heads_of(db(), person_id, today())
    return {"mentor": mentor, "heads": ", ".join(head.full_name for head in heads)}


def _handed_in(opened: Opened) -> str:
    mentor = practice_mentors.mentor_of(db(), opened.row.person_id)
    if mentor is None:
        return _("Đã nộp. Khi có người hướng dẫn, bước này sẽ chờ ở chỗ họ.")
    return _("Đã nộp. %(name)s sẽ xem và ký xác nhận hoặc trả lại kèm lời nhắn.", name=mentor.full_name)


# --- In words


def state_words(state: str) -> tuple[str, str]:
    """A step's state, with the kind of its tag."""
    return {
        "waiting": (_("chưa nộp"), ""),
        "handed_in": (_("chờ người hướng dẫn"), "gold"),
        "returned": (_("trả lại để sửa"), "bad"),
        "signed": (_("đã ký"), "good"),
    }[state]


def wanted_words(wanted: str) -> str:
    return {
        "none": _("không cần minh chứng"),
        "photo": _("minh chứng: ảnh"),
        "file": _("minh chứng: tệp"),
    }[wanted]


def unmoved_words(why: str) -> str:
    return {
        "signed": _("Bước này đã được ký xác nhận, không thay đổi được nữa."),
        "waiting": _("Bước này chưa được nộp."),
        "handed_in": _("Bước này đã nộp."),
        "photo": _("Bước này cần ít nhất một ảnh. Hãy chọn ảnh rồi nộp lại."),
        "file": _("Bước này cần ít nhất một tệp PDF, Word hoặc Excel. Hãy chọn tệp rồi nộp lại."),
        "remark": _("Hãy viết lời nhắn: phải sửa gì, để người học biết đường làm lại."),
        "long": _("Lời viết dài quá %(most)s ký tự. Hãy viết gọn lại.", most=practice.WORDS_MOST),
    }[why]


def refusal(reason: str) -> str:
    """Why a photo or file was not taken, and what to do."""
    return {
        "empty": _("tệp rỗng. Hãy chọn lại tệp."),
        "many": _("mỗi bước nhiều nhất 5 tệp. Hãy bỏ bớt một tệp rồi thêm."),
        "spent": _("bước này đã nhận quá nhiều tệp, kể cả tệp đã bỏ. Hãy trao đổi với người hướng dẫn."),
        "photo": _("không phải ảnh JPEG, PNG hay WebP. Hãy chụp lại hoặc lưu ảnh thành JPEG."),
        "heic": _("ảnh dạng HEIC của điện thoại. Hãy đặt máy ảnh lưu dạng JPEG, hoặc gửi ảnh chụp màn hình."),
        "photo-large": _("ảnh lớn hơn 10 MB. Hãy chụp ở cỡ nhỏ hơn rồi gửi lại."),
        "photo-pixels": _(
            "ảnh có quá nhiều chi tiết hoặc quá dài. Hãy chụp gần hơn, hoặc cắt lấy phần cần thấy."
        ),
        "photo-broken": _("ảnh bị hỏng hoặc thiếu. Hãy chụp lại."),
        "photo-moving": _("ảnh động. Hãy gửi một ảnh thường."),
        "file": _("không phải PDF, Word (.docx) hay Excel (.xlsx). Hãy lưu lại thành một trong ba dạng ấy."),
        "file-large": _("tệp lớn hơn 5 MB. Hãy lưu gọn lại, hoặc chỉ gửi phần cần xem."),
        "file-old": _(
            "tệp Word, Excel đời cũ hoặc có mật khẩu. Hãy lưu thành .docx, .xlsx hay PDF, không mật khẩu."
        ),
        "file-unpacked": _("tệp phình quá lớn khi mở ra. Hãy lưu lại thành PDF, hoặc chỉ gửi phần cần xem."),
        "file-locked": _("tệp PDF bị khóa nên không kiểm tra được. Hãy in lại thành PDF không khóa."),
        "file-active": _(
            "tệp PDF có chương trình, biểu mẫu động hoặc tệp khác đính bên trong. Hãy in lại thành PDF thường."
        ),
        "full": _("bài thực hành này đã nhận đủ 60 MB. Hãy bỏ bớt tệp ở bước chưa ký, hoặc gửi tệp nhỏ hơn."),
        "file-macro": _("tệp có macro. Hãy lưu thành .docx hoặc .xlsx thường, hoặc PDF."),
        "file-broken": _("tệp bị hỏng. Hãy mở ra, lưu lại rồi gửi."),
    }[reason]


# --- Who and what


def _page(field: str, slug: str, page_slug: str) -> tuple[Published, Page]:
    published = catalogue.live(db(), f"{field}/{slug}") or abort(404)
    page = published.course.page(page_slug)
    if page is None or page.practice is None:
        abort(404)
    return published, page


def _opened(practice_id: int) -> Opened:
    """The practice, for its learner, who guides them, and who may read it; else 404."""
    found = practice_queries.opened(db(), visitor(), today(), practice_id)
    if found is None or found.part == "once":
        abort(404)
    return found


def _look(opened: Opened) -> None:
    """Somebody else looks at what a person handed in: once a day is written down, however many photos the page has."""
    if opened.part == "learner":
        return
    row = opened.row
    seen = (row.person_id, today(), visitor().id, "work", row.course_id)
    if request.endpoint != "practising.evidence" or db().get(Look, seen) is None:
        looks.seen([row.person_id], "work", row.course_id)


def _handed(deeds_done: Sequence[tuple[PracticeEvent, str]]) -> set[int]:
    return {one for event, _who in deeds_done for one in event.evidence}


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n").replace("\0", "")


def _client_id() -> str:
    """The form's own; of one that has none, a new one: pressed twice, that is two deeds."""
    with suppress(ValueError):
        return str(uuid.UUID(request.form.get("client_id", "")))
    return str(uuid.uuid4())
