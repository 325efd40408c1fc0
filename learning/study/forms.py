"""Forms that carry nothing but the guard against forged requests, and the token of a question's page."""

from uuid import uuid4

from flask_wtf import FlaskForm
from wtforms import FileField, HiddenField
from wtforms.validators import UUID

from learning.web.i18n import lazy_gettext as _l


class PressForm(FlaskForm):  # type: ignore[misc]
    """A button."""


class SubmissionForm(FlaskForm):  # type: ignore[misc]
    """Handing an attempt in; `client_id` makes a second press the same as the first."""

    client_id = HiddenField(validators=[UUID()], default=lambda: str(uuid4()))


class HandInForm(FlaskForm):  # type: ignore[misc]
    """A file that a phone made of its answers."""

    file = FileField(_l("Tệp bài làm (.json)"))
