"""Fields of forms that more than one desk asks for, and what is taken from what was typed."""

from datetime import date
from typing import Any

from wtforms import StringField

from learning.vietnamese import formats
from learning.web.i18n import lazy_gettext as _l


class DayField(StringField):
    """A day as it is written here, dd/mm/yyyy (ISO is understood, and what a browser's calendar sends); empty is None."""

    data: Any
    raw_data: Any

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return formats.date(self.data) if isinstance(self.data, date) else ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0].strip():
            try:
                self.data = formats.parse_date(valuelist[0])
            except ValueError as error:
                raise ValueError(str(_l("Hãy viết ngày dạng ngày/tháng/năm, ví dụ 15/12/2026."))) from error


def stripped(text: str | None) -> str | None:
    """Without space around, and without the one character PostgreSQL keeps in no text."""
    return text and text.replace("\0", "").strip()


def one_line(text: str | None) -> str | None:
    """The same on one line, each space a single one."""
    return text and " ".join(text.replace("\0", "").split())
