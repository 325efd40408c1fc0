"""What a new version changes for those who learn it: each row of the format's table."""

from decimal import Decimal

import msgspec

from learning.content.model import (
    Gap,
    Gaps,
    Match,
    MatchItem,
    Number,
    Option,
    Order,
    Question,
    Text,
    TrueFalse,
)
from learning.library.changes import asked_alike, compare
from tests import make


def what(old: Question, new: Question) -> str | None:
    changes = compare(make.course(make.lesson("bai", old)), make.course(make.lesson("bai", new)))
    assert len(changes) <= 1
    return changes[0].what if changes else None


def test_the_same_course_has_no_changes() -> None:
    assert compare(make.course(), make.course()) == []


def test_a_question_that_only_moved_down_its_page_is_the_same() -> None:
    old = make.single()
    assert what(old, msgspec.structs.replace(old, line=old.line + 7)) is None


def test_feedback_explanation_and_tags_are_comments() -> None:
    old = make.single()
    assert what(old, msgspec.structs.replace(old, explanation="<p>Rõ hơn</p>")) == "comment"
    assert what(old, msgspec.structs.replace(old, tags=("một cửa",))) == "comment"
    options = (msgspec.structs.replace(old.options[0], feedback="<p>khác</p>"), *old.options[1:])
    assert what(old, msgspec.structs.replace(old, options=options)) == "comment"


def test_wording_keeps_the_key() -> None:
    old = make.single()
    assert what(old, msgspec.structs.replace(old, prompt="<p>Hỏi khác</p>")) == "wording"
    options = (msgspec.structs.replace(old.options[0], html="Viết lại cho rõ"), *old.options[1:])
    assert what(old, msgspec.structs.replace(old, options=options)) == "wording"
    assert what(old, msgspec.structs.replace(old, options=old.options[::-1])) == "wording"


def test_another_right_option_is_another_key() -> None:
    assert what(make.single(right=1), make.single(right=2)) == "key"
    assert what(make.multiple(right=(1, 2)), make.multiple(right=(1, 2, 3))) == "key"


def test_a_reworded_option_that_changes_sides_is_another_key() -> None:
    old = make.multiple(right=(1,), options=2)
    new = msgspec.structs.replace(old, options=(old.options[0], Option(key="2", html="Câu mới", right=True)))
    assert what(old, new) == "key"


def test_options_added_or_removed() -> None:
    assert what(make.single(options=3), make.single(options=4)) == "options"
    # But when the right answer goes with it, the key is another.
    old = make.single(options=3, right=1)
    new = msgspec.structs.replace(
        old,
        options=(
            Option(key="1", html=old.options[1].html, right=True),
            Option(key="2", html=old.options[2].html),
        ),
    )
    assert what(old, new) == "key"


def test_points_and_kind() -> None:
    old = make.single()
    assert what(old, msgspec.structs.replace(old, points=Decimal(2))) == "points"
    assert what(old, make.multiple(id=old.id)) == "kind"


def test_keys_of_the_other_kinds() -> None:
    common = {"id": "q", "title": "t", "prompt": "p"}
    assert what(TrueFalse(**common, answer=True), TrueFalse(**common, answer=False)) == "key"
    assert what(Text(**common, accepted=("a",)), Text(**common, accepted=("a", "b"))) == "key"
    assert what(Text(**common, accepted=("a", "b")), Text(**common, accepted=("b", "a"))) == "comment"
    number = Number(**common, low="19", high="21", exact="20")
    assert what(number, msgspec.structs.replace(number, high="22")) == "key"
    assert what(number, msgspec.structs.replace(number, unit="ngày")) == "wording"
    a, b, c = (MatchItem(key=key, html=key) for key in "abc")
    assert what(Order(**common, items=(a, b, c)), Order(**common, items=(b, a, c))) == "key"
    assert what(Order(**common, items=(a, b)), Order(**common, items=(a, b, c))) == "options"
    x, y = (MatchItem(key=key, html=key) for key in "xy")
    match = Match(**common, left=(a, b), right=(x, y), pairs={"a": "x", "b": "y"})
    assert what(match, msgspec.structs.replace(match, pairs={"a": "y", "b": "x"})) == "key"
    assert (
        what(match, msgspec.structs.replace(match, right=(x, MatchItem(key="y", html="rõ hơn")))) == "wording"
    )
    gaps = Gaps(**common, gaps=(Gap(key="1", accepted=("ba mươi",)),))
    assert (
        what(gaps, msgspec.structs.replace(gaps, gaps=(Gap(key="1", accepted=("ba mươi", "30")),))) == "key"
    )


def test_questions_come_and_go() -> None:
    old = make.course(make.lesson("bai", make.single("cau-1"), make.single("cau-2")))
    new = make.course(make.lesson("bai", make.single("cau-2"), make.single("cau-3")))
    assert [(change.question, change.what) for change in compare(old, new)] == [
        ("cau-3", "added"),
        ("cau-1", "removed"),
    ]


def test_an_answer_to_one_is_an_answer_to_the_other() -> None:
    old = make.single()
    for alike in (
        {"explanation": "<p>Rõ hơn</p>"},
        {"tags": ("một cửa",)},
        {"points": Decimal(3)},
        {"line": old.line + 3},
    ):
        assert asked_alike(old, msgspec.structs.replace(old, **alike))
    for other in (
        msgspec.structs.replace(old, prompt="<p>Hỏi khác</p>"),
        msgspec.structs.replace(old, prompt="<p>Hỏi khác</p>", points=Decimal(3)),
        make.single(right=2),
        make.single(options=4),
        make.multiple(old.id),
    ):
        assert not asked_alike(old, other)
