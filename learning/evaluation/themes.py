"""Free text summarised by what it is about: counts by theme, never the text itself."""

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import yaml

from learning.evaluation.suppression import enough
from learning.vietnamese.folding import fold

OTHER = "other"
_FILE = Path(__file__).with_name("themes.yml")


@cache
def themes() -> Mapping[str, tuple[str, ...]]:
    """Theme → its words, folded, each with a space on both sides."""
    read = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {theme: tuple(f" {fold(word)} " for word in words) for theme, words in read.items()}


def of(text: str) -> frozenset[str]:
    """The themes of one text; OTHER where it is about none that is known."""
    bare = "".join(letter if letter.isalnum() else " " for letter in fold(text))
    words = f" {' '.join(bare.split())} "
    found = frozenset(theme for theme, known in themes().items() if any(word in words for word in known))
    return found or frozenset({OTHER})


def counts(texts: Iterable[str]) -> tuple[int, list[tuple[str, int]]]:
    """How many wrote, and each theme with how many wrote of it, the most frequent first; none where too few wrote."""
    written = [text for text in texts if text.strip()]
    if not enough(len(written)):
        return len(written), []
    counted = Counter(theme for text in written for theme in of(text))
    return len(written), sorted(counted.items(), key=lambda one: (one[0] == OTHER, -one[1], one[0]))
