"""What a page says when something went wrong: what happened, what to do, and that nothing is lost."""

from dataclasses import dataclass

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import (
    HTTPException,
    InternalServerError,
    ServiceUnavailable,
)

from learning.web.context import App
from learning.web.i18n import gettext as _

RETRY_SECONDS = 5


@dataclass(frozen=True)
class Explanation:
    title: str
    what: str
    do: str


def install(app: App) -> None:
    app.register_error_handler(HTTPException, explain)
    app.register_error_handler(OperationalError, busy)


def busy(error: OperationalError) -> ResponseReturnValue:
    """The database did not answer in time: the reader may try again soon."""
    current_app.logger.warning("database unavailable: %s", error.orig)
    return explain(ServiceUnavailable(retry_after=RETRY_SECONDS))


def explain(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()
    if request.path.startswith("/api/") and "problem" in current_app.extensions:
        problem: ResponseReturnValue = current_app.extensions["problem"](error)
        return problem
    code = error.code or InternalServerError.code
    values = {"code": code, "explanation": explanation(error)}
    if code >= 500:  # as a stranger sees it: who is there may be just what could not be found out
        page = current_app.jinja_env.get_template("errors/error.html").render(plain=True, **values)
    else:
        page = render_template("errors/error.html", **values)
    response = current_app.make_response(page)
    response.status_code = code
    for name, value in error.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _most() -> int:
    """How many megabytes may be sent to where this was sent: some pages take more than others."""
    return (request.max_content_length or 0) // (1024 * 1024)


def explanation(error: HTTPException) -> Explanation:
    nothing_lost = _("Những gì đã lưu vẫn còn nguyên.")
    if isinstance(error, CSRFError):
        return Explanation(
            _("Trang này đã mở quá lâu"),
            _("Để giữ an toàn, hệ thống chưa nhận nội dung vừa gửi.") + " " + nothing_lost,
            _("Quay lại trang trước, tải lại trang rồi gửi lần nữa. Nếu được hỏi, đề nghị đăng nhập lại."),
        )
    match error.code:
        case 400 | 422:
            return Explanation(
                _("Nội dung gửi lên chưa đọc được"),
                _("Có thể đường truyền bị ngắt giữa chừng.") + " " + nothing_lost,
                _("Quay lại trang trước và gửi lại."),
            )
        case 401 | 403:
            return Explanation(
                _("Cần đăng nhập để xem trang này"),
                _("Phiên làm việc có thể đã hết hạn.") + " " + nothing_lost,
                _("Đăng nhập rồi mở lại trang."),
            )
        case 404 | 410:
            return Explanation(
                _("Không tìm thấy trang này"),
                _("Địa chỉ có thể đã đổi, hoặc gõ thiếu một vài chữ."),
                _("Tìm bài học trong mục Tra cứu, hoặc về trang bắt đầu."),
            )
        case 405:
            return Explanation(
                _("Trang này không mở được theo cách đó"),
                _("Có thể đồng chí vừa tải lại một trang chỉ dùng để gửi nội dung.") + " " + nothing_lost,
                _("Quay lại trang trước rồi bấm nút trên trang."),
            )
        case 409:
            return Explanation(
                _("Nội dung đã thay đổi ở nơi khác"),
                _("Có thể đồng chí đang mở hai trang cùng lúc.") + " " + nothing_lost,
                _("Tải lại trang để xem bản mới nhất."),
            )
        case 413:
            return Explanation(
                _("Tệp hoặc nội dung quá lớn"),
                _("Ở đây hệ thống nhận tối đa %(most)s MB trong một lần gửi.", most=_most())
                + " "
                + nothing_lost,
                _("Quay lại, chọn tệp nhỏ hơn hoặc chia thành nhiều phần."),
            )
        case 429:
            return Explanation(
                _("Gửi nhiều lần quá nhanh"),
                _("Hệ thống tạm dừng một lát để giữ an toàn cho tài khoản."),
                _("Chờ ít phút rồi thử lại."),
            )
        case 503 | 507:
            return Explanation(
                _("Hệ thống đang bận"),
                _("Nhiều người đang dùng cùng lúc.") + " " + nothing_lost,
                _("Chờ vài giây rồi tải lại trang."),
            )
        case _:
            return Explanation(
                _("Có lỗi ở phía hệ thống"),
                _("Đây không phải lỗi của đồng chí.") + " " + nothing_lost,
                _("Thử lại sau ít phút. Nếu vẫn gặp, báo người quản trị kèm thời điểm gặp lỗi."),
            )
