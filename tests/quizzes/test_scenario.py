from decimal import Decimal
from uuid import UUID

from learning.certificates import outcomes
from learning.content.model import Choice, Node, Page, Scenario
from learning.progress import queries, recount
from learning.quizzes import attempts, marking, papers
from learning.quizzes.scenario import most_points, walk
from tests import make
from tests.quizzes.conftest import drawn


def choice(key: str, target: str, points: int = 0) -> Choice:
    return Choice(key=key, html=key, target=target, points=Decimal(points), feedback=f"<p>phản hồi {key}</p>")


CASE = Scenario(
    nodes=(
        Node(
            id="dau",
            title="Đầu",
            html="<p>Dân đến</p>",
            choices=(choice("1", "giua", 1), choice("2", "hong", -1)),
        ),
        Node(
            id="giua",
            title="Giữa",
            html="<p>Hỏi thêm</p>",
            choices=(choice("1", "xong", 2), choice("2", "dau")),
        ),
        Node(id="xong", title="Xong", html="<p>Xong</p>", ending="passed"),
        Node(id="hong", title="Hỏng", html="<p>Hỏng</p>", ending="failed"),
    )
)
PAGE = Page(slug="tinh-huong", id="tinh-huong", title="", kind="scenario", scenario=CASE)


def marked(**chosen: str) -> marking.Marked:
    paper = papers.draw(PAGE, "seed")
    items = {item["question"]: item for item in paper}
    answers = {node: papers.to_drawn(items[node], key) for node, key in chosen.items()}
    return marking.mark(PAGE, paper, answers, Decimal(0))


def test_nodes_are_questions_whose_targets_stay_home():
    shown = papers.questions(papers.draw(PAGE, "seed"), PAGE)
    assert [question["id"] for question in shown] == ["dau", "giua"]
    assert set(shown[0]["options"][0]) == {"id", "html"}


def test_a_way_to_the_good_end_passes_with_its_points_of_the_most_there_are():
    assert most_points(CASE) == 3
    full = marked(dau="1", giua="1")
    assert (full.passed, full.percent, [item.verdict for item in full.items]) == (
        True,
        100,
        ["right", "right"],
    )
    assert marked(dau="2").passed is False
    assert marked(dau="2").score == 0


def test_a_walk_that_is_not_at_an_end_is_not_passed():
    assert walk(CASE, {}).at.id == "dau"
    assert walk(CASE, {"dau": "1"}).at.id == "giua"
    round_and_back = walk(CASE, {"dau": "1", "giua": "2"})
    assert (round_and_back.at.id, round_and_back.passed) == ("dau", False)
    assert marked().passed is False


def test_answers_off_the_way_do_not_count():
    assert [item.question for item in marked(dau="2", giua="1").items] == ["dau"]


def test_a_case_is_walked_saved_and_passed_like_any_quiz(session, now, person, begin):
    published = make.publish(
        session, make.course(PAGE, make.lesson("bai-2"), completion="lessons", exam=None)
    )
    attempt = begin(published, "tinh-huong")
    assert attempts.walk(session, attempt).at.id == "dau"
    attempts.save(session, now, attempt, "dau", drawn(attempt, "dau", "2"), 1, str(UUID(int=1)))
    assert attempts.walk(session, attempt).at.ending == "failed"
    attempts.save(session, now, attempt, "dau", drawn(attempt, "dau", "1"), 2, str(UUID(int=2)))
    answers = {"giua": drawn(attempt, "giua", "1")}
    reply = outcomes.submit(session, now, make.ZONE, attempt, answers, str(UUID(int=3)))
    assert (reply.body["passed"], reply.body["score"], reply.body["out_of"]) == (True, 3, 3)
    assert reply.body["items"][0]["feedback"] == "<p>phản hồi 1</p>"
    review = attempts.review(session, attempt)
    assert [option.right for option in review[0].options] == [True, False]
    assert queries.course_state(session, person.id, published).pages["tinh-huong"] == "done"
    assert recount.check(session) == []
