"""Signing in and out, and who one is."""

from flask import Response, after_this_request, request
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import sessions, signin, throttle, vaults
from learning.accounts.models import Person, RoleGrant
from learning.accounts.visitors import visitor
from learning.api.problems import problem
from learning.api.routes import api
from learning.api.schemas import CourseProgress, Me, PersonView, SessionView, SignIn, UnitName, VaultView
from learning.library import catalogue
from learning.organisation import postings
from learning.progress import queries
from learning.web.context import database, db, now, settings, today
from learning.web.i18n import gettext as _


@api.call("POST", "/session", body=SignIn, replies={201: SessionView}, problems=(401, 429), public=True)
def sign_in(body: SignIn) -> SessionView | Response:
    """Signs in; the token goes into `Authorization: Bearer …` of every other call."""
    try:
        opened = signin.sign_in(
            database(),
            now(),
            username=body.username,
            password=body.password,
            address=request.remote_addr or "",
            kind="api",
            demo=settings().demo,
        )
    except signin.RefusedError:
        return problem(401, _("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại."))
    except throttle.TooManyError as error:
        return problem(
            429,
            _("Thử sai nhiều lần. Chờ %(seconds)s giây rồi thử lại.", seconds=error.retry_after),
            retry_after=error.retry_after,
        )
    with database().reading() as session:
        return SessionView(
            token=opened.token, expires_at=opened.expires_at, person=_person(session, opened.person_id)
        )


@api.call("DELETE", "/session", replies={204: None})
def sign_out() -> None:
    """Ends the session of this token or cookie, on the server."""
    one = visitor()
    sessions.end(db(), now(), one.session_hash, person_id=one.id, because="signed out")


@api.call("GET", "/me", replies={200: Me})
def me() -> Me:
    """Who is signed in, and how far they have come."""
    begun = queries.course_states(db(), visitor().id, catalogue.live_courses(db()))
    own = vaults.vault(settings().secret_key, visitor().id)
    if request.cookies.get(vaults.COOKIE) != own.person and not current_user.bearer:
        # Whoever signed in before this cookie was there.
        @after_this_request
        def tell(response: Response) -> Response:
            vaults.tell_whose(response, own.person)
            return response

    return Me(
        person=_person(db(), visitor().id),
        progress=[
            CourseProgress(
                course=found.published.course.id,
                state=found.state,  # type: ignore[arg-type]
                done=found.done_lessons,
                total=found.total,
            )
            for found in begun
            if found.state != "not_started"
        ],
        csrf_token="" if current_user.bearer else generate_csrf(),
        vault=VaultView(person=own.person, key=own.key),
    )


def _person(session: Session, person_id: int) -> PersonView:
    person = session.get_one(Person, person_id)
    roles = session.scalars(select(RoleGrant.role).where(RoleGrant.person_id == person_id).distinct())
    seat = postings.current_seat(session, person_id, today())
    return PersonView(
        username=person.username,
        full_name=person.full_name,
        roles=sorted(roles) or ["learner"],  # as at the door (visitors.py): everybody else learns
        unit=UnitName(code=seat.unit.code, name=seat.unit.name) if seat else None,
        position=seat.position.title if seat and seat.position else None,
    )
