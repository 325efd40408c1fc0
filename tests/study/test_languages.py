"""A course in a language of the highlands: its front matter, its page, the catalogue; nothing else depends on it."""

from collections.abc import Callable

import pytest

from learning.content.frontmatter import LANGUAGES
from learning.content.model import Course
from tests.content.pages import HEAD, HOME, compile_files
from tests.study.conftest import Reader

# A greeting and the numbers, with the letters that Vietnamese has not.
TITLE = "Boh hiăp čơ̆ng mrâo ƀơi buôn sang"
LESSON = """## Pô thâo kral

Anei jing ƀiă boh hiăp: sa, dua, klâo ([one, two, three]{lang=en}).

## Câu hỏi

### Sa hŏng dua jing ya?
- [x] klâo
  - Djŏ.
- [ ] pă
  - Amâo djŏ ôh.

> Sa thŭn dua jing klâo.
"""


def course(language: str) -> Course:
    home = HOME.replace("title: Khóa", f"title: {TITLE}\nsummary: {TITLE}\nlanguage: {language}")
    compiled, _faults = compile_files({"course.md": home, "10-bai.md": HEAD + LESSON})
    assert compiled.course is not None
    return compiled.course


@pytest.mark.parametrize("language", LANGUAGES)
def test_front_matter_takes_the_language_and_hours_are_the_same(language: str) -> None:
    made, vietnamese = course(language), course("vi")
    assert made.language == language
    assert made.minutes == vietnamese.minutes
    assert made.pages[0].html == vietnamese.pages[0].html


def test_another_language_is_a_fault() -> None:
    _compiled, faults = compile_files(
        {"course.md": HOME.replace("owner", "language: fr\nowner"), "10-bai.md": HEAD}
    )
    [fault] = [fault for fault in faults if fault.line == 3 and fault.file == "course.md"]
    assert "jra" in fault.message + fault.remedy


@pytest.mark.parametrize(
    ("language", "name"), [("jra", "Tiếng Gia Rai"), ("bdq", "Tiếng Ba Na"), ("rad", "Tiếng Ê Đê")]
)
def test_pages_and_catalogue_say_it(
    reader: Reader, publish: Callable[..., Course], language: str, name: str
) -> None:
    publish(course(language))
    catalogue = reader.open("/courses")
    assert name in reader.text
    title = catalogue.find(f".//h3[@lang='{language}']")
    assert title is not None
    assert "".join(title.itertext()) == TITLE
    page = reader.open("/courses/finance/sample/bai")
    assert page.get("lang") == "vi"  # the interface
    prose = page.find(f".//div[@lang='{language}']")
    assert prose is not None
    foreign = prose.find(".//span[@lang='en']")
    assert foreign is not None
    assert "".join(foreign.itertext()) == "one, two, three"
    reader.open("/courses/finance/sample/bai/quiz")
    question = reader.press()
    assert question.find(f".//h1[@lang='{language}']") is not None


@pytest.mark.parametrize("words", ["boh hiap", "Boh hiăp", "BUÔN SANG", "čơ̆ng"])
def test_it_is_found_with_marks_and_without(
    reader: Reader, publish: Callable[..., Course], words: str
) -> None:
    publish(course("rad"))
    reader.open("/courses", query_string={"q": words})
    assert TITLE in reader.text
    reader.open("/courses", query_string={"q": "không có"})
    assert TITLE not in reader.text


def test_it_stands_among_vietnamese_courses(reader: Reader, publish: Callable[..., Course]) -> None:
    publish(course("jra"))
    reader.open("/courses")
    assert reader.reply.status_code == 200
    reader.open("/fields/finance")
    assert TITLE in reader.text
