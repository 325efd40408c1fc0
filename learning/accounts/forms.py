"""The forms of signing in. Passwords are never shown again."""

from flask_wtf import FlaskForm
from wtforms import Field, HiddenField, PasswordField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from learning.accounts import passwords
from learning.accounts.people import USERNAME_LENGTH
from learning.web.i18n import lazy_gettext as _l


class _NameForm(FlaskForm):  # type: ignore[misc]
    username = StringField(
        _l("Tên đăng nhập"),
        [
            InputRequired(_l("Hãy nhập tên đăng nhập.")),
            Length(max=USERNAME_LENGTH, message=_l("Tên đăng nhập quá dài: nhiều nhất 100 ký tự.")),
        ],
    )


class _NewPasswordForm(FlaskForm):  # type: ignore[misc]
    new_password = PasswordField(_l("Mật khẩu mới"), [InputRequired(_l("Hãy nhập mật khẩu mới."))])
    new_password_again = PasswordField(
        _l("Nhập lại mật khẩu mới"),
        [
            InputRequired(_l("Hãy nhập mật khẩu mới lần thứ hai.")),
            EqualTo("new_password", _l("Hai lần nhập mật khẩu mới không giống nhau.")),
        ],
    )


class SigninForm(_NameForm):
    password = PasswordField(_l("Mật khẩu"), [InputRequired(_l("Hãy nhập mật khẩu."))])
    next = HiddenField()


class CodeForm(_NameForm, _NewPasswordForm):
    code = StringField(_l("Mã đăng nhập một lần"), [InputRequired(_l("Hãy nhập mã đăng nhập một lần."))])


class PasswordForm(_NewPasswordForm):
    password = PasswordField(_l("Mật khẩu hiện tại"), [InputRequired(_l("Hãy nhập mật khẩu hiện tại."))])


def say_weak(field: Field, weak: passwords.WeakError) -> None:
    """Puts at the field what is wrong with the password, and what to do."""
    words = {
        "short": _l("Mật khẩu quá ngắn: cần ít nhất %(number)s ký tự.", number=passwords.SHORTEST),
        "long": _l("Mật khẩu quá dài: nhiều nhất %(number)s ký tự.", number=passwords.LONGEST),
        "common": _l("Mật khẩu này dễ đoán. Hãy ghép vài từ chỉ đồng chí nghĩ ra."),
        "username": _l("Mật khẩu không được giống tên đăng nhập. Hãy chọn mật khẩu khác."),
        "demo": _l("Mật khẩu này đã được công bố trong tài liệu. Hãy chọn mật khẩu khác."),
    }
    field.errors = [*field.errors, words[weak.reason]]
