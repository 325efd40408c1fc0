"""A corrected key, as the department meets it: whom it moves is said first; who would lose waits for a second person."""

import re
from datetime import date, datetime
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import looks
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Single
from learning.database import Database
from learning.library import catalogue, checking
from learning.library.changes import compare
from learning.progress.models import Enrolment
from learning.quizzes import attempts, papers
from learning.quizzes.models import Attempt
from learning.studio import queries
from tests import make
from tests.studio.test_drafting import begin, follow, held, rekey, send
from tests.studio.test_routes import COURSE, Enter, courses, enter, words

__all__ = ["courses", "enter"]


@pytest.fixture
def corrected(enter: Enter, database: Database, now: datetime) -> str:
    """A draft with one corrected key, in review; one learner answered by the old key, eleven by the new one."""
    author = enter("bientap")
    address = begin(author)
    rekey(database, now, address)
    with database.writing() as session:
        for number in range(12):
            make.person(session, f"hoc-{number}", f"Lê Văn Số {number}")
        live = catalogue.live(session, "finance/sample")
        new = checking.checked(session, held(session, address), date(2026, 11, 22)).course
        assert live is not None and new is not None
        [change] = [one for one in compare(live.course, new) if one.what == "key"]
        page = next(page for page in live.course.pages if page.path == change.page)
        assert page.quiz is not None
        question = next(one for one in page.quiz.questions if one.id == change.question)
        assert isinstance(question, Single)
        old = next(at for at, option in enumerate(question.options) if option.right)
        for number in range(12):
            key = question.options[old if number == 0 else old + 1].key
            _answer(session, now, f"hoc-{number}", page.slug, question.id, key)
    assert send(author, f"{address}/submission").status_code == 303
    return address


def _answer(session: Session, now: datetime, username: str, slug: str, question: str, key: str) -> None:
    person = session.scalar(select(Person).where(Person.username == username))
    live = catalogue.live(session, "finance/sample")
    assert person is not None and live is not None
    attempt, _new = outcomes.start(session, now, make.ZONE, person.id, live, slug)
    item = next(item for item in attempt.paper if item["question"] == question)
    answers = {question: papers.to_drawn(item, key)}
    outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))


def _approve(reviewer: FlaskClient, database: Database, address: str, choice: str) -> str:
    with database.reading() as session:
        revision = held(session, address).revision
    return follow(
        reviewer,
        send(reviewer, f"{address}/approval", when="now", seen=str(revision), key_choice=choice),
    )


def _percents(database: Database) -> dict[str, float]:
    with database.reading() as session:
        query = select(Person.username, Attempt.percent).join(Attempt, Attempt.person_id == Person.id)
        return {row.username: float(row.percent or 0) for row in session.execute(query)}


def test_whom_each_choice_moves_is_said_before_anybody_is_moved(
    enter: Enter, database: Database, corrected: str
) -> None:
    reviewer = enter("thamdinh")
    new = words(reviewer.get(f"{corrected}/review?choice=new").text)
    assert "12 người, 12 bài; 11 bài tăng điểm; 1 bài giảm điểm, chờ người thứ hai" in new
    assert "Lê Văn Số 3" in new
    both = words(reviewer.get(f"{corrected}/review?choice=both").text)
    assert "11 người, 11 bài; 11 bài tăng điểm" in both
    assert "hông ai đổi điểm" in words(reviewer.get(f"{corrected}/review?choice=keep").text)
    assert len({*_percents(database).values()}) == 2  # still by the old key


def test_a_reviewer_is_told_who_is_under_way(
    enter: Enter, database: Database, now: datetime, corrected: str
) -> None:
    with database.writing() as session:
        live = catalogue.live(session, "finance/sample")
        assert live is not None
        for number in range(2):
            person = make.person(session, f"dang-{number}", f"Hồ Thị Số {number}")
            quiz = next(page.slug for page in live.course.pages if page.quiz)
            outcomes.start(session, now, make.ZONE, person.id, live, quiz)
        begun = session.scalar(
            select(func.count()).select_from(Enrolment).where(Enrolment.state == "started")
        )
    page = words(enter("thamdinh").get(f"{corrected}/review").text)
    assert "2 người đang làm bài: họ làm tiếp và được chấm theo bản cũ." in page
    assert begun and f"{begun} người đang học dở: bài đã xong vẫn tính là xong." in page


def test_who_would_lose_waits_for_a_second_person(enter: Enter, database: Database, corrected: str) -> None:
    before = _percents(database)
    reviewer, author = enter("thamdinh"), enter("bientap")
    assert "Đã duyệt và xuất bản" in _approve(reviewer, database, corrected, "new")
    moved = _percents(database)
    assert moved["hoc-1"] > before["hoc-1"] and moved["hoc-0"] == before["hoc-0"]
    page = author.get(f"{COURSE}/regrades")
    assert "11 bài đổi điểm; 1 bài sẽ giảm điểm, chờ người thứ hai" in words(page.text)
    assert "cần người khác xác nhận" in words(page.text)  # the author asked for it
    waiting = re.search(r'action="([^"]+/regrades/\d+)"', reviewer.get(f"{COURSE}/regrades").text)
    assert waiting is not None
    assert send(author, waiting[1], what="confirm").status_code == 404  # no reviewer
    done = follow(reviewer, send(reviewer, waiting[1], what="confirm", why="Đáp án cũ sai luật"))
    assert "Đã xác nhận điểm mới" in done
    assert _percents(database)["hoc-0"] < before["hoc-0"]
    assert "đã có người quyết định" in follow(reviewer, send(reviewer, waiting[1], what="refuse"))


def test_past_attempts_are_graded_again_on_request(enter: Enter, database: Database, corrected: str) -> None:
    author = enter("bientap")
    _approve(enter("thamdinh"), database, corrected, "keep")
    before = _percents(database)
    page = author.get(f"{COURSE}/regrades").text
    question = re.search(r'name="question"><option value="([^"]+)"', page)
    assert question is not None
    look = f"{COURSE}/regrades?question={question[1]}&choice=both"
    assert "11 người đổi điểm: 11 bài tăng, 0 bài giảm" in words(author.get(look).text)
    assert _percents(database) == before
    done = send(
        author, f"{COURSE}/regrades", question=question[1], choice="both", why="Câu hỏi có hai cách hiểu"
    )
    assert "11 bài đổi điểm" in follow(author, done)
    assert _percents(database)["hoc-5"] > before["hoc-5"]
    assert "Câu hỏi có hai cách hiểu" in words(author.get(f"{COURSE}/regrades").text)
    for bad in ({"question": "khong-co", "choice": "both"}, {"question": question[1], "choice": "x"}):
        assert send(author, f"{COURSE}/regrades", **bad).status_code == 404


def test_figures_of_a_question_that_ten_have_answered(enter: Enter, corrected: str) -> None:
    author = enter("bientap")
    pages = re.findall(r'<option value="([^"]+)"', author.get(f"{COURSE}/questions").text)
    shown = [words(author.get(f"{COURSE}/questions?page={page}").text) for page in pages]
    asked = next(text for text in shown if "12 người trả lời" in text)
    assert "Điểm bình quân" in asked and "Một phương án sai được chọn nhiều hơn đáp án" in asked
    assert "11 người · 92%" in asked
    assert "bài của họ bình quân 0%" in asked  # whom that option draws


def test_what_choosers_came_to_is_a_percentage(database: Database, corrected: str) -> None:
    with database.reading() as session:
        live = catalogue.live(session, "finance/sample")
        assert live is not None
        found = [
            row
            for page in live.course.pages
            for row in queries.choosers(session, "finance/sample", attempts.quiz_key(page))
        ]
    assert sorted(row[3] for row in found) == [1, 11]
    [alone] = [percent for _release, _question, _answer, count, percent in found if count == 1]
    assert alone == pytest.approx(_percents(database)["hoc-0"])
    assert 0 < alone <= 100


def test_who_is_named_can_see_by_whom(enter: Enter, database: Database, corrected: str) -> None:
    assert "Lê Văn Số 0" in enter("thamdinh").get(f"{corrected}/review?choice=new").text
    with database.reading() as session:
        zero = session.scalar(select(Person.id).where(Person.username == "hoc-0"))
        assert zero is not None
        seen, _more = looks.of(session, zero)
    assert [(one.what, one.course_id) for one in seen] == [("table", "finance/sample")]
