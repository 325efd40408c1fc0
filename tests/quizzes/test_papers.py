import json
from collections import Counter
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import Option, Page, Quiz, Section, Single, Variable
from learning.quizzes import papers
from learning.quizzes.grading import BadAnswer, grade
from tests import make
from tests.quizzes import every_kind

seeds = st.text("0123456789abcdef", min_size=32, max_size=32)


def page(*sections: Section, **rules: object) -> Page:
    quiz = Quiz(pass_percent=Decimal(50), sections=sections, **rules)  # type: ignore[arg-type]
    return Page(slug="exam", id="exam", title="", kind="exam", quiz=quiz)


POOLS = page(
    Section(draw=3, questions=tuple(make.single(f"a-{n}") for n in range(8))),
    Section(draw=2, questions=tuple(make.single(f"b-{n}") for n in range(4))),
    Section(questions=(make.single("c"),)),
    shuffle_questions=True,
    shuffle_options=True,
)
EVERY = page(Section(questions=every_kind.QUESTIONS), shuffle_options=True)


@given(seeds)
@settings(max_examples=50)
def test_the_same_seed_draws_the_same_paper(seed):
    assert papers.draw(POOLS, seed) == papers.draw(POOLS, seed)
    drawn = Counter(item["question"][0] for item in papers.draw(POOLS, seed))
    assert drawn == {"a": 3, "b": 2, "c": 1}
    assert len({item["question"] for item in papers.draw(POOLS, seed)}) == 6


def test_papers_of_this_version_stay_what_they_are():
    paper = papers.draw(POOLS, "seed")
    assert [item["question"] for item in paper] == ["b-2", "a-1", "a-3", "c", "a-6", "b-1"]
    assert paper[0]["options"] == [["q4u6pj8", "2"], ["9tchy9c", "3"], ["6dgmnch", "1"]]


def test_a_question_is_asked_in_the_words_and_points_of_the_pool_it_was_drawn_in():
    question = make.single("a")
    first = msgspec.structs.replace(question, prompt="<p>Một.</p>", points=Decimal(1))
    other = msgspec.structs.replace(question, prompt="<p>Hai.</p>", points=Decimal(3))
    pools = page(
        Section(draw=1, questions=(first, make.single("b"))),
        Section(draw=1, questions=(other, make.single("c"))),
    )
    asked = set()
    for seed in map(str, range(30)):
        paper = json.loads(json.dumps(papers.draw(pools, seed)))
        for place, shown in enumerate(papers.questions(paper, pools)):
            if shown["id"] == "a":
                asked.add((place, shown["prompt"], papers.asked(paper, pools)["a"].points))
    assert asked == {(0, "<p>Một.</p>", 1), (1, "<p>Hai.</p>", 3)}


def test_a_variable_may_take_billions_of_values():
    variable = Variable(name="a", low=Decimal(0), high=Decimal(10) ** 17, step=Decimal("0.001"))
    question = msgspec.structs.replace(make.single("a"), variables=(variable,))
    drawn = {
        papers.values(papers.draw(page(Section(questions=(question,))), str(n))[0])["a"] for n in range(20)
    }
    assert len(drawn) == 20
    assert all(0 <= value <= variable.high for value in drawn)
    assert max(drawn) > 2**40


def test_every_question_of_a_pool_is_drawn_about_as_often():
    drawn = Counter(item["question"] for n in range(400) for item in papers.draw(POOLS, str(n)))
    assert all(110 < drawn[f"a-{n}"] < 190 for n in range(8))  # 150 expected, six standard deviations


@given(seeds)
@settings(max_examples=50)
def test_ids_lead_there_and_back_and_tell_nothing(seed):
    for item, question in zip(papers.draw(EVERY, seed), every_kind.QUESTIONS, strict=True):
        right = every_kind.RIGHT.get(question.id, "1.500")
        sent = papers.to_drawn(item, right)
        assert papers.to_keys(item, sent) == right
        if question.id in every_kind.RIGHT:
            assert grade(question, papers.to_keys(item, sent)).fraction == 1
        names = [name for part in ("options", "left", "right") for name, _ in item.get(part, ())]
        assert len(set(names)) == len(names)
        assert all(len(name) == 7 for name in names)


@given(seeds)
@settings(max_examples=50)
def test_order_and_the_right_side_never_stand_as_written(seed):
    paper = {
        item["question"]: item for item in papers.draw(page(Section(questions=every_kind.QUESTIONS)), seed)
    }
    assert [key for _, key in paper["thu-tu"]["options"]] != ["1", "2", "3", "4"]
    assert [key for _, key in paper["ghep"]["right"]] != ["1", "2", "3"]
    assert [key for _, key in paper["ghep"]["left"]] == ["1", "2"]
    assert [key for _, key in paper["mot"]["options"]] == ["1", "2", "3"]  # the quiz does not shuffle


@given(seeds)
@settings(max_examples=50)
def test_pinned_options_stay_and_the_question_has_the_last_word_on_shuffling(seed):
    options = tuple(Option(key=str(n), html=str(n), pinned=n in (1, 4)) for n in range(1, 6))
    question = Single(id="q", title="", prompt="", options=options)
    still = Single(id="s", title="", prompt="", options=options, shuffle=False)
    first, second = papers.draw(page(Section(questions=(question, still)), shuffle_options=True), seed)
    keys = [key for _, key in first["options"]]
    assert (keys[0], keys[3], sorted(keys)) == ("1", "4", ["1", "2", "3", "4", "5"])
    assert [key for _, key in second["options"]] == ["1", "2", "3", "4", "5"]


@given(seeds)
@settings(max_examples=50)
def test_variables_lie_on_their_grid_and_stand_in_the_text(seed):
    (item,) = (item for item in papers.draw(EVERY, seed) if item["question"] == "so")
    drawn = papers.values(item)["a"]
    assert drawn in {Decimal(n) for n in range(1000, 5001, 500)}
    (shown,) = (each for each in papers.questions([item], EVERY))
    assert "@a" not in shown["prompt"]
    assert shown["unit"] == "đồng"


@given(seeds)
@settings(max_examples=50)
def test_nothing_of_the_key_is_shown(seed):
    shown = papers.questions(papers.draw(EVERY, seed), EVERY)
    text = json.dumps(shown, ensure_ascii=False)
    for secret in (
        "CANARY",
        "Phản hồi",
        "Giải thích",
        'right": true',
        "hóa đơn",
        "answer",
        "pairs",
        "values",
    ):
        assert secret not in text
    allowed = {"id", "kind", "prompt", "options", "left", "right", "gaps", "unit"}
    assert all(set(question) <= allowed for question in shown)
    for question in shown:
        for part in ("options", "left", "right"):
            assert all(set(option) == {"id", "html"} for option in question.get(part, ()))


def test_the_shape_is_the_contracts():
    shown = {question["id"]: question for question in papers.questions(papers.draw(EVERY, "s"), EVERY)}
    assert set(shown["mot"]) == {"id", "kind", "prompt", "options"}
    assert set(shown["ghep"]) == {"id", "kind", "prompt", "left", "right"}
    assert set(shown["dung-sai"]) == set(shown["ngan"]) == {"id", "kind", "prompt"}
    assert [set(gap) for gap in shown["trong"]["gaps"]] == [{"id"}, {"id", "options"}]


@pytest.mark.parametrize("answer", ["1", 1, ["1"], {"1": "1"}, True, {"x": []}, [[]]])
@pytest.mark.parametrize("kind", ["mot", "nhieu", "thu-tu", "ghep"])
def test_keys_of_the_release_and_other_shapes_are_refused(kind, answer):
    (item,) = (item for item in papers.draw(EVERY, "s") if item["question"] == kind)
    with pytest.raises(BadAnswer):
        papers.to_keys(item, answer)
