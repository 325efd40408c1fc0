"""The fixed cast of the tests that ask who may what: eleven visitors, two units, and things that belong to each.

Every right answer in `finance/sample` is marked with CANARY: it must not be seen before submission.
"""

import re
import shutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote
from uuid import uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from learning.accounts import sessions
from learning.accounts.models import Person
from learning.accounts.visitors import as_visitor
from learning.certificates import outcomes
from learning.clock import FixedClock
from learning.content.model import (
    Choice,
    Course,
    Criterion,
    Gap,
    Gaps,
    Match,
    MatchItem,
    Multiple,
    Node,
    Number,
    Option,
    Order,
    Page,
    Question,
    Scenario,
    Single,
    Text,
    TrueFalse,
    Variable,
    Written,
)
from learning.database import Base, Database
from learning.evaluation import practice, practice_evidence, practice_mentors
from learning.evaluation.models import Ask
from learning.evaluation.practice_models import Practice
from learning.library import beginnings, comments
from learning.library.catalogue import Published
from learning.library.models import Blob, ReleaseFile
from learning.progress import scheduled
from learning.progress.scheduled import Table
from learning.quizzes import papers
from learning.quizzes.models import Attempt
from learning.web.context import App, Services
from tests import conftest, make

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
VISITORS = (
    "anonymous",
    "learner_u1",
    "learner_u2",
    "author_d1",
    "author_d2",
    "reviewer",
    "trainer_u1",
    "head_u1",
    "head_u2",
    "inspector",
    "administrator",
)
SIGNED_IN = VISITORS[1:]
CANARY = "CHIMBAO"
PICTURE = b"\x89PNG\r\n\x1a\n" + b"\0" * 8
FORM_SECRET = "a form's secret of the tests"


@dataclass
class Cast:
    """What the tests must know of the database: plain values, good for every copy of it."""

    people: dict[str, int] = field(default_factory=dict)  # visitor → person id
    usernames: dict[str, str] = field(default_factory=dict)
    browser: dict[str, str] = field(default_factory=dict)  # visitor → token of a session
    api: dict[str, str] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)  # visitor → hash of a second browser session
    open: dict[str, str] = field(default_factory=dict)  # visitor → open attempt at the exam
    lesson: dict[str, str] = field(default_factory=dict)  # visitor → open attempt at bai-1
    questions: dict[str, dict[str, Any]] = field(default_factory=dict)  # visitor → question → a good answer
    finished: dict[str, str] = field(default_factory=dict)
    written: dict[str, str] = field(
        default_factory=dict
    )  # visitor → an attempt that waits for a person's mark
    serials: dict[str, str] = field(default_factory=dict)
    classes: dict[str, int] = field(default_factory=dict)
    practices: dict[str, int] = field(default_factory=dict)  # learner → practice; its first step handed in
    evidence: dict[str, int] = field(
        default_factory=dict
    )  # learner → a photo: of learner_u1 handed in, of u2 not
    drafts: dict[str, int] = field(
        default_factory=dict
    )  # field → a draft of its author's, not sent to review
    asks: dict[str, int] = field(default_factory=dict)  # visitor → what they are asked a month after a course
    reports: dict[str, int] = field(default_factory=dict)  # unit → a table its head is told of every week
    picture: str = ""  # hash of a picture of the sample course
    source: str = ""  # hash of a Markdown file of it


def build(session: Session) -> Cast:
    """Puts the cast into an empty database."""
    made = Cast()
    u1, u2 = make.unit(session), make.unit(session, "23677", "Xã Đak Đoa")
    d1 = make.unit(session, "so-tai-chinh", "Sở Tài chính", "department")
    d2 = make.unit(session, "so-nong-nghiep", "Sở Nông nghiệp và Môi trường", "department")
    home = make.unit(session, "so-noi-vu", "Sở Nội vụ", "department")
    parts: dict[str, tuple[str, str, Any, Any]] = {
        "learner_u1": ("hocvien", "Nguyễn Thị Ánh Tuyết", ("learner",), u1),
        "learner_u2": ("hocvien2", "Rơ Châm H'Yên", ("learner",), u2),
        "author_d1": ("bientap", "Võ Biên Tập", {"author": ["finance"]}, d1),
        "author_d2": ("bientap2", "Hồ Đức Chính", {"author": ["land"]}, d2),
        "reviewer": ("thamdinh", "Đinh Thẩm", {"reviewer": ["*"]}, d2),
        "trainer_u1": ("giangvien", "Đỗ Giảng", ("trainer",), home),
        "head_u1": ("lanhdao", "Lê Thị Lãnh", {"unit_head": [u1.code]}, u1),
        "head_u2": ("lanhdao2", "Siu Đạo", {"unit_head": [u2.code]}, u2),
        "inspector": ("thanhtra", "Phan Thanh Tra", ("inspector",), home),
        "administrator": ("quantri", "Phạm Quốc Trị", ("administrator",), home),
        "trainer_u2": ("giangvien2", "Trương Dạy", ("trainer",), home),
        "colleague_u1": ("dongnghiep", "Trần Đức Ẩm", ("learner",), u1),
    }
    people: dict[str, Person] = {}
    for name, (username, full_name, roles, unit) in parts.items():
        people[name] = make.person(
            session,
            username,
            full_name,
            roles=roles,
            unit=unit,
            password=make.PASSWORD,
            staff_code=f"CB-{username}",
            position="Công chức",
        )
        made.people[name], made.usernames[name] = people[name].id, username
    sample = make.publish(session, sample_course())
    land = make.publish(
        session, make.course(field="land", slug="sample", title="Đăng ký đất đai", owner=d2.name)
    )
    second = make.publish(session, make.course(slug="second", title="Tự chủ tài chính"))
    made.picture = _keep(session, sample, "images/anh.png", PICTURE)
    made.source = _keep(session, sample, "10-bai-1.md", f"# Bài\n\n> {CANARY}\n".encode())
    _keep(session, land, "10-bai-1.md", b"# Bai\n")
    for author in ("author_d1", "author_d2"):
        name = {"author_d1": "finance", "author_d2": "land"}[author]
        files = {
            "course.md": f"---\ntitle: {CANARY} nháp\nowner: Sở Tài chính\ncompletion: lessons\n---\n",
            "10-bai-1.md": f"---\nid: bai-nhap\ntitle: Bài nháp\n---\n{CANARY}\n",
            "20-bai-2.md": "---\nid: bai-nhap-2\ntitle: Bài nháp 2\n---\nChữ.\n",
        }
        draft = beginnings.from_files(
            session,
            NOW,
            f"{name}/nhap",
            {path: text.encode() for path, text in files.items()} | {"images/anh.png": PICTURE},
            person_id=people[author].id,
        )
        made.drafts[name] = draft.id
        comments.add(
            session, NOW, draft, "10-bai-1.md", 1, "Xem lại", person_id=people["reviewer"].id, client_id=name
        )
    for code, trainer, member in (
        ("U1", "trainer_u1", "learner_u1"),
        ("U2", "trainer_u2", "learner_u2"),
    ):
        group = make.training_class(session, people[trainer], [people[member]], code=f"LOP-{code}")
        made.classes[code] = group.id
        setter = as_visitor(session, people[f"head_{code.lower()}"].id)
        assert setter is not None
        (unit,) = setter.scopes["unit_head"]
        table = Table("scores", unit, sample.course.id)
        made.reports[code] = scheduled.schedule(session, NOW, NOW.date(), setter, table, "week").id
    for name in SIGNED_IN:
        person = people[name]
        made.browser[name] = sessions.create(session, NOW, person.id, "browser").token
        made.hashes[name] = sessions.hash_of(sessions.create(session, NOW, person.id, "browser").token)
        made.api[name] = sessions.create(session, NOW, person.id, "api").token
        attempt, _ = outcomes.start(session, NOW, make.ZONE, person.id, sample, "exam")
        made.open[name] = attempt.id
        made.questions[name] = {id: drawn(attempt, id, keys) for id, keys in RIGHT.items()}
        attempt, _ = outcomes.start(session, NOW, make.ZONE, person.id, sample, "bai-1")
        made.lesson[name] = attempt.id
    for name in ("learner_u1", "learner_u2"):
        made.finished[name], made.serials[name] = _complete(session, people[name], second)
        for kind in ("learner", "manager"):
            ask = Ask(person_id=people[name].id, course_id=second.course.id, kind=kind, days=30)
            ask.asked_on, ask.asked_at = NOW.date(), NOW
            session.add(ask)
            session.flush()
            made.asks.setdefault(name, ask.id)
        essay, _ = outcomes.start(session, NOW, make.ZONE, people[name].id, sample, "tu-luan")
        outcomes.submit(session, NOW, make.ZONE, essay, {ESSAY.id: "Nhận hồ sơ rồi hẹn ngày."}, str(uuid4()))
        made.written[name] = essay.id
    _practise(session, made, people, sample)
    session.flush()
    return made


def _practise(session: Session, made: Cast, people: Mapping[str, Person], published: Published) -> None:
    """Two practices: of learner_u1, guided by colleague_u1 and handed in; of learner_u2, guided by nobody."""
    page = published.course.page("thuc-hanh")
    assert page is not None
    practice_mentors.name(session, NOW, people["learner_u1"], people["reviewer"], people["head_u1"])
    for name in ("learner_u1", "learner_u2"):
        row = practice.begin(session, NOW, NOW.date(), people[name].id, published, page)
        photo = BytesIO()
        Image.new("RGB", (4, 3), "red").save(photo, "PNG")
        shown = practice.add_evidence(
            session, NOW, row, "thuc-hanh-2", "anh.png", practice_evidence.prepared("photo", photo.getvalue())
        )
        made.practices[name], made.evidence[name] = row.id, shown.id
    row = session.get_one(Practice, made.practices["learner_u1"])
    for step in ("thuc-hanh-1", "thuc-hanh-2"):
        practice.hand_in(session, NOW, NOW.date(), row, step, "Đã làm", str(uuid4()))


def drawn(attempt: Attempt, question: str, keys: Any) -> Any:
    """An answer in release keys, in the ids of the attempt."""
    item = next((item for item in attempt.paper if item["question"] == question), None)
    return None if item is None else papers.to_drawn(item, keys)


def _complete(session: Session, person: Person, published: Published) -> tuple[str, str]:
    """Passes the course; its exam's attempt and the certificate's serial."""
    lesson, _ = outcomes.start(session, NOW, make.ZONE, person.id, published, "bai-1")
    outcomes.submit(session, NOW, make.ZONE, lesson, {"cau-1": drawn(lesson, "cau-1", "1")}, str(uuid4()))
    page = published.course.page("bai-2")
    assert page is not None
    outcomes.mark_read(session, NOW, make.ZONE, person.id, published, page)
    exam, _ = outcomes.start(session, NOW, make.ZONE, person.id, published, "exam")
    answers = {question: drawn(exam, question, "1") for question in ("thi-1", "thi-2")}
    reply = outcomes.submit(session, NOW, make.ZONE, exam, answers, str(uuid4()))
    assert isinstance(reply, outcomes.Submitted)
    return exam.id, str(reply.body["certificate"])


def _keep(session: Session, published: Published, path: str, data: bytes) -> str:
    """Puts a file into the release; its hash."""
    digest = sha256(data).hexdigest()
    session.add(Blob(sha256=digest, data=data))
    session.flush()
    session.add(ReleaseFile(release_id=published.release_id, path=path, sha256=digest))
    session.flush()
    return digest


def _options(prefix: str, right: set[int], count: int = 4) -> tuple[Option, ...]:
    return tuple(
        Option(
            key=f"{CANARY}-{n}",
            html=f"{prefix} {n}",
            right=n in right,
            feedback=f"<p>{CANARY} {prefix} {n}</p>",
        )
        for n in range(1, count + 1)
    )


def _items(prefix: str, words: Iterable[str]) -> tuple[MatchItem, ...]:
    return tuple(MatchItem(key=f"{CANARY}-{prefix}{n}", html=word) for n, word in enumerate(words, 1))


_TOLD: Mapping[str, Any] = {"explanation": f"<p>{CANARY} giải thích</p>", "hints": (f"{CANARY} gợi ý",)}
QUESTIONS: tuple[Question, ...] = (
    Single(id="mot", title="Một", prompt="<p>Chọn một?</p>", options=_options("một", {2}), **_TOLD),
    Multiple(
        id="nhieu", title="Nhiều", prompt="<p>Chọn nhiều?</p>", options=_options("nhiều", {1, 3}), **_TOLD
    ),
    TrueFalse(id="dung-sai", title="Đúng sai", prompt="<p>Đúng?</p>", answer=True, feedback=CANARY, **_TOLD),
    Text(
        id="ngan",
        title="Ngắn",
        prompt="<p>Chứng từ nào?</p>",
        accepted=(f"hóa đơn {CANARY}",),
        feedback=CANARY,
        **_TOLD,
    ),
    Number(
        id="so",
        title="Số",
        prompt="<p>@a đồng mỗi ngày, ba ngày?</p>",
        low="7919.31",
        high="7927.77",
        exact="7923.54",
        unit="đồng",
        feedback=CANARY,
        variables=(Variable(name="a", low=Decimal(1000), high=Decimal(5000), step=Decimal(500)),),
        **_TOLD,
    ),
    Match(
        id="ghep",
        title="Ghép",
        prompt="<p>Ghép</p>",
        left=_items("l", ("xã", "tỉnh")),
        right=_items("r", ("vế A", "vế B", "vế C")),
        pairs={f"{CANARY}-l1": f"{CANARY}-r1", f"{CANARY}-l2": f"{CANARY}-r2"},
        **_TOLD,
    ),
    Order(
        id="thu-tu",
        title="Thứ tự",
        prompt="<p>Xếp</p>",
        items=_items("o", ("nhận", "xem", "ký", "trả")),
        **_TOLD,
    ),
    Gaps(
        id="trong",
        title="Chỗ trống",
        prompt='<p><span class="gap" data-gap="1">(1)</span> và <span class="gap" data-gap="2">(2)</span></p>',
        gaps=(
            Gap(key="1", accepted=(f"ba mươi {CANARY}",)),
            Gap(key="2", options=_options("chỗ", {2}, 2)),
        ),
        **_TOLD,
    ),
)
ESSAY = Written(
    id="viet",
    title="Viết",
    prompt="<p>Đồng chí làm gì?</p>",
    points=Decimal(3),
    criteria=(
        Criterion(html=f"{CANARY} nơi nhận", points=Decimal(2)),
        Criterion(html=f"{CANARY} căn cứ", points=Decimal(1)),
    ),
    **_TOLD,
)
CANARIES = (CANARY, "7919", "7927.77", "7927,77", "7923")
RIGHT: Mapping[str, Any] = {
    "mot": f"{CANARY}-2",
    "nhieu": [f"{CANARY}-1", f"{CANARY}-3"],
    "dung-sai": True,
    "ngan": f"hóa đơn {CANARY}",
    "so": 7923.54,
    "ghep": {f"{CANARY}-l1": f"{CANARY}-r1", f"{CANARY}-l2": f"{CANARY}-r2"},
    "thu-tu": [f"{CANARY}-o{n}" for n in range(1, 5)],
    "trong": {"1": f"ba mươi {CANARY}", "2": f"{CANARY}-2"},
}


def sample_course() -> Course:
    """`finance/sample`: every kind of question, a lesson to read, a scenario, a pre-test, an exam."""
    scenario = Scenario(
        nodes=(
            Node(
                id="dau",
                title="Đầu",
                html="<p>Nhà thầu đến.</p>",
                choices=(
                    Choice(
                        key=f"{CANARY}-a", html="nhận", target=f"{CANARY}-xau", feedback=f"{CANARY} không nên"
                    ),
                    Choice(
                        key=f"{CANARY}-b",
                        html="từ chối",
                        target=f"{CANARY}-tot",
                        points=Decimal(10),
                        feedback=f"{CANARY} nên",
                    ),
                ),
            ),
            Node(id=f"{CANARY}-tot", title=f"{CANARY} tốt", html=f"<p>{CANARY} tốt</p>", ending="passed"),
            Node(id=f"{CANARY}-xau", title=f"{CANARY} xấu", html=f"<p>{CANARY} xấu</p>", ending="failed"),
        )
    )
    return make.course(
        make.lesson("bai-1", *QUESTIONS),
        make.lesson("bai-2", html="<p>Nội dung bai-2</p>"),
        Page(slug="tinh-huong", id="id-tinh-huong", title="Tình huống", kind="scenario", scenario=scenario),
        make.lesson("kiem-tra-truoc", make.single("truoc-1"), kind="pretest"),
        make.practice("thuc-hanh"),
        # Handed in already, hence it tells nothing even then.
        make.lesson("tu-luan", kind="pretest", quiz=make.quiz(ESSAY, show_answers="never")),
        exam=make.exam(*QUESTIONS, shuffle_options=True, shuffle_questions=True),
        title="Thu – chi ngân sách cấp xã",
    )


@dataclass
class Stage:
    """One application on a copy of the cast's database, and the visitors' browsers."""

    app: App
    cast: Cast
    copy: Callable[[], Database]
    database: Database

    def renew(self) -> None:
        """Goes on with a new copy: nothing that was done so far has happened."""
        services: Services = self.app.extensions["learning"]
        self.database.dispose()
        self.database = self.copy()
        self.app.extensions["learning"] = Services(services.settings, services.clock, self.database)

    @property
    def clock(self) -> FixedClock:
        return cast(FixedClock, self.app.extensions["learning"].clock)

    def visitor(self, name: str) -> "Guest":
        client = self.app.test_client()
        with client.session_transaction() as held:
            held["csrf_token"] = FORM_SECRET
            if name != "anonymous":
                held["sid"] = self.cast.browser[name]
        return Guest(name, client, self)

    def csrf(self) -> str:
        return str(URLSafeTimedSerializer(self.app.secret_key, salt="wtf-csrf-token").dumps(FORM_SECRET))

    def rows(self) -> dict[str, list[str]]:
        """Everything the database holds: table → its rows, in order. But for who looked at whom: that reading is
        written down is its point (learning/accounts/looks.py)."""
        with self.database.engine.connect() as connection:
            return {
                table.name: sorted(
                    repr(tuple(row)) for row in connection.execute(sa.text(f'SELECT * FROM "{table.name}"'))
                )
                for table in Base.metadata.sorted_tables
                if table.name != "look"
            }

    def fill(self, address: str, name: str) -> str:
        """An address with the words in braces that name something of the cast filled in."""
        cast_ = self.cast
        me = name if name in cast_.people else "learner_u1"
        values = {
            **{f"person_{who}": id for who, id in cast_.people.items()},
            **{f"username_{who}": username for who, username in cast_.usernames.items()},
            **{f"open_{who}": id for who, id in cast_.open.items()},
            **{f"lesson_{who}": id for who, id in cast_.lesson.items()},
            **{f"finished_{who}": id for who, id in cast_.finished.items()},
            **{f"written_{who}": id for who, id in cast_.written.items()},
            **{f"serial_{who}": serial for who, serial in cast_.serials.items()},
            **{f"class_{code}": id for code, id in cast_.classes.items()},
            **{f"draft_{name}": id for name, id in cast_.drafts.items()},
            **{f"session_{who}": digest for who, digest in cast_.hashes.items()},
            **{f"report_{code}": id for code, id in cast_.reports.items()},
            **{f"ask_{who}": id for who, id in cast_.asks.items()},
            **{f"practice_{who}": id for who, id in cast_.practices.items()},
            **{f"evidence_{who}": id for who, id in cast_.evidence.items()},
            "session_own": cast_.hashes[me],
            "open_own": cast_.open[me],
            "picture": cast_.picture,
            "source": cast_.source,
        }
        return re.sub(r"\{(\w+)\}", lambda found: str(values.get(found[1], found[0])), address)


@dataclass
class Guest:
    """A visitor's browser, or their program with its bearer token."""

    name: str
    client: FlaskClient
    stage: Stage

    def open(
        self, method: str, address: str, *, token: bool = True, bearer: bool = False, **options: Any
    ) -> TestResponse:
        """Sends a request as the visitor; with the guard against forgery unless `token=False`."""
        headers = dict(options.pop("headers", {}))
        if bearer and self.name != "anonymous":
            headers["Authorization"] = f"Bearer {self.stage.cast.api[self.name]}"
            client = self.stage.app.test_client()
        else:
            client = self.client
            if token and method not in ("GET", "HEAD"):
                headers["X-CSRFToken"] = self.stage.csrf()
        address = quote(self.stage.fill(address, self.name), safe="/?&=%:#+,;@!$'()*~")
        return client.open(address, method=method, headers=headers, buffered=True, **options)

    def get(self, address: str, **options: Any) -> TestResponse:
        return self.open("GET", address, **options)

    def post(self, address: str, **options: Any) -> TestResponse:
        return self.open("POST", address, **options)


def prepare(template: str, folder: Path) -> tuple[str, Cast]:
    """A database with the cast, to be copied; from the empty, migrated one."""
    source = _copied(template, folder)
    database = Database(_address(source))
    with database.writing() as session:
        made = build(session)
    if not conftest.POSTGRES:
        with database.engine.connect() as connection:
            connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.dispose()
    return source, made


def copied(source: str, folder: Path) -> Database:
    return Database(_address(_copied(source, folder)), pool_size=20)


def drop(database: Database) -> None:
    database.dispose()
    if conftest.POSTGRES:
        conftest._administer(f'DROP DATABASE IF EXISTS "{database.engine.url.database}" WITH (FORCE)')


def _copied(source: str, folder: Path) -> str:
    name = uuid4().hex
    if conftest.POSTGRES:
        conftest._administer(f'CREATE DATABASE "cast_{name}" TEMPLATE "{source}"')
        return f"cast_{name}"
    return str(shutil.copy(source, folder / f"{name}.sqlite"))


def _address(source: str) -> str:
    return conftest._address(source) if conftest.POSTGRES else f"sqlite:///{source}"
