"""More time for one person: set by an administrator, or by a trainer for the members of own classes."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.accounts import looks
from learning.accounts.models import Person
from learning.accounts.visitors import Visitor, roles, visitor
from learning.office.desk import blueprint
from learning.office.forms import ExtraTimeForm
from learning.organisation import visibility
from learning.quizzes import extra_time as verbs
from learning.quizzes.wording import times_over
from learning.web.context import db, now, today
from learning.web.i18n import gettext as _

GRANTERS = ("administrator", "trainer")


@blueprint.get("/extra-time/<int:person_id>")
@roles(*GRANTERS)
def extra_time(person_id: int) -> ResponseReturnValue:
    person = _person(person_id)
    looks.seen([person.id], "person")
    held = verbs.current(db(), person.id)
    given = (held.factor, held.reason) if held else (verbs.NONE, "")
    return _page(person, ExtraTimeForm(formdata=None, factor=str(given[0]), reason=given[1]))


@blueprint.post("/extra-time/<int:person_id>")
@roles(*GRANTERS)
def set_extra_time(person_id: int) -> ResponseReturnValue:
    person, form = _person(person_id), ExtraTimeForm()
    if not form.validate_on_submit():
        return _page(person, form), 422
    by = db().get_one(Person, visitor().id)
    verbs.grant(db(), now(), person, form.chosen, str(form.reason.data or ""), by)
    flash(_("Đã ghi. %(name)s nhận được thông báo.", name=person.full_name), "good")
    return redirect(url_for(".extra_time", person_id=person.id), 303)


def _person(person_id: int) -> Person:
    """Somebody else, in the hands of an administrator or in a class of the trainer's; else 404."""
    one = visitor()
    mine = Visitor(one.id, one.username, one.full_name, one.roles & set(GRANTERS), one.scopes)
    seen = visibility.visible_people(mine, today())
    person = db().scalar(select(Person).where(Person.id == person_id, Person.id != one.id, seen))
    return person or abort(404)


def _page(person: Person, form: ExtraTimeForm) -> str:
    administrator = visitor().has("administrator")
    return render_template(
        "office/extra_time.html",
        person=person,
        form=form,
        back=(person.full_name, url_for(".person", person_id=person.id))
        if administrator
        else (_("Lớp học"), url_for(".classes")),
        history=[(it, times_over(it.factor)) for it in verbs.history(db(), person.id)],
    )
