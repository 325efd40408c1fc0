"""Text as Unicode has it: the fonts of before (TCVN3, VNI) converted, spaces of all sorts made spaces."""

import re
import unicodedata
from collections import defaultdict
from dataclasses import replace

from learning.content.exchange.word.document import Block, Findings, joined, paragraphs
from learning.content.exchange.word.signs import symbol
from learning.vietnamese.legacy_fonts import Encoding, encoding_of_font, guess, to_unicode


def modernise(blocks: list[Block], findings: Findings) -> None:
    """Texts in TCVN3 and VNI become Unicode: by the name of the font, or where that says nothing by the text itself."""
    all_paragraphs = list(paragraphs(blocks))
    by_font: dict[str, list[str]] = defaultdict(list)
    for paragraph in all_paragraphs:
        for span in paragraph.spans:
            by_font[span.has("font")].append(span.text)
    known: dict[str, Encoding | None] = {
        font: encoding_of_font(font) or guess(" ".join(texts)) for font, texts in by_font.items()
    }
    converted: set[str] = set()
    for paragraph in all_paragraphs:
        # The file may be of both sorts under one name: then each paragraph speaks for itself.
        unsure = " ".join(span.text for span in paragraph.spans if not known[span.has("font")])
        own = guess(unsure)
        for at, span in enumerate(paragraph.spans):
            encoding = known[span.has("font")] or own
            text = span.text
            if encoding and not (text.isascii() and encoding != "tcvn3-capitals"):
                text = to_unicode(text, encoding)
                if text != span.text:
                    converted.add("VNI" if encoding == "vni" else "TCVN3")
            font = span.has("font")
            text = _PRIVATE.sub(lambda found: symbol(font, f"{ord(found[0]):X}") or found[0], text)  # noqa: B023
            text = _GAP.sub("    ", unicodedata.normalize("NFC", text.translate(_CLEAN)))
            look = tuple((key, found) for key, found in span.look if key != "font")
            paragraph.spans[at] = replace(span, text=text, look=look)
        paragraph.spans = joined(paragraph.spans)
    for name in sorted(converted):
        findings.warn(f"Chữ gõ bằng phông {name} đã được chuyển sang Unicode. Hãy đọc lại, nhất là chữ hoa.")


# Spaces of all sorts are spaces; what has no width is nothing.
_CLEAN: dict[int, str] = {
    **dict.fromkeys((0xA0, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " "),
    **dict.fromkeys(
        (0xAD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(9), 11, 12, *range(14, 32)), ""
    ),
    0x2028: "\n",
    0x2029: "\n",
    0x01A2: "Ư",
    0x01A3: "ư",
}
_GAP = re.compile("[ \t]{5,}")
_PRIVATE = re.compile("[\uf000-\uf0ff]")  # signs of a font of symbols, as they are typed into a text
