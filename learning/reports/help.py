"""People who need help: who, why, what to do first; and what was done, written down by whoever did it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby, islice
from typing import Any
from uuid import uuid4

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from wtforms import Field, HiddenField, RadioField, StringField, TextAreaField
from wtforms.validators import UUID, InputRequired, Length, ValidationError

from learning.accounts import export, looks
from learning.accounts.models import Person
from learning.accounts.visitors import roles, visitor
from learning.content.model import Course
from learning.library import catalogue
from learning.organisation import postings
from learning.progress import attention, help_records, helping, scores, wording
from learning.progress.helping import Case, Day, Wanted
from learning.reports.desk import blueprint
from learning.vietnamese import formats
from learning.web.context import db, now, today, zone
from learning.web.i18n import gettext as _
from learning.web.i18n import lazy_gettext as _l
from learning.web.i18n import ngettext
from learning.web.security import whole
from learning.web.sheets import Cell, Column, Sheet

MOST_PAGES = 1000
_BATCH = 500


@dataclass(frozen=True)
class Asked:
    """The filter as the address has it; "" is all."""

    course: str = ""
    class_code: str = ""
    unit: str = ""
    rule: str = ""

    def values(self, **changed: str | int) -> dict[str, Any]:
        """For `url_for` and hidden fields; what is not asked is left out."""
        asked = {
            "course": self.course,
            "class": self.class_code,
            "unit": self.unit,
            "rule": self.rule,
            **changed,
        }
        return {name: value or None for name, value in asked.items()}

    def __bool__(self) -> bool:
        return any((self.course, self.class_code, self.unit, self.rule))


@dataclass(frozen=True)
class Line:
    """A person in a course, in words. `helped`: "" where nobody helped lately."""

    name: str
    unit: str
    course: str
    reasons: tuple[str, ...]
    advice: str
    helped: str
    address: str


@dataclass(frozen=True)
class Part:
    """Lines under one heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Choice:
    words: str
    number: int
    address: str
    here: bool


class HelpForm(FlaskForm):  # type: ignore[misc]
    """What was done and what came of it; `client_id` makes a second press the same as the first."""

    did = RadioField(_l("Đã làm gì"), [InputRequired(_l("Hãy chọn việc đã làm."))])
    outcome = RadioField(_l("Kết quả"), [InputRequired(_l("Hãy chọn kết quả."))])
    agreed_on = StringField(_l("Ngày đã hẹn"))
    note = TextAreaField(
        _l("Ghi chú"),
        [Length(max=500, message=_l("Ghi chú nhiều nhất 500 ký tự."))],
        filters=[lambda text: (text or "").replace("\0", "").strip()],
    )
    client_id = HiddenField(validators=[UUID()], default=lambda: str(uuid4()))

    def __init__(self) -> None:
        super().__init__()
        self.did.choices = [(did, wording.deed(did)) for did in attention.DEEDS]
        self.outcome.choices = [(came, wording.outcome(came)) for came in attention.OUTCOMES]
        self.day: date | None = None

    def validate_agreed_on(self, field: Field) -> None:
        if self.outcome.data != "agreed":
            return
        try:
            day = formats.parse_date(field.data or "")
        except ValueError as error:
            told = _l("Hãy viết ngày đã hẹn dạng ngày/tháng/năm, ví dụ 15/12/2026.")
            raise ValidationError(str(told)) from error
        self.day = day
        if day < today():
            raise ValidationError(str(_l("Ngày hẹn đã qua. Hãy ghi ngày sắp tới.")))


@blueprint.get("/help", endpoint="help")
@roles(*scores.READERS)
def listing() -> ResponseReturnValue:
    """Everybody in sight who needs help, the most urgent first, a page at a time."""
    asked, live = _asked(request.args), _live(db())
    wanted, day = _wanted(db(), asked, live), _day()
    number = request.args.get("page", 1, type=whole)
    if not 0 < number <= MOST_PAGES:
        abort(404)
    found, more = helping.page(db(), wanted, day, number=number)
    counts = helping.counts(db(), wanted, day)
    looks.seen({case.person_id for case in found}, "table", asked.course)
    own = helping.courses(db(), visitor(), live)
    return render_template(
        "reports/help.html",
        asked=asked,
        answer=_answer(counts),
        choices=_choices(counts, asked),
        shown=counts.rules[asked.rule] if asked.rule else counts.cases,
        parts=_parts(found, _lines(db(), found, live)),
        courses=[(course_id, live[course_id].title) for course_id in live if course_id in own],
        classes=helping.classes(db(), visitor(), own),
        units=helping.units(db(), visitor(), today()),
        hidden=[(name, value) for name, value in asked.values().items() if value],
        first=url_for(".help", **asked.values()) if number > 1 else "",
        following=url_for(".help", **asked.values(page=number + 1)) if more else "",
        kinds=("xlsx", "pdf", "csv"),
    )


@blueprint.post("/help/list.<kind>", endpoint="export_help")
@roles(*scores.READERS)
def export_list(kind: str) -> ResponseReturnValue:
    """The filtered list as a file."""
    asked = _asked(request.form)

    def make(session: Session, named: set[int]) -> Sheet:
        live = _live(session)
        return _sheet(session, _wanted(session, asked, live), live, named)

    return export.send(
        kind,
        make,
        action="help.exported",
        subject="help",
        back=url_for(".help", **asked.values()),
        course_id=asked.course,
        **{name: value for name, value in asked.values().items() if value},
    )


@blueprint.get("/help/<of>/<course>/<path:username>", endpoint="help_person")
@roles(*scores.READERS)
def person(of: str, course: str, username: str) -> ResponseReturnValue:
    """One person in one course: why, and what was done so far."""
    found, someone, case = _one(of, course, username)
    looks.seen([someone.id], "person", found.id)
    return _person_page(found, someone, case, HelpForm() if _may_help(someone) else None)


@blueprint.post("/help/<of>/<course>/<path:username>", endpoint="record_help")
@roles(*helping.HELPERS)
def record(of: str, course: str, username: str) -> ResponseReturnValue:
    """Writes down what the visitor did for this person."""
    found, someone, case = _one(of, course, username)
    if not _may_help(someone):
        abort(404)
    form = HelpForm()
    if not form.validate_on_submit():
        return _person_page(found, someone, case, form), 422
    help_records.record(
        db(),
        now(),
        by_id=visitor().id,
        person=someone,
        course_id=found.id,
        rule=case.reasons[0].rule if case else "",
        did=form.did.data,
        outcome=form.outcome.data,
        agreed_on=form.day,
        note=str(form.note.data),
        client_id=str(form.client_id.data),
        actor=visitor().username,
    )
    flash(_("Đã ghi. Trong bảy ngày tới người này đứng cuối danh sách."), "good")
    return redirect(url_for(".help_person", of=of, course=course, username=username), 303)


def _asked(values: MultiDict[str, str]) -> Asked:
    return Asked(
        values.get("course", "")[:120],
        values.get("class", "")[:50],
        values.get("unit", "")[:20],
        values.get("rule", "")[:20],
    )


def _live(session: Session) -> Mapping[str, Course]:
    return {one.course.id: one.course for one in catalogue.live_courses(session)}


def _day() -> Day:
    return Day(today(), zone())


def _wanted(session: Session, asked: Asked, live: Collection[str]) -> Wanted:
    """404 for what the visitor may not know of."""
    try:
        return helping.asked(
            session,
            visitor(),
            live,
            today(),
            course=asked.course,
            unit=asked.unit,
            class_code=asked.class_code,
            rule=asked.rule,
        )
    except scores.NotSeen:
        abort(404)


def _one(of: str, course: str, username: str) -> tuple[Course, Person, Case | None]:
    found = _live(db()).get(f"{of}/{course}")
    if found is None:
        abort(404)
    try:
        someone, case = helping.one(db(), Wanted((found.id,), visitor()), _day(), username)
    except scores.NotSeen:
        abort(404)
    return found, someone, case


def _may_help(someone: Person) -> bool:
    return visitor().has(*helping.HELPERS) and someone.id != visitor().id


def _person_page(found: Course, someone: Person, case: Case | None, form: HelpForm | None) -> str:
    (line,) = _lines(db(), [case], {found.id: found}) if case else (None,)
    action = attention.action(case.reasons) if case else None
    again = ""
    if case and action in ("again", "mentor"):
        quiz = helping.failing(db(), [someone.id]).get((someone.id, found.id), "")
        slug = next((page.slug for page in found.pages if page.id == quiz), "")
        again = url_for("study.lesson", field=found.field, slug=found.slug, page_slug=slug) if slug else ""
    return render_template(
        "reports/help_person.html",
        course=found,
        person=someone,
        unit=line.unit if line else postings.units_of(db(), [someone.id], today()).get(someone.id, ""),
        line=line,
        again=again,
        form=form,
        history=[
            (each, wording.deed(each.record.did), wording.outcome(each.record.outcome))
            for each in help_records.history(db(), someone.id, found.id)
        ],
    )


def _answer(counts: helping.Counts) -> str:
    if not counts.cases:
        return _("Không có ai cần hỗ trợ.") if counts.open else _("Chưa có khóa học nào đang dở dang.")
    people = ngettext(
        "%(n)s người cần hỗ trợ", "%(n)s người cần hỗ trợ", counts.people, n=formats.number(counts.people)
    )
    return _(
        "%(people)s, ở %(cases)s trên %(open)s lượt học chưa hoàn thành.",
        people=people,
        cases=formats.number(counts.cases),
        open=formats.number(counts.open),
    )


def _choices(counts: helping.Counts, asked: Asked) -> list[Choice]:
    all_of_them = Choice(_("tất cả"), counts.cases, url_for(".help", **asked.values(rule="")), not asked.rule)
    return [
        all_of_them,
        *(
            Choice(
                wording.spoken(rule), number, url_for(".help", **asked.values(rule=rule)), asked.rule == rule
            )
            for rule, number in counts.rules.items()
            if number or asked.rule == rule
        ),
    ]


def _parts(cases: Sequence[Case], lines: Sequence[Line]) -> list[Part]:
    """Under the rule that speaks first; those helped lately under one heading of their own."""
    both = zip(cases, lines, strict=True)
    parts = groupby(both, lambda one: "" if one[0].helped_at else one[0].reasons[0].rule)
    return [
        Part(
            wording.spoken(rule) if rule else _("Đã hỗ trợ trong bảy ngày qua"),
            tuple(line for _case, line in group),
        )
        for rule, group in parts
    ]


def _lines(session: Session, cases: Sequence[Case], live: Mapping[str, Course]) -> list[Line]:
    units, failing = _beside(session, cases)
    head = visitor().has("unit_head") and not visitor().has("trainer", "administrator")
    return [_line(case, live[case.course_id], units, failing, head) for case in cases]


def _beside(
    session: Session, cases: Sequence[Case]
) -> tuple[Mapping[int, str], Mapping[tuple[int, str], str]]:
    """The units of these people, and what they fail."""
    people = {case.person_id for case in cases}
    return postings.units_of(session, people, today()), helping.failing(session, people)


def _line(
    case: Case,
    course: Course,
    units: Mapping[int, str],
    failing: Mapping[tuple[int, str], str],
    head: bool,
) -> Line:
    title = wording.quiz_title(course, failing.get((case.person_id, case.course_id), ""))
    action = attention.action(case.reasons)
    return Line(
        name=case.full_name,
        unit=units.get(case.person_id, ""),
        course=course.title,
        reasons=tuple(wording.reason(one, case.facts, title) for one in case.reasons),
        advice=wording.advice(action, head=head) if action else "",
        helped=_("đã hỗ trợ ngày %(day)s", day=formats.date(case.helped_at.astimezone(zone()).date()))
        if case.helped_at
        else "",
        address=url_for(".help_person", of=course.field, course=course.slug, username=case.username),
    )


def _sheet(session: Session, wanted: Wanted, live: Mapping[str, Course], named: set[int]) -> Sheet:
    columns = (
        Column(_("Họ và tên"), width=26),
        Column(_("Tên đăng nhập"), width=18),
        Column(_("Đơn vị"), width=26),
        Column(_("Khóa học"), width=34),
        Column(_("Vì sao"), width=44),
        Column(_("Nên làm trước"), width=34),
        Column(_("Hạn hoàn thành"), "date", 14),
        Column(_("Học gần nhất"), "date", 14),
        Column(_("Đã hỗ trợ"), "moment", 16),
    )
    about = (
        _("Mỗi dòng là một người trong một khóa học chưa hoàn thành; ai cần hỗ trợ gấp hơn đứng trước."),
    )
    cases = helping.every(session, wanted, _day())
    return Sheet(_("Người cần hỗ trợ"), columns, _rows(session, cases, live, named), about)


def _rows(
    session: Session, cases: Iterable[Case], live: Mapping[str, Course], named: set[int]
) -> Iterator[Sequence[Cell]]:
    taken = iter(cases)
    while some := list(islice(taken, _BATCH)):
        named.update(case.person_id for case in some)
        for case, line in zip(some, _lines(session, some, live), strict=True):
            yield (
                line.name,
                case.username,
                line.unit,
                line.course,
                "; ".join(line.reasons),
                line.advice,
                case.facts.due_on,
                case.facts.last_on,
                case.helped_at,
            )
