"""What each question did: over whose attempts, over which of them, and in the words each was answered in."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, true
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import (
    Choice,
    Course,
    Gap,
    Gaps,
    Match,
    MatchItem,
    Node,
    Number,
    Option,
    Order,
    Page,
    Scenario,
    Section,
    Text,
    TrueFalse,
)
from learning.library.catalogue import Published
from learning.quizzes import hand_marks, items, papers, sittings
from learning.quizzes.figures import figures, tally
from learning.quizzes.models import Attempt, ItemResult
from learning.quizzes.versions import versions
from tests import make
from tests.quizzes import every_kind

Answer = Callable[..., None]


@pytest.fixture
def answer(session: Session, now: datetime) -> Answer:
    """A whole attempt at the exam: question id → answer in the release's keys."""

    def answer(person: Person, published: Published, **chosen: Any) -> None:
        attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
        drawn = {item["question"]: item for item in attempt.paper}
        answers = {name: papers.to_drawn(drawn[name], keys) for name, keys in chosen.items() if name in drawn}
        for _once_more in range(2):  # the first time a near answer is asked again
            outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))

    return answer


def publish(session: Session, *questions: Any, **more: Any) -> Published:
    return make.publish(session, make.course(exam=make.exam(*questions, **more)))


def exam(published: Published) -> Page:
    assert published.course.exam is not None
    return published.course.exam


def told(item: items.Item) -> dict[str, tuple[bool, int]]:
    return {choice.html: (choice.right, choice.chosen) for choice in item.choices}


def test_first_best_or_all_attempts(session: Session, answer: Answer) -> None:
    published = publish(session, make.single("a"), make.single("b"))
    one, two = make.person(session, "mot"), make.person(session, "hai")
    answer(one, published, a="2", b="2")
    answer(one, published, a="1", b="1")
    answer(one, published, a="1", b="3")
    answer(two, published, a="1", b="2")

    def facility(which: Any) -> list[tuple[int, float | None]]:
        found = items.analyse(session, published, exam(published), true(), which)
        return [(item.figures.attempts, item.figures.facility) for item in found.items]

    assert facility("first") == [(2, 50), (2, 0)]
    assert facility("best") == [(2, 100), (2, 50)]
    assert facility("all") == [(4, 75), (4, 25)]


def test_only_people_in_sight_and_only_what_is_finished(
    session: Session, now: datetime, answer: Answer
) -> None:
    published = publish(session, make.single("a"))
    seen, hidden, busy = (make.person(session, name) for name in ("thay", "khuat", "dang"))
    answer(seen, published, a="1")
    answer(hidden, published, a="2")
    outcomes.start(session, now, make.ZONE, busy.id, published, "exam")
    (item,) = items.analyse(session, published, exam(published), Person.id == seen.id).items
    assert told(item) == {
        "Phương án 1 của a": (True, 1),
        "Phương án 2 của a": (False, 0),
        "Phương án 3 của a": (False, 0),
    }
    assert items.analyse(session, published, exam(published), true()).quiz.attempts == 2


def change(session: Session, days: int, *questions: Any) -> Published:
    """A release some days later."""
    later = make.NOW + timedelta(days=days)
    return make.publish(session, make.course(exam=make.exam(*questions)), now=later)


def test_answers_to_other_words_are_counted_apart(session: Session, answer: Answer) -> None:
    old = make.single("a")
    first = publish(session, old, make.single("b"))
    answer(make.person(session, "mot"), first, a="1", b="1")
    answer(make.person(session, "hai"), first, a="2", b="1")
    second = change(session, 4, msgspec.structs.replace(old, prompt="<p>Hỏi rõ hơn?</p>"), make.single("b"))
    answer(make.person(session, "ba"), second, a="1", b="2")
    found = items.analyse(session, second, exam(second), true())
    a, b = found.items
    assert (a.html, a.figures.attempts, a.figures.facility) == ("<p>Hỏi rõ hơn?</p>", 1, 100)
    assert told(a) == {
        "Phương án 1 của a": (True, 1),
        "Phương án 2 của a": (False, 0),
        "Phương án 3 của a": (False, 0),
    }
    assert a.earlier == (items.Earlier(make.NOW + timedelta(days=4), 2, 50),)
    # Of the quiz, and of the question that stayed, nothing is left out.
    assert (found.quiz.attempts, b.figures.attempts, b.earlier) == (3, 3, ())


@pytest.mark.parametrize(
    "other",
    (make.single("a", right=2), make.single("a", options=4)),
    ids=("another key", "another option"),
)
def test_so_are_answers_to_another_key_or_to_other_options(
    session: Session, answer: Answer, other: Any
) -> None:
    first = publish(session, make.single("a"))
    answer(make.person(session, "mot"), first, a="1")
    second = change(session, 4, other)
    (item,) = items.analyse(session, second, exam(second), true()).items
    assert (item.figures.attempts, item.figures.facility) == (0, None)
    assert [choice.chosen for choice in item.choices] == [0] * len(other.options)
    assert item.earlier == (items.Earlier(make.NOW + timedelta(days=4), 1, 100),)


def test_comments_and_points_leave_a_question_the_same(session: Session, answer: Answer) -> None:
    old = make.single("a")
    answer(make.person(session, "mot"), publish(session, old), a="1")
    second = change(
        session, 4, msgspec.structs.replace(old, explanation="<p>Rõ hơn</p>", points=Decimal(2), line=40)
    )
    answer(make.person(session, "hai"), second, a="2")
    (item,) = items.analyse(session, second, exam(second), true()).items
    assert (item.figures.attempts, item.figures.facility, item.earlier) == (2, 50, ())


def test_what_came_back_is_counted_together_and_each_version_has_its_last_day(
    session: Session, answer: Answer
) -> None:
    old = make.single("a")
    other, third = (
        msgspec.structs.replace(old, prompt=f"<p>Hỏi kiểu {n}?</p>") for n in ("khác", "khác nữa")
    )
    answer(make.person(session, "mot"), publish(session, old), a="1")
    answer(make.person(session, "hai"), change(session, 2, other), a="2")
    change(session, 3, other, make.single("new"))  # nobody answered, and it asks the same
    answer(make.person(session, "ba"), change(session, 5, third), a="1")
    live = change(session, 8, old)
    (item,) = items.analyse(session, live, exam(live), true()).items
    assert item.figures.attempts == 1
    assert item.earlier == (
        items.Earlier(make.NOW + timedelta(days=8), 1, 100),
        items.Earlier(make.NOW + timedelta(days=5), 1, 0),
    )


def test_a_question_that_is_gone_stands_as_it_was_asked_last(session: Session, answer: Answer) -> None:
    old = make.single("gone")
    answer(make.person(session, "mot"), publish(session, old), gone="1")
    second = change(session, 2, msgspec.structs.replace(old, prompt="<p>Sau cùng?</p>"))
    answer(make.person(session, "hai"), second, gone="2")
    live = change(session, 5, make.single("a"))
    _a, gone = items.analyse(session, live, exam(live), true()).items
    assert (gone.id, gone.retired, gone.html) == ("gone", True, "<p>Sau cùng?</p>")
    assert (gone.figures.attempts, gone.earlier[0].until) == (1, make.NOW + timedelta(days=2))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 3), max_size=8), st.integers(0, 3))
def test_the_law_of_versions(wordings: list[int], now: int) -> None:
    """Releases that ask alike are one version; the current one is 0; the others go by their last release."""

    def question(wording: int) -> Any:
        return msgspec.structs.replace(make.single("a"), prompt=f"<p>{wording}</p>")

    found = versions(question(now), {n: question(one) for n, one in enumerate(wordings)})
    assert found.keys() == set(range(len(wordings)))
    last = {one: n for n, one in enumerate(wordings) if one != now}
    order = [now, *sorted(last, key=lambda one: -last[one])]
    assert [found[n] for n in range(len(wordings))] == [order.index(one) for one in wordings]


def fields(struct: Any) -> dict[str, Any]:
    return {name: getattr(struct, name) for name in struct.__struct_fields__}


def test_each_kind_in_its_own_words(session: Session, answer: Answer) -> None:
    base: dict[str, Any] = {"title": "T", "prompt": "<p>?</p>"}
    left = (MatchItem(key="1", html="xã"), MatchItem(key="2", html="tỉnh"))
    right = (MatchItem(key="1", html="UBND xã"), MatchItem(key="2", html="UBND tỉnh"))
    steps = tuple(MatchItem(key=str(n), html=f"bước {n}") for n in (1, 2, 3))
    published = publish(
        session,
        TrueFalse(id="tf", answer=True, **base),
        Text(id="text", accepted=("một cửa",), **base),
        Number(id="number", low="1500", high="1500", exact="1500", **base),
        Match(id="match", left=left, right=right, pairs={"1": "1", "2": "2"}, **base),
        Order(id="order", items=steps, **base),
        Gaps(
            id="gaps",
            gaps=(
                Gap(key="1", accepted=("ba mươi", "30")),
                Gap(key="2", options=(Option(key="1", html="A"), Option(key="2", html="B", right=True))),
            ),
            **base,
        ),
        make.multiple("many"),
    )
    right_ones: dict[str, Any] = {
        "tf": True,
        "text": "Một cửa",
        "number": "1.500",
        "match": {"1": "1", "2": "2"},
        "order": ["1", "2", "3"],
        "gaps": {"1": "30", "2": "2"},
        "many": ["1", "2"],
    }
    wrong_ones: dict[str, Any] = {
        "tf": False,
        "text": "<b>hai</b>",
        "number": "7,5",
        "match": {"1": "2", "2": "1"},
        "order": ["3", "2", "1"],
        "gaps": {"1": "mười", "2": "1"},
        "many": ["1", "4"],
    }
    for number, chosen in enumerate((right_ones, wrong_ones, wrong_ones, {})):
        answer(make.person(session, f"nguoi{number}"), published, **chosen)
    found = {item.id: item for item in items.analyse(session, published, exam(published), true()).items}
    assert told(found["tf"]) == {"Đúng": (True, 1), "Sai": (False, 2)}
    assert told(found["text"]) == {"&lt;b&gt;hai&lt;/b&gt;": (False, 2), "một cửa": (True, 1)}
    assert told(found["number"]) == {"7,5": (False, 2), "1.500": (True, 1)}
    assert told(found["match"]) == {
        "xã → UBND xã": (True, 1),
        "tỉnh → UBND tỉnh": (True, 1),
        "xã → UBND tỉnh": (False, 2),
        "tỉnh → UBND xã": (False, 2),
    }
    assert told(found["order"]) == {
        "bước 3 → bước 2 → bước 1": (False, 2),
        "bước 1 → bước 2 → bước 3": (True, 1),
    }
    assert told(found["gaps"]) == {
        "(2) A": (False, 2),
        "(2) B": (True, 1),
        "(1) 30": (True, 1),
        "(1) mười": (False, 2),
    }
    assert told(found["many"])["Phương án 1 của many"] == (True, 3)
    assert {item.not_answered for item in found.values()} == {1}
    assert [round(item.figures.guess_score or 0) for item in found.values()] == [50, 0, 0, 50, 33, 25, 0]
    assert found["many"].figures.guess_score is None


def test_what_only_one_person_typed_is_theirs(session: Session, answer: Answer) -> None:
    published = publish(session, Text(id="text", title="T", prompt="", accepted=("một cửa",)))
    for number, typed in enumerate(("tôi là An", "ba cửa", "Ba cửa.", "một cửa")):
        answer(make.person(session, f"nguoi{number}"), published, text=typed)
    (item,) = items.analyse(session, published, exam(published), true()).items
    assert told(item) == {"ba cửa": (False, 2), "một cửa": (True, 1)}
    assert (item.free, item.other_answers) == (True, 1)


def test_what_only_one_person_put_into_a_gap_is_theirs_too(session: Session, answer: Answer) -> None:
    gaps = Gaps(id="gaps", title="T", prompt="", gaps=(Gap(key="1", accepted=("30",)),))
    published = publish(session, gaps)
    for number, typed in enumerate(("tôi là An", "ba", "ba", "30")):
        answer(make.person(session, f"nguoi{number}"), published, gaps={"1": typed})
    (item,) = items.analyse(session, published, exam(published), true()).items
    assert told(item) == {"(1) ba": (False, 2), "(1) 30": (True, 1)}


@pytest.mark.parametrize("which", ["first", "best", "all"])
def test_what_waits_to_be_marked_counts_neither_as_wrong_nor_as_a_shorter_paper(
    session: Session, answer: Answer, now: datetime, which: Any
) -> None:
    published = publish(session, make.single("a"), every_kind.written)
    people = [make.person(session, f"nguoi{number}") for number in range(3)]
    for number, person in enumerate(people):
        answer(person, published, a="2" if number else "1", viet="Lập biên bản, báo lãnh đạo.")
    marker = make.person(session, "cham")

    def found() -> items.Analysis:
        return items.analyse(session, published, exam(published), true(), which)

    def left_out() -> int:
        return sittings.waiting(session, published.course.id, "exam", true(), which)

    assert (found().quiz.attempts, left_out()) == (0, 3)
    attempt = session.scalars(select(Attempt).where(Attempt.person_id == people[0].id)).one()
    entry = hand_marks.Entry(0, (Decimal(1), Decimal(1)), ("", ""))
    outcomes.mark_by_hand(session, now, make.ZONE, attempt.id, marker.id, {"viet": entry}, str(uuid4()))
    assert (found().quiz.attempts, left_out()) == (1, 2)
    assert found().quiz.mean == pytest.approx(float(attempt.percent or 0))


def test_the_same_person_twice_is_one_person_all_the_same(session: Session, answer: Answer) -> None:
    gaps = Gaps(id="gaps", title="T", prompt="", gaps=(Gap(key="1", accepted=("30",)),))
    published = publish(session, Text(id="text", title="T", prompt="", accepted=("một cửa",)), gaps)
    person = make.person(session)
    for _again in range(2):
        answer(person, published, text="tôi là An", gaps={"1": "nhà tôi"})
    text, gap = items.analyse(session, published, exam(published), true(), "all").items
    assert (told(text), text.other_answers, told(gap)) == ({}, 2, {})
    answer(make.person(session, "khac"), published, text="tôi là An", gaps={"1": "nhà tôi"})
    text, gap = items.analyse(session, published, exam(published), true(), "all").items
    assert (told(text), told(gap)) == ({"tôi là an": (False, 3)}, {"(1) nhà tôi": (False, 3)})


def test_points_that_changed_are_held_against_their_own(session: Session, answer: Answer) -> None:
    first = publish(session, make.single("a", points=Decimal(1)))
    answer(make.person(session, "mot"), first, a="1")
    second = publish(session, make.single("a", points=Decimal(4)))
    answer(make.person(session, "hai"), second, a="2")
    (item,) = items.analyse(session, second, exam(second), true()).items
    assert (item.figures.attempts, item.figures.facility) == (2, 50)


def test_questions_of_a_pool_are_held_against_the_whole(session: Session, answer: Answer) -> None:
    course: Course = make.course()
    sections = (Section(title="Rút", draw=2, questions=tuple(make.single(f"q{n}") for n in range(4))),)
    quiz = make.quiz(pass_percent=50)
    pool = type(quiz)(pass_percent=quiz.pass_percent, sections=sections)
    page = make.exam()
    page = type(page)(**{**fields(page), "quiz": pool})
    published = make.publish(session, type(course)(**{**fields(course), "exam": page}))
    for number in range(12):
        answer(
            make.person(session, f"nguoi{number}"),
            published,
            **{f"q{n}": "1" if number % 2 else "2" for n in range(4)},
        )
    found = items.analyse(session, published, page, true())
    assert found.quiz.attempts == 12
    assert sum(item.figures.attempts for item in found.items) == 24
    indexes = [item.figures.discrimination_index for item in found.items if item.figures.attempts > 1]
    # Who got one right got all right: against the whole paper that is a perfect correlation.
    assert indexes and all(index is None or index == pytest.approx(100) for index in indexes)


def test_what_was_given_to_one_side_stands_together(session: Session, answer: Answer) -> None:
    left = (MatchItem(key="1", html="xã"), MatchItem(key="2", html="tỉnh"))
    right = (MatchItem(key="1", html="UBND xã"), MatchItem(key="2", html="UBND tỉnh"))
    match = Match(id="match", title="T", prompt="", left=left, right=right, pairs={"1": "1", "2": "2"})
    published = publish(session, match)
    answer(make.person(session), published, match={"1": "2", "2": "1"})
    (item,) = items.analyse(session, published, exam(published), true()).items
    assert [choice.html for choice in item.choices] == [
        "xã → UBND xã",
        "xã → UBND tỉnh",
        "tỉnh → UBND tỉnh",
        "tỉnh → UBND xã",
    ]


def test_a_scenario_tells_which_way_people_took(session: Session, now: datetime) -> None:
    start = Node(
        id="start",
        title="Nhà thầu giục",
        html="<p>Đồng chí làm gì?</p>",
        choices=(
            Choice(key="1", html="Kiểm tra", target="good", points=Decimal(1)),
            Choice(key="2", html="Ký", target="bad"),
        ),
    )
    endings = (
        Node(id="good", title="", html="", ending="passed"),
        Node(id="bad", title="", html="", ending="failed"),
    )
    page = make.lesson("case", kind="scenario", scenario=Scenario(nodes=(start, *endings)))
    published = make.publish(session, make.course(page))
    for number, chosen in enumerate(("1", "2", "2")):
        person = make.person(session, f"nguoi{number}")
        attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "case")
        answers = {"start": papers.to_drawn(attempt.paper[0], chosen)}
        outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
    (item,) = items.analyse(session, published, page, true()).items
    assert told(item) == {"Kiểm tra": (True, 1), "Ký": (False, 2)}
    assert item.figures.facility == pytest.approx(100 / 3)
    assert item.html == "<p>Đồng chí làm gì?</p>"


def test_nobody_yet(session: Session) -> None:
    published = publish(session, make.single("a"))
    found = items.analyse(session, published, exam(published), true())
    assert found.quiz.attempts == 0
    assert [(item.id, item.figures.facility, item.not_answered) for item in found.items] == [("a", None, 0)]
    assert {choice.percent for choice in found.items[0].choices} == {None}


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_counted_by_the_database_as_row_by_row(session: Session, data: st.DataObject) -> None:
    """Two releases with other points and one reworded question, parts of marks, pools: the figures are those of every
    row looked at by itself."""
    with session.begin_nested() as savepoint:
        third = Decimal("0.333333")
        old = [make.single(f"q{n}") for n in range(4)]
        new = [
            old[0],
            msgspec.structs.replace(old[1], points=Decimal(3)),
            msgspec.structs.replace(old[2], prompt="<p>Khác</p>"),
            old[3],
        ]
        releases = [publish(session, *old), publish(session, *new)]
        rows: list[tuple[int, dict[str, int]]] = []
        for number in range(data.draw(st.integers(1, 12))):
            release = data.draw(st.integers(0, 1))
            shares = data.draw(
                st.lists(st.sampled_from([Decimal(0), third, Decimal(1), None]), min_size=4, max_size=4)
            )
            person = make.person(session, f"n{number}")
            hand_in(session, person, releases[release], list(zip((old, new)[release], shares, strict=True)))
            marks = {
                f"q{n}" + (" 1" if n == 2 and not release else ""): int(share * (1, 3, 1, 1)[n] * 1_000_000)
                for n, share in enumerate(shares)
                if share is not None
            }
            rows += [(release, marks)] if marks else []
        points = {"q0": 1_000_000, "q1": 3_000_000, "q2": 1_000_000, "q3": 1_000_000, "q2 1": 1_000_000}
        attempts = [marks for _release, marks in rows]
        earlier = {"q2 1": "q2"} if any("q2 1" in marks for marks in attempts) else {}
        known = {
            question: points[question] for question in points if " " not in question or question in earlier
        }
        quiz, measured = figures(tally(attempts, points), known, dict.fromkeys(known), earlier=earlier)
        found = items.analyse(session, releases[1], exam(releases[1]), true())
        assert found.quiz == quiz
        assert [replace(item.figures, guess_score=None) for item in found.items] == measured[:4]
        assert [sum(item.held) for item in found.items] == [item.attempts for item in measured[:4]]
        savepoint.rollback()


def hand_in(
    session: Session, person: Person, release: Published, shares: list[tuple[Any, Decimal | None]]
) -> None:
    """A finished attempt, put there as it is kept."""
    at, id_ = make.NOW, str(uuid4())
    session.add(
        Attempt(
            id=id_, person_id=person.id, course_id=release.course.id, quiz="exam", number=1, seed="", paper=[],
            release_id=release.release_id, pass_percent=Decimal(50), state="submitted", page_token="",
            started_at=at, finished_at=at, percent=Decimal(50),
        )
    )  # fmt: skip
    session.flush()
    for question, share in shares:
        if share is not None:
            session.add(
                ItemResult(
                    attempt_id=id_, question=question.id, course_id=release.course.id, quiz="exam",
                    release_id=release.release_id, mark=share * question.points, max_mark=question.points,
                    verdict="right" if share == 1 else "partly", response='"1"',
                )
            )  # fmt: skip
    session.flush()
