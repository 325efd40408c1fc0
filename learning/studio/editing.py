"""The editor: a page of a draft in its own Markdown, beside what the learner will see of it.

Everything can be done with the form alone. With scripts the same page saves at every pause (PUT, JSON) and shows what is
typed as it is typed (POST, JSON), by the same code.
"""

from typing import Any

import msgspec
from flask import Response, abort, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content.faults import Fault
from learning.content.mend import ALPHABET, STAMP_LENGTH
from learning.content.previewing import HOME, Preview
from learning.content.skeletons import skeletons
from learning.content.tree import ending
from learning.library import checking, drafts, editing, layout, merging, presence, review, saving
from learning.library.drafts import EDITABLE
from learning.library.models import DraftRow
from learning.library.refusals import Closed, DraftRefused, Stale, TooLarge
from learning.studio import comparing, phrases, places, previewing, previews, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, writes_for
from learning.vietnamese import formats
from learning.web.context import db, looks, now, settings
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext
from learning.web.language import LANGUAGES
from learning.web.security import FRAMING, whole

CLIENT_ID = 64  # characters


class Typed(msgspec.Struct):
    """What the page sends while one types."""

    text: str
    based_on: int = 0
    client_id: str = ""


@blueprint.get("/drafts/<int:draft_id>/edit/<path>")
@roles(*DEPARTMENT)
def edit(draft_id: int, path: str) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    found = drafts.file(db(), draft, path) if path.endswith(".md") else None
    if found is None:
        abort(404)
    return _editor(draft, path, *found)


@blueprint.post("/drafts/<int:draft_id>/edit/<path>")
@roles(*DEPARTMENT)
def save(draft_id: int, path: str) -> ResponseReturnValue:
    """The form: saves, and comes back to the page; over a newer version, to the comparison of the two."""
    draft = _writable(draft_id, path)
    based_on = request.form.get("based_on", 0, type=whole)
    # Of the comparison: the version that what was typed began from.
    origin = request.form.get("origin", based_on, type=whole)
    try:
        mine = editing.typed(request.form.get("text", ""), _version(draft, path, origin))
        if "origin" in request.form:
            mine = _put_together(draft, path, mine, origin, based_on)
        _save(draft, path, mine, based_on, request.form.get("client_id", ""))
    except Stale as stale:
        return _comparison(draft, path, stale, origin), 409
    except Closed as closed:
        flash(_refusal(closed), "bad")
    except DraftRefused as refused:
        flash(_refusal(refused), "bad")
        found = drafts.file(db(), draft, path) or abort(404)
        return _editor(draft, path, *found, typed=request.form.get("text", "")), 422
    else:
        flash(_("Đã lưu lúc %(time)s.", time=_time()), "good")
    return redirect(places.of("edit", draft, path), 303)


@blueprint.put("/drafts/<int:draft_id>/edit/<path>")
@roles(*DEPARTMENT)
def autosave(draft_id: int, path: str) -> ResponseReturnValue:
    """Saves a pause. 409 says why it could not: `stale` (someone was there before) or `closed`."""
    draft = _writable(draft_id, path)
    typed = _typed()
    try:
        data = editing.typed(typed.text, _version(draft, path, typed.based_on))
        saved = _save(draft, path, data, typed.based_on, typed.client_id)
    except Stale as stale:
        return jsonify(why="stale", by=stale.by, revision=stale.revision), 409
    except DraftRefused as refused:
        why = "closed" if isinstance(refused, Closed) else "refused"
        return jsonify(why=why, words=_refusal(refused)), 409
    return jsonify(revision=saved.revision, at=_time(), present=_present(draft, path))


@blueprint.post("/drafts/<int:draft_id>/here/<path>")
@roles(*DEPARTMENT)
def here(draft_id: int, path: str) -> ResponseReturnValue:
    """Somebody has the page open: who else has, and what it is at by now."""
    draft = draft_at(draft_id)
    found = drafts.file(db(), draft, path)
    if found is None:
        abort(404)
    return jsonify(revision=found[1], present=_present(draft, path))


@blueprint.post("/drafts/<int:draft_id>/preview/<path>")
@roles(*DEPARTMENT)
@looks
def previewed(draft_id: int, path: str) -> ResponseReturnValue:
    """What the text sent would look like, and what is wrong with it; nothing is kept."""
    draft = draft_at(draft_id)
    text = _typed().text
    if len(text) > layout.PAGE_MOST:  # which could not be saved either
        abort(413)
    shown = _preview(draft, path, text)
    return jsonify(html=previewing.learner_page(draft, path, shown), **_told(shown))


# --- Saving


def _writable(draft_id: int, path: str) -> DraftRow:
    draft = draft_at(draft_id)
    if not writes_for(draft.field) or not path.endswith(".md"):
        abort(404)
    return draft


def _typed() -> Typed:
    # A form of another site can send text/plain without asking first: only declared JSON is read.
    if request.mimetype != "application/json":
        abort(415)
    try:
        return msgspec.json.decode(request.get_data(), type=Typed)
    except (msgspec.DecodeError, UnicodeDecodeError):
        abort(400)


def _save(draft: DraftRow, path: str, data: bytes, based_on: int, client_id: str) -> saving.Saved:
    client_id = client_id[:CLIENT_ID]
    return saving.save(
        db(), now(), draft, path, data, person_id=visitor().id, based_on=based_on, client_id=client_id
    )


def _version(draft: DraftRow, path: str, revision: int) -> bytes:
    """The bytes a text was made from: its line ends, and all that nobody touched, are theirs."""
    found = drafts.file(db(), draft, path)
    if found is None or found[1] == revision:
        return b"" if found is None else found[0]
    known = next((one for one in drafts.history(db(), draft, path) if one.revision == revision), None)
    return (drafts.version(db(), draft, known.id) if known else None) or b""


def _put_together(draft: DraftRow, path: str, mine: bytes, origin: int, based_on: int) -> bytes:
    """What was chosen of the comparison with the version `based_on`; that is still the newest, or saving says so."""
    hunks = merging.merge(_version(draft, path, origin), mine, _version(draft, path, based_on))
    return comparing.put_together(hunks, request.form)


def _refusal(refused: DraftRefused) -> str:
    match refused:
        case Closed():
            return _("Bản nháp không còn mở để sửa. Phần vừa gửi được giữ riêng trong lịch sử của tệp.")
        case TooLarge():
            return _(
                "Chưa lưu được: trang dài quá 512 KB. Hãy chia thành nhiều bài; phần đã nhập vẫn còn trong ô soạn."
            )
    return _("Chưa lưu được. Phần đã nhập vẫn còn trong ô soạn; hãy bấm lưu lần nữa.")


def _present(draft: DraftRow, path: str) -> list[str]:
    others = presence.knock(db(), now(), draft, path, person_id=visitor().id)
    return [one.full_name for one in others]


def _time() -> str:
    return now().astimezone(settings().timezone).strftime("%H:%M")


# --- Showing


def _preview(draft: DraftRow, path: str, text: str) -> Preview:
    found = drafts.file(db(), draft, path) if path.endswith(".md") else None
    if found is None:
        abort(404)
    return previews.preview(draft, path, editing.typed(text, found[0]))


def _editor(draft: DraftRow, path: str, data: bytes, revision: int, typed: str | None = None) -> Response:
    """`typed`: what could not be saved stands in the field in place of what is held."""
    shown = previews.preview(draft, path, data)
    text = editing.shown(data) if typed is None else typed
    files = drafts.files(db(), draft)
    course = shown.course
    open_to = draft.state in EDITABLE and writes_for(draft.field)
    others = presence.inside(db(), now(), draft, path)
    page = render_template(
        "studio/edit.html",
        draft=draft,
        state=wording.state(draft),
        path=path,
        title=_title(shown, path),
        crumbs=_crumbs(draft, course.title if course else draft.course_id),
        text=text,
        rows=min(max(text.count("\n") + 2, 20), 40),
        revision=revision,
        open_to=open_to,
        pages=[
            (one.path, places.of("edit", draft, one.path), one.path == path)
            for one in files
            if one.path.endswith(".md")
        ],
        frame=places.of("preview", draft, path),
        present=_presence_words([one.full_name for one in others if one.person_id != visitor().id]),
        told=_told(shown),
        images=[one.path for one in files if ending(one.path) in previewing.SHOWN],
        media=url_for(".draft", draft_id=draft.id, _anchor="media"),
        notices=phrases.notices(),
        questions=phrases.questions(),
        client=_client(draft, path, shown, revision, open_to),
    )
    return make_response(page, FRAMING)


def _comparison(draft: DraftRow, path: str, stale: Stale, origin: int) -> str:
    """All three, with what was sent: nothing is overwritten, nothing lost."""
    mine = editing.typed(request.form.get("text", ""), _version(draft, path, origin))
    hunks = merging.merge(_version(draft, path, origin), mine, stale.theirs)
    return render_template(
        "studio/compare.html",
        draft=draft,
        path=path,
        crumbs=_crumbs(draft, review.title_of(db(), draft)),
        by=stale.by,
        revision=stale.revision,
        origin=origin,
        pieces=comparing.pieces(hunks),
        clashes=sum(1 for hunk in hunks if hunk.who == "clash"),
        mine=editing.shown(mine),
    )


def _client(draft: DraftRow, path: str, shown: Preview, revision: int, open_to: bool) -> dict[str, Any]:
    """What the page's script is to know; its words come from here, too."""
    course, page = shown.course, shown.page
    return {
        "save": places.of("autosave", draft, path),
        "preview": places.of("previewed", draft, path),
        "here": places.of("here", draft, path),
        "documents": url_for(".documents"),
        "media": url_for(".add_media", draft_id=draft.id),
        "frame": places.of("preview", draft, path),
        "signin": url_for("study.start", next=places.of("edit", draft, path)),
        "kept": f"page:{visitor().id}:{draft.id}:{path}",
        "revision": revision,
        "open": open_to,
        "kind": page.kind if page else "",
        "prefix": (page.id if page else "") or draft.course_id.partition("/")[2],
        "alphabet": ALPHABET,
        "stamp": STAMP_LENGTH,
        "skeletons": dict(skeletons(course.language if course else "vi")),
        "asks": [skeletons(one)["questions"] for one in LANGUAGES],
        "faults": _faults(shown.faults),
        "words": phrases.words(),
        "editor": phrases.editor_words(),
    }


def _told(shown: Preview) -> dict[str, Any]:
    """The faults, and how long the page is, in words."""
    length = shown.length
    words = []
    if length.syllables:
        words = [
            _(
                "%(count)s/%(limit)s âm tiết",
                count=formats.number(length.syllables),
                limit=formats.number(length.limit),
            ),
            _("khoảng %(minutes)s phút", minutes=formats.number(max(round(length.minutes), 1))),
        ]
    return {
        "faults": _faults(shown.faults),
        "count": _count(shown.faults),
        "length": words,
        "share": min(round(100 * length.syllables / length.limit), 100),
        "long": length.syllables > length.limit,
    }


def _faults(faults: tuple[Fault, ...]) -> list[dict[str, Any]]:
    """What must be mended first. What submission mends by itself is no work for the author, and says so."""
    return [
        {
            "line": fault.line,
            "column": fault.column,
            "code": fault.code,
            "severity": "info" if fault.code in checking.MENDED else fault.severity,
            "message": fault.message,
            "remedy": _("được sửa giúp khi gửi thẩm định, không phải làm gì")
            if fault.code in checking.MENDED
            else fault.remedy,
            "place": _("Dòng %(line)s", line=fault.line),
        }
        for fault in sorted(faults, key=lambda fault: fault.severity != "fault")
    ]


def _count(faults: tuple[Fault, ...]) -> str:
    own = [fault for fault in faults if fault.code not in checking.MENDED and fault.severity != "info"]
    wrong = sum(1 for fault in own if fault.severity == "fault")
    said = [wording.faults(wrong)] if wrong else []
    said += [wording.warnings(len(own) - wrong)] if len(own) > wrong else []
    return ", ".join(said) or _("Không có lỗi")


def _crumbs(draft: DraftRow, title: str) -> list[tuple[str, str]]:
    return [
        (_("Biên soạn"), url_for(".courses")),
        (title, url_for(".draft", draft_id=draft.id)),
    ]


def _title(shown: Preview, path: str) -> str:
    if path == HOME:
        return shown.course.title if shown.course else path
    return shown.page.title if shown.page else path


def _presence_words(names: list[str]) -> str:
    if not names:
        return ""
    return ngettext(
        "%(names)s cũng đang mở bài này.",
        "%(names)s cũng đang mở bài này.",
        len(names),
        names=", ".join(names),
    )
