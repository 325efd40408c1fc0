"""What some of the province answered in one lesson, so that the analysis of its questions has something to say: in one
commune the first question went round, and the second misleads those who know."""

from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Question, Single
from learning.demo.cast import DAK_DOA
from learning.demo.opinions import right
from learning.library import catalogue
from learning.organisation.models import Posting
from learning.progress.models import Enrolment
from learning.quizzes import papers

COURSE, PAGE = "it/safe-office", "accounts-and-mail"
COMMUNES = (DAK_DOA, "21553", "21589", "21592", "21601", "21607")
EACH = 24  # of a commune, half of them lately
LONG_AGO, LATELY = timedelta(days=50), timedelta(days=20)


def seed(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """How many have answered for it: nobody who has begun the course, or where it or the province is not there."""
    published = catalogue.live(session, COURSE)
    page = published.course.page(PAGE) if published else None
    if published is None or page is None or page.quiz is None:
        return 0
    made = 0
    for commune in COMMUNES:
        for place, person in enumerate(_people(session, commune)):
            if session.get(Enrolment, (person.id, COURSE)) is not None:
                continue
            lately = place % 2 == 1
            at = now - (LATELY if lately else LONG_AGO) + timedelta(hours=13 * place)
            attempt, _new = outcomes.start(session, at, zone, person.id, published, PAGE)
            leaked = lately and commune == DAK_DOA
            given = _given(page.quiz.questions, Random(f"answered:{person.staff_code}"), leaked)
            answers = {
                item["question"]: papers.to_drawn(item, given[item["question"]])
                for item in attempt.paper
                if item["question"] in given
            }
            client_id = str(uuid5(NAMESPACE_URL, f"demo:answered:{person.staff_code}"))
            outcomes.submit(session, at + timedelta(minutes=4), zone, attempt, answers, client_id)
            made += 1
    return made


def _people(session: Session, commune: str) -> list[Person]:
    query = select(Person).join(Posting, Posting.person_id == Person.id)
    query = query.where(
        Posting.unit_code == commune, Posting.to_date.is_(None), Person.staff_code.like("GL%")
    )
    return list(session.scalars(query.order_by(Person.id).limit(EACH)))


def _given(questions: tuple[Question, ...], chance: Random, leaked: bool) -> dict[str, Any]:
    """A person's answers, in the release's own keys."""
    strength, found = chance.random(), {}
    for place, question in enumerate(questions):
        good = chance.random() < (0.05 + 0.25 * strength if place == 0 else 1.1 * strength - 0.1)
        if place == 0 and leaked:
            good = True
        if place == 1 and strength > 0.6:
            good = chance.random() < 0.2
        keys = right(question)
        if not good and isinstance(question, Single):
            wrong = [option.key for option in question.options if not option.right]
            keys = wrong[0] if place == 1 else chance.choice(wrong)
        if keys is not None and (good or isinstance(question, Single)):
            found[question.id] = keys
    return found
