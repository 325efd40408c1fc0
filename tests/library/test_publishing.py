"""Publishing the real format: all or nothing, immutable, and the very bytes back."""

import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from learning.audit import AuditEntry
from learning.content.checker import Checked, check
from learning.library import catalogue, exporting, history
from learning.library.models import Blob, LegalSource, Release, ReleaseFile
from learning.library.publishing import Outcome, PublicationRefused, publish

SAMPLE = Path(__file__).parent.parent / "content" / "sample" / "courses"
COURSE = "finance/sample"


@pytest.fixture
def courses(tmp_path: Path) -> Path:
    return shutil.copytree(SAMPLE, tmp_path / "courses")


def checked(path: Path, session: Session | None = None) -> Checked:
    known = {} if session is None else {"history": history.read(session)}
    return check(path, today=date(2026, 11, 22), **known)


def published(session: Session, now: datetime, path: Path, **more: object) -> list[Outcome]:
    return publish(session, now, checked(path, session), actor="operator", **more)  # type: ignore[arg-type]


def test_what_is_published_is_live(session: Session, now: datetime, courses: Path) -> None:
    [outcome] = published(session, now, courses)
    assert (outcome.course_id, outcome.number, outcome.new) == (COURSE, 1, True)
    live = catalogue.live(session, COURSE)
    assert live is not None and live.number == 1
    assert live.course.lessons and live.course.exam
    assert [found.course.id for found in catalogue.live_courses(session)] == [COURSE]
    assert [found.slug for found in catalogue.fields(session)] == ["finance"]
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.action, entry.subject, entry.detail) == ("course.published", COURSE, {"release": 1})


def test_unchanged_files_make_no_new_release(session: Session, now: datetime, courses: Path) -> None:
    published(session, now, courses)
    [outcome] = published(session, now, courses)
    assert (outcome.number, outcome.new) == (1, False)
    assert session.scalar(select(func.count()).select_from(Release)) == 1


def test_a_changed_file_makes_one_and_shares_the_bytes_of_the_rest(
    session: Session, now: datetime, courses: Path
) -> None:
    published(session, now, courses)
    blobs = session.scalar(select(func.count()).select_from(Blob))
    edit(courses, "course.md", "\n\nMột câu thêm.\n")
    [outcome] = published(session, now, courses)
    assert (outcome.number, outcome.new, outcome.changes) == (2, True, [])
    assert session.scalar(select(func.count()).select_from(Blob)) == (blobs or 0) + 1
    first, second = (files_of(session, number) for number in (1, 2))
    assert first.keys() == second.keys() and first != second


def test_export_gives_back_the_very_bytes(session: Session, now: datetime, courses: Path) -> None:
    published(session, now, courses)
    folder = courses / COURSE
    expected = {
        str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
    assert dict(exporting.live_files(session, COURSE)) == expected


def test_a_fault_leaves_the_live_release_serving(session: Session, now: datetime, courses: Path) -> None:
    published(session, now, courses)
    edit(courses, "course.md", "\n<iframe src='https://example.org'></iframe>\n")
    with pytest.raises(PublicationRefused) as refused:
        published(session, now, courses)
    assert refused.value.reason == "faults" and refused.value.faults
    live = catalogue.live(session, COURSE)
    assert live is not None and live.number == 1


def test_one_broken_course_keeps_the_others_back_too(session: Session, now: datetime, courses: Path) -> None:
    (courses / "finance" / "broken").mkdir()
    (courses / "finance" / "broken" / "course.md").write_text("không có gì\n")
    with pytest.raises(PublicationRefused):
        published(session, now, courses)
    assert catalogue.live_courses(session) == []


def test_a_changed_key_waits_for_a_choice(session: Session, now: datetime, courses: Path) -> None:
    published(session, now, courses)
    path, text = lesson_with(courses, "- (x)")
    lines = text.split("\n")
    right = next(place for place, line in enumerate(lines) if line.startswith("- (x)"))
    wrong = next(
        place for place, line in enumerate(lines) if line.startswith("- ( )") and abs(place - right) < 6
    )
    lines[right], lines[wrong] = lines[right].replace("(x)", "( )"), lines[wrong].replace("( )", "(x)")
    path.write_text("\n".join(lines))

    with pytest.raises(PublicationRefused) as refused:
        published(session, now, courses)
    assert refused.value.reason == "key"
    assert [change.what for change in refused.value.changes[COURSE]] == ["key"]

    [outcome] = published(session, now, courses, key_choice="keep")
    assert outcome.new
    assert session.scalars(select(Release.key_choice).order_by(Release.number)).all() == ["", "keep"]


def test_the_registry_is_merged_and_never_shrinks(session: Session, now: datetime, courses: Path) -> None:
    published(session, now, courses)
    before = set(session.scalars(select(LegalSource.key)))
    sources = courses / "sources.yml"
    sources.write_text(
        sources.read_text()
        + '\n"1/2026/QĐ-UBND":\n  ten: Quyết định mẫu\n  co_quan: UBND tỉnh\n  hieu_luc_tu: 01/01/2026\n'
    )
    published(session, now, courses)
    assert set(session.scalars(select(LegalSource.key))) == before | {"1/2026/QĐ-UBND"}


def test_ids_that_were_published_are_remembered_and_the_gone_ones_retired(
    session: Session, now: datetime, courses: Path
) -> None:
    published(session, now, courses)
    known = history.read(session).ids
    assert known and not any(stamped.retired for stamped in known.values())
    lesson = sorted((courses / COURSE).glob("[0-9]*.md"))[-1]
    lesson.unlink()
    try:
        published(session, now, courses)
    except PublicationRefused as refusal:
        pytest.fail(str([str(fault) for fault in refusal.faults]))


def test_production_wants_a_second_person(session: Session, now: datetime, courses: Path) -> None:
    with pytest.raises(PublicationRefused) as refused:
        published(session, now, courses, second_person=True)
    assert refused.value.reason == f"reviewer:{COURSE}"


def edit(courses: Path, name: str, more: str) -> None:
    path = courses / COURSE / name
    path.write_text(path.read_text() + more)


def lesson_with(courses: Path, text: str) -> tuple[Path, str]:
    path = next(path for path in sorted((courses / COURSE).glob("[0-9]*.md")) if text in path.read_text())
    return path, path.read_text()


def files_of(session: Session, number: int) -> dict[str, str]:
    query = select(ReleaseFile.path, ReleaseFile.sha256).join(Release).where(Release.number == number)
    return dict(session.execute(query).all())
