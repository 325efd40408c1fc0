"""Lesson pages: made once for each release and language, then sent from memory, the same bytes to everyone."""

import hashlib
from dataclasses import dataclass
from functools import lru_cache

from flask import Response, current_app, render_template, request

from learning.content.model import Course, Page
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.study import cards, practice_values, values, wording
from learning.vietnamese.formats import date as format_date
from learning.web.compression import BEST, Settled, accepted, squeeze
from learning.web.context import database, db, settings
from learning.web.i18n import choose_language, ngettext
from learning.web.i18n import gettext as _


@dataclass(frozen=True)
class Made:
    """A page in one encoding, with the headers it goes out under."""

    body: bytes
    headers: tuple[tuple[str, str], ...]


def lesson_response(published: Published, page: Page) -> Response:
    """The page, or 304 where the reader has it."""
    sent = made(published, page)[accepted()]
    response = Settled(sent.body, headers=sent.headers)
    if "If-None-Match" in request.headers:
        response.make_conditional(request)
    return response


def made(published: Published, page: Page) -> dict[str, Made]:
    """The page by encoding: "" plain, "br", "gzip"."""
    return _made(database().address, published.release_id, page.slug, choose_language(), look())


def look() -> str:
    """What pages refer to and may do, in one word: changes with any style, script or picture."""
    return f"{current_app.extensions['look']} {settings().offline}"


@lru_cache(maxsize=1024)
def _made(address: str, release_id: int, slug: str, language: str, look: str) -> dict[str, Made]:
    """`address`, `language` and `look` are asked for only so that what differs by them is kept apart."""
    published = catalogue.release(db(), release_id)
    page = published.course.page(slug)
    if page is None:
        raise LookupError(slug)
    course = published.course
    plain = render(
        course,
        page,
        values.course_address(course),
        values.quiz_address(course, page),
        cards.of(course, page, values.page_address(course, page)),
        published.number,
    ).encode()
    tag = hashlib.sha256(plain).hexdigest()[:20]
    return {
        "": _sent(plain, tag, ""),
        "br": _sent(squeeze(plain, "br", quality=BEST), tag, "br"),
        "gzip": _sent(squeeze(plain, "gzip", quality=9), tag, "gzip"),
    }


def _sent(body: bytes, tag: str, encoding: str) -> Made:
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Length": str(len(body)),
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, Accept-Encoding",
        "ETag": f'"{tag}-{encoding}"' if encoding else f'"{tag}"',
    }
    if encoding:
        headers["Content-Encoding"] = encoding
    return Made(body, tuple(headers.items()))


def render(
    course: Course,
    page: Page,
    course_address: str,
    quiz_address: str,
    card: cards.Card | None = None,
    release: int | None = None,
) -> str:
    """`card`, `release`: None for what is not published."""
    meta = [
        _place(course, page),
        wording.minutes(page.minutes) if page.minutes else "",
        _("Kiểm tra ngày %(day)s", day=format_date(page.checked_on)) if page.checked_on else "",
    ]
    return render_template(
        "study/lesson.html",
        course=course,
        course_address=course_address,
        page=page,
        meta=meta,
        sources=values.sources(page.citations, course.sources),
        quiz_address=quiz_address,
        quiz_text=_quiz_text(page),
        steps=_steps(page),
        card=card,
        release=release,
    )


def _place(course: Course, page: Page) -> str:
    if page.kind != "lesson":
        return values.kind_words(page)
    return _("Bài %(place)s/%(total)s", place=course.lessons.index(page) + 1, total=len(course.lessons))


def _steps(page: Page) -> list[tuple[str, str, str]]:
    """Of a practice: title, what to do (HTML), what is to show for it."""
    steps = page.practice.steps if page.practice else ()
    return [(step.title, step.html, practice_values.wanted_words(step.evidence)) for step in steps]


def _quiz_text(page: Page) -> str:
    if page.kind == "scenario":
        return _("Bắt đầu tình huống")
    if page.kind == "practice":
        return _("Vào thực hành")
    if page.quiz is None:
        return _("Tôi đã đọc xong")
    return ngettext("Trả lời %(num)d câu hỏi", "Trả lời %(num)d câu hỏi", values.asked(page))
