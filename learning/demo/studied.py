"""What the people of the demonstration have learnt in the last weeks, a lesson every few days: so that overviews have
something to show. Who has begun a course is left as they are."""

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from learning.accounts import people
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Page
from learning.demo.opinions import right
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.progress.models import Enrolment
from learning.quizzes import papers

ALL = 99
# Who, what, how many pages of it (the exam is the last), how many days ago they began, days from one page to the next.
LEARNT = (
    ("bientap", "construction/permits-and-order", ALL, 66, 5),
    ("lanhdao", "construction/permits-and-order", 3, 24, 4),
    ("thamdinh", "construction/permits-and-order", 5, 38, 6),
    ("lanhdao", "land/first-registration", ALL, 72, 6),
    ("bientap", "land/first-registration", 4, 31, 7),
    ("giangvien", "land/first-registration", ALL, 54, 3),
)


def seed(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """How many have learnt for it: nobody where the courses are not there."""
    made = 0
    for username, course_id, pages, ago, pace in LEARNT:
        person, published = people.find(session, username), catalogue.live(session, course_id)
        if person is None or published is None or session.get(Enrolment, (person.id, course_id)) is not None:
            continue
        course = published.course
        whole = [page for page in (*course.pages, *((course.exam,) if course.exam else ())) if _plain(page)]
        for place, page in enumerate(whole[:pages]):
            at = now - timedelta(days=ago - place * pace, hours=place % 3)
            _do(session, min(at, now - timedelta(hours=1)), zone, person, published, page)
        made += 1
    return made


def _plain(page: Page) -> bool:
    """Whether one does it alone at a desk, and once."""
    return page.scenario is None and page.practice is None


def _do(
    session: Session, at: datetime, zone: ZoneInfo, person: Person, published: Published, page: Page
) -> None:
    """Reads the page, or answers its quiz as well as can be."""
    if page.quiz is None:
        outcomes.mark_read(session, at, zone, person.id, published, page)
        return
    attempt, _new = outcomes.start(session, at, zone, person.id, published, page.slug)
    known = {question.id: question for question in page.quiz.questions}
    rights = [(item, right(known[item["question"]])) for item in attempt.paper]
    answers = {item["question"]: papers.to_drawn(item, keys) for item, keys in rights if keys is not None}
    client_id = str(uuid5(NAMESPACE_URL, f"demo:learnt:{person.username}:{page.id}"))
    taken = timedelta(minutes=3 + len(page.slug) % 9)
    outcomes.submit(session, at + taken, zone, attempt, answers, client_id)
