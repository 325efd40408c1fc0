from datetime import date, timedelta
from uuid import uuid4

import pytest

from learning.certificates import outcomes
from learning.content.model import Page
from learning.progress import queries
from tests import make, statements
from tests.quizzes.conftest import drawn

TODAY = date(2026, 11, 22)


@pytest.fixture
def person(session):
    return make.person(session)


@pytest.fixture
def count(session):
    """How many statements a deed sends."""

    def count(deed):
        session.flush()
        with statements.sent(session.get_bind().engine) as made:
            deed()
        return len(made)

    return count


@pytest.fixture
def read(session, now, person):
    def read(published, slug="bai-2", at=now):
        page = published.course.page(slug)
        return outcomes.mark_read(session, at, make.ZONE, person.id, published, page)

    return read


def test_a_course_not_touched_is_not_started(session, person):
    published = make.publish(session)
    state = queries.course_state(session, person.id, published)
    assert (state.state, state.exam, state.done_lessons, state.total) == ("not_started", "not_started", 0, 2)
    assert set(state.pages.values()) == {"not_started"}
    assert state.next.slug == "bai-1"


def test_pages_are_started_and_done_one_by_one(session, now, person, read):
    published = make.publish(session)
    attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "bai-1")
    read(published)
    state = queries.course_state(session, person.id, published)
    assert state.pages == {"id-bai-1": "started", "id-bai-2": "done", "exam": "not_started"}
    assert (state.state, state.done_lessons, state.next.slug, state.last_at) == ("started", 1, "bai-1", now)
    outcomes.submit(session, now, make.ZONE, attempt, {"cau-1": drawn(attempt, "cau-1", "1")}, str(uuid4()))
    assert queries.course_state(session, person.id, published).next.slug == "exam"


def test_a_course_without_exam_has_no_state_of_one(session, person):
    published = make.publish(session, make.course(exam=None, completion="lessons"))
    assert queries.course_state(session, person.id, published).exam is None


def test_prerequisites_are_named_until_done(session, person, read):
    first = make.publish(session, make.course(make.lesson("bai-2"), completion="lessons"))
    after = make.publish(session, make.course(slug="after", prerequisites=("finance/sample",)))
    assert queries.course_state(session, person.id, after).missing == ("finance/sample",)
    read(first)
    assert queries.course_state(session, person.id, after).missing == ()


def test_continue_where_i_stopped_is_most_recent_first_without_what_is_done(session, now, person, read):
    courses = [make.publish(session, make.course(slug=slug)) for slug in ("a", "b", "c", "d")]
    done = make.publish(session, make.course(make.lesson("bai-2"), slug="e", completion="lessons"))
    for hours, published in enumerate((courses[2], courses[0], courses[1])):
        read(published, at=now + timedelta(hours=hours))
    read(done)
    slugs = [state.published.course.slug for state in queries.continue_courses(session, person.id)]
    assert slugs == ["b", "a", "c"]


def test_due_is_what_a_class_asks_and_is_not_done(session, person, read):
    trainer = make.person(session, "giangvien", roles=("trainer",))
    sample = make.publish(session)
    done = make.publish(session, make.course(make.lesson("bai-2"), slug="done", completion="lessons"))
    read(done)
    for code, course, due_on in (
        ("L1", "finance/sample", TODAY + timedelta(days=3)),
        ("L2", "finance/sample", TODAY - timedelta(days=1)),
        ("L3", "finance/done", TODAY),
        ("L4", "finance/gone", TODAY),
        ("L5", "finance/sample", None),
    ):
        make.training_class(session, trainer, [person], course, code=code, due_on=due_on)
    found = queries.due(session, person.id, TODAY)
    assert [(due.class_name, due.overdue) for due in found] == [("Lớp L2", True), ("Lớp L1", False)]
    assert found[0].state.published == sample
    assert queries.due(session, trainer.id, TODAY) == []


def test_attempts_left_are_counted(session, now, person):
    published = make.publish(session, make.course(exam=make.exam(attempts=2)))
    page = published.course.exam
    assert queries.attempts_left(session, person.id, published, page) == 2
    outcomes.start(session, now, make.ZONE, person.id, published, "exam")
    assert queries.attempts_left(session, person.id, published, page) == 1
    assert queries.attempts_left(session, person.id, published, published.course.pages[0]) is None


def test_the_number_of_queries_does_not_grow_with_courses(session, person, count, read):
    trainer = make.person(session, "giangvien", roles=("trainer",))
    seen = {}
    for number in range(1, 7):
        published = make.publish(session, make.course(slug=f"khoa-{number}"))
        make.training_class(session, trainer, [person], published.course.id, code=f"L{number}", due_on=TODAY)
        read(published)
        seen[number] = (
            count(lambda p=published: queries.course_state(session, person.id, p)),
            count(lambda: queries.continue_courses(session, person.id)),
            count(lambda: queries.due(session, person.id, TODAY)),
        )
    assert seen[1] == seen[6] == (2, 3, 4)


def test_a_scenario_has_a_state_but_holds_nothing_back(session, person, read):
    scenario = Page(slug="th", id="th", title="", kind="scenario")
    published = make.publish(
        session, make.course(scenario, make.lesson("bai-2"), completion="lessons", exam=None)
    )
    assert read(published) is not None
    state = queries.course_state(session, person.id, published)
    assert (state.state, state.pages["th"], state.next) == ("done", "not_started", None)
