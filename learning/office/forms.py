"""The forms of the office desk."""

from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, InputRequired, Length, Regexp, ValidationError

from learning.office.enrolment import MOST_LINES
from learning.quizzes import extra_time
from learning.quizzes.wording import times_over
from learning.web.fields import DayField, stripped
from learning.web.i18n import lazy_gettext as _l


class ClassForm(FlaskForm):  # type: ignore[misc]
    name = StringField(
        _l("Tên lớp"),
        [DataRequired(_l("Hãy đặt tên lớp.")), Length(max=200, message=_l("Tên lớp nhiều nhất 200 ký tự."))],
        filters=[stripped],
    )
    code = StringField(
        _l("Mã lớp"),
        [
            DataRequired(_l("Hãy đặt mã lớp, ví dụ TC-2026-01.")),
            Length(max=50, message=_l("Mã lớp nhiều nhất 50 ký tự.")),
            Regexp(r"^\S+$", message=_l("Mã lớp không có dấu cách.")),
        ],
        filters=[stripped],
    )
    course = SelectField(_l("Khóa học"), [DataRequired(_l("Hãy chọn khóa học."))])
    trainer = SelectField(_l("Giảng viên"), coerce=int)
    starts_on = DayField(_l("Ngày bắt đầu"))
    due_on = DayField(_l("Hạn hoàn thành"))

    def validate_due_on(self, field: Field) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(str(_l("Hạn hoàn thành phải sau ngày bắt đầu.")))


class MembersForm(FlaskForm):  # type: ignore[misc]
    people = TextAreaField(
        _l("Tên đăng nhập hoặc mã cán bộ"),
        [
            DataRequired(_l("Hãy dán ít nhất một dòng.")),
            Length(max=100_000, message=_l("Danh sách quá dài: hãy chia thành nhiều lần.")),
        ],
    )

    def validate_people(self, field: Field) -> None:
        if len(field.data.splitlines()) > MOST_LINES:
            raise ValidationError(str(_l("Danh sách quá dài: hãy chia thành nhiều lần.")))


class UnitForm(FlaskForm):  # type: ignore[misc]
    unit = SelectField(_l("Đơn vị"), [DataRequired(_l("Hãy chọn đơn vị."))])


class RoleForm(FlaskForm):  # type: ignore[misc]
    role = SelectField(_l("Giao thêm vai trò"))


class ExtraTimeForm(FlaskForm):  # type: ignore[misc]
    """`chosen`: the factor, after validation."""

    factor = RadioField(_l("Thời gian"), [InputRequired(_l("Hãy chọn một mức."))])
    reason = TextAreaField(
        _l("Lý do"), [Length(max=500, message=_l("Lý do nhiều nhất 500 ký tự."))], filters=[stripped]
    )

    def __init__(self, *args: Any, **given: Any) -> None:
        super().__init__(*args, **given)
        self.factor.choices = [(str(one), times_over(one)) for one in extra_time.FACTORS]

    @property
    def chosen(self) -> Decimal:
        return Decimal(self.factor.data)

    def validate_reason(self, field: Field) -> None:
        if not field.data and self.factor.data != str(extra_time.NONE):
            raise ValidationError(str(_l("Hãy ghi lý do.")))


class RevocationForm(FlaskForm):  # type: ignore[misc]
    reason = TextAreaField(
        _l("Lý do thu hồi"),
        [
            DataRequired(_l("Hãy ghi lý do: người kiểm tra giấy sẽ đọc thấy.")),
            Length(min=5, max=500, message=_l("Lý do dài từ 5 đến 500 ký tự.")),
        ],
        filters=[stripped],
    )


class RosterForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Tệp danh sách (.xlsx hoặc .csv)"))
