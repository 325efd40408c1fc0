"""How drafts begin, and what of the past they bring along."""

from collections.abc import Mapping
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.audit import AuditEntry
from learning.content.mend import ids_in
from learning.library import beginnings, catalogue, checking, drafts, history, layout, releases
from learning.library.beginnings import AlreadyLive, AlreadyOpen, BadAddress, NoSuchRelease, UnknownField
from learning.library.models import FieldRow, LegalSource
from learning.library.refusals import BadPath, TooLarge
from tests.library.conftest import COURSE, TODAY, Desk


def test_a_copy_has_new_ids_and_no_other_line_is_touched(
    session: Session, now: datetime, desk: Desk, live, edit, publish_draft
) -> None:
    copy = beginnings.from_course(session, now, COURSE, "finance/copy", person_id=desk.author)
    old = releases.files(session, catalogue.live(session, COURSE).release_id)
    new = drafts.contents(session, copy)
    assert new.keys() == old.keys()
    changed = []
    for path in old:
        if not path.endswith(".md"):
            assert new[path] == old[path]
            continue
        before, after = old[path].split(b"\n"), new[path].split(b"\n")
        assert len(before) == len(after)
        changed += [
            (one.decode(), other.decode()) for one, other in zip(before, after, strict=True) if one != other
        ]
    assert changed
    for one, other in changed:
        assert one.partition(":")[0] == other.partition(":")[0] and one.partition(":")[0].strip(
            "*- "
        ).casefold() in (
            "id",
            "ma",
            "mã",
        )
    assert checking.checked(session, copy, TODAY).faults == ()
    assert publish_draft(copy).new
    known = history.read(session).ids
    assert {stamped.course_id for stamped in known.values()} == {COURSE, "finance/copy"}
    assert not any(stamped.retired for stamped in known.values())


def test_without_new_ids_the_checker_says_whose_they_are(
    session: Session, now: datetime, desk: Desk, live
) -> None:
    files = releases.files(session, catalogue.live(session, COURSE).release_id)
    draft = beginnings.from_files(session, now, "finance/copy", files, person_id=desk.author)
    assert {fault.code for fault in checking.checked(session, draft, TODAY).faults} == {"S001", "Q002"}
    drafts_of = beginnings.from_files(
        session, now, "finance/copy2", files, person_id=desk.author, name="ban-sao.zip", foreign=True
    )
    assert checking.checked(session, drafts_of, TODAY).faults == ()
    assert (drafts_of.origin, drafts_of.origin_of) == ("files", "ban-sao.zip")


def ids(files: Mapping[str, bytes]) -> set[str]:
    return {name for path, data in files.items() if path.endswith(".md") for name in ids_in(data)}


def test_a_course_that_comes_back_keeps_its_ids_and_another_gets_new_ones(
    session: Session, now: datetime, desk: Desk, live
) -> None:
    files = releases.files(session, catalogue.live(session, COURSE).release_id)
    back = beginnings.from_files(session, now, COURSE, files, person_id=desk.author, foreign=True)
    assert drafts.contents(session, back) == files
    other = beginnings.from_files(session, now, "finance/copy", files, person_id=desk.author, foreign=True)
    published = history.read(session).ids.keys()
    assert published <= ids(files)
    assert not ids(drafts.contents(session, other)) & published


def test_ids_that_nobody_has_come_along_and_those_of_an_open_draft_do_not(
    session: Session, now: datetime, desk: Desk, live
) -> None:
    page = (
        "---\nid: dat-bai-1\n---\n\n## Câu hỏi\n\n### Hai\nMã: dat-gcn-7k3xq\n\nĐúng không?\n\nĐáp án: Đúng\n"
    )
    files = {"course.md": b"---\ntitle: A\n---\n", "10-a.md": page.encode()}
    first = beginnings.from_files(session, now, "finance/one", files, person_id=desk.author, foreign=True)
    assert ids(drafts.contents(session, first)) == {"dat-bai-1", "dat-gcn-7k3xq"}
    second = beginnings.from_files(session, now, "finance/two", files, person_id=desk.author, foreign=True)
    assert not ids(drafts.contents(session, second)) & {"dat-bai-1", "dat-gcn-7k3xq"}
    assert history.claimed(session, "finance/two")["dat-gcn-7k3xq"].course_id == "finance/one"
    assert "dat-gcn-7k3xq" not in history.claimed(session, "finance/one")


def test_addresses_are_plain_and_free(session: Session, now: datetime, desk: Desk, live) -> None:
    def begin(course_id: str) -> None:
        beginnings.from_template(session, now, course_id, person_id=desk.author)

    for bad in (
        "finance",
        "finance/",
        "finance/Đất",
        "finance/a/b",
        "../x",
        "finance/" + "a" * 61,
        "finance/..",
        "/",
    ):
        with pytest.raises(BadAddress):
            begin(bad)
    with pytest.raises(UnknownField):
        begin("land/new")
    with pytest.raises(AlreadyLive):
        begin(COURSE)
    begin("finance/new")
    with pytest.raises(AlreadyOpen):
        begin("finance/new")
    with pytest.raises(NoSuchRelease):
        beginnings.from_live(session, now, "finance/new", person_id=desk.author)
    with pytest.raises(NoSuchRelease):
        beginnings.from_course(session, now, "finance/new", "finance/newer", person_id=desk.author)


def test_files_that_would_leave_their_folder_are_refused(
    session: Session, now: datetime, desk: Desk, live
) -> None:
    def begin(path: str, data: bytes = b"x") -> None:
        beginnings.from_files(session, now, "finance/new", {path: data}, person_id=desk.author)

    for bad in (
        "../x.md",
        "/etc/x",
        "a/../../x",
        "a\\b",
        ".hidden",
        "images/.x",
        "a//b",
        "",
        "a\nb",
        "x" * 201,
        "a/b/c/d/e/f/g",
        f"images/{'ế' * 85}x.png",  # more bytes than a name may have where the checker reads it
    ):
        with pytest.raises(BadPath):
            begin(bad)
    with pytest.raises(BadPath):
        beginnings.from_files(
            session, now, "finance/new", {"images": b"", "images/x.png": b""}, person_id=desk.author
        )
    with pytest.raises(TooLarge):
        begin("10-a.md", b"x" * (layout.PAGE_MOST + 1))
    with pytest.raises(TooLarge):
        many = {f"images/{number}.png": b"" for number in range(layout.FILES_MOST + 1)}
        beginnings.from_files(session, now, "finance/new", many, person_id=desk.author)
    begin("Bài 1.md")  # to be renamed: the checker says so
    draft = drafts.open_draft(session, "finance/new")
    assert draft is not None
    assert "S002" in {fault.code for fault in checking.checked(session, draft, TODAY).faults}


def test_a_new_field_and_its_first_course(session: Session, now: datetime, desk: Desk) -> None:
    assert beginnings.add_field(
        session, now, "land", " Đất đai ", "Sở Nông nghiệp và Môi trường", person_id=desk.administrator
    )
    assert not beginnings.add_field(session, now, "land", "Khác", "Khác", person_id=desk.administrator)
    assert session.get_one(FieldRow, "land").title == "Đất đai"
    for slug, title in (("Đất", "x"), ("dat", " ")):
        with pytest.raises(BadAddress):
            beginnings.add_field(session, now, slug, title, "Sở", person_id=desk.administrator)
    draft = beginnings.from_template(session, now, "land/first", person_id=desk.author)
    # The library knew no document: it learned of the one the template cites.
    assert session.scalars(select(LegalSource.key)).all() == ["118/2025/NĐ-CP"]
    found = checking.checked(session, draft, TODAY)
    assert (found.faults, found.missing) == ((), ("effective_from",))
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["field.added", "draft.begun"]
