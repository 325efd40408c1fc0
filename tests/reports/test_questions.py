"""The page of a quiz's questions: what comes first, what is hidden, where its links lead, and for whom."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import msgspec
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from learning.accounts.models import Person, RoleGrant
from learning.database import Database
from learning.library.catalogue import Published
from learning.library.models import Blob, DraftFile, DraftRow
from learning.organisation.models import ClassMember, Posting, TrainingClass
from learning.quizzes.models import Attempt, ItemResult
from tests import make, statements
from tests.quizzes import every_kind
from tests.reports.conftest import Enter, answer
from tests.reports.test_routes import words

ITEMS = "/reports/courses/finance/sample/items"
GOOD = {"thi-1": "1", "thi-2": "1"}


def sit(
    session: Session,
    published: Published,
    at: datetime,
    count: int,
    answers: dict[str, str],
    *,
    unit: str = "23677",
    class_id: int | None = None,
) -> None:
    """So many people of a unit who answered the exam alike, put there as they are kept."""
    first = 5000 + (session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0)
    ids = range(first, first + count)
    person = {"folded_name": "", "created_at": at, "active": True, "email": "", "password_hash": ""}
    session.execute(
        sa.insert(Person),
        [
            {**person, "id": id, "username": f"n{id}", "full_name": f"Võ {id}", "sort_key": f"{id}"}
            for id in ids
        ],
    )
    seat = {"unit_code": unit, "from_date": make.NOW.date().replace(year=2025)}
    session.execute(sa.insert(Posting), [{"person_id": id, **seat} for id in ids])
    if class_id is not None:
        session.execute(sa.insert(ClassMember), [{"class_id": class_id, "person_id": id} for id in ids])
    common = {"course_id": published.course.id, "quiz": "exam", "release_id": published.release_id}
    made = {id: str(uuid4()) for id in ids}
    session.execute(
        sa.insert(Attempt),
        [
            {"id": made[id], "person_id": id, "number": 1, "seed": "", "paper": [], "pass_percent": Decimal(50),
             "state": "submitted", "seq": 1, "page_token": "", "started_at": at, "finished_at": at,
             "percent": Decimal(50), **common}
            for id in ids
        ],
    )  # fmt: skip
    session.execute(
        sa.insert(ItemResult),
        [
            {"attempt_id": made[id], "question": question, "mark": Decimal(int(key == "1")), "max_mark": Decimal(1),
             "verdict": "right" if key == "1" else "wrong", "response": f'"{key}"', **common}
            for id in ids
            for question, key in answers.items()
        ],
    )  # fmt: skip
    session.commit()


@pytest.fixture
def paper(session: Session, cast: SimpleNamespace) -> Published:
    """Four questions: what is good about people shows in the last three."""
    exam = make.exam(*(make.single(f"thi-{n}", line=10 * n) for n in (1, 2, 3, 4)))
    published = make.publish(session, msgspec.structs.replace(cast.published.course, exam=exam))
    session.commit()
    return published


@pytest.fixture
def wrong_key(session: Session, paper: Published, now: datetime) -> None:
    """Who is good takes option 2 of the first question; nobody takes option 3 of the last."""
    sit(session, paper, now, 20, {"thi-1": "2", "thi-2": "1", "thi-3": "1", "thi-4": "1"})
    sit(session, paper, now, 12, {"thi-1": "1", "thi-2": "1", "thi-3": "3", "thi-4": "2"})
    sit(session, paper, now, 12, {"thi-1": "1", "thi-2": "3", "thi-3": "2", "thi-4": "2"})


def test_the_worst_question_comes_first_and_says_why(enter: Enter, wrong_key: None) -> None:
    text = words(enter("thanhtra").get(ITEMS).text)
    first = text.split("Câu cần xem trước")[1].split("Cả bài")[0]
    assert first.index("Câu 1. Tên thi-1") < first.index("Câu 4. Tên thi-4")
    assert (
        "Phần ba điểm cao chọn “Phương án 2 của thi-1” nhiều hơn đáp án (20 trên 20 lượt): đáp án có thể nhầm."
        in first
    )
    assert "Người giỏi trả lời sai nhiều hơn người yếu: xem lại đáp án." in first
    assert "Không ai chọn “Phương án 3 của thi-4”: thay bằng một nhầm lẫn hay gặp." in first
    assert "Độ tin cậy chỉ" in text


def test_every_figure_of_quiz_and_question_and_the_thirds(enter: Enter, wrong_key: None) -> None:
    text = words(enter("thanhtra").get(ITEMS).text)
    for name in (
        *(
            "Lượt làm 44",
            "Điểm bình quân",
            "Trung vị",
            "Độ lệch chuẩn",
            "Độ bất đối xứng",
            "Độ nhọn",
        ),
        *("Độ tin cậy", "Tỷ lệ sai số", "Sai số chuẩn"),
        *(
            "Độ phân biệt",
            "Hiệu quả phân biệt",
            "Đoán mò được 33,3%",
            "Trọng số dự kiến 25%",
            "Trọng số thực tế",
        ),
    ):
        assert name in text, name
    assert "Chia ba theo điểm cả bài: 20 lượt điểm cao, 12 lượt ở giữa, 12 lượt điểm thấp." in text
    assert "Phương án 2 của thi-1 45,5% (20 lượt) 100% (20) 0% (0) 0% (0)" in text


def test_every_kind_has_its_answers_by_thirds(
    enter: Enter, session: Session, cast: SimpleNamespace, now: datetime
) -> None:
    published = make.publish(
        session, msgspec.structs.replace(cast.published.course, exam=make.exam(*every_kind.QUESTIONS))
    )
    wrong = {"mot": "2", "nhieu": ["2"], "dung-sai": False, "ngan": "biên <b>lai</b>", "so": "7", "ghep": {"1": "3"},
             "thu-tu": ["4", "3", "2", "1"], "trong": {"1": "mười\x1f hai", "2": "1"}}  # fmt: skip
    for number in range(12):
        learner = make.person(session, f"hoc{number}")
        chosen = every_kind.RIGHT if number < 6 else wrong if number < 10 else {}
        answer(session, now, learner, published, **chosen)
    session.commit()
    text = words(enter("thanhtra").get(ITEMS).text)
    assert text.count("Chia ba theo điểm cả bài: 6 lượt điểm cao, 0 lượt ở giữa, 6 lượt điểm thấp.") == 8
    for line in (
        "Phương án 2 của mot 33,3% (4 lượt) 0% (0) – 67% (4)",
        "Đáp án đúng: Phương án 3 của nhieu 50% (6 lượt) 100% (6) – 0% (0)",
        "Sai 33,3% (4 lượt) 0% (0) – 67% (4)",
        "Đáp án đúng: hóa đơn 50% (6 lượt) 100% (6) – 0% (0)",
        "biên <b>lai</b> 33,3% (4 lượt) 0% (0) – 67% (4)",
        "7 33,3% (4 lượt) 0% (0) – 67% (4)",
        "xã → vế 3 33,3% (4 lượt) 0% (0) – 67% (4)",
        "bước 4 → bước 3 → bước 2 → bước 1 33,3% (4 lượt) 0% (0) – 67% (4)",
        "(2) A 33,3% (4 lượt) 0% (0) – 67% (4)",
        "Không trả lời 16,7% (2 lượt) – – –",
    ):
        assert line in text, line
    assert "(1) mười" in text  # what stands between answers in the query is no part of any


def studio_links(page: str) -> set[str]:
    return {address.replace("&amp;", "&") for address in re.findall(r'href="(/studio/[^"]+)"', page)}


def test_who_may_write_there_is_led_to_the_line_in_the_studio(
    enter: Enter, session: Session, wrong_key: None, cast: SimpleNamespace, now: datetime
) -> None:
    for reader in ("thanhtra", "giangvien", "lanhdao"):
        assert studio_links(enter(reader).get(ITEMS).text) == set()
    assert 'href="#thi-1"' in enter("thanhtra").get(ITEMS).text
    desk = enter("quantri")
    assert "/studio/courses/finance/sample/files/exam.md#L10" in studio_links(desk.get(ITEMS).text)
    # In the open draft the question has moved, and one is new there.
    text = "---\nkind: exam\n---\n\n### Mới\nMã: thi-9\n\n### Tên\nMã: thi-1\n"
    draft = DraftRow(
        course_id="finance/sample", field="finance", state="draft", revision=1, origin="live",
        created_by=cast.administrator.id, created_at=now, changed_at=now,
    )  # fmt: skip
    session.add_all([draft, Blob(sha256="f" * 64, data=text.encode())])
    session.flush()
    session.add(DraftFile(draft_id=draft.id, path="exam.md", sha256="f" * 64, revision=1))
    session.commit()
    links = studio_links(desk.get(ITEMS).text)
    assert f"/studio/drafts/{draft.id}/edit/exam.md?line=8" in links
    assert f"/studio/drafts/{draft.id}/edit/exam.md?line=20" in links  # not there: where it is live
    draft.state = "submitted"
    session.commit()
    assert "/studio/courses/finance/sample/files/exam.md#L10" in studio_links(desk.get(ITEMS).text)


def test_an_author_of_the_field_who_also_teaches(
    enter: Enter, session: Session, paper: Published, now: datetime
) -> None:
    both = make.person(session, "caHai", roles={"trainer": [""], "author": ["land"]}, password=make.PASSWORD)
    made = make.training_class(session, both, code="L09")
    sit(session, paper, now, 12, {"thi-1": "2"}, class_id=made.id)
    assert studio_links(enter("caHai").get(ITEMS).text) == set()  # of another field
    session.execute(
        sa.update(RoleGrant)
        .where(RoleGrant.person_id == both.id, RoleGrant.role == "author")
        .values(scope="*")
    )
    session.commit()
    assert studio_links(enter("caHai").get(ITEMS).text)


def test_nobody_reads_a_unit_they_may_not_know_of_in_an_alarm(
    enter: Enter, session: Session, paper: Published, now: datetime
) -> None:
    good, bad = ({f"thi-{n}": key for n in (2, 3, 4)} for key in "12")
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    old = now - timedelta(days=60)
    sit(session, paper, old, 15, {"thi-1": "2", **good}, class_id=class_id)
    sit(session, paper, now, 15, {"thi-1": "1", **good}, class_id=class_id)
    sit(session, paper, now, 15, {"thi-1": "2", **bad}, unit="21583")
    text = words(enter("thanhtra").get(ITEMS).text)
    assert "1 nơi có câu bỗng dễ" in text
    assert (
        "Xã Đak Đoa: câu 1. Tên thi-1 22/11/2026 30 ngày qua tại đây đúng 15 trên 15 lượt (100%) "
        "Trước đó tại đây đúng 0 trên 15 lượt (0%) 30 ngày qua ở nơi khác đúng 0 trên 15 lượt (0%)" in text
    )
    # The trainer has nobody else in sight to hold it against, and so has the head of the unit.
    for reader in ("giangvien", "lanhdao"):
        assert "Trước đó tại đây" not in words(enter(reader).get(ITEMS).text)
    sit(session, paper, now, 15, {"thi-1": "2", **bad}, unit="21583", class_id=class_id)
    assert "Xã Đak Đoa: câu 1. Tên thi-1" in words(enter("giangvien").get(ITEMS).text)
    # Who takes it again has seen the answers: of other attempts than the first nothing is said.
    assert "Trước đó tại đây" not in words(enter("giangvien").get(f"{ITEMS}?which=all").text)


def token(client: FlaskClient) -> str:
    found = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', client.get(ITEMS).text)
    assert found is not None
    return found[1]


def test_the_figures_as_a_file(enter: Enter, session: Session, wrong_key: None) -> None:
    desk = enter("thanhtra")
    form = {"csrf_token": token(desk), "quiz": "exam", "which": "all"}
    reply = desk.post(f"{ITEMS}.csv", data=form)
    assert reply.status_code == 200
    lines = reply.data.decode("utf-8-sig").splitlines()
    assert len(lines) == 5 and lines[1].startswith("1,Tên thi-1,44,54.5")
    assert desk.post(f"{ITEMS}.xlsx", data=form).data[:2] == b"PK"
    assert desk.post(f"{ITEMS}.pdf", data=form).data[:4] == b"%PDF"
    for wrong in ({"quiz": "none"}, {"which": "last"}):
        assert desk.post(f"{ITEMS}.csv", data={**form, **wrong}).status_code == 404
    assert desk.post(f"{ITEMS}.exe", data=form).status_code == 404


@pytest.mark.parametrize(("query", "queries"), [("?which=first", 6), ("?which=best", 5), ("?which=all", 5)])
def test_as_many_queries_for_few_as_for_many(
    enter: Enter,
    database: Database,
    session: Session,
    paper: Published,
    now: datetime,
    query: str,
    queries: int,
) -> None:
    class_id = session.scalar(sa.select(TrainingClass.id).where(TrainingClass.code == "L01"))
    everywhere = {f"thi-{n}": "1" for n in (1, 2, 3, 4)}
    sit(session, paper, now, 20, everywhere, class_id=class_id)
    trainer = enter("giangvien")
    trainer.get(f"{ITEMS}{query}")  # the process knows the release from now on
    with statements.sent(database.engine) as few:
        assert trainer.get(f"{ITEMS}{query}").status_code == 200
    sit(session, paper, now, 400, {**everywhere, "thi-3": "2"}, class_id=class_id)
    sit(
        session,
        paper,
        now - timedelta(days=60),
        400,
        {**everywhere, "thi-1": "3"},
        unit="21583",
        class_id=class_id,
    )
    with statements.sent(database.engine) as many:
        assert trainer.get(f"{ITEMS}{query}").status_code == 200
    assert few == many
    assert len(many) == queries, "\n".join(many)


def test_what_waits_to_be_marked_is_said_and_not_counted(
    enter: Enter, session: Session, cast: SimpleNamespace, now: datetime
) -> None:
    exam = make.exam(make.single("thi-1"), every_kind.written)
    published = make.publish(session, msgspec.structs.replace(cast.published.course, exam=exam))
    for number in range(12):
        learner = make.person(session, f"hoc{number}")
        answer(
            session, now, learner, published, thi_1="1", **({"viet": "Lập biên bản."} if number < 3 else {})
        )
    session.commit()
    text = words(enter("thanhtra").get(ITEMS).text)
    assert "3 lượt còn chờ chấm câu tự luận, chưa tính vào đây." in text and "Lượt làm 9" not in text
    assert "Mới có 9 lượt làm; từ 10 lượt sẽ có số liệu." in text
    assert "Lập biên bản" not in text and "CANARY" not in text
