"""A file between the look and the deed."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from learning.clock import FixedClock
from learning.studio import uploads
from learning.web.context import App


def test_a_file_nobody_came_back_for_goes_after_its_hours(
    app: App, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "visitor", lambda: SimpleNamespace(id=1))
    with app.test_request_context():
        held = uploads.keep("a.docx", "word", b"data")
    clock.move(uploads.KEPT)
    with app.test_request_context():
        assert uploads.kept(held) == ("a.docx", "word", b"data")
    clock.move(timedelta(minutes=1))
    with app.test_request_context():
        assert uploads.kept(held) is None
