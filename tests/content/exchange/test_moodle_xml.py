import base64
import re
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.exchange.bank import (
    Bank,
    BankGap,
    BankLesson,
    BankOption,
    BankQuestion,
    UnreadableError,
)
from learning.content.exchange.moodle_xml import read, write
from tests.content.exchange.foreign import PNG, banks, comparable

SAMPLE = f"""<?xml version="1.0" encoding="UTF-8"?>
<quiz>
<!-- question: 0  -->
  <question type="category">
    <category><text>$course$/top/Đất đai/Cấp xã</text></category>
    <info format="html"><text>Dành cho công chức địa chính</text></info>
    <idnumber></idnumber>
  </question>
<!-- question: 41  -->
  <question type="multichoice">
    <name><text>Nơi nộp hồ sơ</text></name>
    <questiontext format="html"><text><![CDATA[<p>Nộp hồ sơ <b>đăng ký</b> ở đâu?</p>
    <p><img src="@@PLUGINFILE@@/b%C6%B0%E1%BB%9Bc.png" alt="Sơ đồ một cửa"></p>]]></text>
<file name="bước.png" path="/" encoding="base64">{base64.b64encode(PNG).decode()}</file>
    </questiontext>
    <generalfeedback format="html"><text><![CDATA[<p>Nộp một nơi.</p>]]></text></generalfeedback>
    <defaultgrade>2.0000000</defaultgrade>
    <penalty>0.3333333</penalty>
    <hidden>0</hidden>
    <idnumber>dat-01</idnumber>
    <single>true</single>
    <shuffleanswers>true</shuffleanswers>
    <answernumbering>abc</answernumbering>
    <correctfeedback format="html"><text>Câu trả lời đúng</text></correctfeedback>
    <answer fraction="100" format="html">
      <text><![CDATA[<p>Bộ phận Một cửa</p>]]></text>
      <feedback format="html"><text>Đúng nơi tiếp nhận.</text></feedback>
    </answer>
    <answer fraction="0" format="html">
      <text>Công an xã</text><feedback format="html"><text></text></feedback>
    </answer>
    <hint format="html"><text>Xem bước 1.</text></hint>
    <tags><tag><text>một cửa</text></tag></tags>
  </question>
<!-- question: 42  -->
  <question type="truefalse">
    <name><text>Câu 2</text></name>
    <questiontext format="html"><text>Người dân nộp phí tại kho bạc.</text></questiontext>
    <answer fraction="0" format="moodle_auto_format"><text>true</text>
    <feedback format="html"><text>Chưa phải.</text></feedback></answer>
    <answer fraction="100" format="moodle_auto_format"><text>false</text>
    <feedback format="html"><text>Nộp tại quầy.</text></feedback></answer>
  </question>
  <question type="shortanswer">
    <name><text>Câu 3</text></name>
    <questiontext format="html"><text>Cơ quan nào ký?</text></questiontext>
    <usecase>1</usecase>
    <answer fraction="100" format="moodle_auto_format"><text>UBND xã</text></answer>
    <answer fraction="100" format="moodle_auto_format"><text>*ủy ban*</text></answer>
    <answer fraction="50" format="moodle_auto_format"><text>xã</text></answer>
  </question>
  <question type="numerical">
    <name><text>Câu 4</text></name>
    <questiontext format="html"><text>Thời hạn bao lâu?</text></questiontext>
    <answer fraction="100"><text>20</text><feedback><text></text></feedback><tolerance>0.5</tolerance></answer>
    <units><unit><multiplier>1</multiplier><unit_name>ngày</unit_name></unit>
    <unit><multiplier>24</multiplier><unit_name>giờ</unit_name></unit></units>
  </question>
  <question type="matching">
    <name><text>Câu 5</text></name>
    <questiontext format="html"><text>Ghép việc với nơi làm.</text></questiontext>
    <shuffleanswers>true</shuffleanswers>
    <subquestion format="html"><text>Khai sinh</text><answer><text>Tư pháp</text></answer></subquestion>
    <subquestion format="html"><text>Đo đất</text><answer><text>Địa chính</text></answer></subquestion>
    <subquestion format="html"><text></text><answer><text>Công an</text></answer></subquestion>
  </question>
  <question type="ordering">
    <name><text>Câu 6</text></name>
    <questiontext format="html"><text>Xếp các bước.</text></questiontext>
    <answer fraction="2.0000000" format="html"><text>Thẩm định</text></answer>
    <answer fraction="1.0000000" format="html"><text>Tiếp nhận</text></answer>
    <answer fraction="3.0000000" format="html"><text>Trả kết quả</text></answer>
  </question>
  <question type="cloze">
    <name><text>Câu 7</text></name>
    <questiontext format="html"><text><![CDATA[<p>Hạn là {{1:SHORTANSWER:=ba mươi~=30}} ngày,
    do {{2:MULTICHOICE_S:Tỉnh~=Xã#Đúng rồi}} trả.</p>]]></text></questiontext>
  </question>
  <question type="gapselect">
    <name><text>Câu 8</text></name>
    <questiontext format="html"><text>Hồ sơ nộp ở [[2]], trả ở [[1]].</text></questiontext>
    <shuffleanswers>0</shuffleanswers>
    <selectoption><text>quầy</text><group>1</group></selectoption>
    <selectoption><text>kho</text><group>1</group></selectoption>
  </question>
  <question type="essay">
    <name><text>Câu 9</text></name>
    <questiontext format="html"><text>Đồng chí nghĩ gì?</text></questiontext>
    <graderinfo format="html"><text>Chấm theo ý</text></graderinfo>
  </question>
</quiz>
""".encode()


@pytest.fixture(scope="module")
def bank() -> Bank:
    return read(SAMPLE, name="ngan-hang.xml")


def asked(bank: Bank) -> list[BankQuestion]:
    return [question for lesson in bank.lessons for question in lesson.questions]


def test_a_category_is_a_section(bank: Bank) -> None:
    assert [lesson.title for lesson in bank.lessons] == ["Đất đai / Cấp xã"]


def test_a_choice_comes_with_all_that_belongs_to_it(bank: Bank) -> None:
    first = asked(bank)[0]
    (path,) = bank.media
    assert bank.media[path] == PNG
    assert first.stem == f"Nộp hồ sơ **đăng ký** ở đâu?\n\n![Sơ đồ một cửa]({path})"
    assert first.options == (
        BankOption("Bộ phận Một cửa", True, "Đúng nơi tiếp nhận."),
        BankOption("Công an xã"),
    )
    assert (first.kind, first.title, first.key, first.points) == (
        "single",
        "Nơi nộp hồ sơ",
        "dat-01",
        Decimal(2),
    )
    assert (first.tags, first.hints, first.explanation) == (("một cửa",), ("Xem bước 1.",), "Nộp một nơi.")
    assert first.shuffle is True


def test_the_other_kinds_are_read(bank: Bank) -> None:
    _, truth, text, number, match, order, cloze, chosen = asked(bank)
    assert (truth.answer, truth.key, truth.name) == (False, "", "Câu 2")
    assert truth.feedback == "Chọn Đúng: Chưa phải.\n\nChọn Sai: Nộp tại quầy."
    assert text.accepted == ("UBND xã",)
    assert (number.number, number.unit) == ((Decimal("19.5"), Decimal("20.5")), "ngày")
    assert match.pairs == (("Khai sinh", "Tư pháp"), ("Đo đất", "Địa chính"), ("", "Công an"))
    assert order.items == ("Tiếp nhận", "Thẩm định", "Trả kết quả")
    assert cloze.stem == "Hạn là (1)____ ngày, do (2)____ trả."
    assert cloze.gaps[0].accepted == ("ba mươi", "30")
    assert cloze.gaps[1].options == (BankOption("Tỉnh"), BankOption("Xã", True))
    assert cloze.points == 3
    assert [[one.right for one in gap.options] for gap in chosen.gaps] == [[False, True], [True, False]]


def test_what_is_left_out_is_told_with_its_words(bank: Bank) -> None:
    told = {one.what: one for one in bank.skipped}
    essay = next(one for what, one in told.items() if "Đồng chí nghĩ gì?" in what)
    assert "Chấm theo ý" in essay.what
    assert essay.line > 80
    assert {
        "*ủy ban*",
        "xã",
        "giờ",
        "Đúng rồi",
        "Câu trả lời đúng",
        "Dành cho công chức địa chính",
    } <= told.keys()


def test_more_gaps_than_a_question_can_have_are_told_before_they_are_multiplied() -> None:
    options = "".join(f"<selectoption><text>t{n}</text><group>1</group></selectoption>" for n in range(5000))
    text = f"<questiontext><text>{'[[1]] ' * 5000}</text></questiontext>"
    bank = read(f"<quiz><question type='gapselect'>{text}{options}</question></quiz>".encode())
    assert not bank.lessons
    assert "hơn 999" in bank.skipped[0].reason


@pytest.mark.parametrize("share", ["50", "33.333333333", "33,33"])
def test_a_share_is_no_part_of_what_is_to_be_chosen(share: str) -> None:
    text = f"<questiontext><text>Do {{1:MULTICHOICE:%{share}%tỉnh~=xã~%-50%huyện}} ký.</text></questiontext>"
    (made,) = asked(read(f"<quiz><question type='cloze'>{text}</question></quiz>".encode()))
    assert [option.text for option in made.gaps[0].options] == ["tỉnh", "xã", "huyện"]


def test_a_lone_number_with_tolerance_is_a_question_for_a_number() -> None:
    text = "<questiontext><text>Có {1:NUMERICAL:=23.8:0.1} ha.</text></questiontext>"
    (made,) = asked(read(f"<quiz><question type='cloze'>{text}</question></quiz>".encode()))
    assert (made.kind, made.number, made.stem) == (
        "number",
        (Decimal("23.7"), Decimal("23.9")),
        "Có ____ ha.",
    )


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(banks())
def test_what_is_written_is_read_again(bank: Bank) -> None:
    data, lost = write(bank)
    assert comparable(read(data)) == comparable(bank)
    for one in lost:
        assert "Điểm" in one.reason


def test_pictures_go_out_and_come_back(bank: Bank) -> None:
    data, _ = write(bank)
    again = read(data)
    assert again.media == bank.media
    assert replace(asked(again)[0], line=0) == replace(asked(bank)[0], line=0)


def test_files_of_one_name_are_told_apart_by_the_text_that_they_belong_to() -> None:
    def answer(number: int, share: int) -> str:
        picture = base64.b64encode(PNG + bytes([number])).decode()
        return (
            f'<answer fraction="{share}"><text>&lt;img src="@@PLUGINFILE@@/image.png" alt="Hình"&gt;</text>'
            f'<file name="image.png" path="/" encoding="base64">{picture}</file></answer>'
        )

    text = f"<quiz><question type='multichoice'><questiontext><text>Hình nào?</text></questiontext>{answer(1, 0)}"
    bank = read(
        f"{text}{answer(2, 100)}{answer(3, 0).replace('@@/image', '@@/other')}</question></quiz>".encode()
    )
    (made,) = asked(bank)
    shown = [re.sub(r"!\[Hình\]\((.*)\)", r"\1", option.text) for option in made.options]
    assert [bank.media.get(path) for path in shown] == [PNG + b"\x01", PNG + b"\x02", None]
    assert [one.what for one in bank.skipped] == ["image.png"]


def test_pictures_of_one_name_in_two_folders_stay_two() -> None:
    stem = "Trước ![a](images/a/so-do.png) và sau ![b](images/b/so-do.png)"
    question = BankQuestion("true-false", stem, answer=True)
    media = {"images/a/so-do.png": PNG + b"a", "images/b/so-do.png": PNG + b"b"}
    data, _ = write(Bank("K", (BankLesson("Một", questions=(question,)),), media))
    again = read(data)
    first, second = re.findall(r"\((images/.*?)\)", asked(again)[0].stem)
    assert [again.media[first], again.media[second]] == [PNG + b"a", PNG + b"b"]


def test_what_looks_like_a_gap_in_the_words_around_one_stays_words() -> None:
    question = BankQuestion(
        "gaps", "Viết {1:SHORTANSWER:=x} rồi (1)____", title="T", gaps=(BankGap("1", ("y",)),)
    )
    bank = Bank("K", (BankLesson("Một", questions=(question,)),))
    assert comparable(read(write(bank)[0])) == comparable(bank)


def test_a_lesson_is_told_as_lost() -> None:
    _, lost = write(Bank("K", (BankLesson("Bài một", "Lời của bài.", line=7),)))
    assert [(one.line, one.what) for one in lost] == [(7, "Bài một")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"<quiz>",
        b"<a/>",
        b"<html><quiz/></html>",
        b'<!DOCTYPE quiz [<!ENTITY a "aaaaaaaa">]><quiz><question type="&a;"/></quiz>',
        b'<!DOCTYPE quiz [<!ENTITY a SYSTEM "file:///etc/passwd">]><quiz>&a;</quiz>',
        '<!DOCTYPE q [<!ENTITY a "b">]><quiz/>'.encode("utf-16"),
        b"<quiz>" + b"<a>" * 100_000,
        b"<quiz a='" + b"x" * 20_000_000 + b"'/>",
        b"\x89PNG\r\n\x1a\n",
    ],
)
def test_a_hostile_or_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data, name="a.xml")


def test_a_file_called_a_picture_is_one_by_its_bytes() -> None:
    data = SAMPLE.replace(base64.b64encode(PNG), base64.b64encode(b"<svg onload='x'/>"))
    assert not read(data).media


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_broken_file_breaks_the_reader(data: st.DataObject) -> None:
    broken = bytearray(SAMPLE)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    with suppress(UnreadableError):
        read(bytes(broken))
