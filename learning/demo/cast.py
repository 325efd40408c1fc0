"""The eight people of the demonstration and their classes. Nobody here is a real person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import passwords, people
from learning.accounts.models import Person, RoleGrant
from learning.library.models import CourseRow
from learning.organisation import classes, positions, units
from learning.organisation.models import Posting, Profile, TrainingClass
from learning.progress import help_records

ACTOR = "demo"
QUY_NHON, DAK_DOA = "21583", "23677"
FIELD_NAMES = {
    "finance": "tài chính",
    "land": "đất đai",
    "it": "công nghệ thông tin",
    "health": "y tế – dân số",
    "construction": "xây dựng",
    "office": "văn phòng",
}
MEMBERS = ("hocvien", "hocvien2", "bientap", "lanhdao")
BEGUN = timedelta(days=8)  # so long ago the first class opened, each other one before: somebody needs help
DUE_IN, BETWEEN = timedelta(days=5), timedelta(days=14)
HELPED = "demo-help"


@dataclass(frozen=True)
class Member:
    username: str
    full_name: str
    unit: str
    position: str
    what: str  # told beside the sign-in
    roles: tuple[tuple[str, str], ...] = field(default=(("learner", ""),))


CAST = (
    Member("hocvien", "Nguyễn Thị Ánh Tuyết", QUY_NHON, "cc_tai_chinh", "học viên, công chức tài chính"),
    Member("hocvien2", "Rơ Châm H'Yên", DAK_DOA, "cc_dat_dai", "học viên, công chức đất đai"),
    Member(
        "bientap", "Trần Quốc Đạt", "STC", "chuyen_vien", "biên soạn tài chính, công nghệ thông tin",
        (("author", "finance"), ("author", "it")),
    ),
    Member(
        "thamdinh", "Lê Hoài Ân", "SNNMT", "chuyen_vien", "biên soạn đất đai, thẩm định mọi lĩnh vực",
        (("author", "land"), ("reviewer", "*")),
    ),
    Member("giangvien", "Phạm Thị Hòa", "TCT", "giang_vien", "giảng viên, mỗi lĩnh vực một lớp", (("trainer", ""),)),
    Member("lanhdao", "Đặng Minh Ước", QUY_NHON, "ct_ubnd", "lãnh đạo đơn vị", (("unit_head", QUY_NHON),)),
    Member("thanhtra", "Siu Thành", "SNV", "thanh_tra_vien", "thanh tra, chỉ xem toàn tỉnh", (("inspector", ""),)),
    Member("quantri", "Võ Thị Ý Nhi", "SNV", "chuyen_vien", "quản trị viên", (("administrator", ""),)),
)  # fmt: skip


def seed(session: Session, now: datetime, today: date, course_ids: Iterable[str]) -> int:
    """Seeds units, positions, the cast, and a class for the first course of each field; how many people are new.

    Who is there is left as they are; seeding again changes nothing.
    """
    units.load(session)
    positions.load(session)
    known = set(session.scalars(select(Person.username)))
    new = [member for member in CAST if member.username not in known]
    if new:
        password_hash = passwords.hash_password(passwords.DEMO_PASSWORD)
        for member in new:
            _add(session, now, today, member, password_hash)
        audit.record(session, now, ACTOR, "demo.seeded", "cast", people=len(new))
    _add_classes(session, now, today, course_ids)
    _add_help(session, now, today)
    session.flush()
    return len(new)


def _add(session: Session, now: datetime, today: date, member: Member, password_hash: str) -> None:
    code = f"DEMO-{member.username}"
    person = people.add(session, now, username=member.username, full_name=member.full_name, staff_code=code)
    person.password_hash = password_hash
    session.add_all(RoleGrant(person_id=person.id, role=role, scope=scope) for role, scope in member.roles)
    session.add(
        Profile(
            person_id=person.id,
            category="cong_chuc",
            specialty="",
            qualification="dai_hoc",
            years_in_post=None,
            state_management=None,
            political_theory="",
        )
    )
    start = min(today, units.IN_FORCE)
    session.add(
        Posting(person_id=person.id, unit_code=member.unit, position_code=member.position, from_date=start)
    )
    session.flush()


def _add_classes(session: Session, now: datetime, today: date, course_ids: Iterable[str]) -> None:
    trainer = people.find(session, "giangvien")
    if trainer is None:
        return
    first: dict[str, str] = {}
    for course_id in sorted(course_ids):
        first.setdefault(course_id.split("/")[0], course_id)
    there = set(session.scalars(select(TrainingClass.code)))
    known = [slug for slug in FIELD_NAMES if slug in first]
    for place, slug in enumerate([*known, *(slug for slug in first if slug not in FIELD_NAMES)]):
        course_id = first[slug]
        code = f"DEMO-{slug}"
        if code in there:
            continue
        made = classes.create(
            session,
            now,
            code=code,
            name=f"Lớp bồi dưỡng {FIELD_NAMES.get(slug, slug)} khóa 1",
            course_id=course_id,
            trainer_id=trainer.id,
            starts_on=today - (place + 1) * BEGUN,
            due_on=today + DUE_IN + place * BETWEEN,
            actor=ACTOR,
        )
        classes.set_members(session, now, made, MEMBERS, actor=ACTOR)


def _add_help(session: Session, now: datetime, today: date) -> None:
    """The trainer has talked to one of the first class, and they agreed on a day."""
    trainer, helped = people.find(session, "giangvien"), people.find(session, "bientap")
    group = session.scalars(select(TrainingClass).where(TrainingClass.code == "DEMO-finance")).one_or_none()
    if trainer is None or helped is None or group is None or session.get(CourseRow, group.course_id) is None:
        return
    help_records.record(
        session,
        now,
        by_id=trainer.id,
        person=helped,
        course_id=group.course_id,
        rule="due_soon",
        did="talk",
        outcome="agreed",
        agreed_on=today + timedelta(days=2),
        note="Hẹn học xong hai bài đầu, vướng thì gọi lại.",
        client_id=HELPED,
        actor=ACTOR,
    )
