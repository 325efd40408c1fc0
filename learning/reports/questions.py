"""What each question of a quiz did: the page of a quiz's figures, over the attempts of people in sight."""

from typing import Any

from flask import abort, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from learning.accounts import export
from learning.accounts.visitors import roles, visitor
from learning.content.model import Page, Written
from learning.library import drafts
from learning.library.catalogue import Published
from learning.organisation import visibility
from learning.progress import scores
from learning.quizzes import alarms, attempts, drift, flags, sittings
from learning.quizzes import items as quiz_items
from learning.quizzes.asked import Asked
from learning.quizzes.figures import FEWEST, UNSURE
from learning.reports import figures, values
from learning.reports.desk import blueprint, published
from learning.web.context import db, now, today, zone
from learning.web.sheets import Sheet

WHICH = ("first", "best", "all")
FIRST = 5  # flagged questions in sight; the others are folded away


@blueprint.get("/courses/<field>/<slug>/items")
@roles(*scores.READERS)
def items(field: str, slug: str) -> ResponseReturnValue:
    """The figures of one quiz of the course (`?quiz=`), over first, best or all attempts (`?which=`)."""
    found = published(db(), field, slug)
    page, which = _asked(found, request.args)
    return render_template(
        "reports/items.html",
        course=found.course,
        pages=values.quizzes(found.course),
        page=page,
        which=which,
        choices=[(one, figures.words_of(one)) for one in WHICH],
        chosen=figures.words_of(which),
        shown=_shown(found, page, which) if page else None,
        waiting=_waiting(found, page, which) if page else "",
        fewest=FEWEST,
        unsure=UNSURE,
        hard=flags.HARD,
        good=flags.GOOD,
        low=flags.LOW,
        rise=drift.RISE,
        first=FIRST,
        field=field,
        slug=slug,
    )


@blueprint.post("/courses/<field>/<slug>/items.<kind>")
@roles(*scores.READERS)
def export_items(field: str, slug: str, kind: str) -> ResponseReturnValue:
    """The same figures as a file. They name nobody."""

    def make(session: Session, named: set[int]) -> Sheet:
        found = published(session, field, slug)
        page, which = _asked(found, request.form)
        if page is None:
            abort(404)
        people = scores.seen_by(visitor(), found.course.id, today())
        analysis = quiz_items.analyse(session, found, page, people, which)
        return figures.sheet(found.course, page, analysis, which)

    back = url_for(".items", field=field, slug=slug)
    return export.send(kind, make, action="items.exported", subject=f"{field}/{slug}", back=back)


def _asked(found: Published, values_: MultiDict[str, str]) -> tuple[Page | None, Any]:
    """The page and which attempts; 404 for others than there are. No page where the course asks nothing."""
    pages = values.quizzes(found.course)
    which = values_.get("which", "first")
    chosen = values_.get("quiz", pages[0].slug if pages else "")
    page = next((page for page in pages if page.slug == chosen), None)
    if which not in WHICH or (page is None and chosen):
        abort(404)
    return page, which


def _shown(found: Published, page: Page, which: Any) -> figures.Shown:
    people = scores.seen_by(visitor(), found.course.id, today())
    held = quiz_items.taken(db(), found, page, people, which)
    asked = Asked(db(), page, held)
    analysis = quiz_items.analysed(db(), found, page, held, asked)
    raised = []
    if which == "first":  # whoever takes it again has seen the answers
        units = visibility.visible_units(visitor(), today())
        raised = alarms.alarms(db(), now(), zone(), found, page, held, asked, people, units)
    return figures.shown(analysis, raised, zone(), _place(found, page))


def _waiting(found: Published, page: Page, which: Any) -> str:
    """How many attempts are left out because an answer waits to be marked, in words; "" for none."""
    asked = page.quiz.questions if page.quiz else ()
    if not any(isinstance(question, Written) for question in asked):
        return ""
    people = scores.seen_by(visitor(), found.course.id, today())
    count = sittings.waiting(db(), found.course.id, attempts.quiz_key(page), people, which)
    return figures.waiting(count) if count else ""


def _place(found: Published, page: Page) -> figures.Place:
    """For who may write in this field: the question's line in the open draft, else in the live file."""
    one = visitor()
    course = found.course
    mine = one.scopes.get("author", frozenset())
    if not page.path or not (one.has("administrator") or mine & {course.field, "*"}):
        return lambda item: ""
    draft = drafts.open_draft(db(), course.id)
    if draft is None or draft.state not in drafts.EDITABLE:
        return lambda item: url_for(
            "studio.file",
            field=course.field,
            slug=course.slug,
            path=page.path,
            _anchor=f"L{item.line}" if item.line else None,
        )
    now_written = drafts.file(db(), draft, page.path)
    if now_written is None:  # the draft has the page elsewhere, or no longer
        return lambda item: url_for("studio.draft", draft_id=draft.id)
    lines = _stamped(now_written[0])
    return lambda item: url_for(
        "studio.edit", draft_id=draft.id, path=page.path, line=lines.get(item.id, item.line) or None
    )


def _stamped(text: bytes) -> dict[str, int]:
    """Whatever stands behind a colon, a question's id among it → the line of the heading above it."""
    found: dict[str, int] = {}
    heading = 0
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        if line.startswith("#"):
            heading = number
        _name, colon, value = line.partition(":")
        if colon and heading:
            found.setdefault(value.strip(), heading)
    return found
