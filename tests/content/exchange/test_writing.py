"""A bank written as a course: the same questions, under ids that hold, in pages that pass the check."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content import model
from learning.content.checker import Stamped
from learning.content.exchange import blocks, guarding
from learning.content.exchange.bank import Bank, BankGap, BankLesson, BankOption, BankQuestion
from learning.content.exchange.course_words import VIETNAMESE
from learning.content.exchange.reading import read_course
from learning.content.exchange.writing import draft_course, name_of, source_key
from learning.content.model import Source, kind_of
from learning.content.prose import count_syllables
from learning.content.variables import evaluate
from tests.content.exchange.banks import TODAY, bank, compiled, course, draft, questions

YES = BankQuestion(kind="true-false", stem="Đúng không?", answer=True)
PICK = BankQuestion(
    kind="single", stem="Chọn", options=(BankOption("A", True, "f"), BankOption("B", False, "f"))
)


def faults(files: dict[str, bytes]) -> list[str]:
    _, findings = compiled(files)
    return [str(fault) for fault in findings.faults if fault.severity == "fault"]


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.lists(questions(), min_size=1, max_size=3))
def test_a_question_means_what_it_meant(asked: list[BankQuestion]) -> None:
    made = draft(bank(*asked))
    assert not made.skipped
    assert not faults(made.files), made.files["exam.md"].decode()
    exam = course(made.files).exam
    assert exam
    assert exam.quiz
    assert len(exam.quiz.questions) == len(asked)
    for one, question in zip(asked, exam.quiz.questions, strict=True):
        meaning(one, question)


def meaning(one: BankQuestion, question: Any) -> None:
    if one.kind == "match" and kind_of(question) == "gaps":  # right sides that repeat
        return
    assert kind_of(question) == one.kind
    assert question.points == one.points
    assert len(question.hints) == len(one.hints)
    match question:
        case model.Single() | model.Multiple():
            assert [option.right for option in question.options] == [option.right for option in one.options]
            assert [bool(option.feedback) for option in question.options] == [
                bool(said.feedback) for said in one.options
            ]
        case model.TrueFalse():
            assert question.answer is one.answer
        case model.Text():
            assert question.accepted == tuple(
                dict.fromkeys(" ".join(said.replace("\x07", "").split()) for said in one.accepted)
            )
        case model.Number():
            assert (evaluate(question.low), evaluate(question.high)) == one.number
            assert question.unit == one.unit
        case model.Match():
            assert len(question.pairs) == len(question.right) == len(one.pairs)
        case model.Order():
            assert len(question.items) == len(one.items)
        case model.Gaps():
            assert [bool(gap.options) for gap in question.gaps] == [bool(gap.options) for gap in one.gaps]


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(st.lists(questions(), min_size=1, max_size=2))
def test_a_course_that_was_written_is_a_bank_again(asked: list[BankQuestion]) -> None:
    first = draft(bank(*asked))
    again = read_course(first.files)
    second = draft_course(
        replace(again, files={}), owner="Sở Tài chính", today=TODAY, field="finance", slug="thu"
    )
    before, after = course(first.files).exam, course(second.files).exam
    assert before and before.quiz and after and after.quiz
    plain = [[replace_id(one) for one in quiz.questions] for quiz in (before.quiz, after.quiz)]
    assert plain[0] == plain[1]


def replace_id(question: Any) -> Any:
    return model.msgspec.structs.replace(question, id="", title="", line=0)


# --- Ids


def ids(of: Bank) -> dict[str, str]:
    exam = course(draft(of).files).exam
    assert exam
    assert exam.quiz
    return {question.prompt: question.id for question in exam.quiz.questions}


def test_the_same_source_gives_the_same_bytes() -> None:
    assert draft(bank(YES, PICK)).files == draft(bank(YES, PICK)).files


def test_what_is_still_there_keeps_its_id() -> None:
    before = ids(bank(YES, PICK))
    changed = replace(PICK, options=(*PICK.options, BankOption("C")))
    after = ids(bank(replace(YES, stem="Câu mới?"), changed, YES))
    assert {stem: after[stem] for stem in before} == before


def test_an_id_of_the_source_holds_through_new_words() -> None:
    before = ids(bank(replace(YES, key="q1")))
    after = ids(bank(replace(YES, key="q1", stem="Viết lại?")))
    assert list(before.values()) == list(after.values())


def test_two_that_ask_alike_have_their_own_ids() -> None:
    other = replace(PICK, options=(BankOption("C", True), BankOption("D")))
    made = draft(bank(PICK, other, other))
    exam = course(made.files).exam
    assert exam
    assert exam.quiz
    assert len({question.id for question in exam.quiz.questions}) == 3
    first, second = (course(draft(of).files).exam for of in (bank(PICK, other), bank(other, PICK)))
    assert first and first.quiz and second and second.quiz
    assert [one.id for one in first.quiz.questions] == [one.id for one in reversed(second.quiz.questions)]


def test_ids_of_others_and_a_new_kind_are_never_met() -> None:
    (first,) = ids(bank(replace(YES, key="q1"))).values()
    options = draft_course(
        bank(replace(YES, key="q1")),
        owner="x",
        today=TODAY,
        field="f",
        slug="thu",
        ids={first: Stamped("true-false", "f/other", retired=False)},
    )
    assert first not in options.files["exam.md"].decode()
    assert first not in ids(bank(replace(PICK, key="q1"))).values()


# --- Lessons


def lesson(body: str, **others: Any) -> BankLesson:
    return BankLesson("Bài học", body, **others)


def test_a_long_text_is_divided_at_its_headings_and_no_word_is_lost() -> None:
    body = "\n\n".join(f"# Mục {number}\n\n" + f"từ{number} " * 350 for number in range(4))
    body += "\n\n" + "Một câu dài không có tiêu đề nào. " * 200
    made = draft(Bank("Tài liệu", (lesson(body, questions=(YES,)),)))
    pages = course(made.files).pages
    texts = [made.files[page.path].decode() for page in pages]
    assert len(pages) >= 6
    assert not faults(made.files)
    assert all(count_syllables(text.split("---\n", 2)[2].split("## Câu hỏi")[0]) <= 600 for text in texts)
    assert [text.count("từ2") for text in texts].count(350) == 1
    assert sum(text.count("không có tiêu đề nào") for text in texts) == 200
    assert {page.section for page in pages} == {"Bài học"}
    assert pages[-1].quiz
    assert any("chia thành" in warning for warning in made.warnings)


def test_a_question_without_a_name_is_not_called_by_its_picture() -> None:
    made = draft(bank(replace(YES, stem="Dấu này đúng không?\n\n![Con dấu đỏ](images/a.png)")))
    assert "### Dấu này đúng không?\n" in made.files["exam.md"].decode()


def test_headings_stand_under_each_other() -> None:
    made = draft(
        Bank("x", (lesson("### Sâu\n\na\n\n# Cao\n\nb\n\nKẻ dưới\n======\n\nc\n\n## Câu hỏi\n\nd"),))
    )
    text = made.files["10-bai-hoc.md"].decode()
    assert "## Sâu" in text
    assert "## Cao" in text
    assert "## Kẻ dưới" in text
    assert "**Câu hỏi**" in text
    assert not faults(made.files)


def test_links_images_and_markup_that_the_check_refuses_are_shown_as_text() -> None:
    body = "[a](../b.doc) ![](images/x.png) ![c](images/y.png) <iframe> `<b>` [d](javascript:e)\n\n- ( ) chọn\n\n"
    body += "Mã: f\n= g"
    made = draft(Bank("x", (lesson(body),), media={"images/x.png": b"\x89PNG\r\n\x1a\n", "z.exe": b"MZ"}))
    text = made.files["10-bai-hoc.md"].decode()
    assert "![Hình trong bài Bài học](images/x.png)" in text
    assert not faults(made.files)
    assert all(
        word in text for word in ("../b.doc", "images/y.png", "&lt;iframe>", "`<b>`", "javascript:e", "chọn")
    )
    assert "z.exe" in [one.what for one in made.skipped]
    assert "images/x.png" in made.files


def test_documents_are_cited_where_they_are_known_and_nothing_is_invented() -> None:
    law = Source(key="1/2025/QH15", title="Luật", issuer="Quốc hội", in_force=date(2025, 1, 1))
    old = Source(
        key="2/2013/QH13", title="Luật", issuer="Quốc hội", in_force=date(2014, 1, 1), until=date(2025, 1, 1)
    )
    known = {law.key: law, old.key: old}
    of = Bank("x", (lesson("chữ", citations=(law.key, old.key, "3/2025/X")), BankLesson("Hai", "chữ khác")))
    made = draft_course(of, owner="Sở", today=TODAY, field="f", slug="thu", known=known)
    first, second = course(made.files).pages
    assert [citation.key for citation in first.citations] == [law.key]
    assert [citation.key for citation in second.citations] == [source_key(of, "thu")] == list(made.sources)
    assert any("3/2025/X" in one for one in made.warnings)
    assert any(old.key in one and "hết hiệu lực" in one for one in made.warnings)


def test_a_later_day_gives_the_same_bytes() -> None:
    first = draft(bank(YES))
    later = draft_course(
        bank(YES),
        owner="Sở Tài chính",
        today=date(2030, 1, 1),
        field="finance",
        slug="thu",
        known=first.sources,
    )
    assert later.files == first.files


@pytest.mark.parametrize(
    "title", ["", "Đất: #1 “đai” <b>", "- [x](y)", "\\", "a\nb\x00", "'\"", "no", "2026-01-01"]
)
def test_any_title_is_a_title(title: str) -> None:
    made = draft(
        Bank(
            title,
            (
                BankLesson(title, "chữ", questions=(replace(YES, title=title),)),
                BankLesson(title, questions=(PICK,)),
            ),
        )
    )
    assert not faults(made.files)
    assert course(made.files).title


def test_an_answer_that_belongs_to_several_is_asked_as_gaps() -> None:
    pairs = (("Khai sinh", "Tư pháp"), ("Chứng thực", "Tư pháp"), ("", "Địa chính"))
    made = draft(bank(BankQuestion(kind="match", stem="Ghép, bỏ (1)____", pairs=pairs, shuffle=True)))
    assert not faults(made.files)
    exam = course(made.files).exam
    assert exam
    assert exam.quiz
    (question,) = exam.quiz.questions
    assert isinstance(question, model.Gaps)
    assert [[option.html for option in gap.options if option.right] for gap in question.gaps] == [
        ["Tư pháp"]
    ] * 2
    assert [len(gap.options) for gap in question.gaps] == [2, 2]
    assert any("điền khuyết" in warning for warning in made.warnings)


def test_more_than_can_be_asked_is_told_and_not_cut_to_a_question_without_its_answer() -> None:
    options = tuple(BankOption(f"chọn {number}", number == 70) for number in range(80))
    made = draft(
        bank(
            YES,
            BankQuestion(kind="gaps", stem="Điền (1)____", gaps=(BankGap("1", options=options),)),
            BankQuestion(kind="match", stem="Ghép", pairs=tuple((f"trái {n}", "phải") for n in range(1200))),
            BankQuestion(
                kind="match", stem="Nối", pairs=tuple((f"trái {n}", f"p{n % 60}") for n in range(90))
            ),
        )
    )
    assert [one.what for one in made.skipped] == ["Điền (1)____", "Ghép", "Nối"]
    assert not faults(made.files)


@pytest.mark.parametrize("lines", ["``` x\n", "~~~~ x\n```` y\n", "````` x\n```\n"])
def test_fences_that_nothing_ends_are_looked_for_once(lines: str) -> None:
    begun = time.process_time()
    made = guarding.body(lines * 20_000)
    # To the end of the text for each of them would be minutes.
    assert time.process_time() - begun < 10
    assert "x" in made


@pytest.mark.parametrize("stem", ["![" * 60_000, "![](" * 40_000])
def test_a_name_is_made_of_a_stem_of_pictures_that_are_none(stem: str) -> None:
    begun = time.process_time()
    asked = replace(YES, stem=f"Hình {stem}")
    assert "### Hình" in blocks.question(asked, "thu-a", VIETNAMESE).text
    assert time.process_time() - begun < 10


def test_a_name_of_a_question_has_no_picture_with_brackets_in_its_words() -> None:
    asked = replace(YES, stem="Dấu ![Con dấu \\[đỏ\\]](images/a.png) này?")
    assert "### Dấu này?" in blocks.question(asked, "thu-a", VIETNAMESE).text


def test_what_cannot_be_asked_is_skipped() -> None:
    made = draft(
        bank(
            YES,
            BankQuestion(kind="text", stem="Gõ", accepted=("a|b",), line=7),
            BankQuestion(kind="number", stem="Số", number=(Decimal("1e40"), Decimal("1e40"))),
            BankQuestion(kind="single", stem=" ", options=PICK.options),
        )
    )
    assert [one.what for one in made.skipped] == ["Gõ", "Số", ""]
    assert made.skipped[0].line == 7
    assert made.questions == 1


def test_names_of_folders_are_plain() -> None:
    assert name_of("Đất đai 2025!") == "dat-dai-2025"
    assert name_of("???") == "khoa-hoc"


def test_a_draft_in_english_is_written_in_english() -> None:
    made = draft(replace(bank(YES, replace(PICK, kind="multiple")), language="en"))
    text = made.files["exam.md"].decode()
    assert "Answer: True" in text
    assert "Type: multiple choice" in text
    assert not faults(made.files)
