"""What a phone fetches to keep a course: a list of addresses with the hash and the weight of each.

The list is the same for everyone who may read the course. It holds lessons, their pictures and recordings, those of
their questions, and what the pages look like; no question, no answer, nothing of the exam.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from functools import lru_cache

from flask import Blueprint, Response, abort, current_app, request
from sqlalchemy import func, select

from learning.accounts.visitors import signed_in
from learning.content.model import Course, Gaps, Match, Multiple, Order, Page, Single
from learning.library import catalogue
from learning.library.models import Blob
from learning.study import lessons, values
from learning.web import assets
from learning.web.context import database, db, settings
from learning.web.i18n import choose_language

MEDIA = re.compile(r'"(/media/([0-9a-f]{64})/[^"]+)"')
ASSET = re.compile(r'["\s](/assets/[\w.-]+)(?=["\s])')

blueprint = Blueprint("copies", __name__)


@blueprint.get("/courses/<field>/<slug>/offline.json")
@signed_in
def listed(field: str, slug: str) -> Response:
    """`{course, title, language, release, hash, bytes, pages: [{address, title, kind, quiz}], files: [{address, hash,
    bytes}]}`: `bytes` as they come over the wire, `hash` SHA-256 in hex of what comes, unpacked."""
    published = catalogue.live(db(), f"{field}/{slug}") or abort(404)
    text = _listed(database().address, published.release_id, choose_language(), lessons.look())
    response = Response(text, mimetype="application/json")
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Cookie")
    response.add_etag()
    response.make_conditional(request)
    return response


@lru_cache(maxsize=256)
def _listed(address: str, release_id: int, language: str, look: str) -> str:
    """The list as JSON. What it differs by is asked for; all but the release is the request's own."""
    published = catalogue.release(db(), release_id)
    course = published.course
    pages = [page for page in course.pages if page.kind != "exam"]
    made = {values.page_address(course, page): lessons.made(published, page) for page in pages}
    html = "".join(lesson[""].body.decode() for lesson in made.values())
    files = [
        *((where, hashlib.sha256(m[""].body).hexdigest(), len(m["br"].body)) for where, m in made.items()),
        *_assets(html),
        *_media(html + "".join(text for page in pages for text in _asked(page))),
    ]
    return json.dumps(
        {
            "course": course.id,
            "title": course.title,
            "language": course.language,
            "release": published.number,
            "hash": hashlib.sha256(repr((release_id, sorted(files))).encode()).hexdigest()[:12],
            "bytes": sum(weight for _, _, weight in files),
            "pages": [_page(course, page) for page in pages],
            "files": [{"address": a, "hash": digest, "bytes": weight} for a, digest, weight in files],
        },
        ensure_ascii=False,
    )


def _page(course: Course, page: Page) -> dict[str, str]:
    asks = page.quiz is not None or page.scenario is not None
    return {
        "address": values.page_address(course, page),
        "title": page.title,
        "kind": page.kind,
        "quiz": values.quiz_address(course, page) if asks else "",
    }


def _assets(html: str) -> Iterator[tuple[str, str, int]]:
    """What the pages look like, and their scripts with all that those import."""
    addresses: dict[str, str] = current_app.extensions["assets"]
    scripts: dict[str, bytes] = current_app.extensions["scripts"]
    named = set(ASSET.findall(html))
    names = [name for name, address in addresses.items() if address in named and name.endswith(".js")]
    named.update(addresses[name] for name in assets.imports(scripts, *names))
    folder = settings().instance / "assets"
    for address in sorted(named):
        path = folder / address.rpartition("/")[2]
        packed = path.with_name(f"{path.name}.br")
        weight = (packed if packed.exists() else path).stat().st_size
        yield address, hashlib.sha256(path.read_bytes()).hexdigest(), weight


def _media(html: str) -> Iterator[tuple[str, str, int]]:
    found = dict(MEDIA.findall(html))
    query = select(Blob.sha256, func.length(Blob.data)).where(Blob.sha256.in_(sorted(set(found.values()))))
    weights = {row[0]: row[1] for row in db().execute(query)}
    return (
        (address, digest, weights[digest]) for address, digest in sorted(found.items()) if digest in weights
    )


def _asked(page: Page) -> Iterator[str]:
    """What the questions of a page show before they are answered; the exam has no page here."""
    for question in page.quiz.questions if page.quiz else ():
        yield question.prompt
        match question:
            case Single() | Multiple():
                yield from (option.html for option in question.options)
            case Match():
                yield from (item.html for item in (*question.left, *question.right))
            case Order():
                yield from (item.html for item in question.items)
            case Gaps():
                yield from (option.html for gap in question.gaps for option in gap.options)
    if page.scenario:
        for node in page.scenario.nodes:
            yield node.html
            yield from (choice.html for choice in node.choices)
