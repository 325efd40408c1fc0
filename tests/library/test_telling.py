"""Notices in words: every kind there is, in both languages, with nothing left to fill in."""

import pytest
from babel.messages.pofile import read_po

from learning.library import telling
from tests.catalogue import ENGLISH

DETAIL = {"draft": 1, "title": "Thu – chi 100%", "by": "Đinh Thẩm", "message": "<b>Dòng 3</b>"}
KINDS = (
    *("draft.submitted", "draft.returned", "draft.approved", "draft.published", "draft.failed"),
    *("regrade.moved", "attempt.marked", "regrade.held", "certificate.revoked", "other"),
    *("practice.handed_in", "practice.returned", "practice.signed", "practice.done"),
    *("mentor.named", "mentor.given", "mentor.missing"),
)


def vietnamese(text: str, **values: object) -> str:
    return text % values if values else text


def english(text: str, **values: object) -> str:
    with ENGLISH.open("rb") as file:
        found = read_po(file, locale="en").get(text)
    assert found is not None and found.string, text
    return vietnamese(str(found.string), **values)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_words(kind: str) -> None:
    for gettext in (vietnamese, english):
        told = telling.words(kind, "finance/sample", DETAIL, gettext)
        assert "Thu – chi 100%" in told.title and "%(" not in told.title and told.text == "<b>Dòng 3</b>"
        bare = telling.words(kind, "finance/sample", {}, gettext)
        assert "finance/sample" in bare.title and bare.text == ""


def test_the_day_is_told() -> None:
    told = telling.words("draft.approved", "finance/sample", {**DETAIL, "on": "2026-12-01"}, vietnamese)
    assert told.text == "Sẽ xuất bản ngày 01/12/2026.\n<b>Dòng 3</b>"


def test_every_reason_has_its_words() -> None:
    reasons = telling.REASONS
    for gettext in (vietnamese, english):
        assert len({telling.reason(why, gettext) for why in reasons}) == len(reasons)
