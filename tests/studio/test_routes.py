"""What the department sees of its courses: as published, and the bytes they were published from."""

import io
import shutil
import zipfile
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session
from werkzeug.http import parse_options_header

from learning.content.checker import check
from learning.content.model import Citation, Source
from learning.library import history, publishing
from learning.web.context import App
from tests import make

SAMPLE = Path(__file__).parent.parent / "content" / "sample" / "courses"
COURSE = "/studio/courses/finance/sample"
Enter = Callable[[str], FlaskClient]


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "courses")


@pytest.fixture
def enter(app: App, session: Session, now: datetime, courses: Path) -> Enter:
    """The sample course published; authors of two fields, a reviewer of all, an administrator, a trainer, a learner."""
    publish(session, now, courses)
    make.publish(session, make.course(field="land", slug="map", title="Bản đồ"))
    for username, roles in {
        "bientap": {"author": ["finance"]},
        "datdai": {"author": ["land"]},
        "thamdinh": {"reviewer": ["*"]},
        "quantri": ("administrator",),
        "giangvien": ("trainer",),
        "hocvien": ("learner",),
        "moi": ("author",),
    }.items():
        make.person(session, username, f"Võ {username}", roles=roles, password=make.PASSWORD)  # type: ignore[arg-type]
    session.commit()

    def enter(username: str) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, username)
        return client

    return enter


def publish(session: Session, now: datetime, courses: Path, actor: str = "operator") -> None:
    checked = check(courses, today=date(2026, 11, 22), history=history.read(session))
    publishing.publish(session, now, checked, actor=actor, key_choice="new")


def words(page: str) -> str:
    return " ".join(" ".join(parse(page, namespaceHTMLElements=False).itertext()).split())


@pytest.mark.parametrize(
    "path", ["/studio", COURSE, f"{COURSE}/files", f"{COURSE}/files/course.md", f"{COURSE}/source.zip"]
)
def test_whom_the_desk_is_not_for_finds_nothing_there(enter: Enter, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303
    for stranger in ("hocvien", "giangvien"):
        assert enter(stranger).get(path).status_code == 404
    for insider in ("bientap", "thamdinh", "quantri"):
        assert enter(insider).get(path).status_code == 200


def test_each_department_sees_its_own_fields(enter: Enter) -> None:
    land = enter("datdai")
    assert "Bản đồ" in land.get("/studio").text
    for path in (COURSE, f"{COURSE}/files", f"{COURSE}/files/course.md", f"{COURSE}/source.zip"):
        assert land.get(path).status_code == 404
    assert "Bản đồ" not in enter("bientap").get("/studio").text
    assert "Bản đồ" in enter("thamdinh").get("/studio").text
    assert "chưa được giao" in enter("moi").get("/studio").text
    assert enter("quantri").get("/studio/courses/land/none").status_code == 404


def test_the_course_as_it_is_live(enter: Enter) -> None:
    author = enter("bientap")
    listed = words(author.get("/studio").text)
    assert "Bản mẫu, chưa thẩm định" in listed and "người vận hành hệ thống" in listed
    page = words(author.get(COURSE).text)
    assert "Bản phát hành 1 đang dùng" in page and "Bản đầu tiên" in page
    assert "22/11/2026 15:00" in page


def test_a_new_release_says_what_it_changed_and_who_published_it(
    enter: Enter, session: Session, now: datetime, courses: Path
) -> None:
    lesson = next((courses / "finance" / "sample").glob("10-*.md"))
    text = lesson.read_text()
    start = text.index("### ", text.index("## Câu hỏi"))
    title = text[start + 4 : text.index("\n", start)]
    lesson.write_text(text.replace("### " + title, "### " + title + " mới", 1))
    publish(session, now + timedelta(hours=1), courses, actor="bientap")
    session.commit()
    page = words(enter("bientap").get(COURSE).text)
    assert "Bản phát hành 2 đang dùng" in page and "Võ bientap" in page
    assert f"sửa lời câu hỏi : {title} mới" in page


def test_sources_that_need_a_look_say_so(enter: Enter, session: Session) -> None:
    def source(key: str, **more: object) -> Source:
        return Source(key=key, title=f"Văn bản {key}", issuer="", in_force=date(2020, 1, 1), **more)  # type: ignore[arg-type]

    cited = [
        source("1/2020/NĐ-CP", checked_on=date(2026, 11, 1)),
        source("2/2020/NĐ-CP", checked_on=date(2025, 1, 1)),
        source("3/2020/NĐ-CP"),
        source("4/2020/NĐ-CP", until=date(2026, 1, 1)),
        source("5/2020/NĐ-CP", replaced_by="9/2026/NĐ-CP"),
    ]
    lesson = make.lesson("bai-1", citations=tuple(Citation(key=each.key) for each in cited))
    made = make.course(lesson, slug="law", sources={each.key: each for each in cited})
    make.publish(session, made)
    session.commit()
    page = words(enter("bientap").get("/studio/courses/finance/law").text)
    order = [page.index(key) for key in ("2/2020", "3/2020", "4/2020", "5/2020/NĐ-CP", "1/2020")]
    assert order == sorted(order)
    for remark in (
        "hơn một năm chưa kiểm tra lại",
        "chưa ghi ngày kiểm tra",
        "hết hiệu lực từ 01/01/2026",
        "đã được thay bằng 9/2026/NĐ-CP",
    ):
        assert remark in page


def test_a_source_file_is_shown_as_the_text_it_is(
    enter: Enter, session: Session, now: datetime, courses: Path
) -> None:
    author = enter("bientap")
    for path in (courses / "finance" / "sample").glob("*.md"):
        tree = parse(author.get(f"{COURSE}/files/{path.name}").text, namespaceHTMLElements=False)
        assert "".join(tree.find(".//pre").itertext()) == path.read_text()


def test_markup_in_a_source_file_does_nothing(enter: Enter, session: Session) -> None:
    from hashlib import sha256

    from learning.library.models import Blob, ReleaseFile

    published = make.publish(session, make.course(slug="bad"))
    data = b"<script>alert(1)</script>\n"
    session.add(Blob(sha256=sha256(data).hexdigest(), data=data))
    session.flush()
    session.add(ReleaseFile(release_id=published.release_id, path="x.md", sha256=sha256(data).hexdigest()))
    session.add(
        ReleaseFile(release_id=published.release_id, path="images/x.svg", sha256=sha256(data).hexdigest())
    )
    session.commit()
    author = enter("bientap")
    page = author.get("/studio/courses/finance/bad/files/x.md").text
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page
    picture = author.get("/studio/courses/finance/bad/files/images/x.svg")
    assert picture.data == data
    assert picture.mimetype == "application/octet-stream"
    assert picture.headers["Content-Disposition"] == "attachment; filename=x.svg"


@pytest.mark.parametrize(
    ("path", "saved"),
    [
        ('images/a"b.png', "a-b.png"),
        ("images/Sơ đồ.png", "Sơ đồ.png"),
        ("images/a;filename=b.exe", "a;filename=b.exe"),
    ],
)
def test_a_file_of_any_name_is_kept_under_it(enter: Enter, session: Session, path: str, saved: str) -> None:
    from hashlib import sha256

    from learning.library.models import Blob, ReleaseFile

    published = make.publish(session, make.course(slug="named"))
    digest = sha256(b"x").hexdigest()
    session.add(Blob(sha256=digest, data=b"x"))
    session.flush()
    session.add(ReleaseFile(release_id=published.release_id, path=path, sha256=digest))
    session.commit()
    reply = enter("bientap").get(f"/studio/courses/finance/named/files/{quote(path)}")
    assert reply.status_code == 200
    kind, options = parse_options_header(reply.headers["Content-Disposition"])
    assert (kind, options) == ("attachment", {"filename": saved})
    assert reply.headers.getlist("Set-Cookie") == []
    assert reply.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["none.md", "../course.md", "..%2f..%2fsources.yml", "images", "%00"])
def test_only_files_of_the_release(enter: Enter, path: str) -> None:
    assert enter("bientap").get(f"{COURSE}/files/{path}").status_code in (404, 308)


def test_the_zip_holds_the_very_bytes_and_is_the_same_each_time(enter: Enter, courses: Path) -> None:
    author = enter("bientap")
    first, again = author.get(f"{COURSE}/source.zip"), author.get(f"{COURSE}/source.zip")
    assert first.data == again.data and first.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(first.data)) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    root = courses / "finance" / "sample"
    assert held == {
        f"finance/sample/{path.relative_to(root)}": path.read_bytes()
        for path in root.rglob("*")
        if path.is_file()
    }
