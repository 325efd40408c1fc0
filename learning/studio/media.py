"""Pictures and recordings of a draft: brought by picker, drag or paste, made fit for phones, and shown to those who
work on it."""

from flask import flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import roles, visitor
from learning.content import pictures, recordings
from learning.content.pictures import PictureRefused
from learning.content.recordings import RecordingRefused
from learning.library import blobs, saving
from learning.library.models import DraftRow
from learning.library.refusals import DraftRefused
from learning.studio import drafting, places, wording
from learning.studio.desk import DEPARTMENT, blueprint, draft_at, require_writer
from learning.studio.forms import MediaForm
from learning.studio.values import size
from learning.web.context import db, now
from learning.web.i18n import gettext as _

ALT_MOST = 300  # characters of what a picture shows; what is said in a recording may be longer


@blueprint.post("/drafts/<int:draft_id>/media")
@roles(*DEPARTMENT)
def add_media(draft_id: int) -> ResponseReturnValue:
    """A picture or recording (field `file`, its words in `alt`). Answers a program with JSON: `{path, address, markdown,
    width, height, bytes}`, a recording with `seconds` for its sizes, or 422 with `{error}`; a form with its page."""
    draft = draft_at(draft_id)
    require_writer(draft)
    form = MediaForm()
    given = request.files.get("file")
    if given is None or not given.filename:
        return _refused(draft, form, _("Hãy chọn một ảnh hoặc đoạn ghi âm."))
    if not form.validate():
        return _refused(draft, form, str(next(iter(form.errors.values()))[0]))
    try:
        made = prepared(given.read())
        if isinstance(made, pictures.Picture) and len(str(form.alt.data or "")) > ALT_MOST:
            return _refused(draft, form, _("Lời mô tả ảnh nhiều nhất %(most)s ký tự.", most=ALT_MOST))
        path = made.path(given.filename)
        saving.save(db(), now(), draft, path, made.data, person_id=visitor().id, based_on=0)
    except (PictureRefused, RecordingRefused) as refused:
        return _refused(draft, form, refusal(refused))
    except DraftRefused as refused:
        return _refused(draft, form, wording.refusal(refused))
    markdown = f"![{_plain(str(form.alt.data or ''))}]({path})"
    if _is_program():
        return jsonify(
            path=path,
            address=places.picture(draft, path, blobs.name(made.data)),
            markdown=markdown,
            bytes=len(made.data),
            **(
                {"width": made.width, "height": made.height}
                if isinstance(made, pictures.Picture)
                else {"seconds": round(made.seconds)}
            ),
        )
    words = _(
        "Đã thêm tệp, còn %(size)s. Chép dòng này vào bài: %(line)s", size=size(len(made.data)), line=markdown
    )
    flash(words, "good")
    return redirect(url_for("studio.draft", draft_id=draft.id, _anchor="media"), 303)


def prepared(data: bytes) -> pictures.Picture | recordings.Recording:
    """What is kept of a file by what it is. Raises PictureRefused, RecordingRefused."""
    return recordings.prepared(data) if recordings.is_sound(data) else pictures.prepared(data)


def refusal(refused: PictureRefused | RecordingRefused) -> str:
    """Why a picture or recording was not taken, and what to do."""
    if isinstance(refused, RecordingRefused):
        return {
            "format": _(
                "Đây không phải đoạn ghi âm MP3, M4A (AAC) hay Ogg (Opus, Vorbis). Ghi âm dạng khác hãy lưu thành MP3;"
                " phim thì dẫn địa chỉ trên trang của cơ quan."
            ),
            "large": _(
                "Đoạn ghi âm lớn hơn 1 MB. Hãy cắt ngắn, hoặc lưu thành MP3 một kênh (mono) 32 đến 48 kbit/giây."
            ),
            "long": _("Đoạn ghi âm dài hơn 3 phút. Hãy cắt thành những đoạn ngắn, mỗi đoạn một ý."),
            "broken": _("Tệp ghi âm bị hỏng hoặc thiếu. Hãy lưu lại thành MP3 rồi tải lên."),
        }[refused.reason]
    return {
        "svg": _("Ảnh SVG có thể chứa mã chạy nên không nhận. Hãy lưu thành PNG rồi tải lên."),
        "audio": _("Đây là đoạn ghi âm, không phải ảnh."),
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
    """Words that end no alternative text, on one line."""
    return " ".join(alt.translate({ord("["): "(", ord("]"): ")"}).split())
