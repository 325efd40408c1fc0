"""Certificates: everything printed is in the row itself, frozen at issue."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base


class Certificate(Base):
    """A "Giấy xác nhận hoàn thành". `serial` is random (≥ 128 bit); at most one is current for person and course."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_current",
            "person_id",
            "course_id",
            unique=True,
            sqlite_where=text("current"),
            postgresql_where=text("current"),
        ),
        Index("ix_certificate_person_id", "person_id"),
    )

    serial: Mapped[str] = mapped_column(String(40), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"))
    current: Mapped[bool] = mapped_column(default=True)
    holder: Mapped[str] = mapped_column(String(200))
    staff_code: Mapped[str] = mapped_column(String(50), default="")
    unit: Mapped[str] = mapped_column(String(200))
    position: Mapped[str] = mapped_column(String(200), default="")
    course: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(200))  # the department that owns the course
    province: Mapped[str] = mapped_column(String(100), default="")
    reviewed_by: Mapped[str] = mapped_column(String(200), default="")  # empty: a sample not yet reviewed
    release: Mapped[int]
    lessons: Mapped[int]
    hours: Mapped[Decimal | None]
    score: Mapped[Decimal | None]  # percent
    started_on: Mapped[date]
    completed_on: Mapped[date]
    issued_at: Mapped[datetime]
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    replaced_by: Mapped[str] = mapped_column(String(40), default="")
    revoked_at: Mapped[datetime | None]
    revoked_by: Mapped[str] = mapped_column(String(100), default="")
    revoked_because: Mapped[str] = mapped_column(Text, default="")
