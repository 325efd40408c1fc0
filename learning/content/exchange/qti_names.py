"""The names of QTI, old and new: `qti-so` of QTI 3 is the `so` of QTI 2, whatever the namespace."""

import re
from collections.abc import Iterator
from typing import Any

AUTO = "tu-sinh-"  # identifiers of questions that have none
EXPLAINED = "EXPLANATION"  # the outcome that brings up the explanation
IN_PLACE = "camtay-in-place"  # the Markdown that stands where an element is

NAMES: dict[str, str] = {}


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
