"""The learner's own pages, lent to a desk that shows a course before it is published.

A desk may not import another; the learner's desk puts its pages here when it is installed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from flask import current_app
from werkzeug.datastructures import MultiDict

from learning.content.model import Course, Page
from learning.web.context import App


@dataclass(frozen=True)
class LearnerPages:
    """Each gives a whole page of HTML. Nothing is stored.

    lesson(course, page, home, quiz)      a page to be read; `home`, `quiz`: where its links lead
    play(course, page, home, here, form)  its questions, one a page, then the result; `here` is where forms are sent,
                                          `form` what was sent, None to begin. Raises ValueError where there is nothing
                                          to play, or what was sent is none of ours.
    """

    lesson: Callable[[Course, Page, str, str], str]
    play: Callable[[Course, Page, str, str, MultiDict[str, str] | None], str]


def lend(app: App, pages: LearnerPages) -> None:
    app.extensions["learner_pages"] = pages


def learner_pages() -> LearnerPages:
    return cast(LearnerPages, current_app.extensions["learner_pages"])
