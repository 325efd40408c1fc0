"""Published courses: immutable releases, their source bytes, and which one is live."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from learning.database import Base


class FieldRow(Base):
    """A field (lĩnh vực) as `field.yml` last said."""

    __tablename__ = "field"

    slug: Mapped[str] = mapped_column(String(60), primary_key=True)
    title: Mapped[str] = mapped_column(String(200))
    owner: Mapped[str] = mapped_column(String(200), default="")


class CourseRow(Base):
    """A course by its address; `live_release_id` says what learners see now."""

    __tablename__ = "course"

    id: Mapped[str] = mapped_column(String(120), primary_key=True)  # "field/course"
    field: Mapped[str] = mapped_column(ForeignKey("field.slug"))
    slug: Mapped[str] = mapped_column(String(60))
    live_release_id: Mapped[
        int | None
    ]  # of `release`; no foreign key, since the two tables would point in a circle


class Release(Base):
    """An immutable version. `content_hash` is over paths and bytes of its files and the sources it cites."""

    __tablename__ = "release"
    __table_args__ = (UniqueConstraint("course_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64))
    compiler: Mapped[int]  # version of the compiler, so that a better one can compile the bytes again
    compiled: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(100))
    key_choice: Mapped[str] = mapped_column(String(10), default="")  # what was chosen where keys changed


class Blob(Base):
    """Bytes by their SHA-256, shared by all releases that hold them."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    data: Mapped[bytes] = mapped_column(LargeBinary)


class ReleaseFile(Base):
    """One file of a release; `path` is relative to the course's folder."""

    __tablename__ = "release_file"
    __table_args__ = (Index("ix_release_file_sha256", "sha256"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))


class StampedId(Base):
    """Every lesson and question id ever published: never reused, its kind never changed."""

    __tablename__ = "stamped_id"

    id: Mapped[str] = mapped_column(String(100), primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    kind: Mapped[str] = mapped_column(String(20))  # "lesson" or the question's kind
    retired_at: Mapped[datetime | None]


class LegalSource(Base):
    """The registry of documents: merged at each publication, never shrunk."""

    __tablename__ = "legal_source"

    key: Mapped[str] = mapped_column(String(100), primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(200))
    in_force: Mapped[date]
    until: Mapped[date | None]
    replaced_by: Mapped[str] = mapped_column(String(100), default="")
    checked_on: Mapped[date | None]
