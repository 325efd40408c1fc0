"""What an author begins from is right as it stands, and is the kind it says."""

from datetime import date

import pytest

from learning.content import previewing, skeletons
from learning.content.checker import Rules
from learning.content.limits import Limits
from learning.content.model import Source, kind_of

TODAY = date(2026, 11, 22)
SOURCE = Source(key="1/2026/QH16", title="Luật", issuer="Quốc hội", in_force=date(2026, 1, 1))
RULES = Rules(Limits(), frozenset({"sở"}), {SOURCE.key}, {SOURCE.key: SOURCE}, TODAY)
FRONT = f"id: bai-1\ntitle: A\nminutes: 1\nsources: ['{SOURCE.key}, Điều 1']\nchecked_on: 2026-11-22\n"
HEAD = f"---\n{FRONT}---\n\nĐọc bài này.\n"


def shown(body: str, language: str) -> previewing.Preview:
    home = f"---\ntitle: A\nowner: Sở\ncompletion: lessons\nlanguage: {language}\n---\n".encode()
    setting = previewing.setting("f", "c", "10-a.md", {"course.md": home}, RULES)
    return previewing.preview(setting, (HEAD + body).encode())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", skeletons.QUESTIONS)
def test_a_question_begins_without_a_fault_and_of_its_kind(kind: str, language: str) -> None:
    text = skeletons.skeletons(language)[kind].replace("{id}", "bai-1-abcde")
    heading = skeletons.skeletons(language)["questions"]
    preview = shown(f"\n{heading}\n\n{text}\n", language)
    assert [str(fault) for fault in preview.faults] == []
    assert preview.page is not None
    assert preview.page.quiz is not None
    assert [kind_of(one) for one in preview.page.quiz.questions] == [kind]


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("name", [*skeletons.NOTICES, "table"])
def test_a_piece_of_text_begins_without_a_fault(name: str, language: str) -> None:
    preview = shown(f"\n{skeletons.skeletons(language)[name]}\n", language)
    assert [str(fault) for fault in preview.faults] == []
    assert preview.page is not None
    assert ("<table>" if name == "table" else f"notice-{name}") in preview.page.html


def test_both_languages_begin_the_same_pieces() -> None:
    assert (
        skeletons.VIETNAMESE.keys()
        == skeletons.ENGLISH.keys()
        == {*skeletons.QUESTIONS, *skeletons.NOTICES, "table", "questions", "cite"}
    )
