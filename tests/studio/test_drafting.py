"""A draft from its beginning to its release, as its author and its reviewer go about it."""

import io
import re
import zipfile
from datetime import datetime

import pytest
from docx import Document
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.database import Database
from learning.library import catalogue, drafts, saving
from learning.library.models import DraftRow
from tests import recordings
from tests.studio.test_routes import COURSE, Enter, courses, enter, words

__all__ = ["courses", "enter"]


@pytest.fixture
def author(enter: Enter) -> FlaskClient:
    return enter("bientap")


@pytest.fixture
def reviewer(enter: Enter) -> FlaskClient:
    return enter("thamdinh")


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/me/password").text)
    assert found is not None
    return found[1]


def send(client: FlaskClient, address: str, **data: object) -> TestResponse:
    return client.post(address, data=data | {"csrf_token": token(client)}, content_type="multipart/form-data")


def follow(client: FlaskClient, reply: TestResponse) -> str:
    assert reply.status_code == 303, words(reply.text)
    return words(client.get(reply.location).text)


def begin(client: FlaskClient) -> str:
    reply = send(client, f"{COURSE}/draft")
    assert reply.status_code == 303
    return str(reply.location)


def write(database: Database, now: datetime, address: str, path: str, *changes: tuple[str, str]) -> None:
    """What the editor does: the author's own save."""
    with database.writing() as session:
        draft = held(session, address)
        found = drafts.file(session, draft, path)
        assert found is not None
        text = found[0].decode()
        for old, new in changes:
            assert old in text
            text = text.replace(old, new)
        saving.save(session, now, draft, path, text.encode(), person_id=draft.created_by, based_on=found[1])


def held(session: Session, address: str) -> DraftRow:
    draft = drafts.get(session, int(address.split("/")[3]))
    assert draft is not None
    return draft


def ready(author: FlaskClient, database: Database, now: datetime) -> str:
    """A draft of the sample course that may be submitted."""
    address = begin(author)
    write(database, now, address, "course.md", ("Nội dung giả định", "Nội dung hư cấu"))
    return address


# --- Beginning


def test_a_draft_of_a_live_course(enter: Enter, author: FlaskClient) -> None:
    address = begin(author)
    assert begin(author) == address  # there is one at a time
    page = words(author.get(address).text)
    assert "Sửa từ bản đang dùng" in page
    assert "Bản đang soạn" in words(author.get("/studio").text)
    assert "đang được soạn" in words(author.get(COURSE).text)
    assert enter("datdai").get(address).status_code == 404
    assert enter("hocvien").get(address).status_code == 404
    assert "Gửi thẩm định" not in enter("thamdinh").get(address).text


def test_a_course_from_the_template(author: FlaskClient, database: Database) -> None:
    reply = send(author, "/studio/new/template", title='Chi "tiền mặt": đúng', field="finance", slug="")
    assert 'Chi "tiền mặt": đúng' in follow(author, reply)
    with database.reading() as session:
        assert drafts.open_draft(session, "finance/chi-tien-mat-dung") is not None
    again = send(author, "/studio/new/template", title="Chi tiền mặt đúng", field="finance", slug="")
    assert again.status_code == 422 and "đang có một bản nháp" in again.text
    there = re.search(r'<a href="(/studio/drafts/\d+)">Chi &#34;tiền mặt&#34;: đúng</a>', again.text)
    assert there is not None and there[1] == reply.location
    assert send(author, "/studio/new/template", title="Đất", field="land", slug="").status_code == 404
    bad = send(author, "/studio/new/template", title="Mới", field="finance", slug="Đất Đai")
    assert bad.status_code == 422
    assert "chưa xuất bản lần nào" in words(author.get("/studio").text)


def test_a_copy_of_a_course_has_ids_of_its_own(author: FlaskClient, database: Database) -> None:
    reply = send(
        author,
        "/studio/new/copy",
        title="Bản chép",
        field="finance",
        slug="ban-chep",
        source="finance/sample",
    )
    page = follow(author, reply)
    assert "Chép từ khóa finance/sample" in page
    assert page.startswith("Bản chép: ")
    with database.reading() as session:
        draft = drafts.open_draft(session, "finance/ban-chep")
        assert draft is not None
        mine = b"\n".join(drafts.contents(session, draft).values())
        theirs = catalogue.live(session, "finance/sample")
    assert theirs is not None
    assert all(f"id: {page.id}\n".encode() not in mine for page in theirs.course.lessons)


# --- From a file

GIFT = (
    "// Ngân hàng\n\n::Nơi nộp:: Nộp hồ sơ ở đâu? {=Một cửa ~Công an ~Tòa án}\n\n::Ngày:: Bao lâu? {#20:1}\n"
)
AIKEN = "Nộp ở đâu?\nA. Một cửa\nB. Công an\nANSWER: A\n"


@pytest.mark.parametrize(
    ("name", "text"), [("bank.gift", GIFT), ("cau-hoi.txt", AIKEN), ("cau-hoi.txt", GIFT)]
)
def test_a_bank_is_looked_at_before_it_becomes_a_draft(
    author: FlaskClient, database: Database, name: str, text: str
) -> None:
    look = send(author, "/studio/new/file", file=(io.BytesIO(text.encode()), name), kind="")
    assert look.status_code == 200
    page = words(look.text)
    assert "A. Một cửa" in page  # the key, to be held against the source
    assert '<label for="title-0">Tên phần câu hỏi 1</label>' in look.text
    with database.reading() as session:
        assert drafts.open_drafts(session) == []
    found = re.search(r'name="token" value="([0-9a-f]+)"', look.text)
    assert found is not None
    made = send(
        author, "/studio/new/file/draft", token=found[1], title="Ngân hàng", field="finance", slug="ngan-hang"
    )
    assert "Từ tệp" in follow(author, made)
    with database.reading() as session:
        draft = drafts.open_draft(session, "finance/ngan-hang")
        assert draft is not None
        assert "Một cửa" in b"".join(drafts.contents(session, draft).values()).decode()
    again = send(author, "/studio/new/file/draft", token=found[1], title="N", field="finance", slug="khac")
    assert "quá hạn giữ" in follow(author, again)  # a look is good for one deed
    look = send(author, "/studio/new/file", file=(io.BytesIO(text.encode()), name), kind="")
    found = re.search(r'name="token" value="([0-9a-f]+)"', look.text)
    assert found is not None
    taken = send(
        author, "/studio/new/file/draft", token=found[1], title="N", field="finance", slug="ngan-hang"
    )
    assert taken.status_code == 422 and f'<a href="{made.location}">Ngân hàng</a>' in taken.text


def test_ids_of_a_bank_are_kept_and_are_not_given_to_two_open_drafts(
    author: FlaskClient, database: Database
) -> None:
    text = GIFT.replace("::Nơi", "// [id:dat-gcn-7k3xq]\n::Nơi")
    ids = []
    for slug in ("mot", "hai"):
        look = send(author, "/studio/new/file", file=(io.BytesIO(text.encode()), "bank.gift"), kind="")
        found = re.search(r'name="token" value="([0-9a-f]+)"', look.text)
        assert found is not None
        send(author, "/studio/new/file/draft", token=found[1], title="N", field="finance", slug=slug)
        with database.reading() as session:
            draft = drafts.open_draft(session, f"finance/{slug}")
            assert draft is not None
            exam = drafts.contents(session, draft)["exam.md"].decode()
        ids.append(re.findall(r"^Mã: (\S+)$", exam, re.MULTILINE))
    assert ids[0][0] == "dat-gcn-7k3xq"
    assert len({*ids[0], *ids[1]}) == 4


def test_a_look_is_good_for_who_looked(enter: Enter, author: FlaskClient) -> None:
    look = send(author, "/studio/new/file", file=(io.BytesIO(GIFT.encode()), "a.gift"), kind="")
    found = re.search(r'name="token" value="([0-9a-f]+)"', look.text)
    assert found is not None
    other = enter("quantri")
    reply = send(other, "/studio/new/file/draft", token=found[1], title="N", field="finance", slug="n")
    assert "quá hạn giữ" in follow(other, reply)
    for bad in ("", "../../x", "0" * 32):
        assert (
            send(author, "/studio/new/file/draft", token=bad, title="N", field="finance").status_code == 303
        )


def test_lessons_are_named_and_joined_before_they_are_written(
    author: FlaskClient, database: Database
) -> None:
    packed = io.BytesIO()
    document = Document()
    for number in (1, 2):
        document.add_heading(f"Bài {number}", 1)
        document.add_paragraph(f"Nội dung của bài số {number}, đủ dài để đọc.")
    document.save(packed)
    look = send(author, "/studio/new/file", file=(io.BytesIO(packed.getvalue()), "giao-trinh.docx"), kind="")
    assert look.status_code == 200, words(look.text)
    fields = dict(re.findall(r'name="(title-\d+)" value="([^"]*)"', look.text))
    found = re.search(r'name="token" value="([0-9a-f]+)"', look.text)
    assert found is not None and len(fields) == 2
    made = send(
        author,
        "/studio/new/file/draft",
        **{"token": found[1], "title-0": "Tên mới", "join": "1", "title": "Giáo trình", "field": "finance"},
        slug="giao-trinh",
    )
    assert made.status_code == 303, words(made.text)
    with database.reading() as session:
        draft = drafts.open_draft(session, "finance/giao-trinh")
        assert draft is not None
        texts = {path: data.decode() for path, data in drafts.contents(session, draft).items()}
    lessons = [text for path, text in texts.items() if path[0].isdigit()]
    assert len(lessons) == 1
    assert "Tên mới" in lessons[0] and "bài số 1" in lessons[0] and "bài số 2" in lessons[0]


def test_what_cannot_be_read_is_refused_with_what_to_do(author: FlaskClient) -> None:
    for data, name in ((b"PK\x03\x04 broken", "x.docx"), (b"\0\1\2", "x.bin"), (b"", "x.gift")):
        reply = send(author, "/studio/new/file", file=(io.BytesIO(data), name), kind="")
        assert reply.status_code == 422, name
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("../course.md", b"---\n")
    reply = send(author, "/studio/new/file", file=(io.BytesIO(bomb.getvalue()), "x.zip"), kind="")
    assert reply.status_code == 422


# --- The draft as a whole


def picture() -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(made, "PNG")
    return io.BytesIO(made.getvalue())


def test_pages_are_added_moved_renamed_and_taken_out(author: FlaskClient, database: Database) -> None:
    address = begin(author)

    def paths() -> list[str]:
        with database.reading() as session:
            return [
                one.path for one in drafts.files(session, held(session, address)) if one.path[0].isdigit()
            ]

    before = paths()
    reply = send(author, f"{address}/pages", title="Bài thêm: mới", kind="lesson")
    assert reply.status_code == 303 and "/edit/" in reply.location
    [added] = set(paths()) - set(before)
    assert added.endswith("-bai-them-moi.md") and paths()[-1] == added
    assert "Bài thêm: mới" in words(author.get(address).text)
    send(author, f"{address}/pages/move", path=added, way="up")
    assert "bai-them-moi" in paths()[-2]
    moved = paths()[-2]
    send(author, f"{address}/pages/rename", path=moved, slug="Khác hẳn")
    assert any(path.endswith("-khac-han.md") for path in paths())
    renamed = next(path for path in paths() if path.endswith("-khac-han.md"))
    with database.reading() as session:
        found = drafts.file(session, held(session, address), renamed)
    assert found is not None
    stale = send(author, f"{address}/files/removal", path=renamed, revision=str(found[1] - 1))
    assert "vừa sửa" in follow(author, stale) and renamed in paths()
    send(author, f"{address}/files/removal", path=renamed, revision=str(found[1]))
    assert renamed not in paths()
    home = send(author, f"{address}/files/removal", path="course.md", revision="1")
    assert home.status_code == 303
    assert author.get(address).status_code == 200


def test_a_picture_is_made_small_and_comes_with_its_line(author: FlaskClient, enter: Enter) -> None:
    address = begin(author)
    reply = send(author, f"{address}/media", file=(picture(), "Sơ đồ.png"), alt="Ô [đỏ]")
    page = follow(author, reply)
    found = re.search(r"!\[Ô \(đỏ\)\]\((images/so-do-[0-9a-f]{8}\.webp)\)", page)
    assert found is not None
    assert "chưa bài nào dùng" in page
    shown = re.search(rf'src="([^"]+{found[1].partition("/")[2]})"', author.get(address).text)
    assert shown is not None
    kept = author.get(shown[1])
    assert (kept.status_code, kept.mimetype) == (200, "image/webp")
    assert enter("datdai").get(shown[1]).status_code == 404
    for data, why in ((b"<svg/>", "SVG"), (b"x", "không phải ảnh"), (b"", "không phải ảnh")):
        refused = send(author, f"{address}/media", file=(io.BytesIO(data), "a.png"), alt="")
        assert refused.status_code == 422 and why in words(refused.text)
    asked = author.post(
        f"{address}/media",
        data={"csrf_token": token(author), "file": (picture(), "b.png"), "alt": "Ô đỏ"},
        headers={"Accept": "application/json"},
    )
    assert asked.json is not None and asked.json["markdown"] == f"![Ô đỏ]({asked.json['path']})"
    refused = author.post(
        f"{address}/media",
        data={"csrf_token": token(author), "file": (io.BytesIO(b"x"), "b.png")},
        headers={"Accept": "application/json"},
    )
    assert refused.status_code == 422 and refused.json is not None and refused.json["error"]


def test_a_recording_is_freed_of_its_tags_and_plays_in_the_draft(author: FlaskClient, enter: Enter) -> None:
    address = begin(author)
    sent_mp3 = io.BytesIO(recordings.mp3(tag=recordings.id3()))
    reply = send(
        author, f"{address}/media", file=(sent_mp3, "Chào dân.MP3"), alt="Cán bộ:\n“Mời [bác] ngồi.”"
    )
    page = follow(author, reply)
    found = re.search(r"!\[Cán bộ: “Mời \(bác\) ngồi.”\]\((audio/chao-dan-[0-9a-f]{8}\.mp3)\)", page)
    assert found is not None
    shown = re.search(r'<audio controls preload="none" src="([^"]+)"', author.get(address).text)
    assert shown is not None
    kept = author.get(shown[1])
    assert (kept.status_code, kept.mimetype, kept.data) == (200, "audio/mpeg", recordings.mp3())
    assert author.get(shown[1], headers={"Range": "bytes=0-1"}).status_code == 206
    assert enter("datdai").get(shown[1]).status_code == 404
    for data, why in (
        (b"RIFF0000WAVEfmt ", "lưu thành MP3"),
        (b"\xff\xf1\x50\x80" + bytes(99), "lưu thành MP3"),
        (recordings.m4a(181), "dài hơn 3 phút"),
        (b"OggS<script>", "bị hỏng"),
        (recordings.m4a(sort=b"vide"), "phim"),
    ):
        refused = send(author, f"{address}/media", file=(io.BytesIO(data), "a.mp3"), alt="")
        assert refused.status_code == 422 and why in words(refused.text)
    asked = author.post(
        f"{address}/media",
        data={
            "csrf_token": token(author),
            "file": (io.BytesIO(recordings.opus()), "b.ogg"),
            "alt": "Mời vào",
        },
        headers={"Accept": "application/json"},
    )
    assert asked.json is not None and asked.json["markdown"] == f"![Mời vào]({asked.json['path']})"
    assert asked.json["path"].endswith(".ogg") and asked.json["seconds"] == 0


def test_the_preview_plays_the_drafts_own_recording(
    author: FlaskClient, database: Database, now: datetime
) -> None:
    address = begin(author)
    send(author, f"{address}/media", file=(io.BytesIO(recordings.m4a()), "a.m4a"), alt="Mời bác ngồi")
    with database.reading() as session:
        paths = [one.path for one in drafts.files(session, held(session, address))]
    path = next(one for one in paths if one.endswith(".m4a"))
    lesson = next(one for one in paths if one[0].isdigit())
    line = f"\n![Mời bác ngồi]({path})\n\n## Câu hỏi"
    write(database, now, address, lesson, ("\n## Câu hỏi", line))
    page = author.get(f"{address}/preview/{lesson}").text
    shown = re.search(r'<figure class="audio"><audio controls="" preload="none" src="([^"]+)"></audio>', page)
    assert shown is not None and shown[1].startswith(f"{address}/media/")
    assert "<figcaption>Mời bác ngồi</figcaption>" in page
    assert author.get(shown[1]).mimetype == "audio/mp4"


def test_faults_lead_to_their_lines(author: FlaskClient, database: Database, now: datetime) -> None:
    address = begin(author)
    write(database, now, address, "course.md", ("\nhoan_thanh", "\nkhong_co: 1\nhoan_thanh"))
    page = author.get(address)
    assert "/edit/course.md?line=" in page.text
    reply = send(author, f"{address}/submission")
    assert "Chưa gửi được" in follow(author, reply)


def test_the_day_of_effect_is_written_without_touching_another_line(
    author: FlaskClient, database: Database
) -> None:
    reply = send(author, "/studio/new/template", title="Mới", field="finance", slug="moi")
    address = str(reply.location)
    assert "ngày hiệu lực" in words(author.get(address).text)
    with database.reading() as session:
        before = drafts.file(session, held(session, address), "course.md")
    bad = send(author, f"{address}/effect", day="mai")
    assert bad.status_code == 422 and "Hãy viết ngày" in words(bad.text)
    done = follow(author, send(author, f"{address}/effect", day="15/12/2026"))
    assert "15/12/2026" in done and "đã sẵn sàng" in done
    with database.reading() as session:
        after = drafts.file(session, held(session, address), "course.md")
    assert before is not None and after is not None
    assert set(after[0].splitlines()) - set(before[0].splitlines()) == {b"effective_from: 2026-12-15"}


# --- Review


def test_the_way_from_a_draft_to_its_release(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    write(database, now, address, "course.md", ("\n---\n", "\n---\nLời mở đầu mới.\n\n"))
    assert "đã sẵn sàng" in words(author.get(address).text)
    assert "nhận được thông báo" in follow(author, send(author, f"{address}/submission", message="Nhờ xem"))
    # The next person is told, in the top bar and in the list.
    assert re.search(r'topbar-count num">1<', reviewer.get("/studio").text)
    assert "Thẩm định" in words(reviewer.get("/studio").text)
    told = words(reviewer.get("/notices").text)
    assert "gửi" in told and "Nhờ xem" in told
    # Nobody approves their own.
    own = words(author.get(f"{address}/review").text)
    assert "không tự duyệt được" in own or "Người thẩm định của lĩnh vực" in own
    send(author, f"{address}/approval", when="now", seen="99")
    with database.reading() as session:
        assert held(session, address).state == "submitted"

    page = reviewer.get(f"{address}/review")
    assert "<ins>Lời mở đầu mới.</ins>" in page.text
    line = words(reviewer.get(f"{address}/source/course.md?line=2").text)
    assert "Góp ý cho dòng 2" in line
    nothing = send(reviewer, f"{address}/return")
    assert nothing.status_code == 422
    send(reviewer, f"{address}/comments", path="course.md", line="2", text="Tên chưa rõ")
    assert follow(reviewer, send(reviewer, f"{address}/return"))
    with database.reading() as session:
        assert held(session, address).state == "returned"
    assert "Sửa theo góp ý" in words(author.get("/studio").text)
    assert "Tên chưa rõ" in words(author.get(f"{address}/review").text)
    comment = re.search(r"/comments/(\d+)", author.get(f"{address}/review").text)
    assert comment is not None
    send(author, f"{address}/comments/{comment[1]}", what="resolve")
    assert "góp ý chưa xử lý" not in words(author.get(address).text)
    send(author, f"{address}/submission")

    with database.reading() as session:
        revision = held(session, address).revision
    late = send(reviewer, f"{address}/approval", when="now", seen=str(revision - 1))
    assert "thay đổi mới" in follow(reviewer, late)
    done = follow(reviewer, send(reviewer, f"{address}/approval", when="now", seen=str(revision)))
    assert "Đã duyệt và xuất bản" in done
    with database.reading() as session:
        live = catalogue.live(session, "finance/sample")
    assert live is not None and live.number == 2
    assert "Lời mở đầu mới" in live.course.html
    assert live.course.reviewed_by == "Võ thamdinh"


def test_a_message_that_is_too_long_comes_back_and_nothing_is_submitted_without_it(
    author: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    reply = send(author, f"{address}/submission", message="Nhờ xem. " + "x" * 4000)
    assert reply.status_code == 422
    assert "Nhờ xem." in reply.text and "nhiều nhất 4000 ký tự" in words(reply.text)
    with database.reading() as session:
        assert held(session, address).state == "draft"


def test_what_is_wrong_with_a_publication_is_said_and_nothing_else(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    send(author, f"{address}/submission")
    with database.reading() as session:
        revision = held(session, address).revision
    send(reviewer, f"{address}/approval", when="later", seen=str(revision))
    reply = send(author, f"{address}/publication", when="later")  # of a page from before the approval
    assert reply.status_code == 422 and "Hãy chọn ngày xuất bản" not in words(reply.text)
    reply = send(author, f"{address}/publication", when="day")
    assert reply.status_code == 422 and "Hãy chọn ngày xuất bản" in words(reply.text)


def test_published_on_a_day_or_taken_back(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    send(author, f"{address}/submission")
    with database.reading() as session:
        revision = held(session, address).revision
    for day in ("", "hôm nay", "01/01/2020"):
        bad = send(reviewer, f"{address}/approval", when="day", day=day, seen=str(revision))
        assert bad.status_code == 422, day
    done = send(reviewer, f"{address}/approval", when="day", day="15/12/2026", seen=str(revision))
    assert "15/12/2026" in follow(reviewer, done)
    assert "15/12/2026" in words(author.get("/studio").text)
    sooner = send(author, f"{address}/publication", when="day", day="14/12/2026")
    assert "14/12/2026" in follow(author, sooner)
    assert "Đã rút lại" in follow(author, send(author, f"{address}/withdrawal"))
    with database.reading() as session:
        assert held(session, address).state == "draft"
    assert "Đã bỏ" in follow(author, send(author, f"{address}/discard"))
    assert "không soạn tiếp" not in author.get(address).text


def test_a_new_key_asks_what_becomes_of_past_answers(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    path = rekey(database, now, address)
    send(author, f"{address}/submission")
    page = words(reviewer.get(f"{address}/review").text)
    assert "đổi đáp án" in page and path
    with database.reading() as session:
        revision = held(session, address).revision
    unsaid = send(reviewer, f"{address}/approval", when="now", seen=str(revision))
    assert unsaid.status_code == 422 and "Hãy chọn cách xử lý" in words(unsaid.text)
    done = send(reviewer, f"{address}/approval", when="now", seen=str(revision), key_choice="new")
    assert "Đã duyệt và xuất bản" in follow(reviewer, done)
    assert "Chấm lại theo đáp án mới" in words(author.get(f"{COURSE}/releases").text)
    regrades = words(author.get(f"{COURSE}/regrades").text)
    assert "Những lần chấm lại" in regrades
    question = re.search(r'<option value="([^"]+)"', author.get(f"{COURSE}/regrades").text)
    assert question is not None
    looked = author.get(f"{COURSE}/regrades?question={question[1]}&choice=full")
    assert "Không ai đổi điểm" in words(looked.text)


def rekey(database: Database, now: datetime, address: str) -> str:
    """Another option of the first single-choice question becomes the right one."""
    with database.reading() as session:
        contents = drafts.contents(session, held(session, address))
    for path, data in contents.items():
        found = re.search(r"- \(x\) (?P<a>.*)\n(?P<b>(?:\s+>.*\n)*)- \( \) (?P<c>.*)\n", data.decode())
        if path.endswith(".md") and found:
            turned = f"- ( ) {found['a']}\n{found['b']}- (x) {found['c']}\n"
            write(database, now, address, path, (found[0], turned))
            return path
    raise AssertionError("no question to turn")


# --- Releases


def test_releases_are_compared_and_an_old_one_is_taken_up_again(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    send(author, f"{address}/submission")
    with database.reading() as session:
        revision = held(session, address).revision
    send(reviewer, f"{address}/approval", when="now", seen=str(revision))
    page = words(author.get(f"{COURSE}/releases").text)
    assert "Bản 2" in page and "Võ thamdinh duyệt" in page
    compared = words(author.get(f"{COURSE}/comparison?old=1&new=2").text)
    assert "Tóm tắt" in compared and "giả định" in compared and "hư cấu" in compared
    assert author.get(f"{COURSE}/comparison?old=1&new=9").status_code == 404
    assert author.get(f"{COURSE}/comparison").location == f"{COURSE}/releases"
    again = send(author, f"{COURSE}/releases/1/draft")
    assert "Lấy lại bản phát hành 1" in follow(author, again)
    second = send(author, f"{COURSE}/releases/1/draft")
    assert "đang có một bản nháp" in follow(author, second)
    assert send(author, f"{COURSE}/releases/77/draft").status_code == 404


@pytest.mark.parametrize("name", ["gift", "moodle-xml", "markdown-zip"])
def test_a_course_is_carried_away_and_what_stays_is_said(author: FlaskClient, name: str) -> None:
    page = words(author.get(f"{COURSE}/exports?format={name}").text)
    assert "mang theo được" in page.lower()
    reply = author.get(f"{COURSE}/exports/{name}")
    assert reply.status_code == 200 and reply.headers["Content-Disposition"].startswith("attachment")
    assert author.get(f"{COURSE}/exports/none").status_code == 404


# --- Questions


def test_figures_of_a_question_wait_for_ten_learners(author: FlaskClient) -> None:
    page = words(author.get(f"{COURSE}/questions").text)
    assert "Từ 10 người trả lời sẽ có số liệu" in page
    assert author.get(f"{COURSE}/questions?page=khong-co").status_code == 404


# --- Notices


def test_an_author_adds_a_document_and_only_a_reviewer_changes_one(
    author: FlaskClient, reviewer: FlaskClient
) -> None:
    law = {"key": "12/2026/TT-BNV", "title": "Thông tư về tiếp công dân", "issuer": "Bộ Nội vụ"}
    bad = send(author, "/studio/registry", **law, in_force="31/02/2026")
    assert bad.status_code == 422 and "Thông tư về tiếp công dân" in bad.text  # what was typed is kept
    assert "12/2026/TT-BNV" in follow(author, send(author, "/studio/registry", **law, in_force="01/03/2026"))
    assert "12/2026/TT-BNV" in author.get("/studio/documents?q=tiếp công dân").text
    refused = send(author, "/studio/registry", **law, in_force="01/03/2026", until="01/01/2027")
    assert refused.status_code == 422 and "người thẩm định hoặc quản trị viên" in words(refused.text)
    assert 'value="Bộ Nội vụ"' in reviewer.get("/studio/registry?key=12/2026/TT-BNV").text
    unknown = {"in_force": "01/03/2026", "replaced_by": "99/2027/TT"}
    assert send(reviewer, "/studio/registry", **law, **unknown).status_code == 422
    reply = send(reviewer, "/studio/registry", **law, in_force="01/03/2026", until="01/01/2027")
    assert "hết hiệu lực từ 01/01/2027" in follow(reviewer, reply)
    assert "Sửa 12/2026/TT-BNV" in words(reviewer.get("/studio/registry?key=12/2026/TT-BNV").text)
    assert "Ghi thêm một văn bản" in words(author.get("/studio/registry?add=1").text)
    assert (
        send(reviewer, "/studio/registry", **{**law, "key": "13/2026"}, in_force="01/03/2026").status_code
        == 404
    )


def test_a_notice_is_read_by_its_own_person(
    author: FlaskClient, reviewer: FlaskClient, enter: Enter, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    send(author, f"{address}/submission")
    number = re.search(r'name="notice" value="(\d+)"', reviewer.get("/notices").text)
    assert number is not None
    send(author, "/notices/read", notice=number[1])
    assert "topbar-count" in reviewer.get("/studio").text
    reply = send(reviewer, "/notices/read", notice=number[1])
    assert reply.location.endswith(f"{address}/review")
    assert "topbar-count" not in reviewer.get("/studio").text
    assert "Chưa có thông báo" in words(enter("hocvien").get("/notices").text)


def test_wording_that_gives_a_key_away_is_remarked_on_and_holds_nothing_up(
    author: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    with database.reading() as session:
        contents = drafts.contents(session, held(session, address))
    path, text = next(
        (path, data.decode()) for path, data in contents.items() if path[0].isdigit() and b"- (x) " in data
    )
    right = re.search(r"- \(x\) (.*)\n", text)
    assert right is not None
    write(database, now, address, path, (right[0], f"- (x) {right[1]} {'và nói rõ vì sao ' * 20}\n"))
    page = words(author.get(address).text)
    assert "đáp án dài hơn hẳn" in page and "đã sẵn sàng" in page


def test_what_is_not_written_yet_is_said_before_it_is_submitted(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    address = ready(author, database, now)
    assert "lời tạm" not in words(author.get(address).text)
    added = send(author, f"{address}/pages", title="Bài thêm", kind="lesson").location
    send(author, f"{address}/media", file=(picture(), "so-do.png"), alt="Hình trong phần “Bài thêm”")
    with database.reading() as session:
        image = next(
            one.path
            for one in drafts.files(session, held(session, address))
            if one.path.startswith("images/so-do")
        )
    path = added.rpartition("/")[2]
    shown = f"Viết nội dung bài ở đây.\n\n![Hình trong phần “Bài thêm”]({image})\n"
    write(database, now, address, path, ("Viết nội dung bài ở đây.\n", shown))
    page = author.get(address).text
    assert "2 chỗ mới chỉ có lời tạm" in words(page) and "đã sẵn sàng" in words(page)  # it holds nothing up
    assert re.search(rf'href="{address}/edit/{path}\?line=\d+"', page)
    editor = words(author.get(added).text)
    assert "K007" in editor and "K008" in editor
    assert "K008" in words(reviewer.get(f"{address}/source/{path}").text)
    send(author, f"{address}/submission")
    assert "còn 2 chỗ chỉ có lời tạm" in words(reviewer.get(f"{address}/review").text)


def test_what_is_missing_is_said_in_plain_words_and_leads_to_its_place(
    author: FlaskClient, database: Database, now: datetime
) -> None:
    send(author, "/studio/new/template", title="Một cửa", field="finance", slug="mot-cua")
    with database.reading() as session:
        draft = drafts.open_draft(session, "finance/mot-cua")
        assert draft is not None
        address = f"/studio/drafts/{draft.id}"
    page = words(author.get(address).text)
    assert "ngày hiệu lực" in page
    for key in ("effective_from", "(owner)", "(sources)"):
        assert key not in page


def test_uploads_may_be_larger_than_forms_for_who_sits_at_the_desk(
    author: FlaskClient, client: FlaskClient, enter: Enter
) -> None:
    address = f"{begin(author)}/media"
    assert _heavy(author, address, 3) == 422  # read, and refused for what it is
    assert _heavy(author, address, 18) == 413
    for stranger in (client, enter("hocvien")):
        assert _heavy(stranger, address, 3) == 413


def _heavy(client: FlaskClient, address: str, megabytes: int) -> int:
    """Sends so much as a picture; written out by hand, for the test client leaves large files open."""
    said = token(client) if "csrf_token" in client.get("/me/password").text else ""
    parts = (
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{said}\r\n'
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n\r\n'
    )
    body = parts.encode() + b"x" * (megabytes * 1024 * 1024) + b"\r\n--x--\r\n"
    reply = client.post(address, data=body, content_type="multipart/form-data; boundary=x")
    status = reply.status_code
    reply.close()
    return status
