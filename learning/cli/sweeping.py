"""What the server does between requests: publish drafts on the day set, remind people, and send the letters that wait."""

import logging
from collections.abc import Callable, Collection
from datetime import date, datetime
from email.mime.text import MIMEText
from functools import partial
from zoneinfo import ZoneInfo

from babel.support import Translations
from sqlalchemy.exc import OperationalError

from learning import mail
from learning.accounts import letters
from learning.accounts.models import Notice, Person
from learning.certificates import regrades
from learning.database import Database
from learning.evaluation import asks, kept, practice
from learning.library import catalogue, drafts, publication, telling
from learning.progress import attention, reminders, scheduled
from learning.progress.helping import Day
from learning.settings import Settings

logger = logging.getLogger(__name__)
ASK_BATCH = 50
EVIDENCE_BATCH = 50
REMIND_BATCH = 10  # people a transaction: learners' answers are not to wait for more


def publish_due(
    database: Database, now: Callable[[], datetime], today: date, departments: Collection[str]
) -> None:
    """Publishes the drafts whose day has come, each in its own transaction; one that fails says why to its people.

    Raises OperationalError where the database is busy: then it is tried again.
    """
    with database.reading() as session:
        due = [draft.id for draft in publication.due(session, today)]
    for draft_id in due:
        try:
            with database.writing() as session:
                draft = drafts.require(session, draft_id)
                done = publication.publish_due(session, now(), draft, today, departments=departments)
                if done and draft.release_id is not None:
                    # What the choice for corrected keys asks for; the sweep carries it out.
                    regrades.of_publication(session, now(), draft.release_id)
        except OperationalError:
            raise
        except Exception as error:
            reason = publication.reason_of(error)
            logger.warning("draft %s is not published: %s", draft_id, reason, exc_info=reason == "error")
            with database.writing() as session:
                publication.fail(session, now(), drafts.require(session, draft_id), today, reason)


def remind(
    database: Database,
    now: Callable[[], datetime],
    zone: ZoneInfo,
    pause: Callable[[], object] = lambda: None,
) -> int | None:
    """Sends today's digests and the week's word to unit heads, a few at a time with a `pause` between; how many. None
    where quiet hours left something undone: it is to be tried again later."""

    def quiet() -> bool:
        local = now().astimezone(zone)
        return attention.quiet(local.weekday(), local.hour)

    if quiet():
        return None
    day, sent = Day(now().astimezone(zone).date(), zone), 0
    with database.reading() as session:
        titles = {one.course.id: one.course.title for one in catalogue.live_courses(session)}
        people, heads = reminders.waiting(session, titles, day), reminders.heads(session, day)
    for start in range(0, len(people), REMIND_BATCH):
        if quiet():
            return None
        with database.writing() as session:
            sent += reminders.remind(session, now(), day, people[start : start + REMIND_BATCH], titles)
        pause()
    for head_id, unit_code in heads:
        if quiet():
            return None
        with database.writing() as session:
            sent += reminders.tell_head(session, now(), day, head_id, unit_code, titles)
        pause()
    return sent


def tell_scheduled(
    database: Database,
    now: Callable[[], datetime],
    zone: ZoneInfo,
    pause: Callable[[], object] = lambda: None,
) -> int:
    """Tells unit heads of the tables that are due, each in its own transaction with a `pause` between; how many were
    told. In quiet hours nobody is: then they are due still."""
    told = 0
    local = now().astimezone(zone)
    if attention.quiet(local.weekday(), local.hour):
        return told
    with database.reading() as session:
        due = scheduled.due(session, local.date())
        titles = {one.course.id: one.course.title for one in catalogue.live_courses(session)} if due else {}
    for report_id in due:
        with database.writing() as session:
            told += scheduled.tell(session, now(), local.date(), report_id, titles)
        pause()
    return told


def ask(
    database: Database,
    now: Callable[[], datetime],
    zone: ZoneInfo,
    pause: Callable[[], object] = lambda: None,
) -> int:
    """Asks those whose day has come how a course was and whether it is of use at work, a few at a time with a `pause`
    between; how many. No transaction is begun to write where there is nobody."""
    asked = 0
    while True:
        with database.reading() as session:
            if not asks.anyone_due(session, now(), zone):
                return asked
        with database.writing() as session:
            asked += asks.ask_due(session, now(), zone, limit=ASK_BATCH)
        pause()


def count_opinions(
    database: Database, now: Callable[[], datetime], today: date, pause: Callable[[], object] = lambda: None
) -> int:
    """Counts again what people said, as far as it is not fresh, with a `pause` between; how many figures. Counted without
    the lock of those who write."""
    counted = 0
    with database.reading() as session:
        due = kept.due(session, now(), today)
    for key, count in due.items():
        with database.reading() as session:
            figures = count(session)
        with database.writing() as session:
            kept.keep(session, now(), today, key, figures)
        counted += 1
        pause()
    return counted


def forget_evidence(
    database: Database, now: Callable[[], datetime], pause: Callable[[], object] = lambda: None
) -> int:
    """Drops photos and files of practices that are long over, a few at a time with a `pause` between; how many."""
    dropped = 0
    while True:
        with database.writing() as session:
            some = practice.forget_evidence(session, now(), EVIDENCE_BATCH)
        dropped += some
        if some < EVIDENCE_BATCH:
            return dropped
        pause()


def send_letters(database: Database, now: Callable[[], datetime], settings: Settings) -> int:
    """Sends the letters that are due; how many went. Without a mail server they wait, and grow old."""
    if not settings.mail_url:
        return 0
    server = mail.mail_server(settings.mail_url)
    write = partial(_write, settings, _gettext(settings))
    return letters.deliver(database, now, write, partial(mail.send, server))


def _write(settings: Settings, _: telling.Translate, notice: Notice, person: Person) -> MIMEText:
    words = telling.words(notice.kind, notice.subject, notice.detail, _)
    parts = (
        _("Kính gửi %(name)s,", name=person.full_name),
        words.title,
        words.text,
        _("Xem tại %(address)s", address=f"{settings.base_url}/notices"),
    )
    return mail.letter(
        sender=settings.mail_from,
        name="Cầm Tay",
        to=person.email,
        subject=words.title.rstrip("."),
        text="\n\n".join(part for part in parts if part) + "\n",
        at=notice.at,
        message_id=f"notice-{notice.id}-{notice.at:%Y%m%d%H%M%S}",
    )


def _gettext(settings: Settings) -> telling.Translate:
    """Letters speak the language of the instance: what a reader chose is known to their browser only."""
    catalogue = Translations.load(settings.instance / "translations", [settings.language])

    def gettext(text: str, **values: object) -> str:
        told = catalogue.gettext(text)
        return told % values if values else told

    return gettext
