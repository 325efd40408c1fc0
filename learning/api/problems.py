"""Problem documents (RFC 9457): what went wrong, in the reader's language, and which field."""

from collections.abc import Iterable
from typing import Any

import msgspec
from flask import Response
from werkzeug.exceptions import HTTPException

from learning.web.i18n import gettext as _

TYPE = "application/problem+json"


class FieldError(msgspec.Struct, frozen=True):
    field: str
    message: str


class ProblemDocument(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """RFC 9457. `seq` is the one the attempt holds, where a save was refused for it."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: list[FieldError] = []
    seq: int | None = None


class Problem(Exception):
    """Ends a call: nothing it did is kept. What must be kept is answered with `problem(…)` instead."""

    def __init__(self, status: int, detail: str, errors: Iterable[FieldError] = ()) -> None:
        super().__init__(detail)
        self.status, self.detail, self.errors = status, detail, list(errors)


def problem(
    status: int,
    detail: str,
    *,
    errors: Iterable[FieldError] = (),
    seq: int | None = None,
    retry_after: int | None = None,
) -> Response:
    document = ProblemDocument(
        type="about:blank", title=title(status), status=status, detail=detail, errors=list(errors), seq=seq
    )
    # `type` and `errors` are always there, for clients that read without asking.
    body = {"type": document.type, "errors": [], **msgspec.to_builtins(document)}
    response = Response(msgspec.json.encode(body), status, mimetype=TYPE)
    if retry_after is not None:
        response.headers["Retry-After"] = str(retry_after)
    return response


def of_error(error: HTTPException) -> Response:
    """What Flask or Werkzeug refused, as a problem document."""
    status = error.code or 500
    response = problem(status, _detail(status))
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def title(status: int) -> str:
    titles = {
        400: _("Yêu cầu chưa đọc được"),
        401: _("Cần đăng nhập"),
        404: _("Không tìm thấy"),
        405: _("Cách gọi không được phép"),
        409: _("Trạng thái đã thay đổi"),
        413: _("Nội dung quá lớn"),
        415: _("Sai kiểu nội dung"),
        422: _("Giá trị chưa dùng được"),
        429: _("Gửi quá nhanh"),
        503: _("Hệ thống đang bận"),
    }
    return titles.get(status) or _("Có lỗi")


def _detail(status: int) -> str:
    details: dict[int, Any] = {
        400: _("Kiểm tra nội dung gửi lên, và đầu mục X-CSRFToken nếu dùng cookie."),
        401: _("Gửi kèm mã truy cập còn hạn, hoặc đăng nhập lại."),
        404: _("Không có gì ở địa chỉ này, hoặc đồng chí không có quyền xem."),
        405: _("Xem tài liệu tại /api/v1/openapi.json."),
        413: _("Nội dung gửi lên tối đa 2 MB."),
        415: _("Gửi nội dung với Content-Type: application/json."),
        429: _("Chờ một lát rồi thử lại."),
        503: _("Chờ vài giây rồi gửi lại; cùng client_id sẽ không bị tính hai lần."),
    }
    return str(details.get(status) or _("Thử lại sau ít phút; nếu vẫn gặp, báo người quản trị."))
