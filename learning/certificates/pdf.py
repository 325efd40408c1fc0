"""The certificate on paper: one A4 page, the same bytes for the same row.

The document is Vietnamese whatever language the screen is in, and it is set from the row alone, so that a
reprint years later is the paper of the day of issue. Values reach the template as inputs, never as source.
"""

import hashlib
import io
import json
import re
import unicodedata
from datetime import UTC, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from importlib.metadata import version
from pathlib import Path

import segno

from learning import typesetting
from learning.certificates import serials
from learning.certificates.models import Certificate
from learning.vietnamese import formats

TEMPLATE = Path(__file__).with_name("certificate.typ")
TITLE = "Giấy xác nhận hoàn thành"
SAMPLE = "Bản mẫu, chưa thẩm định"

_MARK = re.compile(rb"camtay:certificate:([0-9A-Za-z-]{16,40})")
_HOME = re.compile(rb"camtay:certificate:[0-9A-Za-z-]{16,40}@(https?://[!-;=?-~]{1,200}?)(?=[)<])")


def render(certificate: Certificate, base_url: str) -> bytes:
    """The PDF (PDF/A-2a, PDF/UA-1); the QR opens `<base_url>/verify/<serial>`. No signature is in it."""
    inputs = _inputs(certificate, base_url)
    stamp = datetime.combine(certificate.issued_on, time(), UTC)
    return typesetting.compile(TEMPLATE, inputs, stamp)


def fingerprint(certificate: Certificate, base_url: str) -> str:
    """Changes exactly when the bytes of `render` may: an ETag that costs no rendering."""
    parts = [json.dumps(_inputs(certificate, base_url), sort_keys=True).encode(), TEMPLATE.read_bytes()]
    parts += [version(package).encode() for package in ("typst", "segno", "fontpkg-be-vietnam-pro")]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:32]


def serial_in(data: bytes) -> str | None:
    """The serial a PDF claims in its metadata; None where it claims none, or more than one."""
    claimed = {match.decode() for match in _MARK.findall(data)}
    return claimed.pop() if len(claimed) == 1 else None


def home_in(data: bytes) -> str:
    """The address of the server a PDF claims to come from; "" where it claims none, or more than one."""
    claimed = {match.decode() for match in _HOME.findall(data)}
    return claimed.pop() if len(claimed) == 1 else ""


def score(certificate: Certificate) -> str:
    """ "92/100", halves rounded up, at most two decimals; "" where the course gives no score."""
    if certificate.score is None:
        return ""
    rounded = certificate.score.quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{formats.number(rounded)}/100"


def volume(certificate: Certificate) -> str:
    """ "7 bài · 4 tiết" """
    hours = [] if certificate.hours is None else [f"{formats.number(certificate.hours)} tiết"]
    return " · ".join([f"{certificate.lessons} bài", *hours])


def period(certificate: Certificate) -> str:
    return f"{formats.date(certificate.started_on)} – {formats.date(certificate.completed_on)}"


def _inputs(certificate: Certificate, base_url: str) -> dict[str, str]:
    facts = [
        ("Khối lượng", volume(certificate)),
        ("Kết quả", score(certificate)),
        ("Thời gian học", period(certificate)),
        ("Bản phát hành", str(certificate.release)),
    ]
    code = f"mã cán bộ {certificate.staff_code}" if certificate.staff_code else ""
    post = ", ".join(filter(None, (certificate.position, certificate.unit)))
    reviewer = f"Người thẩm định: {certificate.reviewed_by}" if certificate.reviewed_by else ""
    expires = certificate.expires_on
    until = f"có giá trị đến {formats.date(expires)}" if expires else "không giới hạn thời gian"
    address = f"{base_url}/verify/{certificate.serial}"
    inputs = {
        "title": TITLE,
        "issuer": certificate.issuer,
        "sample": "" if certificate.reviewed_by else SAMPLE,
        "confirms": "xác nhận đồng chí",
        "holder": certificate.holder,
        "place": " · ".join(filter(None, (post, code))),
        "finished": "đã hoàn thành khóa học",
        "course": certificate.course,
        "facts": json.dumps([(label, _plain(value)) for label, value in facts if value]),
        "serial_label": "Số hiệu",
        "serial": serials.display(certificate.serial),
        "dates": f"Ngày cấp {formats.date(certificate.issued_on)} · {until}",
        "reviewed": reviewer,
        "check": f"Kiểm tra: quét mã, hoặc mở {base_url}/verify và nhập số hiệu",
        "signature": "chữ ký số\ncủa đơn vị\n(khi có)",
        "mark": f"camtay:certificate:{certificate.serial}@{base_url}",
        "qr_alt": f"Mã QR mở trang kiểm tra {address}",
    }
    day = certificate.issued_on
    return {key: _plain(value) for key, value in inputs.items()} | {
        "signature": inputs["signature"],
        "qr": _qr(address),
        "year": str(day.year),
        "month": str(day.month),
        "day": str(day.day),
    }


def _plain(text: str) -> str:
    """One line of NFC without control or direction-changing characters: what is printed is what is read."""
    kept = (" " if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp") else letter for letter in text)
    return " ".join(unicodedata.normalize("NFC", "".join(kept)).split())


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="q", micro=False).save(drawn, kind="svg", xmldecl=False, svgns=True, border=2)
    return drawn.getvalue().decode()
