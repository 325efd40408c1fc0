"""Drafts as the studio's lists show them, and what waits for the visitor."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from learning.accounts.visitors import visitor
from learning.library import comments, drafts, review
from learning.library.models import DraftRow
from learning.studio import checks, wording
from learning.studio.desk import reviews_for, works_for, writes_for
from learning.web.context import db
from learning.web.i18n import gettext as _


@dataclass(frozen=True)
class Card:
    """A draft in a few words. `state` and `health` are tags: (words, kind)."""

    course_id: str
    title: str
    address: str
    state: tuple[str, str]
    health: tuple[str, str]
    changed_at: datetime


@dataclass(frozen=True)
class Waiting:
    """Something the visitor is asked to do: `todo` is a verb."""

    todo: str
    title: str
    address: str
    sub: str
    tag: tuple[str, str]


def card(draft: DraftRow) -> Card:
    return Card(
        draft.course_id,
        review.title_of(db(), draft),
        url_for("studio.draft", draft_id=draft.id),
        wording.state(draft),
        health(draft),
        draft.changed_at,
    )


def health(draft: DraftRow) -> tuple[str, str]:
    """What the checker says, as a tag."""
    found = checks.checked(draft)
    wrong = sum(fault.severity == "fault" for fault in found.faults)
    if wrong:
        return wording.faults(wrong), "bad"
    if found.missing:
        return _("còn thiếu thông tin"), "gold"
    return _("không có lỗi"), "good"


def of_course(course_id: str) -> Card | None:
    """The open draft of a course."""
    found = drafts.open_draft(db(), course_id)
    return None if found is None or not works_for(found.field) else card(found)


def waiting(draft: DraftRow, card: Card) -> Iterator[Waiting]:
    """What this draft asks of the visitor; nothing where it is somebody else's turn."""
    me = visitor().id
    at_review = url_for("studio.review", draft_id=draft.id)
    if draft.state == "submitted" and reviews_for(draft.field) and review.may_approve(db(), draft, me):
        yield Waiting(_("Thẩm định"), card.title, at_review, "", card.state)
    elif draft.state == "returned" and writes_for(draft.field) and me in review.authors(db(), draft):
        open_comments = comments.unresolved(db(), draft)
        sub = _("%(n)s góp ý chưa xử lý", n=open_comments) if open_comments else ""
        yield Waiting(_("Sửa theo góp ý"), card.title, card.address, sub, card.state)
    elif draft.state == "approved" and draft.publish_on is None and may_publish(draft):
        sub = wording.trouble(draft.trouble) if draft.trouble else ""
        yield Waiting(_("Xuất bản"), card.title, at_review, sub, card.state)


def may_publish(draft: DraftRow) -> bool:
    """Who may bring an approved draft to the learners: its reviewers and its authors."""
    return reviews_for(draft.field) or writes_for(draft.field)
