"""The trainer's desk in the browser."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import msgspec
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.database import Database
from learning.organisation.models import ClassMember, Posting, TrainingClass
from learning.progress.models import Enrolment
from learning.quizzes.models import Attempt
from learning.web.context import App
from tests import make, statements
from tests.reports.conftest import Enter, answer

DESK = "/reports/courses/finance/sample"


def words(page: str) -> str:
    return " ".join(" ".join(parse(page, namespaceHTMLElements=False).itertext()).split())


def names(page: str) -> list[str]:
    tree = parse(page, namespaceHTMLElements=False)
    return ["".join(head.itertext()) for head in tree.findall(".//tbody/tr/th")]


@pytest.mark.parametrize("path", ["/reports", DESK, f"{DESK}/people/an", f"{DESK}/items"])
def test_whom_the_desk_is_not_for_finds_nothing_there(enter: Enter, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 303  # to the sign-in page
    for stranger in ("an", "bientap"):
        assert enter(stranger).get(path).status_code == 404


def test_a_trainer_without_a_class_in_the_course_does_not_see_it(enter: Enter) -> None:
    other = enter("giangvien2")
    assert "Khóa khác" in other.get("/reports").text
    assert "Thu – chi" not in other.get("/reports").text
    for path in (DESK, f"{DESK}/items", f"{DESK}/people/an"):
        assert other.get(path).status_code == 404
    assert other.get("/reports/courses/finance/none").status_code == 404


def test_the_answer_comes_first(enter: Enter, cast: SimpleNamespace, session: Session, now: datetime) -> None:
    assert "3 người chưa bắt đầu, 3 quá hạn" in enter("giangvien").get("/reports").text
    answer(session, now, cast.an, cast.published, "bai-1", cau_1="1")
    session.commit()
    page = enter("giangvien").get(DESK).text
    assert "2 người chưa bắt đầu, 3 quá hạn" in page
    assert names(page) == ["Trần Văn An", "Lê Bình", "Đỗ Chi"]


def test_each_sees_their_own_people(enter: Enter) -> None:
    assert names(enter("lanhdao").get(DESK).text) == ["Đỗ Chi"]
    assert names(enter("thanhtra").get(DESK).text) == ["Trần Văn An", "Lê Bình", "Đỗ Chi"]
    assert len(names(enter("quantri").get(f"{DESK}?who=all").text)) == 9
    assert enter("lanhdao").get(f"{DESK}/people/an").status_code == 404
    assert enter("lanhdao").get(f"{DESK}/people/chi").status_code == 200


def test_filters(enter: Enter) -> None:
    trainer = enter("giangvien")
    assert names(trainer.get(f"{DESK}?unit=23677").text) == ["Đỗ Chi"]
    assert names(trainer.get(f"{DESK}?class=L01&state=not_started").text) == [
        "Trần Văn An",
        "Lê Bình",
        "Đỗ Chi",
    ]
    assert names(trainer.get(f"{DESK}?state=overdue").text) == ["Trần Văn An", "Lê Bình", "Đỗ Chi"]
    nobody = trainer.get(f"{DESK}?state=done").text
    assert names(nobody) == [] and "Không có ai khớp" in nobody
    for nothing in ("class=L02", "unit=khong-co", "state=x"):
        assert trainer.get(f"{DESK}?{nothing}").status_code == 404
    assert trainer.get(f"{DESK}/people/%00").status_code == 404
    assert enter("lanhdao").get(f"{DESK}?unit=21583").status_code == 404
    assert trainer.get(f"{DESK}?after=rác").status_code == 302


def test_names_are_text_and_never_markup(enter: Enter, cast: SimpleNamespace, session: Session) -> None:
    cast.an.full_name = "<script>alert(1)</script> An"
    session.add(cast.an)
    session.commit()
    trainer = enter("giangvien")
    for path in (DESK, f"{DESK}/people/an"):
        page = trainer.get(path).text
        assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_one_learners_way(enter: Enter, cast: SimpleNamespace, session: Session, now: datetime) -> None:
    answer(session, now - timedelta(hours=2), cast.an, cast.published, "bai-1", cau_1="2")
    answer(session, now - timedelta(hours=1), cast.an, cast.published, "bai-1", cau_1="1")
    session.add(_open_attempt(cast.an, cast.published.release_id, now))
    session.commit()
    page = enter("giangvien").get(f"{DESK}/people/an").text
    text = words(page)
    assert "1 22/11/2026 13:00 0% chưa đạt" in text
    assert "2 22/11/2026 14:00 100% đạt" in text
    assert "1 22/11/2026 15:00 – đang làm" in text
    assert "/attempts/" not in page  # what they answered is theirs


def _open_attempt(person: Person, release_id: int, now: datetime) -> Attempt:
    return Attempt(
        id="00000000-0000-0000-0000-000000000001",
        person_id=person.id,
        course_id="finance/sample",
        quiz="exam",
        number=1,
        release_id=release_id,
        seed="s",
        paper=[],
        pass_percent=Decimal(50),
        page_token="",
        started_at=now,
    )


def test_a_staff_code_may_hold_a_slash(enter: Enter, cast: SimpleNamespace, session: Session) -> None:
    cast.binh.username = "cb/07"
    session.add(cast.binh)
    session.commit()
    trainer = enter("giangvien")
    address = re.search(r'href="([^"]*people/cb[^"]*)"', trainer.get(DESK).text)
    assert address is not None
    assert "Lê Bình" in trainer.get(address[1]).text


def test_nobody_unknown_has_a_history(enter: Enter) -> None:
    assert enter("thanhtra").get(f"{DESK}/people/khong-co").status_code == 404


@pytest.mark.parametrize("people", [12, 30])
def test_items_are_shown_from_ten_attempts_on_and_pale_below_thirty(
    enter: Enter, cast: SimpleNamespace, session: Session, now: datetime, people: int
) -> None:
    inspector = enter("thanhtra")
    assert "Chưa có ai làm bài này xong." in inspector.get(f"{DESK}/items").text
    for number in range(people):
        if number == 9:
            session.commit()
            page = inspector.get(f"{DESK}/items").text
            assert "Mới có 9 lượt làm" in page and "Phương án" not in page
        learner = make.person(session, f"hoc{number}", f"Hoàng Học {number}")
        right = number % 3 == 0
        answer(session, now, learner, cast.published, thi_1="1" if right else "2", thi_2="1")
    session.commit()
    page = inspector.get(f"{DESK}/items").text
    text = words(page)
    third = people // 3
    assert f"Đáp án đúng: Phương án 1 của thi-1 33,3% ({third} lượt)" in text
    assert f"Phương án 2 của thi-1 66,7% ({people - third} lượt)" in text
    assert "Phương án 3 của thi-1 0% (0 lượt)" in text
    assert "2 câu nên xem lại" in text
    assert 'style="' not in page and re.search(r'<rect class="tally-fill" width="33\.33%"', page)
    assert ("Dưới 30 lượt" in text) == (people < 30)
    assert inspector.get(f"{DESK}/items?quiz=bai-1&which=best").status_code == 200
    assert inspector.get(f"{DESK}/items?quiz=bai-2").status_code == 404  # nothing to answer there
    assert inspector.get(f"{DESK}/items?which=last").status_code == 404


def test_answers_to_earlier_words_are_named_and_not_mixed_in(
    enter: Enter, cast: SimpleNamespace, session: Session, now: datetime
) -> None:
    for number in range(12):
        learner = make.person(session, f"hoc{number}", f"Hoàng Học {number}")
        answer(session, now, learner, cast.published, thi_1="1" if number % 3 else "2", thi_2="1")
    reworded = make.exam(
        msgspec.structs.replace(make.single("thi-1"), prompt="<p>Hỏi rõ hơn?</p>"), make.single("thi-2")
    )
    course = msgspec.structs.replace(cast.published.course, exam=reworded)
    make.publish(session, course, now=now)
    session.commit()
    text = words(enter("thanhtra").get(f"{DESK}/items").text)
    assert "1. Tên thi-1 0 lượt Hỏi rõ hơn? Chưa đủ 10 lượt nên chưa hiện số liệu." in text
    assert "Bản trước ngày 22/11/2026: 12 lượt, điểm bình quân 66,7%." in text
    assert "2. Tên thi-2 12 lượt" in text and text.count("Bản trước ngày") == 1


def crowd(session: Session, start: int, count: int, class_id: int) -> None:
    """So many people at once, a third of them learning, without a password between them."""
    ids = range(1000 + start, 1000 + start + count)
    at = datetime(2026, 11, 1, tzinfo=UTC)
    session.execute(
        sa.insert(Person),
        [
            {"id": id, "username": f"u{id}", "full_name": f"Nguyễn Văn {id}", "sort_key": f"{id}", "folded_name": "",
             "created_at": at, "active": True, "email": "", "password_hash": ""}
            for id in ids
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(Posting),
        [{"person_id": id, "unit_code": "23677", "from_date": date(2025, 7, 1)} for id in ids],
    )
    session.execute(sa.insert(ClassMember), [{"class_id": class_id, "person_id": id} for id in ids])
    session.execute(
        sa.insert(Enrolment),
        [
            {"person_id": id, "course_id": "finance/sample", "state": "started", "attempts": 1, "best": Decimal(50),
             "started_at": at, "last_at": at}
            for id in ids[::3]
        ],
    )  # fmt: skip
    session.commit()


@pytest.mark.parametrize(
    ("path", "queries"),
    [
        (DESK, 9),
        (f"{DESK}?class=L01&unit=23677&state=started", 11),
        (f"{DESK}/people/u1000", 10),
    ],
)
def test_as_many_queries_for_few_as_for_many(
    enter: Enter, database: Database, session: Session, cast: SimpleNamespace, path: str, queries: int
) -> None:
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    assert class_id is not None
    crowd(session, 0, 20, class_id)
    trainer = enter("giangvien")
    trainer.get(path)  # the process knows the release from now on
    with statements.sent(database.engine) as few:
        assert trainer.get(path).status_code == 200
    crowd(session, 20, 280, class_id)
    with statements.sent(database.engine) as many:
        assert trainer.get(path).status_code == 200
    assert few == many
    assert len(many) == queries, "\n".join(many)


def test_pages_of_the_table(enter: Enter, session: Session, cast: SimpleNamespace) -> None:
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    assert class_id is not None
    crowd(session, 0, 120, class_id)
    trainer, address, seen = enter("giangvien"), f"{DESK}?class=L01", []
    for size in (50, 50, 23):
        page = trainer.get(address).text
        assert len(names(page)) == size
        seen += names(page)
        following = re.search(r'href="([^"]*after=[^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
        assert "class=L01" in address or not address
    assert len(set(seen)) == 123 and not address


def test_looking_writes_nothing_but_who_looked(
    enter: Enter, app: App, session: Session, cast: SimpleNamespace
) -> None:
    trainer = enter("giangvien")
    before = _everything(session)
    for path in ("/reports", DESK, f"{DESK}/people/an", f"{DESK}/items"):
        assert trainer.get(path).status_code == 200
    after = _everything(session)
    assert after.pop("look") > before.pop("look") == 0
    assert after == before


def _everything(session: Session) -> dict[str, int]:
    tables = Person.metadata.tables.values()
    found = {
        table.name: session.scalar(sa.select(sa.func.count()).select_from(table)) or 0 for table in tables
    }
    session.rollback()  # nobody waits for this session
    return found


def test_who_looked_is_told_to_whom_it_concerns(enter: Enter) -> None:
    trainer = enter("giangvien")
    for _ in range(2):
        assert trainer.get(DESK).status_code == 200
    assert trainer.get(f"{DESK}/people/an").status_code == 200
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', trainer.get(DESK).text)
    assert token is not None
    assert trainer.post(f"{DESK}/scores.csv", data={"csrf_token": token[1]}).status_code == 200
    told = words(enter("an").get("/me/looks").text)
    assert re.search("xem bảng kết quả có tên đồng chí: Thu – chi.* 3 lần", told)
    assert "xem kết quả của riêng đồng chí: Thu – chi" in told
    assert "xuất tệp có tên đồng chí: Thu – chi" in told
    others = words(enter("binh").get("/me/looks").text)
    assert "xem bảng kết quả có tên đồng chí" in others and "của riêng" not in others


def test_what_was_refused_is_no_look(enter: Enter, session: Session) -> None:
    assert enter("lanhdao").get(f"{DESK}/people/an").status_code == 404
    assert "Chưa ai khác mở kết quả của đồng chí" in enter("an").get("/me/looks").text


@pytest.mark.parametrize("after", ["x", "2026-13-01~1~table~", "2026-11-22~1~none~"])
def test_a_cursor_of_one_s_own_making_is_no_page(enter: Enter, after: str) -> None:
    assert enter("an").get("/me/looks", query_string={"after": after}).status_code == 404
