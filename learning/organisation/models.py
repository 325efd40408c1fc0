"""Units, positions, who sat where from when to when, and classes."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base

UNIT_KINDS = ("province", "commune", "department")
AREAS = ("thuong", "mien_nui", "dan_toc_thieu_so", "bien_gioi", "dao")
CATEGORIES = ("can_bo", "cong_chuc", "vien_chuc", "khong_chuyen_trach")
QUALIFICATIONS = ("so_cap", "trung_cap", "cao_dang", "dai_hoc", "sau_dai_hoc")
POLITICAL_THEORY = ("chua", "so_cap", "trung_cap", "cao_cap")


class Unit(Base):
    """`code` is text with leading zeros and never reused: 2 digits province, 5 digits commune, a word department."""

    __tablename__ = "unit"
    __table_args__ = (
        CheckConstraint("kind IN ('province', 'commune', 'department')", name="kind"),
        Index("ix_unit_parent_code", "parent_code"),
    )

    code: Mapped[str] = mapped_column(String(20), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    sort_key: Mapped[str] = mapped_column(String(500))
    kind: Mapped[str] = mapped_column(String(20))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("unit.code"))
    area: Mapped[str] = mapped_column(String(20), default="thuong")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Position(Base):
    __tablename__ = "position"

    code: Mapped[str] = mapped_column(String(50), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    group: Mapped[str] = mapped_column(String(50), default="")


class Profile(Base):
    """What the roster says of a person beside name and unit; empty where it says nothing."""

    __tablename__ = "profile"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    category: Mapped[str] = mapped_column(String(20), default="")
    specialty: Mapped[str] = mapped_column(String(200), default="")
    qualification: Mapped[str] = mapped_column(String(20), default="")
    years_in_post: Mapped[int | None]
    state_management: Mapped[bool | None]
    political_theory: Mapped[str] = mapped_column(String(20), default="")


class Posting(Base):
    """Who sat where, from – to (to: last day). At most one open posting a person; history is kept."""

    __tablename__ = "posting"
    __table_args__ = (
        Index(
            "uq_posting_open",
            "person_id",
            unique=True,
            sqlite_where=text("to_date IS NULL"),
            postgresql_where=text("to_date IS NULL"),
        ),
        Index("ix_posting_unit_code", "unit_code"),
        Index("ix_posting_person_id", "person_id"),
        CheckConstraint("to_date IS NULL OR to_date >= from_date", name="dates"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_code: Mapped[str] = mapped_column(ForeignKey("unit.code"))
    position_code: Mapped[str | None] = mapped_column(ForeignKey("position.code"))
    from_date: Mapped[date]
    to_date: Mapped[date | None]


class TrainingClass(Base):
    """A class (lớp): one trainer, one course, members. Its due date makes the course due for them."""

    __tablename__ = "training_class"
    __table_args__ = (
        Index("ix_training_class_trainer_id", "trainer_id"),
        Index("ix_training_class_course_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(50), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    course_id: Mapped[str] = mapped_column(String(120))  # "field/course": content is referred to by slug
    trainer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    starts_on: Mapped[date | None]
    due_on: Mapped[date | None]
    created_at: Mapped[datetime]


class ClassMember(Base):
    __tablename__ = "class_member"
    __table_args__ = (Index("ix_class_member_person_id", "person_id"),)

    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
