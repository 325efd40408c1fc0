# ruff: noqa: E501 -- samples of foreign files, as they are written
import io
import time
import zipfile
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.exchange.archives import read_zip
from learning.content.exchange.bank import Bank, BankOption, UnreadableError
from learning.content.exchange.common_cartridge import read, write
from tests.content.exchange.foreign import PNG, banks, comparable

MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="m" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1"
  xmlns:lomimscc="http://ltsc.ieee.org/xsd/imsccv1p1/LOM/manifest">
  <metadata><schema>IMS Common Cartridge</schema><schemaversion>1.1.0</schemaversion>
    <lomimscc:lom><lomimscc:general><lomimscc:title><lomimscc:string>Đất đai cấp xã</lomimscc:string></lomimscc:title>
    </lomimscc:general></lomimscc:lom></metadata>
  <organizations><organization identifier="org_1" structure="rooted-hierarchy"><item identifier="LearningModules">
    <item identifier="c1"><title>Chương một</title>
      <item identifier="i1" identifierref="p1"><title>Tiếp nhận hồ sơ</title></item>
      <item identifier="i2" identifierref="q1"><title>Tự kiểm tra</title></item>
      <item identifier="i3" identifierref="w1"><title>Cổng dịch vụ công</title></item>
      <item identifier="i4" identifierref="d1"><title>Hỏi nhau</title></item>
    </item></item></organization></organizations>
  <resources>
    <resource identifier="p1" type="webcontent" href="wiki_content/tiep-nhan.html"><file href="wiki_content/tiep-nhan.html"/></resource>
    <resource identifier="q1" type="imsqti_xmlv1p2/imscc_xmlv1p1/assessment"><file href="q1/assessment_qti.xml"/></resource>
    <resource identifier="w1" type="imswl_xmlv1p1"><file href="w1.xml"/></resource>
    <resource identifier="d1" type="imsdt_xmlv1p1"><file href="d1.xml"/></resource>
    <resource identifier="f1" type="webcontent" href="web_resources/so do.png"><file href="web_resources/so do.png"/></resource>
  </resources>
</manifest>"""
PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Tiếp nhận hồ sơ</title></head><body>
<h1>Tiếp nhận hồ sơ</h1><h2>Các bước</h2><ol><li>Kiểm tra</li><li>Hẹn ngày</li></ol>
<p><img src="$IMS-CC-FILEBASE$/so%20do.png" alt="Sơ đồ quầy"></p></body></html>"""


def label(ident: str, text: str) -> str:
    return f'<response_label ident="{ident}"><material><mattext texttype="text/plain">{text}</mattext></material></response_label>'


def item(ident: str, kind: str, presented: str, right: str, more: str = "") -> str:
    return f"""<item ident="{ident}" title="Question"><itemmetadata><qtimetadata><qtimetadatafield>
      <fieldlabel>cc_profile</fieldlabel><fieldentry>{kind}</fieldentry></qtimetadatafield></qtimetadata></itemmetadata>
      <presentation><material><mattext texttype="text/html">&lt;p&gt;Câu &lt;b&gt;{ident}&lt;/b&gt;?&lt;/p&gt;</mattext></material>
      {presented}</presentation><resprocessing><outcomes><decvar maxvalue="100" varname="SCORE"/></outcomes>
      <respcondition continue="No"><conditionvar>{right}</conditionvar><setvar action="Set" varname="SCORE">100</setvar>
      </respcondition></resprocessing>{more}</item>"""


def equal(value: str, of: str = "r") -> str:
    return f'<varequal respident="{of}">{value}</varequal>'


def quiz(*items: str) -> bytes:
    return f"""<questestinterop xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2"><assessment ident="q" title="Tự kiểm tra">
      <section ident="root_section">{"".join(items)}</section></assessment></questestinterop>""".encode()


LID = '<response_lid ident="r" rcardinality="{}"><render_choice>{}</render_choice></response_lid>'
QUIZ = quiz(
    item("s", "cc.multiple_choice.v0p1", LID.format("Single", label("1", "Quầy") + label("2", "Kho")), equal("1")),
    item("m", "cc.multiple_response.v0p1", LID.format("Multiple", label("1", "a") + label("2", "b") + label("3", "c")),
         f"<and>{equal('1')}{equal('3')}<not>{equal('2')}</not></and>"),
    item("t", "cc.true_false.v0p1", LID.format("Single", label("1", "True") + label("2", "False")), equal("2")),
    item("f", "cc.fib.v0p1", '<response_str ident="r"><render_fib/></response_str>', equal("UBND") + equal("Ủy ban"),
         '<itemfeedback ident="general_fb"><flow_mat><material><mattext>Theo luật</mattext></material></flow_mat></itemfeedback>'),
    item("e", "cc.essay.v0p1", '<response_str ident="r"><render_fib/></response_str>', ""),
)  # fmt: skip
FILES = {
    "imsmanifest.xml": MANIFEST.encode(),
    "wiki_content/tiep-nhan.html": PAGE.encode(),
    "web_resources/so do.png": PNG,
    "q1/assessment_qti.xml": QUIZ,
    "w1.xml": b'<webLink><title>x</title><url href="https://dichvucong.gov.vn/"/></webLink>',
    "d1.xml": "<topic><title>Hỏi nhau</title><text texttype='text/html'>Đồng chí thấy sao?</text></topic>".encode(),
}


def package(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for path, data in files.items():
            archive.writestr(path, data)
    return made.getvalue()


def test_pages_quizzes_and_links_are_read() -> None:
    bank = read(package(FILES), name="goi.imscc")
    page, test, links = bank.lessons
    (path,) = bank.media
    assert (bank.title, page.title, test.title) == ("Đất đai cấp xã", "Tiếp nhận hồ sơ", "Tự kiểm tra")
    assert page.body == f"## Các bước\n\n1. Kiểm tra\n2. Hẹn ngày\n\n![Sơ đồ quầy]({path})"
    assert links.body == "- [Cổng dịch vụ công](https://dichvucong.gov.vn/)"
    single, several, truth, typed = test.questions
    assert (single.stem, single.key, single.title) == ("Câu **s**?", "s", "")
    assert single.options == (BankOption("Quầy", True), BankOption("Kho"))
    assert [one.right for one in several.options] == [True, False, True]
    assert truth.answer is False
    assert (typed.accepted, typed.explanation) == (("UBND", "Ủy ban"), "Theo luật")
    told = " ".join(one.what for one in bank.skipped)
    assert "Đồng chí thấy sao?" in told
    assert "Câu e?" in told
    assert any("Chương một" in one for one in bank.warnings)


def test_the_whole_quiz_of_canvas_is_read_where_it_is_there() -> None:
    whole = quiz(
        item("g", "fill_in_multiple_blanks_question", '<response_lid ident="response_a"><material><mattext>a</mattext></material>'
             f"<render_choice>{label('1', 'xã')}{label('2', 'phường')}</render_choice></response_lid>", equal("1", "response_a"))
        .replace("Câu &lt;b&gt;g&lt;/b&gt;?", "Do [a] ký."),
        item("n", "numerical_question", '<response_str ident="r"><render_fib fibtype="Decimal"/></response_str>',
             f'<or>{equal("4.0")}<and><vargte respident="r">3.5</vargte><varlte respident="r">4.5</varlte></and></or>'),
        item("p", "matching_question", "".join(
            f'<response_lid ident="{of}"><material><mattext>{left}</mattext></material><render_choice>{label("1", "A")}'
            f"{label('2', 'B')}{label('3', 'C')}</render_choice></response_lid>" for of, left in (("x", "Một"), ("y", "Hai"))),
            equal("2", "x") + equal("1", "y")),
    )  # fmt: skip
    need = '<dependency identifierref="q2"/></resource><resource identifier="q2" type="associatedcontent/imscc_xmlv1p1/learning-application-resource"><file href="non_cc_assessments/q1.xml.qti"/></resource>'
    manifest = MANIFEST.replace(
        '<file href="q1/assessment_qti.xml"/></resource>', '<file href="q1/assessment_qti.xml"/>' + need
    )
    bank = read(
        package(FILES | {"imsmanifest.xml": manifest.encode(), "non_cc_assessments/q1.xml.qti": whole})
    )
    gaps, number, match = bank.lessons[1].questions
    assert (gaps.stem, gaps.gaps[0].accepted) == ("Do (1)____ ký.", ("xã", "phường"))
    assert number.number == (Decimal("3.5"), Decimal("4.5"))
    assert match.pairs == (("Một", "B"), ("Hai", "A"), ("", "C"))


def test_a_question_beside_an_assessment_or_in_a_bank_within_is_read_once() -> None:
    def choice(ident: str) -> str:
        return item(
            ident,
            "cc.multiple_choice.v0p1",
            LID.format("Single", label("1", "a") + label("2", "b")),
            equal("1"),
        )

    whole = quiz(choice("x")).decode()
    whole = whole.replace("</section>", f'<objectbank ident="o">{choice("y")}</objectbank></section>')
    whole = whole.replace("</questestinterop>", f"{choice('z')}</questestinterop>")
    bank = read(package(FILES | {"q1/assessment_qti.xml": whole.encode()}))
    asked = [question.key for lesson in bank.lessons for question in lesson.questions]
    assert sorted(asked) == ["x", "y", "z"]


def test_a_quiz_in_several_files_is_read_from_all_of_them() -> None:
    named = '<file href="q1/assessment_qti.xml"/>'
    manifest = MANIFEST.replace(named, named + '<file href="q1/second.xml"/>')
    second = QUIZ.replace(b'ident="s"', b'ident="s2"').replace(b'ident="m"', b'ident="m2"')
    bank = read(package(FILES | {"imsmanifest.xml": manifest.encode(), "q1/second.xml": second}))
    keys = {question.key for lesson in bank.lessons for question in lesson.questions}
    assert {"s", "m", "s2", "m2"} <= keys


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(banks(("single", "multiple", "true-false", "text")))
def test_what_is_written_is_read_again(bank: Bank) -> None:
    data, lost = write(bank)
    kept = [
        replace(lesson, questions=tuple(replace(one, shuffle=None) for one in lesson.questions))
        for lesson in bank.lessons
    ]
    assert comparable(read(data)) == comparable(replace(bank, lessons=tuple(kept)))
    assert len(lost) == sum(one.shuffle is not None for lesson in bank.lessons for one in lesson.questions)


def test_a_lesson_goes_out_with_its_pictures_and_comes_back() -> None:
    bank = read(package(FILES))
    data, _ = write(bank)
    again = read(data)
    assert again.media == bank.media
    assert [(one.title, one.body) for one in again.lessons] == [(one.title, one.body) for one in bank.lessons]
    assert read_zip(data)["imsmanifest.xml"].count(b"<resource ") == 4


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(banks(("number", "match", "order", "gaps")))
def test_the_kinds_it_has_not_are_told(bank: Bank) -> None:
    data, lost = write(bank)
    assert len(lost) == sum(len(lesson.questions) for lesson in bank.lessons)
    assert not read(data).lessons


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<manifest/>",
        package({"a.xml": b"<a/>"}),
        package({"imsmanifest.xml": b"<a/>"}),
        package(FILES | {"imsmanifest.xml": b'<!DOCTYPE a [<!ENTITY x "y">]><manifest>&x;</manifest>'}),
        package(FILES | {"../hit.html": b"x"}),
    ],
)
def test_a_hostile_or_foreign_file_is_refused(data: bytes) -> None:
    with pytest.raises(UnreadableError):
        read(data, name="a.imscc")


def test_the_words_of_what_is_left_out_are_told_each_by_itself() -> None:
    manifest = MANIFEST.replace(
        "</resources>",
        '<resource identifier="m1" type="associatedcontent/imscc_xmlv1p1/learning-application-resource">'
        '<file href="q1/meta.xml"/></resource></resources>',
    )
    files = {
        "imsmanifest.xml": manifest.encode(),
        "d1.xml": b"<topic><title>Talk</title><text>Of manners</text></topic>",
        "q1/meta.xml": b"<quiz><title>Week one</title><description>Read first</description></quiz>",
    }
    told = " ".join(one.what for one in read(package(files)).skipped)
    assert "Talk Of manners" in told
    assert "Week one Read first" in told


@pytest.mark.parametrize(
    "files",
    [
        {"wiki_content/tiep-nhan.html": b"<!DOCTYPE " * 60_000},
        {"wiki_content/tiep-nhan.html": b"<title " * 60_000},
        {"d1.xml": b"<topic>" + b"&lt;? " * 120_000 + b"</topic>"},
    ],
)
def test_marks_that_nothing_ends_do_not_make_it_hang(files: dict[str, bytes]) -> None:
    begun = time.process_time()
    read(package(FILES | files))
    assert time.process_time() - begun < 10


def test_a_link_that_is_not_https_is_told_and_not_kept() -> None:
    bank = read(package(FILES | {"w1.xml": b'<webLink><url href="javascript:alert(1)"/></webLink>'}))
    assert len(bank.lessons) == 2
    assert any("javascript" in one.what for one in bank.skipped)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_no_broken_part_breaks_the_reader(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(list(FILES)))
    broken = bytearray(FILES[path])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(broken) - 1))
        broken[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=8))
    with suppress(UnreadableError):
        read(package(FILES | {path: bytes(broken)}))
