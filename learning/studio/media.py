"""Pictures of a draft: brought by picker, drag or paste, made small, and shown to those who work on it."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content import pictures
from learning.content.pictures import PictureRefused
from learning.library import blobs, saving
from learning.library.models import DraftRow
from learning.library.refusals import DraftRefused
from learning.studio import drafting, places
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, require_writer
from learning.studio.forms import MediaForm
from learning.studio.values import size
from learning.web.context import db, now
from learning.web.i18n import gettext as _


@blueprint.post("/drafts/<int:draft_id>/media")
@roles(*DEPARTMENT)
def add_media(draft_id: int) -> ResponseReturnValue:
    """A picture (field `file`, its words in `alt`). Answers a program with JSON: `{path, address, markdown, width,
    height, bytes}`, or 422 with `{error}`; a form with its page."""
    draft = draft_at(draft_id)
    require_writer(draft)
    form = MediaForm()
    given = request.files.get("file")
    if given is None or not given.filename:
        return _refused(draft, form, _("Hãy chọn một ảnh."))
    if not form.validate():
        return _refused(draft, form, str(next(iter(form.errors.values()))[0]))
    try:
        made = pictures.prepared(given.read())
        path = made.path(given.filename)
        saving.save(db(), now(), draft, path, made.data, person_id=visitor().id, based_on=0)
    except PictureRefused as refused:
        return _refused(draft, form, refusal(refused))
    except DraftRefused as refused:
        return _refused(draft, form, drafting.refusal(refused))
    markdown = f"![{_plain(str(form.alt.data or ''))}]({path})"
    if _is_program():
        return jsonify(
            path=path,
            address=places.picture(draft, path, blobs.name(made.data)),
            markdown=markdown,
            width=made.width,
            height=made.height,
            bytes=len(made.data),
        )
    words = _(
        "Đã thêm ảnh, còn %(size)s. Chép dòng này vào bài: %(line)s", size=size(len(made.data)), line=markdown
    )
    flash(words, "good")
    return redirect(url_for("studio.draft", draft_id=draft.id, _anchor="media"), 303)


def refusal(refused: PictureRefused) -> str:
    """Why a picture was not taken, and what to do."""
    return {
        "svg": _("Ảnh SVG có thể chứa mã chạy nên không nhận. Hãy lưu thành PNG rồi tải lên."),
        "audio": _(
            "Bài học chưa phát được âm thanh. Hãy viết thành lời, hoặc dẫn địa chỉ của bản ghi trên trang của cơ quan."
        ),
        "animated": _("Ảnh động không nhận. Hãy lưu một khung hình thành PNG hay JPEG."),
        "large": _("Tệp lớn hơn 16 MB. Hãy thu nhỏ ảnh rồi tải lại."),
        "pixels": _("Ảnh có quá nhiều điểm ảnh. Hãy thu nhỏ còn dưới 6000 điểm mỗi chiều."),
        "broken": _("Tệp ảnh bị hỏng hoặc thiếu. Hãy lưu lại rồi tải lên."),
        "unknown": _(
            "Đây không phải ảnh PNG, JPEG, GIF, WebP hay BMP. Ảnh HEIC của điện thoại hãy lưu thành JPEG."
        ),
    }[refused.reason]


def _refused(draft: DraftRow, form: MediaForm, why: str) -> ResponseReturnValue:
    if _is_program():
        return jsonify(error=why), 422
    form.file.errors = [why]
    return drafting.page(draft, media_form=form), 422


def _is_program() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def _plain(alt: str) -> str:
    """Words that end no alternative text."""
    return alt.translate({ord("["): "(", ord("]"): ")"})
