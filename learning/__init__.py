"""Cầm Tay: the e-learning platform with which a province trains its commune officials."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from learning.web.context import App


def create_app() -> "App":
    """The application for `flask --app learning …` and other WSGI servers, from the environment's settings; its
    commands are those of `learning …`."""
    from learning.cli import (
        application,  # only when asked for: a command that needs no web must not wait for it
    )

    return application()
