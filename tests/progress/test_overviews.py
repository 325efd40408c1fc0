"""Figures of a course, a class, a unit, the province: whose they are, and that they are the score table's own."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.database import Database
from learning.organisation.models import ClassMember, Posting
from learning.progress import overviews, scores, tallies
from learning.progress.models import Enrolment, PageProgress
from learning.progress.overviews import Scope
from learning.progress.tallies import Figures
from tests import make

TODAY = date(2026, 11, 22)  # a Sunday
COURSE = "finance/sample"


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    return people(session)


def people(session: Session) -> SimpleNamespace:
    """Two communes. Of a class that is overdue An is done, Bình under way, Chi has not begun; Dũng learns on his own."""
    make.publish(session)
    make.publish(session, make.course(slug="other"))
    here, there = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    made = SimpleNamespace(
        an=make.person(session, "an", "Trần Văn An", unit=here),
        binh=make.person(session, "binh", "Lê Bình", unit=here),
        chi=make.person(session, "chi", "Đỗ Chi", unit=there),
        dung=make.person(session, "dung", "Bùi Dũng", unit=there),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",)),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [here.code]}, unit=here),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",)),
        stranger=make.person(session, "khac", "Ngô Khác", roles=("trainer",)),
    )
    members = [made.an, made.binh, made.chi]
    make.training_class(session, made.trainer, members, due_on=TODAY - timedelta(days=1))
    make.training_class(session, made.trainer, [made.an], "finance/other", code="L02")
    enrol(session, made.an, "done", 2, Decimal(90), 600)
    enrol(session, made.binh, "started", 1, Decimal(40), 300)
    enrol(session, made.dung, "started", 0, None, 60)
    session.flush()
    return made


def enrol(
    session: Session,
    person: Person,
    state: str,
    attempts: int,
    best: Decimal | None,
    seconds: int,
    **more: Any,
) -> None:
    given = {"started_at": make.NOW, "completed_at": make.NOW if state == "done" else None} | more
    session.add(
        Enrolment(
            person_id=person.id, course_id=COURSE, state=state, attempts=attempts, best=best, seconds=seconds,
            last_at=make.NOW, **given,
        )
    )  # fmt: skip


def visitor(person: Person, *roles: str, **scopes: str) -> Visitor:
    given = {role: frozenset([scope]) for role, scope in scopes.items()}
    return Visitor(person.id, person.username, person.full_name, frozenset(roles), given)


def readers(cast: SimpleNamespace) -> list[Visitor]:
    return [
        visitor(cast.inspector, "inspector"),
        visitor(cast.trainer, "trainer"),
        visitor(cast.stranger, "trainer"),
        visitor(cast.head, "unit_head", unit_head="21583"),
        visitor(cast.head, "unit_head", "trainer", unit_head="21583"),
        visitor(cast.an, "learner"),
    ]


def figures(session: Session, one: Visitor, by: overviews.By = "", **narrowed: str) -> dict[Any, Figures]:
    return tallies.tallied(overviews.counted(session, Scope(one, TODAY, **narrowed), by))


def test_figures_of_a_course(session: Session, cast: SimpleNamespace) -> None:
    inspector = visitor(cast.inspector, "inspector")
    assert figures(session, inspector, course_id=COURSE)[""] == Figures(4, 3, 1, 2, 2, Decimal(65), 3, 960)
    by_unit = figures(session, inspector, "unit", course_id=COURSE)
    assert by_unit["21583"] == Figures(2, 2, 1, 1, 2, Decimal(65), 3, 900)
    assert by_unit["23677"] == Figures(2, 1, 0, 1, 0, None, 0, 60)
    assert figures(session, inspector, "course") == {
        COURSE: Figures(4, 3, 1, 2, 2, Decimal(65), 3, 960),
        "finance/other": Figures(1),
    }
    assert overviews.people(session, Scope(inspector, TODAY)) == 4
    assert overviews.by_class(session, Scope(inspector, TODAY)) == {
        "L01": Figures(3, 2, 1, 2, 2, Decimal(65), 3, 900),
        "L02": Figures(1),
    }


def test_each_sees_the_figures_of_their_own(session: Session, cast: SimpleNamespace) -> None:
    whole, trainer, stranger, head, both, learner = readers(cast)
    numbers = [
        sum(one.people for one in figures(session, one, "course").values())
        for one in (whole, trainer, stranger, head, both, learner)
    ]
    assert numbers == [5, 4, 0, 3, 3, 0]
    assert set(overviews.by_class(session, Scope(head, TODAY))) == set()
    for one, narrowed in (
        (learner, {}),
        (stranger, {"course_id": COURSE}),
        (head, {"unit": "23677"}),
        (head, {"course_id": COURSE, "class_code": "L01"}),
        (trainer, {"course_id": COURSE, "class_code": "L02"}),
        (trainer, {"unit": "21583\0"}),
    ):
        with pytest.raises(scores.NotSeen):
            overviews.scope(session, one, TODAY, **narrowed)
    assert overviews.scope(session, trainer, TODAY, course_id=COURSE, unit="23677", class_code="L01")


def test_the_figures_are_the_score_tables_own(session: Session, cast: SimpleNamespace) -> None:
    for one in readers(cast)[:-1]:
        agree(session, one)


def agree(session: Session, one: Visitor) -> None:
    for narrowed in ({}, {"unit": "21583"}, {"unit": "52"}, {"class_code": "L01"}):
        found = figures(session, one, course_id=COURSE, **narrowed).get("", Figures())
        wanted = scores.Filter(scores.seen_by(one, COURSE, TODAY), concerned=True, **narrowed)
        table = scores.counts(session, COURSE, wanted, TODAY)
        assert table == {
            "not_started": found.waiting, "started": found.under_way, "done": found.done, "overdue": found.overdue,
        }  # fmt: skip


lives = st.lists(
    st.tuples(
        st.sampled_from(["none", "started", "done"]),
        st.sampled_from(["", "21583", "23677", "52"]),
        st.booleans(),  # member of the class
        st.booleans(),  # active
    ),
    max_size=8,
)


@given(lives)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whoever_they_are_both_count_the_same(
    database: Database, found: list[tuple[str, str, bool, bool]]
) -> None:
    with database.write_session() as session:
        cast = people(session)
        group = session.scalar(sa.select(ClassMember.class_id).where(ClassMember.person_id == cast.chi.id))
        for number, (state, unit, member, active) in enumerate(found):
            person = make.person(session, f"x{number}", f"Người {number}")
            person.active = active
            if unit:
                session.add(Posting(person_id=person.id, unit_code=unit, from_date=date(2026, 1, 1)))
            if member:
                session.add(ClassMember(class_id=group, person_id=person.id))
            if state != "none":
                enrol(session, person, state, 1, Decimal(number), 10)
        session.flush()
        for one in readers(cast)[:-1]:
            agree(session, one)
            by_unit = figures(session, one, "unit", course_id=COURSE).values()
            whole = figures(session, one, course_id=COURSE).get("", Figures())
            assert sum(unit.people for unit in by_unit) == whole.people
        session.rollback()


def test_of_two_postings_the_later_counts_and_who_sits_nowhere_counts_too(
    session: Session, cast: SimpleNamespace
) -> None:
    session.execute(sa.update(Posting).where(Posting.person_id == cast.an.id).values(to_date=TODAY))
    session.add(Posting(person_id=cast.an.id, unit_code="23677", from_date=TODAY))
    yesterday = TODAY - timedelta(days=1)
    session.execute(sa.update(Posting).where(Posting.person_id == cast.dung.id).values(to_date=yesterday))
    session.flush()
    by_unit = figures(session, visitor(cast.inspector, "inspector"), "unit", course_id=COURSE)
    assert {code: one.people for code, one in by_unit.items()} == {"21583": 1, "23677": 2, "": 1}


def test_in_two_classes_one_is_counted_once(session: Session, cast: SimpleNamespace) -> None:
    make.training_class(session, cast.trainer, [cast.binh], code="L03", due_on=TODAY - timedelta(days=9))
    one = figures(session, visitor(cast.trainer, "trainer"), course_id=COURSE)[""]
    assert (one.under_way, one.overdue, one.people) == (1, 2, 3)


def test_lessons_done_by_unit(session: Session, cast: SimpleNamespace) -> None:
    for person, page, state in (
        (cast.an, "id-bai-1", "done"), (cast.an, "exam", "done"), (cast.binh, "id-bai-1", "started"),
        (cast.dung, "id-bai-1", "done"), (cast.trainer, "id-bai-1", "done"),
    ):  # fmt: skip
        row = {"person_id": person.id, "course_id": COURSE, "page": page, "state": state}
        session.add(PageProgress(**row, started_at=make.NOW, done_at=make.NOW))
    session.flush()
    wanted = Scope(visitor(cast.inspector, "inspector"), TODAY, COURSE)
    assert overviews.lessons(session, wanted, "unit") == {
        ("21583", "id-bai-1"): 1, ("21583", "exam"): 1, ("23677", "id-bai-1"): 1,
    }  # fmt: skip
    assert overviews.lessons(session, wanted) == {("", "id-bai-1"): 2, ("", "exam"): 1}
    own = Scope(visitor(cast.head, "unit_head", unit_head="21583"), TODAY, COURSE)
    assert overviews.lessons(session, own) == {("", "id-bai-1"): 1, ("", "exam"): 1}


def test_a_week_begins_on_monday_in_the_province(session: Session, cast: SimpleNamespace) -> None:
    session.execute(sa.delete(Enrolment))
    session.expire_all()
    before = datetime(2026, 11, 15, 16, 59, tzinfo=UTC)  # Sunday night
    after = before + timedelta(minutes=1)
    enrol(session, cast.an, "done", 1, Decimal(80), 120, started_at=before, completed_at=after)
    enrol(session, cast.binh, "started", 0, None, 0, started_at=after)
    enrol(
        session,
        cast.chi,
        "done",
        1,
        Decimal(50),
        60,
        started_at=before - timedelta(days=60),
        completed_at=before,
    )
    session.flush()
    wanted = Scope(visitor(cast.inspector, "inspector"), TODAY, COURSE)
    weeks = overviews.trend(session, wanted, make.ZONE, 3)
    assert [(week.monday.day, week.begun, week.done) for week in weeks] == [(2, 0, 0), (9, 1, 1), (16, 1, 1)]
    last = overviews.within(session, wanted, make.ZONE, date(2026, 11, 16), TODAY)
    assert last == tallies.Within(1, 1, Decimal(80), 120)
    both = overviews.within(session, wanted, make.ZONE, date(2026, 11, 9), TODAY)
    assert both == tallies.Within(2, 2, Decimal(65), 180)
    assert overviews.within(session, wanted, make.ZONE, TODAY, TODAY) == tallies.Within(0, 0, None, 0)


def test_the_people_behind_a_figure(session: Session, cast: SimpleNamespace) -> None:
    session.add(
        PageProgress(
            person_id=cast.an.id, course_id=COURSE, page="id-bai-1", state="done", started_at=make.NOW, done_at=make.NOW
        )
    )  # fmt: skip
    session.flush()
    inspector = visitor(cast.inspector, "inspector")

    def listed(**narrowed: Any) -> list[str]:
        wanted = scores.asked(session, inspector, COURSE, TODAY, concerned=True, **narrowed)
        return [line.username for line in scores.page(session, COURSE, wanted, TODAY)[0]]

    assert listed(state="begun") == ["an", "binh", "dung"]
    assert listed(page="id-bai-1") == ["an"]
    assert listed(page="id-bai-1", not_yet=True, unit="21583") == ["binh"]
    assert listed(unit="52") == ["an", "binh", "chi", "dung"] and listed(unit="52", exact=True) == []
    day = {"since": make.NOW, "until": make.NOW + timedelta(seconds=1)}
    assert listed(did="started", **day) == ["an", "binh", "dung"]
    assert listed(did="done", **day) == ["an"]
    assert listed(did="done", since=day["until"], until=day["until"]) == []
