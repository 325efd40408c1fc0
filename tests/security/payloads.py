"""Texts that would act in a browser that took them for markup, and a course that carries them everywhere."""

import json
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import islice
from pathlib import Path

from learning.content.checker import check
from learning.content.model import Course

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math><mi xlink:href=javascript:alert(1)>x</mi></math>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href=data:text/html,<script>alert(1)</script>>x</a>",
    "<a href='vbscript:x'>x</a>",
    "<a href=//evil.example>x</a>",
    "<form action=//evil.example><button>x</button></form>",
    "<input onfocus=alert(1) autofocus>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<details open ontoggle=alert(1)>x</details>",
    "<video><source onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<body onload=alert(1)>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>*{background:url(//evil.example)}</style>",
    "<p style=background:url(//evil.example)>x</p>",
    "<template><script>alert(1)</script></template>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[><img src=x onerror=alert(1)>]]>",
    "<x onclick=alert(1)>x</x>",
    '"><script>alert(1)</script>',
    "'><img src=x onerror=alert(1)>",
    "' onmouseover=alert(1) x='",
    '" onmouseover=alert(1) x="',
    "</title><script>alert(1)</script>",
    "</textarea><script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "[x](javascript:alert(1))",
    '![x](x"onerror="alert(1))',
    "<javascript:alert(1)>",
    "{{7*7}}<script>alert(1)</script>",
    "\u202e<script>alert(1)</script>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)//",
    "<img src='x' onerror='alert(1)",
    "<svg/onload=alert`1`>",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'></use></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<select><style></select><img src=x onerror=alert(1)></style>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>",
    "<p id='&lt;img src=x onerror=alert(1)&gt;'>x</p>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;img src=x onerror=alert(1)&#62;",
    "%3Cscript%3Ealert(1)%3C/script%3E",
    "\uff1cscript\uff1ealert(1)\uff1c/script\uff1e",
    "\u2028<img src=x onerror=alert(1)>",
    "<\u200bscript>alert(1)</script>",
    "<ſcript>alert(1)</ſcript>",
    "<ıframe src=javascript:alert(1)></ıframe>",
    "${alert(1)} #{alert(1)} <%= alert(1) %> {% raw %}{{ config }}",
    "{{ ''.__class__.__mro__ }}{{constructor.constructor('alert(1)')()}}",
    "%(secret)s %s {0.__class__} $evil",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](<java script:alert(1)>)",
    "[x](&#x6A;avascript:alert(1))",
    '[x](https://a.example "onmouseover=alert(1)")',
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x]: javascript:alert(1)",
    "`<img src=x onerror=alert(1)>`",
    "*<img src=x **onerror=alert(1)>*",
    "<a name=attributes><input name=attributes>",
    "<img name=body><form id=location>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=x onerror=alert(1)>",
    "<keygen autofocus onfocus=alert(1)>",
    "<div contenteditable onbeforeinput=alert(1) popover id=p>x</div>",
    "<frameset onload=alert(1)>",
    "<portal src=javascript:alert(1)>",
)


def course(folder: Path, payloads: Sequence[str] = PAYLOADS) -> Course:
    """`finance/payloads`, read from Markdown as a department would write it: three payloads to a lesson are its
    title, section, aims, sources and prose; in the first lesson's quiz and the exam each is a part of each kind of
    question.

    The checker finds fault with most of it, and would not publish it; what it compiled must be tame all the same.
    """
    place = folder / "finance" / "payloads"
    place.mkdir(parents=True)
    (folder / "format.yml").write_text("version: 1\n")
    (folder / "sources.yml").write_text("".join(_source(n, payload) for n, payload in enumerate(payloads)))
    (folder / "finance" / "field.yml").write_text(f"title: {_quoted(payloads[0])}\nowner: Sở\n")
    (place / "course.md").write_text(
        f"---\ntitle: {_quoted(payloads[0])}\nsummary: {_quoted(payloads[1])}\nowner: {_quoted(payloads[2])}\n"
        f"audience: {_quoted(payloads[3])}\ncompletion: exam\n---\n" + "\n\n".join(payloads)
    )
    for n, some in enumerate(by(3, payloads)):
        text = _front(n, some) + "\n\n".join(_prose(*each) for each in enumerate(some))
        if n == 0:
            text += "\n\n## Câu hỏi\n\n" + "\n".join(_questions("a", payloads))
        (place / f"{n + 10}-b{n}.md").write_text(text)
    questions = "\n".join(_questions("thi", payloads))
    (place / "exam.md").write_text(
        f"---\nkind: exam\ntitle: {_quoted(payloads[4])}\npass: 50\n---\n{payloads[5]}\n\n## {payloads[6]}\n\n{questions}"
    )
    made = check(folder, today=date(2026, 11, 22)).courses["finance/payloads"].course
    assert made is not None
    assert len(made.pages) * 3 >= len(payloads)
    assert made.exam is not None
    assert len(made.sources) == len(payloads)
    return made


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _source(n: int, payload: str) -> str:
    return f"{n + 1:02d}/2025/QĐ-X:\n  title: {_quoted(payload)}\n  issuer: {_quoted(payload)}\n  from: 2025-07-01\n"


def _front(n: int, payloads: Sequence[str]) -> str:
    words = _quoted(" ".join(payloads))
    aims = "".join(f"  - {_quoted(one)}\n" for one in payloads)
    sources = "".join(
        f"  - {_quoted(f'{3 * n + place:02d}/2025/QĐ-X, {one}')}\n" for place, one in enumerate(payloads, 1)
    )
    return (
        f"---\nid: xss-{n}\ntitle: {words}\nsection: {words}\nminutes: 4\n"
        f"objectives:\n{aims}sources:\n{sources}---\n"
    )


def _prose(n: int, payload: str) -> str:
    cell = payload.replace("|", "")
    return (
        f"{payload}\n\nChữ {payload} trong dòng.\n\n- {payload}\n\n> {payload}\n\n> **Lưu ý:** {payload}\n\n"
        f"| a | b |\n|---|---|\n| x | {cell} |\n\n### {payload}\n\n[{payload}]({payload})\n\n"
        f"![{payload}]({payload})\n\n**{payload}** `{payload}` [^{n}]\n\n```\n{payload}\n```\n\n[^{n}]: {payload}\n"
    )


def _questions(stem: str, payloads: Sequence[str]) -> Iterator[str]:
    """Eight options, six items, five pairs, ten gaps to fill, four to choose: until each payload was each of them."""
    number = 0

    def head(payload: str, kind: str = "") -> str:
        nonlocal number
        number += 1
        return f"### Câu {number} {payload}\nMã: {stem}-{number:03d}\n{kind}\nHỏi gì?\n\n{payload}\n\n"

    for some in by(8, payloads):
        options = "".join(f"- ({' x'[n == 0]}) {one}\n  > {one}\n" for n, one in enumerate(some))
        yield head(some[0]) + options + f"- ( ) khác\n\nGợi ý: {some[-1]}\nGiải thích: {some[-1]}\n"
    for some in by(10, payloads):
        gaps = "".join(f"({n}) = {_plain(one)}\n" for n, one in enumerate(some, 1))
        blanks = " ".join(f"({n})____ {one}" for n, one in enumerate(some, 1))
        yield head(some[0]) + f"{blanks}\n\n{gaps}"
    for some in by(4, payloads[:24]):
        choices = " / ".join(_plain(one) for one in some)
        yield head(some[0]) + f"Chọn (1)____\n\n(1) : *đúng / {choices}\n"
    for some in by(10, payloads):
        pairs = [*islice(zip(some[::2], some[1::2], strict=False), 5)]
        lines = "".join(
            f"- {n} {left.replace('=>', '')} => {n} {right}\n" for n, (left, right) in enumerate(pairs)
        )
        yield head(some[0], "Loại: ghép\n") + f"{lines}- cuối => cuối\n"
    for some in by(6, payloads[:18]):
        yield head(some[0], "Loại: sắp xếp\n") + "".join(f"{n}. {n} {one}\n" for n, one in enumerate(some, 1))
    for one in payloads[:12]:
        yield head(one) + f"= {_plain(one)}\n> {one}\n"
    yield head(payloads[0]) + f"Đáp án: Đúng\n> {payloads[1]}\n"
    yield head(payloads[2]) + f"= 4\n> {payloads[3]}\n"


def by(size: int, payloads: Sequence[str]) -> Iterator[Sequence[str]]:
    return (payloads[start : start + size] for start in range(0, len(payloads), size))


def _plain(payload: str) -> str:
    """Without what parts one accepted answer, or one choice, from the next."""
    return payload.translate(dict.fromkeys(map(ord, "|/*\t"), " ")).strip()
