"""How a step of a practice moves, whatever people do in whatever order."""

from hypothesis import given
from hypothesis import strategies as st

from learning.evaluation import practice_rules as rules

DEEDS = st.lists(st.sampled_from(rules.DEEDS), max_size=30)


@given(DEEDS)
def test_what_is_signed_stays_signed(deeds: list[str]) -> None:
    state, version = rules.replay(deeds)
    for deed in rules.DEEDS:
        if state == "signed":
            assert rules.after(state, deed) is None
            assert rules.replay([*deeds, deed]) == (state, version)


@given(DEEDS)
def test_nothing_is_decided_before_it_was_handed_in(deeds: list[str]) -> None:
    state, version = rules.replay(deeds)
    assert (version == 0) == ("hand_in" not in deeds)
    if state == "waiting":
        assert all(rules.after(state, deed) is None for deed in ("take_back", "return", "sign"))


@given(DEEDS, st.sampled_from(rules.DEEDS))
def test_each_deed_is_one_version_more(deeds: list[str], deed: str) -> None:
    state, version = rules.replay(deeds)
    moved = rules.after(state, deed)
    assert rules.replay([*deeds, deed]) == ((moved, version + 1) if moved else (state, version))


@given(DEEDS)
def test_every_state_but_the_last_has_a_way_on(deeds: list[str]) -> None:
    state, _ = rules.replay(deeds)
    assert state == "signed" or rules.replay([*deeds, "hand_in", "sign"])[0] == "signed"


@given(st.dictionaries(st.sampled_from("abc"), st.sampled_from(rules.STATES)))
def test_done_is_every_step_signed(states: dict[str, str]) -> None:
    assert rules.done("abc", states) == (list(states.values()) == ["signed"] * 3)


def test_evidence_shows_what_is_wanted() -> None:
    assert rules.shown("none", [])
    assert rules.shown("photo", ["webp"])
    assert not rules.shown("photo", [])
    assert not rules.shown("file", ["webp"])
    assert rules.shown("file", ["xlsx"])
