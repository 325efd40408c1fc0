"""Formats that are plain text: their bytes, their title, the bare lines of a text of ours."""

import re
from pathlib import PurePath

from lxml import html as lxml_html

from learning.content.exchange.bank import UnreadableError
from learning.content.rendering import Renderer
from learning.content.text import decode

SIZE_CAP = 16 * 1024 * 1024  # bytes


def read(data: bytes) -> str:
    """The text, lines ended by LF, without signs of our own. Raises UnreadableError."""
    if len(data) > SIZE_CAP:
        raise UnreadableError(
            f"Tệp văn bản lớn hơn {SIZE_CAP // 1024 // 1024} MB. Hãy chia nhỏ rồi nhập từng phần."
        )
    text = decode(data)
    if text is None:
        raise UnreadableError(
            "Tệp không phải văn bản UTF-8. Hãy mở bằng trình soạn thảo rồi lưu lại dạng UTF-8."
        )
    return _OURS.sub("", re.sub("\r\n?", "\n", text))


_OURS = re.compile("[\ue000-\ue1ff]")


def title(name: str) -> str:
    """What a bank is called by the file it came in: `ngan-hang_de 1.gift.txt` → "ngan-hang_de 1"."""
    base = PurePath(name.replace("\\", "/")).name
    return re.sub(r"(?:\.[A-Za-z]{2,8})+$", "", base).strip() or "Ngân hàng câu hỏi"


def lines(text: str) -> list[str]:
    """A text of ours as the lines that it is read as, bare of Markdown."""
    html = Renderer("field", "course").block(text)
    html = re.sub(r"<br\s*/?>|</(?:p|li|tr|h[1-6]|pre|dd|dt|div|blockquote)>", "\n", html)
    if not html.strip():
        return []
    root = lxml_html.fromstring(f"<div>{html}</div>")
    for picture in root.iter("img"):
        picture.tail = f"{picture.get('alt', '')}{picture.tail or ''}"
    shown = "".join(root.itertext())
    return [" ".join(line.split()) for line in shown.split("\n") if line.strip()]
