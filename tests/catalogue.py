"""The words the code asks for, and the English catalogue of them.

`python tests/catalogue.py` brings the catalogue up to date: what is new comes in empty, what is no longer asked
for goes out. The message is the Vietnamese text itself.
"""

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

from learning.settings import ROOT

ENGLISH = ROOT / "learning" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# The functions whose first argument (or first two) is a message.
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "lazy_gettext": None, "_l": None}
# No dates and no names: the file changes only when the words do.
HEADER = r"""# The interface in English. Each message is the Vietnamese text of the code.
msgid ""
msgstr ""
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

"""


def asked() -> Catalog:
    """Every message of the code and the templates, with the files that ask for it."""
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    catalogue = Catalog(locale="en", fuzzy=False)
    for name, _line, message, _comments, _context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, directory_filter=_holds_words
    ):
        catalogue.add(message, locations=[(name, 0)])
    return catalogue


def held() -> Catalog:
    """The English catalogue as it is committed."""
    with ENGLISH.open("rb") as text:
        return read_po(text, locale="en")


def update() -> int:
    """Writes the catalogue anew; how many messages have no English yet."""
    catalogue, known = asked(), held()
    empty = 0
    for message in catalogue:
        before = known.get(message.id) if message.id else None
        if before is not None and type(before.id) is type(message.id):
            message.string = before.string
        empty += bool(message.id) and not all(
            message.string if isinstance(message.string, tuple) else (message.string,)
        )
    text = io.BytesIO()
    write_po(text, catalogue, width=0, omit_header=True, sort_by_file=True, include_lineno=False)
    ENGLISH.write_text(HEADER + text.getvalue().decode().lstrip("\n"), encoding="utf-8")
    return empty


def _holds_words(directory: str) -> bool:
    inside = Path(directory).relative_to(ROOT).parts
    return inside[0] in ("learning", "templates") and inside[-1] != "__pycache__"


if __name__ == "__main__":
    print(f"{ENGLISH.relative_to(ROOT)}: {update()} still to translate")
