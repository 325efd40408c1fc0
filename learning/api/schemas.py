"""What the API takes and gives. Times are RFC 3339 UTC; numbers are JSON numbers."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

import msgspec

State = Literal["not_started", "started", "done"]
Verdict = Literal["right", "partly", "wrong", "not_answered", "to_mark"]
Answer = bool | float | str | list[str] | dict[str, str] | None
Short = Annotated[str, msgspec.Meta(max_length=200)]
ClientId = Annotated[
    str,
    msgspec.Meta(
        pattern="^[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}$",
        description="A UUID the client makes once for one deed; a retry carries the same.",
    ),
]

NO_DEVICE = "00000000-0000-0000-0000-000000000000"


class Struct(msgspec.Struct, frozen=True, kw_only=True):
    pass


class SignIn(Struct, frozen=True, kw_only=True):
    username: Short
    password: Annotated[str, msgspec.Meta(max_length=1000)]


class UnitName(Struct, frozen=True, kw_only=True):
    code: str
    name: str


class PersonView(Struct, frozen=True, kw_only=True):
    username: str
    full_name: str
    roles: list[str]
    unit: UnitName | None
    position: str | None


class SessionView(Struct, frozen=True, kw_only=True):
    token: str
    expires_at: datetime
    person: PersonView


class CourseProgress(Struct, frozen=True, kw_only=True):
    course: str
    state: State
    done: int
    total: int


class VaultView(Struct, frozen=True, kw_only=True):
    """What a client seals this person's records with while it has no network: `person`, a name that tells nothing, and
    256 bits of a key; both in hexadecimal, the same at each sign-in."""

    person: str
    key: str


class Me(Struct, frozen=True, kw_only=True):
    person: PersonView
    progress: list[CourseProgress]
    csrf_token: str
    vault: VaultView


class CourseQuery(Struct, frozen=True, kw_only=True):
    field: Short = ""
    q: Short = ""


class CourseItem(Struct, frozen=True, kw_only=True):
    id: str
    field: str
    slug: str
    title: str
    minutes: float
    release: int
    state: State


class CourseList(Struct, frozen=True, kw_only=True):
    items: list[CourseItem]
    next: str | None


class LessonItem(Struct, frozen=True, kw_only=True):
    slug: str
    id: str
    title: str
    kind: Literal["lesson", "scenario", "pretest", "practice"]
    minutes: float
    state: State


class ExamItem(Struct, frozen=True, kw_only=True):
    title: str
    state: State


class CourseView(CourseItem, frozen=True, kw_only=True):
    lessons: list[LessonItem]
    exam: ExamItem | None
    rule: str


class SourceView(Struct, frozen=True, kw_only=True):
    key: str
    title: str
    place: str


class LessonView(Struct, frozen=True, kw_only=True):
    slug: str
    id: str
    title: str
    minutes: float
    objectives: list[str]
    html: str
    sources: list[SourceView]
    release: int


class StartAttempt(Struct, frozen=True, kw_only=True):
    course: Short
    quiz: Short


class OptionView(Struct, frozen=True, kw_only=True):
    id: str
    html: str


class GapView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    options: list[OptionView] | None = None


class QuestionView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    id: str
    kind: Literal["single", "multiple", "true-false", "text", "number", "match", "order", "gaps", "written"]
    prompt: str
    options: list[OptionView] | None = None
    left: list[OptionView] | None = None
    right: list[OptionView] | None = None
    gaps: list[GapView] | None = None
    unit: str | None = None


class AttemptStarted(Struct, frozen=True, kw_only=True):
    id: str
    quiz: str
    release: int
    number: int
    seq: int
    started_at: datetime
    closes_at: datetime | None
    questions: list[QuestionView]


class SaveAnswer(Struct, frozen=True, kw_only=True):
    answer: Answer
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    client_id: ClientId


class AnswerSaved(Struct, frozen=True, kw_only=True):
    saved_at: datetime
    seq: int


class Submit(Struct, frozen=True, kw_only=True):
    client_id: ClientId
    answers: dict[str, Answer] = {}


class SyncEvent(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something done on a phone without a network. `answer` (the default kind) needs attempt, question and answer;
    `submission` attempt and answers; `reading` course ("field/course") and lesson. `seq` counts what `device` did: of a
    question its highest counts, in whatever order they come. `elapsed`: for how many seconds, all in all, the phone has
    had the attempt in sight by then; by the clock where it is left out."""

    client_id: ClientId
    seq: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)]
    kind: Literal["answer", "submission", "reading"] = "answer"
    device: ClientId = NO_DEVICE
    attempt: Short = ""
    question: Short = ""
    answer: Answer = None
    answers: dict[str, Answer] = {}
    course: Short = ""
    lesson: Short = ""
    elapsed: Annotated[int, msgspec.Meta(ge=0, le=2**31 - 1)] | None = None


class Sync(Struct, frozen=True, kw_only=True):
    """`epoch`: the last that the sender was told. `device`: whose events `count` and `digest` shall be of; all devices'
    where it is left out. `person` (`vault.person` of `/me`): whose events these are; nothing is taken (409) where it is
    not the one signed in."""

    events: Annotated[list[SyncEvent], msgspec.Meta(max_length=50)]
    epoch: str = ""
    device: Short = ""
    person: Short = ""


class Synced(Struct, frozen=True, kw_only=True, omit_defaults=True):
    client_id: str
    status: Literal["saved", "stale", "late", "submitted", "read", "asked", "refused", "unknown"]
    reason: str = ""


class SyncReply(Struct, frozen=True, kw_only=True):
    """`count` and `digest` are of what the server has received from this person in the last 30 days: the SHA-256 (hex) of
    the client ids in ascending order, each followed by a line feed."""

    events: list[Synced]
    epoch: str
    count: int
    digest: str


class CriterionView(Struct, frozen=True, kw_only=True):
    """What a person gave a written answer for one criterion; `text` is HTML."""

    text: str
    points: float
    mark: float
    remark: str


class ItemView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`criteria` only of a written answer that was marked."""

    question: str
    score: float
    verdict: Verdict
    feedback: str | None
    explanation: str | None
    sources: list[SourceView]
    criteria: list[CriterionView] = []


class ResultView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`to_mark`: how many written answers wait for a person, and count nothing until then."""

    score: float
    out_of: float
    percent: float
    passed: bool
    items: list[ItemView]
    certificate: str | None
    to_mark: int = 0


class AttemptView(Struct, frozen=True, kw_only=True):
    id: str
    quiz: str
    state: Literal["open", "submitted", "closed"]
    seq: int
    started_at: datetime
    closes_at: datetime | None
    questions: list[QuestionView]
    answers: dict[str, Any]
    result: ResultView | None


class Revocation(Struct, frozen=True, kw_only=True):
    at: datetime
    reason: str


class CertificateView(Struct, frozen=True, kw_only=True):
    serial: str
    status: Literal["valid", "expired", "revoked", "replaced"]
    holder: str
    unit: str
    course: str
    release: int
    score: float | None
    issued_on: date
    expires_on: date | None
    revoked: Revocation | None


class CertificateList(Struct, frozen=True, kw_only=True):
    items: list[CertificateView]
    next: str | None


class ScoresQuery(Struct, frozen=True, kw_only=True):
    unit: Short = ""
    class_: Short = msgspec.field(name="class", default="")
    state: Literal["", "not_started", "started", "done"] = ""
    cursor: Annotated[str, msgspec.Meta(max_length=600)] = ""


class ScoreItem(Struct, frozen=True, kw_only=True):
    """`best` in percent, null before the first result; `unit` the name of the unit of today, "" for none."""

    username: str
    full_name: str
    unit: str
    attempts: int
    best: float | None
    state: State
    last_at: datetime | None


class ScoreList(Struct, frozen=True, kw_only=True):
    items: list[ScoreItem]
    next: str | None


class ItemsQuery(Struct, frozen=True, kw_only=True):
    quiz: Short
    which: Literal["first", "best", "all"] = "first"


class QuizFiguresView(Struct, frozen=True, kw_only=True):
    """Percentages 0–100, not rounded; null where undefined."""

    attempts: int
    mean: float | None
    median: float | None
    standard_deviation: float | None
    skewness: float | None
    kurtosis: float | None
    internal_consistency: float | None
    error_ratio: float | None
    standard_error: float | None


class Thirds(Struct, frozen=True, kw_only=True):
    """How many attempts of the upper, the middle and the lower third by result; attempts of equal result are always in
    the same one."""

    upper: int
    middle: int
    lower: int


class ChosenOption(Struct, frozen=True, kw_only=True):
    """`id` is the release's own key, with the number of the release before it for what is no option (a wrong pair,
    words typed into a gap). `percent` of the attempts that held the question; `thirds`: who chose it."""

    id: str
    html: str
    right: bool
    chosen: int
    percent: float | None
    thirds: Thirds


class ItemFiguresView(Struct, frozen=True, kw_only=True):
    """Of answers to the question in its present words and key; what was given to earlier versions counts in the
    quiz's figures alone. Of typed and arranged answers, `options` holds the common ones and `other_answers` counts
    the rest. `thirds`: the attempts that held the question."""

    question: str
    attempts: int
    facility: float | None
    standard_deviation: float | None
    discrimination_index: float | None
    discriminative_efficiency: float | None
    intended_weight: float | None
    effective_weight: float | None
    guess_score: float | None
    options: list[ChosenOption]
    other_answers: int
    not_answered: int
    thirds: Thirds


class ItemsView(Struct, frozen=True, kw_only=True):
    quiz: QuizFiguresView
    items: list[ItemFiguresView]


class TakeAlong(Struct, frozen=True, kw_only=True):
    """`exam`: begin the exam as well, to be answered offline without its keys."""

    exam: bool


class TakenPageView(Struct, frozen=True, kw_only=True):
    """How a page goes without a network. `quiz`: there is a pack of it; `reading`: nothing to answer; `timed`, `network`:
    only online; `waits`: handed in and not marked yet; `not_asked`: the exam, which was not asked for."""

    slug: str
    id: str
    title: str
    kind: Literal["lesson", "exam", "scenario", "pretest", "practice"]
    state: State
    offline: Literal[
        "quiz", "reading", "done", "timed", "network", "waits", "no_attempts", "prerequisites", "not_asked"
    ]


class KeyView(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is right of a lesson's question that no exam asks. `right`: as an answer; `accepted`: of typed parts ("" the
    question's own) what is right; `low`, `high` of a number; `feedback` by option, "" the question's own."""

    right: Answer = None
    accepted: dict[str, list[str]] = {}
    low: float | None = None
    high: float | None = None
    feedback: dict[str, str] = {}
    explanation: str = ""


class PackView(Struct, frozen=True, kw_only=True):
    """An open attempt without a time limit; answers go to `/sync`. `keys` by question: only what may travel."""

    attempt: str
    lesson: str
    title: str
    kind: Literal["lesson", "exam", "pretest"]
    seq: int
    show_answers: Literal["at-once", "after-submission", "when-passed", "never"]
    questions: list[QuestionView]
    answers: dict[str, Any]
    keys: dict[str, KeyView]


class TakenView(Struct, frozen=True, kw_only=True):
    course: str
    title: str
    release: int
    pages: list[TakenPageView]
    packs: list[PackView]
