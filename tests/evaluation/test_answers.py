"""What comes out of a form."""

from hypothesis import given
from hypothesis import strategies as st

from learning.evaluation import answers, themes
from learning.evaluation.answers import Survey, Used

GOOD = {"useful": "4", "clear": "5", "length": "3", "recommend": "1", "text": "Hay"}
words = st.dictionaries(st.sampled_from((*answers.SCALES, "text", "used", "reason")), st.text(max_size=20))


def test_a_whole_answer() -> None:
    given_, typed = answers.read_survey(GOOD, {"lesson": ["b", "gone"], "reason": ["law", "law"]}, {"a", "b"})
    scales = {"useful": 4, "clear": 5, "length": 3, "recommend": 1}
    assert given_ == Survey(scales, ("b",), ("law",), "Hay")
    assert typed.wrong == {}


def test_what_is_broken_is_kept_as_it_was_typed() -> None:
    given_, typed = answers.read_survey(
        GOOD | {"clear": "9", "recommend": "", "text": "x" * 1001},
        {"lesson": ["a"], "reason": ["law"]},
        {"a"},
    )
    assert given_ is None
    assert typed.wrong == {"clear": "unknown", "recommend": "missing", "text": "long"}
    assert typed.one["useful"] == "4" and typed.many["lesson"] == ("a",) and len(typed.text) == 1001


def test_a_thousand_letters_are_a_thousand_however_they_are_sent() -> None:
    lines = "ế\r\n" * 500  # three characters on the way, of them two letters
    given_, _ = answers.read_survey(GOOD | {"text": lines}, {}, ())
    assert given_ is not None and len(given_.text) == 999
    assert answers.clean("a\0b\x07 e\u0301 ") == "ab é"


def test_why_not_is_asked_where_it_is_not_used_alone() -> None:
    assert answers.read_used({"used": "often", "reason": "other"}, manager=False)[0] == Used("often")
    given_, typed = answers.read_used({"used": "not_yet"}, manager=False)
    assert given_ is None and typed.wrong == {"reason": "missing"}
    assert answers.read_used({"used": "not_yet", "reason": "no_time"}, manager=True)[0] == Used(
        "not_yet", "no_time"
    )
    assert answers.read_used({"used": "unseen"}, manager=False)[1].wrong == {"used": "unknown"}
    assert answers.read_used({"used": "unseen"}, manager=True)[0] == Used("unseen")
    assert answers.read_used({}, manager=True)[1].wrong == {"used": "missing"}
    assert answers.read_used({"used": "often", "text": "x" * 501}, manager=True)[1].wrong == {"text": "long"}


@given(words, st.lists(st.text(max_size=5), max_size=4))
def test_whatever_is_sent_is_an_answer_or_says_what_is_wrong(one: dict[str, str], many: list[str]) -> None:
    survey, typed = answers.read_survey(one, {"lesson": many, "reason": many}, many)
    assert (survey is None) == bool(typed.wrong)
    used, typed = answers.read_used(one, manager=True)
    assert (used is None) == bool(typed.wrong)


def test_texts_are_counted_by_what_they_are_about() -> None:
    assert themes.of("Cần thêm VÍ DỤ, và Luật mới!") == {"examples", "law"}
    assert themes.of("can them vi du") == {"examples"}
    assert themes.of("Ngân sách") == {themes.OTHER}  # and not "ngắn"
    assert themes.of("") == {themes.OTHER}
    texts = ["Thêm ví dụ", "ví dụ và ví dụ", "luật", "   ", "khác hẳn", "Nghị định mới"]
    assert themes.counts(texts) == (5, [("examples", 2), ("law", 2), (themes.OTHER, 1)])
    assert themes.counts(texts[:4]) == (3, [])
