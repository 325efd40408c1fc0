"""Letters: sent once, to a real server, after the deed is committed; tried again with growing pauses."""

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from email import message_from_bytes
from email.mime.text import MIMEText
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope
from aiosmtpd.smtp import Session as Line
from sqlalchemy import select
from sqlalchemy.orm import Session

from learning import mail
from learning.accounts import letters, notices
from learning.accounts.models import Letter, Notice, Person
from learning.cli import sweeping
from learning.clock import FixedClock
from learning.database import Database
from learning.mail import BadMailAddress, NotSent, Unclear, mail_server
from learning.settings import Settings
from tests import make

NOW = make.NOW


class Post:
    """Keeps what it is handed; says what it is told to say."""

    def __init__(self) -> None:
        self.received: list[Envelope] = []
        self.says: list[str] = []  # replies to DATA, each once, before "250 OK"
        self.to_rcpt = ""

    async def handle_RCPT(self, server: SMTP, line: Line, envelope: Envelope, to: str, options: list) -> str:
        if self.to_rcpt:
            return self.to_rcpt
        envelope.rcpt_tos.append(to)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, line: Line, envelope: Envelope) -> str:
        if self.says:
            return self.says.pop(0)
        self.received.append(envelope)
        return "250 OK"

    @property
    def letters(self) -> list:
        return [message_from_bytes(one.content, policy=default) for one in self.received]


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def start(post: Post) -> Iterator[Callable[..., Controller]]:
    begun: list[Controller] = []

    def start(**more: object) -> Controller:
        controller = Controller(post, hostname="127.0.0.1", port=free_port(), **more)
        controller.start()
        begun.append(controller)
        return controller

    yield start
    for controller in begun:
        controller.stop()


@pytest.fixture
def server(start) -> str:
    return f"smtp://127.0.0.1:{start().port}"


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def letter(**more: str):
    given = {
        "sender": "cam-tay@hoc.example.vn",
        "to": "bientap@example.vn",
        "subject": "Đinh Thẩm trả lại “Thu – chi ngân sách”",
        "text": "Kính gửi Võ Biên Tập,\n\n.Dòng bắt đầu bằng dấu chấm.\n",
        "message_id": "notice-1",
        "name": "Cầm Tay",
    }
    return mail.letter(at=NOW, **{**given, **more})


def test_a_letter_arrives_as_it_was_written(server: str, post: Post) -> None:
    mail.send(mail_server(server), letter())
    [one] = post.letters
    assert one["Subject"] == "Đinh Thẩm trả lại “Thu – chi ngân sách”"
    assert (one["From"], one["To"]) == ("Cầm Tay <cam-tay@hoc.example.vn>", "bientap@example.vn")
    assert one["Message-ID"] == "<notice-1@hoc.example.vn>"
    assert one["Auto-Submitted"] == "auto-generated"
    text = one.get_content().replace("\r\n", "\n")
    assert text == "Kính gửi Võ Biên Tập,\n\n.Dòng bắt đầu bằng dấu chấm.\n"
    assert post.received[0].content.isascii()


@pytest.mark.parametrize(
    "to",
    ["a@b.vn, c@d.vn", "a@b.vn\nBcc: c@d.vn", "<a@b.vn>", "a b@c.vn", "a", "", "a@b.vn\r\nX: y", "đ@b.vn"],
)
def test_an_address_that_is_more_than_one_is_refused(to: str) -> None:
    with pytest.raises(BadMailAddress):
        letter(to=to)


def test_a_subject_of_two_lines_is_one_line() -> None:
    read = message_from_bytes(letter(subject="Một\r\nBcc: c@d.vn").as_bytes(), policy=default)
    assert (read["Subject"], read["Bcc"]) == ("Một Bcc: c@d.vn", None)


def test_what_the_server_says_is_told(server: str, post: Post) -> None:
    for said, lasting in (("451 busy", False), ("552 too big", True)):
        post.says = [said]
        with pytest.raises(NotSent) as told:
            mail.send(mail_server(server), letter())
        assert told.value.lasting is lasting
    post.to_rcpt = "550 no such person"
    with pytest.raises(NotSent) as told:
        mail.send(mail_server(server), letter())
    assert told.value.lasting
    with socket.socket() as nobody:  # bound, but not listening: refused, and nobody else's meanwhile
        nobody.bind(("127.0.0.1", 0))
        with pytest.raises(NotSent) as told:
            mail.send(mail_server(f"smtp://127.0.0.1:{nobody.getsockname()[1]}"), letter())
    assert not told.value.lasting


def test_a_line_that_breaks_after_the_letter_is_unclear() -> None:
    """The server takes every byte and says nothing: nobody knows whether it keeps the letter."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        line, _ = listener.accept()
        with line, line.makefile("rwb") as talk:
            for reply in (b"220 hello", b"250 hello", b"250 ok", b"250 ok", b"354 go on"):
                talk.write(reply + b"\r\n")
                talk.flush()
                talk.readline()
            while talk.readline().strip() != b".":
                pass

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        with pytest.raises(Unclear):
            mail.send(mail_server(f"smtp://127.0.0.1:{listener.getsockname()[1]}"), letter())
    finally:
        thread.join()
        listener.close()


def test_addresses_of_servers() -> None:
    one = mail_server("smtp://cam%40tay:m%3At@mail.example.vn")
    assert (one.host, one.port, one.user, one.password, one.encrypted) == (
        "mail.example.vn",
        587,
        "cam@tay",
        "m:t",
        False,
    )
    assert "m:t" not in repr(one)
    assert mail_server("smtps://mail.example.vn").port == 465
    assert mail_server("smtp://127.0.0.1").port == 25
    for bad in (
        *("mail.example.vn", "http://x", "smtp://", "smtp://h:port", "smtp://h/path", "smtp://h?x=1"),
        *("smtp://camtay:25#p@h", "smtp://camtay:m%E1%BA%ADt@h"),  # a host "camtay"; a login that is no ASCII
    ):
        with pytest.raises(ValueError):
            mail_server(bad)


def test_a_host_that_cannot_be_a_name_is_told_and_tried_again() -> None:
    with pytest.raises(NotSent) as told:
        mail.send(mail_server("smtp://mail..example.vn"), letter())
    assert not told.value.lasting


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(
        [*command.split(), "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True
    )
    return certificate, key


def test_a_password_goes_under_tls(start, post: Post, certificate: tuple[Path, Path]) -> None:
    presented = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    presented.load_cert_chain(*certificate)
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    seen: list[object] = []

    def check(server, session, envelope, mechanism, data) -> AuthResult:
        seen.append((session.ssl is not None, data.login, data.password))
        return AuthResult(success=data.password == b"mat khau", handled=False)

    controller = start(
        tls_context=presented, require_starttls=True, authenticator=check, auth_require_tls=True
    )
    secure = replace(mail_server(f"smtp://camtay:mat%20khau@localhost:{controller.port}"), trust=trust)
    mail.send(secure, letter())
    assert len(post.received) == 1 and seen == [(True, b"camtay", b"mat khau")]
    with pytest.raises(NotSent) as told:
        mail.send(replace(secure, password="sai"), letter())
    assert not told.value.lasting and "sai" not in str(told.value)
    with pytest.raises(NotSent):  # a stranger's certificate
        mail.send(replace(secure, trust=None), letter())
    assert len(post.received) == 1


def test_smtps(start, post: Post, certificate: tuple[Path, Path]) -> None:
    presented = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    presented.load_cert_chain(*certificate)
    trust = ssl.create_default_context(cafile=str(certificate[0]))
    # The controller's own trial connection does not check the name.
    controller = start(ssl_context=presented)
    mail.send(replace(mail_server(f"smtps://localhost:{controller.port}"), trust=trust), letter())
    assert len(post.received) == 1


# --- The queue


@dataclass
class Office:
    database: Database
    clock: FixedClock
    settings: Settings
    person: int

    def tell(self, message: str = "Sửa dòng 3", person: int | None = None) -> int:
        with self.database.writing() as session:
            detail = {"draft": 1, "title": "Thu – chi", "by": "Đinh Thẩm", "message": message}
            people = [person or self.person]
            [made] = notices.tell(
                session, self.clock.now(), people, "draft.returned", "finance/sample", **detail
            )
            return made.id

    def deliver(self) -> int:
        return sweeping.send_letters(self.database, self.clock.now, self.settings)

    def states(self) -> list[tuple[str, int]]:
        with self.database.reading() as session:
            rows = session.scalars(select(Letter).order_by(Letter.notice_id))
            return [(row.state, row.tries) for row in rows]


@pytest.fixture
def office(
    session: Session, database: Database, clock: FixedClock, settings: Settings, server: str
) -> Office:
    person = make.person(session, "bientap", "Võ Biên Tập")
    person.email = "bientap@example.vn"
    session.commit()
    given = replace(settings, mail_url=server, mail_from="cam-tay@hoc.example.vn")
    return Office(database, clock, given, person.id)


def test_a_notice_leaves_once(office: Office, post: Post) -> None:
    notice = office.tell()
    assert post.received == []
    assert office.deliver() == 1 and office.deliver() == 0
    [one] = post.letters
    assert one["Subject"] == "Đinh Thẩm trả lại “Thu – chi” để sửa"
    text = one.get_content()
    assert "Kính gửi Võ Biên Tập," in text and "Sửa dòng 3" in text and "http://localhost/notices" in text
    assert one["Message-ID"].startswith(f"<notice-{notice}-")
    assert office.states() == [("sent", 1)]


def test_what_is_not_committed_is_not_sent(office: Office, post: Post) -> None:
    with office.database.write_session() as session:
        notices.tell(session, office.clock.now(), [office.person], "draft.returned", "finance/sample")
        session.rollback()
    assert office.deliver() == 0 and post.received == []


def test_without_a_mail_server_letters_wait_and_grow_old(office: Office, post: Post) -> None:
    office.tell()
    silent = replace(office, settings=replace(office.settings, mail_url=""))
    assert silent.deliver() == 0 and office.states() == [("waiting", 0)]
    office.clock.move(timedelta(days=3))
    assert office.deliver() == 0 and office.states() == [("expired", 1)] and post.received == []


def test_a_server_that_is_busy_is_tried_again_with_growing_pauses(office: Office, post: Post) -> None:
    office.tell()
    post.says = ["451 busy"] * len(letters.PAUSES)
    for tries, pause in enumerate(letters.PAUSES[:3], 1):
        assert office.deliver() == 0
        assert office.states() == [("waiting", tries)]
        office.clock.move(pause - timedelta(seconds=1))
        assert office.deliver() == 0 and office.states() == [("waiting", tries)]
        office.clock.move(timedelta(seconds=1))
    post.says = []
    assert office.deliver() == 1 and office.states() == [("sent", 4)] and len(post.received) == 1


def test_a_server_that_is_always_busy_is_left_alone_at_last(office: Office, post: Post) -> None:
    office.tell()
    for pause in letters.PAUSES:
        post.says = ["451 busy"]
        office.deliver()
        office.clock.move(pause)
    post.says = ["451 busy"]
    office.deliver()
    assert office.states() == [("failed", len(letters.PAUSES) + 1)]
    assert sum(letters.PAUSES, timedelta()) < letters.OLD


def test_a_person_that_the_server_does_not_know_is_not_tried_again(office: Office, post: Post) -> None:
    office.tell()
    post.to_rcpt = "550 no such person"
    office.deliver()
    assert office.states() == [("failed", 1)]


def test_a_bad_address_holds_up_nobody(office: Office, session: Session, post: Post) -> None:
    other = make.person(session, "la", "Lạ")
    other.email = "khong phai dia chi"
    session.commit()
    office.tell(person=other.id)
    office.tell()
    assert office.deliver() == 1
    assert office.states() == [("failed", 1), ("sent", 1)]


def test_a_letter_that_cannot_be_written_holds_up_nobody(
    office: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, write = office.tell(), sweeping._write

    def stumble(settings: Settings, translate: Any, notice: Notice, person: Person) -> MIMEText:
        if notice.id == first:
            raise ValueError("no such day")
        return write(settings, translate, notice, person)

    monkeypatch.setattr(sweeping, "_write", stumble)
    office.tell()
    assert office.deliver() == 1
    assert office.states() == [("failed", 1), ("sent", 1)]


def test_a_server_that_died_while_sending_is_not_followed_by_a_second_letter(
    office: Office, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.tell()

    def die(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(mail, "send", die)
    with pytest.raises(KeyboardInterrupt):
        office.deliver()
    monkeypatch.undo()
    assert office.deliver() == 0 and office.states() == [("sending", 1)] and post.received == []


def test_eight_sweeps_at_once_send_each_letter_once(office: Office, post: Post) -> None:
    for _ in range(10):
        office.tell()
    with ThreadPoolExecutor(8) as threads:
        sent = list(threads.map(lambda _: office.deliver(), range(8)))
    assert sum(sent) == 10 and len(post.received) == 10
    assert len({one["Message-ID"] for one in post.letters}) == 10


def test_a_person_without_an_address_has_the_notice_only(office: Office, session: Session) -> None:
    other = make.person(session, "khongthu", "Không Thư")
    session.commit()
    office.tell(person=other.id)
    assert office.states() == []
    assert notices.unread(session, other.id) == 1


def test_notices_are_ones_own(session: Session, now: datetime) -> None:
    one, other = make.person(session, "mot", "Một").id, make.person(session, "hai", "Hai").id
    made = notices.tell(session, now, [one, other, one], "draft.returned", "finance/sample")
    assert [notice.person_id for notice in made] == [one, other]
    theirs = next(notice.id for notice in made if notice.person_id == other)
    assert notices.mark_read(session, now, one, theirs) == 0 and notices.unread(session, other) == 1
    assert notices.mark_read(session, now, one) == 1 and notices.mark_read(session, now, one) == 0
    assert (notices.unread(session, one), notices.unread(session, other)) == (0, 1)
    assert [notice.id for notice in notices.of(session, other)] == [theirs]
    assert notices.of(session, other, before=theirs) == []
    assert session.scalars(select(Notice).where(Notice.person_id == one)).one().read_at == now
