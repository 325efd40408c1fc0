"""What the pages of practices show, made ready: steps with what was done at them, and states and refusals in words."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from learning.content.model import Course, Page
from learning.evaluation import practice, practice_queries, practice_rules
from learning.evaluation.practice_models import PracticeEvent, PracticeEvidence
from learning.evaluation.practice_queries import Line, Opened
from learning.study import values, wording
from learning.web.context import db
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

ACCEPT = {
    "photo": "image/jpeg,image/png,image/webp",
    "file": ".pdf,.docx,.xlsx,application/pdf",
}


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


def steps(opened: Opened, page: Page, sent: Sent | None) -> list[StepView]:
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
                history=tuple(deed(event, who, every) for event, who in mine),
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


def deed(event: PracticeEvent, who: str, every: dict[int, PracticeEvidence]) -> Deed:
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
    address = url_for("practising.evidence", practice_id=one.practice_id, evidence_id=one.id)
    return Evidence(one.id, one.name, address, one.kind in practice_rules.PHOTOS, size)


def row(line: Line, courses: dict[str, Course], *, own: bool = False) -> values.Row:
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
        address=url_for("practising.show", practice_id=line.id),
        sub=" · ".join(part for part in parts if part),
        tag=tag[0],
        tag_kind=tag[1],
    )


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
