"""What is said after answering may be bettered: the review says the better words, marked; the attempt stays."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import msgspec
import pytest

from learning.certificates import outcomes
from learning.content.model import Citation, Gap, Gaps, Option, Source
from learning.quizzes import attempts, explaining, papers
from learning.quizzes.explaining import Renewed
from tests import make

DAY = timedelta(days=1)
LAW = Source(key="1/2025/QH15", title="Luật Một", issuer="Quốc hội", in_force=make.NOW.date())


@pytest.fixture
def publish(session, now):
    def publish(day, *questions, exam=None, **more):
        page = make.exam(*questions, **(exam or {}))
        return make.publish(session, make.course(exam=page, **more), now=now + day * DAY)

    return publish


@pytest.fixture
def sit(session, now):
    """A finished attempt at the exam: question id → answer in the release's keys."""

    def sit(published, **chosen):
        person = make.person(session)
        attempt, _ = outcomes.start(session, now, make.ZONE, person.id, published, "exam")
        drawn = {item["question"]: item for item in attempt.paper}
        answers = {name: papers.to_drawn(drawn[name], keys) for name, keys in chosen.items()}
        outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
        return attempt

    return sit


def renewed(session, attempt):
    return explaining.renewed(session, attempt, attempts.review(session, attempt))


def other(question, **more):
    return msgspec.structs.replace(question, **more)


def test_the_new_explanation_is_shown_with_the_day_since_which_it_holds(session, now, publish, sit):
    old = make.single("a")
    attempt = sit(publish(0, old, make.single("b")), a="2", b="1")
    result = dict(attempt.result)
    better = other(old, explanation="<p>Rõ hơn</p>")
    publish(2, better, make.single("b"))
    publish(5, better, make.single("b"), make.single("c"))
    review, new = renewed(session, attempt)
    assert new == {"a": Renewed(now + 2 * DAY, words=True)}
    assert [item.explanation for item in review] == ["<p>Rõ hơn</p>", "<p>Giải thích b</p>"]
    assert [(item.verdict, item.score) for item in review] == [("wrong", 0), ("right", 1)]
    session.refresh(attempt)
    assert attempt.result == result


def test_feedback_of_options_too_and_back_again_is_nothing(session, now, publish, sit):
    old = make.single("a")
    attempt = sit(publish(0, old), a="2")
    options = (old.options[0], other(old.options[1], feedback="<p>Vì sao sai</p>"), old.options[2])
    publish(1, other(old, options=options))
    review, new = renewed(session, attempt)
    chosen = next(option for option in review[0].options if option.chosen)
    assert chosen.feedback == "<p>Vì sao sai</p>" and list(new) == ["a"]
    publish(2, old)
    assert renewed(session, attempt)[1] == {}


def test_a_citation_alone_says_so(session, now, publish, sit):
    old = make.single("a")
    attempt = sit(publish(0, old), a="1")
    cited = other(old, citations=(Citation(key=LAW.key, place="Điều 2"),))
    publish(3, cited, sources={LAW.key: LAW})
    review, new = renewed(session, attempt)
    assert new == {"a": Renewed(now + 3 * DAY, words=False)}
    assert review[0].sources == ({"key": LAW.key, "title": "Luật Một", "place": "Điều 2"},)


@pytest.mark.parametrize(
    "change",
    (
        {"prompt": "<p>Hỏi khác</p>"},
        {"points": Decimal(2)},
        {"options": make.single("a", right=2).options},
        {"options": make.single("a", options=4).options},
    ),
)
def test_another_question_says_nothing_of_the_old_one(session, publish, sit, change):
    old = make.single("a")
    attempt = sit(publish(0, old), a="1")
    publish(1, other(old, explanation="<p>Rõ hơn</p>", **change))
    review, new = renewed(session, attempt)
    assert new == {} and review[0].explanation == "<p>Giải thích a</p>"


def test_what_was_withheld_stays_withheld(session, publish, sit):
    old = make.single("a")
    attempt = sit(publish(0, old, exam={"show_answers": "when-passed"}), a="2")
    publish(1, other(old, explanation="<p>Rõ hơn</p>"))
    review, new = renewed(session, attempt)
    assert new == {} and review[0].explanation is None


def test_tags_and_a_gone_question_change_nothing(session, publish, sit):
    old = make.single("a")
    attempt = sit(publish(0, old, make.single("gone")), a="1")
    publish(1, other(old, tags=("một cửa",)))
    assert renewed(session, attempt)[1] == {}


def test_gaps_keep_what_was_answered(session, publish, sit):
    options = (Option(key="1", html="A"), Option(key="2", html="B", right=True, feedback="<p>cũ</p>"))
    old = Gaps(id="a", title="T", prompt="<p>?</p>", gaps=(Gap(key="1", options=options),))
    attempt = sit(publish(0, old), a={"1": "2"})
    gaps = (Gap(key="1", options=(options[0], other(options[1], feedback="<p>mới</p>"))),)
    publish(1, other(old, gaps=gaps, explanation="<p>Rõ hơn</p>"))
    review, new = renewed(session, attempt)
    assert list(new) == ["a"] and review[0].explanation == "<p>Rõ hơn</p>"
    assert [(part.given, part.verdict) for part in review[0].parts] == [("B", "right")]
