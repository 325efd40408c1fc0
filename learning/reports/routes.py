"""The trainer's desk: who has come how far, one learner's history, what each question did."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.accounts import export, looks
from learning.accounts.visitors import roles, visitor
from learning.progress import scores
from learning.reports import (
    comparisons,
    evaluated,
    help,
    marking,
    needs,
    overviews,
    queries,
    questions,
    scheduled,
    values,
)
from learning.reports.desk import blueprint, checked, published, read_asked
from learning.web.context import App, db, now, today
from learning.web.sheets import Sheet

# To import one is to add its pages.
SUBJECTS = (overviews, comparisons, questions, help, marking, evaluated, needs, scheduled)


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
        **{name: value for name, value in asked.values().items() if value},
    )


@blueprint.get("/courses/<field>/<slug>/people/<path:username>")
@roles(*scores.READERS)
def person(field: str, slug: str, username: str) -> ResponseReturnValue:
    """One learner's way through the course."""
    found = published(db(), field, slug)
    sight = scores.Filter(scores.seen_by(visitor(), found.course.id, today()))
    try:
        score = scores.one(db(), found.course.id, sight, today(), username)
    except scores.NotSeen:
        abort(404)
    looks.seen([score.person_id], "person", found.course.id)
    made = queries.attempts_of(db(), score.person_id, found.course.id)
    pages = queries.pages_of(db(), score.person_id, found.course.id)
    return render_template(
        "reports/person.html",
        course=found.course,
        score=values.line(score),
        done_at=queries.completed_at(db(), score.person_id, found.course.id),
        parts=values.history(found.course, made, pages, now()),
        field=field,
        slug=slug,
    )
