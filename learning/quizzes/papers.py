"""Papers: which questions, in which order, under which ids. Pure: the same seed draws the same paper.

What is stored (`Attempt.paper`) holds ids only: `[{"question", "kind", "options"?, "left"?, "right"?, "gaps"?,
"values"?, "section"?}]`, where options, left and right are `[drawn id, key in the release]` in the order shown, and
"section" is the place of the pool that asks the question, where another asks it in other words. Texts come
from the pinned release. `questions` is the one place that decides what of a paper may leave the server.

Chance is HMAC-SHA-256 of the seed and a label, so that a paper does not depend on Python's version, and a
question's ids and order do not depend on the other questions drawn.
"""

import hmac
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from learning.content.model import (
    Gaps,
    Match,
    Multiple,
    Number,
    Order,
    Page,
    Question,
    Quiz,
    Scenario,
    Section,
    Single,
    kind_of,
)
from learning.content.variables import choices, chosen, substitute
from learning.quizzes.grading import BadAnswer

Paper = Sequence[Mapping[str, Any]]
Item = TypeVar("Item")

_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_ID_LENGTH = 7


def draw(page: Page, seed: str) -> list[dict[str, Any]]:
    """The paper of this seed for a page's quiz or scenario."""
    if page.scenario is not None:
        return [
            {
                "question": node.id,
                "kind": "single",
                "options": _name(seed, node.id, [c.key for c in node.choices]),
            }
            for node in page.scenario.nodes
            if node.choices
        ]
    if page.quiz is None:
        return []
    drawn = _drawn(page.quiz, seed)
    if page.quiz.shuffle_questions:
        drawn = _shuffled(drawn, Chance(seed, "questions"))
    known = by_id(page)
    return [
        _item(question, page.quiz, seed) | ({} if question == known[question.id] else {"section": place})
        for place, question in drawn
    ]


def questions(paper: Paper, page: Page) -> list[dict[str, Any]]:
    """The questions as the contract has them. Never a key, feedback or explanation."""
    if page.scenario is not None:
        return [_shown_node(item, page.scenario) for item in paper]
    known = asked(paper, page)
    return [_shown(item, known[item["question"]]) for item in paper]


def by_id(page: Page) -> dict[str, Question]:
    """Every question a paper of this page may hold, by id."""
    return {question.id: question for question in page.quiz.questions} if page.quiz else {}


def reworded(page: Page, words: Callable[[Question], Question]) -> Page:
    """The page with each question of each section as `words` gives it back."""
    if page.quiz is None:
        return page
    sections = tuple(
        msgspec.structs.replace(one, questions=tuple(map(words, one.questions))) for one in page.quiz.sections
    )
    return msgspec.structs.replace(page, quiz=msgspec.structs.replace(page.quiz, sections=sections))


def asked(paper: Paper, page: Page) -> dict[str, Question]:
    """The questions by id as this paper asks them: with the words and points of the section each was drawn in."""
    known = by_id(page)
    for item in paper:
        if page.quiz and "section" in item:
            section = page.quiz.sections[item["section"]]
            known[item["question"]] = next(each for each in section.questions if each.id == item["question"])
    return known


def values(item: Mapping[str, Any]) -> dict[str, Decimal]:
    """The variables drawn for a question."""
    return {name: Decimal(value) for name, value in item.get("values", {}).items()}


def to_keys(item: Mapping[str, Any], answer: Any) -> Any:
    """An answer in drawn ids, as sent, in the release's keys. Raises BadAnswer where it holds an id not drawn."""
    try:
        return _translate(item, answer, {part: dict(pairs) for part, pairs in _pairs(item)})
    except BadAnswer as bad:
        raise BadAnswer(bad.code, item["question"]) from None


def to_drawn(item: Mapping[str, Any], answer: Any) -> Any:
    """An answer in release keys in the ids of this paper: the inverse of `to_keys`."""
    return _translate(
        item, answer, {part: {key: drawn for drawn, key in pairs} for part, pairs in _pairs(item)}
    )


class Chance:
    """Numbers that look random and are the same for the same seed and label, on every machine and Python."""

    def __init__(self, seed: str, label: str) -> None:
        self._bytes = self._stream(seed.encode(), label.encode())

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1, each as likely."""
        size = 4
        while 256**size < limit:
            size += 4
        fair = 256**size - 256**size % limit
        while True:
            number = int.from_bytes(bytes(next(self._bytes) for _ in range(size)), "big")
            if number < fair:
                return number % limit

    @staticmethod
    def _stream(seed: bytes, label: bytes) -> Iterator[int]:
        block = 0
        while True:
            yield from hmac.digest(seed, label + b"\0" + block.to_bytes(4, "big"), "sha256")
            block += 1


def _drawn(quiz: Quiz, seed: str) -> list[tuple[int, Question]]:
    """Each question with the place of its section."""
    drawn: dict[str, tuple[int, Question]] = {}
    for place, section in enumerate(quiz.sections):
        # Two pools may share a question; a paper holds it once.
        pool = [question for question in section.questions if question.id not in drawn]
        drawn.update(
            (question.id, (place, question))
            for question in _take(pool, section, Chance(seed, f"pool {place}"))
        )
    return list(drawn.values())


def _take(pool: list[Question], section: Section, chance: "Chance") -> list[Question]:
    if section.draw is None:
        return pool
    chosen = {question.id for question in _shuffled(pool, chance)[: section.draw]}
    return [question for question in pool if question.id in chosen]


def _item(question: Question, quiz: Quiz, seed: str) -> dict[str, Any]:
    shuffle = quiz.shuffle_options if question.shuffle is None else question.shuffle
    item: dict[str, Any] = {"question": question.id, "kind": kind_of(question)}
    if isinstance(question, Single | Multiple):
        item["options"] = _name(
            seed, question.id, _option_order(question.options, shuffle, seed, question.id)
        )
    elif isinstance(question, Order):
        item["options"] = _name(seed, question.id, _always_shuffled(question.items, seed, question.id))
    elif isinstance(question, Match):
        item["left"] = _name(seed, f"{question.id} left", [each.key for each in question.left])
        item["right"] = _name(
            seed, f"{question.id} right", _always_shuffled(question.right, seed, question.id)
        )
    elif isinstance(question, Gaps):
        item["gaps"] = {
            gap.key: _name(seed, label, _option_order(gap.options, shuffle, seed, label))
            for gap in question.gaps
            for label in (f"{question.id} gap {gap.key}",)
        }
    if question.variables:
        item["values"] = {
            variable.name: str(chosen(variable, chance.below(choices(variable))))
            for variable in question.variables
            for chance in (Chance(seed, f"variable {question.id} {variable.name}"),)
        }
    return item


def _option_order(options: Iterable[Any], shuffle: bool, seed: str, label: str) -> list[str]:
    """Pinned options stay where they were written; the others change places among themselves."""
    options = list(options)
    if not shuffle:
        return [option.key for option in options]
    loose = iter(_shuffled([each for each in options if not each.pinned], Chance(seed, f"options {label}")))
    return [(option if option.pinned else next(loose)).key for option in options]


def _always_shuffled(items: Iterable[Any], seed: str, label: str) -> list[str]:
    """In any order but the written one: a form sent back untouched is not the right answer."""
    keys = [item.key for item in items]
    chance = Chance(seed, f"order {label}")
    shuffled = _shuffled(keys, chance)
    while shuffled == keys and len(keys) > 1:
        shuffled = _shuffled(keys, chance)
    return shuffled


def _shuffled(items: Sequence[Item], chance: Chance) -> list[Item]:
    shuffled = list(items)
    for place in range(len(shuffled) - 1, 0, -1):
        other = chance.below(place + 1)
        shuffled[place], shuffled[other] = shuffled[other], shuffled[place]
    return shuffled


def _name(seed: str, label: str, keys: Sequence[str]) -> list[list[str]]:
    """Ids for what is shown, in the order shown: random, so that they tell nothing of the order written."""
    chance = Chance(seed, f"ids {label}")
    names: dict[str, str] = {}
    while len(names) < len(keys):
        name = "".join(_ALPHABET[chance.below(len(_ALPHABET))] for _ in range(_ID_LENGTH))
        names.setdefault(name, keys[len(names)])
    return [[name, key] for name, key in names.items()]


def _shown(item: Mapping[str, Any], question: Question) -> dict[str, Any]:
    drawn = values(item)
    shown: dict[str, Any] = {
        "id": question.id,
        "kind": item["kind"],
        "prompt": substitute(question.prompt, drawn),
    }
    if isinstance(question, Single | Multiple):
        shown["options"] = _texts(item["options"], question.options, drawn)
    elif isinstance(question, Order):
        shown["options"] = _texts(item["options"], question.items, drawn)
    elif isinstance(question, Match):
        shown["left"] = _texts(item["left"], question.left, drawn)
        shown["right"] = _texts(item["right"], question.right, drawn)
    elif isinstance(question, Gaps):
        shown["gaps"] = [
            {"id": gap.key}
            | ({"options": _texts(item["gaps"][gap.key], gap.options, drawn)} if gap.options else {})
            for gap in question.gaps
        ]
    elif isinstance(question, Number) and question.unit:
        shown["unit"] = question.unit
    return shown


def _shown_node(item: Mapping[str, Any], scenario: Scenario) -> dict[str, Any]:
    node = next(node for node in scenario.nodes if node.id == item["question"])
    return {
        "id": node.id,
        "kind": "single",
        "prompt": node.html,
        "options": _texts(item["options"], node.choices, {}),
    }


def _texts(
    pairs: Iterable[Sequence[str]], items: Iterable[Any], drawn: Mapping[str, Decimal]
) -> list[dict[str, str]]:
    html = {item.key: item.html for item in items}
    return [{"id": name, "html": substitute(html[key], drawn)} for name, key in pairs]


def _pairs(item: Mapping[str, Any]) -> list[tuple[str, list[list[str]]]]:
    pairs = [(part, item[part]) for part in ("options", "left", "right") if part in item]
    return pairs + [(f"gap {key}", named) for key, named in item.get("gaps", {}).items()]


def _translate(item: Mapping[str, Any], answer: Any, tables: Mapping[str, Mapping[str, str]]) -> Any:
    if answer in (None, "", [], {}):
        return None
    kind = item["kind"]
    if kind == "single":
        return _look_up(tables["options"], answer)
    if kind in ("multiple", "order"):
        if not isinstance(answer, list):
            raise BadAnswer("wrong_type")
        return [_look_up(tables["options"], each) for each in answer]
    if kind in ("match", "gaps") and not isinstance(answer, dict):
        raise BadAnswer("wrong_type")
    if kind == "match":
        return {
            _look_up(tables["left"], key, "unknown_part"): _look_up(tables["right"], value)
            for key, value in answer.items()
            if value not in (None, "")
        }
    if kind == "gaps":
        return {
            key: _look_up(tables[f"gap {key}"], value) if tables.get(f"gap {key}") and value else value
            for key, value in answer.items()
        }
    return answer


def _look_up(table: Mapping[str, str], name: Any, unknown: str = "unknown_option") -> str:
    if not isinstance(name, str):
        raise BadAnswer("wrong_type")
    if name not in table:
        raise BadAnswer(unknown)
    return table[name]
