"""Which releases asked a question alike. Pure."""

from collections.abc import Mapping
from decimal import Decimal

from learning.content.model import Node, Question
from learning.library.changes import asked_alike


def versions(current: Question | Node, then: Mapping[int, Question | Node]) -> dict[int, int]:
    """Release → which version of the question it asked: 0 is the current one, the higher the longer ago.

    A version that came back later is the later one: what was asked alike is counted together.
    """
    found = [current]
    places = {}
    for release_id in sorted(then, reverse=True):
        place = next((n for n, one in enumerate(found) if alike(one, then[release_id])), len(found))
        if place == len(found):
            found.append(then[release_id])
        places[release_id] = place
    return places


def alike(old: Question | Node, new: Question | Node) -> bool:
    """Whether an answer to one is an answer to the other."""
    if not isinstance(old, Node) and not isinstance(new, Node):
        return asked_alike(old, new)
    return (
        isinstance(old, Node)
        and isinstance(new, Node)
        and (old.title, old.html, old.ending) == (new.title, new.html, new.ending)
        and _ways(old) == _ways(new)
    )


def _ways(node: Node) -> list[tuple[str, str, Decimal]]:
    return [(choice.html, choice.target, choice.points) for choice in node.choices]
