"""What a link to a course or a lesson says where it is shared: title and summary, to whoever holds the link.

Both are words that a province puts on posters; what is in the lesson, and who reads it, stays behind the sign-in.
"""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from flask import current_app
from sqlalchemy.orm import Session

from learning.content.model import Course, Page
from learning.library import catalogue
from learning.web.context import settings

LOCAL = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Card:
    """`course`: its title, "" where the card is the course's own. `address`, `image`: "" where the site has no public
    address: a wrong one would be worse than none."""

    title: str
    text: str
    course: str
    language: str
    address: str
    image: str


def of(course: Course, page: Page | None, path: str) -> Card:
    """The card of a page, or of the whole course, which is found at `path`."""
    home = public_address()
    image: str = current_app.extensions["assets"]["card.png"]
    return Card(
        title=page.title if page else course.title,
        text=" · ".join(words for words in (course.title if page else "", course.summary) if words),
        course=course.title if page else "",
        language=course.language,
        address=home + path if home else "",
        image=home + image if home else "",
    )


def waiting(session: Session, path: str) -> Card | None:
    """The card of the lesson or course that somebody signed out wants to see; None for any other address."""
    parts = unquote(urlsplit(path).path).split("/")[1:]
    if parts[0] != "courses" or not 3 <= len(parts) <= 4 or "\0" in path:
        return None
    published = catalogue.live(session, "/".join(parts[1:3]))
    if published is None:
        return None
    page = None
    if len(parts) == 4:
        page = next((one for one in published.course.pages if one.slug == parts[3]), None)
        if page is None:
            return None
    return of(published.course, page, "/" + "/".join(parts))


def public_address() -> str:
    """Where the site is in the world; "" where it is on this machine alone."""
    base = settings().base_url
    return "" if urlsplit(base).hostname in LOCAL else base
