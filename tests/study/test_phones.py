"""What was done on a phone, and a file of it that is handed in."""

import io
import json
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.vaults import vault
from learning.quizzes import attempts
from learning.quizzes.models import AnswerEvent, Attempt
from learning.sync.models import SyncedEvent
from tests import make
from tests.conftest import SECRET
from tests.study.conftest import Reader

PHONE = str(uuid4())


@pytest.fixture
def attempt(session: Session, person: Person) -> Attempt:
    published = make.publish(session, make.course(make.lesson("bai-1", make.single("cau-1")), exam=None))
    begun, _ = attempts.start(session, make.NOW, person.id, published, "bai-1", missing=())
    session.commit()
    return begun


def option(attempt: Attempt, number: int = 0) -> str:
    return str(attempt.paper[0]["options"][number][0])


def event(attempt: Attempt, **more: Any) -> dict[str, Any]:
    given = {"kind": "answer", "attempt": attempt.id, "question": "cau-1", "answer": option(attempt)}
    return {"client_id": str(uuid4()), "device": PHONE, "seq": 1, **given, **more}


def handed(reader: Reader, person: Person, *events: dict[str, Any]) -> None:
    content = {"format": "camtay-answers", "person": vault(SECRET, person.id).person, "events": events}
    reader.open("/me/handed-in-answers")
    reader.press({"file": (io.BytesIO(json.dumps(content).encode()), "bai-lam.json")})


def test_a_file_is_handed_in_twice_and_counts_once(
    reader: Reader, session: Session, person: Person, attempt: Attempt
) -> None:
    answer, submission = event(attempt), event(attempt, kind="submission", seq=2, answers={})
    for _ in range(2):
        handed(reader, person, answer, submission)
        assert reader.reply.status_code == 200
        assert "đã nhận" in reader.text and "đã nộp" in reader.text
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 1
    assert session.scalar(select(func.count()).select_from(SyncedEvent)) == 2
    assert session.get_one(Attempt, attempt.id, populate_existing=True).state == "submitted"


def test_anothers_file_and_what_is_none_are_refused(
    reader: Reader, session: Session, person: Person, attempt: Attempt
) -> None:
    other = make.person(session, "khac")
    session.commit()
    handed(reader, other, event(attempt))
    assert reader.reply.status_code == 422 and "bài làm của người khác" in reader.text
    reader.open("/me/handed-in-answers")
    reader.press({"file": (io.BytesIO(b"anh cua toi"), "anh.png")})
    assert reader.reply.status_code == 422 and "không phải tệp bài làm" in reader.text
    reader.open("/me/handed-in-answers")
    reader.press()
    assert reader.reply.status_code == 422
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 0


def test_anothers_attempt_in_ones_own_file_is_not_there(
    reader: Reader, session: Session, person: Person, attempt: Attempt
) -> None:
    other = make.person(session, "khac")
    session.execute(Attempt.__table__.update().values(person_id=other.id))
    session.commit()
    handed(reader, person, event(attempt))
    assert "máy chủ không có bài này" in reader.text and attempt.id not in reader.reply.text
    assert session.scalar(select(func.count()).select_from(AnswerEvent)) == 0


def test_what_came_late_or_after_a_newer_one_is_shown_to_its_author(
    reader: Reader, session: Session, person: Person, attempt: Attempt
) -> None:
    reader.open("/me/phone")
    assert "Không có câu nào." in reader.text
    handed(reader, person, event(attempt, seq=2, answer=option(attempt, 1)), event(attempt, seq=1))
    handed(reader, person, event(attempt, seq=3, kind="submission", answers={}))
    handed(reader, person, event(attempt, seq=4))
    assert "đến muộn, giữ lại, không tính" in reader.text
    reader.open("/me/phone")
    assert "Câu 1, " in reader.text
    assert "đến muộn" in reader.text and "Phương án" in reader.text


def test_a_stranger_is_sent_to_the_door(client: Any) -> None:
    for address in ("/me/phone", "/me/handed-in-answers"):
        assert client.get(address).status_code == 303
