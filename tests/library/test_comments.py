"""Words on a line: said once, and found again where the line went."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from learning.library import comments, drafts
from learning.library.refusals import BadPath, ClientIdReused, NothingSaid, TooLarge
from tests import statements
from tests.library.conftest import Desk

LESSON = "10-dieu-kien-chi.md"


def test_a_comment_is_found_again_where_its_line_went(
    session: Session, now: datetime, desk: Desk, draft, edit
) -> None:
    text = drafts.file(session, draft, LESSON)[0].decode().split("\n")
    line = next(number for number, one in enumerate(text, 1) if one.startswith("## "))
    made = comments.add(session, now, draft, LESSON, line, " Rõ hơn ", person_id=desk.reviewer, client_id="a")
    again = comments.add(session, now, draft, LESSON, line, "Rõ hơn", person_id=desk.reviewer, client_id="a")
    assert again.id == made.id and (made.quote, made.text) == (text[line - 1], "Rõ hơn")

    def where() -> int | None:
        [one] = comments.of(session, draft)
        return one.line

    assert where() == line
    edit(draft, LESSON, text[line - 1], "Một dòng mới.\n\n" + text[line - 1])
    assert where() == line + 2
    edit(draft, LESSON, text[line - 1], text[line - 1] + "!")
    assert where() == line + 2
    edit(draft, LESSON, text[line - 1] + "!", "Không còn gì giống")
    assert where() is None
    assert comments.resolve(session, now, draft, made.id, person_id=desk.author)
    assert not comments.resolve(session, now, draft, made.id, person_id=desk.author)
    assert comments.of(session, draft)[0].resolved_at == now
    assert comments.reopen(session, now, draft, made.id, person_id=desk.reviewer)


def test_a_comment_stands_on_a_line_that_is_there(session: Session, now: datetime, desk: Desk, draft) -> None:
    def comment(path: str, line: int, text: str = "x") -> None:
        comments.add(
            session, now, draft, path, line, text, person_id=desk.reviewer, client_id=f"{path}{line}"
        )

    for path, line in (("99-khong-co.md", 1), (LESSON, 10_000), (LESSON, -1), ("", 3)):
        with pytest.raises(BadPath):
            comment(path, line)
    with pytest.raises(NothingSaid):
        comment(LESSON, 1, "  \n")
    comment("", 0)
    comment(LESSON, 0)
    assert [(one.path, one.line) for one in comments.of(session, draft)] == [(LESSON, 0), ("", 0)]


def test_other_words_under_the_same_client_id_are_not_taken_for_said(
    session: Session, now: datetime, desk: Desk, draft
) -> None:
    comments.add(session, now, draft, LESSON, 3, "Rõ hơn", person_id=desk.reviewer, client_id="a")
    for person_id, line, text in (
        (desk.reviewer, 3, "Ngắn hơn"),
        (desk.reviewer, 4, "Rõ hơn"),
        (desk.second, 3, "Rõ hơn"),
    ):
        with pytest.raises(ClientIdReused):
            comments.add(session, now, draft, LESSON, line, text, person_id=person_id, client_id="a")


def test_nothing_of_a_comment_is_cut_off(session: Session, now: datetime, desk: Desk, draft) -> None:
    lines = "\r\n".join(["x" * 7] * (comments.COMMENT_MOST // 8))  # as a form sends what fits into its field
    made = comments.add(session, now, draft, LESSON, 0, lines, person_id=desk.reviewer, client_id="a")
    assert made.text == lines.replace("\r\n", "\n")
    with pytest.raises(TooLarge):
        too_long = "x" * (comments.COMMENT_MOST + 1)
        comments.add(session, now, draft, LESSON, 0, too_long, person_id=desk.reviewer, client_id="b")


def test_comments_on_many_files_are_found_again_in_as_many_queries_as_on_one(
    session: Session, now: datetime, desk: Desk, draft
) -> None:
    def asked() -> int:
        with statements.sent(session.get_bind().engine) as made:
            comments.of(session, draft)
        return len(made)

    comments.add(session, now, draft, LESSON, 1, "x", person_id=desk.reviewer, client_id="0")
    one = asked()
    for number, path in enumerate(("course.md", "20-tam-ung.md", "exam.md"), 1):
        comments.add(session, now, draft, path, 1, "x", person_id=desk.reviewer, client_id=str(number))
    assert asked() == one
