"""Pictures as they are brought along, made fit for phones: known by their bytes, drawn anew, small, and silent.

A picture is decoded and encoded again as WebP, so that nothing of the file that came is in the file that is kept: no
place where it was taken, no second file hidden behind the first. SVG can hold programs and is refused.
Pillow is imported when a picture is first met.
"""

from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Literal

import imagesize

from learning.content.recordings import is_sound
from learning.vietnamese.folding import slugify

if TYPE_CHECKING:
    from PIL.Image import Image

BUDGET = 30 * 1024  # bytes, where the picture allows (L006)
HOPELESS = 2  # times the budget, as a guess at what a width will come to
WIDEST = 1280  # pixels: twice or thrice a phone's
TALLEST = 16383  # pixels: what WebP can hold; a long picture of a phone's screen is higher
NARROWEST = 640  # below that, words in a picture are not read any more
QUALITIES = (80, 68, 56)
PIXELS_MOST = 24_000_000  # decoded whole
PIXELS_MOST_JPEG = 120_000_000  # can be decoded at a part of its size
FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP")
BYTES_MOST = 16 * 1024 * 1024

Reason = Literal["svg", "audio", "animated", "large", "pixels", "broken", "unknown"]


class PictureRefused(ValueError):
    """`reason`: "svg", "audio", "animated", "large" (bytes), "pixels", "broken", "unknown" (no picture, or of another
    format)."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Picture:
    """WebP; sizes in pixels."""

    data: bytes
    width: int
    height: int

    def path(self, name: str) -> str:
        """Where it stands in a course: `images/<name>-<hash>.webp`, the same each time it is brought."""
        stem = slugify(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        return f"images/{stem[:40].strip('-') or 'anh'}-{sha256(self.data).hexdigest()[:8]}.webp"


def prepared(data: bytes, budget: int = BUDGET) -> Picture:
    """The picture as it is kept, in `budget` bytes where it allows. Raises PictureRefused, and nothing else, for whatever
    bytes."""
    image = _upright(data)
    width, height = image.size
    best: Picture | None = None
    widths = _widths(width, height)
    for wide in widths:
        # Bytes go with the area: of a photograph far above the budget only the narrowest is worth its time.
        if best and wide != widths[-1] and len(best.data) * (wide / best.width) ** 2 > HOPELESS * budget:
            continue
        at = image if wide == width else image.resize((wide, max(1, round(height * wide / width))))
        for made in _encodings(at, budget):
            if len(made) <= budget:
                return Picture(made, *at.size)
            if best is None or len(made) < len(best.data):
                best = Picture(made, *at.size)
    assert best is not None  # noqa: S101  (there is always one width)
    return best


def pixels(data: bytes) -> int:
    """How many pixels there are to be decoded, by what the file says; the most that are decoded where it does not."""
    try:
        width, height = imagesize.get(BytesIO(data))
    except Exception:  # as below
        return PIXELS_MOST
    return width * height if width > 0 and height > 0 else PIXELS_MOST


def fallback(data: bytes) -> tuple[bytes, str]:
    """A kept picture for a browser that knows no WebP: bytes and media type. Raises PictureRefused."""
    image = _upright(data)
    made = BytesIO()
    if image.mode == "RGBA":
        image.save(made, "PNG", optimize=True)
        return made.getvalue(), "image/png"
    image.save(made, "JPEG", quality=75, progressive=True)
    return made.getvalue(), "image/jpeg"


# --- Reading


def _upright(data: bytes) -> "Image":
    """Decoded, RGB or RGBA, turned as its camera says, without anything but pixels."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    _require_modest(data)
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as opened:
            _require_still(opened)
            pixels = opened.width * opened.height
            if pixels > (PIXELS_MOST_JPEG if opened.format in ("JPEG", "MPO") else PIXELS_MOST):
                raise PictureRefused("pixels")
            if opened.format in ("JPEG", "MPO"):
                opened.draft("RGB", (WIDEST * 2, WIDEST * 2))
            opened.load()
            if opened.width * opened.height > PIXELS_MOST:
                raise PictureRefused("pixels")
            turned = ImageOps.exif_transpose(opened)
            if turned.mode.startswith(
                "I"
            ):  # 16 bits of grey, as of scanners: converted as it is, it would be white
                turned = turned.point(lambda level: level * (1 / 256)).convert("L")
            clear = "A" in turned.getbands() or "transparency" in turned.info
            return _bare(turned.convert("RGBA" if clear else "RGB"))
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureRefused("pixels") from None
    except UnidentifiedImageError:
        raise PictureRefused("unknown") from None
    except Exception:  # Pillow's readers raise what they like on broken files
        raise PictureRefused("broken") from None


def _require_modest(data: bytes) -> None:
    if len(data) > BYTES_MOST:
        raise PictureRefused("large")
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<") and b"<svg" in data[:65536].lower():
        raise PictureRefused("svg")
    if is_sound(data):
        raise PictureRefused("audio")
    try:
        width, height = imagesize.get(BytesIO(data))
    except Exception:  # as above
        return
    if width * height > PIXELS_MOST_JPEG:
        raise PictureRefused("pixels")


def _require_still(opened: "Image") -> None:
    # A phone's photograph may hold a second one for depth (MPO): the first is the picture.
    if opened.format != "MPO" and getattr(opened, "n_frames", 1) > 1:
        raise PictureRefused("animated")


def _bare(image: "Image") -> "Image":
    """The pixels alone: Pillow hands what came with a file on to what is made of it."""
    if image.mode == "RGBA" and image.getchannel("A").getextrema() == (255, 255):
        image = image.convert("RGB")
    image.info = {}
    return image


# --- Writing


def _widths(width: int, height: int) -> list[int]:
    """From the widest that is of use, and not too tall, down to the narrowest that can be read."""
    first = min(width, WIDEST, width * TALLEST // height)
    if not first:
        raise PictureRefused("pixels")
    return [first, *(wide for wide in (1024, 860, 740, NARROWEST) if wide < first)]


def _encodings(image: "Image", budget: int) -> list[bytes]:
    """A drawing of few colours first without loss: it stays sharp, and is smaller so."""
    made = []
    if image.getcolors(4096) is not None:
        made.append(_webp(image, lossless=True, quality=60))
        if len(made[0]) <= budget:
            return made
    for quality in QUALITIES:
        made.append(_webp(image, lossless=False, quality=quality))
        if len(made[-1]) <= budget:
            break
    return made


def _webp(image: "Image", *, lossless: bool, quality: int) -> bytes:
    made = BytesIO()
    image.save(made, "WEBP", lossless=lossless, quality=quality, method=4)
    return made.getvalue()
