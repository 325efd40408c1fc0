"""A release that went live while a draft was written: what it has otherwise, and how it comes into the draft."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.library import drafts, publication, review
from learning.library.models import OPEN_STATES, DraftRow
from learning.library.publication import FileChange, PublicationConflict, Side
from learning.library.refusals import DraftRefused
from learning.studio import comparing, wording
from learning.studio.comparing import Piece
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, require_writer, writes_for
from learning.web.context import db, now
from learning.web.i18n import gettext as _
from learning.web.security import whole

CHOICE = "choice-"
SIDES = ("mine", "theirs")


@dataclass(frozen=True)
class ChangeView:
    """`unsettled`: both sides changed it differently, at `pieces`; of a picture, or a page one side took away, there are
    none. `removed`: the release has it no longer. `chosen`: whose it is to be, "" where nobody has said."""

    path: str
    became: str
    unsettled: bool
    removed: bool
    pieces: list[Piece]
    chosen: str


@blueprint.get("/drafts/<int:draft_id>/newer-release")
@roles(*DEPARTMENT)
def newer_release(draft_id: int) -> ResponseReturnValue:
    return _page(draft_at(draft_id))


@blueprint.post("/drafts/<int:draft_id>/newer-release")
@roles(*DEPARTMENT)
def take_in(draft_id: int) -> ResponseReturnValue:
    draft = draft_at(draft_id)
    require_writer(draft)
    choices = {
        name.removeprefix(CHOICE): cast(Side, value)
        for name, value in request.form.items()
        if name.startswith(CHOICE) and value in SIDES
    }
    seen = request.form.get("seen", -1, type=whole)
    try:
        publication.take_in(db(), now(), draft, person_id=visitor().id, seen=seen, choices=choices)
    except PublicationConflict:
        db().rollback()
        error = _("Hãy chọn cho từng tệp mà hai bên sửa khác nhau, theo bản phát hành mới nhất dưới đây.")
        return _page(draft_at(draft_id), error, looked_at=seen, choices=choices), 422
    except DraftRefused as refused:
        flash(wording.refusal(refused), "bad")
    else:
        flash(_("Bản nháp đã gồm những thay đổi của bản phát hành mới. Xem lại rồi gửi thẩm định."), "good")
    return redirect(url_for("studio.draft", draft_id=draft.id), 303)


def _page(
    draft: DraftRow, error: str = "", looked_at: int = -1, choices: Mapping[str, Side] | None = None
) -> str:
    """`choices` were made on the release `looked_at`: over another they are made anew."""
    going_on = draft.state in OPEN_STATES
    seen = publication.overtaken(db(), draft) if going_on else None
    chosen = choices or {} if seen == looked_at else {}
    return render_template(
        "studio/newer_release.html",
        draft=draft,
        title=review.title_of(db(), draft),
        seen=seen,
        changes=[_view(change, chosen) for change in publication.conflict(db(), draft)] if going_on else [],
        editable=draft.state in drafts.EDITABLE and writes_for(draft.field),
        closed=draft.state in ("submitted", "approved") and writes_for(draft.field),
        error=error,
    )


def _view(change: FileChange, chosen: Mapping[str, Side]) -> ChangeView:
    removed = change.theirs is None
    if change.unsettled:
        became = _("hai bên sửa khác nhau")
    elif change.clash:
        became = _("hai bên sửa ở những chỗ khác nhau: giữ được cả hai")
    elif change.mine == change.theirs:
        became = _("hai bên sửa như nhau")
    elif removed:
        became = _("bản phát hành đã bỏ tệp này: bản nháp cũng bỏ")
    elif change.base is None:
        became = _("bản phát hành thêm tệp này: bản nháp cũng thêm")
    else:
        became = _("chỉ bản phát hành sửa: bản nháp theo bản ấy")
    clashes = [one for one in comparing.pieces(change.hunks) if one.who == "clash"]
    return ChangeView(change.path, became, change.unsettled, removed, clashes, chosen.get(change.path, ""))
