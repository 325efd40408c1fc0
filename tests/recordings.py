"""Recordings of silence, made byte by byte: whole files that browsers play, some hundred bytes each."""

import struct

from learning.content.recordings import ogg_page


def mp3(seconds: float = 0.3, *, tag: bytes = b"", tail: bytes = b"") -> bytes:
    """MPEG 1 layer III, 32 kbit/s, 44.1 kHz, mono."""
    frame = b"\xff\xfb\x10\xc4" + bytes(100)
    return tag + frame * max(round(seconds * 44100 / 1152), 1) + tail


def id3(said: bytes = b"Nguyen Van A") -> bytes:
    body = b"TPE1" + struct.pack(">I", len(said) + 1) + b"\0\0\0" + said
    return b"ID3\3\0\0" + bytes((len(body) >> shift) & 127 for shift in (21, 14, 7, 0)) + body


def opus(seconds: float = 0.3, *, said: bytes = b"ARTIST=Nguyen Van A", serial: int = 7) -> bytes:
    """20 ms packets of silence, two in each page."""
    head = b"OpusHead\1\1" + struct.pack("<HIhB", 312, 48000, 0, 0)
    comment = struct.pack("<I", len(said)) + said
    tags = b"OpusTags" + struct.pack("<I", 5) + b"coder" + struct.pack("<I", 1) + comment
    pages = [ogg_page(2, 0, serial, 0, [head]), ogg_page(0, 0, serial, 1, [tags])]
    count = max(round(seconds * 25), 1)
    for number in range(count):
        last = 4 if number == count - 1 else 0
        pages.append(ogg_page(last, (number + 1) * 1920, serial, number + 2, [b"\xf8\xff\xfe"] * 2))
    return b"".join(pages)


def vorbis(seconds: int = 1, *, said: bytes = b"ARTIST=Nguyen Van A") -> bytes:
    """Its packets say nothing; only its pages are right."""
    ident = b"\1vorbis" + struct.pack("<IBIiiiBB", 0, 1, 8000, 0, 16000, 0, 0xB8, 1)
    comments = b"\3vorbis" + struct.pack("<I", 5) + b"coder" + struct.pack("<II", 1, len(said)) + said + b"\1"
    setup = b"\5vorbis" + bytes(300)
    return b"".join(
        (
            ogg_page(2, 0, 9, 0, [ident]),
            ogg_page(0, 0, 9, 1, [comments, setup]),
            ogg_page(4, 8000 * seconds, 9, 2, [b"\2"]),
        )
    )


def box(kind: bytes, *parts: bytes) -> bytes:
    inner = b"".join(parts)
    return struct.pack(">I", len(inner) + 8) + kind + inner


def m4a(
    seconds: int = 1,
    *,
    sort: bytes = b"soun",
    codec: bytes = b"mp4a",
    said: bytes = b"Nguyen Van A",
    moov_first: bool = False,
    pieces: int = 1,
) -> bytes:
    """A chunk of sound that says SOUND, with the time and the place of its making; named so many times, the last of
    so many pieces."""
    ftyp = box(b"ftyp", b"M4A \0\0\0\0M4A mp42isom")
    made = struct.pack(">II", 3_900_000_000, 3_900_000_001)
    empty = box(b"mdat") * (pieces - 1)
    mdat = empty + box(b"mdat", b"SOUND" * 20)

    def moov(offset: int) -> bytes:
        stbl = box(
            b"stbl",
            box(b"stsd", struct.pack(">II", 0, 1), box(codec, bytes(28))),
            box(b"stts", struct.pack(">IIII", 0, 1, 1, 1000 * seconds)),
            box(b"stco", struct.pack(f">II{pieces}I", 0, pieces, *[offset] * pieces)),
        )
        mdia = box(
            b"mdia",
            box(b"mdhd", bytes(4), made, struct.pack(">IIHH", 1000, 1000 * seconds, 0x55C4, 0)),
            box(b"hdlr", bytes(8), sort, bytes(13)),
            box(b"minf", box(b"smhd", bytes(8)), stbl),
        )
        trak = box(b"trak", box(b"tkhd", bytes(4), made, bytes(72)), mdia, box(b"udta", said))
        mvhd = box(b"mvhd", bytes(4), made, struct.pack(">II", 1000, 1000 * seconds), bytes(80))
        return box(b"moov", mvhd, trak, box(b"udta", box(b"\xa9ART", said), box(b"meta", said)))

    if moov_first:
        return ftyp + moov(len(ftyp) + len(moov(0)) + len(empty) + 8) + mdat
    return ftyp + box(b"free", said) + mdat + moov(len(ftyp) + 8 + len(said) + len(empty) + 8)
