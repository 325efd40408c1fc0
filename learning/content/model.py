"""What a course is, once read: frozen values that know neither files, nor Flask, nor the database.

A `Course` is compiled: every text the learner sees is sanitised HTML already. It holds the right answers;
what may leave the server is decided by `quizzes/papers.py` alone. `msgspec` turns it into JSON and back.
"""

from datetime import date
from decimal import Decimal
from typing import Literal

import msgspec

PageKind = Literal["lesson", "exam", "scenario", "pretest", "practice"]
Evidence = Literal["none", "photo", "file"]
Completion = Literal["lessons", "exam", "lessons+exam"]
Marking = Literal["all-or-nothing", "partial"]
ShowAnswers = Literal["at-once", "after-submission", "when-passed", "never"]


class Frozen(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    pass


class Source(Frozen, frozen=True, kw_only=True):
    """A legal document of the registry `sources.yml`; `key` is its number, e.g. "31/2024/QH15"."""

    key: str
    title: str
    issuer: str
    in_force: date  # key `from`
    until: date | None = None
    replaced_by: str = ""
    checked_on: date | None = None


class Citation(Frozen, frozen=True, kw_only=True):
    """`31/2024/QH15, Điều 137` → key and place (place may be empty)."""

    key: str
    place: str = ""


class Option(Frozen, frozen=True, kw_only=True):
    """`key` is stable within the release ("1", "2", … in the order written); never sent to the browser."""

    key: str
    html: str
    right: bool = False
    feedback: str = ""  # HTML
    pinned: bool = False  # stays where it is when options are shuffled ("Cả A và B")


class Variable(Frozen, frozen=True, kw_only=True):
    """`Biến: a = 10..50 bước 5`."""

    name: str
    low: Decimal
    high: Decimal
    step: Decimal = Decimal(1)


class QuestionBase(Frozen, frozen=True, kw_only=True, tag_field="kind"):
    """`id` is the stamped one. `prompt`, `explanation`, `hints` are HTML; `line` is where it begins in its file."""

    id: str
    title: str
    prompt: str
    points: Decimal = Decimal(1)
    tags: tuple[str, ...] = ()
    difficulty: str = ""
    objective: str = ""
    citations: tuple[Citation, ...] = ()
    hints: tuple[str, ...] = ()
    explanation: str = ""
    shuffle: bool | None = None  # None: as the quiz says
    variables: tuple[Variable, ...] = ()  # `@a` in prompt, options, explanation is replaced when drawn
    line: int = 0


class Single(QuestionBase, frozen=True, kw_only=True, tag="single"):
    options: tuple[Option, ...]


class Multiple(QuestionBase, frozen=True, kw_only=True, tag="multiple"):
    options: tuple[Option, ...]


class TrueFalse(QuestionBase, frozen=True, kw_only=True, tag="true-false"):
    answer: bool
    feedback: str = ""  # HTML of `>` lines under the answer


class Text(QuestionBase, frozen=True, kw_only=True, tag="text"):
    accepted: tuple[str, ...]  # plain text, as written
    feedback: str = ""


class Number(QuestionBase, frozen=True, kw_only=True, tag="number"):
    """Right is low ≤ x ≤ high. Each bound is an arithmetic expression over the variables ("18", "@a * 3 * 0.99")."""

    low: str
    high: str
    exact: str  # the expression of the value itself (the middle of a range), for showing the right answer
    unit: str = ""
    feedback: str = ""


class MatchItem(Frozen, frozen=True, kw_only=True):
    key: str
    html: str


class Match(QuestionBase, frozen=True, kw_only=True, tag="match"):
    left: tuple[MatchItem, ...]
    right: tuple[MatchItem, ...]  # distractors included
    pairs: dict[str, str]  # left key → right key


class Order(QuestionBase, frozen=True, kw_only=True, tag="order"):
    items: tuple[MatchItem, ...]  # in the right order


class Gap(Frozen, frozen=True, kw_only=True):
    """`(1) = ba mươi | 30` (accepted) or `(1) : A / *B / C` (options)."""

    key: str  # "1"
    accepted: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()


class Gaps(QuestionBase, frozen=True, kw_only=True, tag="gaps"):
    """In `prompt` each gap stands as `<span class="gap" data-gap="1">(1)</span>`."""

    gaps: tuple[Gap, ...]


class Criterion(Frozen, frozen=True, kw_only=True):
    """`Tiêu chí: Nêu đúng nơi tiếp nhận | 2`: what an answer is marked by, and for how many points at most."""

    html: str
    points: Decimal


class Written(QuestionBase, frozen=True, kw_only=True, tag="written"):
    """Answered in one's own words and marked by a person; `explanation` is the model answer.

    A section that draws it may give it other `points` than its criteria have together: marks keep their share."""

    criteria: tuple[Criterion, ...]


MachineMarked = Single | Multiple | TrueFalse | Text | Number | Match | Order | Gaps
Question = MachineMarked | Written
KINDS: dict[str, type[QuestionBase]] = {
    "single": Single,
    "multiple": Multiple,
    "true-false": TrueFalse,
    "text": Text,
    "number": Number,
    "match": Match,
    "order": Order,
    "gaps": Gaps,
    "written": Written,
}


def kind_of(question: QuestionBase) -> str:
    """The name of the kind: "single", "multiple", …"""
    return str(question.__struct_config__.tag)


class Section(Frozen, frozen=True, kw_only=True):
    """A group of questions; with `draw`, a pool of which so many are drawn."""

    title: str = ""
    draw: int | None = None
    from_lessons: tuple[str, ...] = ()  # slugs; the pool is those lessons' questions
    questions: tuple[Question, ...] = ()  # for `from_lessons`: filled in when compiled


class Quiz(Frozen, frozen=True, kw_only=True):
    """Rules and questions of a lesson's quiz, a pre-test or an exam. Percentages 0–100, time in minutes."""

    pass_percent: Decimal
    attempts: int | None = None  # None: unlimited
    time_limit: Decimal | None = None
    shuffle_questions: bool = False
    shuffle_options: bool = False
    marking: Marking = "partial"
    show_answers: ShowAnswers = "after-submission"
    sections: tuple[Section, ...] = ()

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for section in self.sections for question in section.questions)


class Choice(Frozen, frozen=True, kw_only=True):
    key: str  # "1", "2", … within its node
    html: str
    target: str  # id of a node
    points: Decimal = Decimal(0)
    feedback: str = ""


class Node(Frozen, frozen=True, kw_only=True):
    """A step of a scenario; `ending` is set on the last ones, which have no choices."""

    id: str
    title: str
    html: str
    choices: tuple[Choice, ...] = ()
    ending: Literal["", "passed", "failed"] = ""


class Scenario(Frozen, frozen=True, kw_only=True):
    nodes: tuple[Node, ...]  # the first is the beginning


class Step(Frozen, frozen=True, kw_only=True):
    """One thing to do under a mentor's eyes, and what is to show for it. `id` is the stamped one."""

    id: str
    title: str
    html: str
    evidence: Evidence = "none"
    line: int = 0


class Practice(Frozen, frozen=True, kw_only=True):
    steps: tuple[Step, ...]


class Page(Frozen, frozen=True, kw_only=True):
    """A lesson, exam, scenario, pre-test or practice. `id` is the stamped one where the file has it, else the slug."""

    slug: str
    id: str
    title: str
    kind: PageKind = "lesson"
    section: str = ""
    minutes: Decimal = Decimal(0)
    objectives: tuple[str, ...] = ()
    citations: tuple[Citation, ...] = ()
    tags: tuple[str, ...] = ()
    checked_on: date | None = None
    html: str = ""  # the body without its questions
    quiz: Quiz | None = None  # None where there is nothing to answer
    scenario: Scenario | None = None
    practice: Practice | None = None
    required: bool = False  # of a practice: the course is not done without it
    path: str = ""  # file within the course, e.g. "10-who-decides.md"


class Course(Frozen, frozen=True, kw_only=True):
    field: str
    slug: str
    title: str
    owner: str
    completion: Completion
    summary: str = ""
    language: str = "vi"
    audience: str = ""
    positions: tuple[str, ...] = ()
    content_group: str = ""
    hours: Decimal | None = None
    reviewed_by: str = ""
    reviewed_on: date | None = None
    effective_from: date | None = None
    certificate: bool = True
    valid_months: int | None = None
    prerequisites: tuple[str, ...] = ()  # "field/course"
    read_again: bool = False  # who had done a lesson that was rewritten is asked to read it again
    html: str = ""  # introduction
    pages: tuple[Page, ...] = ()  # lessons, scenarios, pre-tests in their order; not the exam
    exam: Page | None = None
    sources: dict[str, Source] = {}  # every document cited anywhere in the course
    files: dict[str, str] = {}  # path of a media file in the course → SHA-256, hex

    @property
    def id(self) -> str:
        return f"{self.field}/{self.slug}"

    @property
    def lessons(self) -> tuple[Page, ...]:
        """The pages that the rule of completion counts: kind `lesson`."""
        return tuple(page for page in self.pages if page.kind == "lesson")

    @property
    def minutes(self) -> Decimal:
        """A practice counts where the course requires it."""
        counted = (page.minutes for page in self.pages if page.kind != "practice" or page.required)
        return sum(counted, Decimal(0)) + (self.exam.minutes if self.exam else 0)

    def page(self, slug: str) -> Page | None:
        """A page by its address; "exam" is the exam."""
        if slug == "exam":
            return self.exam
        return next((page for page in self.pages if page.slug == slug), None)


class Field(Frozen, frozen=True, kw_only=True):
    """A folder of courses, from `field.yml`."""

    slug: str
    title: str
    owner: str = ""
    reviewers: tuple[str, ...] = ()


def encode(course: Course) -> bytes:
    """JSON, the same bytes for the same course."""
    return msgspec.json.encode(course, order="deterministic")


# Made while there is one thread: msgspec looks into a type when it first meets it, and two threads that meet it at
# once bring the process down.
_COURSE = msgspec.json.Decoder(Course)


def decode(data: bytes) -> Course:
    return _COURSE.decode(data)
