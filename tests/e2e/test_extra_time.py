"""What is timed says so rarely, and follows the time that a person is given while they answer."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from learning.accounts.models import Person
from learning.quizzes import extra_time
from tests import make
from tests.e2e.conftest import Place
from tests.e2e.looking import until_true

pytestmark = pytest.mark.browser


@pytest.fixture
def timed(place: Place) -> str:
    with place.database.writing() as session:
        exam = make.exam(make.single("thi-1"), time_limit=Decimal(20))
        make.publish(session, make.course(exam=exam, slug="timed", title="Khóa có giờ"))
        session.commit()
    return "/courses/finance/timed/exam/quiz"


def test_time_is_said_at_ten_five_and_one_and_more_time_is_told_instead(
    visit: Callable[..., Page], learners: Iterator[str], place: Place, timed: str
) -> None:
    name = next(learners)
    page = visit(name)
    page.goto(timed)
    page.locator("main form button").click()
    page.wait_for_url("**/attempts/*")
    page.clock.install()
    page.reload()
    left = page.get_by_role("status").filter(has_text="Còn")
    expect(left).to_have_text("Còn 19 phút")
    page.evaluate(
        "window.heard = []; new MutationObserver(() => heard.push(document.getElementById('time-left').textContent))"
        ".observe(document.getElementById('time-left'), { childList: true })"
    )
    page.clock.fast_forward("10:30")
    expect(left).to_have_text("Còn 10 phút")

    with place.database.writing() as session:
        people = {
            one.username: one
            for one in session.scalars(select(Person).where(Person.username.in_((name, "quantri"))))
        }
        extra_time.grant(session, datetime.now(UTC), people[name], Decimal(2), "cần thêm", people["quantri"])
        session.commit()
    page.clock.fast_forward("05:00")  # where five minutes were left
    until_true(page, "heard.length === 2")
    assert int(page.evaluate("heard[1]").split()[1]) in (24, 25)
    page.clock.fast_forward("15:00")
    expect(left).to_have_text("Còn 10 phút")
    page.clock.fast_forward("05:00")
    expect(left).to_have_text("Còn 5 phút")
    page.clock.fast_forward("04:00")
    expect(left).to_have_text("Còn 1 phút")
    assert len(page.evaluate("heard")) == 5  # and not once more
