"""What was done on a phone and how it fared: what still waits there, what came too late, and a file handed in."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import vaults
from learning.accounts.visitors import signed_in, visitor
from learning.library import catalogue
from learning.quizzes import attempts
from learning.quizzes.models import AnswerEvent, Attempt
from learning.study import answers, results, values
from learning.study.forms import HandInForm
from learning.sync import events, files
from learning.web.context import database, db, now, settings, zone
from learning.web.i18n import gettext as _

MOST_KEPT = 50

blueprint = Blueprint("phones", __name__)


@blueprint.get("/me/phone")
@signed_in
def mine() -> ResponseReturnValue:
    """What this phone has, which its script tells, and what the server keeps of the visitor without counting it."""
    return render_template("study/phone.html", kept=_kept(visitor().id))


@blueprint.route("/me/handed-in-answers", methods=["GET", "POST"])
@signed_in
def hand_in() -> ResponseReturnValue:
    """A file of answers that a phone could not send; what became of each. Handed in again it changes nothing."""
    form = HandInForm()
    if request.method != "POST":
        return render_template("study/hand_in.html", form=form)
    try:
        taken = _take(form) if form.validate() else None
    except files.UnreadableFile:
        form.file.errors = [
            _("Tệp này không phải tệp bài làm, hoặc đã bị sửa. Chọn lại tệp tải từ máy đã làm bài.")
        ]
        taken = None
    except files.AnothersFile:
        form.file.errors = [_("Tệp này là bài làm của người khác. Người ấy đăng nhập thì nộp được.")]
        taken = None
    if taken is None:
        return render_template("study/hand_in.html", form=form, errors=True), 422
    return render_template("study/handed_in.html", rows=_rows(taken), total=len(taken))


def words(status: events.Status) -> str:
    """What became of an event, for the one who did it."""
    return {
        "saved": _("đã nhận"),
        "submitted": _("đã nộp"),
        "read": _("đã ghi nhận"),
        "stale": _("đã có câu mới hơn, giữ lại"),
        "late": _("đến muộn, giữ lại, không tính"),
        "asked": _("cần xem lại rồi nộp"),
        "refused": _("không dùng được"),
        "unknown": _("máy chủ không có bài này"),
    }[status]


def _take(form: HandInForm) -> list[tuple[events.Event, events.Taken]]:
    person_id, moment, where = visitor().id, now(), zone()
    own = vaults.vault(settings().secret_key, person_id).person
    given = files.read(form.file.data.read() if form.file.data else b"", own)
    taken: list[tuple[events.Event, events.Taken]] = []
    for delivery in files.deliveries(given):

        def take(session: Session, delivery: list[events.Event] = delivery) -> list[events.Taken]:
            return events.take(session, moment, where, person_id, delivery)

        taken += zip(delivery, database().together(take), strict=True)
    return taken


def _rows(taken: Sequence[tuple[events.Event, events.Taken]]) -> list[values.Row]:
    titles: dict[str, tuple[str, str]] = {}
    rows = []
    for event, one in taken:
        if event.attempt and event.attempt not in titles:
            titles[event.attempt] = _attempt(attempts.find(db(), visitor().id, event.attempt))
        title, address = titles.get(event.attempt, (_lesson(event), ""))
        good = one.status in ("saved", "submitted", "read")
        rows.append(
            values.Row(title, address, _kind(event.kind), words(one.status), "good" if good else "gold")
        )
    return rows


def _kept(person_id: int) -> list[values.Row]:
    """Answers that came late, or after a newer one: the newest first."""
    query = (
        select(AnswerEvent, Attempt)
        .join(Attempt, Attempt.id == AnswerEvent.attempt_id)
        .where(Attempt.person_id == person_id, AnswerEvent.status != "saved")
        .order_by(AnswerEvent.id.desc())
        .limit(MOST_KEPT)
    )
    rows = []
    for event, attempt in db().execute(query):
        title, address = _attempt(attempt)
        asked = attempts.shown(db(), attempt)
        place, question = next((n, one) for n, one in enumerate(asked, 1) if one["id"] == event.question)
        said = results.in_words(question, answers.fill(question, event.answer))
        tag = _("đến muộn") if event.status == "late" else _("đã có câu mới hơn")
        text = _("Câu %(place)s, %(title)s", place=place, title=title)
        rows.append(values.Row(text, address, said, tag, "gold"))
    return rows


def _attempt(attempt: Attempt | None) -> tuple[str, str]:
    if attempt is None:
        return _("Bài không có trên máy chủ"), ""
    page = attempts.page_of(catalogue.release(db(), attempt.release_id), attempt.quiz)
    return page.title, url_for("answering.show", attempt_id=attempt.id)


def _lesson(event: events.Event) -> str:
    published = catalogue.live(db(), event.course)
    page = published.course.page(event.lesson) if published else None
    return page.title if page else _("Bài không có trên máy chủ")


def _kind(kind: events.Kind) -> str:
    return {"answer": _("Câu trả lời"), "submission": _("Nộp bài"), "reading": _("Đã đọc xong")}[kind]
