"""What a form of a rehearsal brings back is somebody's own text: it is played on, or refused with a ValueError."""

import json

import pytest
from werkzeug.datastructures import MultiDict

from learning.study import rehearsal
from learning.web.context import App
from tests import make
from tests.quizzes import every_kind

PAGE = make.exam(make.single("thi-1"), make.single("thi-2"))
COURSE = make.course(exam=PAGE)


def play(app: App, **form: str) -> str:
    with app.test_request_context():
        return rehearsal.play(COURSE, PAGE, "/home", "/here", MultiDict({"seed": "ab", **form}))


def test_it_goes_on_where_the_form_left_it(app: App) -> None:
    assert 'name="given"' in play(app)
    assert "0/2" in play(app, given=json.dumps({"thi-1": None, "thi-2": None}))


@pytest.mark.parametrize(
    "given", ["{", "[]", "1", '{"thi-1": 5, "thi-2": null}', "[" * 100_000, '{"a":' * 100_000]
)
def test_what_is_no_answer_is_refused(app: App, given: str) -> None:
    with pytest.raises(ValueError):
        play(app, given=given)


def test_what_was_written_is_shown_as_waiting(app: App) -> None:
    page = make.exam(every_kind.written)
    with app.test_request_context():
        asked = rehearsal.play(COURSE, page, "/home", "/here", MultiDict({"seed": "ab"}))
        given = json.dumps({"viet": "Một.\nHai."})
        result = rehearsal.play(COURSE, page, "/home", "/here", MultiDict({"seed": "ab", "given": given}))
    assert "<textarea" in asked and "CANARY" not in asked
    assert "Chờ chấm" in result and "Lời đáp mẫu" in result and "Một.<br>Hai." in result
