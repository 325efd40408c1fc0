"""From when on an attempt that was taken along counts as begun, and how long its learner was at it.

Taking a course along makes its attempts before anybody has opened them. Until something is done about one it is not
`opened`: no page, table or figure speaks of it, and it uses up none of the attempts allowed. The first deed opens it:
on one of our pages (`here`), or told by a phone that had no network (`away`), which also tells how long it took. A
phone is believed as far as is possible: not below nothing, not longer ago than it was taken along; the enrolment counts
half an hour at most, as of every attempt.

Each verb says whether it changed anything; the enrolment then follows (`certificates.outcomes`).
"""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from learning.quizzes import records
from learning.quizzes.models import Attempt

SECOND = timedelta(seconds=1)


def here(session: Session, now: datetime, attempt: Attempt) -> bool:
    """With a network: from now on the server's clock counts, whatever phones tell."""
    if attempt.state != "open" or (attempt.opened and attempt.seconds is None):
        return False
    records.lock(session, attempt)
    return records.begin(session, attempt, attempt.started_at if attempt.opened else now, None)


def away(session: Session, now: datetime, attempt: Attempt, elapsed: int | None) -> bool:
    """Without one. What the events of a phone tell ends the same in whatever order they come: the earliest beginning, the
    longest time. Where the phone says nothing (None) the time counts from when the attempt was taken along."""
    records.lock(session, attempt)
    made, started_at, seconds = attempt.prepared_at, attempt.started_at, attempt.seconds
    if attempt.state != "open" or made is None or (attempt.opened and elapsed is None):
        return False
    if elapsed is not None:
        told = max(0, min(elapsed, (now - made) // SECOND))
        began = now - told * SECOND
        started_at = min(started_at, began) if attempt.opened else began
        if seconds is not None or not attempt.opened:
            seconds = max(seconds or 0, told)
    if attempt.opened and (started_at, seconds) == (attempt.started_at, attempt.seconds):
        return False
    return records.begin(session, attempt, started_at, seconds)
