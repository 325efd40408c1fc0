"""A page of a draft as the learner will see it: beside the editor, and its questions to be tried out."""

from flask import Response, abort, make_response, render_template, request
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles
from learning.content.model import Course, Page
from learning.content.previewing import HOME, Preview
from learning.content.tree import ending
from learning.library import drafts
from learning.library.models import DraftRow
from learning.studio import places, previews
from learning.studio.desk import DEPARTMENT, blueprint, draft_at
from learning.web.context import db, looks
from learning.web.learner_pages import learner_pages
from learning.web.media import SOUNDS, whole_or_part
from learning.web.security import FRAMED

# Pictures and recordings that are shown in place: none that could carry a script.
SHOWN = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    **SOUNDS,
}


@blueprint.get("/drafts/<int:draft_id>/preview/<path>")
@roles(*DEPARTMENT)
def preview(draft_id: int, path: str) -> ResponseReturnValue:
    """The page as it is saved, for the frame."""
    draft = draft_at(draft_id)
    return _framed(learner_page(draft, path, _saved(draft, path)))


@blueprint.route("/drafts/<int:draft_id>/preview/<path>/quiz", methods=["GET", "POST"])
@roles(*DEPARTMENT)
@looks
def play(draft_id: int, path: str) -> ResponseReturnValue:
    """The questions of the page as it is saved, one after the other; what is answered is marked and forgotten."""
    draft = draft_at(draft_id)
    shown = _saved(draft, path)
    if shown.course is None or shown.page is None:
        abort(404)
    try:
        page = learner_pages().play(
            shown.course,
            shown.page,
            places.of("preview", draft, path),
            places.of("play", draft, path),
            request.form if request.method == "POST" else None,
        )
    except ValueError:
        page = render_template("studio/unplayable.html", address=places.of("preview", draft, path))
    return _framed(places.with_media(draft, page))


@blueprint.get("/drafts/<int:draft_id>/media/<sha256>/<name>")
@roles(*DEPARTMENT)
def draft_media(draft_id: int, sha256: str, name: str) -> ResponseReturnValue:
    """A picture or recording of the draft, which no release may hold yet; no file that could carry a script."""
    draft = draft_at(draft_id)
    held = next((one for one in drafts.files(db(), draft) if one.sha256 == sha256), None)
    kind = SHOWN.get(ending(name))
    found = drafts.file(db(), draft, held.path) if held and kind else None
    if found is None or kind is None:
        abort(404)
    sound = kind in SOUNDS.values()
    response = whole_or_part(found[0], kind, sha256) if sound else Response(found[0], mimetype=kind)
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _saved(draft: DraftRow, path: str) -> Preview:
    found = drafts.file(db(), draft, path) if path.endswith(".md") else None
    if found is None:
        abort(404)
    return previews.preview(draft, path, found[0])


def learner_page(draft: DraftRow, path: str, shown: Preview) -> str:
    """The whole page, with the pictures and recordings of the draft."""
    course: Course | None = shown.course
    page: Page | None = shown.page
    if course is None or (page is None and path != HOME):
        return render_template("studio/unshown.html")
    if page is None:
        return places.with_media(draft, render_template("studio/home.html", course=course))
    home = places.of("preview", draft, HOME)
    quiz = places.of("play", draft, path) if page.quiz or page.scenario else "#main"
    return places.with_media(draft, learner_pages().lesson(course, page, home, quiz))


def _framed(page: str) -> Response:
    return make_response(page, FRAMED)
