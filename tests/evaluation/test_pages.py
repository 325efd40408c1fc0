"""What learners and unit heads are asked, in the browser."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from html5lib import parse
from sqlalchemy.orm import Session

from learning.accounts.models import Look
from learning.clock import FixedClock
from learning.database import Database
from learning.evaluation import asks
from learning.evaluation.models import Ask, FollowUpAnswer, LessonRating, SurveyAnswer, SurveyGap
from learning.organisation.models import Posting
from tests import make
from tests.evaluation.conftest import MONDAY, Enter, done
from tests.reports.conftest import answer

SURVEY = "/surveys/finance/sample"
GOOD = {"useful": "4", "clear": "5", "length": "3", "recommend": "4"}


def hidden(client: FlaskClient, address: str, place: int = -1) -> dict[str, str]:
    page = parse(client.get(address).text, namespaceHTMLElements=False)
    form = page.findall(".//main//form[@method='post']")[place]
    return {
        str(field.get("name")): str(field.get("value"))
        for field in form.iter("input")
        if field.get("type") == "hidden"
    }


def rows(database: Database, query: Any) -> Any:
    with database.reading() as session:
        return session.scalars(query).all()


def words(page: str) -> str:
    return " ".join(" ".join(parse(page, namespaceHTMLElements=False).itertext()).split())


def test_a_survey_is_asked_for_answered_and_changed(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database
) -> None:
    an = enter("an")
    assert an.get(SURVEY).status_code == 404  # nothing done yet
    done(session, cast.an, 0)
    session.commit()
    assert SURVEY in an.get("/courses/finance/sample").text
    first = hidden(an, SURVEY)
    gaps = {"reason": ["law", "forms"], "lesson": ["id-bai-2", "id-la"]}
    assert an.post(SURVEY, data={**first, **GOOD, **gaps, "text": "Cần thêm ví dụ"}).status_code == 303
    assert (
        an.post(SURVEY, data={**first, **GOOD, **gaps, "text": "Cần thêm ví dụ"}).status_code == 303
    )  # pressed twice
    kept = rows(database, sa.select(SurveyAnswer))[0]
    assert (kept.useful, kept.clear, kept.length, kept.recommend, kept.revision) == (4, 5, 3, 4, 1)
    assert {(gap.kind, gap.what) for gap in rows(database, sa.select(SurveyGap))} == {
        ("reason", "law"),
        ("reason", "forms"),
        ("lesson", "id-bai-2"),
    }
    assert an.post(SURVEY, data={**hidden(an, SURVEY), **GOOD, "useful": "1"}).status_code == 303
    assert rows(database, sa.select(SurveyAnswer))[0].useful == 1
    assert rows(database, sa.select(SurveyGap)) == []
    assert "Sửa câu trả lời khảo sát" in an.get("/courses/finance/sample").text


def test_what_is_broken_keeps_what_was_typed(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database
) -> None:
    done(session, cast.an, 0)
    session.commit()
    an = enter("an")
    fields = {**hidden(an, SURVEY), **GOOD, "clear": "", "reason": "law", "text": "ơ" * 1001}
    reply = an.post(SURVEY, data=fields)
    assert reply.status_code == 422
    assert "ơ" * 1001 in reply.text
    page = parse(reply.text, namespaceHTMLElements=False)
    chosen = {(i.get("name"), i.get("value")) for i in page.iter("input") if "checked" in i.attrib}
    assert chosen == {("useful", "4"), ("length", "3"), ("recommend", "4"), ("reason", "law")}
    assert (
        "Các bài có dễ hiểu không? Hãy chọn một câu trả lời." in reply.text
        and "quá 1.000 ký tự" in reply.text
    )
    assert rows(database, sa.select(SurveyAnswer)) == []


def test_an_answer_of_an_old_page_does_not_undo_a_newer_one(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database
) -> None:
    done(session, cast.an, 0)
    session.commit()
    an = enter("an")
    old = hidden(an, SURVEY)
    an.post(SURVEY, data={**hidden(an, SURVEY), **GOOD, "useful": "5"})
    reply = an.post(SURVEY, data={**old, **GOOD, "useful": "1", "text": "cũ"})
    assert reply.status_code == 409 and "cũ" in reply.text
    assert rows(database, sa.select(SurveyAnswer))[0].useful == 5
    page = parse(reply.text, namespaceHTMLElements=False)
    again = {i.get("name"): i.get("value") for i in page.iter("input") if i.get("type") == "hidden"}
    assert an.post(SURVEY, data={**again, **GOOD, "useful": "1"}).status_code == 303
    assert rows(database, sa.select(SurveyAnswer))[0].useful == 1


def test_after_a_fortnight_an_answer_stays(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database, clock: FixedClock
) -> None:
    done(session, cast.an, 0)
    session.commit()
    an = enter("an")
    before = hidden(an, SURVEY)
    an.post(SURVEY, data={**before, **GOOD})
    clock.at = MONDAY + timedelta(days=13)
    an = enter("an")
    assert an.post(SURVEY, data={**hidden(an, SURVEY), **GOOD, "useful": "5"}).status_code == 303
    clock.at = MONDAY + timedelta(days=15)
    an = enter("an")
    assert "Đã quá hạn sửa" in an.get(SURVEY).text
    an.post(SURVEY, data={**hidden(an, "/me"), **GOOD, "useful": "1", "revision": "2"})
    assert rows(database, sa.select(SurveyAnswer))[0].useful == 5


def test_a_lesson_is_rated_where_its_result_is_seen(
    enter: Enter, cast: SimpleNamespace, session: Session, database: Database
) -> None:
    first = answer(session, MONDAY, cast.an, cast.published, "bai-1", cau_1="2")
    second = answer(session, MONDAY, cast.an, cast.published, "bai-1", cau_1="1")
    exam = answer(session, MONDAY, cast.an, cast.published, "exam", thi_1="1")
    session.commit()
    an = enter("an")
    assert '<details class="rating" open>' in an.get(f"/attempts/{first.id}").text
    assert '<details class="rating">' in an.get(f"/attempts/{second.id}").text  # asked once, not twice
    assert "rating" not in an.get(f"/attempts/{exam.id}").text
    form = hidden(an, f"/attempts/{first.id}")
    assert an.post(f"/attempts/{first.id}/rating", data={**form, "rating": "2"}).status_code == 303
    assert an.post(f"/attempts/{second.id}/rating", data={**form, "rating": "5"}).status_code == 303
    for nothing in ("6", "0", "x", ""):
        an.post(f"/attempts/{second.id}/rating", data={**form, "rating": nothing})
    kept = rows(database, sa.select(LessonRating))[0]
    assert (kept.page, kept.rating) == ("id-bai-1", 5)
    assert '<details class="rating">' in an.get(f"/attempts/{first.id}").text
    assert "Đồng chí đánh giá bài này: Rất tốt" in words(an.get(f"/attempts/{first.id}").text)
    assert enter("binh").post(f"/attempts/{first.id}/rating", data={"rating": "1"}).status_code in (400, 404)


@pytest.fixture
def month_later(cast: SimpleNamespace, session: Session) -> SimpleNamespace:
    for person in (cast.an, cast.binh):
        done(session, person, 31)
    asks.ask_due(session, MONDAY, make.ZONE, 100)
    session.commit()
    cast.ask = asks.waiting(session, cast.an.id, MONDAY.date())[0].ask.id
    session.commit()
    return cast


def test_a_month_later_the_learner_says_whether_it_is_of_use(
    enter: Enter, month_later: SimpleNamespace, session: Session, database: Database
) -> None:
    address = f"/followups/{month_later.ask}"
    an = enter("an")
    assert address in an.get("/").text
    assert enter("binh").get(address).status_code == 404
    form = hidden(an, address)
    reply = an.post(address, data={**form, "used": "not_yet", "text": "chưa có phần mềm"})
    assert reply.status_code == 422 and "chưa có phần mềm" in reply.text and "vì sao" in reply.text
    assert an.post(address, data={**form, "used": "not_yet", "reason": "no_means"}).status_code == 303
    assert address not in an.get("/").text
    [kept] = rows(database, sa.select(FollowUpAnswer))
    assert (kept.used, kept.reason) == ("not_yet", "no_means")


def test_a_head_answers_for_everybody_in_one_sitting(
    enter: Enter, month_later: SimpleNamespace, session: Session, database: Database
) -> None:
    head = enter("lanhdao")
    page = head.get("/office/followups").text
    assert "2 người của đơn vị" in page and page.index("Trần Văn An") < page.index("Lê Bình")
    assert "Có 2 người của đơn vị cần đồng chí nhận xét" in head.get("/notices").text
    assert "Trần Văn An" not in enter("lanhdao2").get("/office/followups").text
    query = sa.select(Ask).where(Ask.kind == "manager").order_by(Ask.person_id, Ask.id)
    ids = [one.id for one in rows(database, query)]
    form = hidden(head, "/office/followups")
    reply = head.post(
        "/office/followups", data={**form, f"used-{ids[0]}": "often", f"used-{ids[1]}": "not_yet"}
    )
    assert reply.status_code == 422 and "Hãy chọn một lý do" in reply.text
    assert [kept.ask_id for kept in rows(database, sa.select(FollowUpAnswer))] == [
        ids[0]
    ]  # what was right is kept
    reply = head.post("/office/followups", data={**form, f"reason-{ids[1]}": "no_time"})
    assert reply.status_code == 422 and "Hãy chọn một câu trả lời" in reply.text
    assert 'value="no_time" selected' in reply.text  # a reason alone is not lost
    fields = {**form, f"used-{ids[1]}": "not_yet", f"reason-{ids[1]}": "no_time"}
    assert head.post("/office/followups", data=fields).status_code == 303
    assert "Đồng chí đã trả lời hết" in head.get("/office/followups").text
    assert enter("lanhdao2").post("/office/followups", data={f"used-{ids[0]}": "not_yet"}).status_code in (
        303,
        400,
    )
    kept = rows(database, sa.select(FollowUpAnswer).where(FollowUpAnswer.ask_id == ids[0]))[0]
    assert (kept.used, kept.answered_by) == ("often", month_later.head.id)


def test_a_head_is_shown_as_many_as_can_be_answered_at_once_each_once(
    enter: Enter, month_later: SimpleNamespace, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("learning.office.followups.AT_ONCE", 1)
    session.add(
        Posting(
            person_id=month_later.an.id,
            unit_code="21583",
            from_date=date(2026, 2, 1),
            to_date=date(2027, 1, 1),
        )
    )
    session.commit()
    page = enter("lanhdao").get("/office/followups").text
    assert page.count("Trần Văn An") == 1 and "Lê Bình" not in page and "Còn 1 dòng nữa" in page
    looked = session.scalars(sa.select(Look.person_id).where(Look.looker_id == month_later.head.id))
    assert list(looked) == [month_later.an.id]  # nobody is told of a look at what was not shown
