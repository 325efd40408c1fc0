# ruff: noqa: E501 -- samples of foreign files, as they are written
import re
import time
import unicodedata
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from learning.content.exchange.elements import parsed, words
from learning.content.exchange.markup import Markup
from learning.content.exchange.markup_writing import Page
from learning.content.exchange.media import Media, picture_kind
from tests.content.exchange.foreign import PNG

MARKS = st.text(st.sampled_from("ab1 Đế*_[]()<>&;\\`#=~-+.:|!\"'/{}x@^$%,\n\u00a0"), max_size=30)
WORDS = [
    "hồ",
    "sơ",
    "đất",
    "*x*",
    "_y_",
    "a<b",
    "1.",
    "-",
    "#",
    "=",
    "|",
    "____",
    "[z]",
    "(1)",
    "\\",
    "`",
    "&",
    "&lt;",
    "cấp",
]
INLINE = st.recursive(
    st.lists(st.sampled_from(WORDS).map(escape), min_size=1, max_size=6).map(" ".join),
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{' '.join(parts)}</{tag}>",
        st.sampled_from(["b", "i", "strong", "span", "u", "code", "sub", "sup", "a"]),
        st.lists(inner, min_size=1, max_size=3),
    ),
    max_leaves=5,
)
HTML = st.recursive(
    INLINE,
    lambda inner: st.builds(
        lambda tag, parts: f"<{tag}>{''.join(parts)}</{tag}>",
        st.sampled_from(
            [
                "p",
                "div",
                "ul",
                "ol",
                "li",
                "table",
                "tr",
                "td",
                "th",
                "blockquote",
                "h1",
                "h3",
                "pre",
                "dl",
                "dt",
                "dd",
                "span",
                "figure",
            ]
        ),
        st.lists(inner, min_size=1, max_size=4),
    ),
    max_leaves=8,
)


def letters(text: str) -> list[str]:
    return sorted(re.findall(r"[^\W_]", unicodedata.normalize("NFKC", text)))


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(MARKS)
def test_words_are_shown_as_they_were_whatever_they_hold(text: str) -> None:
    line = Markup().line(escape(text))
    assert words(Page({}).block(line)) == " ".join(text.replace("\u00a0", " ").split())
    assert Markup().line(Page({}).leaf(line)) == line


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(HTML)
def test_no_word_is_lost(html: str) -> None:
    for text in (Markup().blocks(html, headings=True), Markup().line(html)):
        assert letters(words(Page({}).body(text))) == letters(words(html))


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<p>Xin <b>chào</b><strong> bạn</strong></p>", "Xin **chào bạn**"),
        ("m<sup>2</sup> H<sub>2</sub>O", "m² H₂O"),
        ("<ul><li>một<ul><li>hai</li></ul></li><li>ba</li></ul>", "- một\n  - hai\n- ba"),
        ("<ol start=3><li>a<li>b</ol>", "3. a\n4. b"),
        ("<table><tr><th>A</th><th>B|c</th></tr><tr><td>1</td><td>2</td></tr></table>", "| A | B\\|c |\n| --- | --- |\n| 1 | 2 |"),
        ("a<br>b", "a\n\nb"),
        ("<h1>T</h1><h4>U</h4>", "## T\n\n### U"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<pre>x\n  y</pre>", "```\nx\n  y\n```"),
        ("<a href='https://a.vn/x'>nơi</a>", "[nơi](https://a.vn/x)"),
        ("<a href='javascript:x()'>nơi</a>", "nơi"),
        ("<p>- (x) a</p><p>= 20</p><p>1. b</p>", "\\- (x) a\n\n&#61; 20\n\n1\\. b"),
        ("nhỏ hơn: a<b", "nhỏ hơn: a&lt;b"),
        ("<script>alert(1)</script>x", "x"),
        ("<math><mi>x</mi><mo>+</mo><mn>1</mn></math>", "x+1"),
        ("<img src='x.svg' alt='Sơ đồ'>", "Sơ đồ"),
        ("", ""),
    ],
)  # fmt: skip
def test_html_becomes_our_markdown(html: str, markdown: str) -> None:
    assert Markup().blocks(html, headings=True) == markdown


def test_what_has_no_form_is_told_once_with_its_count() -> None:
    markup = Markup()
    markup.blocks("<math>x</math><math>y</math><iframe src='https://v.vn/1'></iframe>")
    assert markup.told() == (
        "Công thức MathML: chỉ giữ chữ. (2 lần)",
        "Nội dung nhúng <iframe> (https://v.vn/1) không đưa vào.",
    )


def test_a_picture_is_known_by_its_bytes() -> None:
    media = Media()
    path = media.keep(PNG)
    assert path
    assert path.endswith(".png")
    assert media.keep(PNG) == path
    assert media.keep(b"<svg onload='alert(1)'/>") is None
    assert [picture_kind(b"GIF89a;"), picture_kind(b"\xff\xd8\xff\xe0"), picture_kind(b"MZ")] == [
        "gif",
        "jpg",
        None,
    ]


def test_our_markdown_goes_out_without_classes_and_ids() -> None:
    html = Page({"images/a.png": "x/a.png"}).body(
        "## Một\n\n> **Lưu ý:** theo 118/2025/NĐ-CP\n\n![Hình](images/a.png)\n\n[ra](https://a.vn) [trong](10-a.md)"
    )
    assert "class" not in html
    assert "id=" not in html
    assert '<img src="x/a.png" alt="Hình"/>' in html
    assert "<blockquote>" in html
    assert words(html).endswith("ra trong")


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<b>" * 100_000 + "x",
        "<p " + "a='b' " * 100_000 + ">x",
        "&lt;" * 200_000,
        "_ " * 100_000,
        "<ul><li>" * 50_000,
        "[" * 100_000,
        "<table>" * 20_000,
    ],
    ids=range(8),
)
def test_what_is_made_to_hang_does_not(html: str) -> None:
    begun = time.process_time()
    Markup().blocks(html)
    Markup().line(html)
    assert time.process_time() - begun < 10


def test_deep_nesting_loses_no_word() -> None:
    assert Markup().blocks("<div>" * 500 + "sâu") == "sâu"
    assert Markup().blocks("<div>" * 120 + "sâu") == "sâu"


def test_text_that_is_no_html_is_still_text() -> None:
    assert "".join(parsed("<").itertext()) == "<"
