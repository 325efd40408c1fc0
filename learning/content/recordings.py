"""Short recordings as they are brought along: known by their bytes, never encoded again, and silent about who made them.

What is kept is put together from the sound alone: the frames of an MP3, the pages of an Ogg file (Opus or Vorbis) with
an empty comment, the one track of an M4A. Tags, covers, places and times of making, and whatever stands before, between
or behind the sound are left out.
"""

import re
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from learning.vietnamese.folding import slugify

BYTES_MOST = 1024 * 1024  # of what is kept
BYTES_READ = 2 * BYTES_MOST  # of what is brought: a cover may be among it
SECONDS_MOST = 180
LOST_MOST = 4096  # bytes between the frames of an MP3 that are no sound

Kind = Literal["mp3", "ogg", "m4a"]
Reason = Literal["format", "large", "long", "broken"]


class RecordingRefused(ValueError):
    """`reason`: "format" (sound that not every phone plays, or no sound), "large" (bytes), "long" (seconds), "broken"."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Recording:
    """`seconds` as its frames or its clock say."""

    data: bytes
    kind: Kind
    seconds: float

    def path(self, name: str) -> str:
        """Where it stands in a course: `audio/<name>-<hash>.mp3`, the same each time it is brought."""
        stem = slugify(name.rsplit("/", 1)[-1].rsplit(".", 1)[0])
        digest = sha256(self.data).hexdigest()[:8]
        return f"audio/{stem[:40].strip('-') or 'ghi-am'}-{digest}.{self.kind}"


def is_sound(data: bytes) -> bool:
    """Whether the bytes begin as a recording does, of a kind that is taken or not."""
    return _SOUND.match(data) is not None


def prepared(data: bytes) -> Recording:
    """The recording as it is kept. Raises RecordingRefused, and nothing else, for whatever bytes."""
    if len(data) > BYTES_READ:
        raise RecordingRefused("large")
    kind, read = _reader(data)
    try:
        kept, seconds = read(data)
    except (struct.error, IndexError, ZeroDivisionError, OverflowError):
        raise RecordingRefused("broken") from None
    if len(kept) > BYTES_MOST:
        raise RecordingRefused("large")
    if seconds > SECONDS_MOST:
        raise RecordingRefused("long")
    return Recording(kept, kind, seconds)


# MP3 (with its tag, or bare), AAC as it is broadcast, Ogg, MP4 of whatever brand, WAV, AIFF, AMR, FLAC, WMA, WebM.
_SOUND = re.compile(
    rb"ID3|\xff[\xe2-\xe7\xf2-\xf7\xfa-\xff]|\xff[\xf0\xf1\xf8\xf9]|OggS|....ftyp(?!avif|avis|heic|heix|mif1)"
    rb"|RIFF....WAVE|FORM....AIF|#!AMR|fLaC|\x30\x26\xb2\x75\x8e\x66\xcf\x11|\x1a\x45\xdf\xa3",
    re.DOTALL,
)


def _reader(data: bytes) -> tuple[Kind, Callable[[bytes], tuple[bytes, float]]]:
    if data.startswith(b"OggS"):
        return "ogg", _ogg
    if data[4:8] == b"ftyp":
        return "m4a", _m4a
    if data.startswith(b"ID3") or _frame(data, 0):
        return "mp3", _mp3
    raise RecordingRefused("format")


# --- MP3: frames that say their own length

_RATES = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_KBITS = {
    3: (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}


def _mp3(data: bytes) -> tuple[bytes, float]:
    at = _behind_tags(data)
    frames: list[bytes] = []
    seconds = 0.0
    lost = 0
    while at + 4 <= len(data) and not data.startswith((b"TAG", b"APETAGEX", b"LYRICSBEGIN"), at):
        found = _frame(data, at)
        if found is None or at + found[0] > len(data):
            at += 1
            lost += 1
            if lost > LOST_MOST:
                break
            continue
        frames.append(data[at : at + found[0]])
        seconds += found[1]
        at += found[0]
    kept = b"".join(frames)
    if not frames or lost > LOST_MOST:
        raise RecordingRefused("broken")
    return kept, seconds


def _behind_tags(data: bytes) -> int:
    at = 0
    while data.startswith(b"ID3", at) and len(data) >= at + 10:
        a, b, c, d = (byte & 127 for byte in data[at + 6 : at + 10])
        at += 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if data[at + 5] & 16 else 0)
    return at


def _frame(data: bytes, at: int) -> tuple[int, float] | None:
    """Bytes and seconds of the layer III frame that begins here."""
    if len(data) < at + 4 or data[at] != 0xFF or data[at + 1] & 0xE6 != 0xE2:
        return None
    version = data[at + 1] >> 3 & 3
    kbit, rate = data[at + 2] >> 4, data[at + 2] >> 2 & 3
    if version == 1 or kbit in (0, 15) or rate == 3:
        return None
    samples = 1152 if version == 3 else 576
    hertz = _RATES[version][rate]
    bits = _KBITS[3 if version == 3 else 2][kbit - 1] * 1000
    return samples * bits // (8 * hertz) + (data[at + 2] >> 1 & 1), samples / hertz


# --- Ogg: pages of one stream, its comment put anew


@dataclass(frozen=True)
class _Page:
    flags: int  # 1: goes on with a packet; 2: first; 4: last
    granule: int  # the clock; -1 where no packet ends
    serial: int
    lacing: bytes
    body: bytes


_CONTINUED, _FIRST, _LAST = 1, 2, 4


def _ogg(data: bytes) -> tuple[bytes, float]:
    pages = list(_pages(data))
    if not pages or len({page.serial for page in pages}) > 1 or not pages[0].flags & _FIRST:
        raise RecordingRefused("broken")
    if any(page.flags & _FIRST for page in pages[1:]):
        raise RecordingRefused("format")  # one recording behind the other
    head = pages[0].body
    clock = max(page.granule for page in pages)
    if head.startswith(b"OpusHead"):
        headers, sound = _headers(pages[1:], 1)
        again = [b"OpusTags" + bytes(8)]
        seconds = (clock - struct.unpack_from("<H", head, 10)[0]) / 48000
        known = headers[0].startswith(b"OpusTags")
    elif head.startswith(b"\1vorbis"):
        headers, sound = _headers(pages[1:], 2)
        again = [b"\3vorbis" + bytes(8) + b"\1", headers[1]]
        seconds = clock / struct.unpack_from("<I", head, 12)[0]
        known = headers[0].startswith(b"\3vorbis") and headers[1].startswith(b"\5vorbis")
    else:
        raise RecordingRefused("format")
    if not known or not sound or seconds <= 0:
        raise RecordingRefused("broken")
    serial = 1
    made = [ogg_page(_FIRST, 0, serial, 0, [head])]
    made += _paged(again, serial)
    for page in sound:
        flags = page.flags & (_CONTINUED | _LAST)
        made.append(_written(flags, page.granule, serial, len(made), page.lacing, page.body))
    return b"".join(made), seconds


def _pages(data: bytes) -> Iterator[_Page]:
    at = 0
    while at < len(data):
        mark, version, flags, granule, serial, _number, _sum, count = struct.unpack_from(
            "<4sBBqIIIB", data, at
        )
        if mark != b"OggS" or version:
            raise RecordingRefused("broken")
        lacing = data[at + 27 : at + 27 + count]
        start = at + 27 + count
        at = start + sum(lacing)
        if len(lacing) < count or at > len(data):
            raise RecordingRefused("broken")
        yield _Page(flags, granule, serial, lacing, data[start:at])


def _headers(pages: Sequence[_Page], count: int) -> tuple[list[bytes], Sequence[_Page]]:
    """The packets that come before the sound, and the pages behind them: sound begins with a page of its own."""
    packets: list[bytes] = []
    packet = b""
    for number, page in enumerate(pages, 1):
        at = 0
        for size in page.lacing:
            packet += page.body[at : at + size]
            at += size
            if size < 255:
                packets.append(packet)
                packet = b""
        if len(packets) >= count:
            if len(packets) > count or packet:
                break
            return packets, pages[number:]
    raise RecordingRefused("broken")


def _paged(packets: Sequence[bytes], serial: int) -> list[bytes]:
    """Packets in pages from the second page on, each as full as it may be."""
    lacing, body = b"", b""
    for packet in packets:
        lacing += b"\xff" * (len(packet) // 255) + bytes([len(packet) % 255])
        body += packet
    made: list[bytes] = []
    at, flags = 0, 0
    for first in range(0, len(lacing), 255):
        piece = lacing[first : first + 255]
        size = sum(piece)
        ends = any(one < 255 for one in piece)
        made.append(_written(flags, 0 if ends else -1, serial, len(made) + 1, piece, body[at : at + size]))
        at += size
        flags = _CONTINUED if piece[-1] == 255 else 0
    return made


def ogg_page(flags: int, granule: int, serial: int, number: int, packets: Sequence[bytes]) -> bytes:
    """A page of whole packets, of less than 255 × 255 bytes in all."""
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    return _written(flags, granule, serial, number, lacing, b"".join(packets))


def _written(flags: int, granule: int, serial: int, number: int, lacing: bytes, body: bytes) -> bytes:
    head = struct.pack("<4sBBqIIIB", b"OggS", 0, flags, granule, serial, number, 0, len(lacing))
    page = head + lacing + body
    return page[:22] + struct.pack("<I", _check_sum(page)) + page[26:]


def _check_sum(page: bytes) -> int:
    total = 0
    for byte in page:
        total = (total << 8 & 0xFFFFFFFF) ^ _CRC[total >> 24 ^ byte]
    return total


def _crc(byte: int) -> int:
    value = byte << 24
    for _ in range(8):
        value = (value << 1 ^ (0x04C11DB7 if value & 0x80000000 else 0)) & 0xFFFFFFFF
    return value


_CRC = tuple(_crc(byte) for byte in range(256))


# --- M4A: boxes within boxes; the one track of sound, what it needs to be played, and the sound itself

_NEEDED = {
    b"moov": {b"mvhd", b"trak"},
    b"trak": {b"tkhd", b"edts", b"mdia"},
    b"edts": {b"elst"},
    b"mdia": {b"mdhd", b"hdlr", b"minf"},
    b"minf": {b"smhd", b"dinf", b"stbl"},
    b"dinf": {b"dref"},
    b"stbl": {b"stsd", b"stts", b"ctts", b"stsc", b"stsz", b"stz2", b"stco", b"co64", b"sgpd", b"sbgp"},
}
_TIMED = (b"mvhd", b"tkhd", b"mdhd")  # they say when they were made
_FTYP = b"M4A \0\0\0\0M4A mp42isom"


def _m4a(data: bytes) -> tuple[bytes, float]:
    sounds: list[tuple[int, bytes]] = []  # where its bytes stood, and these
    moov = b""
    for kind, at, inner in _boxes(data):
        if kind == b"mdat":
            sounds.append((at, inner))
        elif kind == b"moov":
            moov = inner
        elif kind == b"moof":
            raise RecordingRefused("format")  # in fragments, as of a stream
    tracks = [inner for kind, _, inner in _boxes(moov) if kind == b"trak"]
    if not sounds or not tracks:
        raise RecordingRefused("broken")
    if len(tracks) > 1 or _only(tracks[0], b"mdia", b"hdlr")[8:12] != b"soun":
        raise RecordingRefused("format")  # a film
    if _only(tracks[0], b"mdia", b"minf", b"stbl", b"stsd")[12:16] != b"mp4a":
        raise RecordingRefused("format")  # of a kind that some phones do not play
    seconds = _seconds(_only(tracks[0], b"mdia", b"mdhd"))
    ftyp = _box(b"ftyp", _FTYP)
    length = len(ftyp) + len(_needed(b"moov", moov, lambda offset: offset))
    moves = []
    for at, inner in sounds:
        length += 8
        moves.append((at, at + len(inner), length - at))
        length += len(inner)

    def moved(offset: int) -> int:
        # Of as many pieces as a file made for it may hold, for as many offsets: they stand in their order.
        at = bisect_right(moves, offset, key=lambda move: move[0]) - 1
        if at < 0 or offset >= moves[at][1]:
            raise RecordingRefused("broken")
        return offset + moves[at][2]

    made = [ftyp, _needed(b"moov", moov, moved), *(_box(b"mdat", inner) for _, inner in sounds)]
    return b"".join(made), seconds


def _boxes(data: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """Kind, where its content begins, content."""
    at = 0
    while at < len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        end = at + size if size else len(data)
        if not start <= end <= len(data):
            raise RecordingRefused("broken")
        yield kind, start, data[start:end]
        at = end


def _box(kind: bytes, inner: bytes) -> bytes:
    return struct.pack(">I", len(inner) + 8) + kind + inner


def _only(data: bytes, *path: bytes) -> bytes:
    for kind in path:
        found = [inner for one, _, inner in _boxes(data) if one == kind]
        if len(found) != 1:
            raise RecordingRefused("broken")
        data = found[0]
    return data


def _seconds(mdhd: bytes) -> float:
    scale, length = struct.unpack_from(">IQ", mdhd, 20) if mdhd[0] else struct.unpack_from(">II", mdhd, 12)
    return float(length / scale)


def _needed(kind: bytes, inner: bytes, moved: Callable[[int], int]) -> bytes:
    if kind in _NEEDED:
        inside = (_needed(one, held, moved) for one, _, held in _boxes(inner) if one in _NEEDED[kind])
        return _box(kind, b"".join(inside))
    if kind in _TIMED:
        return _box(kind, inner[:4] + bytes(16 if inner[0] else 8) + inner[20 if inner[0] else 12 :])
    if kind in (b"stco", b"co64"):
        sign = "I" if kind == b"stco" else "Q"
        (count,) = struct.unpack_from(">I", inner, 4)
        if count * struct.calcsize(sign) > len(inner):
            raise RecordingRefused("broken")
        offsets = struct.unpack_from(f">{count}{sign}", inner, 8)
        return _box(kind, inner[:8] + struct.pack(f">{count}{sign}", *map(moved, offsets)))
    return _box(kind, inner)
