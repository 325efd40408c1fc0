"""What asks for a second look at a question or a quiz: rules that can be told to whoever reads them. Pure.

Nothing is said below FEWEST attempts. What chance does easily (an option nobody took, figures a little off) is said
from UNSURE on only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from learning.quizzes.figures import FEWEST, UNSURE, ItemFigures, QuizFigures
from learning.quizzes.thirds import UPPER, Choice

Kind = Literal["key", "negative", "popular", "guessing", "hard", "weak", "unused", "easy"]
# The worst first: a key that may be wrong harms those who know; a question everybody can answer harms nobody.
ORDER: tuple[Kind, ...] = ("key", "negative", "popular", "guessing", "hard", "weak", "unused", "easy")
ONE_OF = ("single", "true-false")  # kinds of which one option is taken

EASY, HARD = 95, 40  # percent of the marks
NEAR = 5  # points above what guessing earns
WEAK, CLEAR = 10, 30  # discrimination
BEST = 5  # attempts of the upper third, before anything is said of what it prefers
LOW, GOOD = 64, 75  # internal consistency


@dataclass(frozen=True)
class Flag:
    """`options`: the words (HTML) of those it speaks of. `key`: so many (`count`) of the upper third (`of`) took it;
    `popular`: of all."""

    kind: Kind
    options: tuple[str, ...] = ()
    count: int = 0
    of: int = 0


def flags(kind: str, measured: ItemFigures, choices: Sequence[Choice], upper: int) -> tuple[Flag, ...]:
    """What asks for a second look, the worst first. `kind` of the question; `upper`: attempts of the upper third that
    held it."""
    count, facility, index = measured.attempts, measured.facility, measured.discrimination_index
    if count < FEWEST or facility is None:
        return ()
    found = []
    single = choices if kind in ONE_OF else ()
    if upper >= BEST and (wrong := _preferred(single, lambda choice: choice.thirds[UPPER])):
        found.append(Flag("key", (wrong.html,), wrong.thirds[UPPER], upper))
    elif wrong := _preferred(single, lambda choice: choice.chosen):
        found.append(Flag("popular", (wrong.html,), wrong.chosen, count))
    # One standard error below zero: less is what chance does every sixth time.
    if index is not None and index < 0 and count * index**2 >= 100**2:
        found.append(Flag("negative"))
    if not found:  # a key that is wrong explains these
        blind = index is None or index < CLEAR  # where the good ones are right, it was not by guessing
        if measured.guess_score and facility <= measured.guess_score + NEAR and blind:
            found.append(Flag("guessing"))
        elif facility < HARD:
            found.append(Flag("hard"))
        elif index is not None and index < WEAK and count >= UNSURE and facility <= EASY:
            found.append(Flag("weak"))
    if facility > EASY:
        found.append(Flag("easy"))
    elif count >= UNSURE and kind in ("single", "multiple"):
        unused = tuple(choice.html for choice in choices if not choice.right and not choice.chosen)
        found += [Flag("unused", unused)] if unused else []
    return tuple(sorted(found, key=lambda flag: ORDER.index(flag.kind)))


def worst_first(found: Sequence[Flag], measured: ItemFigures) -> tuple[float, ...]:
    """A key to sort flagged questions by: what is worst about each, how many things, how badly it discriminates."""
    index = measured.discrimination_index
    first = ORDER.index(found[0].kind) if found else len(ORDER)
    return first, -len(found), 0 if index is None else index, measured.facility or 0


def inconsistent(quiz: QuizFigures) -> bool:
    """Whether the quiz as a whole tells too little of who knows more."""
    consistency = quiz.internal_consistency
    return quiz.attempts >= UNSURE and consistency is not None and consistency < LOW


def _preferred(choices: Sequence[Choice], taken: Callable[[Choice], int]) -> Choice | None:
    """The wrong option that was taken more often than any right one."""
    right = max((taken(choice) for choice in choices if choice.right), default=0)
    wrong = [choice for choice in choices if not choice.right and taken(choice) > right]
    return max(wrong, key=taken, default=None)
