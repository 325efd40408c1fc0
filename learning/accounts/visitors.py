"""Who is at the door of this request."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlsplit

import flask
from flask import Request, Response, abort, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person, RoleGrant, SigninSession
from learning.accounts.sessions import hash_of
from learning.database import Prepared
from learning.web.context import READING_METHODS, App, database, now, this_request

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Visitor(UserMixin):  # type: ignore[misc]
    """A signed-in person as a request sees them: plain values, no row."""

    id: int
    username: str
    full_name: str
    roles: frozenset[str]
    scopes: Mapping[str, frozenset[str]] = field(default_factory=dict)  # role → fields or units
    session_hash: str = ""
    bearer: bool = False

    def get_id(self) -> str:
        return str(self.id)

    def has(self, *roles: str) -> bool:
        return not self.roles.isdisjoint(roles)


def visitor() -> Visitor:
    """The signed-in person of this request; only behind `signed_in` or `roles`."""
    return cast(Visitor, current_user._get_current_object())


def signed_in(view: View) -> View:
    """Signed out: to the sign-in page, and back afterwards."""

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if not visitor().is_authenticated:
            return _send_to_signin()
        return view(*args, **kwargs)

    return cast(View, guarded)


def as_visitor(session: Session, person_id: int) -> Visitor | None:
    """A person as they would stand at the door now, with no session; None for who is not let in any more."""
    query = (
        select(_PERSON.id, _PERSON.username, _PERSON.full_name, _GRANT.role, _GRANT.scope)
        .outerjoin(RoleGrant.__table__, _GRANT.person_id == _PERSON.id)
        .where(_PERSON.id == person_id, _PERSON.active)
    )
    rows = list(session.execute(query))
    return _visitor(rows, "", "") if rows else None


def roles(*allowed: str) -> Callable[[View], View]:
    """Signed out: to the sign-in page. Signed in without any of these roles: 404, as if it were not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not visitor().has(*allowed):
                abort(404)
            return view(*args, **kwargs)

        return cast(View, signed_in(guarded))

    return decorate


def asking_too(statement: Select[Any]) -> Callable[[View], View]:
    """For a page that is asked for all the time: what else it needs of the database (one value, by the names in its
    address) is asked for in the door's own query. The view finds it by `asked_too()`."""
    prepared = Prepared(_DOOR.add_columns(statement.scalar_subquery().label("too")))

    def decorate(view: View) -> View:
        view.door = prepared  # type: ignore[attr-defined]
        return view

    return decorate


def asked_too() -> Any:
    """What `asking_too` found; only behind `signed_in` or `roles`."""
    return g.asked_too


class Door(LoginManager):  # type: ignore[misc]
    """Flask-Login, without its own ways of remembering whom it let in (a user in the cookie, its fingerprint of the
    browser): the cookie holds no more than a token the server can revoke."""

    def _load_user(self) -> None:
        self._update_request_context_with_user(_visitor_of(this_request()))

    def _update_remember_cookie(self, response: Response) -> Response:
        return response  # nor a cookie that remembers


def install(app: App) -> None:
    """Wires Flask-Login to the server-side sessions, and registers the pages of signing in."""
    from learning.accounts import routes  # which stands above this module

    manager = Door()
    manager.request_loader(_visitor_of)
    manager.init_app(app, add_context_processor=True)
    routes.install(app)


def _visitor_of(asked: Request) -> Visitor | None:
    """The visitor by `Authorization: Bearer` or, without that header, by the browser's cookie."""
    header = asked.environ.get("HTTP_AUTHORIZATION", "")
    token = header.removeprefix("Bearer ").strip() if header else flask.session.get("sid", "")
    if not token or (header and not header.startswith("Bearer ")):
        return None
    kind = "api" if header else "browser"
    # An address with NUL is no page's (web/security.py), and PostgreSQL could not be asked for it.
    view = None if "\0" in asked.path else current_app.view_functions.get(asked.endpoint or "")
    door = getattr(view, "door", None)
    session_hash = hash_of(token)
    given = (asked.view_args or {}) if door else {}
    rows = database().look_up(door or _AT_THE_DOOR, **given, token_hash=session_hash, kind=kind, now=now())
    if not rows:
        return None
    if door is not None:
        g.asked_too = rows[0].too
    return _visitor(rows, session_hash, kind)


_PERSON, _GRANT, _SIGNIN = Person.__table__.c, RoleGrant.__table__.c, SigninSession.__table__.c
# A row for each role. Not in the request's own transaction, which holds the write lock: strangers must not hold it.
_DOOR = (
    select(_PERSON.id, _PERSON.username, _PERSON.full_name, _GRANT.role, _GRANT.scope)
    .select_from(SigninSession.__table__)
    .join(Person.__table__, _PERSON.id == _SIGNIN.person_id)
    .outerjoin(RoleGrant.__table__, _GRANT.person_id == _PERSON.id)
    .where(_SIGNIN.token_hash == bindparam("token_hash"), _SIGNIN.kind == bindparam("kind"))
    .where(_SIGNIN.ended_at.is_(None), _SIGNIN.expires_at > bindparam("now"), _PERSON.active)
)
_AT_THE_DOOR = Prepared(_DOOR)


def _visitor(rows: list[Any], session_hash: str, kind: str) -> Visitor:
    scopes: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row.role:
            scopes[row.role].update({row.scope} - {""})
    return Visitor(
        id=rows[0].id,
        username=rows[0].username,
        full_name=rows[0].full_name,
        roles=frozenset(scopes) or frozenset({"learner"}),  # everybody else learns
        scopes={role: frozenset(values) for role, values in scopes.items()},
        session_hash=session_hash,
        bearer=kind == "api",
    )


def _send_to_signin() -> ResponseReturnValue:
    if request.path.startswith("/api/"):
        abort(401)
    # After signing in one returns to the page; to the form again, where it was a form that was sent.
    page = request.full_path.rstrip("?") if request.method in READING_METHODS else _page_before()
    return redirect(f"/?next={quote(page)}", 303)


def _page_before() -> str:
    try:
        referrer = urlsplit(request.referrer or "")
    except ValueError:  # no address at all, such as "http://["
        return "/"
    return referrer.path if referrer.netloc == request.host and referrer.path else "/"
