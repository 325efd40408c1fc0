"""Recordings that are brought along: only their sound is kept, and nothing else is taken."""

import struct
import time
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from learning.content import pictures
from learning.content.recordings import BYTES_MOST, RecordingRefused, is_sound, prepared
from tests import recordings as make

APE = b"APETAGEX" + bytes(24) + b"Nguyen Van A"
ID3V1 = b"TAG" + b"Nguyen Van A".ljust(125, b"\0")


@pytest.mark.parametrize(
    ("data", "kind", "seconds"),
    [
        (make.mp3(2), "mp3", 2),
        (make.mp3(2, tag=make.id3(), tail=ID3V1), "mp3", 2),
        (make.mp3(2, tag=make.id3() + make.id3(b"x" * 9000), tail=APE + ID3V1), "mp3", 2),
        (make.opus(2), "ogg", 2),
        (make.opus(2, said=b"METADATA_BLOCK_PICTURE=" + b"A" * 60000), "ogg", 2),
        (make.vorbis(2), "ogg", 2),
        (make.m4a(2), "m4a", 2),
        (make.m4a(2, moov_first=True), "m4a", 2),
    ],
)
def test_the_sound_is_kept_and_nothing_of_who_made_it(data: bytes, kind: str, seconds: float) -> None:
    made = prepared(data)
    assert (made.kind, made.seconds) == (kind, pytest.approx(seconds, abs=0.05))
    assert b"Nguyen" not in made.data and b"coder" not in made.data and len(made.data) <= len(data)
    assert prepared(made.data) == made
    assert made.path("Chào dân (1).wav").startswith("audio/chao-dan-1-")
    assert made.path("x.bin").endswith(f".{kind}")


def test_the_frames_of_an_mp3_are_untouched() -> None:
    assert prepared(make.mp3(1, tag=make.id3(), tail=ID3V1)).data == make.mp3(1)


@pytest.mark.parametrize("moov_first", [True, False])
def test_an_m4a_points_at_its_sound_and_says_no_day(moov_first: bool) -> None:
    made = prepared(make.m4a(moov_first=moov_first)).data
    at = made.index(b"stco") + 12
    (offset,) = struct.unpack_from(">I", made, at)
    assert made[offset:].startswith(b"SOUND")
    assert struct.pack(">I", 3_900_000_000) not in made
    assert b"udta" not in made and b"meta" not in made and b"free" not in made


def test_sound_in_very_many_pieces_takes_no_longer_than_its_bytes() -> None:
    begun = time.process_time()
    made = prepared(make.m4a(pieces=20_000)).data
    assert time.process_time() - begun < 4
    at = made.index(b"stco") + 12
    for offset in struct.unpack_from(">20000I", made, at):
        assert made[offset : offset + 5] == b"SOUND"


def test_its_pages_are_right_by_their_check_sums() -> None:
    kept = prepared(make.opus()).data
    assert kept[:4] == b"OggS" and prepared(kept).data == kept
    # The sum of a page of this very kind, as other programs reckon it.
    assert make.ogg_page(0, 0, 0, 0, [])[22:26] == struct.pack("<I", _by_bits(make.ogg_page(0, 0, 0, 0, [])))


def _by_bits(page: bytes) -> int:
    rest = 0
    for byte in page[:22] + bytes(4) + page[26:]:
        for bit in range(7, -1, -1):
            rest = (rest << 1 | byte >> bit & 1) ^ (0x104C11DB7 if rest >> 31 else 0)
    for _ in range(32):
        rest = rest << 1 ^ (0x104C11DB7 if rest >> 31 else 0)
    return rest


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make.mp3(200), "long"),
        (make.opus(181), "long"),
        (make.m4a(181), "long"),
        (b"ID3" + bytes(BYTES_MOST * 2), "large"),
        ((b"\xff\xfb\xe0\xc4" + bytes(1040)) * 1100, "large"),
        (b"\xff\xf1\x50\x80" + bytes(400), "format"),
        (make.id3() + (b"\xff\xf1\x50\x80" + bytes(400)) * 50, "broken"),
        (b"RIFF\0\0\0\0WAVEfmt ", "format"),
        (b"#!AMR\n", "format"),
        (b"fLaC", "format"),
        (make.m4a(sort=b"vide"), "format"),
        (make.m4a(codec=b"alac"), "format"),
        (make.m4a()[:-40], "broken"),
        (make.m4a().replace(b"SOUND" * 20, b"")[:60], "broken"),
        (make.opus()[:-2], "broken"),
        (make.opus() + make.opus(serial=8), "broken"),
        (make.opus() + make.opus(), "format"),
        (make.opus().replace(b"OpusHead", b"Speex   "), "format"),
        (make.ogg_page(2, 0, 1, 0, [b"OpusHead"]), "broken"),
        (b"OggS", "broken"),
        (make.id3(), "broken"),
        (make.id3() + b"<script>alert(1)</script>" * 400, "broken"),
        (b"<html>", "format"),
        (b"", "format"),
    ],
)
def test_what_is_no_short_recording_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(RecordingRefused) as refused:
        prepared(data)
    assert refused.value.reason == reason


SAMPLES = (make.mp3(tag=make.id3()), make.opus(), make.vorbis(), make.m4a())


@given(
    st.sampled_from(SAMPLES),
    st.lists(st.tuples(st.integers(0, 3000), st.binary(max_size=6)), max_size=5),
    st.integers(0, 3000),
)
@settings(max_examples=100, deadline=None)
def test_whatever_the_bytes_it_is_kept_or_refused(
    data: bytes, changes: list[tuple[int, bytes]], cut: int
) -> None:
    for at, given_bytes in changes:
        data = data[:at] + given_bytes + data[at + len(given_bytes) :]
    for one in (data, data[:cut]):
        try:
            made = prepared(one)
        except RecordingRefused:
            continue
        assert len(made.data) <= BYTES_MOST


def test_a_recording_is_told_from_a_picture() -> None:
    from PIL import Image

    for kind in ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF"):
        made = BytesIO()
        Image.new("RGB", (3, 3)).save(made, kind)
        assert not is_sound(made.getvalue())
    for data in SAMPLES:
        assert is_sound(data)
        with pytest.raises(pictures.PictureRefused, match="audio"):
            pictures.prepared(data)
