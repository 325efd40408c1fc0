"""A lesson's link, shared: what its card says, and what whoever follows it finds."""

from collections.abc import Callable
from dataclasses import replace
from xml.etree.ElementTree import Element

import pytest
from flask.testing import FlaskClient
from html5lib import parse

from learning.content.model import Course
from learning.web.context import App, Services
from tests import make
from tests.study.conftest import Reader

HOME = "https://hoc.gialai.gov.vn"
LESSON = "/courses/finance/sample/bai-1"


@pytest.fixture
def public(app: App) -> None:
    services: Services = app.extensions["learning"]
    app.extensions["learning"] = replace(services, settings=replace(services.settings, base_url=HOME))


def tags(html: str) -> dict[str, str]:
    page = parse(html, namespaceHTMLElements=False)
    return {tag.get("property"): tag.get("content") for tag in page.iter("meta") if tag.get("property")}


def test_a_lesson_has_a_card_with_addresses_of_the_world(
    public: None, reader: Reader, course: Course
) -> None:
    reader.open(LESSON)
    card = tags(reader.reply.text)
    page = course.pages[0]
    assert card["og:title"] == page.title
    assert course.title in card["og:description"]
    assert card["og:url"] == HOME + LESSON
    assert card["og:image"].startswith(HOME + "/assets/card.")
    picture = reader.client.get(card["og:image"].removeprefix(HOME), buffered=True)
    assert picture.status_code == 200
    assert len(picture.data) <= 30_000


def test_without_a_public_address_it_names_none(reader: Reader, course: Course) -> None:
    reader.open(LESSON)
    card = tags(reader.reply.text)
    assert card["og:title"] == course.pages[0].title
    assert "og:url" not in card
    assert "og:image" not in card


def test_a_stranger_reads_what_waits_signs_in_and_is_there(
    public: None, client: FlaskClient, person: object, course: Course
) -> None:
    reader = Reader(client)
    reader.open(LESSON)
    card = tags(reader.reply.text)
    assert card["og:title"] == course.pages[0].title
    assert card["og:url"] == HOME + LESSON
    assert course.pages[0].title in reader.text
    for objective in course.pages[0].objectives:
        assert objective not in reader.reply.text
    page = reader.press({"username": "hocvien", "password": make.PASSWORD})
    assert reader.path == LESSON
    assert title(page) == course.pages[0].title


@pytest.mark.parametrize(
    "wanted",
    [
        "/courses/finance/sample/khong-co",
        "/courses/finance/khong-co",
        "/courses/finance/sample/exam/quiz",
        "/office/people/1",
        "/me",
        "/courses/finance/sample/bai-1%00",
        "//courses/finance/sample/bai-1",
        "/courses//",
        "/courses/../me",
    ],
)
def test_of_anything_else_it_says_nothing(
    public: None, client: FlaskClient, course: Course, wanted: str
) -> None:
    reply = client.get("/", query_string={"next": wanted})
    assert reply.status_code == 200
    assert tags(reply.text) == {}
    assert course.title not in reply.text


def test_of_a_course_it_says_title_and_summary(public: None, client: FlaskClient, course: Course) -> None:
    card = tags(client.get("/", query_string={"next": "/courses/finance/sample"}).text)
    assert (card["og:title"], card["og:url"]) == (course.title, f"{HOME}/courses/finance/sample")


def test_what_is_not_published_has_none(
    public: None, client: FlaskClient, publish: Callable[..., Course]
) -> None:
    assert tags(client.get("/", query_string={"next": LESSON}).text) == {}


def title(page: Element) -> str:
    found = page.find(".//h1")
    assert found is not None
    return "".join(found.itertext())
