"""Whatever is brought as a picture becomes a small still picture and nothing else, or is refused with a reason."""

import struct
import time
import zlib
from contextlib import suppress
from io import BytesIO
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.PngImagePlugin import PngInfo

from learning.content import pictures
from learning.content.pictures import PictureRefused, prepared


def _bytes(image: Image.Image, form: str = "PNG", **how) -> bytes:
    made = BytesIO()
    image.save(made, form, **how)
    return made.getvalue()


def _photograph(width: int, height: int) -> Image.Image:
    """Something no encoder makes light of."""
    return Image.frombytes(
        "RGB", (width // 4, height // 4), Random(1).randbytes(width // 4 * (height // 4) * 3)
    ).resize((width, height))


def _diagram() -> Image.Image:
    image = Image.new("RGB", (1600, 900), "white")
    draw = ImageDraw.Draw(image)
    for at in range(8):
        draw.rectangle((40 + at * 190, 200, 200 + at * 190, 420), outline="black", width=4)
        draw.text((60 + at * 190, 300), f"Bước {at}", fill="black")
    return image


def _refused(data: bytes) -> str:
    with pytest.raises(PictureRefused) as found:
        prepared(data)
    return found.value.reason


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP", "BMP"])
def test_a_picture_is_known_by_its_bytes_and_becomes_webp(form):
    made = prepared(_bytes(_diagram(), form))
    with Image.open(BytesIO(made.data)) as image:
        assert image.format == "WEBP"
        assert image.size == (made.width, made.height) == (1280, 720)
    assert len(made.data) <= pictures.BUDGET
    assert prepared(_bytes(_diagram(), form)) == made  # the same picture again is the same file


def test_a_photograph_is_brought_near_the_budget():
    made = prepared(_bytes(_photograph(4000, 3000), "JPEG", quality=90))
    assert pictures.NARROWEST <= made.width <= pictures.WIDEST
    assert len(made.data) < 150 * 1024


def test_a_photograph_far_above_the_budget_is_not_tried_in_every_width(monkeypatch):
    widths = []
    encode = pictures._webp

    def counted(image, **how):
        widths.append(image.width)
        return encode(image, **how)

    monkeypatch.setattr(pictures, "_webp", counted)
    noise = Image.frombytes("RGB", (1280, 960), Random(7).randbytes(1280 * 960 * 3))
    made = prepared(_bytes(noise, "JPEG"))
    assert made.width == 640 and widths == [1280] * 3 + [640] * 3


def test_a_small_picture_is_not_blown_up():
    made = prepared(_bytes(Image.new("RGB", (20, 10), "red")))
    assert (made.width, made.height) == (20, 10)
    with Image.open(BytesIO(made.data)) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_a_long_picture_of_a_screen_is_made_to_fit():
    """WebP holds 16383 pixels in height and no more; a phone's picture of a whole page is higher."""
    made = prepared(_bytes(Image.new("RGB", (1080, 20000), "white")))
    assert (made.width, made.height) == (884, pytest.approx(16383, abs=20))
    assert _refused(_bytes(Image.new("RGB", (1, 70000), "white"))) == "pixels"


def test_it_stands_as_its_camera_says_and_tells_nothing_more():
    image = Image.new("RGB", (40, 20), "white")
    image.paste("red", (0, 0, 20, 20))
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by a quarter
    exif[0x8825] = {1: "N", 2: (16.0, 3.0, 0.0)}  # where it was taken
    made = prepared(_bytes(image, "JPEG", exif=exif, comment=b"camera of Nguyen Van A", quality=95))
    assert (made.width, made.height) == (20, 40)
    with Image.open(BytesIO(made.data)) as kept:
        assert not kept.getexif()
        assert kept.convert("RGB").getpixel((10, 5))[1] < 100  # the red half is on top
    told = PngInfo()
    told.add_text("Author", "Nguyen Van A")
    assert b"Nguyen" not in prepared(_bytes(image, pnginfo=told)).data


@pytest.mark.parametrize("level", [0, 20_000, 40_000, 65_535])
def test_grey_of_sixteen_bits_stays_grey(level):
    made = Image.open(BytesIO(prepared(_bytes(Image.new("I;16", (40, 30), level))).data))
    red, green, blue = made.convert("RGB").getpixel((5, 5))
    assert red == green == blue and abs(red - level / 257) <= 2


def test_what_is_clear_stays_clear():
    made = prepared(_bytes(Image.new("RGBA", (30, 30), (0, 0, 0, 0))))
    with Image.open(BytesIO(made.data)) as kept:
        assert kept.convert("RGBA").getpixel((3, 3))[3] == 0
    assert pictures.fallback(made.data)[1] == "image/png"


def test_a_browser_without_webp_gets_the_same_picture_otherwise():
    data, kind = pictures.fallback(prepared(_bytes(_diagram())).data)
    with Image.open(BytesIO(data)) as image:
        assert (image.format, kind, image.size) == ("JPEG", "image/jpeg", (1280, 720))


@pytest.mark.parametrize(
    "svg",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'\xef\xbb\xbf<?xml version="1.0"?>\n<!-- a -->\n<svg/>',
        b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "x"><SVG/>',
    ],
)
def test_svg_is_refused(svg):
    assert _refused(svg) == "svg"


@pytest.mark.parametrize(
    "data", [b"", b"x", b"<html><script>alert(1)</script>", b"%PDF-1.7", b"GIF89a", b"\0" * 99]
)
def test_what_is_no_picture_is_refused(data):
    assert _refused(data) in ("unknown", "broken")


@pytest.mark.parametrize(
    "head", [b"ID3\4", b"\xff\xfb\x90", b"OggS\0", b"\0\0\0 ftypM4A ", b"RIFF\0\0\0\0WAVEfmt ", b"#!AMR\n"]
)
def test_a_recording_is_told_apart(head):
    assert _refused(head + b"\0" * 64) == "audio"


def test_moving_pictures_are_refused():
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    for form in ("GIF", "PNG", "WEBP"):
        assert _refused(_bytes(frames[0], form, save_all=True, append_images=frames[1:])) == "animated"


@pytest.mark.parametrize("form", ["PNG", "JPEG", "GIF", "WEBP"])
def test_what_was_cut_short_is_refused(form):
    data = _bytes(_photograph(200, 200), form)
    assert _refused(data[: len(data) // 2]) in ("broken", "unknown")


def _png(width: int, height: int, packed: bytes) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "size", [(50_000, 50_000), (2**31 - 1, 2**31 - 1), (11_000, 11_000), (1, 100_000_000)]
)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked(size):
    packed = zlib.compress(b"\0" * 2_000_000, 9)
    begun = time.process_time()
    assert _refused(_png(*size, packed)) in ("pixels", "broken")
    assert time.process_time() - begun < 1


def test_what_hides_behind_a_picture_stays_behind():
    plain = _bytes(Image.new("RGB", (8, 8), "red"), "GIF")
    page = b"<script>alert(document.cookie)</script>"
    assert b"script" not in prepared(plain + page).data
    comment = _bytes(Image.new("RGB", (8, 8), "red"), "GIF", comment=b"*/=1;alert(1)//")
    assert b"alert" not in prepared(comment).data
    assert b"script" not in prepared(_bytes(Image.new("RGB", (8, 8), "red"), "JPEG") + page).data


def test_the_name_is_plain_and_says_which_bytes():
    made = prepared(_bytes(Image.new("RGB", (8, 8), "red")))
    assert made.path("Sơ đồ Đất đai (2).PNG").startswith("images/so-do-dat-dai-2-")
    assert made.path("../../etc/passwd").startswith("images/passwd-")
    assert made.path("图").startswith("images/anh-")
    assert made.path("a.png").endswith(".webp")


SEEDS = [_bytes(Image.new("RGB", (9, 7), "green"), form) for form in ("PNG", "JPEG", "GIF", "WEBP", "BMP")]


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(SEEDS), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), max_size=8))
def test_broken_bytes_bring_nothing_down(seed, changes):
    data = bytearray(seed)
    for at, byte in changes:
        data[at % len(data)] = byte
    with suppress(PictureRefused):
        assert prepared(bytes(data)).data
