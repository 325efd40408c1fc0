"""Between the fields of a question's form and the answer as the contract has it. Pure."""

import re
from collections.abc import Mapping
from typing import Any, Protocol

Question = Mapping[str, Any]  # as the contract has it: id, kind, prompt, options, left, right, gaps, unit
NAME = "answer"  # of the field; with ".<part>" where a question has parts


class Fields(Protocol):
    """What was sent: a werkzeug MultiDict."""

    def getlist(self, key: str) -> list[str]: ...


class Unclear(ValueError):
    """An order in which a place is missing or taken twice."""


def read(question: Question, fields: Fields) -> Any:
    """The answer that a form gives, None where it gives none. Raises Unclear."""
    match question["kind"]:
        case "multiple":
            return fields.getlist(NAME) or None
        case "true-false":
            return {"true": True, "false": False}.get(_one(fields, NAME))
        case "match":
            return _parts(fields, [item["id"] for item in question["left"]])
        case "gaps":
            return _parts(fields, [gap["id"] for gap in question["gaps"]])
        case "order":
            return _ordered(
                _parts(fields, [item["id"] for item in question["options"]]), len(question["options"])
            )
        case "written":  # a browser ends lines in CRLF, a script in LF: the same text is the same answer
            return _one(fields, NAME).replace("\r\n", "\n") or None
        case _:
            return _one(fields, NAME) or None


def fill(question: Question, answer: Any) -> dict[str, list[str]]:
    """The fields as a saved answer fills them: name → values."""
    if answer is None:
        return {}
    match question["kind"]:
        case "multiple":
            return {NAME: list(answer)}
        case "true-false":
            return {NAME: ["true" if answer else "false"]}
        case "match" | "gaps":
            return {f"{NAME}.{part}": [str(value)] for part, value in answer.items()}
        case "order":
            return {f"{NAME}.{item}": [str(place)] for place, item in enumerate(answer, 1)}
        case _:
            return {NAME: [_plain(answer)]}


def split_prompt(html: str) -> tuple[str, str]:
    """What leads up to a question, and the question itself: its last paragraph, without the tag.

    A prompt that ends in something else (a table, a picture) is all context, and the heading is "".
    """
    found = re.fullmatch(r"(.*?)<p>((?:(?!</?p\b).)*)</p>\s*", html.strip(), flags=re.DOTALL)
    if found is None:
        return (html, "") if "<" in html[:1] else ("", html)
    return found[1].strip(), found[2]


def plain(html: str) -> str:
    """The text of a fragment, for places that hold no markup."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html)).strip()


def _one(fields: Fields, name: str) -> str:
    return next(iter(fields.getlist(name)), "").strip()


def _parts(fields: Fields, names: list[str]) -> dict[str, str] | None:
    given = {name: _one(fields, f"{NAME}.{name}") for name in names}
    return {name: value for name, value in given.items() if value} or None


def _ordered(places: dict[str, str] | None, size: int) -> list[str] | None:
    if places is None:
        return None
    if sorted(places.values()) != sorted(str(place) for place in range(1, size + 1)):
        raise Unclear
    return sorted(places, key=lambda item: int(places[item]))


def _plain(answer: Any) -> str:
    """12.5 as it is typed here: 12,5."""
    if isinstance(answer, float):
        return f"{answer:f}".rstrip("0").rstrip(".").replace(".", ",")
    return str(answer)
