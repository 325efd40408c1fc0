"""The way through a practice, from the first step to the certificate, and who hears of it."""

import io
import struct
import zipfile
import zlib
from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.accounts.models import Notice, Person
from learning.audit import AuditEntry
from learning.certificates.models import Certificate
from learning.cli import sweeping
from learning.content.model import Page
from learning.database import Database
from learning.evaluation import practice, practice_mentors, practice_queries, practice_rules
from learning.evaluation.practice import ClientIdReused, NoSuchStep, Overtaken, Unmoved
from learning.evaluation.practice_evidence import EvidenceRefused, prepared
from learning.evaluation.practice_mentors import NotToBeNamed
from learning.evaluation.practice_models import (
    Mentorship,
    Practice,
    PracticeEvent,
    PracticeEvidence,
    PracticeStep,
)
from learning.library import blobs
from learning.library.catalogue import Published
from learning.library.models import Blob
from learning.progress import completion, recount
from learning.progress import queries as progress
from learning.progress.wording import rule
from learning.quizzes.attempts import PrerequisitesMissing
from tests import make
from tests.make import NOW, ZONE

TODAY = NOW.astimezone(ZONE).date()


def photo(size: tuple[int, int] = (40, 30), kind: str = "JPEG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "red").save(made, kind)
    return made.getvalue()


def office(*names: str, size: int = 1) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name in ("[Content_Types].xml", *names):
            archive.writestr(name, "x" * size)
    return made.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG that says it is as large as this, and is a few hundred bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")


PDF = b"%PDF-1.7\n1 0 obj <</Type /Catalog>> endobj\n%%EOF\n"


def packed(objects: bytes) -> bytes:
    """A PDF with these objects packed away in it."""
    stream = b"2 0 obj <</Type /ObjStm /Filter /FlateDecode>> stream\r\n" + zlib.compress(objects)
    return PDF.replace(b"%%EOF", stream + b"\nendstream endobj\n%%EOF")


def show(session: Session, row: Practice, step: str, name: str, data: bytes) -> PracticeEvidence:
    kept = prepared("file" if data[:2] == b"PK" else "photo", data)
    return practice.add_evidence(session, NOW, row, step, name, kept)


class Desk:
    """A learner, a mentor, and a course of one practice."""

    def __init__(self, session: Session, *evidence: str, **more: object) -> None:
        self.session = session
        self.unit = make.unit(session)
        self.learner = make.person(session, unit=self.unit)
        self.mentor = make.person(session, "huongdan", "Trần Văn Dẫn", unit=self.unit)
        self.head = make.person(
            session, "lanhdao", "Lê Thị Lãnh", roles={"unit_head": [self.unit.code]}, unit=self.unit
        )
        self.page: Page = make.practice("thuc-hanh", *evidence, required=True)
        values = {"completion": "lessons", "exam": None, **more}
        self.published: Published = make.publish(session, make.course(self.page, **values))
        session.flush()

    def name(self) -> None:
        practice_mentors.name(self.session, NOW, self.learner, self.mentor, self.head)

    def begin(self) -> Practice:
        return self.begin_for(self.learner)

    def begin_for(self, person: Person) -> Practice:
        return practice.begin(self.session, NOW, TODAY, person.id, self.published, self.page)

    def hand_in(self, row: Practice, step: str, words: str = "Đã làm", client_id: str = "") -> PracticeEvent:
        return practice.hand_in(self.session, NOW, TODAY, row, step, words, client_id or str(uuid4()))

    def decide(
        self,
        row: Practice,
        step: str,
        deed: str = "sign",
        words: str = "",
        based_on: int | None = None,
        by: Person | None = None,
        client_id: str = "",
    ) -> practice.Decided:
        version = self.version(row, step) if based_on is None else based_on
        who = by or self.mentor
        return practice.decide(
            self.session, NOW, ZONE, row, step, deed, who, words, version, client_id or str(uuid4())
        )

    def version(self, row: Practice, step: str) -> int:
        return self.session.get_one(PracticeStep, (row.id, step)).version

    def states(self, row: Practice) -> list[str]:
        return [one.state for one in practice.steps(self.session, row)]

    def notices(self, person: Person) -> list[str]:
        query = (
            select(Notice.kind)
            .where(Notice.person_id == person.id, Notice.read_at.is_(None))
            .order_by(Notice.id)
        )
        return list(self.session.scalars(query))

    def deeds(self) -> list[str]:
        return list(self.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


STEP = "thuc-hanh-1"


def test_the_whole_way(session: Session) -> None:
    desk = Desk(session)
    desk.name()
    row = desk.begin()
    assert desk.begin() is row
    assert desk.states(row) == ["waiting"] * 3
    state = progress.course_state(session, desk.learner.id, desk.published)
    assert (state.state, state.pages["id-thuc-hanh"], state.next) == ("started", "started", desk.page)
    show(session, row, "thuc-hanh-2", "anh.jpg", photo())
    show(session, row, "thuc-hanh-3", "bang.xlsx", office("xl/workbook.xml"))
    for number in (1, 2, 3):
        desk.hand_in(row, f"thuc-hanh-{number}")
    assert desk.notices(desk.mentor) == ["mentor.named", "practice.handed_in"]  # told once, while unread
    assert desk.decide(row, "thuc-hanh-1") == practice.Decided(True)
    desk.decide(row, "thuc-hanh-2", "return", "Ảnh mờ, chụp lại")
    assert desk.states(row) == ["signed", "returned", "handed_in"]
    assert desk.notices(desk.learner) == ["mentor.given", "practice.signed", "practice.returned"]
    desk.hand_in(row, "thuc-hanh-2")
    assert desk.notices(desk.learner) == ["mentor.given", "practice.signed"]
    desk.decide(row, "thuc-hanh-2")
    last = desk.decide(row, "thuc-hanh-3")
    assert last.done and last.certificate == session.scalar(select(Certificate.serial))
    assert row.state == "done" and row.done_at == NOW
    state = progress.course_state(session, desk.learner.id, desk.published)
    assert (state.state, state.pages["id-thuc-hanh"], state.next) == ("done", "done", None)
    assert desk.notices(desk.mentor) == ["mentor.named"]
    assert desk.notices(desk.learner)[-1] == "practice.done"
    assert desk.deeds()[-2:] != [] and "practice.done" in desk.deeds()
    assert recount.check(session) == []
    with pytest.raises(Unmoved, match="signed"):
        desk.hand_in(row, "thuc-hanh-3")


def test_a_practice_that_is_not_asked_for_holds_nothing_back(session: Session) -> None:
    optional, asked = make.practice("tu-chon"), make.practice("bat-buoc", required=True)
    course = make.course(make.lesson("bai-1"), optional, asked, exam=None, completion="lessons")
    assert completion.required(course) == ("id-bai-1", "id-bat-buoc")
    assert completion.next_page(course, ["id-bai-1"]) == asked
    assert completion.next_page(course, ["id-bai-1", "id-bat-buoc"]) is None
    assert course.minutes == 24
    assert rule(course) == (
        "Hoàn thành khi học xong cả 1 bài và được người hướng dẫn ký xác nhận 1 bài thực hành."
    )
    assert "thực hành" not in rule(make.course(make.lesson("bai-1"), optional))


def test_evidence_is_wanted_before_a_step_is_handed_in(session: Session) -> None:
    desk = Desk(session)
    row = desk.begin()
    with pytest.raises(Unmoved, match="photo"):
        desk.hand_in(row, "thuc-hanh-2", "đã gõ nhiều")
    assert session.get_one(PracticeStep, (row.id, "thuc-hanh-2")).words == "đã gõ nhiều"
    one = show(session, row, "thuc-hanh-2", "anh.png", photo(kind="PNG"))
    practice.remove_evidence(session, NOW, row, one.id)
    with pytest.raises(Unmoved, match="photo"):
        desk.hand_in(row, "thuc-hanh-2")
    with pytest.raises(NoSuchStep):
        practice.remove_evidence(session, NOW, row, one.id)
    with pytest.raises(NoSuchStep):
        show(session, row, "thuc-hanh-1", "anh.png", photo())
    with pytest.raises(NoSuchStep):
        desk.hand_in(row, "không-có")
    for wide in range(practice.EVIDENCE_MOST):
        show(session, row, "thuc-hanh-2", "anh.jpg", photo((40 + wide, 30)))
    with pytest.raises(EvidenceRefused, match="many"):
        show(session, row, "thuc-hanh-2", "anh.jpg", photo((30, 30)))


def test_the_same_photo_sent_again_is_the_one_that_is_there(session: Session) -> None:
    row = Desk(session).begin()
    one = show(session, row, "thuc-hanh-2", "anh.jpg", photo())
    assert show(session, row, "thuc-hanh-2", "anh lại.jpg", photo()) is one
    practice.remove_evidence(session, NOW, row, one.id)
    assert show(session, row, "thuc-hanh-2", "anh.jpg", photo()).id != one.id


def test_a_practice_takes_so_many_bytes_and_says_when_it_is_full(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Desk(session).begin()
    first = show(session, row, "thuc-hanh-2", "anh.jpg", photo())
    monkeypatch.setattr(practice, "BYTES_MOST", first.size + 10)
    with pytest.raises(EvidenceRefused, match="full"):
        show(session, row, "thuc-hanh-3", "bang.xlsx", office("xl/workbook.xml"))
    practice.remove_evidence(session, NOW, row, first.id)
    monkeypatch.setattr(practice, "BYTES_MOST", 10_000)
    show(session, row, "thuc-hanh-3", "bang.xlsx", office("xl/workbook.xml"))


def test_evidence_is_not_kept_for_ever(session: Session) -> None:
    desk = Desk(session)
    row, other = desk.begin(), desk.begin_for(make.person(session, "khac", "Phan Văn Khác"))
    one = show(session, row, "thuc-hanh-2", "anh.jpg", photo())
    event = desk.hand_in(row, "thuc-hanh-2")
    kept = show(session, other, "thuc-hanh-2", "anh.jpg", photo())
    late = NOW + timedelta(days=practice.KEPT_DAYS, seconds=1)
    other.last_at = late
    assert practice.forget_evidence(session, NOW + timedelta(days=practice.KEPT_DAYS)) == 0
    assert practice.forget_evidence(session, late) == 1
    assert (one.sha256, one.name, one.removed_at) == (None, "", late)
    assert (event.evidence, desk.states(row)[1]) == ([one.id], "handed_in")  # that it was done stays
    assert blobs.load(session, [kept.sha256 or ""]) != {}  # another's is the same, and younger
    assert practice.forget_evidence(session, late) == 0
    assert practice.forget_evidence(session, late + timedelta(days=practice.KEPT_DAYS + 1)) == 1
    assert session.scalar(select(func.count()).select_from(Blob).where(Blob.sha256 == kept.sha256)) == 0


def test_what_is_taken_back_is_gone_and_the_step_waits_again(session: Session) -> None:
    desk = Desk(session)
    desk.name()
    row = desk.begin()
    one = show(session, row, "thuc-hanh-2", "giấy tờ của dân.jpg", photo())
    first = desk.hand_in(row, "thuc-hanh-2")
    seen, digest = desk.version(row, "thuc-hanh-2"), one.sha256
    practice.remove_evidence(session, NOW, row, one.id)
    assert (one.sha256, one.name, first.evidence) == (None, "", [one.id])
    assert session.scalar(select(Blob).where(Blob.sha256 == digest)) is None
    assert desk.states(row) == ["waiting"] * 3
    assert "practice.handed_in" not in desk.notices(desk.mentor)
    with pytest.raises(Overtaken):
        desk.decide(row, "thuc-hanh-2", based_on=seen)
    two = show(session, row, "thuc-hanh-2", "anh.jpg", photo((50, 30)))
    theirs = desk.begin_for(make.person(session, "khac", "Phan Văn Khác"))
    same = show(session, theirs, "thuc-hanh-2", "anh.jpg", photo((50, 30)))
    assert (same.sha256, desk.hand_in(row, "thuc-hanh-2").evidence) == (two.sha256, [two.id])
    practice.remove_evidence(session, NOW, row, two.id)
    assert blobs.load(session, [same.sha256 or ""]) != {}  # held by the other


def test_the_sweep_drops_what_is_long_over_a_few_at_a_time(
    session: Session, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Desk(session).begin()
    for wide in range(3):
        show(session, row, "thuc-hanh-2", "anh.jpg", photo((40 + wide, 30)))
    session.commit()
    monkeypatch.setattr(sweeping, "EVIDENCE_BATCH", 2)
    assert sweeping.forget_evidence(database, lambda: NOW) == 0
    assert sweeping.forget_evidence(database, lambda: NOW + timedelta(days=366)) == 3


def test_a_decision_holds_for_what_was_seen(session: Session) -> None:
    desk = Desk(session, "none")
    desk.name()
    row = desk.begin()
    with pytest.raises(Unmoved, match="waiting"):
        desk.decide(row, STEP)
    desk.hand_in(row, STEP)
    seen = desk.version(row, STEP)
    desk.hand_in(row, STEP, "Làm lại cho chắc")
    with pytest.raises(Overtaken) as overtaken:
        desk.decide(row, STEP, based_on=seen)
    assert [one.words for one in overtaken.value.events] == ["Làm lại cho chắc"]
    seen = desk.version(row, STEP)
    desk.decide(row, STEP, "return", "Thiếu chữ ký", based_on=seen)
    other = make.person(session, "khac", "Phan Văn Khác", unit=desk.unit)
    with pytest.raises(Overtaken) as overtaken:
        desk.decide(row, STEP, based_on=seen, by=other)
    assert [(one.kind, one.by_id) for one in overtaken.value.events] == [("return", desk.mentor.id)]
    assert desk.states(row) == ["returned"]
    assert desk.decide(row, STEP, by=other).done  # having seen it
    with pytest.raises(Unmoved, match="signed"):
        desk.decide(row, STEP, "return", "Không")


def test_a_step_is_returned_with_a_word_why(session: Session) -> None:
    desk = Desk(session, "none")
    row = desk.begin()
    desk.hand_in(row, STEP)
    with pytest.raises(Unmoved, match="remark"):
        desk.decide(row, STEP, "return", "  ")
    with pytest.raises(Unmoved, match="long"):
        desk.decide(row, STEP, "return", "x" * (practice.WORDS_MOST + 1))
    assert desk.states(row) == ["handed_in"]


def test_a_retry_is_the_same_deed(session: Session) -> None:
    desk = Desk(session, "none", "none")
    row = desk.begin()
    id_ = str(uuid4())
    first = desk.hand_in(row, STEP, "Đã làm", id_)
    assert desk.hand_in(row, STEP, "Đã làm", id_) is first
    with pytest.raises(ClientIdReused):
        desk.hand_in(row, STEP, "Lời khác", id_)
    assert desk.decide(row, STEP, client_id=id_).first  # another's
    assert not desk.decide(row, STEP, based_on=1, client_id=id_).first
    assert session.scalar(select(func.count(PracticeEvent.id))) == 2


def test_without_a_mentor_the_heads_are_told_once(session: Session) -> None:
    desk = Desk(session)
    desk.begin()
    assert desk.notices(desk.head) == ["mentor.missing"]
    other = make.practice("khac")
    published = make.publish(session, make.course(desk.page, other, completion="exam", exam=None))
    practice.begin(session, NOW, TODAY, desk.learner.id, published, other)
    assert desk.notices(desk.head) == ["mentor.missing"]
    assert [one.id for one in practice_mentors.heads_of(session, desk.learner.id, TODAY)] == [desk.head.id]
    desk.name()
    assert desk.notices(desk.head) == []


def test_heads_are_told_again_when_who_guided_is_gone_and_something_is_handed_in(session: Session) -> None:
    desk = Desk(session, "none", "none", "none")
    row = desk.begin()
    desk.hand_in(row, "thuc-hanh-1")
    assert desk.notices(desk.head) == ["mentor.missing"]  # once
    practice_mentors.name(session, NOW + timedelta(hours=1), desk.learner, desk.mentor, desk.head)
    desk.mentor.active = False
    session.flush()
    for step in ("thuc-hanh-1", "thuc-hanh-2"):
        at = NOW + timedelta(hours=2)
        practice.hand_in(session, at, TODAY, row, step, "", str(uuid4()))
        assert desk.notices(desk.head) == ["mentor.missing"]  # once more, and once only


def test_both_are_told_when_a_mentorship_ends_and_nothing_leads_nowhere(session: Session) -> None:
    desk = Desk(session, "none")
    desk.name()
    row = desk.begin()
    desk.hand_in(row, STEP)
    assert desk.notices(desk.mentor) == ["mentor.named", "practice.handed_in"]
    assert practice_mentors.end(session, NOW, desk.learner, desk.head)
    assert desk.notices(desk.mentor) == ["mentor.ended"]  # the page of the practice is theirs no more
    assert desk.notices(desk.learner) == ["mentor.gone"]
    assert desk.notices(desk.head) == []


def test_where_there_is_no_head_an_administrator_is_told(session: Session) -> None:
    learner = make.person(session)
    administrator = make.person(session, "quantri", "Phạm Trị", roles=["administrator"])
    page = make.practice()
    practice.begin(session, NOW, TODAY, learner.id, make.publish(session, make.course(page)), page)
    assert session.scalars(select(Notice.person_id)).all() == [administrator.id]


def test_a_head_is_guided_by_whom_the_head_above_names(session: Session) -> None:
    province = make.unit(session, "52", "Tỉnh Gia Lai", "province", None)
    unit = make.unit(session)
    head = make.person(session, "lanhdao", roles={"unit_head": [unit.code]}, unit=unit)
    above = make.person(session, "chutich", roles={"unit_head": [province.code]})
    assert [one.id for one in practice_mentors.heads_of(session, head.id, TODAY)] == [above.id]


def test_a_change_of_mentor_hands_over_what_waits(session: Session) -> None:
    desk = Desk(session, "none")
    desk.name()
    row = desk.begin()
    desk.hand_in(row, STEP)
    other = make.person(session, "khac", "Phan Văn Khác", unit=desk.unit)
    assert practice_queries.waiting_for(session, desk.mentor.id) == 1
    assert practice_mentors.name(session, NOW + timedelta(days=1), desk.learner, other, desk.head)
    assert not practice_mentors.name(session, NOW, desk.learner, other, desk.head)
    assert practice_queries.waiting_for(session, desk.mentor.id) == 0
    assert practice_queries.waiting_for(session, other.id) == 1
    assert desk.notices(other) == ["mentor.named", "practice.handed_in"]
    assert desk.notices(desk.mentor) == ["mentor.ended"]
    held = session.scalars(select(Mentorship).where(Mentorship.to_at.is_(None))).all()
    assert [one.mentor_id for one in held] == [other.id]
    assert [one.mentor for one in practice_mentors.history(session, desk.learner.id)] == [
        other.full_name,
        desk.mentor.full_name,
    ]
    assert practice_mentors.end(session, NOW, desk.learner, desk.head)  # a clock that jumped back
    assert not practice_mentors.end(session, NOW, desk.learner, desk.head)


def test_nobody_guides_themselves_nor_while_shut_out(session: Session) -> None:
    desk = Desk(session)
    with pytest.raises(NotToBeNamed):
        practice_mentors.name(session, NOW, desk.learner, desk.learner, desk.head)
    desk.mentor.active = False
    with pytest.raises(NotToBeNamed):
        desk.name()
    desk.mentor.active = True
    desk.name()
    desk.mentor.active = False
    session.flush()
    assert practice_mentors.mentor_of(session, desk.learner.id) is None


def test_what_is_begun_is_finished_by_its_own_release(session: Session) -> None:
    desk = Desk(session, "none")
    row = desk.begin()
    make.publish(
        session, make.course(make.practice("thuc-hanh", "photo", "file"), exam=None, completion="exam")
    )
    desk.hand_in(row, STEP)
    assert desk.decide(row, STEP).done


def test_prerequisites_hold_back(session: Session) -> None:
    learner = make.person(session)
    page = make.practice()
    published = make.publish(session, make.course(page, prerequisites=("land/first",)))
    with pytest.raises(PrerequisitesMissing):
        practice.begin(session, NOW, TODAY, learner.id, published, page)


DEEDS = st.lists(
    st.tuples(st.sampled_from(practice_rules.DEEDS), st.integers(-1, 1), st.booleans()), max_size=12
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_a_step_is_what_its_events_come_to(session: Session, deeds: list[tuple[str, int, bool]]) -> None:
    """Whoever does what, on whatever version they saw, and however often they send it."""
    outer = session.begin_nested()
    try:
        desk = Desk(session, "none")
        row = desk.begin()
        for deed, behind, again in deeds:
            id_ = str(uuid4())
            version = desk.version(row, STEP)
            for _ in range(1 + again):
                before = desk.states(row), desk.version(row, STEP)
                try:
                    if deed == "take_back":
                        continue  # comes with evidence that is removed
                    if deed == "hand_in":
                        desk.hand_in(row, STEP, "Đã làm", id_)
                    else:
                        desk.decide(row, STEP, deed, "Lời", based_on=version + behind, client_id=id_)
                except Overtaken:
                    assert behind != 0 and (desk.states(row), desk.version(row, STEP)) == before
                except Unmoved:
                    assert (desk.states(row), desk.version(row, STEP)) == before
            events = session.scalars(
                select(PracticeEvent)
                .where(PracticeEvent.practice_id == row.id)
                .order_by(PracticeEvent.version)
            ).all()
            assert [one.version for one in events] == list(range(1, len(events) + 1))
            state = practice_rules.replay([one.kind for one in events])
            assert state == (desk.states(row)[0], desk.version(row, STEP))
            assert (row.state == "done") == (state[0] == "signed")
    finally:
        outer.rollback()


# --- Evidence


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_photo_is_drawn_anew_without_what_cameras_write(kind: str) -> None:
    image = Image.new("RGB", (2000, 1500), "red")
    exif = Image.Exif()
    exif[0x010E] = "ten nguoi chup"
    exif[0x8825] = {1: "N", 2: (13.0, 46.0, 58.0), 3: "E", 4: (109.0, 13.0, 26.0)}  # where it was taken
    made = io.BytesIO()
    image.save(made, kind, exif=exif)
    assert b"ten nguoi chup" in made.getvalue()
    behind = b"PK\x03\x04<script>CANARY</script>"  # a second file behind the first
    kept = prepared("photo", made.getvalue() + behind)
    assert b"ten nguoi chup" not in kept.data and b"CANARY" not in kept.data
    assert kept.kind == "webp" and len(kept.data) <= 200 * 1024
    shown = Image.open(io.BytesIO(kept.data))
    assert (shown.format, shown.width, dict(shown.getexif())) == ("WEBP", 1280, {})


@pytest.mark.parametrize(
    ("wanted", "data", "reason"),
    [
        ("photo", b"", "empty"),
        ("photo", b"%PDF-1.7", "photo"),
        ("photo", photo(kind="GIF"), "photo"),
        ("photo", b"\0\0\0\x18ftypheic" + b"\0" * 20, "heic"),
        ("photo", photo()[:200], "photo-broken"),
        ("photo", b"\xff\xd8\xff" + b"\0" * (10 * 1024 * 1024), "photo-large"),
        ("photo", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "photo"),
        ("file", photo(), "file"),
        ("file", b"<html><script>alert(1)</script></html>", "file"),
        ("file", b"PK\x03\x04 hong", "file-broken"),
        ("file", office("ppt/presentation.xml"), "file"),
        ("file", office("word/document.xml", "word/vbaProject.bin"), "file-macro"),
        ("file", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "file-old"),
        ("file", b"%PDF-1.7" + b"\0" * (5 * 1024 * 1024), "file-large"),
        ("photo", bomb(30_000, 30_000), "photo-pixels"),
        ("photo", b"RIFF\x00\x00\x00\x00WEBP" + b"\0" * 40, "photo"),
        ("file", b"MZ\x90\0 a program; " + PDF, "file"),
        ("file", b"<script>alert(1)</script>" + PDF, "file"),
        ("file", PDF[:-8], "file-broken"),
        ("file", PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /JavaScript /JS (x)>>"), "file-active"),
        ("file", PDF.replace(b"/Catalog", b"/Catalog /OpenAction <</S /J#61vaScript>>"), "file-active"),
        ("file", PDF.replace(b"/Catalog", b"/Catalog /Names <</EmbeddedFiles 2 0 R>>"), "file-active"),
        ("file", packed(b"<</S /JavaScript /JS (app.alert(1))>>"), "file-active"),
        ("file", packed(b"<</S /JavaScript>>").replace(b"ObjStm", b"Obj#53tm"), "file-active"),
        ("file", packed(b" " * 21 * 1024 * 1024), "file-unpacked"),
        ("file", PDF.replace(b"%%EOF", b"trailer <</Encrypt 5 0 R>>\n%%EOF"), "file-locked"),
        ("file", office("word/document.xml", "word/activeX/activeX1.bin"), "file-macro"),
        ("file", office("word/document.xml", size=101 * 1024 * 1024), "file-unpacked"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_taken_says_why(wanted: str, data: bytes, reason: str) -> None:
    with pytest.raises(EvidenceRefused, match=f"^{reason}$"):
        prepared(wanted, data)


def test_files_are_known_by_their_content() -> None:
    assert prepared("file", PDF).kind == "pdf"
    assert prepared("file", b"\xef\xbb\xbf\n" + PDF).kind == "pdf"
    assert prepared("file", packed(b"<</Type /Font>>")).kind == "pdf"
    assert prepared("file", office("word/document.xml")).kind == "docx"
    assert prepared("file", office("xl/workbook.xml")).kind == "xlsx"


HEADS = [b"", b"\xff\xd8\xff", PDF, b"PK\x03\x04", b"RIFF1234WEBP"]


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["photo", "file"]),
    st.sampled_from(HEADS),
    st.binary(max_size=300),
)
def test_whatever_bytes_are_kept_or_refused(wanted: str, head: bytes, rest: bytes) -> None:
    try:
        kept = prepared(wanted, head + rest)
    except EvidenceRefused:
        return
    assert kept.kind in practice_rules.WANTED[wanted]
