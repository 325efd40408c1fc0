"""Who did what: a small log, written in the same transaction as the deed."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from learning.database import Base, BigId


class AuditEntry(Base):
    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject"), Index("ix_audit_entry_actor", "actor"))

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))  # username, or "operator" for the command line
    action: Mapped[str] = mapped_column(String(60))  # e.g. "course.published", "signin.code_issued"
    subject: Mapped[str] = mapped_column(String(200))  # e.g. "finance/commune-budget", a username, a serial
    detail: Mapped[dict[str, Any]] = mapped_column(JSON)


def record(session: Session, now: datetime, actor: str, action: str, subject: str, **detail: Any) -> None:
    """Adds one entry; it is committed with the deed or not at all. No secrets, keys or answers in `detail`."""
    session.add(AuditEntry(at=now, actor=actor, action=action, subject=subject, detail=detail))
