"""The holder's certificate, on screen and on paper; and the public page where a stranger checks one."""

import io
from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import (
    Blueprint,
    current_app,
    make_response,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from werkzeug.exceptions import NotFound

from learning.accounts import looks
from learning.accounts.models import Person
from learning.accounts.visitors import signed_in, visitor
from learning.certificates import pdf, regrades, serials, verification
from learning.certificates.models import Certificate
from learning.organisation import visibility
from learning.vietnamese import formats
from learning.web.context import App, db, now, settings, today
from learning.web.i18n import gettext as _

blueprint = Blueprint("certificates", __name__)


def install(app: App) -> None:
    app.extensions["certificate_misses"] = verification.Misses()
    app.register_blueprint(blueprint)


@blueprint.get("/certificates/<serial>")
@signed_in
def show(serial: str) -> ResponseReturnValue:
    certificate = _own_or_overseen(serial)
    return render_template(
        "certificates/show.html",
        certificate=certificate,
        verdict=verdict(certificate, today()),
        fields=printed(certificate),
        own=certificate.person_id == visitor().id,
        regraded=[afterwards(each) for each in regrades.afterwards(db(), certificate)],
        address=_address(certificate),
    )


@blueprint.get("/certificates/<serial>.pdf", endpoint="pdf")
@signed_in
def paper(serial: str) -> ResponseReturnValue:
    certificate = _own_or_overseen(serial)
    base_url = settings().base_url
    etag = pdf.fingerprint(certificate, base_url)
    if request.if_none_match.contains(etag):
        response = make_response("", 304)
    else:
        response = send_file(
            io.BytesIO(pdf.render(certificate, base_url)),
            "application/pdf",
            as_attachment=True,
            download_name=_file_name(certificate),
        )
    response.set_etag(etag)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@blueprint.get("/verify")
def verify_form() -> ResponseReturnValue:
    typed = request.args.get("serial", "").strip()
    if typed:
        return redirect(url_for(".verify", serial=serials.normalise(typed) or typed[:100]))
    return render_template("certificates/verify_form.html")


@blueprint.get("/verify/<path:serial>")
def verify(serial: str) -> ResponseReturnValue:
    """Public. A hit is never held up; only addresses that miss too often are asked to wait."""
    certificate = verification.find(db(), serial)
    if certificate is None:
        return _not_found(serial)
    if serial != certificate.serial:
        return redirect(url_for(".verify", serial=certificate.serial))
    return render_template(
        "certificates/verify.html", verdict=verdict(certificate, today()), fields=printed(certificate)
    )


@dataclass(frozen=True)
class Verdict:
    """`kind` is good, bad or old: how it looks; the words say all of it."""

    status: str
    kind: str
    words: str
    sentence: str


@dataclass(frozen=True)
class Field:
    label: str
    value: str
    strong: bool = False


def verdict(certificate: Certificate, day: date) -> Verdict:
    status = verification.status(certificate, day)
    until = certificate.expires_on
    match status:
        case "valid" if until is None:
            return Verdict(
                status, "good", _("Còn hiệu lực"), _("Giấy này có thật và không giới hạn thời gian.")
            )
        case "valid":
            sentence = _("Giấy này có thật và có giá trị đến %(day)s.", day=_day(until))
            return Verdict(status, "good", _("Còn hiệu lực"), sentence)
        case "expired":
            sentence = _("Giấy này có thật nhưng đã hết hạn từ sau ngày %(day)s.", day=_day(until))
            return Verdict(status, "old", _("Hết hiệu lực"), sentence)
        case "replaced":
            sentence = _("Giấy này có thật nhưng đã được thay bằng giấy cấp sau. Đề nghị xem giấy mới.")
            return Verdict(status, "old", _("Đã thay thế"), sentence)
        case _:
            at = certificate.revoked_at
            day_revoked = at.astimezone(settings().timezone).date() if at else None
            sentence = _(
                "Giấy này không còn giá trị từ ngày %(day)s. Lý do: %(reason)s",
                day=_day(day_revoked),
                reason=certificate.revoked_because,
            )
            return Verdict(status, "bad", _("Đã thu hồi"), sentence)


def afterwards(told: regrades.Afterwards) -> str:
    """What a regrading means to this certificate, for its holder and whoever may see it; not for strangers."""
    day = _day(told.at.astimezone(settings().timezone).date())
    match told.kind:
        case "gained":
            return _("Giấy này được cấp khi bài được chấm lại ngày %(day)s vì có đáp án được sửa.", day=day)
        case "fell":
            return _(
                "Ngày %(day)s bài làm căn cứ cho giấy này được chấm lại vì có đáp án được sửa, và nay chưa đạt. Giấy vẫn"
                " có giá trị, trừ khi có quyết định thu hồi riêng.",
                day=day,
            )
        case _:
            return _(
                "Ngày %(day)s có bài được chấm lại vì có đáp án được sửa. Trên giấy là kết quả ngày cấp; kết quả nay là"
                " %(percent)s.",
                day=day,
                percent=formats.percent(told.best or 0),
            )


def printed(certificate: Certificate) -> list[Field]:
    """Every field on the paper, in its order, so that an edited copy stands out."""
    issued, expires = certificate.issued_on, certificate.expires_on
    fields = [
        Field(_("Người được cấp"), certificate.holder, strong=True),
        Field(_("Chức danh"), certificate.position),
        Field(_("Đơn vị"), certificate.unit),
        Field(_("Mã cán bộ"), certificate.staff_code),
        Field(_("Khóa học"), certificate.course, strong=True),
        Field(_("Khối lượng"), pdf.volume(certificate)),
        Field(_("Kết quả"), pdf.score(certificate)),
        Field(_("Thời gian học"), pdf.period(certificate)),
        Field(_("Bản phát hành"), str(certificate.release)),
        Field(_("Nơi cấp"), certificate.issuer),
        Field(_("Người thẩm định"), certificate.reviewed_by or _("Bản mẫu, chưa thẩm định")),
        Field(_("Số hiệu"), serials.display(certificate.serial), strong=True),
        Field(_("Ngày cấp"), _day(issued)),
        Field(_("Có giá trị đến"), _day(expires) if expires else _("không giới hạn thời gian")),
    ]
    return [field for field in fields if field.value]


def _own_or_overseen(serial: str) -> Certificate:
    """The certificate if it is the visitor's own or of a person they may see; else 404."""
    one = visitor()
    seen = or_(Person.id == one.id, visibility.visible_people(one, today()))
    certificate = db().scalar(
        select(Certificate)
        .join(Person, Person.id == Certificate.person_id)
        .where(Certificate.serial == (serials.normalise(serial) or ""), seen)
    )
    if certificate is None:
        raise NotFound
    looks.seen([certificate.person_id], "certificate", certificate.course_id)
    return certificate


def _not_found(serial: str) -> ResponseReturnValue:
    misses: verification.Misses = current_app.extensions["certificate_misses"]
    if misses.allow(request.remote_addr or "", now()):
        return render_template("certificates/verify_missing.html", serial=serial[:100]), 404
    response = make_response(render_template("certificates/verify_wait.html"), 429)
    response.headers["Retry-After"] = str(ceil(misses.each_seconds * 5))
    return response


def _day(day: date | None) -> str:
    return "" if day is None else formats.date(day)


def _address(certificate: Certificate) -> str:
    return f"{settings().base_url}/verify/{certificate.serial}"


def _file_name(certificate: Certificate) -> str:
    course = " ".join("".join(c if c.isalnum() else " " for c in certificate.course).split())[:80]
    return f"{pdf.TITLE} – {course}.pdf"
