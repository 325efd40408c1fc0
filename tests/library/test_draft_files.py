"""A draft's files: named, moved, put in order, taken away; and laws over generated courses."""

import re
import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.content.checker import check
from learning.content.mend import ids_in
from learning.library import beginnings, checking, drafts, history, layout, presence, releases, review, saving
from learning.library.editing import relinked, shown, typed
from learning.library.publishing import publish
from learning.library.refusals import BadPath, ClientIdReused, Closed, Stale, TooLarge
from learning.library.saving import Saved
from tests import statements
from tests.library.conftest import TODAY, Desk

FIRST, SECOND = "10-dieu-kien-chi.md", "20-tam-ung.md"


def paths(session: Session, draft) -> list[str]:
    return [one.path for one in drafts.files(session, draft)]


def save(session, now, draft, path, data=b"x", based_on=0, person_id=None, **more):
    return saving.save(
        session, now, draft, path, data, person_id=person_id or draft.created_by, based_on=based_on, **more
    )


def test_names_are_those_of_a_course(session: Session, now: datetime, draft) -> None:
    bad = (
        "a.md", "10-A.md", "10_a.md", "10-.md", "10-a.MD", "1234567-a.md", "10-a.html", "../10-a.md", "images/",
        "images/../x.png", "images/A.png", "images/.x", "x.png", "/course.md", "10-a.md\n", "", "images/a..b.png",
        "images//a.png", "10-đất.md",
    )  # fmt: skip
    for path in bad:
        with pytest.raises(BadPath):
            save(session, now, draft, path)
    for path in ("0-a.md", "40-a-1.md", "images/a.b_c-1.webp", "images/sub/x.png", "audio/loi-chao.mp3"):
        save(session, now, draft, path)
        assert path in paths(session, draft)


def test_a_page_may_link_to_one_of_another_live_course(
    session: Session, now: datetime, draft, courses: Path
) -> None:
    second = shutil.copytree(courses / "finance" / "sample", courses / "finance" / "second")
    for page in second.glob("*.md"):
        if page.name not in ("course.md", FIRST, SECOND):
            page.unlink()
            continue
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"^\W*(id|ma|mã)\W+", r"\g<0>second-", text, flags=re.MULTILINE | re.IGNORECASE)
        text = re.sub(r"^(completion|hoan_thanh): .*", r"\1: lessons", text, flags=re.MULTILINE)
        page.write_text(text, encoding="utf-8")
    found = check(second, today=TODAY, history=history.read(session))
    assert [fault for fault in found.faults if fault.severity == "fault"] == []
    publish(session, now, found, actor="operator")
    [(data, revision)] = [drafts.file(session, draft, FIRST)]

    def faults(target: str) -> list[str]:
        linked = data.replace(b"\n## ", f"\n[Xem]({target}).\n\n## ".encode(), 1)
        assert linked != data
        nonlocal revision
        revision = save(session, now, draft, FIRST, linked, revision).revision
        return [
            fault.code
            for fault in checking.checked(session, draft, TODAY).faults
            if fault.severity == "fault"
        ]

    assert faults(f"../second/{FIRST}") == []
    assert faults("../second/99-khong-co.md") == ["L008"]
    assert faults("../third/10-khong-co.md") == ["L008"]


def test_a_thousand_links_to_other_courses_are_looked_up_in_as_many_queries_as_one(
    session: Session, now: datetime, draft
) -> None:
    before, revision = drafts.file(session, draft, FIRST)

    def asked(links: int) -> int:
        nonlocal revision
        more = "".join(f"[Xem](../second/{number}-bai.md)\n" for number in range(links))
        revision = save(session, now, draft, FIRST, before + more.encode(), revision).revision
        with statements.sent(session.get_bind().engine) as made:
            checking.mended(session, draft)
        return len(made)

    assert asked(1000) == asked(1)


def test_what_is_too_large_is_refused(session: Session, now: datetime, draft) -> None:
    with pytest.raises(TooLarge):
        save(session, now, draft, "40-a.md", b"x" * (layout.PAGE_MOST + 1))
    save(session, now, draft, "images/a.png", b"x" * (layout.PAGE_MOST + 1))
    with pytest.raises(TooLarge):
        save(session, now, draft, "images/b.png", b"x" * (layout.MEDIA_MOST + 1))


def test_a_file_is_added_once(session: Session, now: datetime, desk: Desk, draft) -> None:
    made = save(session, now, draft, "40-a.md", b"mot")
    assert save(session, now, draft, "40-a.md", b"mot") == Saved(made.revision, changed=False)
    with pytest.raises(Stale) as stale:
        save(session, now, draft, "40-a.md", b"hai", person_id=desk.other)
    assert (stale.value.base, stale.value.theirs, stale.value.revision) == (b"", b"mot", made.revision)


def test_a_save_into_a_file_that_is_gone_says_so(session: Session, now: datetime, desk: Desk, draft) -> None:
    assert saving.remove(session, now, draft, SECOND, person_id=desk.other, based_on=1)
    assert not saving.remove(session, now, draft, SECOND, person_id=desk.other, based_on=1)
    with pytest.raises(Stale) as stale:
        save(session, now, draft, SECOND, b"hai", based_on=1)
    assert stale.value.gone and stale.value.base.startswith(b"---") and stale.value.by == "Hồ Đức Chính"
    last = drafts.history(session, draft, SECOND)
    assert [one.what for one in last] == ["aside", "removed", "begun"]
    assert drafts.version(session, draft, last[0].id) == b"hai"
    assert drafts.version(session, draft, last[1].id) is None
    assert save(session, now, draft, SECOND, b"hai", based_on=stale.value.revision).changed  # brought back


def test_a_client_id_means_one_save(session: Session, now: datetime, desk: Desk, draft) -> None:
    first = save(session, now, draft, FIRST, b"a", 1, client_id="c")
    with pytest.raises(ClientIdReused):
        save(session, now, draft, FIRST, b"b", 1, client_id="c")
    with pytest.raises(ClientIdReused):
        save(session, now, draft, SECOND, b"a", 1, client_id="c")
    with pytest.raises(Stale) as stale:
        save(session, now, draft, FIRST, b"b", 1, client_id="d")
    save(session, now, draft, FIRST, b"e", first.revision)
    with pytest.raises(Stale) as again:
        save(session, now, draft, FIRST, b"b", 1, client_id="d")
    assert (stale.value.theirs, again.value.theirs) == (b"a", b"e")  # told what is there now
    same = save(session, now, draft, FIRST, b"e", 1, client_id="f")
    assert same == save(session, now, draft, FIRST, b"e", 1, client_id="f") and not same.changed
    assert [one.what for one in drafts.history(session, draft, FIRST)] == ["saved", "aside", "saved", "begun"]


def test_pages_are_put_in_order_and_links_follow(session: Session, now: datetime, desk: Desk, draft) -> None:
    before = [path for path in paths(session, draft) if path[0].isdigit()]
    assert before == ["05-truoc-khi-hoc.md", FIRST, SECOND, "30-tinh-huong.md", "40-thuc-hanh.md"]
    order = [before[2], before[0], before[1], before[3], before[4]]
    renamed = saving.reorder(session, now, draft, order, person_id=desk.author)
    after = [path for path in paths(session, draft) if path[0].isdigit()]
    assert after == [
        "10-tam-ung.md",
        "20-truoc-khi-hoc.md",
        "30-dieu-kien-chi.md",
        "40-tinh-huong.md",
        "50-thuc-hanh.md",
    ]
    assert renamed == dict(zip(order, after, strict=True))
    assert b"(30-dieu-kien-chi.md)" in drafts.file(session, draft, "course.md")[0]
    assert checking.checked(session, draft, TODAY).faults == ()
    assert saving.reorder(session, now, draft, after, person_id=desk.author) == {}
    for bad in (after[:-1], [*after, "50-x.md"], [*after[:-1], after[0]], ["exam.md", *after]):
        with pytest.raises(BadPath):
            saving.reorder(session, now, draft, bad, person_id=desk.author)


def test_a_page_is_renamed_with_its_links(session: Session, now: datetime, desk: Desk, draft) -> None:
    data = drafts.file(session, draft, FIRST)[0]
    saving.rename(session, now, draft, FIRST, "10-khi-nao-duoc-chi.md", person_id=desk.author)
    assert drafts.file(session, draft, FIRST) is None
    assert (
        relinked(data, {FIRST: "10-khi-nao-duoc-chi.md"})
        == drafts.file(session, draft, "10-khi-nao-duoc-chi.md")[0]
    )
    again = saving.rename(session, now, draft, FIRST, "10-khi-nao-duoc-chi.md", person_id=desk.author)
    assert not again.changed
    assert b"(10-khi-nao-duoc-chi.md)" in drafts.file(session, draft, "course.md")[0]
    for old, new in (
        ("10-khi-nao-duoc-chi.md", SECOND),  # taken
        ("10-khi-nao-duoc-chi.md", "images/x.png"),
        ("10-khi-nao-duoc-chi.md", "x.md"),
        ("90-none.md", "91-none.md"),
    ):
        with pytest.raises(BadPath):
            saving.rename(session, now, draft, old, new, person_id=desk.author)


def test_links_are_the_only_thing_that_follows() -> None:
    renamed = {"10-a.md": "20-a.md", "images/a.png": "images/b.png"}
    page = b'10-a.md [x](10-a.md) [y](10-a.md#p) [z](110-a.md) ![q](images/a.png "t") `10-a.md`\r\n[r]: 10-a.md\n'
    assert relinked(page, renamed) == (
        b'10-a.md [x](20-a.md) [y](20-a.md#p) [z](110-a.md) ![q](images/b.png "t") `10-a.md`\r\n[r]: 20-a.md\n'
    )
    assert relinked(page, {}) == page


def test_a_closed_draft_is_not_changed(session: Session, now: datetime, desk: Desk, draft) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    before = drafts.contents(session, draft)
    for verb in (
        lambda: saving.remove(session, now, draft, FIRST, person_id=desk.author, based_on=1),
        lambda: saving.rename(session, now, draft, FIRST, "10-x.md", person_id=desk.author),
        lambda: saving.reorder(session, now, draft, [], person_id=desk.author),
        lambda: save(session, now, draft, FIRST, b"x", 1),
    ):
        with pytest.raises(Closed):
            verb()
    assert drafts.contents(session, draft) == before
    assert drafts.history(session, draft)[0].what == "aside"


def test_the_next_page_comes_after_the_last() -> None:
    assert layout.next_path(["course.md", "10-a.md", "35-b.md", "exam.md"], "c") == "40-c.md"
    assert layout.next_path(["course.md"], "c") == "10-c.md"


def test_presence_fades(session: Session, now: datetime, desk: Desk, draft) -> None:
    assert presence.knock(session, now, draft, FIRST, person_id=desk.author) == []
    [seen] = presence.knock(session, now, draft, FIRST, person_id=desk.other)
    assert (seen.person_id, seen.full_name, seen.seen_at) == (desk.author, "Võ Biên Tập", now)
    assert presence.knock(session, now, draft, SECOND, person_id=desk.second) == []
    later = now + presence.GONE
    assert presence.knock(session, later, draft, FIRST, person_id=desk.other) == []
    presence.knock(session, later, draft, FIRST, person_id=desk.author)
    assert len(presence.inside(session, later, draft, FIRST)) == 2
    presence.leave(session, draft, FIRST, person_id=desk.other)
    presence.leave(session, draft, FIRST, person_id=desk.other)
    everywhere = presence.everywhere(session, later + timedelta(seconds=1), draft)
    assert {path: [one.person_id for one in people] for path, people in everywhere.items()} == {
        FIRST: [desk.author]
    }


def test_what_differs_from_the_release_it_began_from(session: Session, draft, edit) -> None:
    assert releases.against_live(session, draft) == ()
    edit(draft, "course.md", "**mẫu**", "*mẫu*")
    [one] = releases.against_live(session, draft)
    assert one.path == "course.md" and b"**" in one.old and b"**" not in one.new


# --- Laws over generated courses

WORD = st.sampled_from(
    ["đất", "Mã: x", "- (x) đúng", "- ( ) sai", "### Câu", "## Câu hỏi", "> nhắc", "", "= 5", "a\tb"]
)
END = st.sampled_from(["\n", "\n", "\r\n"])
PAGE = st.lists(st.tuples(WORD, END), max_size=25).map(
    lambda lines: ("---\nid: bai\n---\n" + "".join(line + end for line, end in lines)).encode()
)
MORE = hypothesis(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MORE
@given(page=PAGE, data=st.data())
def test_through_an_editor_and_back_nothing_changes_but_the_line_edited(
    session: Session, now: datetime, live, desk: Desk, page: bytes, data: st.DataObject
) -> None:
    with session.begin_nested() as undo:
        files = {"course.md": b"---\ntitle: A\n---\n", "10-a.md": page}
        draft = beginnings.from_files(session, now, "finance/law", files, person_id=desk.author)
        before, revision = drafts.file(session, draft, "10-a.md")
        untouched = save(session, now, draft, "10-a.md", typed(shown(before), before), revision)
        assert not untouched.changed and drafts.file(session, draft, "10-a.md") == (page, revision)
        checking.checked(session, draft, TODAY)  # looking changes nothing
        lines = shown(before).split("\n")
        place = data.draw(st.integers(0, len(lines) - 1))
        lines[place] += "!"
        save(session, now, draft, "10-a.md", typed("\n".join(lines), before), revision)
        after = drafts.file(session, draft, "10-a.md")[0]
        old, new = page.split(b"\n"), after.split(b"\n")
        assert len(old) == len(new) and [n for n in range(len(old)) if old[n] != new[n]] == [place]
        undo.rollback()


@MORE
@given(page=PAGE)
def test_a_copy_touches_the_lines_of_ids_only(page: bytes) -> None:
    fresh = beginnings.restamped({"10-a.md": page}, "copy", set(ids_in(page)))["10-a.md"]
    assert beginnings.restamped({"10-a.md": page}, "copy", set()) == {"10-a.md": page}
    old, new = page.split(b"\n"), fresh.split(b"\n")
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        if one != other:
            key = one.partition(b":")[0]
            assert key in (b"id", "Mã".encode()) and other.startswith(key + b": copy-a")
            assert one.endswith(b"\r") == other.endswith(b"\r")
