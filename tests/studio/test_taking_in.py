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


def test_a_choice_that_was_made_is_kept_where_another_is_missing(
    author: FlaskClient, database: Database, now: datetime, courses: Path
) -> None:
    address = begin(author)
    for path, old in ((HOME, "**mẫu**"), (LESSON, "\n## ")):
        write(database, now, address, path, (old, f"Của bản nháp.{old}"))
        by_hand(database, now, courses, path, old, f"Của người khác.{old}")
    seen = re.search(r'name="seen" value="(\d+)"', author.get(f"{address}/newer-release").text)
    assert seen is not None
    again = send(author, f"{address}/newer-release", seen=seen[1], **{f"choice-{HOME}": "theirs"})
    assert again.status_code == 422
    assert re.findall(r'name="choice-(\S+)" value="(\w+)"[^>]* checked', again.text) == [(HOME, "theirs")]


def test_nothing_is_asked_of_a_draft_that_waits_for_its_reviewer(
    author: FlaskClient, database: Database, now: datetime, courses: Path
) -> None:
    address = begin(author)
    write(database, now, address, HOME, ("**mẫu**", "__mẫu__"))
    assert send(author, f"{address}/submission").status_code == 303
    by_hand(database, now, courses, HOME, "**mẫu**", "*mẫu*")
    page = author.get(f"{address}/newer-release").text
    assert "hai bên sửa khác nhau" in page and "__mẫu__" in page and "rút lại thì mới đưa vào được" in page
    assert 'type="radio"' not in page and "Đưa vào bản nháp</button>" not in page
