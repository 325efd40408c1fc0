"""Choosing the interface language, and what forms say in Vietnamese."""

from flask import Blueprint, Response, abort, make_response, redirect, request, url_for

from learning.web.context import App, settings

COOKIE = "language"
LANGUAGES = ("vi", "en")
YEAR = 365 * 24 * 3600

blueprint = Blueprint("language", __name__)


def install(app: App) -> None:
    app.register_blueprint(blueprint)
    app.add_template_global(language_link)


@blueprint.get("/language/<code>")
def choose(code: str) -> Response:
    """Keeps the language in a cookie and goes back to where the reader was; nothing on the server changes."""
    if code not in LANGUAGES:
        abort(404)
    response = make_response(redirect(own_path(request.args.get("next", "/"))))
    secure = settings().base_url.startswith("https://")
    response.set_cookie(COOKIE, code, max_age=YEAR, samesite="Lax", secure=secure, httponly=True)
    return response


def language_link(code: str) -> str:
    """The address that switches to a language and comes back here."""
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    return url_for("language.choose", code=code, next=here)


def own_path(address: str) -> str:
    """The address if it is a path of this site, else "/": nobody is sent elsewhere by a link."""
    plain = address.startswith("/") and not address.startswith(("//", "/\\"))
    return address if plain and address.isprintable() and "\\" not in address else "/"


class FormMessages:
    """The messages of WTForms in the reader's language (it ships none in Vietnamese)."""

    def __init__(self, language: str) -> None:
        self.known = VIETNAMESE if language == "vi" else {}

    def gettext(self, text: str) -> str:
        return self.known.get(text, text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        return self.known.get(one, one if count == 1 else many)


VIETNAMESE = {
    "Invalid field name '%s'.": "Không có ô nào tên là '%s'.",
    "Field must be equal to %(other_name)s.": "Phải giống ô %(other_name)s.",
    "Field must be at least %(min)d character long.": "Cần ít nhất %(min)d ký tự.",
    "Field cannot be longer than %(max)d character.": "Không được dài quá %(max)d ký tự.",
    "Field must be exactly %(max)d character long.": "Phải có đúng %(max)d ký tự.",
    "Field must be between %(min)d and %(max)d characters long.": "Cần từ %(min)d đến %(max)d ký tự.",
    "Number must be at least %(min)s.": "Phải từ %(min)s trở lên.",
    "Number must be at most %(max)s.": "Không được quá %(max)s.",
    "Number must be between %(min)s and %(max)s.": "Phải từ %(min)s đến %(max)s.",
    "Date must be at least %(min)s.": "Ngày phải từ %(min)s trở đi.",
    "Date must be at most %(max)s.": "Ngày không được sau %(max)s.",
    "Date must be between %(min)s and %(max)s.": "Ngày phải từ %(min)s đến %(max)s.",
    "This field is required.": "Cần điền ô này.",
    "Invalid input.": "Nội dung chưa hợp lệ, đề nghị nhập lại.",
    "Invalid email address.": "Địa chỉ thư điện tử chưa đúng, ví dụ: ten@gialai.gov.vn.",
    "Invalid IP address.": "Địa chỉ IP chưa đúng.",
    "Invalid Mac address.": "Địa chỉ MAC chưa đúng.",
    "Invalid URL.": "Địa chỉ trang chưa đúng, ví dụ: https://gialai.gov.vn.",
    "Invalid UUID.": "Mã chưa đúng.",
    "Invalid value, must be one of: %(values)s.": "Chọn một trong: %(values)s.",
    "Invalid value, can't be any of: %(values)s.": "Không được là: %(values)s.",
    "This field cannot be edited.": "Ô này không sửa được.",
    "This field is disabled and cannot have a value.": "Ô này đang khóa, đề nghị để trống.",
    "Invalid CSRF Token.": "Trang đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF token missing.": "Trang đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF failed.": "Trang đã mở quá lâu. Đề nghị gửi lại.",
    "CSRF token expired.": "Trang đã mở quá lâu. Đề nghị gửi lại.",
    "Invalid Choice: could not coerce.": "Lựa chọn chưa hợp lệ, đề nghị chọn lại.",
    "Choices cannot be None.": "Chưa có lựa chọn nào.",
    "Not a valid choice.": "Lựa chọn không có trong danh sách, đề nghị chọn lại.",
    "Invalid choice(s): one or more data inputs could not be coerced.": "Có lựa chọn chưa hợp lệ.",
    "'%(value)s' is not a valid choice for this field.": "'%(value)s' không có trong danh sách.",
    "Not a valid datetime value.": "Ngày giờ chưa đúng, ví dụ: 05/01/2026 14:30.",
    "Not a valid date value.": "Ngày chưa đúng, ví dụ: 05/01/2026.",
    "Not a valid time value.": "Giờ chưa đúng, ví dụ: 14:30.",
    "Not a valid week value.": "Tuần chưa đúng.",
    "Not a valid integer value.": "Cần một số nguyên, ví dụ: 12.",
    "Not a valid decimal value.": "Cần một số, ví dụ: 12,5.",
    "Not a valid float value.": "Cần một số, ví dụ: 12,5.",
}
