"""Words on a line, as a reviewer sends them."""

import re
from datetime import datetime

from flask.testing import FlaskClient

from learning.database import Database
from learning.library import drafts
from tests.studio.test_drafting import (
    author,
    begin,
    courses,
    enter,
    follow,
    held,
    reviewer,
    send,
    words,
    write,
)

__all__ = ["author", "courses", "enter", "reviewer"]


def test_back_to_a_comment_that_was_sent_and_other_words_make_another(
    author: FlaskClient, reviewer: FlaskClient
) -> None:
    address = begin(author)
    for text in ("Tên chưa rõ", "Tên chưa rõ", "Thiếu ví dụ"):
        said = send(
            reviewer, f"{address}/comments", path="course.md", line="2", text=text, client_id="one-form"
        )
        assert "Đã ghi góp ý" in follow(reviewer, said)
    page = words(reviewer.get(f"{address}/review").text)
    assert page.count("Tên chưa rõ") == 1 and page.count("Thiếu ví dụ") == 1
    long = send(reviewer, f"{address}/comments", path="course.md", line="2", text="x" * 4001)
    assert long.status_code == 413


def test_a_comment_on_the_whole_course_sent_twice_is_one(author: FlaskClient, reviewer: FlaskClient) -> None:
    address = begin(author)
    form = re.search(r'name="client_id" value="([^"]+)"', reviewer.get(f"{address}/review").text)
    assert form is not None
    for _ in range(2):
        send(reviewer, f"{address}/comments", text="Thiếu ví dụ", client_id=form[1])
    assert words(reviewer.get(f"{address}/review").text).count("Thiếu ví dụ") == 1


def test_lines_are_counted_as_the_checker_counts_them(
    author: FlaskClient, reviewer: FlaskClient, database: Database, now: datetime
) -> None:
    """Word's own line break (U+2028) ends none."""
    address = begin(author)
    write(database, now, address, "course.md", ("\n---\n", "\n---\nMột\u2028hai\u2028ba.\n\n"))
    with database.reading() as session:
        found = drafts.file(session, held(session, address), "course.md")
    assert found is not None and found[0].endswith(b"\n")
    last = found[0].count(b"\n")
    for line, shown in ((last, True), (last + 1, False)):
        page = words(reviewer.get(f"{address}/source/course.md?line={line}").text)
        assert (f"Góp ý cho dòng {line}" in page) is shown
