"""Pictures of lessons on a phone: small, in their own place before they come, and fetched when they are scrolled to."""

import io
import re
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, Response, expect

from learning.library import catalogue
from learning.library.blobs import keep
from learning.library.models import ReleaseFile
from learning.settings import ROOT
from tests import make
from tests.e2e.conftest import Place
from tests.e2e.looking import until

pytestmark = pytest.mark.browser
Visit = Callable[..., Page]

MOST = 30 * 1024  # bytes of a picture as it comes
SCREENS = 40  # between the beginning of a lesson and its last picture: more than any browser looks ahead


def test_each_picture_of_the_sample_courses_is_small_and_has_its_place(
    place: Place, visit: Visit, learners: Iterator[str]
) -> None:
    lessons = with_pictures(place)
    assert len(lessons) > 10
    page = visit(next(learners))
    came: dict[str, Response] = {}
    page.on("response", lambda reply: came.update({reply.url.removeprefix(place.url): reply}))
    seen = 0
    for address, pictures in lessons.items():
        page.goto(address)
        shown = page.locator("main article img")
        expect(shown).to_have_count(pictures)
        for picture in shown.all():
            named = {name: picture.get_attribute(name) or "" for name in ("src", "width", "height", "alt")}
            assert picture.get_attribute("loading") == "lazy", (address, named)
            assert re.fullmatch(r"\d+ \d+", f"{named['width']} {named['height']}"), (address, named)
            picture.scroll_into_view_if_needed()
            before = picture.bounding_box()
            assert picture.evaluate("(one) => one.decode().then(() => one.naturalWidth)") > 0, (
                address,
                named,
            )
            assert picture.bounding_box() == before, (address, named)
            assert len(came[named["src"]].body()) <= MOST, (address, named)
            seen += 1
    assert seen == sum(lessons.values())


def test_a_picture_far_below_comes_when_it_is_scrolled_to(
    place: Place, visit: Visit, learners: Iterator[str]
) -> None:
    address, near, far = long_lesson(place)
    page = visit(next(learners))
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url.removeprefix(place.url)))
    page.goto(address, wait_until="networkidle")
    until(page, lambda: near in asked)
    assert far not in asked
    page.get_by_alt_text("Ở cuối bài").scroll_into_view_if_needed()
    until(page, lambda: far in asked)


def with_pictures(place: Place) -> dict[str, int]:
    """The addresses of the sample courses' lessons, with how many pictures each shows."""
    samples = {f"{path.parent.parent.name}/{path.parent.name}" for path in ROOT.glob("courses/*/*/course.md")}
    found = {}
    with place.database.reading() as session:
        for published in catalogue.live_courses(session):
            for lesson in published.course.lessons if published.course.id in samples else ():
                if count := lesson.html.count("<img "):
                    found[f"/courses/{published.course.id}/{lesson.slug}"] = count
    return found


def long_lesson(place: Place) -> tuple[str, str, str]:
    """The address of a lesson, and those of its pictures: one at its beginning and one at its end."""
    with place.database.writing() as session:
        kept = {
            name: keep(session, drawn(colour)) for name, colour in (("dau", "#0b5d45"), ("cuoi", "#8c2f10"))
        }
        near, far = (f"/media/{sha256}/{name}.png" for name, sha256 in kept.items())
        tag = '<p><img src="{}" alt="{}" width="320" height="180" loading="lazy"></p>'
        between = "<p>Một dòng.</p>" * 15 * SCREENS
        html = tag.format(near, "Ở đầu bài") + between + tag.format(far, "Ở cuối bài")
        published = make.publish(session, make.course(make.lesson("bai-1", html=html), slug="long"))
        for name, sha256 in kept.items():
            session.merge(
                ReleaseFile(release_id=published.release_id, path=f"images/{name}.png", sha256=sha256)
            )
        session.commit()
    return "/courses/finance/long/bai-1", near, far


def drawn(colour: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (320, 180), colour).save(made, "PNG")
    return made.getvalue()
