"""Certificates: one's own, and by serial for anybody."""

from datetime import date

import msgspec
from sqlalchemy import select

from learning.accounts.visitors import visitor
from learning.api.problems import Problem
from learning.api.routes import api
from learning.api.schemas import CertificateList, CertificateView
from learning.certificates import verification
from learning.certificates.models import Certificate
from learning.web.context import db, today
from learning.web.i18n import gettext as _


@api.call("GET", "/me/certificates", replies={200: CertificateList})
def my_certificates() -> CertificateList:
    """The certificates one holds, newest first."""
    query = (
        select(Certificate)
        .where(Certificate.person_id == visitor().id)
        .order_by(Certificate.issued_at.desc())
    )
    return CertificateList(items=[_view(found, today()) for found in db().scalars(query)], next=None)


@api.call("GET", "/certificates/<serial>", replies={200: CertificateView}, problems=(404,), public=True)
def certificate(serial: str) -> CertificateView:
    """What a stranger may learn of a certificate: what is printed on it, and its status today."""
    found = verification.find(db(), serial)
    if found is None:
        raise Problem(404, _("Không có giấy xác nhận nào mang số này. Kiểm tra lại từng ký tự của mã."))
    return _view(found, today())


def _view(found: Certificate, on: date) -> CertificateView:
    return msgspec.convert(verification.describe(found, on), CertificateView)
