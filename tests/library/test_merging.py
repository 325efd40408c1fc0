"""Merging by lines: laws over any three versions, and the cases people meet."""

from hypothesis import given
from hypothesis import strategies as st

from learning.library.editing import shown, typed
from learning.library.merging import compare, merge, merged, settled

LINE = st.sampled_from(["a", "b", "c", "", "đất", "- (x) đúng"])
END = st.sampled_from(["\n", "\n", "\n", "\r\n", "\r"])
FILE = st.lists(st.tuples(LINE, END), max_size=12).flatmap(
    lambda lines: st.sampled_from(["", "cuối"]).map(
        lambda last: ("".join(line + end for line, end in lines) + last).encode()
    )
)


@given(FILE, FILE)
def test_a_side_that_is_unchanged_gives_the_other_byte_for_byte(base: bytes, other: bytes) -> None:
    assert merged(merge(base, base, other)) == other
    assert merged(merge(base, other, base)) == other
    assert merged(merge(base, other, other)) == other


@given(FILE, FILE, FILE)
def test_the_pieces_of_each_side_are_that_side(base: bytes, mine: bytes, theirs: bytes) -> None:
    hunks = merge(base, mine, theirs)
    for name, whole in (("base", base), ("mine", mine), ("theirs", theirs)):
        line = 1
        for hunk in hunks:
            assert getattr(hunk, f"{name}_line") == line
            line += len(getattr(hunk, name))
        assert b"".join(line for hunk in hunks for line in getattr(hunk, name)) == whole
    for hunk in hunks:
        if hunk.who == "same":
            assert hunk.base == hunk.mine == hunk.theirs
    sides = {place: "mine" for place, hunk in enumerate(hunks) if hunk.who == "clash"}
    assert (merged(hunks) is None) == bool(sides)
    settled(hunks, sides)


@given(FILE, FILE, FILE)
def test_the_sides_are_equal_before_the_merge(base: bytes, mine: bytes, theirs: bytes) -> None:
    one, other = merged(merge(base, mine, theirs)), merged(merge(base, theirs, mine))
    assert one == other


@given(FILE, FILE)
def test_two_versions_are_cut_into_pieces_that_join(old: bytes, new: bytes) -> None:
    pieces = compare(old, new)
    assert b"".join(line for piece in pieces for line in piece.old) == old
    assert b"".join(line for piece in pieces for line in piece.new) == new
    assert old != new or all(piece.same for piece in pieces)


def test_two_lines_changed_by_two_people_are_both_kept() -> None:
    hunks = merge(b"a\nb\nc\n", b"A\nb\nc\n", b"a\nb\nC\n")
    assert [hunk.who for hunk in hunks] == ["mine", "same", "theirs"]
    assert merged(hunks) == b"A\nb\nC\n"


def test_one_line_changed_by_two_people_waits_for_a_choice() -> None:
    hunks = merge(b"a\nb\nc", b"a\nb\nM", b"a\nb\nT")
    assert [hunk.who for hunk in hunks] == ["same", "clash"] and merged(hunks) is None
    assert settled(hunks, {1: "mine"}) == b"a\nb\nM"
    assert settled(hunks, {1: "theirs"}) == b"a\nb\nT"
    assert settled(hunks, {1: "mine+theirs"}) == b"a\nb\nM\nT"
    assert settled(hunks, {1: "base"}) == b"a\nb\nc"


def test_a_long_file_of_equal_lines_takes_no_time() -> None:
    base = b"\n" * 200_000
    assert merged(merge(base, b"x\n" + base, base + b"y\n")) is not None


@given(st.binary(max_size=60) | FILE | FILE.map(lambda data: b"\xef\xbb\xbf" + data))
def test_a_file_saved_untouched_is_the_same_bytes(data: bytes) -> None:
    text = shown(data)
    assert "\r" not in text
    assert typed(text, data) == data
    assert typed(text.replace("\n", "\r\n"), data) == data  # as a form sends it


@given(FILE, st.data())
def test_editing_one_line_changes_one_line(data: bytes, drawn: st.DataObject) -> None:
    lines = shown(data).split("\n")
    place = drawn.draw(st.integers(0, len(lines) - 1))
    lines[place] += "!"
    before, after = data.splitlines(keepends=True), typed("\n".join(lines), data).splitlines(keepends=True)
    if place == len(before):  # the empty line after the last line end
        assert (after[:-1], after[-1]) == (before, b"!")
    else:
        assert len(before) == len(after)
        assert [n for n in range(len(before)) if before[n] != after[n]] == [place]


def test_new_lines_end_as_the_others_do() -> None:
    assert typed("a\nx\nb", b"a\r\nb") == b"a\r\nx\r\nb"
    assert typed("a\nb\n", b"a\r\nb") == b"a\r\nb\r\n"
    assert typed("", b"a\nb\n") == b""
