"""The alarm: Fisher's test as scipy has it, how rarely it cries for nothing, and that it cries when it should."""

from collections import Counter
from fractions import Fraction
from itertools import product
from math import comb, isclose

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from learning.quizzes.drift import CHANCE, LEAST, RISE, Drift, Share, as_many_by_chance, drifts

Counts = dict[tuple[str, str], tuple[Share, Share]]


@st.composite
def shares(draw: st.DrawFn, least: int = 1) -> Share:
    of = draw(st.integers(least, 60))
    return Share(draw(st.integers(0, of)), of)


@settings(max_examples=100, deadline=None)
@given(shares(), shares())
def test_the_chance_is_fishers(one: Share, other: Share) -> None:
    table = [[one.right, one.of - one.right], [other.right, other.of - other.right]]
    expected = stats.fisher_exact(table, alternative="greater").pvalue
    assert isclose(float(as_many_by_chance(one, other)), expected, rel_tol=1e-7, abs_tol=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.integers(LEAST, 40), st.integers(LEAST, 40), st.data())
def test_a_pair_by_itself_cries_for_nothing_once_in_twenty(
    here: int, before: int, data: st.DataObject
) -> None:
    """Exact, over every way in which lots could fall: however many are right, and whatever the others do."""
    right = data.draw(st.integers(0, here + before))
    cries = Fraction(0)
    for now in range(max(0, right - before), min(here, right) + 1):
        recent = Share(now, here)
        counts: Counts = {("unit", "q"): (recent, Share(right - now, before))}
        if drifts(counts, {"q": Share(now, here + 1000)}):
            cries += Fraction(comb(here, now) * comb(before, right - now), comb(here + before, right))
    assert cries <= CHANCE


def province(
    chance: np.random.Generator, units: int, questions: int, people: int
) -> tuple[Counts, dict[str, Share]]:
    """Nothing changes in it; but units are unlike, questions are unlike, and each unit has its own strong ones."""
    shares = chance.beta(2, 2, (units, questions))
    counts: Counts = {}
    recents: Counter[tuple[str, str]] = Counter()
    for unit, question in product(range(units), range(questions)):
        sizes = chance.integers(0, people, 2)
        recent, before = (Share(int(chance.binomial(of, shares[unit, question])), int(of)) for of in sizes)
        counts[f"u{unit}", f"q{question}"] = recent, before
        recents["right", f"q{question}"] += recent.right
        recents["of", f"q{question}"] += recent.of
    return counts, {
        f"q{n}": Share(recents["right", f"q{n}"], recents["of", f"q{n}"]) for n in range(questions)
    }


def test_where_nothing_changes_it_is_still() -> None:
    """400 looks at provinces that stand still: about one in twenty may cry, and this rule is stricter than that."""
    chance = np.random.default_rng(52)
    cries = sum(bool(drifts(*province(chance, 12, 10, 60))) for _ in range(400))
    assert cries <= stats.binom.ppf(0.999, 400, float(CHANCE))


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 10))
def test_what_is_reported_has_risen_over_both(seed: int, units: int, questions: int) -> None:
    counts, whole = province(np.random.default_rng(seed), units, questions, 80)
    counts["u0", "q0"] = Share(40, 40), Share(8, 40)
    whole["q0"] = Share(whole["q0"].right + 40, whole["q0"].of + 40)
    for one in drifts(counts, whole):
        assert min(one.recent.of, one.before.of, one.others.of) >= LEAST
        assert one.recent.percent >= one.before.percent + RISE - 1e-9
        assert one.recent.percent >= one.others.percent + RISE - 1e-9
        assert as_many_by_chance(one.recent, one.before) <= CHANCE
        assert as_many_by_chance(one.recent, one.others) <= CHANCE


def test_a_leak_is_heard_among_many() -> None:
    counts, whole = province(np.random.default_rng(7), 100, 30, 40)
    before = counts["u3", "q5"][0]
    counts["u3", "q5"] = Share(30, 30), Share(9, 30)
    whole["q5"] = Share(whole["q5"].right - before.right + 30, whole["q5"].of - before.of + 30)
    assert [(one.unit, one.question) for one in drifts(counts, whole)] == [("u3", "q5")]


def one(recent: Share, before: Share, others: Share) -> list[Drift]:
    whole = Share(recent.right + others.right, recent.of + others.of)
    return drifts({("u", "q"): (recent, before)}, {"q": whole})


def test_its_limits() -> None:
    assert one(Share(10, 10), Share(2, 10), Share(40, 100))
    assert not one(Share(9, 9), Share(2, 10), Share(40, 100))  # too few to say
    assert not one(Share(10, 10), Share(2, 9), Share(40, 100))
    assert not one(Share(10, 10), Share(2, 10), Share(4, 9))  # nobody to hold it against
    assert not one(Share(10, 10), Share(2, 10), Share(95, 100))  # it is easy everywhere now
    assert not one(Share(10, 10), Share(9, 10), Share(40, 100))  # it always was easy there
    assert not one(Share(1000, 2000), Share(700, 2000), Share(700, 2000))  # certain, but no leak
    assert one(Share(1100, 2000), Share(700, 2000), Share(700, 2000))


def test_the_clearest_comes_first() -> None:
    counts: Counts = {
        ("a", "q"): (Share(20, 20), Share(5, 20)),
        ("b", "q"): (Share(30, 30), Share(5, 30)),
    }
    found = drifts(counts, {"q": Share(50 + 60, 50 + 200)})
    assert [each.unit for each in found] == ["b", "a"]
