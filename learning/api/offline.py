"""A course taken along to where there is no network."""

from dataclasses import asdict

import msgspec

from learning.accounts.visitors import visitor
from learning.api.courses import live
from learning.api.routes import api
from learning.api.schemas import PackView, TakeAlong, TakenPageView, TakenView
from learning.sync import packs
from learning.web.context import db, now, zone


@api.call(
    "POST", "/courses/<field>/<course>/offline", body=TakeAlong, replies={200: TakenView}, problems=(404,)
)
def take_along(field: str, course: str, body: TakeAlong) -> TakenView:
    """Begins the quizzes of a course that are not done yet, and gives their questions to be answered offline."""
    published = live(f"{field}/{course}")
    taken = packs.take(db(), now(), zone(), visitor().id, published, exam=body.exam)
    return TakenView(
        course=published.course.id,
        title=published.course.title,
        release=published.number,
        pages=msgspec.convert([asdict(page) for page in taken.pages], list[TakenPageView]),
        packs=msgspec.convert([asdict(pack) for pack in taken.packs], list[PackView]),
    )
