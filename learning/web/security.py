"""Headers on every response, and the guard against forged requests."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Request, Response, abort, request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.routing import IntegerConverter
from werkzeug.sansio.http import parse_cookie

from learning.web.context import this_request
from learning.web.scripts import LOOK_SOURCE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        f"script-src 'self' {LOOK_SOURCE}",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "private, no-store",
}
# A page that shows one of our own in a frame, and the page in the frame.
FRAMING = {"Content-Security-Policy": f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"}
FRAMED = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY.replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}
# A picture or a file that somebody gave us, opened by itself: it is shown, and does nothing.
# The style is the browser's own, which fits it to the window.
SEALED = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'none'; "
    "base-uri 'none'; sandbox"
)
TRANSPORT = {"Strict-Transport-Security": "max-age=31536000"}
READING = ("GET", "HEAD", "OPTIONS")
NUL = "\0"  # which PostgreSQL cannot hold and no keyboard types
MOST = 2**31 - 1  # what a column of numbers holds

csrf = CSRFProtect()


class Asked(Request):
    """Flask's request. A browser sends the same cookies with every one: they are taken apart once."""

    @property
    def cookies(self) -> ImmutableMultiDict[str, str]:
        return _cookies(self.environ.get("HTTP_COOKIE", ""))


@lru_cache(maxsize=4096)
def _cookies(header: str) -> ImmutableMultiDict[str, str]:
    return cast("ImmutableMultiDict[str, str]", parse_cookie(header, cls=ImmutableMultiDict))


class Cookies(SecureCookieSessionInterface):
    """Flask's own signed cookies; their signature is verified once, too, and their age each time."""

    def __init__(self) -> None:
        self._verified = lru_cache(maxsize=4096)(self._verify)

    @cache  # noqa: B019 (one of these lives as long as the program)
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        serializer, cookie = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if serializer is None:
            return super().open_session(app, request)
        if not cookie:
            return self.session_class()
        try:
            data, signed_at = self._verified(serializer, cookie)
        except BadSignature:
            return self.session_class()
        if datetime.now(UTC) - signed_at > app.permanent_session_lifetime:
            return self.session_class()
        return self.session_class(
            {key: list(held) if isinstance(held, list) else held for key, held in data.items()}
        )

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if session.modified or self.should_set_cookie(app, session):
            super().save_session(app, session, response)
        elif "Cookie" not in response.headers.get("Vary", ""):
            response.headers.add("Vary", "Cookie")

    def _verify(self, serializer: URLSafeTimedSerializer, cookie: str) -> tuple[dict[str, Any], datetime]:
        """What a cookie says, and when it was signed. Raises BadSignature."""
        return cast(tuple[dict[str, Any], datetime], serializer.loads(cookie, return_timestamp=True))


def whole(text: str) -> int:
    """A number of a form or a query; raises ValueError for one that no column holds."""
    number = int(text)
    if abs(number) > MOST:
        raise ValueError(text)
    return number


class Number(IntegerConverter):
    """`<int:…>` in an address: what no row can be numbered is not there."""

    def __init__(self, map: Any, **options: Any) -> None:
        super().__init__(map, **{"max": MOST, **options})


def install(app: Flask, *, https: bool) -> None:
    """Strict headers; and CSRF on every unsafe request, but those that carry no ambient authority (a bearer
    token) and those an endpoint declares exempt with `app.config["CSRF_EXEMPT"]`."""
    app.config.update(
        WTF_CSRF_CHECK_DEFAULT=False,
        WTF_CSRF_TIME_LIMIT=None,  # a page left open over night may still be sent; the session decides
        WTF_CSRF_HEADERS=["X-CSRFToken"],
        WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME="__Host-session" if https else "session",
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,  # a lesson page carries no cookie: it is the same for everyone
        MAX_CONTENT_LENGTH=2 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=1024 * 1024,
        MAX_FORM_PARTS=2000,
    )
    app.request_class = Asked
    app.session_interface = Cookies()
    app.url_map.converters["int"] = Number
    app.config.setdefault("CSRF_EXEMPT", set())
    csrf.init_app(app)

    @app.before_request
    def refuse_nul() -> None:
        this = this_request()
        if NUL in this.path:
            abort(404)
        if not this.query_string and (this.method in READING or this.is_json):
            return
        fields = (this.args,) if this.method in READING else (this.args, this.form)
        if any(NUL in name or NUL in value for given in fields for name, value in given.items(multi=True)):
            abort(400)

    @app.before_request
    def guard() -> None:
        if request.method in READING or request.endpoint in app.config["CSRF_EXEMPT"]:
            return
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return
        csrf.protect()

    app.wsgi_app = with_headers(app.wsgi_app, HEADERS | TRANSPORT if https else HEADERS)  # type: ignore[assignment, method-assign]


def with_headers(application: "WSGIApplication", headers: Mapping[str, str]) -> "WSGIApplication":
    """The application, with these headers on each answer that does not carry its own of that name.

    Under Flask, so that no answer is without them, whoever made it.
    """
    added = [(name.lower(), (name, value)) for name, value in headers.items()]

    def answer(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, own: list[tuple[str, str]], *error: Any) -> Callable[[bytes], object]:
            named = {name.lower() for name, _ in own}
            own.extend(header for name, header in added if name not in named)
            return start_response(status, own, *error)

        return application(environ, cast("StartResponse", start))

    return answer
