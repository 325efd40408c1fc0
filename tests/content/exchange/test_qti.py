# ruff: noqa: E501 -- samples of foreign files, as they are written
import io
import zipfile
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.exchange.archives import read_zip
from learning.content.exchange.bank import Bank, BankLesson, BankOption, BankQuestion, UnreadableError
from learning.content.exchange.qti import read, write
from tests.content.exchange.foreign import PNG, banks, comparable

HEAD = 'xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" adaptive="false" timeDependent="false"'
CHOICE = f"""<?xml version="1.0" encoding="UTF-8"?>
<assessmentItem {HEAD} identifier="cau-1" title="Nơi nộp hồ sơ" label="x" toolName="TAO">
  <responseDeclaration identifier="RESPONSE" cardinality="single" baseType="identifier">
    <correctResponse><value><![CDATA[choice_1]]></value></correctResponse>
  </responseDeclaration>
  <outcomeDeclaration identifier="SCORE" cardinality="single" baseType="float" normalMaximum="2"/>
  <itemBody><div class="grid-row"><div class="col-12">
    <rubricBlock view="scorer"><p>Chấm như đáp án</p></rubricBlock>
    <p>Nhìn hình: <img src="assets/so-do.png" alt="Sơ đồ một cửa"/></p>
    <choiceInteraction responseIdentifier="RESPONSE" shuffle="true" maxChoices="1">
      <prompt>Nộp ở <strong>đâu</strong>?</prompt>
      <simpleChoice identifier="choice_1" fixed="false">Một cửa
        <feedbackInline outcomeIdentifier="FEEDBACK" identifier="choice_1" showHide="show">Đúng nơi</feedbackInline>
      </simpleChoice>
      <simpleChoice identifier="choice_2">Công an</simpleChoice>
    </choiceInteraction></div></div>
  </itemBody>
  <modalFeedback identifier="choice_2" outcomeIdentifier="FEEDBACK" showHide="show">Sai nơi</modalFeedback>
</assessmentItem>"""
DECLARED = '<responseDeclaration identifier="R" cardinality="{}" baseType="{}"><correctResponse>{}</correctResponse>{}'


def item(
    body: str, cardinality: str = "single", base: str = "identifier", *right: str, mapping: str = ""
) -> bytes:
    values = "".join(f"<value>{one}</value>" for one in right)
    declared = DECLARED.format(cardinality, base, values, mapping) + "</responseDeclaration>"
    return f'<assessmentItem {HEAD} identifier="i1" title="T">{declared}<itemBody>{body}</itemBody></assessmentItem>'.encode()


def package(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()


def one(data: bytes) -> BankQuestion:
    bank = read(data, name="a.xml")
    assert bank.lessons, bank.skipped
    return bank.lessons[0].questions[0]


def test_a_package_is_read_in_the_order_of_its_test() -> None:
    files = {
        "imsmanifest.xml": b"""<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1"><resources>
          <resource identifier="a" type="imsqti_item_xmlv2p2" href="items/1/qti.xml"><metadata><lom><general>
          <keyword><string>tag one</string></keyword></general></lom></metadata><file href="items/1/qti.xml"/></resource>
          </resources></manifest>""",
        "test.xml": f"""<assessmentTest {HEAD} identifier="t" title="De thi"><testPart identifier="p">
          <assessmentSection identifier="s" title="Phan mot"><rubricBlock view="candidate"><p>Read well</p></rubricBlock>
          <assessmentItemRef identifier="i" href="items/1/qti.xml"/><assessmentItemRef identifier="j" href="no.xml"/>
          </assessmentSection></testPart></assessmentTest>""".encode(),
        "items/1/qti.xml": CHOICE.encode(),
        "items/1/assets/so-do.png": PNG,
    }
    bank = read(package(files), name="de.zip")
    (lesson,) = bank.lessons
    (question,) = lesson.questions
    (path,) = bank.media
    assert (bank.title, lesson.title, question.title, question.key) == (
        "De thi",
        "Phan mot",
        "Nơi nộp hồ sơ",
        "cau-1",
    )
    assert question.stem == f"Nhìn hình: ![Sơ đồ một cửa]({path})\n\nNộp ở **đâu**?"
    assert question.options == (
        BankOption("Một cửa", True, "Đúng nơi"),
        BankOption("Công an", False, "Sai nơi"),
    )
    assert (question.points, question.tags, question.shuffle) == (Decimal(2), ("tag one",), True)
    assert {one.what for one in bank.skipped} == {"Chấm như đáp án", "Read well", "no.xml"}
    assert all(one.line for one in bank.skipped)


def test_the_kinds_of_qti_2_are_read() -> None:
    choices = "".join(
        f'<simpleChoice identifier="{n}">{t}</simpleChoice>'
        for n, t in zip("abc", ("x", "y", "z"), strict=True)
    )
    several = one(
        item(
            f'<choiceInteraction responseIdentifier="R" maxChoices="0">{choices}</choiceInteraction>',
            "multiple",
            "identifier",
            "a",
            "c",
        )
    )
    assert (several.kind, [option.right for option in several.options]) == ("multiple", [True, False, True])
    order = one(
        item(
            f'<orderInteraction responseIdentifier="R">{choices}</orderInteraction>',
            "ordered",
            "identifier",
            "b",
            "a",
            "c",
        )
    )
    assert order.items == ("y", "x", "z")
    truth = one(
        item(
            '<choiceInteraction responseIdentifier="R" maxChoices="1"><simpleChoice identifier="t">Đúng</simpleChoice>'
            '<simpleChoice identifier="f">Sai</simpleChoice></choiceInteraction>',
            "single",
            "identifier",
            "f",
        )
    )
    assert (truth.kind, truth.answer) == ("true-false", False)
    sides = [
        f'<simpleAssociableChoice identifier="{n}" matchMax="1">{n}</simpleAssociableChoice>'
        for n in ("A", "B", "C", "D", "E")
    ]
    match = one(
        item(
            f'<matchInteraction responseIdentifier="R"><simpleMatchSet>{sides[0]}{sides[1]}</simpleMatchSet>'
            f"<simpleMatchSet>{sides[2]}{sides[3]}{sides[4]}</simpleMatchSet></matchInteraction>",
            "multiple",
            "directedPair",
            "A D",
            "B C",
        )
    )
    assert match.pairs == (("A", "D"), ("B", "C"), ("", "E"))
    twice = one(
        item(
            f'<matchInteraction responseIdentifier="R"><simpleMatchSet>{sides[0]}{sides[1]}</simpleMatchSet>'
            f"<simpleMatchSet>{sides[2]}{sides[3]}</simpleMatchSet></matchInteraction>",
            "multiple",
            "directedPair",
            "A C",
            "B C",
        )
    )
    assert twice.pairs == (("A", "C"), ("B", "C"), ("", "D"))
    associate = one(
        item(
            f'<associateInteraction responseIdentifier="R">{"".join(sides[:4])}</associateInteraction>',
            "multiple",
            "pair",
            "A C",
            "B D",
        )
    )
    assert associate.pairs == (("A", "C"), ("B", "D"))
    text = one(
        item('<p>Ai ký?</p><p><textEntryInteraction responseIdentifier="R"/></p>', "single", "string", "UBND")
    )
    assert (text.kind, text.accepted) == ("text", ("UBND",))
    gaps = one(
        item(
            '<p>Do <textEntryInteraction responseIdentifier="R"/> ký.</p>',
            "single",
            "string",
            mapping='<mapping><mapEntry mapKey="xã" mappedValue="1"/></mapping>',
        )
    )
    assert (gaps.stem, gaps.gaps[0].accepted) == ("Do (1)____ ký.", ("xã",))
    drop = one(
        item(
            '<p>Do <inlineChoiceInteraction responseIdentifier="R"><inlineChoice identifier="a">xã</inlineChoice>'
            '<inlineChoice identifier="b">tỉnh</inlineChoice></inlineChoiceInteraction> ký.</p>',
            "single",
            "identifier",
            "b",
        )
    )
    assert drop.gaps[0].options == (BankOption("xã"), BankOption("tỉnh", True))
    drag = one(
        item(
            '<gapMatchInteraction responseIdentifier="R"><gapText identifier="w" matchMax="1">xã</gapText>'
            '<gapText identifier="v" matchMax="1">tỉnh</gapText><p>Do <gap identifier="g"/> ký.</p></gapMatchInteraction>',
            "multiple",
            "directedPair",
            "w g",
        )
    )
    assert (drag.stem, [option.right for option in drag.gaps[0].options]) == ("Do (1)____ ký.", [True, False])


@pytest.mark.parametrize(
    "body",
    [
        '<p><textEntryInteraction responseIdentifier="R"/></p>' * 5000,
        '<gapMatchInteraction responseIdentifier="R">'
        + "".join(f'<gapText identifier="t{n}">t{n}</gapText>' for n in range(5000))
        + '<p><gap identifier="g"/></p>' * 5000
        + "</gapMatchInteraction>",
    ],
    ids=["fields", "words"],
)
def test_more_gaps_than_a_question_can_have_are_told_before_they_are_multiplied(body: str) -> None:
    bank = read(item(body, "multiple", "directedPair", "t1 g"))
    assert not bank.lessons
    assert "hơn 999" in bank.skipped[0].reason


def test_qti_3_is_read_by_its_own_names() -> None:
    data = """<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="q3" title="Ba">
      <qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="float">
        <qti-correct-response><qti-value>20</qti-value></qti-correct-response></qti-response-declaration>
      <qti-item-body><p>Bao nhiêu ngày?</p><p><qti-text-entry-interaction response-identifier="RESPONSE"/></p></qti-item-body>
      <qti-response-processing><qti-response-condition><qti-response-if><qti-equal tolerance-mode="absolute" tolerance="2 2">
        <qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-equal></qti-response-if>
      </qti-response-condition></qti-response-processing></qti-assessment-item>"""
    question = one(data.encode())
    assert (question.kind, question.number, question.stem) == (
        "number",
        (Decimal(18), Decimal(22)),
        "Bao nhiêu ngày?",
    )


def test_what_is_not_ours_is_told_with_its_words() -> None:
    bank = read(
        item(
            '<p>Hãy kể.</p><extendedTextInteraction responseIdentifier="R"><prompt>Viết ra</prompt></extendedTextInteraction>'
        )
    )
    assert not bank.lessons
    (told,) = bank.skipped
    assert "Hãy kể. Viết ra" in told.what
    assert "tự luận" in told.reason


def test_what_is_written_is_a_package_with_a_manifest_a_test_and_its_items() -> None:
    question = BankQuestion(
        "single",
        "Nhìn ![Hình](images/a.png)",
        "T",
        "k-1",
        options=(BankOption("a", True), BankOption("b")),
        tags=("đất",),
    )
    bank = Bank(
        "Đề",
        (BankLesson("Phần", questions=(question,)), BankLesson("Bài", "Lời", line=3)),
        {"images/a.png": PNG},
    )
    data, lost = write(bank)
    files = read_zip(data)
    assert set(files) == {"imsmanifest.xml", "test.xml", "items/k-1.xml", "images/a.png"}
    for path in ("test.xml", "items/k-1.xml", "images/a.png"):
        assert f'href="{path}"'.encode() in files["imsmanifest.xml"]
    assert b'href="items/k-1.xml"' in files["test.xml"]
    assert [one.line for one in lost] == [3]
    assert write(bank)[0] == data
    again = read(data)
    assert list(again.media.values()) == [PNG]
    assert again.lessons[0].questions[0].tags == ("đất",)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(banks())
def test_what_is_written_is_read_again(bank: Bank) -> None:
    data, lost = write(bank)
    assert comparable(read(data)) == comparable(bank)
    assert not lost


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x05\x06" + bytes(18),
        b"<a/>",
        b"<assessmentItem>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><assessmentItem>&x;</assessmentItem>',
        package({"../../x.xml": b"<a/>"}),
        package({"a.xml": b"<!DOCTYPE a><assessmentItem/>"}),
        b"<assessmentItem>" + b"<p>" * 100_000,
    ],
)
def test_a_hostile_or_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data, name="a.xml")


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_broken_item_breaks_the_reader(data: st.DataObject) -> None:
    broken = bytearray(CHOICE.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    with suppress(UnreadableError):
        read(bytes(broken))
