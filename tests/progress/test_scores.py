"""Who sees whose scores, and that the table says what happened."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.progress import scores
from learning.progress.models import Enrolment
from tests import make

TODAY = date(2026, 11, 22)
COURSE = "finance/sample"


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """Two communes; An is done, Bình is under way, Chi has not begun, Dũng sits elsewhere. Two classes of one trainer,
    one in another course."""
    make.publish(session)
    make.publish(session, make.course(slug="other"))
    here, there = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    people = SimpleNamespace(
        here=here,
        there=there,
        an=make.person(session, "an", "Trần Văn An", unit=here),
        binh=make.person(session, "binh", "Lê Bình", unit=here),
        chi=make.person(session, "chi", "Đỗ Chi", unit=there),
        dung=make.person(session, "dung", "Bùi Dũng", unit=there),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",)),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [here.code]}, unit=here),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",)),
        stranger=make.person(session, "khac", "Ngô Khác", roles=("trainer",)),
    )
    make.training_class(
        session, people.trainer, [people.an, people.binh, people.chi], due_on=TODAY - timedelta(days=1)
    )
    make.training_class(session, people.trainer, [people.dung], "finance/other", code="L02")
    enrol(session, people.an, "done", 2, Decimal(90))
    enrol(session, people.binh, "started", 1, None)
    enrol(session, people.dung, "started", 3, Decimal("33.333333"))
    session.flush()
    return people


def enrol(session: Session, person: Person, state: str, attempts: int, best: Decimal | None) -> None:
    session.add(
        Enrolment(
            person_id=person.id,
            course_id=COURSE,
            state=state,
            attempts=attempts,
            best=best,
            started_at=make.NOW,
            last_at=make.NOW,
            completed_at=make.NOW if state == "done" else None,
        )
    )


def visitor(person: Person, *roles: str, **scopes: str) -> Visitor:
    return Visitor(
        person.id,
        person.username,
        person.full_name,
        frozenset(roles),
        {k: frozenset([v]) for k, v in scopes.items()},
    )


def listed(session: Session, one: Visitor, **asked: object) -> list[str]:
    wanted = scores.asked(session, one, COURSE, TODAY, **asked)  # type: ignore[arg-type]
    lines, following = scores.page(session, COURSE, wanted, TODAY)
    assert not following
    return [line.username for line in lines]


def test_a_trainer_sees_own_classes_of_this_course_only(session: Session, cast: SimpleNamespace) -> None:
    assert listed(session, visitor(cast.trainer, "trainer")) == ["an", "binh", "chi"]
    assert listed(session, visitor(cast.stranger, "trainer")) == []


def test_a_unit_head_sees_own_unit(session: Session, cast: SimpleNamespace) -> None:
    one = visitor(cast.head, "unit_head", unit_head=cast.here.code)
    assert listed(session, one) == ["an", "binh", "lanhdao"]
    assert listed(session, visitor(cast.head, "unit_head", unit_head="52"), concerned=True) == [
        "an",
        "binh",
        "chi",
        "dung",
    ]


def test_an_inspector_sees_the_province_and_a_learner_nobody(session: Session, cast: SimpleNamespace) -> None:
    assert len(listed(session, visitor(cast.inspector, "inspector"))) == 8
    assert listed(session, visitor(cast.an, "learner")) == []
    assert not scores.may_see_course(session, visitor(cast.an, "learner"), COURSE)
    assert not scores.may_see_course(session, visitor(cast.stranger, "trainer"), COURSE)
    assert scores.may_see_course(session, visitor(cast.trainer, "trainer"), COURSE)


def test_two_roles_see_what_either_sees(session: Session, cast: SimpleNamespace) -> None:
    one = visitor(cast.trainer, "trainer", "unit_head", unit_head=cast.there.code)
    assert listed(session, one) == ["an", "binh", "chi", "dung"]


def test_the_filters(session: Session, cast: SimpleNamespace) -> None:
    one = visitor(cast.inspector, "inspector")
    assert listed(session, one, concerned=True) == ["an", "binh", "chi", "dung"]
    assert listed(session, one, class_code="L01") == ["an", "binh", "chi"]
    assert listed(session, one, unit=cast.there.code) == ["chi", "dung"]
    assert listed(session, one, unit="52", concerned=True) == ["an", "binh", "chi", "dung"]
    assert listed(session, one, state="done") == ["an"]
    assert listed(session, one, state="started") == ["binh", "dung"]
    assert listed(session, one, state="not_started", concerned=True) == ["chi"]
    assert listed(session, one, overdue=True) == ["binh", "chi"]


def test_a_filter_one_may_not_know_of_is_as_if_not_there(session: Session, cast: SimpleNamespace) -> None:
    trainer, head = (
        visitor(cast.trainer, "trainer"),
        visitor(cast.head, "unit_head", unit_head=cast.here.code),
    )
    for one, asked in (
        (trainer, {"class_code": "L02"}),  # of another course
        (visitor(cast.stranger, "trainer"), {"class_code": "L01"}),
        (head, {"class_code": "L01"}),
        (head, {"unit": cast.there.code}),
        (head, {"unit": "52"}),
        (trainer, {"unit": "không có"}),
    ):
        with pytest.raises(scores.NotSeen):
            scores.asked(session, one, COURSE, TODAY, **asked)


def test_a_line_says_where_how_often_how_well_and_when(
    session: Session, cast: SimpleNamespace, now: datetime
) -> None:
    wanted = scores.asked(session, visitor(cast.inspector, "inspector"), COURSE, TODAY)
    done = scores.one(session, COURSE, wanted, TODAY, "an")
    assert (done.full_name, done.unit, done.attempts, done.best) == (
        "Trần Văn An",
        "Phường Quy Nhơn",
        2,
        Decimal(90),
    )
    assert (done.state, done.last_at, done.overdue) == ("done", make.NOW, False)
    idle = scores.one(session, COURSE, wanted, TODAY, "chi")
    assert (idle.state, idle.attempts, idle.best, idle.last_at, idle.overdue) == (
        "not_started",
        0,
        None,
        None,
        True,
    )
    with pytest.raises(scores.NotSeen):
        scores.one(
            session,
            COURSE,
            scores.asked(session, visitor(cast.stranger, "trainer"), COURSE, TODAY),
            TODAY,
            "an",
        )


def test_counts(session: Session, cast: SimpleNamespace) -> None:
    one = visitor(cast.trainer, "trainer")
    counted = scores.counts(session, COURSE, scores.asked(session, one, COURSE, TODAY, concerned=True), TODAY)
    assert counted == {"not_started": 1, "started": 1, "done": 1, "overdue": 2}


def test_on_the_day_itself_nobody_is_late(session: Session, cast: SimpleNamespace) -> None:
    yesterday = TODAY - timedelta(days=1)
    wanted = scores.asked(session, visitor(cast.trainer, "trainer"), COURSE, yesterday)
    assert scores.counts(session, COURSE, wanted, yesterday)["overdue"] == 0


def test_who_left_stays_while_they_have_scores(session: Session, cast: SimpleNamespace) -> None:
    cast.an.active = cast.chi.active = False
    session.flush()
    assert listed(session, visitor(cast.trainer, "trainer")) == ["an", "binh"]


def test_pages_hold_everybody_once_in_the_order_of_given_names(
    session: Session, cast: SimpleNamespace
) -> None:
    names = ["Trần Ân", "Lê Ẩn", "Lê An", "Nguyễn An", "Đặng Đức", "Đặng Dức", "Lê An"]
    for number, name in enumerate(names):
        make.person(session, f"them{number}", name)
    wanted = scores.asked(session, visitor(cast.inspector, "inspector"), COURSE, TODAY)
    whole = list(scores.every(session, COURSE, wanted, TODAY))
    found, after = [], ""
    while True:
        lines, after = scores.page(session, COURSE, wanted, TODAY, after=after, size=4)
        found += lines
        if not after:
            break
        assert len(lines) == 4
    assert found == whole
    assert len({line.person_id for line in found}) == 15
    given = [line.full_name.split()[-1] for line in found]
    assert given[:7] == ["An", "An", "An", "An", "Ân", "Ẩn", "Bình"]


@pytest.mark.parametrize("cursor", ["x", "a-", "-", "a-1'", "a-99999999999999999999", "A-1", "a-٣"])
def test_a_cursor_of_nobodys_making_is_refused(session: Session, cast: SimpleNamespace, cursor: str) -> None:
    wanted = scores.asked(session, visitor(cast.inspector, "inspector"), COURSE, TODAY)
    with pytest.raises(scores.BadCursor):
        scores.page(session, COURSE, wanted, TODAY, after=cursor)


def test_of_two_postings_that_overlap_the_later_begun_names_the_unit(
    session: Session, cast: SimpleNamespace
) -> None:
    session.execute(
        sa.text(
            "INSERT INTO posting (person_id, unit_code, from_date, to_date)"
            " VALUES (:person, :unit, '2026-11-01', '2026-12-31')"
        ),
        {"person": cast.an.id, "unit": cast.there.code},
    )
    wanted = scores.asked(session, visitor(cast.trainer, "trainer"), COURSE, TODAY)
    lines, _ = scores.page(session, COURSE, wanted, TODAY)
    assert [(line.username, line.unit) for line in lines if line.username == "an"] == [("an", "Xã Đak Đoa")]


def test_units_and_classes_to_choose_from(session: Session, cast: SimpleNamespace) -> None:
    trainer = visitor(cast.trainer, "trainer")
    assert scores.units(session, trainer, COURSE, TODAY) == [
        (cast.here.code, "Phường Quy Nhơn"),
        (cast.there.code, "Xã Đak Đoa"),
    ]
    assert [group.code for group in scores.classes(session, trainer, COURSE)] == ["L01"]
    head = visitor(cast.head, "unit_head", unit_head=cast.here.code)
    assert scores.units(session, head, COURSE, TODAY) == [(cast.here.code, "Phường Quy Nhơn")]
    assert scores.classes(session, head, COURSE) == []
