"""Every way of publishing keeps which lessons a release rewrote."""

from datetime import timedelta

from sqlalchemy import select

from learning.content.checker import check
from learning.library import catalogue, drafts, history, publication, rewrites, saving
from learning.library.models import Rewrite
from learning.library.publishing import publish
from tests.library.conftest import COURSE, TODAY

LATER = timedelta(days=3)


def told_anew(data: bytes) -> bytes:
    head, _, rest = data.partition(b"\n---\n")
    return head + b"\n---\n\n" + " ".join(f"lời{n}" for n in range(400)).encode() + b"\n" + rest


def test_the_first_release_rewrites_nothing(session, live):
    assert session.scalars(select(Rewrite)).all() == []
    assert rewrites.of(session, catalogue.live(session, COURSE)) == {}


def test_the_operator_publishing_files(session, now, live, courses):
    lesson = catalogue.live(session, COURSE).course.lessons[0]
    path = courses / COURSE / lesson.path
    path.write_bytes(told_anew(path.read_bytes()))
    checked = check(courses, today=TODAY, history=history.read(session))
    publish(session, now + LATER, checked, actor="operator")
    assert rewrites.of(session, catalogue.live(session, COURSE)) == {lesson.id: now + LATER}


def test_a_draft_published_by_hand_and_by_its_day(session, now, desk, draft, approve):
    lesson = catalogue.live(session, COURSE).course.lessons[0]
    data, revision = drafts.file(session, draft, lesson.path)[:2]
    saving.save(session, now, draft, lesson.path, told_anew(data), person_id=desk.author, based_on=revision)
    approve(draft, publish_on=TODAY + LATER)
    assert publication.publish_due(session, now + LATER, draft, TODAY + LATER)
    assert rewrites.of(session, catalogue.live(session, COURSE)) == {lesson.id: now + LATER}


def test_a_release_that_leaves_the_words_keeps_what_the_last_one_rewrote(session, now, live, courses):
    lesson = catalogue.live(session, COURSE).course.lessons[0]
    path = courses / COURSE / lesson.path
    before = catalogue.live(session, COURSE)
    path.write_bytes(told_anew(path.read_bytes()))
    publish(
        session, now + LATER, check(courses, today=TODAY, history=history.read(session)), actor="operator"
    )
    course = courses / COURSE / "course.md"
    course.write_bytes(course.read_bytes() + "\n\nMột câu thêm.\n".encode())
    publish(
        session, now + 2 * LATER, check(courses, today=TODAY, history=history.read(session)), actor="operator"
    )
    live_now = catalogue.live(session, COURSE)
    assert live_now.number == 3
    assert rewrites.of(session, live_now) == {lesson.id: now + LATER}
    assert rewrites.of(session, before) == {}
