"""What a publication means to those who learn: pages, rules, questions, documents."""

from datetime import date
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from learning.content.model import Course, Source
from learning.library.consequences import changed_share, meaning
from tests import make

WORDS = [
    "cán",
    "bộ",
    "đối",
    "chiếu",
    "hồ",
    "sơ",
    "với",
    "thủ",
    "tục",
    "đã",
    "công",
    "bố",
    "rồi",
    "mới",
    "hẹn",
    "ngày",
    "trả",
    "kết",
    "quả",
    "cho",
    "người",
    "dân",
]


def lessons(*texts: str, **more: object) -> Course:
    pages = [
        make.lesson(f"bai-{number}", html=f"<p>{text}</p>", path=f"{number}0-bai-{number}.md")
        for number, text in enumerate(texts, 1)
    ]
    return make.course(*pages, **more)


def test_the_first_release_changes_nothing_for_anybody() -> None:
    found = meaning(None, make.course())
    assert found.first and not found.nothing and found.questions == found.pages == found.rules == ()


def test_the_same_course_means_nothing() -> None:
    assert meaning(make.course(), make.course()).nothing


def test_a_few_words_are_minor_and_many_are_major() -> None:
    old = " ".join(WORDS)
    few, many = old.replace("cán bộ", "công chức"), " ".join(WORDS[:12]) + " rồi ghi đủ trong một phiếu"
    [minor] = meaning(lessons(old), lessons(few)).pages
    [major] = meaning(lessons(old), lessons(many)).pages
    assert (minor.what, major.what) == ("minor", "major") and 0 < minor.share < 0.15 < major.share
    assert meaning(lessons(old), lessons(many)).read_again == (major,)
    [tags] = meaning(lessons(old), lessons(f"<b>{old}</b>")).pages
    assert (tags.what, tags.share) == ("minor", 0.0)


def test_pages_come_go_and_move() -> None:
    old, new = lessons("một", "hai"), lessons("một", "hai", "ba")
    assert [(one.page, one.what) for one in meaning(old, new).pages] == [("id-bai-3", "added")]
    assert [(one.page, one.what) for one in meaning(new, old).pages] == [("id-bai-3", "removed")]
    moved = msgspec.structs.replace(
        old, pages=(old.pages[0], msgspec.structs.replace(old.pages[1], path="5-bai-2.md"))
    )
    assert [(one.page, one.what) for one in meaning(old, moved).pages] == [("id-bai-2", "moved")]


def test_rules_are_told_with_their_old_and_new_value() -> None:
    old = make.course()
    assert old.exam and old.exam.quiz
    quiz = msgspec.structs.replace(old.exam.quiz, pass_percent=Decimal(70), attempts=3)
    new = msgspec.structs.replace(
        old, exam=msgspec.structs.replace(old.exam, quiz=quiz), completion="lessons", valid_months=12
    )
    told = {(one.page, one.rule): (one.old, one.new) for one in meaning(old, new).rules}
    assert told == {
        ("", "completion"): ("lessons+exam", "lessons"),
        ("", "valid_months"): (None, 12),
        ("exam", "pass"): (Decimal(50), Decimal(70)),
        ("exam", "attempts"): (None, 3),
    }


def test_questions_and_documents() -> None:
    law = Source(key="1/2025", title="Luật", issuer="Quốc hội", in_force=date(2025, 1, 1))
    old = make.course(make.lesson("bai", make.single("cau-1")), sources={"1/2025": law})
    new = make.course(make.lesson("bai", make.single("cau-1", right=2), make.single("cau-2")))
    found = meaning(old, new)
    assert [change.question for change in found.rekeyed] == ["cau-1"]
    assert [change.question for change in found.counts_as_new] == ["cau-2"]
    assert found.sources == ((), ("1/2025",))


@given(st.lists(st.sampled_from(WORDS), max_size=20), st.lists(st.sampled_from(WORDS), max_size=20))
def test_the_share_is_a_share(old: list[str], new: list[str]) -> None:
    one, other = (f"<p>{' '.join(words)}</p>" for words in (old, new))
    assert 0 <= changed_share(one, other) <= 1
    assert (changed_share(one, other) == 0) == (old == new)
