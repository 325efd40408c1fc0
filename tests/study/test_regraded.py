"""A learner hands in, the author corrects the key: what the learner's own pages say, before and after."""

from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.certificates import regrades
from learning.certificates.models import Certificate
from learning.content.model import Course
from learning.library import catalogue
from learning.progress import recount
from tests import make
from tests.study.conftest import Reader
from tests.study.test_attempts import option


def corrected(right: int) -> Course:
    page = make.exam(make.single("thi-1", right), make.single("thi-2"), pass_percent=100)
    return make.course(make.lesson("bai-1"), exam=page, completion="exam")


@pytest.fixture
def failed(reader: Reader, publish: Callable[..., Course]) -> Reader:
    """Chose the second option where the course, wrongly, took the first for right."""
    publish(corrected(1))
    sit(reader, "2")
    return reader


@pytest.fixture
def regrade(session: Session, now: datetime) -> Callable[..., None]:
    def regrade(choice: str, done: bool = True) -> None:
        published = make.publish(session, corrected(2))
        regrades.order(session, now, published, {"thi-1": choice}, by="bientap")
        while done and regrades.settle(session, now, make.ZONE):
            pass
        assert recount.check(session) == []
        session.commit()

    return regrade


def sit(reader: Reader, first: str) -> None:
    reader.open("/courses/finance/sample/exam")
    reader.press()
    if "Phương án 1 của thi-1" not in reader.text:
        raise AssertionError(reader.text)
    reader.press({"answer": option(reader, f"Phương án {first} của thi-1"), "go": "next"})
    reader.press({"answer": option(reader, "Phương án 1 của thi-2"), "go": "next"})
    reader.press()


def test_who_was_right_all_along_passes_and_is_told_why(failed: Reader, regrade: Callable[..., None]) -> None:
    assert "Chưa đạt" in failed.text
    regrade("both")
    failed.open(failed.path)
    text = failed.text
    assert "Đúng 2/2 câu. Đồng chí được 100%" in text
    assert (
        "Bài này đã được chấm lại ngày 22/11/2026 vì có đáp án được sửa. Lúc nộp bài: 50%, chưa đạt." in text
    )
    assert "Đáp án cũ và đáp án mới đều được tính là đúng. Điểm câu này: 0 → 1." in text
    assert "Giấy xác nhận đã được cấp" in text
    link = failed.page.find(".//main//div[@class='actions']/a").get("href")
    failed.open(link)
    assert "Giấy này được cấp khi bài được chấm lại ngày 22/11/2026 vì có đáp án được sửa." in failed.text


def test_who_would_fall_sees_their_score_and_that_it_waits(
    reader: Reader, publish: Callable[..., Course], regrade: Callable[..., None]
) -> None:
    publish(corrected(1))
    sit(reader, "1")
    regrade("new")
    reader.open(reader.path)
    assert "100%" in reader.text
    assert "việc chấm lại đang chờ người thứ hai xem xét" in reader.text
    assert "Giấy xác nhận đã được cấp" in reader.text


def test_after_a_confirmed_fall_the_certificate_is_still_there(
    reader: Reader,
    publish: Callable[..., Course],
    regrade: Callable[..., None],
    session: Session,
    now: datetime,
) -> None:
    publish(corrected(1))
    sit(reader, "1")
    regrade("new")
    for held in regrades.held(session):
        regrades.confirm(session, now + timedelta(days=1), make.ZONE, held.regrade_id, by="thamdinh")
    session.commit()
    reader.open(reader.path)
    assert "Lúc nộp bài: 100%, đạt." in reader.text
    assert "chấm lại không thu hồi giấy xác nhận" in reader.text
    assert "Giấy xác nhận đã được cấp" in reader.text
    serial = session.scalar(select(Certificate.serial))
    reader.open(f"/certificates/{serial}")
    assert "nay chưa đạt. Giấy vẫn có giá trị, trừ khi có quyết định thu hồi riêng." in reader.text
    assert "chấm lại" not in reader.client.get(f"/verify/{serial}").text  # a stranger sees what is printed


def test_before_the_sweep_has_come_the_page_says_so(failed: Reader, regrade: Callable[..., None]) -> None:
    regrade("full", done=False)
    failed.open(failed.path)
    assert "Bài sẽ được chấm lại trong ít phút." in failed.text
    assert "50%" in failed.text


def test_a_page_whose_key_stayed_says_nothing(failed: Reader, publish: Callable[..., Course]) -> None:
    publish(corrected(1))
    failed.open(failed.path)
    assert "chấm lại" not in failed.text


def test_who_is_under_way_hands_in_on_the_old_words(
    reader: Reader,
    publish: Callable[..., Course],
    regrade: Callable[..., None],
    session: Session,
    now: datetime,
) -> None:
    publish(corrected(1))
    reader.open("/courses/finance/sample/exam")
    reader.press()
    regrade("both")
    reader.press({"answer": option(reader, "Phương án 2 của thi-1"), "go": "next"})
    reader.press({"answer": option(reader, "Phương án 1 của thi-2"), "go": "next"})
    reader.press()
    assert "Bài sẽ được chấm lại trong ít phút." in reader.text
    assert regrades.settle(session, now, make.ZONE) == 1
    session.commit()
    reader.open(reader.path)
    assert "Đồng chí được 100%" in reader.text
    assert catalogue.live(session, "finance/sample").number == 2


def test_a_better_explanation_is_shown_and_marked(failed: Reader, session: Session, now: datetime) -> None:
    course = corrected(1)
    assert course.exam is not None
    better = msgspec.structs.replace(make.single("thi-1"), explanation="<p>Viết lại cho rõ.</p>")
    exam = make.exam(better, make.single("thi-2"), pass_percent=100)
    make.publish(session, msgspec.structs.replace(course, exam=exam), now=now + timedelta(days=1))
    session.commit()
    assert "Giải thích đã được cập nhật" not in failed.text
    failed.open(failed.path)
    assert failed.text.count("Giải thích đã được cập nhật ngày 23/11/2026.") == 1
    assert "Viết lại cho rõ." in failed.text and "Giải thích thi-1" not in failed.text
