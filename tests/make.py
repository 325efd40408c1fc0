"""Factories: each makes one thing, with everything that does not matter filled in. Nothing here is random."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Any, cast
from zoneinfo import ZoneInfo

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import passwords, people
from learning.accounts.models import Person, RoleGrant
from learning.content.model import (
    Course,
    Evidence,
    Multiple,
    Option,
    Page,
    Practice,
    Question,
    Quiz,
    Section,
    Single,
    Step,
    encode,
)
from learning.library import catalogue, rewrites
from learning.library.models import CourseRow, FieldRow, Release
from learning.organisation.models import ClassMember, Position, Posting, TrainingClass, Unit
from learning.vietnamese.collation import sort_key

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
PASSWORD = "một mật khẩu dài"
_HASHES: dict[str, str] = {}


def unit(
    session: Session,
    code: str = "21583",
    name: str = "Phường Quy Nhơn",
    kind: str = "commune",
    parent: str | None = "52",
) -> Unit:
    """A unit, and the province above it."""
    if parent is not None and session.get(Unit, parent) is None:
        unit(session, parent, "Tỉnh Gia Lai", "province", None)
    found = session.get(Unit, code)
    if found is None:
        found = Unit(
            code=code,
            name=name,
            sort_key=sort_key(name),
            kind=kind,
            parent_code=parent,
            area="thuong",
            valid_from=date(2025, 7, 1),
            valid_to=None,
        )
        session.add(found)
        session.flush()
    return found


def person(
    session: Session,
    username: str = "hocvien",
    full_name: str = "Nguyễn Thị Ánh Tuyết",
    *,
    roles: Iterable[str] | dict[str, Iterable[str]] = ("learner",),
    unit: Unit | None = None,
    position: str = "",
    password: str | None = None,
    staff_code: str | None = None,
) -> Person:
    """A person, with roles (a dict gives each its scopes), a posting in `unit`, and a password where one is given."""
    added = people.add(session, NOW, username=username, full_name=full_name, staff_code=staff_code)
    if password is not None:
        added.password_hash = _HASHES.setdefault(password, passwords.hash_password(password))
    scopes = roles if isinstance(roles, dict) else dict.fromkeys(roles, ("",))
    session.add_all(
        RoleGrant(person_id=added.id, role=role, scope=scope)
        for role, given in scopes.items()
        for scope in given
    )
    if unit is not None:
        if position and session.get(Position, position) is None:
            session.add(Position(code=position, title=position, group=""))
            session.flush()
        session.add(
            Posting(
                person_id=added.id,
                unit_code=unit.code,
                position_code=position or None,
                from_date=date(2025, 7, 1),
                to_date=None,
            )
        )
    session.flush()
    return added


def training_class(
    session: Session,
    trainer: Person,
    members: Iterable[Person] = (),
    course_id: str = "finance/sample",
    *,
    code: str = "L01",
    due_on: date | None = None,
) -> TrainingClass:
    made = TrainingClass(
        code=code,
        name=f"Lớp {code}",
        course_id=course_id,
        trainer_id=trainer.id,
        starts_on=None,
        due_on=due_on,
        created_at=NOW,
    )
    session.add(made)
    session.flush()
    session.add_all(ClassMember(class_id=made.id, person_id=member.id) for member in members)
    session.flush()
    return made


def single(id: str = "cau-1", right: int = 1, options: int = 3, **more: Any) -> Single:
    """A question whose `right`-th option is right; each option says which it is in its feedback."""
    return Single(
        id=id,
        title=f"Tên {id}",
        prompt=f"<p>Hỏi {id}?</p>",
        options=tuple(
            Option(
                key=str(n),
                html=f"Phương án {n} của {id}",
                right=n == right,
                feedback=f"<p>Phản hồi {n} của {id}</p>",
            )
            for n in range(1, options + 1)
        ),
        explanation=f"<p>Giải thích {id}</p>",
        **more,
    )


def multiple(id: str = "cau-2", right: Iterable[int] = (1, 2), options: int = 4, **more: Any) -> Multiple:
    marked = set(right)
    return Multiple(
        id=id,
        title=f"Tên {id}",
        prompt=f"<p>Chọn {id}?</p>",
        options=tuple(
            Option(key=str(n), html=f"Phương án {n} của {id}", right=n in marked)
            for n in range(1, options + 1)
        ),
        **more,
    )


def quiz(*questions: Question, pass_percent: int = 100, **more: Any) -> Quiz:
    return Quiz(pass_percent=Decimal(pass_percent), sections=(Section(questions=questions),), **more)


def lesson(slug: str = "bai-1", *questions: Question, **more: Any) -> Page:
    """A lesson; with questions, it has a quiz."""
    values: dict[str, Any] = {
        "id": f"id-{slug}",
        "title": f"Bài {slug}",
        "minutes": Decimal(4),
        "objectives": ("kiểm tra được hồ sơ",),
        "html": f"<p>Nội dung {slug}</p>",
        "quiz": quiz(*questions) if questions else None,
        "path": f"10-{slug}.md",
    }
    return Page(slug=slug, **{**values, **more})


def practice(slug: str = "thuc-hanh", *evidence: str, **more: Any) -> Page:
    """A practice with a step for each kind of evidence; by default one that shows nothing, a photo, a file."""
    steps = tuple(
        Step(
            id=f"{slug}-{n}",
            title=f"Bước {n} của {slug}",
            html=f"<p>Làm bước {n}</p>",
            evidence=cast(Evidence, wanted),
        )
        for n, wanted in enumerate(evidence or ("none", "photo", "file"), 1)
    )
    values: dict[str, Any] = {
        "id": f"id-{slug}",
        "title": f"Thực hành {slug}",
        "kind": "practice",
        "minutes": Decimal(20),
        "html": "<p>Làm ở cơ quan</p>",
        "practice": Practice(steps=steps),
        "path": f"40-{slug}.md",
    }
    return Page(slug=slug, **{**values, **more})


def exam(*questions: Question, pass_percent: int = 50, **more: Any) -> Page:
    return Page(
        slug="exam",
        id="exam",
        title="Bài kiểm tra cuối khóa",
        kind="exam",
        quiz=quiz(*(questions or (single("thi-1"), single("thi-2"))), pass_percent=pass_percent, **more),
        path="exam.md",
    )


def course(*pages: Page, **more: Any) -> Course:
    """`finance/sample`: by default two lessons, the first with a question, and an exam of two."""
    values: dict[str, Any] = {
        "field": "finance",
        "slug": "sample",
        "title": "Thu – chi ngân sách cấp xã",
        "owner": "Sở Tài chính",
        "completion": "lessons+exam",
        "pages": pages or (lesson("bai-1", single()), lesson("bai-2")),
        "exam": exam(),
    }
    return Course(**{**values, **more})


def publish(session: Session, made: Course | None = None, *, now: datetime = NOW) -> catalogue.Published:
    """Makes a course live without files: for tests of what stands above the library."""
    made = made or course()
    session.merge(FieldRow(slug=made.field, title=made.field, owner=made.owner))
    session.flush()
    row = session.merge(CourseRow(id=made.id, field=made.field, slug=made.slug))
    session.flush()
    compiled = encode(made)
    number = (session.scalar(select(func.max(Release.number)).where(Release.course_id == made.id)) or 0) + 1
    release = Release(
        course_id=made.id,
        number=number,
        content_hash=sha256(compiled).hexdigest(),
        compiler=1,
        compiled=compiled,
        published_at=now,
        published_by="operator",
        key_choice="",
    )
    session.add(release)
    session.flush()
    if row.live_release_id is not None:
        rewrites.keep(session, now, release.id, catalogue.release(session, row.live_release_id).course, made)
    row.live_release_id = release.id
    session.flush()
    return catalogue.release(session, release.id)


def sign_in(client: FlaskClient, username: str, password: str = PASSWORD) -> None:
    """Through the real form, with its token."""
    from html5lib import parse

    page = parse(client.get("/").text, namespaceHTMLElements=False)
    token = page.find(".//input[@name='csrf_token']").get("value")
    reply = client.post("/", data={"username": username, "password": password, "csrf_token": token})
    assert reply.status_code in (302, 303), reply.text
