"""Nothing visible is outside the catalogue, and the English catalogue is whole."""

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import jinja2.ext
import pytest
from babel.messages.catalog import Message

from learning.settings import ROOT
from tests import catalogue

VIETNAMESE = re.compile("[À-ÖØ-öø-ỹ]")
WORD = re.compile(r"[^\W\d_]+")
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[a-z]|#")
GETTEXT = {"_", "gettext", "ngettext", "lazy_gettext", "_l"}

# Written alike in every language: the product, and each language's name in itself.
ALIKE = {"Cầm", "Tay", "Tiếng", "Việt", "English"}
# What a person reads of a tag besides its text.
READ_ALOUD = {"alt", "title", "aria-label", "aria-description", "placeholder", "label", "summary"}

PACKAGES = (
    "accounts",
    "api",
    "certificates",
    "library",
    "office",
    "organisation",
    "progress",
    "quizzes",
    "reports",
    "studio",
    "study",
    "web",
)
# Vietnamese that is not the interface: file → why. cli/, demo/ and content/ are not looked at: the first two
# speak Vietnamese to whoever runs them, the last is bilingual by itself (content/codes.py).
SPOKEN_OTHERWISE = {
    "certificates/pdf.py": "the paper is in Vietnamese, frozen at issue, whatever its holder reads",
    "organisation/positions.py": "the groups of the list a new database begins with are the province's own data",
    "organisation/units.py": "names of provinces",
    "web/language.py": "what WTForms says in English, by its English",
    "templates/styleguide.html": "samples of Vietnamese text, there to be looked at",
}


def test_every_message_has_its_english() -> None:
    asked, held = catalogue.asked(), catalogue.held()
    new = _ids(asked) - _ids(held)
    left_over = (_ids(held) - _ids(asked)) | {str(each) for each in held.obsolete}
    empty = [message.id for message in held if message.id and not all(_strings(message))]
    assert (new, left_over, empty) == (set(), set(), []), (
        "run .venv/bin/python tests/catalogue.py, then translate"
    )


def test_no_message_is_a_guess() -> None:
    assert [message.id for message in catalogue.held() if message.id and message.fuzzy] == []


def test_the_english_fills_in_what_the_vietnamese_does() -> None:
    """One of a count may leave the number unsaid; nothing else may."""
    for message in catalogue.held():
        if not message.id:
            continue
        wanted = _places(_forms(message)[-1])
        said = [_places(text) for text in _strings(message)]
        assert said[-1] == wanted, message.id
        assert all(one <= wanted for one in said), message.id


def test_the_english_holds_no_vietnamese() -> None:
    for message in catalogue.held():
        for text in _strings(message) if message.id else ():
            assert not vietnamese(text), text


def test_the_catalogue_changes_only_with_the_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No dates, no names, no paths of a machine; what is translated stays."""
    copy = tmp_path / "messages.po"
    copy.write_bytes(catalogue.ENGLISH.read_bytes())
    monkeypatch.setattr(catalogue, "ENGLISH", copy)
    assert catalogue.update() == 0
    once = copy.read_bytes()
    assert catalogue.update() == 0
    assert copy.read_bytes() == once
    assert not re.search(rb"Date:|Translator:|Generated|@|#: /", once.replace(b"@%", b""))


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_templates_say_nothing_outside_gettext(path: Path) -> None:
    if str(path.relative_to(ROOT)) in SPOKEN_OTHERWISE:
        return
    source = path.read_text(encoding="utf-8")
    assert [*_bare_text(source), *_bare_constants(source)] == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>{{ _('Lưu') }}</p>", []),
        ("<p>Lưu {{ x }}</p>", ["1: Lưu"]),
        ("<p>\n{% if x %}Save{% endif %}</p>", ["2: Save"]),
        ('<a href="{{ x }}" title="Mở {{ y }}">{{ z }}</a>', ["1: Mở"]),
        ('<input type="submit" value="Go">', ["1: Go"]),
        ('<option value="go"{% if x %} selected{% endif %}>{{ y }}</option>', []),
        ("{{ ui.button('Lưu') }}", ["1: Lưu"]),
        ("{{ _('Học %(what)s.', what='bài') }}", ["1: bài"]),
        ("<p>{% trans %}Học{% endtrans %} {# Ghi chú #}</p>", []),
        ("<script>if (a < b) c()</script><p>Cầm Tay</p>", []),
    ],
)
def test_the_look_at_templates_sees_what_it_should(source: str, found: list[str]) -> None:
    assert [*_bare_text(source), *_bare_constants(source)] == found


@pytest.mark.parametrize(
    "path",
    sorted(path for package in PACKAGES for path in (ROOT / "learning" / package).rglob("*.py")),
    ids=lambda path: str(path.relative_to(ROOT / "learning")),
)
def test_code_says_nothing_outside_gettext(path: Path) -> None:
    if str(path.relative_to(ROOT / "learning")) in SPOKEN_OTHERWISE:
        return
    found = list(_bare_strings(ast.parse(path.read_text(encoding="utf-8"))))
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('_("Lưu")', []),
        ('"""Lưu"""\nx = 1', []),
        ('flash("Lưu")', ["1: Lưu"]),
        ('f"{x} bài đã học"', ["1:  bài đã học"]),
        ('_("%(x)s", x="đạt")', ["1: đạt"]),
        ("_(x)", ["1: not a text of its own: _(x)"]),
    ],
)
def test_the_look_at_code_sees_what_it_should(source: str, found: list[str]) -> None:
    assert list(_bare_strings(ast.parse(source))) == found


def test_what_speaks_otherwise_still_does() -> None:
    for name in SPOKEN_OTHERWISE:
        if name.endswith(".html"):
            assert list(_bare_text((ROOT / name).read_text(encoding="utf-8"))), name
        else:
            assert list(_bare_strings(ast.parse((ROOT / "learning" / name).read_text(encoding="utf-8")))), (
                name
            )


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "js").rglob("*.js")), ids=lambda path: path.name)
def test_scripts_take_their_words_from_the_page(path: Path) -> None:
    source = re.sub(r"//[^\n]*|/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    literals = [text for _, text in re.findall(r"""(["'`])((?:\\.|(?!\1).)*)\1""", source, flags=re.DOTALL)]
    shown = re.findall(
        r"""(?:textContent|innerText|innerHTML|title|alert\()\s*\+?=?\s*["'`]([^"'`$]+)""", source
    )
    assert [text for text in literals if vietnamese(text)] == []
    assert [text for text in shown if WORD.search(text)] == []


def _ids(messages: catalogue.Catalog) -> set[str]:
    return {str(message.id) for message in messages if message.id}


def _forms(message: Message) -> tuple[str, ...]:
    return message.id if isinstance(message.id, tuple) else (message.id,)


def _strings(message: Message) -> tuple[str, ...]:
    return message.string if isinstance(message.string, tuple) else (message.string,)


def vietnamese(text: str) -> bool:
    return any(VIETNAMESE.search(word) for word in set(WORD.findall(text)) - ALIKE)


def _places(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def _bare_text(source: str) -> Iterator[str]:
    """Words between and in tags that no expression gave, as "line: text"."""
    reader = _Reader()
    reader.feed("".join(_without_expressions(source)))
    reader.close()
    for line, text in reader.found:
        if set(WORD.findall(text)) - ALIKE:
            yield f"{line}: {text}"


def _without_expressions(source: str) -> Iterator[str]:
    """The template's own text, on its own lines: every tag of the template language is only its line breaks."""
    inside = translated = False
    for _line, kind, value in jinja2.Environment(extensions=["jinja2.ext.i18n"]).lex(source):
        if kind.endswith("_begin"):
            inside = True
        if inside and kind == "name" and value in ("trans", "endtrans"):
            translated = value == "trans"
        yield value if kind == "data" and not translated else "\n" * value.count("\n")
        if kind.endswith("_end"):
            inside = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        pressed = tag == "button" or (tag == "input" and given.get("type") in ("submit", "button", "reset"))
        for name, value in attrs:
            read = name in READ_ALOUD or (name == "value" and pressed and tag == "input")
            read = read or (name == "content" and given.get("name") == "description")
            if value and (read or vietnamese(value)):
                self._find(value)

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            self._find(data)

    def _find(self, text: str) -> None:
        for offset, line in enumerate(text.split("\n")):
            if line.strip():
                self.found.append((self.getpos()[0] + offset, line.strip()))


def _bare_constants(source: str) -> Iterator[str]:
    """Vietnamese in expressions that goes past gettext, as "line: text"."""
    environment = jinja2.Environment(extensions=["jinja2.ext.i18n"])
    yield from _constants(environment.parse(source))


def _constants(node: jinja2.nodes.Node) -> Iterator[str]:
    said: list[jinja2.nodes.Node] = []
    if isinstance(node, jinja2.nodes.Call) and getattr(node.node, "name", "") in GETTEXT:
        said = [each for each in node.args if isinstance(each, jinja2.nodes.Const)]
    for child in node.iter_child_nodes():
        if child not in said:
            yield from _constants(child)
    if isinstance(node, jinja2.nodes.Const) and isinstance(node.value, str) and vietnamese(node.value):
        yield f"{node.lineno}: {node.value}"


def _bare_strings(node: ast.AST) -> Iterator[str]:
    """Vietnamese that goes past gettext, as "line: text"; docstrings do not count."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    said: list[ast.AST] = []
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") in GETTEXT:
        said = [each for each in node.args if isinstance(each, ast.Constant)]
        if not said:
            yield f"{node.lineno}: not a text of its own: {ast.unparse(node)}"
    for child in ast.iter_child_nodes(node):
        if child not in said:
            yield from _bare_strings(child)
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and vietnamese(node.value):
        yield f"{node.lineno}: {node.value}"
