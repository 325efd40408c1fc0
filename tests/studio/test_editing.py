"""The editor: who may open it, that nothing typed is lost, and that nothing is changed which nobody changed."""

import re
from collections.abc import Callable
from datetime import date, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts.models import Person
from learning.content.checker import check
from learning.database import Database
from learning.library import beginnings, drafts, history, publishing, saving
from learning.library.models import DraftRow, DraftSave
from learning.quizzes.models import Attempt
from learning.web.context import App
from tests import make

SAMPLE = Path(__file__).parent.parent / "content" / "sample" / "courses"
PAGE = "10-dieu-kien-chi.md"
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def draft(session: Session, now: datetime) -> int:
    """A draft of the sample course, begun by `bientap`; people who may and may not see it."""
    checked = check(SAMPLE, today=date(2026, 11, 22), history=history.read(session))
    publishing.publish(session, now, checked, actor="operator", key_choice="new")
    make.publish(session, make.course(field="land", slug="map", title="Bản đồ"))
    for username, roles in {
        "bientap": {"author": ["finance"]},
        "dongnghiep": {"author": ["finance"]},
        "datdai": {"author": ["land"]},
        "thamdinh": {"reviewer": ["*"]},
        "hocvien": ("learner",),
    }.items():
        make.person(session, username, f"Võ {username}", roles=roles, password=make.PASSWORD)  # type: ignore[arg-type]
    person = session.scalars(select(Person).where(Person.username == "bientap")).one()
    found = beginnings.from_live(session, now, "finance/sample", person_id=person.id)
    session.commit()
    return found.id


@pytest.fixture
def enter(app: App, draft: int) -> Enter:
    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, username)
        return client

    return enter


@pytest.fixture
def author(enter: Enter) -> FlaskClient:
    return enter("bientap")


def at(draft: int, verb: str = "edit", path: str = PAGE, more: str = "") -> str:
    return f"/studio/drafts/{draft}/{verb}/{path}{more}"


def shown(reply: TestResponse) -> str:
    """The text of the field, as a browser reads it."""
    found = re.search(r'<textarea[^>]*id="text"[^>]*>\n(.*?)</textarea>', reply.text, re.DOTALL)
    assert found is not None
    return unescape(found[1])


def held(reply: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', reply.text)
    assert found is not None, name
    return unescape(found[1])


def sent(text: str) -> str:
    """A field's text as a form sends it."""
    return text.replace("\n", "\r\n")


def file(database: Database, draft: int, path: str = PAGE) -> tuple[bytes, int]:
    with database.reading() as session:
        found = drafts.file(session, session.get_one(DraftRow, draft), path)
    assert found is not None
    return found


def post(client: FlaskClient, draft: int, text: str, **fields: Any) -> TestResponse:
    page = client.get(at(draft))
    data = {"csrf_token": held(page, "csrf_token"), "based_on": held(page, "based_on"), "text": sent(text)}
    return client.post(at(draft), data={**data, **fields})


def put(client: FlaskClient, draft: int, text: str, based_on: int, client_id: str = "") -> TestResponse:
    return client.put(
        at(draft),
        json={"text": text, "based_on": based_on, "client_id": client_id},
        headers={"X-CSRFToken": csrf(client, draft)},
    )


def test_who_works_in_the_field_opens_a_page_and_nobody_else(enter: Enter, draft: int) -> None:
    for username, status in {
        "bientap": 200,
        "dongnghiep": 200,
        "thamdinh": 200,
        "datdai": 404,
        "hocvien": 404,
    }.items():
        client = enter(username)
        for address in (at(draft), at(draft, "preview"), at(draft, "preview", more="/quiz")):
            assert client.get(address).status_code == status, (username, address)


def test_a_stranger_is_sent_to_sign_in(client: FlaskClient, draft: int) -> None:
    reply = client.get(at(draft))
    assert reply.status_code == 303
    assert f"next={at(draft)}" in reply.location


def test_a_reviewer_reads_and_may_not_write(enter: Enter, draft: int, database: Database) -> None:
    client = enter("thamdinh")
    page = client.get(at(draft))
    assert "readonly" in page.text
    before = file(database, draft)
    assert put(client, draft, "khác", before[1]).status_code == 404
    assert file(database, draft) == before


def test_what_is_no_page_is_not_found(enter: Enter, draft: int) -> None:
    client = enter("bientap")
    for path in ("99-nowhere.md", "images/flow.png", "..%2Fcourse.md", "x\0.md", "a" * 400):
        for verb in ("edit", "preview"):
            assert client.get(at(draft, verb, path)).status_code == 404, path
    assert client.get("/studio/drafts/999/edit/course.md").status_code == 404


def test_a_page_saved_untouched_is_the_same_bytes(enter: Enter, draft: int, database: Database) -> None:
    client = enter("bientap")
    with database.reading() as session:
        paths = [one.path for one in drafts.files(session, session.get_one(DraftRow, draft))]
    for path in (path for path in paths if path.endswith(".md")):
        before = file(database, draft, path)
        page = client.get(at(draft, path=path))
        data = {
            "csrf_token": held(page, "csrf_token"),
            "based_on": held(page, "based_on"),
            "text": sent(shown(page)),
        }
        assert client.post(at(draft, path=path), data=data).status_code == 303
        assert file(database, draft, path) == before, path


LINES = st.lists(
    st.text(
        st.characters(
            codec="utf-8", exclude_characters="\r\n\0", categories=["L", "M", "N", "P", "S", "Zs", "Cf"]
        ),
        max_size=12,
    ),
    min_size=1,
    max_size=8,
)
EDGES = st.tuples(st.sampled_from([b"", b"\xef\xbb\xbf"]), st.sampled_from([b"", b"\n", b"\r\n"]))
ENDS = st.lists(st.sampled_from([b"\n", b"\r\n", b"\r"]), min_size=8, max_size=8)


@given(lines=LINES, ends=ENDS, edges=EDGES)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_the_bytes_a_form_and_a_script_leave_them(
    author: FlaskClient,
    draft: int,
    database: Database,
    now: datetime,
    lines: list[str],
    ends: list[bytes],
    edges: tuple[bytes, bytes],
) -> None:
    """Line ends of any kind, none at the end, letters composed or not: through the page and back."""
    data = b"".join(line.encode() + end for line, end in zip(lines[:-1], ends, strict=False))
    data = edges[0] + data + lines[-1].encode() + edges[1]
    with database.writing() as session:
        row = session.get_one(DraftRow, draft)
        saving.put(session, now, row, PAGE, data, "saved", person_id=row.created_by)
    page = author.get(at(draft))
    text = shown(page)
    fields = {name: held(page, name) for name in ("csrf_token", "based_on")}
    assert author.post(at(draft), data={**fields, "text": sent(text)}).status_code == 303
    assert file(database, draft)[0] == data
    body = {"text": text, "based_on": int(fields["based_on"]), "client_id": ""}
    reply = author.put(at(draft), json=body, headers={"X-CSRFToken": fields["csrf_token"]})
    assert reply.status_code == 200
    assert file(database, draft)[0] == data


def test_one_line_changed_changes_one_line(enter: Enter, draft: int, database: Database) -> None:
    client = enter("bientap")
    before = file(database, draft)[0].split(b"\n")
    text = shown(client.get(at(draft))).split("\n")
    for number in (0, len(text) // 2, len(text) - 2):
        changed = [*text]
        changed[number] += " thêm"
        post(client, draft, "\n".join(changed))
        after = file(database, draft)[0].split(b"\n")
        assert len(after) == len(before)
        assert [n for n, (one, other) in enumerate(zip(before, after, strict=True)) if one != other] == [
            number
        ]


def test_a_pause_is_saved_and_a_retry_gets_the_same_answer(
    enter: Enter, draft: int, database: Database
) -> None:
    client = enter("bientap")
    text = shown(client.get(at(draft))) + "\nThêm một dòng.\n"
    _, revision = file(database, draft)
    first = put(client, draft, text, revision, "a-1")
    assert first.status_code == 200
    assert first.json is not None
    assert file(database, draft) == (text.encode(), first.json["revision"])
    again = put(client, draft, text, revision, "a-1")
    assert again.status_code == 200
    assert again.json is not None
    assert again.json["revision"] == first.json["revision"]


def test_a_save_over_a_newer_version_overwrites_nothing(enter: Enter, draft: int, database: Database) -> None:
    mine, other = enter("bientap"), enter("dongnghiep")
    text = shown(mine.get(at(draft)))
    _, revision = file(database, draft)
    title = next(line for line in text.split("\n") if line.startswith("title"))
    theirs = text.replace(title, "title: Bản của bạn")
    assert put(other, draft, theirs, revision).status_code == 200
    stale = put(mine, draft, text.replace(title, "title: Bản của tôi"), revision, "m-1")
    assert stale.status_code == 409
    assert stale.json == {"why": "stale", "by": "Võ dongnghiep", "revision": file(database, draft)[1]}
    assert file(database, draft)[0] == theirs.encode()
    with database.reading() as session:
        aside = session.scalars(select(DraftSave).where(DraftSave.what == "aside")).all()
    assert len(aside) == 1  # what was sent is kept


@pytest.mark.parametrize("how", ["too long", "of another save"])
def test_what_cannot_be_saved_is_told_and_stays_in_the_field(
    enter: Enter, draft: int, database: Database, how: str
) -> None:
    mine = enter("bientap")
    text = shown(mine.get(at(draft)))
    before, revision = file(database, draft)
    client_id = ""
    if how == "of another save":
        client_id = "m-1"
        assert put(mine, draft, text + "\nMột.", revision, client_id).status_code == 200
        before, revision = file(database, draft)
    typed = text + ("\nChữ đã gõ." if client_id else "\n" + "dài " * 150_000)
    data = {"text": typed, "based_on": revision, "client_id": client_id, "csrf_token": csrf(mine, draft)}
    reply = mine.post(at(draft), data=data)
    assert reply.status_code == 422
    assert "Chưa lưu được" in reply.text
    assert shown(reply) == typed
    assert file(database, draft) == (before, revision)


def test_two_who_change_other_lines_have_both_by_one_button(
    enter: Enter, draft: int, database: Database
) -> None:
    mine, other = enter("bientap"), enter("dongnghiep")
    text = shown(mine.get(at(draft)))
    _, revision = file(database, draft)
    put(other, draft, text.replace("## Câu hỏi", "Dòng của bạn.\n\n## Câu hỏi"), revision)
    compared = post(mine, draft, text + "\nDòng của tôi.\n", based_on=revision)
    assert compared.status_code == 409
    assert "Võ dongnghiep" in compared.text
    saved = mine.post(at(draft), data=chosen(compared))
    assert saved.status_code == 303
    now = file(database, draft)[0].decode()
    assert "Dòng của tôi." in now
    assert "Dòng của bạn." in now
    assert now.replace("Dòng của bạn.\n\n", "").replace("\nDòng của tôi.\n", "") == text


@pytest.mark.parametrize(
    ("choice", "title"),
    [
        ("mine", "title: Tôi\n"),
        ("theirs", "title: Bạn\n"),
        ("both", "title: Tôi\ntitle: Bạn\n"),
        ("own", "title: Cả hai ta\n"),
        ("", "title: Tôi\ntitle: Bạn\n"),
    ],
)
def test_of_a_clash_one_chooses(
    enter: Enter, draft: int, database: Database, choice: str, title: str
) -> None:
    mine, other = enter("bientap"), enter("dongnghiep")
    text = shown(mine.get(at(draft)))
    _, revision = file(database, draft)
    line = next(line for line in text.split("\n") if line.startswith("title"))
    put(other, draft, text.replace(line, "title: Bạn"), revision)
    compared = post(mine, draft, text.replace(line, "title: Tôi"), based_on=revision)
    number = re.search(r'name="choice-(\d+)"', compared.text)
    assert number is not None
    fields = chosen(compared) | ({f"choice-{number[1]}": choice} if choice else {})
    fields |= {f"own-{number[1]}": "title: Cả hai ta"}
    assert mine.post(at(draft), data=fields).status_code == 303
    assert file(database, draft)[0].decode() == text.replace(line + "\n", title)


def test_who_saves_while_one_chooses_is_not_overwritten(enter: Enter, draft: int, database: Database) -> None:
    mine, other = enter("bientap"), enter("dongnghiep")
    text = shown(mine.get(at(draft)))
    _, revision = file(database, draft)
    put(other, draft, text + "\nMột.\n", revision)
    compared = post(mine, draft, text + "\nTôi.\n", based_on=revision)
    put(other, draft, text + "\nHai.\n", file(database, draft)[1])
    again = mine.post(at(draft), data=chosen(compared))
    assert again.status_code == 409
    assert "Hai." in again.text
    assert file(database, draft)[0] == (text + "\nHai.\n").encode()


def test_a_closed_draft_is_not_written_and_what_was_sent_is_kept(
    enter: Enter, draft: int, database: Database
) -> None:
    client = enter("bientap")
    text = shown(client.get(at(draft)))
    before = file(database, draft)
    with database.writing() as session:
        session.get_one(DraftRow, draft).state = "submitted"
    reply = put(client, draft, text + "muộn", before[1])
    assert reply.status_code == 409
    assert reply.json is not None
    assert reply.json["why"] == "closed"
    assert "readonly" in client.get(at(draft)).text
    assert file(database, draft) == before


def test_two_in_one_page_are_told_of_each_other(enter: Enter, draft: int) -> None:
    one, other = enter("bientap"), enter("dongnghiep")
    assert knock(one, draft) == []
    assert knock(other, draft) == ["Võ bientap"]
    assert knock(one, draft) == ["Võ dongnghiep"]
    assert "Võ dongnghiep cũng đang mở bài này." in one.get(at(draft)).text


def test_what_is_typed_is_shown_and_checked_and_not_kept(
    enter: Enter, draft: int, database: Database
) -> None:
    client = enter("bientap")
    before = file(database, draft)
    text = shown(client.get(at(draft))).replace(
        "## Câu hỏi", "Đoạn **vừa** gõ. <script>x</script>\n\n## Câu hỏi"
    )
    reply = preview(client, draft, text)
    assert reply.json is not None
    assert "Đoạn <strong>vừa</strong> gõ." in reply.json["html"]
    assert "<script>x" not in reply.json["html"]
    told = [(one["code"], one["line"]) for one in reply.json["faults"]]
    line = text[: text.index("Đoạn **vừa**")].count("\n") + 1
    assert ("L010", line) in told
    assert all(one["message"] and one["remedy"] and one["place"] for one in reply.json["faults"])
    assert file(database, draft) == before


def test_how_long_a_page_takes_to_read_is_said_and_whether_it_is_too_long(enter: Enter, draft: int) -> None:
    client = enter("bientap")
    text = shown(client.get(at(draft)))
    short = preview(client, draft, text).json
    long = preview(client, draft, text.replace("## Câu hỏi", "một hai ba " * 400 + "\n\n## Câu hỏi")).json
    assert short is not None and long is not None
    assert (short["long"], long["long"]) == (False, True)
    assert re.fullmatch(r"\d+/600 âm tiết", short["length"][0])
    assert re.fullmatch(r"1\.[2-9]\d\d/600 âm tiết", long["length"][0])
    assert re.fullmatch(r"khoảng \d+ phút", long["length"][1])
    assert (short["share"] < 100, long["share"]) == (True, 100)


def test_the_learners_page_may_stand_in_our_frame_only(enter: Enter, draft: int) -> None:
    client = enter("bientap")
    for address in (at(draft, "preview"), at(draft, "preview", more="/quiz")):
        headers = client.get(address).headers
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "SAMEORIGIN"
    editor = client.get(at(draft)).headers
    assert "frame-src 'self'" in editor["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in editor["Content-Security-Policy"]
    assert editor["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in client.get("/courses").headers["Content-Security-Policy"]


def test_the_questions_are_played_and_marked_and_nothing_is_stored(
    enter: Enter, draft: int, database: Database
) -> None:
    client = enter("bientap")
    address = at(draft, "preview", more="/quiz")
    page = client.get(address)
    for _ in range(20):
        if 'name="question"' not in page.text:
            break
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text))
        fields = {name: unescape(value) for name, value in fields.items()}
        right = re.search(r'type="(?:radio|checkbox)" name="answer" value="([^"]+)"', page.text)
        page = client.post(address, data={**fields, "answer": right[1] if right else "20"})
        assert page.status_code == 200
    assert 'class="outcome' in page.text, page.text
    assert 'class="reviews"' in page.text
    with database.reading() as session:
        assert session.scalars(select(Attempt)).all() == []


def test_what_nobody_sent_from_our_page_is_answered_in_words(enter: Enter, draft: int) -> None:
    client = enter("bientap")
    address = at(draft, "preview", more="/quiz")
    token = csrf(client, draft)
    for fields in ({"question": "x"}, {"given": "[]"}, {"given": "{"}, {"asked": "3"}, {"given": '{"x": 1}'}):
        reply = client.post(address, data={"csrf_token": token, **fields})
        assert reply.status_code == 200, fields


def test_a_post_without_the_token_changes_nothing(enter: Enter, draft: int, database: Database) -> None:
    client = enter("bientap")
    before = file(database, draft)
    assert client.put(at(draft), json={"text": "x", "based_on": before[1]}).status_code == 400
    assert client.post(at(draft), data={"text": "x", "based_on": before[1]}).status_code == 400
    assert file(database, draft) == before


def test_what_is_no_json_of_ours_is_refused(enter: Enter, draft: int) -> None:
    client = enter("bientap")
    token = csrf(client, draft)
    for body in (b"", b"[]", b'{"text": 1}', b"\xff", b'{"text": "\\ud800"}'):
        for verb, method in (("edit", "PUT"), ("preview", "POST")):
            reply = client.open(
                at(draft, verb),
                method=method,
                data=body,
                headers={"X-CSRFToken": token, "Content-Type": "application/json"},
            )
            assert reply.status_code in (400, 409, 200), (body, verb)
            assert reply.status_code != 500


def test_the_registry_is_searched_by_number_and_title(enter: Enter) -> None:
    client = enter("bientap")
    found = client.get("/studio/documents?q=quyet+dinh").json
    assert found is not None
    assert [one for one in found["documents"] if "Quyết định" in one["title"]]
    assert enter("hocvien").get("/studio/documents").status_code == 404


def test_pictures_of_the_draft_are_shown_to_its_people(enter: Enter, draft: int, database: Database) -> None:
    with database.reading() as session:
        row = session.get_one(DraftRow, draft)
        image = next(one for one in drafts.files(session, row) if one.path.endswith(".png"))
    name = image.path.rpartition("/")[2]
    address = f"/studio/drafts/{draft}/media/{image.sha256}/{name}"
    reply = enter("bientap").get(address)
    assert reply.status_code == 200
    assert reply.mimetype == "image/png"
    assert enter("datdai").get(address).status_code == 404
    assert enter("bientap").get(address.replace(".png", ".svg")).status_code == 404
    assert enter("bientap").get(f"/studio/drafts/{draft}/media/{'0' * 64}/{name}").status_code == 404


def csrf(client: FlaskClient, draft: int) -> str:
    return held(client.get(at(draft, path="course.md")), "csrf_token")


def chosen(compared: TestResponse) -> dict[str, str]:
    """The comparison's form as it stands."""
    fields = {name: held(compared, name) for name in ("csrf_token", "based_on", "origin")}
    found = re.search(r'<textarea name="text" hidden>\n(.*?)</textarea>', compared.text, re.DOTALL)
    assert found is not None
    return {**fields, "text": sent(unescape(found[1]))}


def knock(client: FlaskClient, draft: int) -> list[str]:
    reply = client.post(at(draft, "here"), headers={"X-CSRFToken": csrf(client, draft)})
    assert reply.json is not None
    return list(reply.json["present"])


def preview(client: FlaskClient, draft: int, text: str) -> TestResponse:
    reply = client.post(
        at(draft, "preview"), json={"text": text}, headers={"X-CSRFToken": csrf(client, draft)}
    )
    assert reply.status_code == 200
    return reply
