"""Form fields and answers of the contract: filled in and read back, they are the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from learning.study import answers

IDS = ["a", "b", "c", "d"]
ITEMS = [{"id": i, "html": i} for i in IDS]
words = st.text(min_size=1).map(str.strip).filter(bool)

QUESTIONS = {
    "single": ({"kind": "single"}, st.sampled_from(IDS)),
    "multiple": ({"kind": "multiple"}, st.lists(st.sampled_from(IDS), min_size=1, unique=True)),
    "true-false": ({"kind": "true-false"}, st.booleans()),
    "text": ({"kind": "text"}, words),
    "number": ({"kind": "number"}, words),
    "match": ({"kind": "match", "left": ITEMS}, st.dictionaries(st.sampled_from(IDS), words, min_size=1)),
    "order": ({"kind": "order", "options": ITEMS}, st.permutations(IDS)),
    "gaps": ({"kind": "gaps", "gaps": ITEMS}, st.dictionaries(st.sampled_from(IDS), words, min_size=1)),
}


@pytest.mark.parametrize("kind", QUESTIONS)
@settings(max_examples=50)
@given(data=st.data())
def test_what_is_filled_in_is_read_back(kind: str, data: st.DataObject) -> None:
    question, strategy = QUESTIONS[kind]
    answer = data.draw(strategy)
    fields = MultiDict((name, v) for name, values in answers.fill(question, answer).items() for v in values)
    assert answers.read(question, fields) == answer
    assert answers.read(question, MultiDict()) is None


def test_an_order_with_a_hole_is_unclear() -> None:
    with pytest.raises(answers.Unclear):
        answers.read(QUESTIONS["order"][0], MultiDict({"answer.a": "1", "answer.b": "x"}))


@pytest.mark.parametrize(
    ("html", "split"),
    [
        ("<p>Hỏi?</p>", ("", "Hỏi?")),
        ("<p>Chuyện.</p>\n<p>Hỏi <em>gì</em>?</p>", ("<p>Chuyện.</p>", "Hỏi <em>gì</em>?")),
        ("<p>Xem.</p><table><tr><td><p>x</p></td></tr></table>", None),
        ("Trần", ("", "Trần")),
    ],
)
def test_the_last_paragraph_is_the_heading(html: str, split: tuple[str, str] | None) -> None:
    assert answers.split_prompt(html) == (split or (html, ""))


def test_a_saved_number_is_shown_the_vietnamese_way() -> None:
    assert answers.fill({"kind": "number"}, 12.5) == {"answer": ["12,5"]}
    assert answers.fill({"kind": "number"}, "1.500") == {"answer": ["1.500"]}
