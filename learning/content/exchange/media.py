"""Pictures taken out of a source, known by their bytes."""

from hashlib import sha256

from learning.content.exchange.bank import UnreadableError

MEDIA_CAP = 64 * 1024 * 1024  # bytes of all pictures of one source


class Media:
    """Pictures taken out of a source: `files` are by their path within the course, named by what they hold."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.size = 0

    def keep(self, data: bytes) -> str | None:
        """The path of a picture in the course; None for bytes that are no picture, whatever they are called."""
        kind = picture_kind(data)
        if kind is None:
            return None
        path = f"images/{sha256(data).hexdigest()[:16]}.{kind}"
        if path not in self.files:
            self.size += len(data)
            if self.size > MEDIA_CAP:
                raise UnreadableError(
                    f"Hình trong tệp lớn hơn {MEDIA_CAP // 1024 // 1024} MB. Hãy thu nhỏ hình rồi xuất lại."
                )
            self.files[path] = data
        return path


def picture_kind(data: bytes) -> str | None:
    """png, jpg, gif, webp, avif by the first bytes; None for all else (SVG too, which can hold a program)."""
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if data[4:12] in (b"ftypavif", b"ftypavis"):
        return "avif"
    return next((kind for sign, kind in _SIGNS if data.startswith(sign)), None)


_SIGNS = ((b"\x89PNG\r\n\x1a\n", "png"), (b"\xff\xd8\xff", "jpg"), (b"GIF87a", "gif"), (b"GIF89a", "gif"))
