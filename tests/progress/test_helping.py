"""Who needs help, as the database finds them: the same as the pure rules, whoever asks."""

from datetime import date, datetime, time, timedelta
from random import Random
from types import SimpleNamespace
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.accounts.visitors import Visitor
from learning.database import Database
from learning.organisation.models import TrainingClass
from learning.progress import attention, help_records, helping, scores
from learning.progress.attention import Facts
from learning.progress.helping import Day, Wanted
from learning.progress.models import Enrolment, HelpRecord
from learning.quizzes.models import Attempt
from tests import make, statements

TODAY = date(2026, 11, 23)
DAY = Day(TODAY, make.ZONE)
COURSE = "finance/sample"
NOON = datetime.combine(TODAY, time(12), make.ZONE)


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def noon(days_ago: int) -> datetime:
    return NOON - timedelta(days=days_ago)


def enrol(session: Session, person: Person, idle: int, *, done: bool = False, course: str = COURSE) -> None:
    at = noon(idle)
    session.add(
        Enrolment(
            person_id=person.id, course_id=course, state="done" if done else "started", attempts=0, best=None,
            seconds=0, started_at=at, last_at=at, completed_at=at if done else None,
        )
    )  # fmt: skip
    session.flush()


def attempt(
    session: Session, person: Person, release: int, number: int, passed: bool, quiz: str = "exam"
) -> None:
    session.add(
        Attempt(
            id=str(uuid4()), person_id=person.id, course_id=COURSE, quiz=quiz, number=number, release_id=release,
            seed="s", paper=[], pass_percent=50, state="submitted", page_token="", started_at=NOON,
            finished_at=NOON, percent=100 if passed else 0, passed=passed,
        )
    )  # fmt: skip
    session.flush()


def member(
    session: Session, trainer: Person, person: Person, code: str, began: date | None, due: date | None
) -> None:
    made = make.training_class(session, trainer, [person], code=code, due_on=due)
    made.starts_on = began
    made.created_at = noon(3)
    session.flush()


def helped(session: Session, helper: Person, person: Person, days_ago: int, **more: object) -> HelpRecord:
    given: dict[str, object] = {
        "by_id": helper.id, "person": person, "course_id": COURSE, "rule": "overdue", "did": "talk",
        "outcome": "reached", "agreed_on": None, "note": "", "client_id": str(uuid4()), "actor": "giangvien",
    }  # fmt: skip
    return help_records.record(session, noon(days_ago), **(given | more))  # type: ignore[arg-type]


@pytest.fixture
def cast(session: Session) -> SimpleNamespace:
    """An is overdue and has not begun; Bình has a week; Chi failed twice; Dũng stands still; Giang is done."""
    published = make.publish(session)
    make.publish(session, make.course(slug="other"))
    here, there = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    one = SimpleNamespace(
        published=published,
        an=make.person(session, "an", "Trần Văn An", unit=here),
        binh=make.person(session, "binh", "Lê Bình", unit=here),
        chi=make.person(session, "chi", "Đỗ Chi", unit=there),
        dung=make.person(session, "dung", "Bùi Dũng", unit=there),
        giang=make.person(session, "giang", "Võ Giang", unit=here),
        trainer=make.person(session, "giangvien", "Phan Giảng", roles=("trainer",)),
        stranger=make.person(session, "khac", "Ngô Khác", roles=("trainer",)),
        head=make.person(session, "lanhdao", "Võ Lãnh", roles={"unit_head": [there.code]}, unit=there),
        inspector=make.person(session, "thanhtra", "Hồ Thanh", roles=("inspector",)),
    )
    member(session, one.trainer, one.an, "L01", ago(30), ago(2))
    member(session, one.trainer, one.binh, "L02", ago(3), ago(-7))
    member(session, one.trainer, one.chi, "L03", ago(30), None)
    member(session, one.trainer, one.giang, "L04", ago(30), ago(5))
    enrol(session, one.chi, 1)
    attempt(session, one.chi, published.release_id, 1, False)
    attempt(session, one.chi, published.release_id, 2, False)
    enrol(session, one.dung, 15)
    enrol(session, one.giang, 20, done=True)
    return one


def visitor(person: Person, **scopes: list[str]) -> Visitor:
    return Visitor(
        person.id,
        person.username,
        person.full_name,
        frozenset(scopes),
        {role: frozenset(held) for role, held in scopes.items()},
    )


def names(session: Session, wanted: Wanted) -> list[str]:
    return [case.username for case in helping.every(session, wanted, DAY)]


def test_each_sees_their_own_people_and_an_inspector_all(session: Session, cast: SimpleNamespace) -> None:
    courses = (COURSE, "finance/other")
    assert names(session, Wanted(courses, visitor(cast.inspector, inspector=[]))) == [
        "an",
        "binh",
        "chi",
        "dung",
    ]
    assert names(session, Wanted(courses, visitor(cast.trainer, trainer=[]))) == ["an", "binh", "chi"]
    assert names(session, Wanted(courses, visitor(cast.head, unit_head=["23677"]))) == ["chi", "dung"]
    assert names(session, Wanted(courses, visitor(cast.stranger, trainer=[]))) == []
    assert names(session, Wanted(courses, visitor(cast.an))) == []


def test_filters(session: Session, cast: SimpleNamespace) -> None:
    inspector = visitor(cast.inspector, inspector=[])
    ask = lambda **given: helping.asked(session, inspector, [COURSE, "finance/other"], TODAY, **given)  # noqa: E731
    assert names(session, ask(unit="23677")) == ["chi", "dung"]
    assert names(session, ask(class_code="L02")) == ["binh"]
    assert names(session, ask(rule="inactive")) == ["dung"]
    assert names(session, ask(course="finance/other")) == []
    for unknown in ({"unit": "x"}, {"class_code": "x"}, {"rule": "x"}, {"course": "x/y"}, {"unit": "\0"}):
        with pytest.raises(scores.NotSeen):
            ask(**unknown)
    with pytest.raises(scores.NotSeen):
        helping.asked(session, visitor(cast.stranger, trainer=[]), [COURSE], TODAY, course=COURSE)
    with pytest.raises(scores.NotSeen):
        helping.asked(session, visitor(cast.head, unit_head=["23677"]), [COURSE], TODAY, unit="21583")


def test_counts_say_how_many_people_and_of_how_many(session: Session, cast: SimpleNamespace) -> None:
    everybody = Wanted((COURSE,))
    found = helping.counts(session, everybody, DAY)
    assert found.rules == {"overdue": 1, "due_soon": 1, "failing": 1, "inactive": 1, "not_started": 0}
    assert (found.people, found.open, found.helped, found.cases) == (4, 4, 0, 4)
    helped(session, cast.trainer, cast.an, 6)
    found = helping.counts(session, everybody, DAY)
    assert (found.rules["overdue"], found.helped, found.people, found.cases) == (0, 1, 4, 4)
    assert helping.counts(session, Wanted(("finance/other",)), DAY).people == 0


def test_who_was_helped_in_the_last_days_comes_last(session: Session, cast: SimpleNamespace) -> None:
    helped(session, cast.trainer, cast.an, 8)
    assert names(session, Wanted((COURSE,)))[0] == "an"
    helped(session, cast.trainer, cast.an, 7)
    found, more = helping.page(session, Wanted((COURSE,)), DAY, size=3)
    assert [case.username for case in found] == ["binh", "chi", "dung"] and more
    (last,), more = helping.page(session, Wanted((COURSE,)), DAY, number=2, size=3)
    assert (last.username, last.helped_at, more) == ("an", noon(7), False)
    groups = helping.counts(session, Wanted((COURSE,)), DAY).groups
    assert {group.rule: group.people for group in groups} == {
        "overdue": 0,
        "due_soon": 1,
        "failing": 1,
        "inactive": 1,
    }


def test_what_was_passed_since_is_failed_no_more(session: Session, cast: SimpleNamespace) -> None:
    assert helping.failing(session, [cast.chi.id]) == {(cast.chi.id, COURSE): "exam"}
    attempt(session, cast.chi, cast.published.release_id, 3, True)
    assert names(session, Wanted((COURSE,), rule="failing")) == []
    attempt(session, cast.chi, cast.published.release_id, 4, False)
    assert names(session, Wanted((COURSE,), rule="failing")) == []
    attempt(session, cast.chi, cast.published.release_id, 5, False)
    (case,) = helping.every(session, Wanted((COURSE,), rule="failing"), DAY)
    assert case.facts.failed == 2


def test_who_is_shut_out_is_not_spoken_of(session: Session, cast: SimpleNamespace) -> None:
    cast.an.active = False
    session.flush()
    assert "an" not in names(session, Wanted((COURSE,)))


def test_a_retry_is_the_same_record_and_another_helper_s_is_not(
    session: Session, cast: SimpleNamespace
) -> None:
    first = helped(session, cast.trainer, cast.an, 1, client_id="one")
    assert helped(session, cast.trainer, cast.an, 0, client_id="one", did="remind") is first
    assert first.did == "talk"
    helped(session, cast.stranger, cast.an, 0, client_id="one", did="remind")
    told = help_records.history(session, cast.an.id, COURSE)
    assert [(each.helper, each.record.did) for each in told] == [
        ("Ngô Khác", "remind"),
        ("Phan Giảng", "talk"),
    ]


def test_one_person_is_found_by_those_who_may_see_them(session: Session, cast: SimpleNamespace) -> None:
    trainer = Wanted((COURSE,), visitor(cast.trainer, trainer=[]))
    person, case = helping.one(session, trainer, DAY, "an")
    assert person is cast.an and case is not None and case.reasons[0].rule == "overdue"
    person, case = helping.one(session, trainer, DAY, "giang")
    assert person is cast.giang and case is None
    for unseen in ("dung", "khac", "none", "\0"):
        with pytest.raises(scores.NotSeen):
            helping.one(session, trainer, DAY, unseen)


def test_the_database_finds_what_the_rules_say_in_their_order(session: Session) -> None:
    """A crowd of every kind, asked once by the database and once by the pure rules."""
    published, chance = make.publish(session), Random(5)
    trainer = make.person(session, "giangvien", "Phan Giảng", roles=("trainer",))
    expected: dict[str, Facts] = {}
    for number in range(150):
        person = make.person(session, f"p{number:03}", f"Nguyễn Văn {number:03}")
        began = ago(chance.randrange(-5, 30)) if chance.random() < 0.7 else None
        due = ago(chance.randrange(-12, 4)) if chance.random() < 0.4 else None
        called = chance.random() < 0.8
        if called:
            member(session, trainer, person, f"C{number}", began, due)
        idle = chance.randrange(0, 35) if chance.random() < 0.6 else None
        done, failed = chance.random() < 0.2, chance.choice((0, 0, 1, 2, 3, 5))
        if idle is not None:
            enrol(session, person, idle, done=done)
            for n in range(failed):
                attempt(session, person, published.release_id, n + 1, False)
        if called or idle is not None:
            expected[person.username] = Facts(
                done=done and idle is not None,
                began_on=None if not called else began or ago(3),
                due_on=due if called else None,
                last_on=None if idle is None else ago(idle),
                failed=failed if idle is not None else 0,
            )
    found = {case.username: case for case in helping.every(session, Wanted((COURSE,)), DAY)}
    reasons = {name: attention.reasons(facts, TODAY) for name, facts in expected.items()}
    assert {name: case.reasons for name, case in found.items()} == {n: r for n, r in reasons.items() if r}
    urgencies = [case.reasons[0].urgency for case in found.values()]
    assert urgencies == sorted(urgencies, reverse=True)
    counted = helping.counts(session, Wanted((COURSE,)), DAY)
    assert counted.cases == len(found) and counted.open == sum(not facts.done for facts in expected.values())
    for rule in attention.RULES:
        alone = [case.username for case in helping.every(session, Wanted((COURSE,), rule=rule), DAY)]
        assert alone == [name for name, case in found.items() if case.reasons[0].rule == rule]
        assert len(alone) == counted.rules[rule]
    people = session.scalars(sa.select(Person.id)).all()
    facts = helping.facts_of(session, people, [COURSE], DAY)
    assert sorted(facts) == list(helping.spoken_of(session, [COURSE], DAY))
    assert all(attention.reasons(own, TODAY) for each in facts.values() for _course, own in each)


def test_an_early_morning_belongs_to_its_own_day(session: Session, cast: SimpleNamespace) -> None:
    """A deed at 00:30 in the province is still the day before in UTC."""
    row = session.get_one(Enrolment, (cast.dung.id, COURSE))
    for hour, days, still in ((time(0, 30), 13, False), (time(23, 59), 14, True)):
        row.last_at = datetime.combine(ago(days), hour, make.ZONE)
        session.flush()
        assert ("dung" in names(session, Wanted((COURSE,)))) is still


def test_failed_attempts_are_read_from_their_index(
    session: Session, cast: SimpleNamespace, database: Database
) -> None:
    if not database.sqlite:
        pytest.skip("the plan of SQLite")
    with statements.sent(database.engine) as sent:
        helping.counts(session, Wanted((COURSE,)), DAY)
    plan = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {sent[0]}", _nothing(sent[0])).all()
    assert any("INDEX ix_attempt_failed" in row[3] for row in plan), plan


def _nothing(statement: str) -> tuple[str, ...]:
    return ("",) * statement.count("?")


def test_classes_of_the_reader(session: Session, cast: SimpleNamespace) -> None:
    own = helping.classes(session, visitor(cast.trainer, trainer=[]), [COURSE])
    assert [each.code for each in own] == ["L01", "L02", "L03", "L04"]
    assert helping.classes(session, visitor(cast.stranger, trainer=[]), [COURSE]) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(TrainingClass)) == 4
