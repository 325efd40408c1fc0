"""Which data this is, and what phones have sent."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from learning.database import Base, BigId

KINDS = ("answer", "submission", "reading")
STATUSES = ("saved", "stale", "late", "submitted", "read", "refused")


class Epoch(Base):
    """The name of this data: another one once it was restored from a copy. A phone that meets a name it does not know
    sends again what it has sent before, for what came after the copy was made is not there. One row."""

    __tablename__ = "epoch"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(String(36))


class SyncedEvent(Base):
    """A thing a phone sent, and what became of it; never changed, so that whoever sends it again gets the same reply.

    `subject`: the attempt; of a reading `field/course/lesson`. `seq` counts what the device did; of one question the
    highest of a device counts, in whatever order they come.
    """

    __tablename__ = "synced_event"
    __table_args__ = (
        UniqueConstraint("person_id", "client_id"),
        Index("ix_synced_event_person_id_received_at", "person_id", "received_at"),
        Index("ix_synced_event_subject_question", "subject", "question"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        CheckConstraint(f"status IN {STATUSES}", name="status"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    device: Mapped[str] = mapped_column(String(36))
    kind: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = mapped_column(String(300))
    question: Mapped[str] = mapped_column(String(100), default="")
    seq: Mapped[int]
    status: Mapped[str] = mapped_column(String(10))
    body_hash: Mapped[str] = mapped_column(String(64))
    received_at: Mapped[datetime]
