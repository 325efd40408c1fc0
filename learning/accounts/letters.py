"""Letters on their way: each is claimed, committed, sent, and marked; none is sent twice.

A letter is claimed in a transaction of its own before it is sent, so that two servers do not send one, and a server that
dies in between leaves it "sending" for ever: it may have gone, and the notice in the app is there in any case.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from email.mime.text import MIMEText
from functools import partial

from sqlalchemy import select, update

from learning.accounts.models import Letter, Notice, Person
from learning.database import Database
from learning.mail import BadMailAddress, NotSent, Unclear

logger = logging.getLogger(__name__)

# After the first failure, the second, …; after the last the letter has failed.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 960))
OLD = timedelta(days=2)  # what nobody sent for so long is news no more: the operator had set up no mail
BATCH = 20

Write = Callable[[Notice, Person], MIMEText]
Send = Callable[[MIMEText], None]


def deliver(database: Database, now: Callable[[], datetime], write: Write, send: Send) -> int:
    """Sends the letters that are due, a batch at most; how many went. `send` raises NotSent or Unclear."""
    gone = 0
    for notice_id, tries in _due(database, now()):
        message = _claim(database, now(), notice_id, tries, write)
        if message is not None:
            gone += _send(database, now, notice_id, tries, partial(send, message))
    return gone


def _due(database: Database, now: datetime) -> list[tuple[int, int]]:
    with database.reading() as session:
        query = (
            select(Letter.notice_id, Letter.tries)
            .where(Letter.state == "waiting", Letter.next_at <= now)
            .order_by(Letter.next_at, Letter.notice_id)
            .limit(BATCH)
        )
        return [(row.notice_id, row.tries) for row in session.execute(query)]


def _claim(database: Database, now: datetime, notice_id: int, tries: int, write: Write) -> MIMEText | None:
    """The letter, if it is ours to send now."""
    with database.writing() as session:
        claimed = session.execute(
            update(Letter)
            .where(Letter.notice_id == notice_id, Letter.state == "waiting", Letter.tries == tries)
            .values(state="sending", tries=tries + 1)
        )
        if not claimed.rowcount:  # type: ignore[attr-defined]
            return None
        letter, notice = session.get_one(Letter, notice_id), session.get_one(Notice, notice_id)
        person = session.get_one(Person, notice.person_id)
        if notice.at < now - OLD or not person.active:
            letter.state = "expired"
            return None
        try:
            return write(notice, person)
        except BadMailAddress:
            letter.state, letter.trouble = "failed", "address"
        except Exception:  # whatever it is, it would be so again, and before all the letters behind it
            logger.exception("letter %s cannot be written", notice_id)
            letter.state, letter.trouble = "failed", "unwritable"
        return None


def _send(
    database: Database, now: Callable[[], datetime], notice_id: int, tries: int, send: Callable[[], None]
) -> bool:
    state, trouble, next_at = "sent", "", now()
    try:
        send()
    except Unclear as error:
        state, trouble = "sending", str(error)
    except NotSent as error:
        trouble = str(error)
        if error.lasting or tries >= len(PAUSES):
            state = "failed"
        else:
            state, next_at = "waiting", now() + PAUSES[tries]
    if trouble:
        logger.warning("letter %s: %s (%s)", notice_id, trouble, state)
    with database.writing() as session:
        letter = session.get_one(Letter, notice_id)
        letter.state, letter.trouble, letter.next_at = state, trouble, next_at
        letter.sent_at = now() if state == "sent" else None
    return state == "sent"
