"""A key is corrected after people sat the exam: whom it moves, and what it never takes."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from learning.accounts import notices
from learning.accounts.models import Person
from learning.audit import AuditEntry
from learning.certificates import issue, outcomes, regrades
from learning.certificates.models import Certificate
from learning.certificates.regrades import BadChoice, NotAtRisk, NotHeld, SamePerson
from learning.library import catalogue
from learning.library.models import DraftRow, Release
from learning.progress import recount
from learning.progress.models import Enrolment, PageProgress
from learning.quizzes import attempts, corrections, papers
from learning.quizzes.models import Attempt, ItemResult, Regrade, RegradeWaiting, Regrading, Submission
from tests import make, statements

PASS = 60


def course(right: int = 1, pass_percent: int = PASS, **more: Any):
    """An exam of three; the key of "thi-1" is what is corrected."""
    page = make.exam(
        make.single("thi-1", right),
        make.single("thi-2"),
        make.single("thi-3"),
        pass_percent=pass_percent,
        **more,
    )
    return make.course(exam=page, completion="exam")


@pytest.fixture
def old(session):
    return make.publish(session, course(1))


@pytest.fixture
def sit(session, now) -> Callable[..., Attempt]:
    """Somebody sits the exam with these answers (release keys of thi-1, thi-2, thi-3) and hands it in."""

    def sit(published, username: str, keys: str, *, end: bool = True, at=now) -> Attempt:
        person = session.scalar(select(Person).where(Person.username == username))
        if person is None:
            person = make.person(session, username, f"Nguyễn Văn {username.title()}", unit=make.unit(session))
        attempt, _ = outcomes.start(session, at, make.ZONE, person.id, published, "exam")
        answers = {
            item["question"]: papers.to_drawn(item, keys[int(item["question"][-1]) - 1])
            for item in attempt.paper
        }
        if end:
            hand_in(attempt, answers, at)
        return attempt

    def hand_in(attempt, answers, at=now):
        outcomes.submit(session, at, make.ZONE, attempt, answers, str(uuid4()))

    sit.hand_in = hand_in
    return sit


@pytest.fixture
def settle(session, now) -> Callable[..., int]:
    def settle(limit: int = 50) -> int:
        done = 0
        while some := regrades.settle(session, now, make.ZONE, limit=limit):
            done += some
        return done

    return settle


@pytest.fixture
def correct(session, now, settle) -> Callable[..., Regrading]:
    """The right answer of thi-1 is the second: published, ordered, and done."""

    def correct(choice: str, right: int = 2, by: str = "bientap", done: bool = True) -> Regrading:
        published = make.publish(session, course(right))
        order = regrades.order(session, now, published, {"thi-1": choice}, by=by, why="Nhầm đáp án")
        if done:
            settle()
        return order

    return correct


def stored(session, attempt: Attempt) -> tuple[Decimal, Decimal, Decimal, bool]:
    row = session.scalars(
        select(Attempt).where(Attempt.id == attempt.id).execution_options(populate_existing=True)
    ).one()
    return row.score, row.out_of, row.percent, row.passed


def certificates(session) -> int:
    return session.scalar(select(func.count()).select_from(Certificate))


# Before: whom it moves


def test_a_preview_says_whom_each_choice_moves_and_writes_nothing(session, old, sit) -> None:
    sit(old, "an", "111")  # right by the old key
    sit(old, "binh", "212")  # right by the new key, and one more: passes with it
    sit(old, "chi", "333")  # right by none
    new = course(2)

    def told(choice: str) -> list[tuple[str, int, int, bool, str]]:
        return [
            (
                move.username,
                round(move.before.percent),
                round(move.after.percent),
                move.falls,
                move.certificate,
            )
            for move in regrades.preview(session, new, {"thi-1": choice})
        ]

    assert told("keep") == []
    assert told("both") == [("binh", 33, 67, False, "gained")]
    assert told("new") == [("an", 100, 67, True, ""), ("binh", 33, 67, False, "gained")]
    assert told("full") == [("binh", 33, 67, False, "gained"), ("chi", 0, 33, False, "")]
    assert told("drop") == [
        ("an", 100, 100, False, ""),
        ("binh", 33, 50, False, ""),
        ("chi", 0, 0, False, ""),
    ]
    for table in (Regrading, Regrade, RegradeWaiting):
        assert session.scalar(select(func.count()).select_from(table)) == 0


def test_a_preview_counts_those_it_puts_at_risk(session, old, sit) -> None:
    passed = sit(old, "an", "113")
    serial = passed.result["certificate"]
    moves = list(regrades.preview(session, course(2), {"thi-1": "new"}))
    [move] = moves
    assert (move.falls, move.certificate, move.serial) == (True, "at risk", serial)
    summary = regrades.summary(moves)
    assert (summary.attempts, summary.people, summary.fall, summary.at_risk) == (1, 1, 1, 1)


def test_who_passed_another_time_too_is_not_at_risk(session, old, sit) -> None:
    sit(old, "an", "113")
    sit(old, "an", "211")
    [move, other] = regrades.preview(session, course(2), {"thi-1": "new"})
    assert (move.falls, move.certificate) == (True, "")
    assert (other.falls, other.certificate) == (False, "")


def test_a_preview_asks_as_much_for_few_as_for_many(session, old, sit) -> None:
    def asked() -> int:
        session.expire_all()
        with statements.sent(session.get_bind()) as made:
            assert list(regrades.preview(session, course(2), {"thi-1": "both"}))
        return len(made)

    sit(old, "an", "212")
    one = asked()
    for name in ("binh", "chi", "dung"):
        sit(old, name, "212")
    assert asked() == one


def test_those_under_way_are_counted(session, old, sit) -> None:
    sit(old, "an", "111", end=False)
    assert regrades.under_way(session, course(2), {"thi-1": "both"}) == 1
    assert list(regrades.preview(session, course(2), {"thi-1": "both"})) == []


@pytest.mark.parametrize("choices", [{"thi-2": "both"}, {"thi-1": "all"}, {"thi-9": "full"}])
def test_a_choice_for_a_question_whose_key_is_as_it_was_is_refused(session, now, old, choices) -> None:
    published = make.publish(session, course(2))
    with pytest.raises(BadChoice):
        regrades.preview(session, published.course, choices)
    with pytest.raises(BadChoice):
        regrades.order(session, now, published, choices, by="bientap")


# What is done


def test_both_keys_raise_who_was_right_by_the_new_one_and_give_the_certificate(
    session, now, old, sit, correct
) -> None:
    an, binh = sit(old, "an", "111"), sit(old, "binh", "212")
    given = certificates(session)
    correct("both")
    assert stored(session, an) == (3, 3, 100, True)
    assert stored(session, binh) == (2, 3, Decimal("66.666667"), True)
    assert certificates(session) == given + 1
    held = issue.current(session, binh.person_id, "finance/sample")
    assert held.score == Decimal("66.666667")
    row = session.get(Attempt, binh.id)
    assert row.result["certificate"] == held.serial
    assert [item["score"] for item in row.result["items"]] == [1, 1, 0]
    enrolment = session.get(Enrolment, (binh.person_id, "finance/sample"))
    assert (enrolment.state, enrolment.best) == ("done", Decimal("66.666667"))
    assert session.get(PageProgress, (binh.person_id, "finance/sample", "exam")).state == "done"
    assert recount.check(session) == []


def test_a_course_that_asks_less_now_is_never_done_without_its_certificate(session, now, sit, settle) -> None:
    """Who had passed before is raised, and the lesson that was missing is not asked any more."""
    asked = make.course(make.lesson("bai-1"), exam=course(1).exam, completion="lessons+exam")
    an = sit(make.publish(session, asked), "an", "211")
    assert (an.passed, certificates(session)) == (True, 0)
    new = make.publish(session, course(2))
    regrades.order(session, now, new, {"thi-1": "both"}, by="bientap")
    settle()
    assert session.get(Enrolment, (an.person_id, "finance/sample")).state == "done"
    assert certificates(session) == 1


def test_the_old_score_and_who_changed_it_are_kept(session, now, old, sit, correct) -> None:
    binh = sit(old, "binh", "212")
    reply = session.get(Submission, binh.id).reply
    order = correct("both")
    [row] = session.scalars(select(Regrade))
    assert (row.attempt_id, row.outcome, row.at) == (binh.id, "moved", now)
    assert (row.score_before, row.percent_before, row.passed_before) == (1, Decimal("33.333333"), False)
    assert (row.score_after, row.percent_after, row.passed_after) == (2, Decimal("66.666667"), True)
    assert row.items == [
        {
            "question": "thi-1",
            "choice": "both",
            "before": {"score": 0, "out_of": 1, "verdict": "wrong", "dropped": False},
            "after": {"score": 1, "out_of": 1, "verdict": "right", "dropped": False},
        }
    ]
    assert (order.ordered_by, order.why) == ("bientap", "Nhầm đáp án")
    assert session.get(Submission, binh.id).reply == reply  # what was said then is what was said then
    [entry] = session.scalars(select(AuditEntry).where(AuditEntry.action == "regrading.ordered"))
    assert (entry.actor, entry.subject) == ("bientap", "finance/sample")


def test_statistics_tell_of_the_question_as_it_was_asked(session, old, sit, correct) -> None:
    binh = sit(old, "binh", "212")
    correct("full")
    item = session.get(ItemResult, (binh.id, "thi-1"))
    assert (item.mark, item.verdict) == (0, "wrong")


def test_a_dropped_question_is_out_of_score_and_out_of(session, old, sit, correct) -> None:
    binh = sit(old, "binh", "312")
    correct("drop")
    assert stored(session, binh) == (1, 2, 50, False)
    assert recount.check(session) == []


def test_again_and_in_pieces_is_the_same_as_once(session, now, old, sit, correct, settle) -> None:
    sat = [sit(old, name, "212") for name in ("an", "binh", "chi")]
    order = correct("both", done=False)
    assert regrades.settle(session, now, make.ZONE, limit=2) == 2
    published = catalogue.live(session, "finance/sample")
    again = regrades.order(session, now, published, {"thi-1": "both"}, by="bientap")
    assert again.id == order.id
    assert settle(limit=1) == 1
    assert settle() == 0
    assert session.scalar(select(func.count()).select_from(Regrade)) == 3
    assert certificates(session) == 3
    assert all(stored(session, each)[3] for each in sat)
    [standing] = regrades.orders(session, "finance/sample")
    assert (standing.left, standing.moved, standing.held) == (0, 3, 0)


def test_keep_leaves_all_as_it_is(session, old, sit, correct) -> None:
    sit(old, "an", "212")
    correct("keep")
    assert session.scalar(select(func.count()).select_from(Regrade)) == 0


def test_attempts_of_the_new_release_are_left_alone(session, old, sit, correct) -> None:
    correct("full")
    new = catalogue.live(session, "finance/sample")
    attempt = sit(new, "an", "311")
    regrades.settle(session, attempt.finished_at, make.ZONE)
    assert stored(session, attempt)[0] == 2


# The second person


def test_nobody_falls_before_a_second_person_says_so(session, now, old, sit, correct) -> None:
    an = sit(old, "an", "113")
    serial = an.result["certificate"]
    order = correct("new")
    assert stored(session, an) == (2, 3, Decimal("66.666667"), True)
    [held] = regrades.held(session, order.id)
    assert (held.username, held.ordered_by, held.before.score, held.after.score) == ("an", "bientap", 2, 1)
    assert recount.check(session) == []
    for nobody in ("bientap", ""):
        with pytest.raises(SamePerson):
            regrades.confirm(session, now, make.ZONE, held.regrade_id, by=nobody)
    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh", why="Đúng là sai")
    assert stored(session, an) == (1, 3, Decimal("33.333333"), False)
    # What was passed stays passed, and the certificate stands until it is revoked by name.
    assert session.get(Enrolment, (an.person_id, "finance/sample")).state == "done"
    certificate = session.get(Certificate, serial)
    assert (certificate.revoked_at, certificate.current) == (None, True)
    assert regrades.held(session) == []
    assert recount.check(session) == []
    with pytest.raises(NotHeld):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert (
        session.scalar(select(AuditEntry.actor).where(AuditEntry.action == "regrading.confirmed"))
        == "thamdinh"
    )


def test_each_step_is_told_to_whom_it_concerns(session, now, old, sit, correct, settle) -> None:
    """A raised score to the learner; a fall first to the reviewers, once, then to the learner; a revocation."""
    reviewer = make.person(session, "thamdinh", "Đinh Thẩm", roles={"reviewer": ["finance"]})
    own = make.person(session, "bientap", "Võ Biên Tập", roles={"reviewer": ["finance"]})
    an, binh, chi = sit(old, "an", "113"), sit(old, "binh", "213"), sit(old, "chi", "113")
    correct("new")
    settle()

    def told(person_id: int) -> list[tuple[str, str]]:
        return [(one.kind, one.subject) for one in notices.of(session, person_id)]

    assert told(binh.person_id) == [("regrade.moved", binh.id)]
    assert (told(an.person_id), told(chi.person_id)) == ([], [])
    assert told(reviewer.id) == [("regrade.held", "finance/sample")]
    assert told(own.id) == []  # who asked is not the second person
    held = next(one for one in regrades.held(session) if one.username == "an")
    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    regrades.revoke(session, now, an.result["certificate"], by="quantri", reason="Đáp án sai")
    assert told(an.person_id) == [
        ("certificate.revoked", an.result["certificate"]),
        ("regrade.moved", an.id),
    ]


def test_the_second_person_may_say_no(session, now, old, sit, correct, settle) -> None:
    an = sit(old, "an", "113")
    correct("new")
    [held] = regrades.held(session)
    with pytest.raises(SamePerson):
        regrades.refuse(session, now, held.regrade_id, by="bientap")
    regrades.refuse(session, now, held.regrade_id, by="thamdinh", why="Người học không có lỗi")
    assert stored(session, an)[0] == 2
    assert regrades.held(session) == []
    assert settle() == 0
    [standing] = regrades.orders(session, "finance/sample")
    assert (standing.held, standing.refused) == (0, 1)
    with pytest.raises(NotHeld):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")


def test_a_certificate_is_only_taken_by_name_with_a_reason(session, now, old, sit, correct) -> None:
    an, binh = sit(old, "an", "113"), sit(old, "binh", "111")
    correct("new")
    assert regrades.at_risk(session) == []
    for held in regrades.held(session):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    [risk] = regrades.at_risk(session, "finance/sample")
    assert (risk.serial, risk.username, risk.confirmed_by) == (an.result["certificate"], "an", "thamdinh")
    with pytest.raises(NotAtRisk):
        regrades.revoke(session, now, binh.result["certificate"], by="quantri", reason="không")
    with pytest.raises(ValueError, match="reason"):
        regrades.revoke(session, now, risk.serial, by="quantri", reason=" ")
    assert (
        regrades.revoke(session, now, risk.serial, by="quantri", reason="Đáp án sai").revoked_by == "quantri"
    )
    assert regrades.at_risk(session) == []


def test_a_fall_in_what_the_rule_does_not_count_puts_no_certificate_at_risk(
    session, now, sit, settle
) -> None:
    """The certificate is given for the exam; a lesson's questions are practice."""

    def both(right: int):
        return make.course(
            make.lesson("bai-1", make.single("cau-1", right)), exam=course(1).exam, completion="exam"
        )

    old = make.publish(session, both(1))
    an = sit(old, "an", "111")
    lesson, _ = outcomes.start(session, now, make.ZONE, an.person_id, old, "bai-1")
    right = papers.to_drawn(lesson.paper[0], "1")
    outcomes.submit(session, now, make.ZONE, lesson, {"cau-1": right}, str(uuid4()))
    new = make.publish(session, both(2))
    [move] = regrades.preview(session, new.course, {"cau-1": "new"})
    assert (move.falls, move.before.passed, move.after.passed, move.certificate) == (True, True, False, "")
    regrades.order(session, now, new, {"cau-1": "new"}, by="bientap")
    settle()
    [held] = regrades.held(session)
    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert not stored(session, lesson)[3]
    assert regrades.at_risk(session) == []
    with pytest.raises(NotAtRisk):
        regrades.revoke(session, now, an.result["certificate"], by="quantri", reason="Đáp án sai")


def test_who_passes_again_is_no_longer_at_risk(session, now, old, sit, correct) -> None:
    sit(old, "an", "113")
    correct("new")
    [held] = regrades.held(session)
    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    sit(catalogue.live(session, "finance/sample"), "an", "211")
    assert regrades.at_risk(session) == []


def test_a_later_order_takes_the_place_of_what_an_earlier_one_held(session, now, old, sit, correct) -> None:
    an = sit(old, "an", "113")
    correct("new")
    [held] = regrades.held(session)
    correct("drop", right=3)
    assert [row.order_id for row in regrades.held(session)] != [held.order_id]
    with pytest.raises(NotHeld):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert stored(session, an)[3]
    assert recount.check(session) == []


def test_a_later_order_has_the_last_word_though_an_earlier_one_still_waits(
    session, now, old, sit, settle
) -> None:
    an = sit(old, "an", "311")
    new = make.publish(session, course(2))
    regrades.order(session, now, new, {"thi-1": "full"}, by="bientap")
    later = regrades.order(session, now, new, {"thi-1": "drop"}, by="bientap")
    assert regrades.settle(session, now, make.ZONE, order_id=later.id) == 2
    settle()
    assert stored(session, an)[:2] == (2, 2)
    assert recount.check(session) == []


def test_two_corrections_one_after_the_other(session, old, sit, correct) -> None:
    first = sit(old, "an", "311")
    correct("both")
    second = sit(catalogue.live(session, "finance/sample"), "binh", "311")
    correct("both", right=3)
    assert stored(session, first)[0] == stored(session, second)[0] == 3
    assert recount.check(session) == []


# Those under way


def test_who_is_under_way_finishes_on_the_old_release_and_is_graded_by_the_same_choice(
    session, now, old, sit, correct, settle
) -> None:
    binh = sit(old, "binh", "212", end=False)
    answers = {
        item["question"]: papers.to_drawn(item, "212"[int(item["question"][-1]) - 1]) for item in binh.paper
    }
    order = correct("both")
    [standing] = regrades.orders(session, "finance/sample")
    assert (standing.order.id, standing.left, standing.under_way) == (order.id, 0, 1)
    later = now + timedelta(minutes=5)
    sit.hand_in(binh, answers, later)
    assert stored(session, binh)[0] == 1
    assert [note.state for note in corrections.notes(session, session.get(Attempt, binh.id))] == ["waiting"]
    assert settle() == 1
    assert stored(session, binh) == (2, 3, Decimal("66.666667"), True)
    assert issue.current(session, binh.person_id, "finance/sample") is not None
    assert recount.check(session) == []


def test_an_attempt_at_another_quiz_is_not_said_to_be_graded_again(session, now, settle) -> None:
    def both(right: int):
        lesson = make.lesson("bai-1", make.single("cau-1"))
        return make.course(lesson, exam=course(right).exam, completion="exam")

    old = make.publish(session, both(1))
    person = make.person(session)
    outcomes.start(session, now, make.ZONE, person.id, old, "bai-1")
    regrades.order(session, now, make.publish(session, both(2)), {"thi-1": "both"}, by="bientap")
    [standing] = regrades.orders(session, "finance/sample")
    assert (standing.left, standing.under_way) == (0, 0)


def test_who_begins_on_the_old_release_at_that_very_moment_is_not_forgotten(
    session, now, old, sit, correct
) -> None:
    correct("both")
    late = sit(old, "binh", "212", end=False)
    answers = {
        item["question"]: papers.to_drawn(item, "212"[int(item["question"][-1]) - 1]) for item in late.paper
    }
    regrades.settle(session, now, make.ZONE)
    sit.hand_in(late, answers)
    regrades.settle(session, now, make.ZONE)
    assert stored(session, late)[0] == 2


def test_an_attempt_settled_by_the_clock_is_graded_again_too(session, now) -> None:
    published = make.publish(session, course(1, time_limit=Decimal(10)))
    person = make.person(session)
    attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
    item = next(item for item in attempt.paper if item["question"] == "thi-1")
    attempts.save(session, now, attempt, "thi-1", papers.to_drawn(item, "2"), 1, str(uuid4()))
    new = make.publish(session, course(2))
    regrades.order(session, now, new, {"thi-1": "both"}, by="bientap")
    later = now + timedelta(hours=2)
    assert regrades.settle(session, later, make.ZONE) == 0
    assert outcomes.settle_overdue(session, later, make.ZONE) == 1
    assert regrades.to_do(session, later)
    assert regrades.settle(session, later, make.ZONE) == 1
    assert stored(session, attempt)[0] == 1
    assert not regrades.to_do(session, later)


# What the learner is told


def test_the_learner_is_told_which_question_and_what_it_was_worth(session, old, sit, correct) -> None:
    an, binh = sit(old, "an", "111"), sit(old, "binh", "212")
    assert corrections.notes(session, session.get(Attempt, an.id)) == []
    correct("both")
    [note] = corrections.notes(session, session.get(Attempt, binh.id))
    assert (note.question, note.choice, note.state) == ("thi-1", "both", "moved")
    assert (note.before["score"], note.after["score"]) == (0, 1)
    [note] = corrections.notes(session, session.get(Attempt, an.id))
    assert (note.choice, note.state) == ("both", "same")
    row = session.get(Attempt, an.id)
    items = {item.question["id"]: item for item in corrections.review(session, row, [note])}
    # The page shows the new key, and the points that count.
    assert [option.right for option in items["thi-1"].options].count(True) == 1
    assert [option.chosen for option in items["thi-1"].options if option.right] == [False]
    assert items["thi-1"].verdict == "right"


def test_a_held_fall_is_told_as_not_done(session, now, old, sit, correct) -> None:
    an = sit(old, "an", "113")
    correct("new")
    [note] = corrections.notes(session, session.get(Attempt, an.id))
    assert (note.state, note.before["score"], note.after["score"]) == ("held", 1, 0)
    [held] = regrades.held(session)
    regrades.refuse(session, now, held.regrade_id, by="thamdinh")
    assert [note.state for note in corrections.notes(session, session.get(Attempt, an.id))] == ["refused"]


def test_a_second_person_moves_only_what_they_were_shown(session, now, sit, settle) -> None:
    """Of two corrected questions one made somebody fall; what a later order gave for the other stays."""

    def two(right: int):
        page = make.exam(*(make.single(f"thi-{n}", right) for n in (1, 2)), make.single("thi-3"))
        return make.course(exam=page, completion="exam")

    an = sit(make.publish(session, two(1)), "an", "133")
    new = make.publish(session, two(2))
    regrades.order(session, now, new, {"thi-1": "new", "thi-2": "new"}, by="bientap")
    settle()
    [held] = regrades.held(session)
    assert [item.question for item in held.items] == ["thi-1"]
    regrades.order(session, now, new, {"thi-2": "full"}, by="bientap")
    settle()
    assert stored(session, an)[0] == 2
    regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert stored(session, an)[0] == 1
    assert recount.check(session) == []


def test_a_later_order_that_moves_nobody_still_ends_what_waited(session, now, old, sit, correct) -> None:
    """The first key was right after all: who was to fall by the second does not."""
    an = sit(old, "an", "113")
    correct("new")
    [held] = regrades.held(session)
    published = make.publish(session, course(1, pass_percent=PASS + 1))
    regrades.order(session, now, published, {"thi-1": "both"}, by="bientap", releases=[old.release_id])
    regrades.settle(session, now, make.ZONE)
    assert regrades.held(session) == []
    with pytest.raises(NotHeld):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert stored(session, an)[3]


def test_a_publication_that_chose_is_carried_out_though_nobody_ordered_it(
    session, now, old, sit, settle
) -> None:
    """However it was published: at the desk, on its day, by the operator. Who asked is who began the draft."""
    binh = sit(old, "binh", "212")
    author = make.person(session, "bientap", "Võ Biên Tập")
    made = make.publish(session, course(2), now=now)
    release = session.get_one(Release, made.release_id)
    release.key_choice = "both"
    session.add(
        DraftRow(
            course_id="finance/sample",
            field="finance",
            state="published",
            revision=1,
            origin="live",
            release_id=release.id,
            created_by=author.id,
            created_at=now,
            changed_at=now,
        )
    )
    session.flush()
    assert regrades.to_do(session, now)
    assert settle() == 1
    assert stored(session, binh)[3]
    [order] = session.scalars(select(Regrading))
    assert (order.ordered_by, order.release_id) == ("bientap", release.id)
    assert regrades.of_publication(session, now, release.id).id == order.id


@pytest.mark.parametrize("choice", ["", "keep"])
def test_a_publication_that_asks_for_nothing_gets_nothing(session, now, old, sit, choice) -> None:
    sit(old, "binh", "212")
    made = make.publish(session, course(2), now=now)
    session.get_one(Release, made.release_id).key_choice = choice
    assert regrades.of_publication(session, now, made.release_id) is None
    assert regrades.settle(session, now, make.ZONE) == 0
    assert session.scalar(select(func.count()).select_from(Regrading)) == 0


def test_nobody_falls_by_a_key_that_is_past(session, now, old, sit, correct) -> None:
    """The key was corrected once more, and this time all was to stay as it is."""
    an = sit(old, "an", "113")
    correct("new")
    [held] = regrades.held(session)
    make.publish(session, course(1, pass_percent=PASS + 1))
    assert regrades.held(session) == []
    assert [note.state for note in corrections.notes(session, session.get(Attempt, an.id))] == ["refused"]
    with pytest.raises(NotHeld):
        regrades.confirm(session, now, make.ZONE, held.regrade_id, by="thamdinh")
    assert stored(session, an)[3]
