"""Words on a line: said once, and found again where the line went."""

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from learning.library import comments, drafts
from learning.library.refusals import BadPath, NothingSaid
from tests.library.conftest import Desk

LESSON = "10-dieu-kien-chi.md"


def test_a_comment_is_found_again_where_its_line_went(
    session: Session, now: datetime, desk: Desk, draft, edit
) -> None:
    text = drafts.file(session, draft, LESSON)[0].decode().split("\n")
    line = next(number for number, one in enumerate(text, 1) if one.startswith("## "))
    made = comments.add(session, now, draft, LESSON, line, " Rõ hơn ", person_id=desk.reviewer, client_id="a")
    again = comments.add(session, now, draft, LESSON, 1, "khác", person_id=desk.reviewer, client_id="a")
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
