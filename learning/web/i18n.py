"""The interface's two languages: Vietnamese is the text in the code, English a catalogue beside it."""

import tempfile
from pathlib import Path
from typing import Any, cast

import flask_babel
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import has_request_context
from flask_babel import Babel, get_locale
from flask_wtf import FlaskForm

from learning.settings import ROOT
from learning.web.context import App, settings, this_request
from learning.web.language import COOKIE, LANGUAGES, FormMessages

CATALOGUES = ROOT / "learning" / "translations"


def install(app: App, instance: Path, default: str) -> None:
    compiled = instance / "translations"
    for catalogue in CATALOGUES.glob("*/LC_MESSAGES/*.po"):
        _compile(catalogue, compiled / catalogue.relative_to(CATALOGUES).with_suffix(".mo"))
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(compiled)
    app.config["BABEL_DEFAULT_LOCALE"] = default
    Babel(app, locale_selector=choose_language)  # type: ignore[no-untyped-call]
    app.add_template_global(language)
    # Every form of the product speaks the reader's language; WTForms has no Vietnamese of its own.
    FlaskForm.Meta.get_translations = lambda self, form: FormMessages(language())


def language() -> str:
    """The interface language of this request: "vi" or "en"."""
    locale = get_locale()
    return str(locale.language) if locale is not None else LANGUAGES[0]


def gettext(text: str, /, **values: object) -> str:
    """The text in the reader's language, with its values filled in; as it stands where nobody reads a page."""
    if not has_request_context():
        return text % values if values else text
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, count: int, /, **values: object) -> str:
    """The same for a count, `%(num)s`; Vietnamese has one form for all."""
    if not has_request_context():
        return many % {"num": count, **values}
    return str(flask_babel.ngettext(one, many, count, **values))


def lazy_gettext(text: str, /, **values: object) -> str:
    """Text for a form's class, made before any request: each page that shows it says it in its reader's language."""
    return cast(str, flask_babel.lazy_gettext(text, **values))


def choose_language() -> str:
    default, this = settings().language, this_request()
    if this.path.startswith("/api/"):
        return this.accept_languages.best_match(LANGUAGES, default) or default
    chosen = this.cookies.get(COOKIE, default)
    return chosen if chosen in LANGUAGES else default


def _compile(source: Path, target: Path) -> None:
    """Makes the machine's form of a catalogue where it is missing or older; whole or not at all."""
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with source.open("rb") as text:
        catalogue: Any = read_po(text)
    with tempfile.NamedTemporaryFile(dir=target.parent, delete=False) as draft:
        write_mo(draft, catalogue)
    Path(draft.name).replace(target)
