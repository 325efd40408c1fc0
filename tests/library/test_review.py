"""Review: two people for every release, each step told to the next person, and each step good for a second try."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import grants, notices
from learning.accounts.models import Notice, Person
from learning.audit import AuditEntry
from learning.library import (
    beginnings,
    catalogue,
    checking,
    comments,
    drafts,
    frontlines,
    publication,
    review,
    saving,
    steps,
)
from learning.library.models import DraftRow, DraftStep, Release
from learning.library.refusals import Closed, NothingSaid
from learning.library.review import BadDay, KeyChoiceNeeded, Moved, NotReady, NotYours
from tests.library.conftest import COURSE, TODAY, Desk

LESSON = "10-dieu-kien-chi.md"


@pytest.fixture
def told(session: Session) -> Callable[..., list[tuple[str, str]]]:
    """(username, kind) of every notice so far."""

    def told() -> list[tuple[str, str]]:
        query = select(Person.username, Notice.kind).join(Notice, Notice.person_id == Person.id)
        return [tuple(row) for row in session.execute(query.order_by(Notice.id))]

    return told


def what_happened(session: Session, draft: DraftRow) -> list[str]:
    return list(
        session.scalars(select(DraftStep.what).where(DraftStep.draft_id == draft.id).order_by(DraftStep.id))
    )


def test_the_whole_way(session: Session, now: datetime, desk: Desk, draft, edit, told) -> None:
    edit(draft, "course.md", "**mẫu**", "*mẫu*")
    review.submit(session, now, draft, TODAY, person_id=desk.author, message="Xin xem giúp")
    assert draft.state == "submitted"
    calls = [
        ("bientap2", "draft.submitted"),
        ("thamdinh", "draft.submitted"),
        ("thamdinh2", "draft.submitted"),
    ]
    assert told() == calls
    comments.add(session, now, draft, LESSON, 3, "Nói rõ hơn", person_id=desk.reviewer, client_id="1")
    review.send_back(session, now, draft, person_id=desk.reviewer)
    assert draft.state == "returned" and told()[3:] == [("bientap", "draft.returned")]
    edit(draft, "course.md", "*mẫu*", "mẫu")
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    review.approve(session, now, draft, TODAY, person_id=desk.reviewer, seen=draft.revision, message="Tốt")
    assert draft.state == "approved" and told()[-1] == ("bientap", "draft.approved")
    outcome = publication.publish(session, now, draft, TODAY, person_id=desk.reviewer)
    assert outcome.number == 2 and told()[-1] == ("bientap", "draft.published")
    live = catalogue.live(session, COURSE)
    assert live is not None and live.number == 2
    assert (live.course.reviewed_by, live.course.reviewed_on) == ("Đinh Thẩm", TODAY)
    way = ["begun", "submitted", "commented", "returned", "submitted", "approved", "published"]
    assert what_happened(session, draft) == way
    names = [name for _, name in steps.of(session, draft)]
    assert names[:2] == ["Võ Biên Tập", "Võ Biên Tập"] and names[-1] == "Đinh Thẩm"
    query = select(AuditEntry.action).where(AuditEntry.subject == COURSE).order_by(AuditEntry.id)
    audited = session.scalars(query).all()
    assert [action for action in audited if action.startswith("draft.")] == [f"draft.{one}" for one in way]
    assert audited.count("course.published") == 2
    release = session.scalars(select(Release).where(Release.number == 2)).one()
    assert release.published_by == "thamdinh" and draft.release_id == release.id


def test_the_call_to_review_is_over_once_somebody_decided(
    session: Session, now: datetime, desk: Desk, draft, approve
) -> None:
    approve(draft)
    assert notices.unread(session, desk.second) == 0


def test_the_call_to_review_is_over_once_it_went_back(
    session: Session, now: datetime, desk: Desk, draft
) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    review.send_back(session, now, draft, person_id=desk.reviewer, message="Chưa được")
    assert notices.unread(session, desk.second) == 0 and notices.unread(session, desk.author) == 1


def test_where_no_reviewer_may_approve_the_administrators_are_told(
    session: Session, now: datetime, desk: Desk, draft, told
) -> None:
    for person_id, scope in ((desk.reviewer, "*"), (desk.second, "finance"), (desk.other, "finance")):
        grants.revoke(session, now, session.get_one(Person, person_id), "reviewer", scope, actor="quantri")
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    assert told() == [("quantri", "draft.submitted")]


# --- The two-person rule


def test_nobody_approves_what_they_began_wrote_or_submitted(
    session: Session, now: datetime, desk: Desk, live, edit
) -> None:
    def approve(draft: DraftRow, person_id: int) -> str:
        assert review.may_approve(session, draft, person_id) is (person_id == desk.reviewer)
        try:
            review.approve(session, now, draft, TODAY, person_id=person_id, seen=draft.revision)
        except NotYours as refusal:
            return refusal.reason
        return draft.state

    grants.grant(session, now, session.get_one(Person, desk.author), "reviewer", "*", actor="quantri")
    draft = beginnings.from_live(session, now, COURSE, person_id=desk.author)
    edit(draft, "course.md", "**mẫu**", "*mẫu*", person_id=desk.other)
    review.submit(session, now, draft, TODAY, person_id=desk.second)
    assert approve(draft, desk.author) == "own"  # began it
    assert approve(draft, desk.other) == "own"  # wrote in it
    assert approve(draft, desk.second) == "own"  # submitted it
    assert approve(draft, desk.administrator) == "role"
    assert draft.state == "submitted"
    assert approve(draft, desk.reviewer) == "approved"


def test_a_submitter_of_before_stays_one(session: Session, now: datetime, desk: Desk, draft) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.second)
    review.withdraw(session, now, draft, person_id=desk.second)
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    with pytest.raises(NotYours):
        review.approve(session, now, draft, TODAY, person_id=desk.second, seen=draft.revision)


def test_whose_words_were_only_kept_aside_has_not_written(
    session: Session, now: datetime, desk: Desk, draft
) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    with pytest.raises(Closed):
        saving.save(session, now, draft, "course.md", b"x", person_id=desk.reviewer, based_on=1)
    assert review.may_approve(session, draft, desk.reviewer)


def test_the_lines_of_approval_make_no_author(
    session: Session, now: datetime, desk: Desk, draft, approve
) -> None:
    approve(draft)
    review.send_back(session, now, draft, person_id=desk.second, message="Chưa được")
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    assert review.may_approve(session, draft, desk.reviewer)


def test_a_reviewer_of_another_field_is_none(session: Session, now: datetime, desk: Desk, draft) -> None:
    person = session.get_one(Person, desk.administrator)
    grants.grant(session, now, person, "reviewer", "land", actor="quantri")
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    for verb in (
        lambda: review.approve(session, now, draft, TODAY, person_id=person.id, seen=draft.revision),
        lambda: review.send_back(session, now, draft, person_id=person.id, message="x"),
    ):
        with pytest.raises(NotYours) as refusal:
            verb()
        assert refusal.value.reason == "role"


def test_a_reviewer_who_lost_the_role_cannot_have_their_approval_published(
    session: Session, now: datetime, desk: Desk, draft, approve
) -> None:
    approve(draft)
    grants.revoke(session, now, session.get_one(Person, desk.reviewer), "reviewer", "*", actor="quantri")
    with pytest.raises(NotYours):
        publication.publish(session, now, draft, TODAY, person_id=desk.author)


def test_what_is_approved_is_what_was_looked_at(
    session: Session, now: datetime, desk: Desk, draft, edit
) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    seen = draft.revision
    review.withdraw(session, now, draft, person_id=desk.author)
    edit(draft, "course.md", "**mẫu**", "*mẫu*")
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    with pytest.raises(Moved) as moved:
        review.approve(session, now, draft, TODAY, person_id=desk.reviewer, seen=seen)
    assert moved.value.revision == draft.revision and draft.state == "submitted"


# --- Ready or not


def test_a_fault_or_a_gap_keeps_it_from_being_submitted(
    session: Session, now: datetime, desk: Desk, draft, edit
) -> None:
    edit(draft, "course.md", "hieu_luc_tu: 2026-01-01\n", "")
    with pytest.raises(NotReady) as refusal:
        review.submit(session, now, draft, TODAY, person_id=desk.author)
    assert refusal.value.checked.missing == ("effective_from",)
    edit(draft, "course.md", "so_tiet: 1", "so_tit: 1")
    with pytest.raises(NotReady) as refusal:
        review.submit(session, now, draft, TODAY, person_id=desk.author)
    [fault] = refusal.value.checked.faults
    assert (fault.code, fault.file, fault.line) == ("F005", "course.md", 9)
    assert draft.state == "draft" and what_happened(session, draft) == ["begun"]


def test_submission_stamps_ids_and_adds_nothing_else(
    session: Session, now: datetime, desk: Desk, draft, edit
) -> None:
    more = "\n### Câu mới\n\nHỏi gì?\n\nĐáp án: Đúng\n"
    before, revision = drafts.file(session, draft, LESSON)
    saving.save(session, now, draft, LESSON, before + more.encode(), person_id=desk.author, based_on=revision)
    found = checking.checked(session, draft, TODAY)
    assert [fault.code for fault in found.mended] == ["Q001"] and found.ready
    assert drafts.file(session, draft, LESSON)[0] == before + more.encode()  # nothing yet
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    after = drafts.file(session, draft, LESSON)[0].decode()
    head, _, tail = after.partition("### Câu mới\nMã: ")
    id_, _, tail = tail.partition("\n")
    assert head.encode() == before + b"\n" and tail == "\nHỏi gì?\n\nĐáp án: Đúng\n"
    assert id_.startswith("mau-") or "-" in id_


def test_an_old_law_found_at_publication_is_told(
    session: Session, now: datetime, desk: Desk, draft, approve
) -> None:
    from learning.library.models import LegalSource
    from learning.library.publishing import PublicationRefused

    approve(draft)
    for source in session.scalars(select(LegalSource)):
        source.until = TODAY
    session.flush()
    with pytest.raises(PublicationRefused) as refusal:
        publication.publish(session, now, draft, TODAY, person_id=desk.reviewer)
    assert refusal.value.reason == "faults" and {fault.code for fault in refusal.value.faults} == {"C003"}


def test_a_draft_is_not_sent_back_without_a_word(session: Session, now: datetime, desk: Desk, draft) -> None:
    review.submit(session, now, draft, TODAY, person_id=desk.author)
    with pytest.raises(NothingSaid):
        review.send_back(session, now, draft, person_id=desk.reviewer, message="  ")
    comments.add(session, now, draft, "", 0, "Thiếu ví dụ", person_id=desk.reviewer, client_id="a")
    assert review.send_back(session, now, draft, person_id=desk.reviewer).state == "returned"


# --- The signature


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("---\ntitle: A\nowner: B\n---\nx\n", "---\ntitle: A\nowner: B\n+\n---\nx\n"),
        ("---\r\ntitle: A\r\n---\r\nx\r\n", "---\r\ntitle: A\r\n+\r\n---\r\nx\r\n"),
        ("---\ntieu_de: A\n---", "---\ntieu_de: A\n*\n---"),
        (
            "---\nnguoi_tham_dinh: Cũ\nngay_tham_dinh: 01/02/2020\ntieu_de: A\n---\n",
            "---\n*\ntieu_de: A\n---\n",
        ),
        (
            "---\nreviewed_by: >-\n  Người\n  cũ\ntitle: A\nreviewed_on: 2020-01-01\n---\n",
            '---\nreviewed_by: "Đinh \\"T\\" Thẩm"\ntitle: A\nreviewed_on: 2026-11-22\n---\n',
        ),
        ("---\nreviewed_by: |\n  A\n\n  B\n\ntitle: A\n---\n\n  x\n", "---\n1\n\ntitle: A\n2\n---\n\n  x\n"),
    ],
)
def test_a_signature_changes_its_own_lines_only(before: str, after: str) -> None:
    end = "\r\n" if "\r" in before else "\n"
    name = 'Đinh "T" Thẩm'
    english = f'reviewed_by: "Đinh \\"T\\" Thẩm"{end}reviewed_on: 2026-11-22'
    vietnamese = english.replace("reviewed_by", "nguoi_tham_dinh").replace("reviewed_on", "ngay_tham_dinh")
    after = after.replace("\n1\n", f"\n{english.partition(end)[0]}\n").replace(
        "\n2\n", f"\n{english.partition(end)[2]}\n"
    )
    expected = after.replace("+", english).replace("*", vietnamese).encode()
    assert frontlines.signed(before.encode(), name, TODAY) == expected
    assert frontlines.signed(expected, name, TODAY) == expected


def test_approval_changes_two_lines_of_the_course(session: Session, draft, approve) -> None:
    before = drafts.contents(session, draft)
    approve(draft)
    after = drafts.contents(session, draft)
    assert [path for path in after if after[path] != before[path]] == ["course.md"]
    lines = after["course.md"].decode().splitlines()
    new = [line for line in lines if line not in before["course.md"].decode().splitlines()]
    assert new == ['nguoi_tham_dinh: "Đinh Thẩm"', "ngay_tham_dinh: 2026-11-22"]
    assert len(lines) == len(before["course.md"].decode().splitlines()) + 2


# --- Twice


def test_every_verb_twice_gives_the_same_state(session: Session, now: datetime, desk: Desk, live) -> None:
    draft = beginnings.from_live(session, now, COURSE, person_id=desk.author)
    with pytest.raises(beginnings.AlreadyOpen) as told:
        beginnings.from_live(session, now, COURSE, person_id=desk.author)
    assert told.value.draft is draft
    verbs: list[Callable[[], object]] = [
        lambda: review.submit(session, now, draft, TODAY, person_id=desk.author),
        lambda: review.send_back(session, now, draft, person_id=desk.reviewer, message="x"),
        lambda: review.submit(session, now, draft, TODAY, person_id=desk.author),
        lambda: review.withdraw(session, now, draft, person_id=desk.author),
        lambda: review.submit(session, now, draft, TODAY, person_id=desk.author),
        lambda: review.approve(session, now, draft, TODAY, person_id=desk.reviewer, seen=seen),
        lambda: review.schedule(session, now, draft, TODAY, TODAY + timedelta(3), person_id=desk.reviewer),
        lambda: publication.publish(session, now, draft, TODAY, person_id=desk.reviewer).number,
    ]
    seen = draft.revision

    def state() -> tuple[object, ...]:
        told = session.scalars(select(Notice.id)).all()
        audited = session.scalars(select(AuditEntry.id)).all()
        return draft.state, draft.revision, draft.publish_on, what_happened(session, draft), told, audited

    for verb in verbs:
        first = verb()
        after = state()
        assert verb() == first and state() == after
    assert draft.state == "published"
    for verb in (
        lambda: review.submit(session, now, draft, TODAY, person_id=desk.author),
        lambda: review.withdraw(session, now, draft, person_id=desk.author),
        lambda: review.send_back(session, now, draft, person_id=desk.reviewer, message="x"),
        lambda: review.discard(session, now, draft, person_id=desk.author),
        lambda: review.schedule(session, now, draft, TODAY, None, person_id=desk.author),
    ):
        with pytest.raises(Closed):
            verb()


def test_a_discarded_draft_makes_room(session: Session, now: datetime, desk: Desk, draft) -> None:
    review.discard(session, now, draft, person_id=desk.author)
    assert review.discard(session, now, draft, person_id=desk.author).state == "discarded"
    assert drafts.open_draft(session, COURSE) is None
    assert beginnings.from_live(session, now, COURSE, person_id=desk.other).id != draft.id


# --- The key, and the day


def test_a_day_with_a_changed_key_wants_the_choice_at_once(
    session: Session, now: datetime, desk: Desk, draft, rekey, approve
) -> None:
    rekey(draft)
    with pytest.raises(KeyChoiceNeeded) as needed:
        approve(draft, publish_on=TODAY + timedelta(2))
    assert [change.what for change in needed.value.changed] == ["key"]


def test_the_choice_goes_into_the_release(
    session: Session, now: datetime, desk: Desk, draft, rekey, approve
) -> None:
    from learning.library.publishing import PublicationRefused

    rekey(draft)
    approve(draft)
    with pytest.raises(PublicationRefused) as refusal:
        publication.publish(session, now, draft, TODAY, person_id=desk.reviewer)
    assert refusal.value.reason == "key" and refusal.value.changes[COURSE]
    publication.publish(session, now, draft, TODAY, person_id=desk.reviewer, key_choice="both")
    assert session.scalars(select(Release.key_choice).order_by(Release.number)).all() == ["", "both"]


def test_a_day_that_is_over_is_none(session: Session, now: datetime, desk: Desk, draft, approve) -> None:
    with pytest.raises(BadDay):
        approve(draft, publish_on=date(2026, 11, 21))
