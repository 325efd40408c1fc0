"""What the desk's own pages ask the database."""

from collections.abc import Mapping, Sequence
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.certificates.models import Certificate
from learning.content import pictures
from learning.content.model import Written
from learning.evaluation import practice_queries
from learning.library.models import Blob, ReleaseFile
from learning.progress.queries import CourseState
from learning.quizzes import hand_marks
from learning.quizzes.attempts import quiz_key
from learning.quizzes.models import Attempt
from learning.web.media import SOUNDS

MEDIA = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".gif": "image/gif",
    ".webp": "image/webp",
    ".avif": "image/avif",
    ".svg": "image/svg+xml",
    **SOUNDS,
    ".mp4": "video/mp4",
    ".pdf": "application/pdf",
}


def certificates(session: Session, person_id: int) -> Sequence[Certificate]:
    """The person's current certificates, newest first."""
    mine = (Certificate.person_id == person_id, Certificate.current)
    return session.scalars(select(Certificate).where(*mine).order_by(Certificate.issued_at.desc())).all()


def certificate_serial(session: Session, person_id: int, course_id: str) -> str | None:
    """The serial of the person's current certificate of a course."""
    mine = (Certificate.person_id == person_id, Certificate.course_id == course_id, Certificate.current)
    return session.scalar(select(Certificate.serial).where(*mine))


def attempts(session: Session, person_id: int, limit: int) -> Sequence[Attempt]:
    """The person's latest attempts, open ones included."""
    mine = select(Attempt).where(Attempt.person_id == person_id, Attempt.opened)
    return session.scalars(mine.order_by(Attempt.started_at.desc(), Attempt.id).limit(limit)).all()


def practices(session: Session, state: CourseState, person_id: int) -> Mapping[str, Mapping[str, int]]:
    """Of the practices the person has begun: by page, how many steps are in which state. Asked for only where there are
    any."""
    course = state.published.course
    if not any(page.kind == "practice" for page in course.pages):
        return {}
    return practice_queries.states_of(session, person_id, course.id)


def under_way(session: Session, person_id: int, states: Sequence[CourseState]) -> Mapping[str, str]:
    """Course → the attempt that the person has open at what comes next there. Asked for only where one was begun."""
    wanted = {
        (state.published.course.id, quiz_key(state.next))
        for state in states
        if state.next
        and (state.exam if state.next.kind == "exam" else state.pages.get(state.next.id)) == "started"
    }
    if not wanted:
        return {}
    mine = select(Attempt.course_id, Attempt.quiz, Attempt.id).where(
        Attempt.person_id == person_id, Attempt.state == "open", Attempt.opened
    )
    return {course: held for course, quiz, held in session.execute(mine) if (course, quiz) in wanted}


def to_mark(session: Session, state: CourseState, person_id: int) -> Mapping[str, str]:
    """Quiz ("exam" or the page's id) → the attempt that waits for a person to mark it. Asked for only where one may."""
    course = state.published.course
    for page in (*course.pages, *((course.exam,) if course.exam else ())):
        begun = state.exam if page.kind == "exam" else state.pages.get(page.id)
        asks = page.quiz is not None and any(isinstance(one, Written) for one in page.quiz.questions)
        if asks and begun != "not_started":
            return hand_marks.of_learner(session, person_id, course.id)
    return {}


def media(session: Session, sha256: str, name: str) -> tuple[bytes, str] | None:
    """Bytes and type of a picture or other medium that some release holds under this name.

    Never a course's Markdown: that holds the answers.
    """
    suffix = "." + name.rsplit(".", 1)[-1].lower()
    if suffix not in MEDIA:
        return None
    paths = select(ReleaseFile.path).where(ReleaseFile.sha256 == sha256).distinct()
    if not any(path.rsplit("/", 1)[-1] == name for path in session.scalars(paths)):
        return None
    data = session.scalar(select(Blob.data).where(Blob.sha256 == sha256))
    return None if data is None else (data, MEDIA[suffix])


@lru_cache(maxsize=64)
def without_webp(data: bytes) -> tuple[bytes, str]:
    """A picture for a browser that knows no WebP: bytes and type; as it is where it cannot be made otherwise."""
    try:
        return pictures.fallback(data)
    except pictures.PictureRefused:
        return data, "image/webp"
