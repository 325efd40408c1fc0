"""The names of QTI, old and new: `qti-so` of QTI 3 is the `so` of QTI 2, whatever the namespace."""

import re
from collections.abc import Iterator
from typing import Any

LESSON = "lesson."  # before the key of a text, in a manifest where all else has identifiers, too
EXPLAINED = "EXPLANATION"  # the outcome that brings up the explanation
IN_PLACE = "camtay-in-place"  # the Markdown that stands where an element is

NAMES: dict[str, str] = {}
_AUTO = "tu-sinh-"  # and a number: identifiers of what has none
_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]{0,127}")


def identifier_of(key: str) -> str:
    """A key as an identifier, which cannot begin with a digit; "" for one that cannot be any."""
    name = f"_{key}" if key[:1].isdigit() else key
    return name if _IDENTIFIER.fullmatch(name) and key_of(name) == key else ""


def key_of(identifier: str) -> str:
    """The key that an identifier stands for; "" for one that was made up."""
    if re.fullmatch(_AUTO + "[0-9]+", identifier):
        return ""
    return identifier[1:] if re.fullmatch(r"_[0-9][a-z0-9-]*", identifier) else identifier


def made_up(number: int) -> str:
    """The identifier of the `number`th of a file, where it has no key."""
    return f"{_AUTO}{number}"


def local(element: Any) -> str:
    """`qti-choice-interaction`, `choiceInteraction` of any namespace → "choiceInteraction"."""
    if not isinstance(element.tag, str):
        return ""
    plain: str = element.tag.rpartition("}")[2]
    if plain not in NAMES and len(NAMES) < 2000:
        NAMES[plain] = _camel(plain.removeprefix("qti-")) if plain.startswith("qti-") else plain
    return NAMES.get(plain, plain)


def attribute(element: Any, name: str) -> str:
    """`responseIdentifier`, or as QTI 3 writes it `response-identifier`; "" where there is none."""
    value = element.get(name)
    if value is None:
        value = element.get(re.sub(r"[A-Z]", lambda found: "-" + found[0].lower(), name))
    return (value or "").strip()


def _camel(name: str) -> str:
    first, *others = name.split("-")
    return first + "".join(part.capitalize() for part in others)


def below(element: Any, *names: str) -> Iterator[Any]:
    return (one for one in element.iter() if one is not element and local(one) in names)


def first(element: Any, *names: str) -> Any:
    return next(below(element, *names), None)


def said(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())
