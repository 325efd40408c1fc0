"""Who is at the door of this request."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, TypeVar, cast

from flask import abort
from flask_login import UserMixin, current_user

from learning.web.context import App

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
    """The signed-in person of this request; only behind `login_required` or `roles`."""
    return cast(Visitor, current_user)


def roles(*allowed: str) -> Callable[[View], View]:
    """Signed out: to the sign-in page. Signed in without any of these roles: 404, as if it were not there."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            if not visitor().has(*allowed):
                abort(404)
            return view(*args, **kwargs)

        from flask_login import login_required

        return cast(View, login_required(guarded))

    return decorate


def install(app: App) -> None:
    """Wires Flask-Login to the server-side sessions."""
