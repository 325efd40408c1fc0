"""The forms of the studio."""

from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, FileField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, Optional, Regexp

from learning.library.beginnings import NAME, NAME_MOST
from learning.vietnamese.folding import slugify
from learning.web.fields import DayField, one_line, stripped
from learning.web.i18n import lazy_gettext as _l

TITLE_MOST = 200


def slug_of(title: str) -> str:
    """An address from a title: "Đất đai 2026" → "dat-dai-2026"; "" where nothing is left."""
    return slugify(title)[:NAME_MOST].strip("-")


def _title() -> StringField:
    return StringField(
        _l("Tên khóa học"),
        [
            DataRequired(_l("Hãy đặt tên khóa học.")),
            Length(max=TITLE_MOST, message=_l("Tên nhiều nhất 200 ký tự.")),
        ],
        filters=[one_line],
    )


def _slug() -> StringField:
    return StringField(
        _l("Địa chỉ trên trang"),
        [
            Optional(),
            Regexp(
                NAME.pattern + "$", message=_l("Địa chỉ chỉ gồm chữ thường không dấu, chữ số và gạch nối.")
            ),
            Length(max=NAME_MOST, message=_l("Địa chỉ nhiều nhất 60 ký tự.")),
        ],
        filters=[one_line],
    )


class AddressedForm(FlaskForm):  # type: ignore[misc]
    field = SelectField(_l("Lĩnh vực"))
    title = _title()
    slug = _slug()

    @property
    def course_id(self) -> str:
        return f"{self.field.data}/{self.slug.data or slug_of(str(self.title.data))}"


class TemplateForm(AddressedForm):
    pass


class CopyForm(AddressedForm):
    source = SelectField(_l("Chép từ khóa học"))


class SourceForm(FlaskForm):  # type: ignore[misc]
    """A file to begin from; what it is shows when it is read."""

    file = FileField(_l("Tệp"))
    kind = SelectField(_l("Loại tệp"))


class ImportForm(AddressedForm):
    """What was recognised, and where it shall go."""


class PageForm(FlaskForm):  # type: ignore[misc]
    title = StringField(
        _l("Tên bài"),
        [
            DataRequired(_l("Hãy đặt tên bài.")),
            Length(max=TITLE_MOST, message=_l("Tên nhiều nhất 200 ký tự.")),
        ],
        filters=[one_line],
    )
    kind = SelectField(_l("Loại"))


class MediaForm(FlaskForm):  # type: ignore[misc]
    file = FileField(_l("Ảnh hoặc ghi âm"))
    alt = StringField(
        _l("Ảnh cho thấy gì, hoặc đoạn ghi âm nói gì"),
        [Length(max=4000, message=_l("Lời trong đoạn ghi âm nhiều nhất 4000 ký tự."))],
        filters=[one_line],
    )


class DayForm(FlaskForm):  # type: ignore[misc]
    day = DayField(_l("Ngày hiệu lực"), [DataRequired(_l("Hãy viết ngày, ví dụ 15/12/2026."))])


class MessageForm(FlaskForm):  # type: ignore[misc]
    message = TextAreaField(
        _l("Lời nhắn"),
        [Length(max=4000, message=_l("Lời nhắn nhiều nhất 4000 ký tự."))],
        filters=[stripped],
    )


class ApprovalForm(MessageForm):
    day = DayField(_l("Ngày xuất bản"))
    when = RadioField(_l("Xuất bản"), default="now")
    key_choice = RadioField(_l("Với những bài đã làm theo đáp án cũ"), validators=[Optional()])

    def validate_day(self, field: Field) -> None:
        if self.when.data != "day":
            field.data = None


def _said(label: Any, missing: Any, most: int) -> StringField:
    rules = [DataRequired(missing), Length(max=most, message=_l("Nội dung này dài quá."))]
    return StringField(label, rules, filters=[one_line])


class DocumentForm(FlaskForm):  # type: ignore[misc]
    """A legal document of the registry."""

    key = _said(_l("Số hiệu"), _l("Hãy ghi số hiệu, ví dụ 31/2024/QH15."), 100)
    title = _said(_l("Trích yếu"), _l("Hãy ghi trích yếu."), 1000)
    issuer = _said(_l("Cơ quan ban hành"), _l("Hãy ghi cơ quan ban hành."), 200)
    in_force = DayField(_l("Có hiệu lực từ"), [DataRequired(_l("Hãy ghi ngày có hiệu lực."))])
    checked_on = DayField(_l("Ngày kiểm tra"), [Optional()])
    until = DayField(_l("Hết hiệu lực từ"), [Optional()])
    replaced_by = StringField(_l("Thay bằng"), [Optional(), Length(max=100)], filters=[one_line])
