"""Tables taken away as files. Whoever takes people's results away is written down, and the people can see it."""

from collections.abc import Callable, Generator
from contextlib import ExitStack
from tempfile import SpooledTemporaryFile
from typing import Any

from flask import abort, flash, redirect
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from learning import audit
from learning.accounts import looks
from learning.accounts.visitors import visitor
from learning.web.context import database, db, now, settings, today
from learning.web.downloads import attached_file
from learning.web.i18n import gettext as _
from learning.web.sheets import FORMATS, Sheet, TooLongForPaper

IN_MEMORY = 2**20  # bytes; a larger file waits on the disk until it is sent
Make = Callable[[Session, set[int]], Sheet]


def send(
    kind: str, make: Make, *, action: str, subject: str, back: str, course_id: str = "", **detail: Any
) -> ResponseReturnValue:
    """The sheet that `make` builds, as a file of this kind. `make` gets a session that reads, and a set into which its
    rows put the people they name as they go. `action`, `subject`, `detail`: what the log says; `back`: the page to
    return to where it is too long for paper; `course_id`: of the one course that people are named in."""
    if kind not in FORMATS:
        abort(404)
    file_format, named = FORMATS[kind], set[int]()
    with ExitStack() as held:
        file = held.enter_context(SpooledTemporaryFile(IN_MEMORY))
        # Read and written out before this request's own transaction begins, so that nobody waits for its lock.
        with database().reading() as session:
            sheet = make(session, named)
            try:
                file_format.write(sheet, file, settings().timezone, now())
            except TooLongForPaper:
                flash(_("Bảng này quá dài để in. Hãy lọc bớt, hoặc xuất tệp Excel."))
                return redirect(back, 303)
            finally:
                # What the rows are read from is given back before the session is.
                if isinstance(sheet.rows, Generator):
                    sheet.rows.close()
        looks.seen(named, "export", course_id)
        audit.record(db(), now(), visitor().username, action, subject, kind=kind, people=len(named), **detail)
        held.pop_all()  # from here on the reply holds it
    return attached_file(file, file_format.content_type, f"{sheet.title} {today().isoformat()}.{kind}")
