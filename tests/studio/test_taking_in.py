"""A release that went live by another way while a draft was written, and its way into the draft."""

import re
from datetime import datetime
from pathlib import Path

from flask.testing import FlaskClient

from learning.content.checker import check
from learning.database import Database
from learning.library import drafts, history
from learning.library.publishing import publish
from tests.studio.test_drafting import author, begin, courses, enter, follow, held, send, words, write

__all__ = ["author", "courses", "enter"]

HOME, LESSON = "course.md", "10-dieu-kien-chi.md"


def by_hand(database: Database, now: datetime, courses: Path, path: str, old: str, new: str) -> None:
    """The operator publishes an edited folder, past all drafts."""
    file = courses / "finance" / "sample" / path
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    with database.writing() as session:
        found = check(courses, today=now.date(), history=history.read(session))
        publish(session, now, found, actor="operator")


def test_what_was_published_meanwhile_is_taken_in_with_a_choice_where_both_changed_it(
    author: FlaskClient, database: Database, now: datetime, courses: Path
) -> None:
    address = begin(author)
    assert "không có gì mới hơn" in words(author.get(f"{address}/newer-release").text)
    assert "newer-release" not in author.get(address).text
    write(database, now, address, HOME, ("**mẫu**", "__mẫu__"))
    by_hand(database, now, courses, HOME, "**mẫu**", "*mẫu*")
    by_hand(database, now, courses, LESSON, "\n## ", "\nMột câu của người khác.\n\n## ")
    assert f"{address}/newer-release" in author.get(address).text

    page = author.get(f"{address}/newer-release").text
    assert "hai bên sửa khác nhau" in page and "chỉ bản phát hành sửa" in page
    seen = re.search(r'name="seen" value="(\d+)"', page)
    assert seen is not None
    nothing_chosen = send(author, f"{address}/newer-release", seen=seen[1])
    assert nothing_chosen.status_code == 422 and "Hãy chọn" in nothing_chosen.text
    by_hand(database, now, courses, LESSON, "Một câu", "Hai câu")
    choice = {f"choice-{HOME}": "mine"}
    overtaken = send(author, f"{address}/newer-release", seen=seen[1], **choice)
    assert overtaken.status_code == 422
    seen = re.search(r'name="seen" value="(\d+)"', overtaken.text)
    assert seen is not None
    done = follow(author, send(author, f"{address}/newer-release", seen=seen[1], **choice))
    assert "đã gồm những thay đổi" in done and "newer-release" not in author.get(address).text
    with database.reading() as session:
        files = drafts.contents(session, held(session, address))
    assert b"__m" in files[HOME] and "Hai câu của người khác." in files[LESSON].decode()
    assert "nhập bản phát hành mới" in words(author.get(address).text)
