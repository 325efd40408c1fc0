"""The composition root: everything is built here, once, and handed down."""

from importlib import import_module

from werkzeug.middleware.proxy_fix import ProxyFix

from learning.clock import Clock, SystemClock
from learning.database import Database
from learning.settings import ROOT, Settings, read_settings
from learning.web import context, security

# Packages with an `install(app)`, lowest first; each registers what it needs (blueprints, loaders, filters).
PARTS = (
    "learning.web.interface",
    "learning.accounts.visitors",
    "learning.certificates.routes",
    "learning.study.routes",
    "learning.study.shell",
    "learning.study.rehearsal",
    "learning.studio.routes",
    "learning.reports.routes",
    "learning.office.routes",
    "learning.api.routes",
    "learning.web.health",
)


def create_app(
    settings: Settings | None = None, *, clock: Clock | None = None, database: Database | None = None
) -> context.App:
    """The web application. Tests hand in a still clock and their own database."""
    settings = settings or read_settings()
    app = context.App(
        "learning",
        static_folder=None,
        template_folder=str(ROOT / "templates"),
    )
    app.config["SECRET_KEY"] = settings.secret_key
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    context.install(
        app,
        context.Services(
            settings=settings,
            clock=clock or SystemClock(),
            database=database or Database(settings.database_url),
        ),
    )
    security.install(app, https=settings.base_url.startswith("https://"))
    if settings.proxies:
        # Whom a throttle counts is the visitor, not the proxy; without this setting the header is anybody's word.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    for part in PARTS:
        import_module(part).install(app)
    return app
