"""Whether I am reminded once a week of what stands still; what is due is told of in any case."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from learning.accounts.visitors import signed_in, visitor
from learning.progress import reminders
from learning.web.context import db, now
from learning.web.i18n import gettext as _

blueprint = Blueprint("digests", __name__)


@blueprint.get("/me/digests")
@signed_in
def mine() -> ResponseReturnValue:
    return render_template("study/digests.html", on=reminders.digests_on(db(), visitor().id))


@blueprint.post("/me/digests")
@signed_in
def switch() -> ResponseReturnValue:
    """Field `on`: "yes" or "no"."""
    on = request.form.get("on") != "no"
    reminders.switch(db(), now(), visitor().id, on=on)
    flash(_("Đã bật thông báo hằng tuần.") if on else _("Đã tắt thông báo hằng tuần."), "good")
    return redirect(url_for(".mine"), 303)
