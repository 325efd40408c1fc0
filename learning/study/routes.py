"""The learner's desk: start, catalogue, courses, lessons, the door of each quiz, what is mine."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from learning.accounts.models import Person
from learning.accounts.routes import same_origin_path, signin_page
from learning.accounts.visitors import asked_too, asking_too, signed_in, visitor
from learning.certificates import outcomes
from learning.content.model import Course, Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.organisation import postings
from learning.progress import queries as progress
from learning.progress import rereading
from learning.progress.wording import rule
from learning.quizzes import attempts, extra_time
from learning.quizzes.wording import times_over
from learning.study import (
    answering,
    cards,
    digests,
    evaluating,
    lessons,
    looks,
    phones,
    practising,
    queries,
    styleguide,
    values,
    wording,
)
from learning.vietnamese.folding import fold
from learning.web.context import App, database, db, now, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import language
from learning.web.media import SOUNDS, whole_or_part
from learning.web.security import SEALED

SUGGESTED = 6
HISTORY = 50

blueprint = Blueprint("study", __name__)


def install(app: App) -> None:
    blueprint_parts = (
        blueprint,
        answering.blueprint,
        evaluating.blueprint,
        looks.blueprint,
        digests.blueprint,
        practising.blueprint,
        phones.blueprint,
        styleguide.blueprint,
    )
    for part in blueprint_parts:
        app.register_blueprint(part)


@blueprint.get("/")
def start() -> ResponseReturnValue:
    """What to do next, one tap away; for someone signed out, the sign-in form."""
    if not current_user.is_authenticated:
        wanted = same_origin_path(request.args.get("next", ""))
        return signin_page(cards.waiting(db(), wanted))
    person_id = visitor().id
    titles = _field_titles()
    going = progress.continue_courses(db(), person_id)
    due = progress.due(db(), person_id, today())
    begun = {state.published.course.id for state in going} | {item.state.published.course.id for item in due}
    states = [] if begun else _offered()
    fresh = [state for state in states if state.state == "not_started"][:SUGGESTED]
    leading = [*going, *(item.state for item in due)]
    held = queries.certificates(db(), person_id)
    under_way = _under_way([*leading[:1], *going[1:]])
    return render_template(
        "study/start.html",
        first=values.course_card(leading[0], titles, _going(under_way, leading[0])) if leading else None,
        others=[values.course_card(state, titles, _going(under_way, state)) for state in going[1:]],
        due=[values.due_row(item, today()) for item in due],
        certificates=[values.certificate_row(certificate, today()) for certificate in held],
        suggested=[values.course_card(state, titles) for state in fresh],
        asked=evaluating.waiting(),
    )


@blueprint.get("/courses")
@signed_in
def courses() -> ResponseReturnValue:
    """Every field with its courses; `q` finds by words, with or without marks."""
    words = request.args.get("q", "").strip()[:200]
    states = _offered()
    found = [state for state in states if _matches(state.published.course, words)]
    titles = _field_titles()
    cards = [values.course_card(state, titles) for state in found]
    groups = [
        (
            title,
            url_for("study.field", field=slug),
            [c for s, c in zip(found, cards, strict=True) if _in(s, slug)],
        )
        for slug, title in titles.items()
    ]
    return render_template("study/courses.html", words=words, groups=[group for group in groups if group[2]])


@blueprint.get("/fields/<field>")
@signed_in
def field(field: str) -> ResponseReturnValue:
    titles = _field_titles()
    if field not in titles:
        abort(404)
    states = _offered(field)
    cards = [values.course_card(state, titles) for state in states]
    return render_template("study/field.html", title=titles[field], cards=cards)


@blueprint.get("/courses/<field>/<slug>")
@signed_in
def course(field: str, slug: str) -> ResponseReturnValue:
    published = _published(field, slug)
    course = published.course
    state = progress.course_state(db(), visitor().id, published)
    titles = _field_titles()
    to_mark = queries.to_mark(db(), state, visitor().id)
    return render_template(
        "study/course.html",
        course=course,
        field_title=titles.get(field, field),
        field_address=url_for("study.field", field=field),
        card=values.course_card(state, titles, _going(_under_way([state]), state)),
        sections=values.path(
            state,
            rereading.rewritten(db(), now(), visitor().id, published),
            queries.practices(db(), state, visitor().id),
            to_mark,
        ),
        waits=_to_mark(to_mark, state.next),
        rule=rule(course),
        missing=_missing(state.missing),
        certificate=queries.certificate_serial(db(), visitor().id, course.id),
        completed_at=state.completed_at,
        survey=evaluating.of_course(course) if state.state == "done" else {},
        sources=[values.CitedSource(s.key, s.title, "") for s in course.sources.values()],
        release=published,
    )


@blueprint.get("/courses/<field>/<slug>/<page_slug>")
@asking_too(catalogue.LIVE_RELEASE)
@signed_in
def lesson(field: str, slug: str, page_slug: str) -> ResponseReturnValue:
    release_id = asked_too()
    if release_id is None:
        abort(404)
    published = catalogue.known_release(database(), release_id)
    page = published.course.page(page_slug) or abort(404)
    if page.kind == "exam":
        return redirect(values.quiz_address(published.course, page))
    return lessons.lesson_response(published, page)


@blueprint.get("/courses/<field>/<slug>/<page_slug>/quiz")
@signed_in
def quiz(field: str, slug: str, page_slug: str) -> ResponseReturnValue:
    """The door of a quiz: its rules, and the button that begins it. For a lesson without one: read it."""
    published, page = _page(field, slug, page_slug)
    if page.kind == "practice":
        return redirect(values.quiz_address(published.course, page))
    return _door(published, page)


@blueprint.post("/courses/<field>/<slug>/<page_slug>/quiz")
@signed_in
def begin(field: str, slug: str, page_slug: str) -> ResponseReturnValue:
    published, page = _page(field, slug, page_slug)
    if page.kind == "practice":
        return redirect(values.quiz_address(published.course, page), 303)
    try:
        if page.quiz is None and page.scenario is None:
            outcomes.mark_read(db(), now(), zone(), visitor().id, published, page)
            flash(_("Đã ghi nhận. Bài “%(title)s” đã xong.", title=page.title), "good")
            return redirect(values.course_address(published.course), 303)
        attempt, _new = outcomes.start(db(), now(), zone(), visitor().id, published, page_slug)
    except attempts.NoSuchQuiz:
        abort(404)
    except (attempts.NoAttemptsLeft, attempts.PrerequisitesMissing):
        return redirect(values.quiz_address(published.course, page), 303)
    return redirect(url_for("answering.show", attempt_id=attempt.id), 303)


@blueprint.get("/media/<sha256>/<name>")
@signed_in
def media(sha256: str, name: str) -> ResponseReturnValue:
    found = queries.media(db(), sha256, name)
    if found is None:
        abort(404)
    data, kind = found
    if kind == "image/webp" and _without_webp():
        data, kind = queries.without_webp(data)
    response = whole_or_part(data, kind, sha256) if kind in SOUNDS.values() else Response(data, mimetype=kind)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.vary.add("Accept")
    if kind == "image/svg+xml":
        response.headers["Content-Security-Policy"] = SEALED
    return response


def _without_webp() -> bool:
    """A browser that names the images it takes, and WebP is not among them."""
    accepts = request.headers.get("Accept", "")
    return "image/" in accepts and "image/webp" not in accepts


@blueprint.get("/me")
@signed_in
def me() -> ResponseReturnValue:
    person = db().get_one(Person, visitor().id)
    held = queries.certificates(db(), person.id)
    return render_template(
        "study/me.html",
        person=person,
        seat=postings.current_seat(db(), person.id, today()),
        extra_time=_extra_time(extra_time.current(db(), person.id)),
        results=[answering.result_row(attempt) for attempt in queries.attempts(db(), person.id, HISTORY)],
        certificates=[values.certificate_row(certificate, today()) for certificate in held],
    )


def _door(published: Published, page: Page) -> ResponseReturnValue:
    course = published.course
    person_id = visitor().id
    left = progress.attempts_left(db(), person_id, published, page) if page.quiz else None
    state = progress.course_state(db(), person_id, published)
    missing = _missing(state.missing)
    going = attempts.open_attempt(db(), person_id, course.id, attempts.quiz_key(page))
    if going is not None and not going.opened:
        going = None  # prepared, to be taken along: to its learner it has yet to begin
    return render_template(
        "study/quiz.html",
        course=course,
        course_address=values.course_address(course),
        page=page,
        page_address="" if page.kind == "exam" else values.page_address(course, page),
        count=values.asked(page),
        rules=wording.quiz_rules(page, left, _factor(page)),
        missing=missing,
        going=going,
        time_left=wording.time_left(now(), going.closes_at) if going else "",
        used_up=left == 0 and going is None,
        done=(state.exam if page.kind == "exam" else state.pages.get(page.id)) == "done",
        waits=_to_mark(queries.to_mark(db(), state, person_id), page),
    )


def _extra_time(given: extra_time.Given | None) -> str:
    if given is None or given.factor == extra_time.NONE:
        return ""
    return f"{times_over(given.factor)} ({given.reason})"


def _factor(page: Page) -> Decimal:
    """What the page's time limit is multiplied by for the visitor; asked for only where it has one."""
    timed = page.quiz is not None and page.quiz.time_limit is not None
    return extra_time.of(db(), visitor().id) if timed else extra_time.NONE


def _under_way(states: Sequence[progress.CourseState]) -> Mapping[str, str]:
    """Course → the address of the attempt at which its learner stopped."""
    found = queries.under_way(db(), visitor().id, states)
    return {course: url_for("answering.show", attempt_id=held) for course, held in found.items()}


def _going(under_way: Mapping[str, str], state: progress.CourseState) -> str:
    return under_way.get(state.published.course.id, "")


def _to_mark(waiting: Mapping[str, str], page: Page | None) -> str:
    """The address of the attempt at this page that waits to be marked, or ""."""
    attempt_id = waiting.get(attempts.quiz_key(page)) if page is not None else None
    return url_for("answering.show", attempt_id=attempt_id) if attempt_id else ""


def _offered(field: str | None = None) -> list[progress.CourseState]:
    """The live courses (of a field), those in the reader's own language first."""
    live = sorted(catalogue.live_courses(db(), field), key=lambda one: one.course.language != language())
    return progress.course_states(db(), visitor().id, live)


def _published(field: str, slug: str) -> Published:
    return catalogue.live(db(), f"{field}/{slug}") or abort(404)


def _page(field: str, slug: str, page_slug: str) -> tuple[Published, Page]:
    published = _published(field, slug)
    return published, published.course.page(page_slug) or abort(404)


def _missing(ids: tuple[str, ...]) -> list[Course]:
    found = (catalogue.live(db(), course_id) for course_id in ids)
    return [published.course for published in found if published]


def _field_titles() -> dict[str, str]:
    return {field.slug: field.title for field in catalogue.fields(db())}


def _matches(course: Course, words: str) -> bool:
    text = fold(" ".join((course.title, course.summary, *(page.title for page in course.pages))))
    return all(word in text for word in fold(words).split())


def _in(state: progress.CourseState, field: str) -> bool:
    return state.published.course.field == field
