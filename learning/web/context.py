"""What a request may ask for: settings, clock, and its one database session.

A view that returns commits, before the response is sent; a view that raises rolls back. Reading methods get
a reading session, the others one that holds the write lock from its first use.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import wraps
from typing import Any, TypeVar, cast
from zoneinfo import ZoneInfo

from flask import Flask, Request, current_app, g, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning.clock import Clock
from learning.database import Database
from learning.settings import Settings

View = TypeVar("View", bound=Callable[..., Any])
READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True)
class Services:
    """What the composition root built once and hands down."""

    settings: Settings
    clock: Clock
    database: Database


class App(Flask):
    """Flask, with one transaction a request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """No view here is asynchronous: nothing to look into, eleven times a request."""
        return func

    def dispatch_request(self) -> ResponseReturnValue:
        reply = super().dispatch_request()
        session: Session | None = g.get("session")
        if session is not None and request.method not in READING_METHODS:
            database().commit(session)
        return reply


def close_session(error: BaseException | None) -> None:
    session: Session | None = g.pop("session", None)
    if session is not None:
        session.close()


def this_request() -> Request:
    """The request itself, where more than one thing is asked of it: `flask.request` stands for it, and looks for it
    each time."""
    return cast(Request, request._get_current_object())  # type: ignore[attr-defined]


def services() -> Services:
    return cast(Services, current_app._get_current_object().extensions["learning"])  # type: ignore[attr-defined]


def settings() -> Settings:
    return services().settings


def database() -> Database:
    return services().database


def db() -> Session:
    """This request's session."""
    if "session" not in g:
        reads = request.method in READING_METHODS
        g.session = database().read_session() if reads else database().write_session()
    return cast(Session, g.session)


def looks(view: View) -> View:
    """For a view that is sent to with POST and only looks: `db()` reads, nobody's write waits for it."""

    @wraps(view)
    def looking(*args: Any, **kwargs: Any) -> Any:
        with database().reading() as session:
            g.session = session
            try:
                return view(*args, **kwargs)
            finally:
                g.pop("session", None)

    return cast(View, looking)


def now() -> datetime:
    """The moment of this request: the same however often it is asked."""
    moment: datetime | None = g.get("now")
    if moment is None:
        moment = g.now = services().clock.now()
    return moment


def zone() -> ZoneInfo:
    """The province's time zone."""
    return settings().timezone


def today() -> date:
    """The date in the province."""
    return now().astimezone(zone()).date()


def install(app: App, given: Services) -> None:
    app.extensions["learning"] = given
    app.teardown_appcontext(cast(Any, close_session))
