"""People: who they are, the one-use code, the account, roles, certificates."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from learning.accounts import codes, grants, looks
from learning.accounts import people as accounts
from learning.accounts.models import Person
from learning.accounts.visitors import roles, visitor
from learning.certificates import issue, serials, verification
from learning.certificates.models import Certificate
from learning.library import catalogue
from learning.office import queries
from learning.office.desk import (
    MANAGERS,
    asked,
    blueprint,
    managed_people,
    managed_person,
    may_issue_code,
    role_title,
)
from learning.office.forms import RevocationForm, RoleForm
from learning.organisation import postings
from learning.organisation.models import Unit
from learning.quizzes import extra_time
from learning.quizzes.wording import times_over
from learning.web.context import db, now, settings, today
from learning.web.i18n import gettext as _

STATUS = {"valid": "good", "expired": "", "replaced": "", "revoked": "bad"}


@blueprint.get("")
@roles("unit_head", "administrator", "trainer", "inspector")
def people() -> ResponseReturnValue:
    one = visitor()
    if not one.has(*MANAGERS):  # trainers and inspectors have their own page of this desk
        return redirect(url_for(".classes" if one.has("trainer") else ".log"))
    words, unit = asked("q", 100), asked("unit", 20)
    whom = managed_people(one)
    lines, following = queries.people(
        db(), whom, today(), words=words, unit=unit, cursor=request.args.get("after", "")
    )
    return render_template(
        "office/people.html",
        lines=lines,
        words=words,
        unit=unit,
        units=queries.units(db(), whom, today()),
        following=url_for(".people", q=words or None, unit=unit or None, after=following)
        if following
        else "",
        first=url_for(".people", q=words or None, unit=unit or None) if request.args.get("after") else "",
    )


@blueprint.get("/people/<int:person_id>")
@roles(*MANAGERS)
def person(person_id: int) -> ResponseReturnValue:
    person = managed_person(person_id)
    looks.seen([person.id], "person")
    return _person_page(person)


@blueprint.post("/people/<int:person_id>/code")
@roles(*MANAGERS)
def issue_code(person_id: int) -> ResponseReturnValue:
    """Answers with the slip itself: the code is nowhere else, and a reload makes a new one."""
    person, one = managed_person(person_id), visitor()
    if not may_issue_code(db(), one, person):
        abort(404)
    code = codes.issue(db(), now(), person_id=person.id, issued_by=one.id, actor=one.username)
    return render_template(
        "office/code.html",
        person=person,
        code=code,
        expires_at=now() + codes.LIFETIME,
        address=settings().base_url,
    )


@blueprint.post("/people/<int:person_id>/account")
@roles("administrator")
def set_account(person_id: int) -> ResponseReturnValue:
    person, one = managed_person(person_id), visitor()
    if person.id == one.id:
        abort(404)  # nobody shuts themselves out
    if request.form.get("active") == "yes":
        if not person.active:
            accounts.enable(db(), now(), person, actor=one.username)
        flash(_("Đã mở lại tài khoản của %(name)s.", name=person.full_name), "good")
    else:
        if person.active:
            accounts.disable(db(), now(), person, actor=one.username)
        flash(_("Đã khóa tài khoản của %(name)s. Kết quả học vẫn còn.", name=person.full_name), "good")
    return redirect(url_for(".person", person_id=person.id), 303)


@blueprint.post("/people/<int:person_id>/roles")
@roles("administrator")
def grant_role(person_id: int) -> ResponseReturnValue:
    person = managed_person(person_id)
    form = _role_form(person)
    if not form.validate_on_submit():
        return _person_page(person, form), 422
    role, _colon, scope = form.role.data.partition(":")
    grants.grant(db(), now(), person, role, scope, actor=visitor().username)
    flash(_("Đã giao vai trò. Lần đăng nhập sau sẽ có hiệu lực."), "good")
    return redirect(url_for(".person", person_id=person.id), 303)


@blueprint.post("/people/<int:person_id>/roles/removal")
@roles("administrator")
def remove_role(person_id: int) -> ResponseReturnValue:
    person, one = managed_person(person_id), visitor()
    role, _colon, scope = request.form.get("role", "").partition(":")
    if person.id == one.id and role == "administrator":
        abort(404)  # the last administrator could lock everybody out
    if grants.revoke(db(), now(), person, role, scope, actor=one.username):
        flash(_("Đã thôi vai trò. Các phiên đang đăng nhập đã kết thúc."), "good")
    return redirect(url_for(".person", person_id=person.id), 303)


@blueprint.route("/certificates/<serial>/revocation", methods=["GET", "POST"])
@roles("administrator")
def revoke_certificate(serial: str) -> ResponseReturnValue:
    certificate = verification.find(db(), serial)
    if certificate is None:
        abort(404)
    looks.seen([certificate.person_id], "certificate", certificate.course_id)
    form = RevocationForm()
    status = 200
    if form.is_submitted():
        if form.validate():
            if certificate.revoked_at is None:
                reason = " ".join(str(form.reason.data).split())
                issue.revoke(db(), now(), certificate.serial, by=visitor().username, reason=reason)
            flash(_("Đã thu hồi giấy xác nhận. Trang kiểm tra công khai đã nói rõ lý do."), "good")
            return redirect(url_for(".person", person_id=certificate.person_id), 303)
        status = 422
    page = render_template(
        "office/revocation.html",
        certificate=certificate,
        serial=serials.display(certificate.serial),
        form=form,
    )
    return page, status


def _person_page(person: Person, form: RoleForm | None = None) -> str:
    one = visitor()
    administrator = one.has("administrator")
    held = [
        (f"{grant.role}:{grant.scope}", _role_words(grant.role, grant.scope))
        for grant in queries.grants(db(), person.id)
    ]
    certificates = db().scalars(
        select(Certificate).where(Certificate.person_id == person.id).order_by(Certificate.issued_at.desc())
    )
    seat = postings.current_seat(db(), person.id, today())
    return render_template(
        "office/person.html",
        person=person,
        unit=seat.unit if seat else None,
        position=seat.position.title if seat and seat.position else "",
        last_signin=queries.last_signin(db(), person.id),
        roles=held,
        certificates=[
            (certificate, _status_words(status), STATUS[status], status != "revoked")
            for certificate in certificates
            for status in (verification.status(certificate, today()),)
        ],
        may_code=may_issue_code(db(), one, person),
        administrator=administrator,
        extra_time=times_over(extra_time.of(db(), person.id)) if administrator else "",
        own=person.id == one.id,
        form=(form or _role_form(person)) if administrator else None,
    )


def _role_form(person: Person) -> RoleForm:
    form = RoleForm()
    fields = [field.slug for field in catalogue.fields(db())]
    seat = postings.current_seat(db(), person.id, today())
    scopes = {
        "author": [*fields, "*"],
        "reviewer": [*fields, "*"],
        "unit_head": [seat.unit.code] if seat else [],
    }
    held = {(grant.role, grant.scope) for grant in queries.grants(db(), person.id)}
    form.role.choices = [
        (f"{role}:{scope}", _role_words(role, scope))
        for role in ("learner", "author", "reviewer", "trainer", "unit_head", "inspector", "administrator")
        for scope in scopes.get(role, [""])
        if (role, scope) not in held
    ]
    return form


def _role_words(role: str, scope: str) -> str:
    if not scope:
        return role_title(role)
    if scope == "*":
        return _("%(role)s, mọi lĩnh vực", role=role_title(role))
    titles = {field.slug: field.title for field in catalogue.fields(db())}
    if role == "unit_head":
        unit = db().get(Unit, scope)
        return f"{role_title(role)}, {unit.name if unit else scope}"
    return f"{role_title(role)}, {titles.get(scope, scope)}"


def _status_words(status: str) -> str:
    return {
        "valid": _("còn hiệu lực"),
        "expired": _("hết hiệu lực"),
        "revoked": _("đã thu hồi"),
        "replaced": _("đã thay thế"),
    }[status]
