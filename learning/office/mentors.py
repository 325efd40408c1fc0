"""Mentors: who guides whom in the unit, and naming one."""

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, not_, select

from learning.accounts import looks
from learning.accounts.models import Person
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.evaluation import practice_mentors, practice_queries
from learning.evaluation.practice_mentors import NotToBeNamed
from learning.evaluation.practice_queries import Line
from learning.library import catalogue
from learning.office import queries
from learning.office.desk import MANAGERS, asked, blueprint, managed_people, managed_person
from learning.organisation import postings
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _
from learning.web.security import MOST, whole


@blueprint.get("/mentors")
@roles(*MANAGERS)
def mentors() -> ResponseReturnValue:
    words, unit, without = asked("q", 100), asked("unit", 20), asked("without", 3) == "yes"
    people = managed_people(visitor())
    whom = (
        and_(people, Person.active, not_(practice_mentors.has_mentor()))
        if without
        else and_(people, Person.active)
    )
    lines, following = queries.people(
        db(), whom, today(), words=words, unit=unit, cursor=request.args.get("after", "")
    )
    given: dict[str, Any] = {"q": words or None, "unit": unit or None, "without": "yes" if without else None}
    return render_template(
        "office/mentors.html",
        lines=lines,
        mentors=practice_mentors.mentors_of(db(), [line.id for line in lines]),
        own=visitor().id,
        words=words,
        unit=unit,
        without=without,
        units=queries.units(db(), people, today()),
        following=url_for(".mentors", **given, after=following) if following else "",
        first=url_for(".mentors", **given) if request.args.get("after") else "",
    )


@blueprint.get("/mentors/<int:person_id>")
@roles(*MANAGERS)
def mentor(person_id: int) -> ResponseReturnValue:
    return _page(_learner(person_id))


@blueprint.post("/mentors/<int:person_id>")
@roles(*MANAGERS)
def name_mentor(person_id: int) -> ResponseReturnValue:
    person = _learner(person_id)
    chosen = request.form.get("mentor", 0, type=whole)
    if not 0 < chosen <= MOST:
        return _page(person, _("Hãy chọn một người.")), 422
    mentor = db().scalar(select(Person).where(Person.id == chosen, managed_people(visitor())))
    if mentor is None:
        abort(404)
    by = db().get_one(Person, visitor().id)
    try:
        practice_mentors.name(db(), now(), person, mentor, by)
    except NotToBeNamed:
        return _page(
            person, _("Người này không hướng dẫn được: hãy chọn người khác đang dùng tài khoản.")
        ), 422
    flash(_("%(mentor)s hướng dẫn %(name)s.", mentor=mentor.full_name, name=person.full_name), "good")
    return redirect(url_for(".mentor", person_id=person.id), 303)


@blueprint.post("/mentors/<int:person_id>/end")
@roles(*MANAGERS)
def end_mentor(person_id: int) -> ResponseReturnValue:
    person = _learner(person_id)
    by = db().get_one(Person, visitor().id)
    if practice_mentors.end(db(), now(), person, by):
        flash(_("%(name)s không còn người hướng dẫn.", name=person.full_name), "good")
    return redirect(url_for(".mentor", person_id=person.id), 303)


def _learner(person_id: int) -> Person:
    """Nobody names who is to guide themselves: that is for the head above, or an administrator."""
    if person_id == visitor().id:
        abort(404)
    return managed_person(person_id)


def _page(person: Person, error: str = "") -> str:
    """With candidates: of the person's own unit, or whoever is looked for among those in the visitor's hands."""
    words = asked("q", 100)
    unit = postings.current_unit(db(), person.id, today())
    current = practice_mentors.mentor_of(db(), person.id)
    whom = and_(managed_people(visitor()), Person.active, Person.id != person.id)
    lines, following = queries.people(
        db(),
        whom,
        today(),
        words=words,
        unit="" if words or unit is None else unit.code,
        cursor=request.args.get("after", ""),
    )
    looks.seen([person.id], "person")
    titles = {one.course.id: one.course for one in catalogue.live_courses(db())}
    return render_template(
        "office/mentor.html",
        practices=[_practice(line, titles) for line in practice_queries.of_learner(db(), person.id)],
        person=person,
        unit=unit,
        current=current,
        lines=lines,
        words=words,
        error=error,
        history=practice_mentors.history(db(), person.id),
        following=url_for(".mentor", person_id=person.id, q=words or None, after=following)
        if following
        else "",
        first=url_for(".mentor", person_id=person.id, q=words or None) if request.args.get("after") else "",
    )


def _practice(line: Line, courses: Mapping[str, Course]) -> tuple[str, str, str, str]:
    """A practice of the person: its title, address, course, and how far it has come."""
    course = courses.get(line.course_id)
    page = next((one for one in course.pages if one.id == line.page), None) if course else None
    return (
        page.title if page else line.page,
        url_for("practising.show", practice_id=line.id),
        course.title if course else line.course_id,
        _("%(signed)s/%(total)s bước đã ký", signed=line.signed, total=line.total),
    )
