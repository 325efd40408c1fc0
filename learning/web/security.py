"""Headers on every response, and the guard against forged requests."""

from typing import Any

from flask import Flask, Response, abort, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.routing import IntegerConverter

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
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

READING = ("GET", "HEAD", "OPTIONS")
NUL = "\0"  # which PostgreSQL cannot hold and no keyboard types
MOST = 2**31 - 1  # what a column of numbers holds

csrf = CSRFProtect()


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
    app.url_map.converters["int"] = Number
    app.config.setdefault("CSRF_EXEMPT", set())
    csrf.init_app(app)

    @app.before_request
    def refuse_nul() -> None:
        if NUL in request.path:
            abort(404)
        fields = (request.args,) if request.method in READING else (request.args, request.form)
        if any(NUL in name or NUL in value for given in fields for name, value in given.items(multi=True)):
            abort(400)

    @app.before_request
    def guard() -> None:
        if request.method in READING or request.endpoint in app.config["CSRF_EXEMPT"]:
            return
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return
        csrf.protect()

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cache-Control", "private, no-store")
        if https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response
