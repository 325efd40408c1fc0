"""The studio against those it is not for, and against those it is for."""

import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select, text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from learning.accounts.models import RoleGrant
from learning.content import pictures
from learning.content.alignment import aligned
from learning.library import catalogue, comments, drafts, layout, publication, review, saving
from learning.library.models import DraftRow, Release
from learning.library.refusals import DraftRefused, TooLarge
from learning.mail import mail_server
from learning.settings import SettingError, read_settings
from learning.studio import importing, uploads
from learning.web.scripts import LOOK_SOURCE
from learning.web.security import CONTENT_SECURITY_POLICY
from tests.access_table import ROWS
from tests.cast import CANARY, NOW, PICTURE, Guest, Stage
from tests.security import payloads

TODAY = date(2026, 11, 22)
STRANGERS = ("author_d2", "learner_u1", "trainer_u1", "head_u1", "inspector")
# Whatever a page of the studio is sent, on any address.
BODY = {
    "path": "10-bai-1.md", "way": "up", "slug": "khac", "revision": "1", "title": "Của tôi", "kind": "lesson",
    "text": "Của tôi.", "based_on": "1", "message": "Tôi", "when": "now", "seen": "1", "line": "1",
    "what": "confirm", "question": "mot", "choice": "full", "why": "bạn tôi", "token": "0" * 32,
    "field": "finance", "source": "finance/sample", "key_choice": "full", "day": "1/1/2030",
}  # fmt: skip


# --- Others


def rules(stage: Stage) -> Iterator[Rule]:
    """Every address of the studio that names something."""
    for rule in stage.app.url_map.iter_rules():
        if rule.endpoint.startswith("studio.") and rule.arguments:
            yield rule


def address(stage: Stage, rule: Rule, draft: int) -> str:
    values: dict[str, Any] = {
        "draft_id": draft, "comment_id": 1, "regrade_id": 1, "number": 1, "field": "finance", "slug": "sample",
        "path": "10-bai-1.md", "sha256": stage.cast.picture, "name": "anh.png", "format_name": "gift",
    }  # fmt: skip
    adapter = stage.app.url_map.bind("localhost")
    return adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})


@pytest.mark.parametrize("name", STRANGERS)
def test_nothing_that_is_another_fields_is_there(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    before = stage.rows()
    for rule in rules(stage):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            place = address(stage, rule, stage.cast.drafts["finance"])
            sent: list[dict[str, Any]] = [{}]
            if method != "GET":
                upload = {"file": (io.BytesIO(PICTURE), "anh.png")}
                sent = [{"data": BODY}, {"json": {"text": "Của tôi.", "based_on": 1}}]
                sent.append({"data": BODY | upload, "content_type": "multipart/form-data"})
            for options in sent:
                reply = guest.open(method, place, **options)
                assert reply.status_code == 404, (method, place, reply.status_code)
                assert CANARY not in reply.text
    assert stage.rows() == before


def test_what_belongs_to_another_draft_is_not_reached_through_ones_own(stage: Stage) -> None:
    """The own draft's address with the other's things in it."""
    guest, own = stage.visitor("author_d2"), stage.cast.drafts["land"]
    before = stage.rows()
    with stage.database.reading() as session:
        comment = session.scalar(text(f"SELECT id FROM draft_comment WHERE draft_id != {own}"))
    for what in ("resolve", "reopen"):
        guest.post(f"/studio/drafts/{own}/comments/{comment}", data={"what": what})
    for path in (
        "../1/10-bai-1.md",
        "..%2f..%2fcourse.md",
        "/etc/passwd",
        "..\\course.md",
        "10-bai-1.md/../x.md",
    ):
        assert guest.get(f"/studio/drafts/{own}/edit/{path}").status_code in (404, 308)
        assert guest.get(f"/studio/courses/land/sample/files/{path}").status_code in (404, 308)
        reply = guest.open("PUT", f"/studio/drafts/{own}/edit/{path}", json={"text": "x", "based_on": 0})
        assert reply.status_code in (404, 405, 409, 308), path
        guest.post(f"/studio/drafts/{own}/pages/rename", data={"path": "20-bai-2.md", "slug": path})
        guest.post(f"/studio/drafts/{own}/files/removal", data={"path": path, "revision": "1"})
        guest.post(f"/studio/drafts/{own}/comments", data={"path": path, "line": "1", "text": "x"})
    assert guest.get(f"/studio/drafts/{own}/media/{stage.cast.source}/anh.png").status_code == 404
    after = stage.rows()
    assert {name for name in after if after[name] != before[name]} <= {
        "draft_file", "draft_save", "draft", "blob", "audit_entry", "audit_log", "draft_presence",
    }  # fmt: skip
    with stage.database.reading() as session:
        found = session.get_one(DraftRow, own)
        for one in drafts.files(session, found):
            layout.require_proper(one.path, b"")
        foreign = session.get_one(DraftRow, stage.cast.drafts["finance"])
        assert {one.revision for one in drafts.files(session, foreign)} == {1}


def test_no_way_of_beginning_gives_another_fields_keys(stage: Stage) -> None:
    guest = stage.visitor("author_d2")
    page = guest.get("/studio/new/copy").text
    assert 'value="finance/' not in page and 'value="land/sample"' in page
    sent = {"title": "Chép", "slug": "chep", "source": "finance/sample"}
    assert guest.post("/studio/new/copy", data=sent | {"field": "land"}).status_code == 422
    assert guest.post("/studio/new/copy", data=sent | {"field": "finance"}).status_code == 404
    assert guest.post("/studio/new/template", data=sent | {"field": "finance"}).status_code == 404
    with stage.database.reading() as session:
        assert drafts.open_draft(session, "land/chep") is None


@pytest.mark.parametrize("name", ["author_d2", "learner_u1", "trainer_u1", "inspector"])
def test_no_page_tells_another_fields_keys(stage: Stage, name: str) -> None:
    guest = stage.visitor(name)
    for row in ROWS:
        if row.method == "GET" and row.endpoint.startswith(("studio.", "notices.")):
            reply = guest.get(row.address)
            drafted = "{draft_land}" in row.address or row.endpoint == "studio.courses"
            if not (name == "author_d2" and drafted):  # whose own draft has the canary in it
                assert CANARY.encode() not in reply.data, row.address


# --- One's own: two people


def finance(session: Session, stage: Stage) -> DraftRow:
    return session.get_one(DraftRow, stage.cast.drafts["finance"])


def submitted(stage: Stage) -> int:
    """The author's draft as if it were sound and sent; its revision."""
    with stage.database.writing() as session:
        draft = finance(session, stage)
        draft.state = "submitted"
        return draft.revision


def grant(stage: Stage, name: str, role: str, scope: str = "*") -> None:
    with stage.database.writing() as session:
        session.add(RoleGrant(person_id=stage.cast.people[name], role=role, scope=scope))


@pytest.mark.parametrize("name", ["author_d1", "administrator"])
@pytest.mark.parametrize("reviews", [False, True], ids=["without the role", "with the role"])
def test_nobody_approves_what_they_wrote(stage: Stage, name: str, reviews: bool) -> None:
    guest, draft = stage.visitor(name), stage.cast.drafts["finance"]
    if reviews:
        grant(stage, name, "reviewer")
    typed = {"text": "---\nid: bai-nhap\ntitle: Bài nháp\n---\nCủa tôi.\n", "based_on": 1}
    assert guest.open("PUT", f"/studio/drafts/{draft}/edit/10-bai-1.md", json=typed).status_code == 200
    revision = submitted(stage)
    for when in ("now", "later", "day"):
        sent = {"when": when, "seen": revision, "day": "1/12/2026", "key_choice": "full"}
        guest.post(f"/studio/drafts/{draft}/approval", data=sent)
        guest.post(f"/studio/drafts/{draft}/publication", data=sent)
    with stage.database.writing() as session:
        row = finance(session, stage)
        assert (row.state, row.approved_by, row.publish_on) == ("submitted", None, None)
        assert catalogue.live(session, "finance/nhap") is None
        # Not even with a name in the row that should not be there.
        row.state, row.approved_by = "approved", stage.cast.people[name]
        with pytest.raises(DraftRefused):
            publication.publish(session, NOW, row, TODAY, person_id=None)
        assert review.may_approve(session, row, stage.cast.people["reviewer"])


def test_an_approval_is_of_what_was_seen_and_ends_with_the_next_word(stage: Stage) -> None:
    author, reviewer = stage.visitor("author_d1"), stage.visitor("reviewer")
    draft = stage.cast.drafts["finance"]
    revision = submitted(stage)
    # Looked at, then withdrawn, changed and sent again: what was looked at is not what would be approved.
    author.post(f"/studio/drafts/{draft}/withdrawal")
    typed = {"text": "---\nid: bai-nhap\ntitle: Bài khác\n---\nKhác.\n", "based_on": 1}
    assert author.open("PUT", f"/studio/drafts/{draft}/edit/10-bai-1.md", json=typed).status_code == 200
    now_at = submitted(stage)
    assert now_at > revision
    for seen in (revision, "", "x", "-1", str(2**40)):
        reviewer.post(f"/studio/drafts/{draft}/approval", data={"when": "later", "seen": seen})
        with stage.database.reading() as session:
            assert finance(session, stage).state == "submitted", seen
    assert (
        reviewer.post(f"/studio/drafts/{draft}/approval", data={"when": "later", "seen": now_at}).status_code
        == 303
    )
    with stage.database.reading() as session:
        assert finance(session, stage).state == "approved"
    # Approved is closed: nothing goes in but by taking it back, and then it is approved no more.
    typed["based_on"] = 0
    assert author.open("PUT", f"/studio/drafts/{draft}/edit/10-bai-1.md", json=typed).status_code == 409
    for place, sent in (
        ("pages", {"title": "Thêm", "kind": "lesson"}),
        ("pages/move", {"path": "20-bai-2.md", "way": "up"}),
        ("pages/rename", {"path": "20-bai-2.md", "slug": "khac"}),
        ("files/removal", {"path": "20-bai-2.md", "revision": "1"}),
    ):
        author.post(f"/studio/drafts/{draft}/{place}", data=sent)
    with stage.database.reading() as session:
        row = finance(session, stage)
        assert [one.path for one in drafts.files(session, row)][1:3] == ["10-bai-1.md", "20-bai-2.md"]
        with pytest.raises(DraftRefused):
            publication.take_in(session, NOW, row, person_id=stage.cast.people["author_d1"], seen=1)
    author.post(f"/studio/drafts/{draft}/withdrawal")
    submitted(stage)
    with stage.database.reading() as session:
        row = finance(session, stage)
        assert row.approved_by is None
        with pytest.raises(DraftRefused):
            publication.publish(session, NOW, row, TODAY, person_id=stage.cast.people["author_d1"])


def test_an_author_does_not_change_what_the_second_person_chose(stage: Stage) -> None:
    author, reviewer = stage.cast.people["author_d1"], stage.cast.people["reviewer"]
    submitted(stage)
    with stage.database.writing() as session:
        row = finance(session, stage)
        review.approve(
            session,
            NOW,
            row,
            TODAY,
            person_id=reviewer,
            seen=row.revision,
            key_choice="keep",
            publish_on=None,
        )
        for choice in ("full", "drop", "both", "new"):
            with pytest.raises(review.NotYours):
                publication.publish(session, NOW, row, TODAY, person_id=author, key_choice=choice)
            with pytest.raises(review.NotYours):
                review.schedule(session, NOW, row, TODAY, TODAY, person_id=author, key_choice=choice)
        assert (
            review.chosen(session, row, "", author) == review.chosen(session, row, "keep", author) == "keep"
        )
        assert review.chosen(session, row, "full", reviewer) == "full"
        assert session.scalars(select(Release.id).where(Release.course_id == "finance/nhap")).all() == []


def test_deeds_done_twice_are_done_once(stage: Stage) -> None:
    draft = stage.cast.drafts["finance"]
    revision = submitted(stage)
    author, reviewer = stage.visitor("author_d1"), stage.visitor("reviewer")
    deeds: list[tuple[Guest, str, dict[str, Any]]] = [
        (author, "submission", {}),
        (reviewer, "return", {"return-message": "Sửa"}),
        (author, "withdrawal", {}),
        (author, "discard", {}),
    ]
    for guest, place, sent in deeds:
        guest.post(f"/studio/drafts/{draft}/{place}", data=sent)
        after = stage.rows()
        guest.post(f"/studio/drafts/{draft}/{place}", data=sent)
        assert stage.rows() == after, place
    with stage.database.reading() as session:
        assert finance(session, stage).state == "discarded"
    guest = stage.visitor("reviewer")
    before = stage.rows()
    for place in ("approval", "publication", "submission", "withdrawal", "return"):
        guest.post(
            f"/studio/drafts/{draft}/{place}", data={"when": "now", "seen": revision, "return-message": "x"}
        )
    assert stage.rows() == before


# --- Headers


def test_only_the_learners_page_in_the_editor_may_stand_in_a_frame_and_only_in_ours(stage: Stage) -> None:
    guest = stage.visitor("administrator")
    for row in ROWS:
        if row.method == "GET" and row.endpoint.startswith(("studio.", "notices.")):
            reply = guest.get(row.address)
            policy = reply.headers["Content-Security-Policy"]
            framed = row.endpoint in ("studio.preview", "studio.play")
            assert ("frame-ancestors 'self'" in policy) == framed, row.address
            assert ("frame-ancestors 'none'" in policy) != framed
            assert reply.headers["X-Frame-Options"] == ("SAMEORIGIN" if framed else "DENY")
            assert policy.startswith(
                f"default-src 'none'; script-src 'self' {LOOK_SOURCE}; style-src 'self';"
            )
            assert "unsafe" not in policy
            assert reply.headers["X-Content-Type-Options"] == "nosniff"
            allowed = policy.replace("; frame-src 'self'", "").replace("ancestors 'self'", "ancestors 'none'")
            assert allowed == CONTENT_SECURITY_POLICY


def test_no_text_breaks_out_of_the_editors_data(stage: Stage) -> None:
    guest, draft = stage.visitor("author_d1"), stage.cast.drafts["finance"]
    words = "\n".join(payloads.PAYLOADS)
    with stage.database.writing() as session:
        row = finance(session, stage)
        front = f"---\nid: {payloads._quoted('</script><script>alert(1)</script>')}\ntitle: x\n---\n"
        person_id = stage.cast.people["author_d1"]
        saving.save(
            session, NOW, row, "10-bai-1.md", (front + words).encode(), person_id=person_id, based_on=1
        )
    page = guest.get(f"/studio/drafts/{draft}/edit/10-bai-1.md").text
    data = re.findall(r'<script type="application/json" id="editor-data">(.*?)</script>', page, re.DOTALL)
    assert len(data) == 1 and "<" not in data[0] and ">" not in data[0]
    assert page.count("<script") == 2  # the other one is look.js
    area = page.partition("<textarea")[2].partition(">")[2].partition("</textarea>")[0]
    assert "<" not in area


# --- What is brought along


def zipped(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def look(guest: Guest, data: bytes, name: str = "x.zip", kind: str = "") -> str:
    sent = {"file": (io.BytesIO(data), name), "kind": kind}
    reply = guest.post("/studio/new/file", data=sent, content_type="multipart/form-data")
    assert reply.status_code in (200, 422), reply.status_code
    return str(reply.text)


COURSE = b"---\ntitle: Mang den\nowner: x\n---\n"


@pytest.mark.parametrize(
    "path",
    [
        "../course.md",
        "/course.md",
        "C:/course.md",
        "a/../../course.md",
        "..\\course.md",
        "a\\..\\..\\b.md",
        "a\0.md",
    ],
)
def test_a_path_out_of_its_zip_is_refused(stage: Stage, path: str) -> None:
    guest = stage.visitor("author_d1")
    packed = zipped({"course.md": COURSE, "XX": b"x"})
    evil = (
        packed.replace(b"XX", path.encode()[:2])
        if len(path) == 2
        else zipped({"course.md": COURSE, path: b"x"})
    )
    page = look(guest, evil)
    if "\0" not in path:  # zipfile itself cuts a name there
        assert 'name="token"' not in page
        assert "không an toàn" in page


def test_a_foreign_token_and_a_path_for_one_find_nothing(stage: Stage) -> None:
    author, other = stage.visitor("author_d1"), stage.visitor("author_d2")
    page = look(author, zipped({"course.md": COURSE, "10-a.md": b"---\ntitle: A\n---\nA\n"}))
    found = re.search(r'name="token" value="([0-9a-f]{32})"', page)
    assert found is not None
    before = stage.rows()
    for token in (
        found[1],
        f"../{found[1]}",
        f"{stage.cast.people['author_d1']}-{found[1]}",
        "*",
        "",
        found[1] + "\n",
    ):
        sent = {"token": token, "title": "Lấy", "field": "land", "slug": "lay"}
        reply = other.post("/studio/new/file/draft", data=sent)
        assert reply.status_code == 303 and reply.location == "/studio/new/file"
    assert stage.rows() == before


def test_little_is_kept_of_many_looks(stage: Stage) -> None:
    guest = stage.visitor("author_d1")
    tokens = [
        re.findall(r'name="token" value="([0-9a-f]+)"', look(guest, b"::a::q{T}\n", "a.gift"))[0]
        for _ in range(8)
    ]
    place = Path(stage.app.extensions["learning"].settings.instance) / "imports"
    kept = sorted(one.name.partition("-")[2] for one in place.iterdir())
    assert len(kept) == uploads.KEPT_MOST and tokens[-1] in kept
    assert all(one.stat().st_mode & 0o077 == 0 for one in place.iterdir())


def test_many_great_pictures_are_not_all_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = []
    monkeypatch.setattr(importing, "PIXELS_MOST", 250)
    monkeypatch.setattr(
        pictures, "prepared", lambda data: drawn.append(data) or pictures.Picture(data, 10, 10)
    )
    files = {f"images/a{n}.png": png(n) for n in range(5)}
    _kept, lost = importing.with_small_pictures({"course.md": COURSE, **files})
    assert len(drawn) == 2 and len(lost) == 3
    with pytest.raises(TooLarge):
        importing.with_small_pictures({f"images/a{n}.png": b"" for n in range(layout.FILES_MOST + 1)})
    assert len(drawn) == 2


def png(shade: int) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (10, 10), (shade, 0, 0)).save(made, "PNG")
    return made.getvalue()


# --- Time


class Counted:
    """A line that counts how often it is held against another."""

    count = 0

    def __init__(self, text: str) -> None:
        self.text = text

    def __hash__(self) -> int:
        return hash(self.text)

    def __eq__(self, other: object) -> bool:
        Counted.count += 1
        return isinstance(other, Counted) and self.text == other.text


@pytest.mark.parametrize("size", [1000, 4000])
def test_no_text_makes_a_comparison_take_its_cube(size: int) -> None:
    """Nothing in common but one line between any two others, in two orders."""
    words = [f"w{n % 7}" for n in range(size)]
    old = [Counted("x") if n % 2 else Counted(words[n]) for n in range(size)]
    new = [Counted("x") if n % 3 else Counted(words[-n]) for n in range(size)]
    Counted.count = 0
    places = aligned(old, new)
    assert Counted.count <= 40 * size + 400 * 400
    assert all(old[i].text == new[j].text for i, j in places)
    assert places == sorted(set(places))


def test_what_could_not_be_saved_is_not_shown_either(stage: Stage) -> None:
    guest, draft = stage.visitor("author_d1"), stage.cast.drafts["finance"]
    typed = {"text": "<" * (layout.PAGE_MOST + 1)}
    assert guest.post(f"/studio/drafts/{draft}/preview/10-bai-1.md", json=typed).status_code == 413


def test_a_comment_is_found_again_in_a_line_as_long_as_a_page() -> None:
    line = "Người có thẩm quyền quyết định " * 8000
    assert comments.find(["khác", line + "và ký.", "khác nữa"], 3, line) == 2
    assert comments.find(["a" * 200_000, "b" * 200_000], 1, "c" * 200_000) is None


# --- Letters


@pytest.mark.parametrize(
    "url",
    [
        "smtp://me:pass/word@host:25/x",
        "smtp://me:pa#ssword@host",
        "smtp:me:password@host",
        "me:password@host:25",
        "smtp://me:password@host:no",
        "http://me:password@host",
        "smtp://me:pass@word@host:99999",
        "smtp://me:password@[::1",
    ],
)
def test_no_password_of_a_mail_server_is_told(url: str) -> None:
    with pytest.raises(ValueError) as told:
        mail_server(url)
    assert "word" not in str(told.value) and told.value.__cause__ is None
    assert told.value.__suppress_context__ or told.value.__context__ is None
    environ = {"LEARNING_MODE": "demo", "LEARNING_MAIL_URL": url}
    with pytest.raises(SettingError) as said:
        read_settings(environ)
    assert "word" not in str(said.value).replace("mật-khẩu", "")


def test_the_log_says_each_step_in_words(stage: Stage) -> None:
    draft = stage.cast.drafts["finance"]
    submitted(stage)
    stage.visitor("reviewer").post(f"/studio/drafts/{draft}/return", data={"return-message": "Sửa"})
    page = stage.visitor("inspector").get("/office/log").text
    assert "Trả bản nháp lại để sửa" in page and "Bắt đầu bản nháp" in page
    assert not re.search(r">\s*(?:draft|regrading|source|field)\.[a-z_ ]+\s*<", page)
