"""The laws of grading again, over every kind of question: pure, no database."""

from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content.model import (
    Gap,
    Gaps,
    Match,
    MatchItem,
    Number,
    Option,
    Order,
    Text,
    TrueFalse,
    Variable,
)
from learning.library.changes import KEY_CHOICES
from learning.quizzes import papers, rekeying
from learning.quizzes.rekeying import Sitting
from tests import make

ITEMS = tuple(MatchItem(key=str(n), html=f"việc {n}") for n in range(1, 5))


def questions(draw: st.DrawFn) -> list[object]:
    """One question of each kind, with a key drawn anew; the words are always the same."""
    right = draw(st.integers(1, 3))
    some = draw(st.sets(st.integers(1, 4), min_size=1))
    order = draw(st.permutations(ITEMS))
    sides = draw(st.permutations(["1", "2", "3"]))
    low = draw(st.integers(0, 5))
    return [
        make.single("mot", right),
        make.multiple("nhieu", some, points=Decimal(2)),
        TrueFalse(id="dung-sai", title="", prompt="", answer=draw(st.booleans())),
        Text(id="ngan", title="", prompt="", accepted=tuple(draw(st.sets(TEXTS, min_size=1)))),
        Number(id="so", title="", prompt="", low=str(low), high=str(low + 2), exact=str(low + 1)),
        Match(
            id="ghep",
            title="",
            prompt="",
            left=ITEMS[:2],
            right=ITEMS[:3],
            pairs=dict(zip(("1", "2"), sides, strict=False)),
            points=Decimal("0.5"),
        ),
        Order(
            id="xep",
            title="",
            prompt="",
            items=tuple(MatchItem(key=str(n), html=item.html) for n, item in enumerate(order, 1)),
        ),
        Gaps(
            id="o",
            title="",
            prompt="",
            gaps=(
                Gap(key="1", accepted=tuple(draw(st.sets(TEXTS, min_size=1)))),
                Gap(key="2", options=make.single("lua", draw(st.integers(1, 3))).options),
            ),
        ),
    ]


TEXTS = st.sampled_from(["hóa đơn", "chứng từ", "phiếu thu"])


@st.composite
def answered(draw: st.DrawFn, question: object, item: dict) -> object:
    """An answer to this question, in the ids of the paper; or none."""
    if draw(st.integers(0, 5)) == 0:
        return None
    names = [name for name, _ in item.get("options", ())]
    match item["kind"]:
        case "single":
            return draw(st.sampled_from(names))
        case "multiple":
            return draw(st.lists(st.sampled_from(names), unique=True))
        case "order":
            return draw(st.permutations(names))
        case "true-false":
            return draw(st.booleans())
        case "text":
            return draw(TEXTS)
        case "number":
            return str(draw(st.integers(0, 8)))
        case "match":
            right = [name for name, _ in item["right"]]
            return {name: draw(st.sampled_from(right)) for name, _ in item["left"]}
        case _:
            return {"1": draw(TEXTS), "2": draw(st.sampled_from([name for name, _ in item["gaps"]["2"]]))}


@st.composite
def sittings(draw: st.DrawFn):
    """An attempt at an exam of every kind, and the course with other keys."""
    old, new = questions(draw), questions(draw)
    rule = draw(st.sampled_from(["partial", "all-or-nothing"]))
    page = make.exam(*old, pass_percent=draw(st.integers(0, 100)), marking=rule, shuffle_options=True)
    paper = papers.draw(page, draw(st.text("0123456789abcdef", min_size=8, max_size=8)))
    answers = {item["question"]: draw(answered(None, item)) for item in paper}
    sitting = Sitting(
        page, "exam", paper, {k: v for k, v in answers.items() if v is not None}, page.quiz.pass_percent
    )
    return sitting, make.course(exam=make.exam(*new))


IDS = ("mot", "nhieu", "dung-sai", "ngan", "so", "ghep", "xep", "o")
CHOICES = st.dictionaries(st.sampled_from(IDS), st.sampled_from(KEY_CHOICES))


@given(sittings(), CHOICES)
@settings(max_examples=60)
def test_regrading_twice_is_regrading_once(sat, choices) -> None:
    sitting, course = sat
    once = rekeying.regrade(sitting, rekeying.first(sitting.marked()), choices, course)
    assert rekeying.regrade(sitting, once, choices, course) == once


@given(sittings(), st.dictionaries(st.sampled_from(IDS), st.sampled_from(["both", "full"])))
@settings(max_examples=60)
def test_both_and_full_never_lower_anything(sat, choices) -> None:
    sitting, course = sat
    before = rekeying.first(sitting.marked())
    after = rekeying.regrade(sitting, before, choices, course)
    assert all(new.mark >= old.mark for old, new in zip(before.lines, after.lines, strict=True))
    assert after.percent >= before.percent
    assert after.passed >= before.passed
    assert not rekeying.falls(before, after)


@given(sittings(), st.sets(st.sampled_from(IDS)))
@settings(max_examples=30)
def test_keep_changes_nothing(sat, questions) -> None:
    sitting, course = sat
    before = rekeying.first(sitting.marked())
    assert rekeying.regrade(sitting, before, dict.fromkeys(questions, "keep"), course) == before


@given(sittings(), CHOICES)
@settings(max_examples=60)
def test_the_other_questions_stay_as_they_were_and_the_sums_are_exact(sat, choices) -> None:
    sitting, course = sat
    before = rekeying.first(sitting.marked())
    after = rekeying.regrade(sitting, before, choices, course)
    for old, new in zip(before.lines, after.lines, strict=True):
        assert new.question == old.question
        assert new.max_mark == old.max_mark
        if choices.get(old.question, "keep") == "keep":
            assert new == old
    counted = [line for line in after.lines if not line.dropped]
    assert counted
    assert after.score == sum((line.mark for line in counted), Fraction(0))
    assert after.out_of == sum((line.max_mark for line in counted), Fraction(0))
    assert after.percent == 100 * after.score / after.out_of
    assert after.passed == (after.percent >= Fraction(sitting.pass_percent))


@given(sittings(), st.sampled_from(IDS))
@settings(max_examples=60)
def test_the_new_key_gives_what_the_new_release_would_have_given_for_the_same_words(sat, question) -> None:
    """Options stand in the same places in both, but an order is written in its right order."""
    sitting, course = sat
    before = rekeying.first(sitting.marked())
    after = rekeying.regrade(sitting, before, {question: "new"}, course)
    fresh = {line.question: line for line in rekeying.first(_under(sitting, course, question).marked()).lines}
    assert after.line(question) == fresh[question]


def _under(sitting: Sitting, course, question: str) -> Sitting:
    """The same answers, in words, on the paper of the corrected course."""
    page = msgspec.structs.replace(
        course.exam, quiz=msgspec.structs.replace(course.exam.quiz, marking=sitting.page.quiz.marking)
    )
    paper = papers.draw(page, "0")
    old = next(item for item in sitting.paper if item["question"] == question)
    new = next(item for item in paper if item["question"] == question)
    keys = papers.to_keys(old, sitting.answers.get(question))
    if old["kind"] == "order" and keys:
        words = {item.key: item.html for item in papers.by_id(sitting.page)[question].items}
        key_of = {item.html: item.key for item in papers.by_id(page)[question].items}
        keys = [key_of[words[key]] for key in keys]
    answers = {question: papers.to_drawn(new, keys)} if keys is not None else {}
    return Sitting(page, "exam", paper, answers, sitting.pass_percent)


# What cannot be said in the old words


def sat_with(question, answer: object, pass_percent: int = 50) -> Sitting:
    page = make.exam(question, make.single("khac"), pass_percent=pass_percent)
    paper = papers.draw(page, "seed")
    keys = papers.to_drawn(next(item for item in paper if item["question"] == question.id), answer)
    return Sitting(page, "exam", paper, {question.id: keys}, Decimal(pass_percent))


def mark_after(old, new, answer: object, choice: str = "new") -> Fraction:
    sitting = sat_with(old, answer)
    course = make.course(exam=make.exam(new, make.single("khac")))
    after = rekeying.regrade(sitting, rekeying.first(sitting.marked()), {old.id: choice}, course)
    return after.line(old.id).mark


def test_options_are_known_by_their_words_wherever_they_stand_now() -> None:
    old = make.single("mot", right=1)
    moved = (old.options[2], old.options[0], old.options[1])
    new = msgspec.structs.replace(
        old,
        options=tuple(
            msgspec.structs.replace(option, key=str(place), right=option.key == "3")
            for place, option in enumerate(moved, 1)
        ),
    )
    assert mark_after(old, new, "3") == 1
    assert mark_after(old, new, "1") == 0


def test_nobody_is_graded_by_an_option_they_never_saw() -> None:
    old = make.single("mot", right=1)
    wrong = tuple(msgspec.structs.replace(option, right=False) for option in old.options)
    new = msgspec.structs.replace(old, options=(*wrong, Option(key="4", html="mới", right=True)))
    assert mark_after(old, new, "1") == 1
    assert mark_after(old, new, "2") == 0


def test_a_number_in_another_unit_is_not_graded_again() -> None:
    old = Number(id="so", title="", prompt="", low="20", high="20", exact="20", unit="ngày")
    new = msgspec.structs.replace(old, low="1", high="1", exact="1", unit="tháng")
    assert mark_after(old, new, "20 ngày") == 1
    assert mark_after(old, msgspec.structs.replace(old, low="15", high="25"), "18 ngày") == 1


def test_a_key_that_needs_a_number_not_drawn_is_not_asked_for() -> None:
    old = Number(id="so", title="", prompt="", low="20", high="20", exact="20")
    variable = Variable(name="a", low=Decimal(1), high=Decimal(3))
    new = msgspec.structs.replace(old, low="@a", high="@a", exact="@a", variables=(variable,))
    assert mark_after(old, new, "20") == 1


def test_a_question_gone_from_the_course_keeps_its_mark() -> None:
    sitting = sat_with(make.single("mot", right=1), "2")
    before = rekeying.first(sitting.marked())
    course = make.course(exam=make.exam(make.single("khac")))
    assert rekeying.regrade(sitting, before, {"mot": "new"}, course) == before


@pytest.mark.parametrize(("answer", "verdict"), [("1", "right"), ("2", "right"), ("3", "wrong")])
def test_both_keys_are_right(answer: str, verdict: str) -> None:
    old, new = make.single("mot", right=1), make.single("mot", right=2)
    sitting = sat_with(old, answer)
    course = make.course(exam=make.exam(new, make.single("khac")))
    after = rekeying.regrade(sitting, rekeying.first(sitting.marked()), {"mot": "both"}, course)
    assert after.line("mot").verdict == verdict


def test_where_dropping_leaves_nothing_nothing_is_dropped() -> None:
    page = make.lesson("bai", make.single("mot"))
    paper = papers.draw(page, "seed")
    sitting = Sitting(page, page.id, paper, {}, Decimal(100))
    before = rekeying.first(sitting.marked())
    assert rekeying.regrade(sitting, before, {"mot": "drop"}, make.course(page)) == before


def test_a_dropped_question_can_be_put_back() -> None:
    sitting = sat_with(make.single("mot", right=1), "2")
    course = make.course(exam=make.exam(make.single("mot", right=2), make.single("khac")))
    before = rekeying.first(sitting.marked())
    dropped = rekeying.regrade(sitting, before, {"mot": "drop"}, course)
    assert (dropped.score, dropped.out_of) == (0, 1)
    assert rekeying.regrade(sitting, dropped, {"mot": "both"}, course) == dropped
    back = rekeying.regrade(sitting, dropped, {"mot": "new"}, course)
    assert (back.score, back.out_of, back.percent, back.passed) == (1, 2, 50, True)


def test_the_page_looked_back_on_has_the_new_key_in_the_old_words() -> None:
    old = make.single("mot", right=1)
    new = msgspec.structs.replace(
        make.single("mot", right=2), explanation="<p>Vì luật mới</p>", prompt="<p>Mới</p>"
    )
    page = rekeying.as_rekeyed(make.exam(old), "exam", ["mot"], make.course(exam=make.exam(new)))
    [told] = page.quiz.questions
    assert told.prompt == old.prompt
    assert told.explanation == "<p>Vì luật mới</p>"
    assert [option.right for option in told.options] == [False, True, False]
