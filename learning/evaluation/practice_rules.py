"""How a step of a practice moves. Pure: states and deeds in, states out.

    waiting ─hand_in─▶ handed_in ─sign─▶ signed       what is signed stays signed
                          │  ▲
                       return │ hand_in
                          ▼  │
                        returned

The learner may hand in anew until the step is signed, and take back what was handed in (then the step waits as in the
beginning); who guides may sign what they returned after all. Each deed makes
a new version of the step, and a decision holds for the version it was made on.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal

State = Literal["waiting", "handed_in", "returned", "signed"]
Deed = Literal["hand_in", "take_back", "return", "sign"]
STATES: tuple[State, ...] = ("waiting", "handed_in", "returned", "signed")
DEEDS: tuple[Deed, ...] = ("hand_in", "take_back", "return", "sign")

_MOVES: Mapping[tuple[str, str], State] = {
    ("waiting", "hand_in"): "handed_in",
    ("handed_in", "hand_in"): "handed_in",
    ("returned", "hand_in"): "handed_in",
    ("handed_in", "take_back"): "waiting",
    ("handed_in", "return"): "returned",
    ("returned", "return"): "returned",
    ("handed_in", "sign"): "signed",
    ("returned", "sign"): "signed",
}
PHOTOS = frozenset({"webp"})
FILES = frozenset({"pdf", "docx", "xlsx"})
WANTED: Mapping[str, frozenset[str]] = {"none": frozenset(), "photo": PHOTOS, "file": FILES}


def after(state: str, deed: str) -> State | None:
    """The state a deed leads to; None where it cannot be done."""
    return _MOVES.get((state, deed))


def replay(deeds: Iterable[str]) -> tuple[State, int]:
    """State and version that a step's deeds, in their order, come to; deeds that cannot be done count for nothing."""
    state: State = "waiting"
    version = 0
    for deed in deeds:
        moved = after(state, deed)
        if moved is not None:
            state, version = moved, version + 1
    return state, version


def shown(wanted: str, kinds: Collection[str]) -> bool:
    """Whether evidence of these kinds shows what a step wants to see ("none", "photo", "file")."""
    return wanted == "none" or not WANTED[wanted].isdisjoint(kinds)


def done(steps: Iterable[str], states: Mapping[str, str]) -> bool:
    """Whether each of these steps is signed off."""
    return all(states.get(step) == "signed" for step in steps)
