"""The rows of an attempt: found, held, added to, ended. They run with every answer given, hence are prepared once.

The database decides, not what was read before: an attempt is changed by a conditional UPDATE of an open one.
"""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID, uuid4, uuid5

from sqlalchemy import Table, bindparam, func, insert, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import instance_dict, set_committed_value

from learning.database import Prepared
from learning.quizzes import marking, rubrics
from learning.quizzes.grading import BadAnswer, canonical
from learning.quizzes.models import AnswerEvent, Attempt, HandMark, ItemResult, Submission

HELD = "attempt held"  # in Session.info: which attempt this session's transaction holds

_ATTEMPT = cast("Table", Attempt.__table__)
_EVENT = cast("Table", AnswerEvent.__table__)
_THIS = select(_ATTEMPT).where(
    _ATTEMPT.c.id == bindparam("attempt"), _ATTEMPT.c.person_id == bindparam("person")
)
_FIND, _HOLD = Prepared(_THIS), Prepared(_THIS.with_for_update())
_STILL_OPEN = (_ATTEMPT.c.id == bindparam("attempt"), _ATTEMPT.c.state == "open")
_ADVANCE = Prepared(update(_ATTEMPT).where(*_STILL_OPEN, _ATTEMPT.c.seq < bindparam("to")), "seq")
_TURN_PAGE = Prepared(_ADVANCE.statement, "seq", "page_token")
_LENGTHEN = Prepared(update(_ATTEMPT).where(*_STILL_OPEN), "closes_at")
_BEGIN = Prepared(update(_ATTEMPT).where(*_STILL_OPEN), "opened", "started_at", "seconds")
_AWARD = Prepared(update(_ATTEMPT).where(_ATTEMPT.c.id == bindparam("attempt")), "result")
_END = Prepared(
    update(_ATTEMPT).where(*_STILL_OPEN),
    *("state", "seq", "finished_at", "score", "out_of", "percent", "passed", "result"),
)
_SAVED = Prepared(
    select(_EVENT.c.question, _EVENT.c.answer)
    .where(_EVENT.c.attempt_id == bindparam("attempt"), _EVENT.c.status == "saved")
    .order_by(_EVENT.c.seq)
)
_CAME_BEFORE = Prepared(
    select(_EVENT).where(
        _EVENT.c.attempt_id == bindparam("attempt"), _EVENT.c.client_id == bindparam("client")
    )
)
_HELD_BEFORE = Prepared(
    select(func.max(_EVENT.c.seq).label("seq")).where(
        _EVENT.c.attempt_id == bindparam("attempt"),
        _EVENT.c.status == "saved",
        _EVENT.c.id < bindparam("event"),
    )
)
_ADD_EVENTS = Prepared(
    insert(_EVENT),
    *("attempt_id", "client_id", "question", "answer", "seq", "status", "body_hash", "received_at"),
)
_ADD_ITEMS = Prepared(insert(ItemResult), *ItemResult.__table__.c.keys())
_ADD_SUBMISSION = Prepared(insert(Submission), *Submission.__table__.c.keys())


def find(session: Session, person_id: int, attempt_id: str, *, hold: bool = False) -> Attempt | None:
    """This person's attempt, or None: another's is as if it were not there. `hold` it to change it: see `lock`."""
    rows = (_HOLD if hold else _FIND).rows(session, attempt=attempt_id, person=person_id)
    if not rows:
        return None
    attempt = session.identity_map.get((Attempt, (attempt_id,), None))
    if attempt is None:  # a copy in no session: the mapper would take ten times as long
        attempt = Attempt()
    _fill(attempt, rows[0]._asdict())
    if hold:
        session.info[HELD] = (session.get_transaction(), attempt_id)
    return attempt


def lock(session: Session, attempt: Attempt) -> None:
    """Reads the row again and holds it: whoever else writes this attempt waits for our commit. Nothing to do where
    this transaction has held it since it was found."""
    if session.info.get(HELD) == (session.get_transaction(), attempt.id):
        return
    session.flush()
    _reread(session, attempt)
    session.info[HELD] = (session.get_transaction(), attempt.id)


def saved_answers(session: Session, attempt: Attempt) -> dict[str, Any]:
    """The answers that count: of each question the one saved last; wire form."""
    if not attempt.seq:  # which counts the answers saved
        return {}
    latest = {event.question: event.answer for event in _SAVED.rows(session, attempt=attempt.id)}
    return {question: answer for question, answer in latest.items() if answer is not None}


def came_before(session: Session, attempt: Attempt, client_id: str) -> Any:
    """The event that came under this `client_id`, as a row of `AnswerEvent`, or None."""
    return next(iter(_CAME_BEFORE.rows(session, attempt=attempt.id, client=client_id)), None)


def held_before(session: Session, attempt: Attempt, event: Any) -> int:
    """The `seq` that the attempt held when this event came."""
    [(seq,)] = _HELD_BEFORE.rows(session, attempt=attempt.id, event=event.id)
    return seq or 0


def advance(session: Session, attempt: Attempt, seq: int) -> bool:
    """Takes the attempt's count up to `seq`; no where it is there already or the attempt is over."""
    return _change(session, attempt, _ADVANCE, {"to": seq}, seq=seq)


def turn_page(session: Session, attempt: Attempt, seq: int, token: str) -> bool:
    """The same, with the token that the next form carries."""
    return _change(session, attempt, _TURN_PAGE, {"to": seq}, seq=seq, page_token=token)


def lengthen(session: Session, attempt: Attempt, closes_at: datetime) -> bool:
    """Gives an open attempt until then; no where it is over."""
    return _change(session, attempt, _LENGTHEN, {}, closes_at=closes_at)


def begin(session: Session, attempt: Attempt, started_at: datetime, seconds: int | None) -> bool:
    """Its learner has begun it; no where it is over."""
    return _change(session, attempt, _BEGIN, {}, opened=True, started_at=started_at, seconds=seconds)


def award(session: Session, attempt: Attempt, serial: str) -> None:
    """The certificate that a finished attempt earned becomes part of its result."""
    _change(session, attempt, _AWARD, {}, result={**(attempt.result or {}), "certificate": serial})


def add_events(session: Session, now: datetime, attempt: Attempt, *events: Mapping[str, Any]) -> None:
    """Answers as they arrived: question, answer, seq, status, client_id and body_hash of each."""
    _ADD_EVENTS.run(session, *({"attempt_id": attempt.id, "received_at": now, **event} for event in events))


def keep(
    session: Session,
    now: datetime,
    attempt: Attempt,
    answers: Mapping[str, Any],
    status: str,
    client_id: str | None = None,
) -> int:
    """Events for answers that came together; the `seq` of the last. The attempt's count is the caller's to move.

    Those of a submission have ids made from its own, so that its retry adds none.
    """
    seq, events = attempt.seq, []
    family = UUID(client_id) if client_id else None
    for question, answer in answers.items():
        seq += status == "saved"
        own = str(uuid5(family, question) if family else uuid4())
        if status == "saved" or came_before(session, attempt, own) is None:
            events.append(
                {
                    "question": question,
                    "answer": answer,
                    "seq": seq,
                    "status": status,
                    "client_id": own,
                    "body_hash": hash_of([question, answer]),
                }
            )
    add_events(session, now, attempt, *events)
    return seq


def end(
    session: Session,
    attempt: Attempt,
    marked: marking.Marked,
    result: Mapping[str, Any],
    state: str,
    at: datetime,
    seq: int,
) -> bool:
    """Ends an open attempt with what it was marked, and keeps each question's outcome; False where it was over."""
    ended = _change(
        session,
        attempt,
        _END,
        {},
        state=state,
        seq=seq,
        finished_at=at,
        score=marking.decimal(marked.score),
        out_of=marking.decimal(marked.out_of),
        percent=marking.decimal(marked.percent),
        passed=marked.decided,
        result=result,
    )
    if ended:
        _ADD_ITEMS.run(session, *_items(attempt, marked))
    return ended


def add_submission(session: Session, now: datetime, attempt: Attempt, client_id: str, body_hash: str) -> None:
    """The act that ended the attempt, with its result as the reply that a retry gets."""
    _ADD_SUBMISSION.run(
        session,
        {
            "attempt_id": attempt.id,
            "client_id": client_id,
            "body_hash": body_hash,
            "reply": attempt.result or {},
            "received_at": now,
        },
    )


def by_hand(session: Session, attempt_ids: Iterable[str]) -> dict[str, list[rubrics.Given]]:
    """What people gave to written answers of these attempts, in the order they did."""
    found: dict[str, list[rubrics.Given]] = {}
    ids = list(attempt_ids)
    query = select(HandMark).where(HandMark.attempt_id.in_(ids)).order_by(HandMark.id)
    for row in session.scalars(query) if ids else ():
        found.setdefault(row.attempt_id, []).append(row.given)
    return found


def newest(given: Iterable[rubrics.Given]) -> dict[str, rubrics.Given]:
    """Of each question the mark that counts."""
    return {one.question: one for one in sorted(given, key=lambda one: one.version)}


def client(client_id: Any) -> str:
    """A client's id in its one spelling. Raises BadAnswer."""
    try:
        return str(UUID(client_id))
    except (ValueError, TypeError, AttributeError):
        raise BadAnswer("client_id") from None


def hash_of(body: Any) -> str:
    """What tells whether the same was sent again. Raises BadAnswer."""
    try:
        text = canonical(body)
    except RecursionError:
        raise BadAnswer("wrong_type") from None
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _items(attempt: Attempt, marked: marking.Marked) -> Iterable[dict[str, Any]]:
    for item in marked.items:
        yield {
            "attempt_id": attempt.id,
            "question": item.question,
            "course_id": attempt.course_id,
            "quiz": attempt.quiz,
            "release_id": attempt.release_id,
            "mark": marking.decimal(item.mark),
            "max_mark": marking.decimal(item.max_mark),
            "verdict": item.verdict,
            "response": item.response,
        }


def _change(
    session: Session, attempt: Attempt, statement: Prepared, condition: Mapping[str, Any], **values: Any
) -> bool:
    changed = statement.run(session, {"attempt": attempt.id, **condition, **values}) == 1
    if changed:
        _fill(attempt, values)
    else:
        _reread(session, attempt)
    return changed


def _reread(session: Session, attempt: Attempt) -> None:
    [row] = _HOLD.rows(session, attempt=attempt.id, person=attempt.person_id)
    _fill(attempt, row._asdict())


def _fill(attempt: Attempt, values: Mapping[str, Any]) -> None:
    """As the row stands; nothing that a flush would write."""
    if inspect(attempt).transient:
        instance_dict(attempt).update(values)
    else:
        for name, value in values.items():
            set_committed_value(attempt, name, value)
