"""What a phone needs to open the site without a network: the worker, the page that stands in for others, the manifest.

All of it is the same for everyone. Which lessons are kept besides is for each phone to choose: see copies.py.
"""

import hashlib
import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from flask import Blueprint, Response, current_app, render_template, request, url_for
from flask_babel import force_locale

from learning.settings import ROOT
from learning.study import copies
from learning.web import assets
from learning.web.compression import Kept
from learning.web.context import App, settings
from learning.web.i18n import gettext as _
from learning.web.language import LANGUAGES

WORKER = ROOT / "static" / "js" / "sw.js"
# Clears what a worker kept and goes: no page is answered by it. Answers that wait to be sent are not its to clear.
FAREWELL = """\
addEventListener("install", () => skipWaiting());
addEventListener("activate", (event) => event.waitUntil(leave()));

async function leave() {
  const ours = (await caches.keys()).filter((name) => /^(shell|course)-/.test(name));
  await Promise.all(ours.map((name) => caches.delete(name)));
  await registration.unregister();
}
"""
SCRIPTS = ("comfort.js", "site.js", "offline.js")
PICTURES = ("icon.svg",)
ICONS = (("icon-192.png", "192x192", "any"), ("icon-512.png", "512x512", "any"))
MASKABLE = ("icon-maskable.png", "512x512", "maskable")
GREEN, PAPER = "#0b5d45", "#fbfaf6"

blueprint = Blueprint("shell", __name__)


@dataclass(frozen=True)
class Shell:
    """What the worker keeps from the beginning. `hash` changes with any of it, and with the worker itself."""

    hash: str
    addresses: tuple[str, ...]


def install(app: App) -> None:
    app.register_blueprint(blueprint)
    app.register_blueprint(copies.blueprint)
    with app.app_context():
        app.jinja_env.globals["works_offline"] = settings().offline


@blueprint.get("/sw.js")
def worker() -> Response:
    response = Response(_worker(), mimetype="text/javascript")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/offline")
def page() -> Response:
    """What is kept on this phone, and what stands in for a page that needs the network."""
    response = Kept(render_template("study/offline.html"))
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")  # which says the language, and nothing else here
    response.add_etag()
    response.make_conditional(request)
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    icons = [
        {"src": address(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
        for name, sizes, purpose in (*ICONS, MASKABLE)
    ]
    told = {
        "id": "/",
        "name": "Cầm Tay",
        "short_name": "Cầm Tay",
        "description": _("Học trực tuyến cho cán bộ, công chức cấp xã"),
        "lang": "vi",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": PAPER,
        "theme_color": GREEN,
        "icons": icons,
        "shortcuts": [{"name": _("Học ngoại tuyến"), "url": url_for("shell.page")}],
    }
    response = Response(json.dumps(told, ensure_ascii=False), mimetype="application/manifest+json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def address(name: str) -> str:
    """Where an asset is served: "icon-192.png" → "/assets/icon-192.<hash>.png"."""
    return str(current_app.extensions["assets"][name])


def shell() -> Shell:
    app: Any = current_app
    if "shell" not in app.extensions:
        app.extensions["shell"] = _shell()
    found: Shell = app.extensions["shell"]
    return found


def _worker() -> str:
    if not settings().offline:
        return FAREWELL
    known = shell()
    told = {"hash": known.hash, "page": url_for("shell.page"), "addresses": known.addresses}
    return f"const SHELL = {json.dumps(told)};\n{_source()}"


def _shell() -> Shell:
    scripts = assets.imports(current_app.extensions["scripts"], *SCRIPTS)
    addresses = tuple(address(name) for name in ("app.css", *PICTURES, *scripts))
    pages = []
    for language in LANGUAGES:
        with force_locale(language):
            pages.append(render_template("study/offline.html"))
    everything = "\n".join((*addresses, *pages, _source()))
    return Shell(hashlib.sha256(everything.encode()).hexdigest()[:12], addresses)


@cache
def _source() -> str:
    return WORKER.read_text()
