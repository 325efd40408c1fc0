"""The questions of a page over its releases, and what each answer was an answer to."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from learning.content.model import Node, Page, Question
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import attempts, papers
from learning.quizzes.sittings import Given, Sitting
from learning.quizzes.versions import versions

_MILLION = 1_000_000


@dataclass(frozen=True)
class Answer:
    """What was given to a question, which version of it (0: the current one), and the mark in its present points."""

    given: Given
    version: int
    mark: int


class Asked:
    """The questions of a page, and which version of each was answered.

    `questions`: in the order of the live release, behind it what is no longer there, as it was asked last; `live`: which
    of them are. `points`: theirs, in millionths; marks given under others are held against these. `answers`: of each
    release, each text that a sitting holds; only of questions that the release knows.
    """

    def __init__(self, session: Session, page: Page, held: Iterable[Sitting]) -> None:
        texts: dict[int, set[str]] = {}
        for sitting in held:
            texts.setdefault(sitting.release_id, set()).update(sitting.given)
        read = {id_: {text: Given.read(text) for text in found} for id_, found in texts.items()}
        self.releases = {id_: catalogue.release(session, id_) for id_ in read}
        self.then = {id_: questions_then(release, page) for id_, release in self.releases.items()}
        live = questions(page)
        self.live = live.keys()
        asked_on: dict[str, set[int]] = {}
        for id_, found in read.items():
            for question in {given.question for given in found.values()} & self.then[id_].keys():
                asked_on.setdefault(question, set()).add(id_)
        self.questions = live | {
            question: self.then[max(ids)][question]
            for question, ids in sorted(asked_on.items())
            if question not in live
        }
        self.points = {question: _points(words) for question, words in self.questions.items()}
        places = {
            question: versions(self.questions[question], {id_: self.then[id_][question] for id_ in ids})
            for question, ids in asked_on.items()
        }
        self.answers: dict[int, dict[str, Answer]] = {
            id_: {
                text: Answer(given, places[given.question][id_], self._mark(given, id_))
                for text, given in found.items()
                if given.question in self.then[id_]
            }
            for id_, found in read.items()
        }

    def _mark(self, given: Given, release_id: int) -> int:
        """To the nearest millionth."""
        points, before = self.points[given.question], _points(self.then[release_id][given.question])
        if not before or before == points:
            return given.mark if before else 0
        return (2 * given.mark * points + before) // (2 * before)


def questions_then(release: Published, page: Page) -> dict[str, Question | Node]:
    """The questions of a page as that release asked them."""
    try:
        return questions(attempts.page_of(release, attempts.quiz_key(page)))
    except attempts.NoSuchQuiz:
        return {}


def questions(page: Page) -> dict[str, Question | Node]:
    if page.scenario is not None:
        return {node.id: node for node in page.scenario.nodes if node.choices}
    return dict(papers.by_id(page))


def _points(question: Question | Node) -> int:
    """In millionths, as marks are kept."""
    if isinstance(question, Node):
        return int(max((choice.points for choice in question.choices), default=0) * _MILLION)
    return int(question.points * _MILLION)
