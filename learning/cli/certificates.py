"""`learning certificates …`: is this paper ours, and does it still hold?"""

import sys
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session

from learning.certificates import pdf, verification
from learning.certificates.models import Certificate
from learning.cli import context

NOT_OURS = "not ours"
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LARGEST = 20 * 1024 * 1024


@click.group()
def certificates() -> None:
    """Giấy xác nhận: kiểm tra."""


@certificates.command()
@click.argument("serial_or_file", metavar="SERIAL|FILE")
def verify(serial_or_file: str) -> None:
    """Một giấy xác nhận có thật và còn hiệu lực không: theo số hiệu, hoặc theo tệp PDF.

    In ra `valid`, `expired`, `revoked`, `replaced` hoặc `not ours`; chỉ `valid` kết thúc với mã 0. Một tệp chỉ được
    nhận khi giống từng byte với bản hệ thống sẽ in: tệp đã sửa là `not ours`. Cần cơ sở dữ liệu của hệ thống, không
    cần mạng.
    """
    path = Path(serial_or_file)
    with context.database().reading() as session:
        if path.is_file():
            known = context.settings()
            answer = of_file(session, path, known.base_url, context.today(), trial=not known.production)
        elif path.suffix.lower() == ".pdf":
            raise click.UsageError(f"không có tệp {path}")
        else:
            answer = of_serial(session, serial_or_file, context.today())
    click.echo(answer)
    sys.exit(0 if answer == "valid" else 1)


def of_serial(session: Session, typed: str, today: date) -> str:
    return _status(verification.find(session, typed), today)


def of_file(session: Session, path: Path, base_url: str, today: date, *, trial: bool = False) -> str:
    """The status of a PDF that is, byte for byte, what the server would print; else `not ours`.

    `trial`: a server on this machine may have printed it under any port.
    """
    if path.stat().st_size > LARGEST:
        return NOT_OURS
    data = path.read_bytes()
    serial = pdf.serial_in(data)
    if trial and urlsplit(pdf.home_in(data)).hostname in LOOPBACK:
        base_url = pdf.home_in(data)
    certificate = verification.find(session, serial) if serial else None
    if certificate is None or pdf.render(certificate, base_url) != data:
        return NOT_OURS
    return _status(certificate, today)


def _status(certificate: Certificate | None, today: date) -> str:
    return NOT_OURS if certificate is None else verification.status(certificate, today)
