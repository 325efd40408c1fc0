"""Published courses: immutable releases, their source bytes, and which one is live; and drafts of the next ones."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from learning.database import Base, BigId

OPEN_STATES = ("draft", "submitted", "returned", "approved")
_OPEN = text("state IN ('draft', 'submitted', 'returned', 'approved')")


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


class Rewrite(Base):
    """A lesson of which a release changed so much that who has read it is told (`consequences.MAJOR`)."""

    __tablename__ = "rewrite"
    __table_args__ = (Index("ix_rewrite_course_id", "course_id"),)

    release_id: Mapped[int] = mapped_column(ForeignKey("release.id"), primary_key=True)
    page: Mapped[str] = mapped_column(String(100), primary_key=True)  # the lesson's id
    course_id: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime]  # when the release was published


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


class DraftRow(Base):
    """The next release of a course in the making; a course has at most one that is open.

    `revision` goes up with every change of a file. `base_release_id`: what was live when it began; a release published
    meanwhile by another way is a conflict.
    """

    __tablename__ = "draft"
    __table_args__ = (
        Index("uq_draft_open", "course_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_draft_course_id", "course_id"),
        Index("ix_draft_state", "state"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(String(120))  # "field/course", which need not be published yet
    field: Mapped[str] = mapped_column(ForeignKey("field.slug"))
    state: Mapped[str] = mapped_column(String(10))  # OPEN_STATES, "published", "discarded"
    revision: Mapped[int]
    origin: Mapped[str] = mapped_column(String(10))  # "template", "live", "release", "copy", "files"
    origin_of: Mapped[str] = mapped_column(String(200), default="")  # the course copied, the file imported
    origin_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))  # the release restored
    base_release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))
    release_id: Mapped[int | None] = mapped_column(ForeignKey("release.id"))  # what it became
    created_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    publish_on: Mapped[date | None]  # when approved: the day on which it is published by itself
    key_choice: Mapped[str] = mapped_column(String(10), default="")
    trouble: Mapped[str] = mapped_column(Text, default="")  # why it was not published on its day


class DraftFile(Base):
    """A file of a draft as it stands. `revision`: of the draft when the file was last changed."""

    __tablename__ = "draft_file"
    __table_args__ = (Index("ix_draft_file_sha256", "sha256"),)

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    sha256: Mapped[str] = mapped_column(ForeignKey("blob.sha256"))
    revision: Mapped[int]


class DraftSave(Base):
    """Every version of every file, never changed afterwards. `sha256` is None where the file was taken away.

    `revision` is None for what was sent but not taken, because the file had moved on or the draft was closed: it is kept
    aside, so that nothing typed is lost.
    """

    __tablename__ = "draft_save"
    __table_args__ = (
        UniqueConstraint("draft_id", "path", "revision"),
        Index(
            "uq_draft_save_client_id",
            "draft_id",
            "client_id",
            unique=True,
            sqlite_where=text("client_id <> ''"),
            postgresql_where=text("client_id <> ''"),
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    path: Mapped[str] = mapped_column(String(300))
    revision: Mapped[int | None]
    based_on: Mapped[int]
    # "begun", "saved", "removed", "renamed", "mended", "taken in", "approval"; without a revision "aside", "same"
    what: Mapped[str] = mapped_column(String(10))
    sha256: Mapped[str | None] = mapped_column(ForeignKey("blob.sha256"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[datetime]


class DraftStep(Base):
    """A step on a draft's way: who did what, with what they said. The audit log tells the same to auditors."""

    __tablename__ = "draft_step"
    __table_args__ = (Index("ix_draft_step_draft_id", "draft_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    what: Mapped[str] = mapped_column(String(20))
    revision: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))  # None: the clock
    message: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]


class DraftComment(Base):
    """A reviewer's word on a line. `quote` is the line as it stood, to find it again after edits."""

    __tablename__ = "draft_comment"
    __table_args__ = (UniqueConstraint("draft_id", "client_id"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"))
    path: Mapped[str] = mapped_column(String(300))  # "": of the course as a whole
    line: Mapped[int]  # 0: of the file as a whole
    quote: Mapped[str] = mapped_column(Text, default="")
    text: Mapped[str] = mapped_column(Text)
    revision: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class DraftPresence(Base):
    """Who was last seen in a file, and when."""

    __tablename__ = "draft_presence"

    draft_id: Mapped[int] = mapped_column(ForeignKey("draft.id"), primary_key=True)
    path: Mapped[str] = mapped_column(String(300), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    seen_at: Mapped[datetime]
