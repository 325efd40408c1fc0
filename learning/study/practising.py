"""Practice under a mentor's eyes: the door, the steps with what is handed in, the decisions, and what waits for whom."""

import uuid
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from learning.accounts import looks
from learning.accounts.models import Look, Person
from learning.accounts.visitors import signed_in, visitor
from learning.content.model import Page
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
from learning.evaluation.practice_queries import Opened
from learning.library import blobs, catalogue
from learning.library.catalogue import Published
from learning.progress import deeds
from learning.quizzes.attempts import PrerequisitesMissing
from learning.study import practice_values, queries, values
from learning.web.context import database, db, now, today, zone
from learning.web.downloads import attachment
from learning.web.i18n import gettext as _
from learning.web.security import SEALED, whole

# Five photos as phones make them, with room for what is typed.
UPLOAD_MOST = practice.EVIDENCE_MOST * practice_evidence.PHOTO_SENT + 1024 * 1024
EVIDENCE = {
    "Content-Security-Policy": SEALED,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
}

blueprint = Blueprint("practising", __name__)


@blueprint.url_value_preprocessor
def allow_uploads(endpoint: str | None, given: dict[str, Any] | None) -> None:
    """Before anything reads the body; for those who are signed in only."""
    if endpoint == "practising.hand_in" and current_user.is_authenticated:
        request.max_content_length = UPLOAD_MOST


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
            (step.title, practice_values.wanted_words(step.evidence))
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
        waiting=[practice_values.row(line, titles) for line in waiting],
        others=[practice_values.row(line, titles) for line in others],
        own=[practice_values.row(line, titles, own=True) for line in own],
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
        errors.append(practice_values.unmoved_words(unmoved.why))
    except ClientIdReused:
        errors.append(_("Lần nộp trước đã được ghi nhận. Xem lại rồi bấm nộp lần nữa để nộp nội dung mới."))
    if errors:
        return _shown(opened, practice_values.Sent(step, tuple(errors), words)), 422
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
    return _("“%(name)s”: %(why)s", name=name[-80:], why=practice_values.refusal(refused.reason))


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
        flash(practice_values.unmoved_words(unmoved.why), "bad")
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
    response.headers.update(EVIDENCE)
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
        return _shown(
            opened, practice_values.Sent(step, (practice_values.unmoved_words(unmoved.why),), words)
        ), 422
    except ClientIdReused:
        why = _("Quyết định trước đã được ghi. Xem lại rồi gửi lần nữa nếu cần.")
        return _shown(opened, practice_values.Sent(step, (why,), words)), 422
    if decided.done:
        flash(_("Đã ký đủ các bước: bài thực hành hoàn thành."), "good")
    else:
        flash(_("Đã ký xác nhận.") if deed == "sign" else _("Đã trả lại kèm lời nhắn."), "good")
    return redirect(url_for(".show", practice_id=row.id, _anchor=f"step-{step}"), 303)


# --- What the pages show


def _shown(opened: Opened, sent: practice_values.Sent | None = None) -> str:
    row = opened.row
    published, page = practice.page_of(db(), row)
    own = opened.part == "learner"
    _look(opened)
    steps = practice_values.steps(opened, page, sent)
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
        newer=[practice_values.deed(event, who.get(event.by_id, ""), every) for event in events],
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
