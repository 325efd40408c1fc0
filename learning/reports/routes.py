"""The trainer's desk: who has come how far, one learner's history, what each question did."""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.accounts import export, looks
from learning.accounts.visitors import roles, visitor
from learning.library.catalogue import Published
from learning.progress import scores
from learning.reports import (
    comparisons,
    evaluated,
    help,
    marking,
    marking_list,
    needs,
    overviews,
    practices,
    queries,
    questions,
    scheduled,
    values,
)
from learning.reports.desk import blueprint, checked, published, read_asked
from learning.web.context import App, db, now, today
from learning.web.sheets import Sheet

# To import one is to add its pages.
SUBJECTS = (
    overviews,
    comparisons,
    questions,
    help,
    marking,
    marking_list,
    evaluated,
    practices,
    needs,
    scheduled,
)


def install(app: App) -> None:
    app.register_blueprint(blueprint)


@blueprint.get("/courses/<field>/<slug>")
@roles(*scores.READERS)
def course(field: str, slug: str) -> ResponseReturnValue:
    found, asked = published(db(), field, slug), read_asked(request.args)
    course_id = found.course.id
    wanted = checked(db(), found.course, asked)
    after = request.args.get("after", "")
    try:
        lines, following = scores.page(db(), course_id, wanted, today(), after=after)
    except scores.BadCursor:
        return redirect(url_for(".course", field=field, slug=slug, **asked.values()))
    looks.seen([line.person_id for line in lines], "table", course_id)
    return render_template(
        "reports/course.html",
        course=found.course,
        asked=asked,
        narrowed=values.narrowed(found.course, asked),
        counts=values.counts(scores.counts(db(), course_id, values.stateless(wanted), today()), asked),
        lines=[values.line(line) for line in lines],
        units=scores.units(db(), visitor(), course_id, today()),
        classes=scores.classes(db(), visitor(), course_id),
        hidden=[(name, value) for name, value in asked.values().items() if value],
        first=url_for(".course", field=field, slug=slug, **asked.values()) if after else "",
        following=url_for(".course", field=field, slug=slug, after=following, **asked.values())
        if following
        else "",
        field=field,
        slug=slug,
    )


@blueprint.post("/courses/<field>/<slug>/scores.<kind>", endpoint="export")
@roles(*scores.READERS)
def export_scores(field: str, slug: str, kind: str) -> ResponseReturnValue:
    """The filtered table as a file. A POST, because whoever takes people's results away is written down."""
    asked = read_asked(request.form)

    def make(session: Session, named: set[int]) -> Sheet:
        found = published(session, field, slug)
        wanted = checked(session, found.course, asked)
        return values.score_sheet(
            found.course, asked, scores.every(session, found.course.id, wanted, today()), named
        )

    return export.send(
        kind,
        make,
        action="scores.exported",
        subject=f"{field}/{slug}",
        back=url_for(".course", field=field, slug=slug, **asked.values()),
        course_id=f"{field}/{slug}",
        **{name: value for name, value in asked.values().items() if value},
    )


@blueprint.get("/courses/<field>/<slug>/people/<path:username>")
@roles(*scores.READERS)
def person(field: str, slug: str, username: str) -> ResponseReturnValue:
    """One learner's way through the course."""
    found = published(db(), field, slug)
    score = _score(db(), found, username)
    looks.seen([score.person_id], "person", found.course.id)
    return render_template(
        "reports/person.html",
        course=found.course,
        score=values.line(score),
        done_at=queries.completed_at(db(), score.person_id, found.course.id),
        parts=_history(db(), found, score, practices=practices.of_person(score.person_id, found.course.id)),
        field=field,
        slug=slug,
    )


@blueprint.post("/courses/<field>/<slug>/attempts.<kind>")
@roles(*scores.READERS)
def export_attempts(field: str, slug: str, kind: str) -> ResponseReturnValue:
    """What one learner (`username`) made at each page of the course, as a file."""
    username = request.form.get("username", "")

    def make(session: Session, named: set[int]) -> Sheet:
        found = published(session, field, slug)
        score = _score(session, found, username)
        named.add(score.person_id)
        return values.history_sheet(found.course, score, _history(session, found, score))

    return export.send(
        kind,
        make,
        action="scores.exported",
        subject=f"{field}/{slug}",
        back=url_for(".person", field=field, slug=slug, username=username or "-"),
        course_id=f"{field}/{slug}",
        person=username,
    )


def _score(session: Session, found: Published, username: str) -> scores.Score:
    """The line of one learner in sight; else 404."""
    sight = scores.Filter(scores.seen_by(visitor(), found.course.id, today()))
    try:
        return scores.one(session, found.course.id, sight, today(), username)
    except scores.NotSeen:
        abort(404)


def _history(session: Session, found: Published, score: scores.Score, **more: Any) -> list[values.History]:
    made = queries.attempts_of(session, score.person_id, found.course.id)
    pages = queries.pages_of(session, score.person_id, found.course.id)
    return values.history(found.course, made, pages, now(), **more)
