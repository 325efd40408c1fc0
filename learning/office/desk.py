"""The office desk: its blueprint, who may sit there, and whose papers lie on it."""

from flask import Blueprint, abort, request, url_for
from flask_login import current_user
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor, visitor
from learning.organisation import visibility
from learning.web.context import db, today
from learning.web.i18n import gettext as _

MANAGERS = ("unit_head", "administrator")
PAGES = (
    ("office.people", MANAGERS),
    ("office.week", ("unit_head",)),
    ("office.followups", ("unit_head",)),
    ("office.mentors", MANAGERS),
    ("reports.needs", ("unit_head", "administrator")),  # what next year's plan begins with
    ("office.classes", ("administrator", "trainer")),
    ("office.roster", ("administrator",)),
    ("office.log", ("administrator", "inspector")),
)

blueprint = Blueprint("office", __name__, url_prefix="/office")


@blueprint.context_processor
def rail() -> dict[str, object]:
    """The desk's own navigation: (text, address, whether one is there)."""
    titles = {
        "office.people": _("Con người"),
        "office.week": _("Tuần này"),
        "office.followups": _("Áp dụng vào việc"),
        "office.mentors": _("Người hướng dẫn"),
        "reports.needs": _("Nhu cầu bồi dưỡng"),
        "office.classes": _("Lớp học"),
        "office.roster": _("Nhập danh sách"),
        "office.log": _("Nhật ký"),
    }
    if not current_user.is_authenticated:  # a page that says what went wrong, to someone signed out
        return {"office_rail": []}
    here = request.path
    pages = [(titles[name], url_for(name)) for name, roles in PAGES if visitor().has(*roles)]
    # The first page is the desk itself, of whose address all the others are extensions.
    others = [address for _text, address in pages if address != url_for("office.people")]
    elsewhere = any(here.startswith(address) for address in others)
    return {
        "office_rail": [
            (text, address, here.startswith(address) and (address in others or not elsewhere))
            for text, address in pages
        ]
    }


def managed_people(one: Visitor) -> ColumnElement[bool]:
    """Those whose account is in this visitor's hands as unit head or administrator: what they may see
    as a trainer or inspector gives no hand in it."""
    manager = Visitor(one.id, one.username, one.full_name, one.roles & set(MANAGERS), one.scopes)
    return visibility.visible_people(manager, today())


def managed_person(person_id: int) -> Person:
    """The person, if in the visitor's hands; else 404."""
    person = db().scalar(select(Person).where(Person.id == person_id, managed_people(visitor())))
    if person is None:
        abort(404)
    return person


def may_issue_code(session: Session, one: Visitor, person: Person) -> bool:
    """Beside what visibility says: nobody makes a code for themselves, or a stolen session would become a
    stolen account; and a code opens nothing for one who is shut out."""
    if person.id == one.id or not person.active:
        return False
    return visibility.may_hand_code(session, one, person.id, today())


def asked(name: str, longest: int) -> str:
    """What the address asks for, fit to be looked for in any database."""
    return request.args.get(name, "").replace("\0", "").strip()[:longest]


def role_title(role: str) -> str:
    return {
        "learner": _("Học viên"),
        "author": _("Người biên soạn"),
        "reviewer": _("Người thẩm định"),
        "trainer": _("Giảng viên"),
        "unit_head": _("Lãnh đạo đơn vị"),
        "inspector": _("Thanh tra"),
        "administrator": _("Quản trị"),
    }.get(role, role)
