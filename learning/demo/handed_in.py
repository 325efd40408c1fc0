"""What the people of the demonstration have handed in to others: steps of a practice, with a picture, for those who
guide them; and written answers for the trainer to mark. What is there already is left as it is.
"""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from learning.accounts import people
from learning.accounts.models import Person
from learning.certificates import outcomes
from learning.content.model import Page, Written
from learning.demo.opinions import right
from learning.evaluation import practice, practice_evidence, practice_mentors
from learning.library import catalogue
from learning.library.catalogue import Published
from learning.quizzes import papers
from learning.quizzes.models import Attempt

WRITTEN = "office/clerical-work"
# Who practises what, who guides them ("": nobody yet), and the kind of the step that is handed in, with its words.
PRACTISING = (
    (
        "hocvien2",
        "it/safe-office",
        "giangvien",
        "none",
        "Thấy hai chỗ: dưới bàn phím và trong sổ trực. Đã đổi cả hai mật khẩu.",
    ),
    (
        "hocvien",
        "it/safe-office",
        "lanhdao",
        "photo",
        "Đã đăng xuất ba tài khoản và xóa bảy tệp người dân để lại. Ảnh chụp màn hình sau khi dọn.",
    ),
    (
        "bientap",
        "finance/commune-budget",
        "",
        "none",
        "Đối chiếu tháng 10: số dư hai bên bằng nhau, không lệch khoản nào.",
    ),
)
# Who has written what, how long ago: one forgets the day, one tells what nobody was to know.
ANSWERS = (
    (
        "hocvien2",
        timedelta(days=2),
        "Kính gửi phòng phụ trách hạ tầng.\nNgười dân phản ánh đèn đường trước nhà cháy đã ba tháng. Đề nghị phòng "
        "cho kiểm tra và sửa sớm. Xin cảm ơn.",
    ),
    (
        "bientap",
        timedelta(days=1),
        "Kính gửi phòng phụ trách hạ tầng.\nBà H. phản ánh đèn đường trước nhà cháy từ ba tháng nay, ngoài ra bà còn nói "
        "chuyện trưởng thôn nhận tiền. Đề nghị phòng sửa đèn, trả lời bằng văn bản trước ngày 30, gửi về Văn phòng.",
    ),
)


def seed(session: Session, now: datetime, zone: ZoneInfo) -> int:
    """How many have handed in something for it: nobody who has already, or where the courses are not there."""
    made = 0
    for username, course_id, mentor, evidence, words in PRACTISING:
        published = catalogue.live(session, course_id)
        page = next((page for page in published.course.pages if page.practice), None) if published else None
        if published and page:
            made += _practise(session, now, zone, published, page, username, mentor, evidence, words)
    published = catalogue.live(session, WRITTEN)
    page = next((page for page in published.course.lessons if _asks(page)), None) if published else None
    if published and page:
        for username, ago, text in ANSWERS:
            made += _answer(session, now - ago, zone, published, page, username, text)
    return made


def _practise(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    published: Published,
    page: Page,
    username: str,
    mentor_name: str,
    evidence: str,
    words: str,
) -> bool:
    person, mentor, by = (people.find(session, name) for name in (username, mentor_name, "quantri"))
    steps = page.practice.steps if page.practice else ()
    step = next((step for step in steps if step.evidence == evidence), None)
    if person is None or by is None or step is None or (mentor is None and mentor_name):
        return False
    if practice.find(session, person.id, published.course.id, page.id) is not None:
        return False
    if mentor is not None and practice_mentors.mentor_of(session, person.id) is None:
        practice_mentors.name(session, now, person, mentor, by)
    today = now.astimezone(zone).date()
    row = practice.begin(session, now, today, person.id, published, page)
    if evidence == "photo":
        kept = practice_evidence.prepared("photo", _screenshot())
        practice.add_evidence(session, now, row, step.id, "thu-muc-tai-xuong.png", kept)
    practice.hand_in(session, now, today, row, step.id, words, _client_id(username, step.id))
    return True


def _answer(
    session: Session,
    at: datetime,
    zone: ZoneInfo,
    published: Published,
    page: Page,
    username: str,
    text: str,
) -> bool:
    """Everything that the machine marks right, and these words."""
    person = people.find(session, username)
    if person is None or page.quiz is None or _tried(session, person, published):
        return False
    attempt, _new = outcomes.start(session, at, zone, person.id, published, page.slug)
    known = {question.id: question for question in page.quiz.questions}
    answers = {}
    for item in attempt.paper:
        question = known[item["question"]]
        answer = text if isinstance(question, Written) else right(question)
        if answer is not None:
            answers[question.id] = papers.to_drawn(item, answer)
    outcomes.submit(session, at, zone, attempt, answers, _client_id(username, page.id))
    return True


def _tried(session: Session, person: Person, published: Published) -> bool:
    made = select(Attempt.id).where(Attempt.person_id == person.id, Attempt.course_id == published.course.id)
    return session.scalar(made.limit(1)) is not None


def _asks(page: Page) -> bool:
    return page.quiz is not None and any(isinstance(one, Written) for one in page.quiz.questions)


def _client_id(username: str, what: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"demo:{username}:{what}"))


def _screenshot() -> bytes:
    """A window with an empty folder, as a screenshot would show it: nobody's."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (960, 600), "#e8ecef")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle((60, 50, 900, 550), 14, "white", "#9aa5ad", 2)
    pen.rounded_rectangle((60, 50, 900, 110), 14, "#d5dde2")
    for place, colour in enumerate(("#c96a5b", "#d6ab4f", "#6f9f6a")):
        pen.ellipse((84 + 36 * place, 70, 104 + 36 * place, 90), colour)
    pen.rectangle((60, 110, 250, 550), "#f3f5f7")
    for place in range(5):
        pen.rounded_rectangle(
            (86, 140 + 56 * place, 224, 168 + 56 * place), 6, "#b9d2bd" if place == 2 else "#dde3e7"
        )
    pen.rounded_rectangle((500, 250, 650, 370), 10, None, "#9aa5ad", 4)
    pen.line((500, 285, 650, 285), "#9aa5ad", 4)
    pen.line((540, 330, 610, 330), "#c4ccd2", 6)
    made = BytesIO()
    image.save(made, "PNG")
    return made.getvalue()
