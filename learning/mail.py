"""Sending one letter over SMTP, with the certainty of whether it was taken."""

import re
import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.header import Header
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

TIMEOUT = 20  # seconds, for each step


class BadMailAddress(ValueError):
    """No address that a server would understand, or one that hides a header."""


class NotSent(Exception):
    """The server did not take the letter. `lasting`: it never will; else it is worth another try."""

    def __init__(self, reason: str, *, lasting: bool) -> None:
        super().__init__(reason)
        self.lasting = lasting


class Unclear(Exception):
    """The line broke after the letter was on its way: it may have arrived, so it is not to be sent again."""


@dataclass(frozen=True)
class MailServer:
    """`encrypted`: TLS from the first byte (smtps). Otherwise STARTTLS wherever the server offers it."""

    host: str
    port: int
    user: str = ""
    password: str = field(default="", repr=False)
    encrypted: bool = False
    trust: ssl.SSLContext | None = field(default=None, repr=False)  # None: what the system trusts


def mail_server(url: str) -> MailServer:
    """`smtp://user:password@host:587` or `smtps://…:465`; what is special in a name or password is %-encoded.

    Raises ValueError.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ValueError(
            "no address of a mail server"
        ) from None  # whatever it is, a password may stand in it
    if (
        parts.scheme not in ("smtp", "smtps")
        or not parts.hostname
        or parts.path not in ("", "/")
        or parts.query
        or parts.fragment
    ):
        raise ValueError("no address of a mail server")
    encrypted = parts.scheme == "smtps"
    usual = 465 if encrypted else 587 if parts.username else 25
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii():
        raise ValueError("a name or password that the login of SMTP cannot carry")
    return MailServer(parts.hostname, port or usual, user, password, encrypted)


def letter(
    *, sender: str, to: str, subject: str, text: str, at: datetime, message_id: str, name: str = ""
) -> MIMEText:
    """A plain letter; `name` stands before the sender's address. The same `message_id` is the same letter."""
    # The older classes: the newer ones lose spaces of a long subject that is not in ASCII (Python's issue 92081).
    made = MIMEText(text, "plain", "utf-8")
    made["From"] = formataddr((" ".join(name.split()), plain_address(sender)))
    made["To"] = plain_address(to)
    made["Subject"] = Header(" ".join(subject.split()), "utf-8", header_name="Subject").encode()
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{message_id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    return made


def plain_address(address: str) -> str:
    """One address and nothing beside it. Raises BadMailAddress."""
    if (
        len(address) > 254
        or re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+", address) is None
    ):
        raise BadMailAddress(address[:254])
    return address


def send(server: MailServer, message: MIMEText) -> None:
    """Hands the letter to the server; returns when the server has taken it. Raises NotSent, Unclear."""
    try:
        client = _connect(server)
    except smtplib.SMTPResponseException as error:
        # A refused name or password is mended by the operator: the letter waits for it.
        raise NotSent(_told(error), lasting=False) from error
    except (OSError, smtplib.SMTPException, UnicodeError) as error:  # UnicodeError: a host that is no name
        raise NotSent(_told(error), lasting=False) from error
    try:
        _hand_over(client, message)
    finally:
        _leave(client)


def _connect(server: MailServer) -> smtplib.SMTP:
    context = server.trust or ssl.create_default_context()
    if server.encrypted:
        client: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        client = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        client.ehlo_or_helo_if_needed()
        encrypted = server.encrypted
        if not encrypted and client.has_extn("starttls"):
            client.starttls(context=context)
            client.ehlo()
            encrypted = True
        if server.user:
            if not encrypted and not _loopback(server.host):
                raise smtplib.SMTPException("no TLS: the password is not sent in the clear")
            client.login(server.user, server.password)
    except BaseException:
        client.close()
        raise
    return client


def _hand_over(client: smtplib.SMTP, message: MIMEText) -> None:
    sender, to = parseaddr(message["From"])[1], message["To"]
    try:
        _step(lambda: client.mail(sender))
        _step(lambda: client.rcpt(to))
    except (OSError, smtplib.SMTPException) as error:
        raise NotSent(_told(error), lasting=False) from error
    try:
        _step(lambda: client.data(message.as_bytes(policy=message.policy.clone(linesep="\r\n"))))
    except smtplib.SMTPDataError as error:
        raise NotSent(_told(error), lasting=error.smtp_code >= 500) from error
    except (OSError, smtplib.SMTPException) as error:
        raise Unclear(_told(error)) from error


def _step(step: Callable[[], tuple[int, bytes]]) -> None:
    code, said = step()
    if not 200 <= code < 300:
        raise NotSent(f"{code} {said.decode(errors='replace')}", lasting=code >= 500)


def _leave(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (OSError, smtplib.SMTPException):
        client.close()


def _told(error: Exception) -> str:
    """One line, without what was sent."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:300]


def _loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
