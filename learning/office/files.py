"""What the office desk lists, taken away as files: the people of a unit and who guides them, classes, their members."""

from collections.abc import Iterator, Sequence

from flask import request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import and_, not_
from sqlalchemy.orm import Session

from learning.accounts import export
from learning.accounts.models import Person
from learning.accounts.visitors import roles, visitor
from learning.evaluation import practice_mentors
from learning.library import catalogue
from learning.office import queries
from learning.office.classes import own_class
from learning.office.desk import MANAGERS, blueprint, managed_people
from learning.web.context import database, today
from learning.web.i18n import gettext as _
from learning.web.sheets import Cell, Column, Sheet


@blueprint.post("/people.<kind>")
@roles(*MANAGERS)
def export_people(kind: str) -> ResponseReturnValue:
    """The filtered people of the desk, each with who guides them; `active` leaves out closed accounts, `without` those
    who have somebody."""
    words, unit = (
        request.form.get(name, "").replace("\0", "").strip()[:most]
        for name, most in (("q", 100), ("unit", 20))
    )
    whom = managed_people(visitor())
    if request.form.get("active") == "yes":
        whom = and_(whom, Person.active)
    if request.form.get("without") == "yes":
        whom = and_(whom, not_(practice_mentors.has_mentor()))

    def rows(session: Session, named: set[int]) -> Iterator[Sequence[Cell]]:
        for lines in queries.batches(session, whom, today(), words=words, unit=unit):
            mentors = practice_mentors.mentors_of(session, [line.id for line in lines])
            named.update(line.id for line in lines)
            for line in lines:
                yield (*_person(line), line.position, mentors.get(line.id, ""))

    def make(session: Session, named: set[int]) -> Sheet:
        columns = (*_columns(), Column(_("Chức danh"), width=26), Column(_("Người hướng dẫn"), width=26))
        return Sheet(_("Người của đơn vị"), columns, rows(session, named))

    back = url_for(".people", q=words or None, unit=unit or None)
    return export.send(kind, make, action="people.exported", subject=unit or "people", back=back)


@blueprint.post("/classes.<kind>")
@roles("administrator", "trainer")
def export_classes(kind: str) -> ResponseReturnValue:
    """Every class, a trainer's own; it names their trainers alone."""
    one = visitor()

    def make(session: Session, named: set[int]) -> Sheet:
        titles = {each.course.id: each.course.title for each in catalogue.live_courses(session)}
        columns = (
            Column(_("Tên lớp"), width=34),
            Column(_("Mã lớp"), width=16),
            Column(_("Khóa học"), width=34),
            Column(_("Giảng viên"), width=26),
            Column(_("Bắt đầu"), "date", 12),
            Column(_("Hạn"), "date", 12),
            Column(_("Số học viên"), "number", 10),
        )
        rows = (
            (
                line.name,
                line.code,
                titles.get(line.course_id, line.course_id),
                line.trainer,
                line.starts_on,
                line.due_on,
                line.members,
            )
            for line in queries.classes(session, None if one.has("administrator") else one.id)
        )
        return Sheet(_("Lớp học"), columns, rows)

    return export.send(kind, make, action="classes.exported", subject="classes", back=url_for(".classes"))


@blueprint.post("/classes/<int:class_id>/members.<kind>")
@roles("administrator", "trainer")
def export_members(class_id: int, kind: str) -> ResponseReturnValue:
    with (
        database().reading() as session
    ):  # not the request's own, which would hold the lock while the file is made
        code = own_class(session, class_id).code

    def rows(session: Session, named: set[int]) -> Iterator[Sequence[Cell]]:
        for lines in queries.batches(session, queries.members(class_id), today()):
            named.update(line.id for line in lines)
            yield from map(_person, lines)

    def make(session: Session, named: set[int]) -> Sheet:
        return Sheet(own_class(session, class_id).name, _columns(), rows(session, named), [code])

    back = url_for(".training_class", class_id=class_id)
    return export.send(kind, make, action="people.exported", subject=code, back=back)


def _columns() -> tuple[Column, ...]:
    return (
        Column(_("Họ và tên"), width=28),
        Column(_("Tên đăng nhập"), width=20),
        Column(_("Mã cán bộ"), width=16),
        Column(_("Đơn vị"), width=30),
        Column(_("Tài khoản"), width=14),
    )


def _person(line: queries.Line) -> tuple[Cell, ...]:
    state = _("đang dùng") if line.active else _("đang khóa")
    return (line.full_name, line.username, line.staff_code, line.unit, state)
