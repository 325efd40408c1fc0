"""What is told of answers, and of whom nothing is."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import true
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.database import Database
from learning.evaluation import asks, awaiting, followups, needs, ratings, results, surveys
from learning.evaluation.answers import Survey, Used
from learning.evaluation.models import Ask
from learning.evaluation.results import Rate, Report, Tally
from learning.evaluation.seats import Sight
from learning.evaluation.suppression import SETTLED, WAIT
from learning.organisation.models import ClassMember, Position, TrainingClass
from learning.progress import scores
from tests import make, statements
from tests.evaluation.conftest import MONDAY, Enter, done
from tests.quizzes import every_kind
from tests.reports.conftest import answer

TODAY = MONDAY.astimezone(make.ZONE).date()
TOLD = TODAY + SETTLED
PAGE = "/reports/courses/finance/sample/evaluation"


def people(session: Session, unit: Any, count: int, prefix: str, **more: Any) -> list[Person]:
    return [
        make.person(session, f"{prefix}{number}", f"Người {prefix} Thứ {number}", unit=unit, **more)
        for number in range(count)
    ]


def say(
    session: Session, cast: SimpleNamespace, person: Person, useful: int = 4, ago: int = 0, **more: Any
) -> None:
    given = Survey({"useful": useful, "clear": 3, "length": 3, "recommend": 5}, **more)
    at = MONDAY - timedelta(days=ago)
    surveys.answer(
        session, at, TODAY, person.id, cast.published, given, client_id=f"{person.id:036}", revision=0
    )


def report(session: Session, cast: SimpleNamespace, later: int = 0, **more: Any) -> Report:
    """On the day on which what was said on MONDAY is told of, or so many days later."""
    on = TOLD + timedelta(days=later)
    return results.report(session, cast.published.course, Sight(true(), **more), on)


def test_response_is_told_with_its_denominator(session: Session, cast: SimpleNamespace) -> None:
    quy_nhon = make.unit(session)
    for person in people(session, quy_nhon, 7, "a"):
        done(session, person, 20)
    asks.ask_due(session, MONDAY - timedelta(days=20 - 3), make.ZONE, 100)  # a Friday
    for person in session.query(Person).where(Person.username.in_(["a0", "a1"])):
        say(session, cast, person)
    found = report(session, cast)
    assert found.rates == {("survey", 0): Rate(7, 2, 5)}
    assert found.scales["useful"] == Tally(0, None, waiting=2)
    late = [one.full_name for one, _ in awaiting.awaited(session, "finance/sample", Sight(true()), TODAY)]
    assert late == [f"Người a Thứ {number}" for number in range(2, 7)]
    [(one, place)] = awaiting.awaited(session, "finance/sample", Sight(true()), TODAY, limit=1)
    following = awaiting.awaited(session, "finance/sample", Sight(true()), TODAY, after=place)
    rest = [two.full_name for two, _ in following]
    assert [one.full_name, *rest] == late
    month_later = TODAY + timedelta(days=13)  # thirty days after they were asked
    assert not list(awaiting.awaited(session, "finance/sample", Sight(true()), month_later))
    assert report(session, cast, later=11).rates["survey", 0].overdue == 5


def test_answers_are_counted_from_five_on(session: Session, cast: SimpleNamespace) -> None:
    for number, person in enumerate(people(session, make.unit(session), 5, "a")):
        done(session, person, 1)
        gaps: Any = {"lessons": ("id-bai-2",), "reasons": ("law",)} if number < 2 else {}
        say(session, cast, person, useful=number + 1, text="Thêm ví dụ" if number else "", **gaps)
        if number == 3:
            assert report(session, cast).scales["useful"].counts is None
    found = report(session, cast)
    assert found.scales["useful"].counts == {1: 1, 2: 1, 3: 1, 4: 1, 5: 1}
    assert found.scales["recommend"].counts == {5: 5}
    assert found.reasons.counts == {"law": 2} and found.lessons.counts == {"id-bai-2": 2}
    assert found.texts == Tally(0, None, waiting=4)  # four wrote


def test_one_more_answer_is_told_with_four_others(session: Session, cast: SimpleNamespace) -> None:
    """Who looks before and after somebody answers sees no difference."""
    learners = people(session, make.unit(session), 10, "a")
    for number, person in enumerate(learners[:5]):
        done(session, person, 30)
        say(session, cast, person, ago=20 - number)
    before = report(session, cast)
    for number, person in enumerate(learners[5:]):
        assert report(session, cast).scales == {
            name: Tally(5, tally.counts, waiting=number) for name, tally in before.scales.items()
        }
        done(session, person, 3)
        say(session, cast, person, useful=1, ago=5 - number)
    assert report(session, cast).scales["useful"].counts == {4: 5, 1: 5}
    # Not before its day is over in every zone: others may still answer on it.
    assert report(session, cast, later=-2).scales["useful"] == Tally(5, {4: 5}, waiting=5)


def test_nothing_is_told_of_a_group_that_leaves_too_few(session: Session, cast: SimpleNamespace) -> None:
    units = {
        "a": make.unit(session),
        "b": make.unit(session, "23677", "Xã Đak Đoa"),
        "c": make.unit(session, "23701", "Xã Kon Gang"),
    }
    for name, count in (("a", 6), ("b", 5), ("c", 2)):
        for person in people(session, units[name], count, name):
            done(session, person, 1)
            say(session, cast, person)
    later = 2 * WAIT.days

    def told() -> dict[str, tuple[int, int]]:
        return {one.code: (one.useful, one.told) for one in report(session, cast, later).groups}

    assert told() == {units["a"].code: (6, 6), units["b"].code: (5, 5), units["c"].code: (0, 0)}
    whole = report(session, cast, later)
    assert whole.scales["useful"] == Tally(11, {4: 11}, waiting=2)  # not thirteen: two would be left
    assert report(session, cast, later, group=units["a"].code).scales["useful"].counts == {4: 6}
    found = report(session, cast, later, group=units["c"].code)
    assert {tally.counts for tally in found.scales.values()} == {None}
    assert (found.lessons.counts, found.reasons.counts, found.texts.counts) == (None, None, None)
    for person in people(session, make.unit(session, "23702", "Xã Ia Pa"), 3, "d"):
        done(session, person, 1)
        say(session, cast, person, useful=2)
    assert report(session, cast, later).scales["useful"].counts == {4: 13, 2: 3}  # told together
    assert [one.told for one in report(session, cast, later).groups] == [6, 5, 0, 0]


def test_a_trainers_groups_are_own_classes(session: Session, cast: SimpleNamespace) -> None:
    for name in ("L05", "L06"):
        members = people(session, make.unit(session), 5, name)
        make.training_class(session, cast.trainer, members, code=name)
        for person in members:
            done(session, person, 1)
            say(session, cast, person)
    done(session, cast.chi, 1)
    say(session, cast, cast.chi)
    seen = scores.of_trainer(cast.trainer.id, "finance/sample")

    def told(group: str | None = None) -> Report:
        sight = Sight(seen, "class", cast.trainer.id, group)
        return results.report(session, cast.published.course, sight, TOLD)

    assert {one.code: one.useful for one in told().groups} == {"L01": 0, "L05": 5, "L06": 5}
    assert told("L06").scales["useful"].counts == {4: 5}
    assert told("L01").scales["useful"] == Tally(0, None, waiting=1)
    assert told().scales["useful"] == Tally(10, {4: 10}, waiting=1)
    # Who is in two classes is counted in one, so that nothing is told twice.
    session.add(
        ClassMember(
            class_id=session.query(TrainingClass).filter_by(code="L06").one().id,
            person_id=cast.chi.id,
        )
    )
    session.flush()
    assert sum(one.survey.answered for one in told().groups) == 11


def test_lessons_are_rated_by_those_who_did_them(session: Session, cast: SimpleNamespace) -> None:
    for number, person in enumerate(people(session, make.unit(session), 6, "a")):
        attempt = answer(session, MONDAY, person, cast.published, "bai-1", cau_1="1")
        if number:
            ratings.rate(session, MONDAY, attempt, 5 if number > 1 else 2)
    found = report(session, cast)
    assert found.ratings["id-bai-1"].counts == {5: 4, 2: 1}
    assert found.begun["id-bai-1"] == 6


def test_use_at_work_is_told_from_five_on(session: Session, cast: SimpleNamespace) -> None:
    for number, person in enumerate(people(session, make.unit(session), 5, "a")):
        done(session, person, 31)
        ask = asks.ensure(session, MONDAY, TODAY, person.id, "finance/sample", "learner", 30)
        given = Used("not_yet", "no_means") if number < 2 else Used("often")
        if number == 4:
            assert report(session, cast).follow_ups["learner", 30].counts is None
        followups.answer(session, MONDAY, TODAY, ask, given, person.id)
    found = report(session, cast)
    assert found.follow_ups["learner", 30].counts == {"not_yet": 2, "often": 3}
    assert found.obstacles["learner", 30].counts == {"no_means": 2}


@pytest.mark.parametrize("marked", [True, False])
def test_the_gain_is_that_of_who_did_both_the_first_time(
    session: Session, cast: SimpleNamespace, marked: bool
) -> None:
    mark = {"objective": "lập chứng từ"} if marked else {}
    course = make.course(
        make.lesson("truoc", make.single("t-1", **mark), make.single("t-2"), kind="pretest"),
        make.lesson("bai-2"),
        slug="both",
        exam=make.exam(make.single("e-1", **mark), make.single("e-2"), pass_percent=50),
    )
    both = SimpleNamespace(published=make.publish(session, course))
    learners = people(session, make.unit(session), 7, "a")
    for number, person in enumerate(learners[:6]):
        answer(session, MONDAY, person, both.published, "truoc", t_1="1" if number < 1 else "2", t_2="1")
        answer(session, MONDAY + timedelta(hours=1), person, both.published, "exam", e_1="1", e_2="2")
        answer(session, MONDAY + timedelta(hours=2), person, both.published, "exam", e_1="2", e_2="2")
    answer(session, MONDAY, learners[6], both.published, "exam", e_1="2", e_2="2")
    answer(session, MONDAY + timedelta(hours=1), learners[6], both.published, "truoc", t_1="1", t_2="1")
    found = report(session, both)
    assert found.gain is not None and found.pairs == 6  # who took the exam first is not compared
    if marked:
        assert (found.shared, round(found.gain.before, 4), found.gain.after) == (1, round(100 / 6, 4), 100)
    else:
        assert (found.shared, round(found.gain.before, 4), found.gain.after) == (0, round(350 / 6, 4), 50)
    for person in learners[:2]:
        person.active = True
    fewer = results.report(session, course, Sight(Person.id.in_([p.id for p in learners[:4]])), TOLD)
    assert fewer.gain is None


def test_whose_answer_waits_to_be_marked_is_not_compared(session: Session, cast: SimpleNamespace) -> None:
    course = make.course(
        make.lesson("truoc", make.single("t-1"), kind="pretest"),
        slug="both",
        exam=make.exam(make.single("e-1"), every_kind.written, pass_percent=50),
    )
    both = SimpleNamespace(published=make.publish(session, course))
    for number, person in enumerate(people(session, make.unit(session), 6, "a")):
        answer(session, MONDAY, person, both.published, "truoc", t_1="1")
        wrote = {} if number else {"viet": "Lập biên bản."}
        answer(session, MONDAY + timedelta(hours=1), person, both.published, "exam", e_1="1", **wrote)
    assert report(session, both).pairs == 5


def test_needs_are_counted_by_course_and_group_of_positions(session: Session, cast: SimpleNamespace) -> None:
    def seat(group: str, count: int, unit: str, **said: Any) -> None:
        made = people(session, make.unit(session, unit, f"Xã {unit}"), count, unit, position=f"cc_{group}")
        session.get_one(Position, f"cc_{group}").group = group
        session.flush()
        for person in made:
            done(session, person, 31)
            say(session, cast, person, **said)
            ask = asks.ensure(session, MONDAY, TODAY, person.id, "finance/sample", "learner", 30)
            followups.answer(session, MONDAY, TODAY, ask, Used("not_yet", "no_means"), person.id)

    def told(later: timedelta) -> set[tuple[str, str, str, int, int]]:
        found = needs.counts(session, 2026, TOLD + later, true())
        return {(one.group, one.kind, one.what, one.people, one.answered) for one in found}

    seat("kinh_te", 6, "21584", reasons=("law",), lessons=("id-bai-2",))
    seat("van_phong", 3, "21585", reasons=("forms",))
    seat("van_phong", 3, "21586", reasons=("forms",))
    assert told(timedelta()) == {
        ("", "reason", "law", 6, 6),
        ("", "lesson", "id-bai-2", 6, 6),
        ("", "obstacle", "no_means", 6, 6),
    }  # a unit by itself; of a group of positions nothing that a unit tells of already
    assert told(WAIT) == {
        ("", "reason", "law", 6, 12),
        ("", "lesson", "id-bai-2", 6, 12),
        ("", "obstacle", "no_means", 12, 12),
        ("", "reason", "forms", 6, 12),
        ("van_phong", "reason", "forms", 6, 6),
        ("van_phong", "obstacle", "no_means", 6, 6),
    }
    assert report(session, cast, WAIT.days).reasons.counts == {"law": 6, "forms": 6}  # as the course's page
    assert needs.counts(session, 2025, TOLD + WAIT, true()) == []


def test_as_many_queries_for_fifty_people_as_for_five(
    session: Session, database: Database, cast: SimpleNamespace
) -> None:
    def asked() -> int:
        session.commit()
        with statements.sent(database.engine) as made, database.reading() as reading:
            results.report(reading, cast.published.course, Sight(true()), TODAY)
            list(awaiting.awaited(reading, "finance/sample", Sight(true()), TODAY))
            needs.counts(reading, 2026, TODAY, true())
        return len(made)

    def fill(count: int, prefix: str) -> None:
        for person in people(session, make.unit(session), count, prefix):
            done(session, person, 20)
            session.add(
                Ask(
                    person_id=person.id,
                    course_id="finance/sample",
                    kind="learner",
                    days=30,
                    asked_on=TODAY - timedelta(days=20),
                    asked_at=MONDAY,
                )
            )
            say(session, cast, person, text="luật", reasons=("law",))

    fill(5, "a")
    few = asked()
    fill(50, "b")
    assert asked() == few <= 15


def test_the_page_names_those_who_have_not_answered_only_to_who_acts(
    session: Session, cast: SimpleNamespace, enter: Enter
) -> None:
    done(session, cast.an, 20)
    done(session, cast.chi, 20)
    asks.ask_due(session, MONDAY - timedelta(days=17), make.ZONE, 100)
    session.commit()
    trainer = enter("giangvien").get(PAGE).text
    assert "Trần Văn An" in trainer and "Đỗ Chi" in trainer
    head = enter("lanhdao").get(PAGE).text
    assert "Trần Văn An" in head and "Đỗ Chi" not in head
    for who in ("thanhtra", "quantri"):
        page = enter(who)
        assert "0 trên 2 người được hỏi" in page.get(PAGE).text
        assert "Trần Văn An" not in page.get(PAGE).text
        assert page.post(f"{PAGE}.csv", data={"table": "awaited"}).status_code in (400, 404)
    assert enter("an").get(PAGE).status_code == 404
    assert enter("lanhdao").get(f"{PAGE}?unit=23677").status_code == 404
    assert enter("giangvien").get(f"{PAGE}?unit=21583").status_code == 404
    assert enter("giangvien").get(f"{PAGE}?class=L99").status_code == 404
    assert enter("quantri").get(f"{PAGE}?class=L01").status_code == 404
    assert enter("quantri").get(f"{PAGE}?unit=21583&sort=rate&q=quy").status_code == 200
    for nothing in ("sort=x", "unit=00000"):
        assert enter("quantri").get(f"{PAGE}?{nothing}").status_code == 404
    assert enter("lanhdao").get(f"{PAGE}?after=x").status_code == 404


def test_what_one_wrote_is_never_shown(session: Session, cast: SimpleNamespace, enter: Enter) -> None:
    for number, person in enumerate(people(session, make.unit(session), 6, "a")):
        done(session, person, 1)
        say(session, cast, person, ago=3, text=f"CHUYENRIENG{number} về luật", reasons=("law",))
    session.commit()
    for who in ("lanhdao", "thanhtra", "quantri"):
        client = enter(who)
        page = client.get(PAGE).text
        assert "6 người viết" in page and "Luật, quy định" in page
        needed = client.get("/reports/needs").text
        assert "Quy định mới, căn cứ pháp lý" in needed and "6 trên 6 người" in needed
        assert "CHUYENRIENG" not in page + needed
    assert enter("giangvien").get("/reports/needs").status_code == 404
    assert "Chưa có đủ người" in enter("lanhdao2").get("/reports/needs").text
    for nothing in ("year=2024", "year=x", "course=finance/none", "kind=x", "field=none"):
        assert enter("quantri").get(f"/reports/needs?{nothing}").status_code == 404
