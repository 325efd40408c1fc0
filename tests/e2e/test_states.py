"""States of pages that no link of the demonstration leads to: in order on a phone and on a desk, in both themes."""

import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.library import beginnings, catalogue, checking, drafts, publication, review, saving
from learning.library.changes import compare
from learning.library.models import DraftRow
from learning.quizzes import papers
from learning.settings import ROOT
from tests import make
from tests.e2e.conftest import Place
from tests.e2e.looking import in_order_everywhere

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

COURSE = "finance/states"
DESK = f"/studio/courses/{COURSE}"
KEY = re.compile(r"- \(x\) (?P<a>.*)\n(?P<b>(?:\s+>.*\n)*)- \( \) (?P<c>.*)\n")
NAMES = ("Nguyễn Thị Phương Thảo Nguyên Khánh Linh", "Tôn Nữ Hoàng Thị Như Quỳnh Hương Giang", "Lê An")


@pytest.fixture(scope="module")
def learners(place: Place) -> Iterator[str]:
    return iter(place.learning("demo", "learners", "10").split())


@pytest.fixture
def corrected(place: Place, learners: Iterator[str]) -> int:
    """A draft in review with one corrected key: one learner answered by the old one, two by the new one."""
    now = datetime.now(UTC)
    with place.database.writing() as session:
        author, reviewer = person(session, "bientap"), person(session, "thamdinh")
        first = beginnings.from_course(session, now, "finance/commune-budget", COURSE, person_id=author.id)
        change(
            session, now, first, author, "course.md", "hours: 1\n", "hours: 1\neffective_from: 2026-07-01\n"
        )
        released(session, now, first, author, reviewer)
        draft = beginnings.from_live(session, now, COURSE, person_id=author.id)
        rekey(session, now, draft, author)
        live = catalogue.live(session, COURSE)
        new = checking.checked(session, draft, now.date()).course
        [turned] = [one for one in compare(live.course, new) if one.what == "key"]
        page = next(page for page in live.course.pages if page.path == turned.page)
        question = next(one for one in page.quiz.questions if one.id == turned.question)
        right = next(at for at, option in enumerate(question.options) if option.right)
        for name, chosen in zip(NAMES, (right, right + 1, right + 1), strict=True):
            learner = person(session, next(learners))
            learner.full_name = name
            attempt, _ = outcomes.start(session, now, make.ZONE, learner.id, live, page.slug)
            item = next(item for item in attempt.paper if item["question"] == question.id)
            answers = {question.id: papers.to_drawn(item, question.options[chosen].key)}
            outcomes.submit(session, now, make.ZONE, attempt, answers, str(uuid4()))
        review.submit(session, now, draft, now.date(), person_id=author.id)
        return draft.id


def person(session: Session, username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def released(session: Session, now: datetime, draft: DraftRow, author: Person, reviewer: Person) -> None:
    review.submit(session, now, draft, now.date(), person_id=author.id)
    review.approve(session, now, draft, now.date(), person_id=reviewer.id, seen=draft.revision)
    publication.publish(session, now, draft, now.date(), person_id=reviewer.id)


def rekey(session: Session, now: datetime, draft: DraftRow, author: Person) -> None:
    for path, data in sorted(drafts.contents(session, draft).items()):
        if path.endswith(".md") and (found := KEY.search(data.decode())):
            turned = f"- ( ) {found['a']}\n{found['b']}- (x) {found['c']}\n"
            change(session, now, draft, author, path, found[0], turned)
            return


def change(
    session: Session, now: datetime, draft: DraftRow, author: Person, path: str, old: str, new: str
) -> None:
    data, at = drafts.file(session, draft, path)
    saving.save(
        session,
        now,
        draft,
        path,
        data.decode().replace(old, new).encode(),
        person_id=author.id,
        based_on=at,
    )


def test_a_corrected_key_and_what_came_of_it(
    place: Place, visit: Visit, corrected: int, tmp_path: Path
) -> None:
    reviewer = visit("thamdinh", width=320)

    def look(name: str) -> None:
        in_order_everywhere(reviewer, name, tmp_path, sunlit=False)

    reviewer.goto(f"/studio/drafts/{corrected}/review?choice=new")
    expect(reviewer.get_by_text(NAMES[0])).to_be_visible()
    look("whom-a-key-moves")
    reviewer.get_by_role("radio", name="Chấm lại theo đáp án mới").check()
    reviewer.get_by_role("button", name="Duyệt", exact=True).click()
    expect(reviewer.get_by_text("Đã duyệt và xuất bản")).to_be_visible()
    reviewer.goto(f"{DESK}/regrades")
    expect(reviewer.get_by_text("chờ người thứ hai").first).to_be_visible()
    look("regrade-with-people")
    reviewer.goto(f"{DESK}/comparison?old=1&new=2")
    expect(reviewer.locator("ins").first).to_be_visible()
    look("two-releases")
    overtake(place, tmp_path / "courses")
    with place.database.reading() as session:
        open_ = drafts.open_draft(session, COURSE)
    reviewer.goto(f"/studio/drafts/{open_.id}/newer-release")
    expect(reviewer.get_by_role("heading", level=1)).to_be_visible()
    look("newer-release")
    author = visit("bientap", width=320)
    author.goto(f"/studio/drafts/{open_.id}/newer-release")
    in_order_everywhere(author, "newer-release-author", tmp_path, sunlit=False)


def overtake(place: Place, folder: Path) -> None:
    """A draft whose page was published otherwise meanwhile, in the same line."""
    with place.database.writing() as session:
        now, author = datetime.now(UTC), person(session, "bientap")
        draft = beginnings.from_live(session, now, COURSE, person_id=author.id)
        files = drafts.contents(session, draft)
        path = next(path for path in sorted(files) if path.endswith(".md") and path != "course.md")
        title = re.search(r'^title: "(.+)"$', files[path].decode(), re.MULTILINE)[1]
        change(session, now, draft, author, path, title, f"{title} (bản nháp)")
    for name, data in files.items():
        one = folder / COURSE / name
        one.parent.mkdir(parents=True, exist_ok=True)
        one.write_bytes(
            data.replace(title.encode(), f"{title} (bản phát hành)".encode()) if name == path else data
        )
    shutil.copy(ROOT / "courses" / "sources.yml", folder)
    shutil.copy(ROOT / "courses" / "finance" / "field.yml", folder / "finance")
    place.learning("courses", "publish", str(folder))


@pytest.mark.parametrize(
    ("name", "put", "said"),
    [
        ("saving", "if (put.done > 2) return new Promise(() => {}); put.done += 1;", "Đang lưu."),
        ("full-phone", "throw new DOMException('full', 'QuotaExceededError');", "Máy không còn đủ chỗ"),
        ("broken-off", "throw new TypeError('Failed to fetch');", "Chưa lưu được hết vì mạng yếu"),
    ],
    ids=["saving", "full-phone", "broken-off"],
)
def test_a_course_that_is_not_saved_yet(
    visit: Visit, learners: Iterator[str], tmp_path: Path, name: str, put: str, said: str
) -> None:
    page = visit(next(learners), width=320, reduced_motion="reduce")
    page.goto("/courses/finance/commune-budget")
    # The phone's own doing: what its disk answers while the course is put there.
    page.evaluate(
        "() => { const put = Cache.prototype.put; put.done = 0;"
        f" Cache.prototype.put = async function (...given) {{ {put} return put.apply(this, given); }}; }}"
    )
    page.locator("[data-keep]").click()
    expect(page.locator("#saving [data-state]")).to_contain_text(said)
    in_order_everywhere(page, name, tmp_path, sunlit=True)
