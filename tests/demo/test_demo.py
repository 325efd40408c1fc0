from collections import Counter
from datetime import date, datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts import passwords
from learning.accounts.models import Notice, Person, RoleGrant
from learning.accounts.visitors import Visitor
from learning.demo import cast, handed_in, names, province
from learning.evaluation import practice_queries
from learning.evaluation.practice_models import PracticeEvidence
from learning.organisation import postings, visibility
from learning.organisation.models import ClassMember, Posting, Profile, TrainingClass, Unit
from learning.progress import helping, scores
from learning.progress.helping import Day, Wanted
from learning.progress.models import HelpRecord
from learning.quizzes import hand_marks
from learning.quizzes.models import Attempt
from tests import make
from tests.quizzes import every_kind

TODAY = date(2026, 11, 22)
COURSES = ["it/safe-office", "finance/commune-budget", "land/first-registration", "it/another"]


def contents(session: Session) -> dict[str, int]:
    tables = (Person, RoleGrant, Posting, Profile, TrainingClass, ClassMember, Unit)
    return {table.__name__: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}


def test_the_cast_is_who_the_documents_say_and_seeding_again_changes_nothing(
    session: Session, now: datetime
) -> None:
    assert cast.seed(session, now, TODAY, COURSES) == 8
    people = {one.username: one for one in session.scalars(select(Person))}
    assert set(people) == {
        "hocvien", "hocvien2", "bientap", "thamdinh", "giangvien", "lanhdao", "thanhtra", "quantri",
    }  # fmt: skip
    assert all(
        passwords.matches(people[name].password_hash, "camtay-demo") for name in ("hocvien", "quantri")
    )
    seats = {name: postings.current_unit(session, one.id, TODAY) for name, one in people.items()}
    assert {name: unit.name for name, unit in seats.items() if unit} == {
        "hocvien": "Phường Quy Nhơn",
        "hocvien2": "Xã Đak Đoa",
        "bientap": "Sở Tài chính",
        "thamdinh": "Sở Nông nghiệp và Môi trường",
        "giangvien": "Trường Chính trị tỉnh",
        "lanhdao": "Phường Quy Nhơn",
        "thanhtra": "Sở Nội vụ",
        "quantri": "Sở Nội vụ",
    }
    granted = session.execute(select(Person.username, RoleGrant.role, RoleGrant.scope).join(RoleGrant)).all()
    assert {tuple(row) for row in granted} == {
        ("hocvien", "learner", ""), ("hocvien2", "learner", ""), ("bientap", "author", "finance"),
        ("bientap", "author", "it"), ("thamdinh", "author", "land"), ("thamdinh", "reviewer", "*"),
        ("giangvien", "trainer", ""), ("lanhdao", "unit_head", "21583"), ("thanhtra", "inspector", ""),
        ("quantri", "administrator", ""),
    }  # fmt: skip
    before = contents(session)
    assert cast.seed(session, now, TODAY, COURSES) == 0 and contents(session) == before


def test_the_trainer_has_a_class_with_both_learners_in_each_field(session: Session, now: datetime) -> None:
    cast.seed(session, now, TODAY, COURSES[:1])
    cast.seed(session, now, TODAY, COURSES)
    classes = session.scalars(select(TrainingClass)).all()
    assert {one.course_id.split("/")[0] for one in classes} == {"finance", "land", "it"} and len(classes) == 3
    assert all(one.due_on and one.due_on > TODAY for one in classes)
    trainer = session.scalars(select(Person).where(Person.username == "giangvien")).one()
    for one in classes:
        members = select(Person.username).join(ClassMember).where(ClassMember.class_id == one.id)
        assert {"hocvien", "hocvien2"} <= set(session.scalars(members)) and one.trainer_id == trainer.id


def test_somebody_has_been_helped_and_seeding_again_changes_nothing(session: Session, now: datetime) -> None:
    make.publish(session, make.course(slug="commune-budget"))
    for _ in range(2):
        cast.seed(session, now, TODAY, COURSES)
    (row,) = session.scalars(select(HelpRecord)).all()
    assert (row.course_id, row.outcome, row.agreed_on) == (
        "finance/commune-budget",
        "agreed",
        TODAY + timedelta(days=2),
    )
    found = helping.counts(session, Wanted(("finance/commune-budget",)), Day(TODAY, make.ZONE))
    assert (found.rules["due_soon"], found.helped) == (3, 1)


def test_the_province_has_135_communes_5219_people_and_a_head_for_each_commune(
    session: Session, now: datetime
) -> None:
    cast.seed(session, now, TODAY, [])
    assert province.seed(session, now) == 5211
    assert session.scalar(select(func.count()).select_from(Person)) == 5219
    heads = session.scalars(select(RoleGrant.scope).where(RoleGrant.role == "unit_head")).all()
    communes = session.scalars(select(Unit.code).where(Unit.kind == "commune")).all()
    assert len(communes) == 135 and sorted(heads) == sorted(communes)
    today = Counter(session.scalars(select(Posting.unit_code).where(Posting.to_date.is_(None))))
    assert all(38 <= today[code] <= 41 for code in communes)
    head = session.scalars(select(Person).where(Person.username == "lanhdao")).one()
    one = Visitor(head.id, head.username, "", frozenset({"unit_head"}), {"unit_head": frozenset({"21583"})})
    seen = session.scalar(select(func.count()).where(visibility.visible_people(one, TODAY)))
    assert seen == today["21583"]
    assert len(set(session.scalars(select(Person.password_hash)))) <= 2
    before = contents(session)
    assert province.seed(session, now) == 0 and contents(session) == before


def test_names_are_the_same_every_time_and_hard_to_tell_from_real_ones() -> None:
    from random import Random

    first, second = ([names.compose(Random(f"{run}:{n}")) for n in range(2000)] for run in (1, 1))
    assert first == second and len(set(first)) > 1000
    assert any("H'" in name for name in first) and any(name.startswith("Nguyễn ") for name in first)


def test_more_learners_are_more_every_time(session: Session, now: datetime) -> None:
    first = province.add_learners(session, now, 3)
    second = province.add_learners(session, now, 2)
    assert first == ["hocvien-00001", "hocvien-00002", "hocvien-00003"] and second == [
        "hocvien-00004",
        "hocvien-00005",
    ]
    person = session.scalars(select(Person).where(Person.username == second[0])).one()
    assert passwords.matches(person.password_hash, "camtay-demo")
    assert postings.current_unit(session, person.id, TODAY) is not None


def test_somebody_practises_and_a_step_waits_for_their_mentor_with_its_picture(
    session: Session, now: datetime
) -> None:
    page = make.practice("thuc-hanh", "photo", "none")
    cast.seed(session, now, TODAY, COURSES)
    assert handed_in.seed(session, now, make.ZONE) == 0  # the courses are not there
    make.publish(session, make.course(page, field="it", slug="safe-office"))
    assert handed_in.seed(session, now, make.ZONE) == 2
    assert handed_in.seed(session, now, make.ZONE) == 0

    def waits(mentor: str) -> list[tuple[str, int, int]]:
        person_id = session.scalars(select(Person.id).where(Person.username == mentor)).one()
        lines, _ = practice_queries.of_mentor(session, person_id, waiting=True)
        return [(line.full_name, line.handed_in, line.total) for line in lines]

    assert waits("giangvien") == [("Rơ Châm H'Yên", 1, 2)]
    assert waits("lanhdao") == [("Nguyễn Thị Ánh Tuyết", 1, 2)]
    assert [one.kind for one in session.scalars(select(PracticeEvidence))] == ["webp"]


def test_the_trainer_finds_written_answers_to_mark(session: Session, now: datetime) -> None:
    lesson = make.lesson("bai-40", make.single("mot"), every_kind.written)
    make.publish(session, make.course(lesson, field="office", slug="clerical-work"))
    cast.seed(session, now, TODAY, ["office/clerical-work"])
    assert handed_in.seed(session, now, make.ZONE) == 2
    assert handed_in.seed(session, now, make.ZONE) == 0
    trainer = session.scalars(select(Person.id).where(Person.username == "giangvien")).one()
    lines, _ = hand_marks.waiting(session, scores.of_trainer(trainer, Attempt.course_id))
    assert [line.full_name for line in lines] == ["Rơ Châm H'Yên", "Trần Quốc Đạt"]
    told = session.scalars(select(Notice.kind).where(Notice.person_id == trainer)).all()
    assert told == ["marking.waits"]
