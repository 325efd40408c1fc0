"""Signing in and out, the one-use code, the password, and where one is signed in."""

from urllib.parse import unquote

import flask
from flask import (
    Blueprint,
    Response,
    abort,
    after_this_request,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_login import current_user
from wtforms import Form

from learning.accounts import codes, forms, passwords, sessions, signin, throttle, vaults
from learning.accounts.sessions import Opened
from learning.accounts.visitors import signed_in, visitor
from learning.web.context import App, database, db, now, settings
from learning.web.i18n import gettext as _
from learning.web.i18n import ngettext

accounts = Blueprint("accounts", __name__)

Answer = ResponseReturnValue


def signin_page(card: object = None) -> Answer:
    """What `/` shows to whoever is signed out; `card`: what waits behind it, if that may be said."""
    form = forms.SigninForm(next=same_origin_path(request.args.get("next", "")))
    return render_template("accounts/sign_in.html", form=form, card=card)


@accounts.post("/")
def sign_in() -> Answer:
    form = forms.SigninForm()
    if not form.validate():
        return _again("accounts/sign_in.html", form)
    try:
        opened = signin.sign_in(
            database(),
            now(),
            username=form.username.data or "",
            password=form.password.data or "",
            address=request.remote_addr or "",
            kind="browser",
            demo=settings().demo,
        )
    except signin.RefusedError:
        form.form_errors.append(_("Tên đăng nhập hoặc mật khẩu không đúng. Hãy kiểm tra rồi thử lại."))
        return _again("accounts/sign_in.html", form)
    except throttle.TooManyError as error:
        return _later("accounts/sign_in.html", form, error.retry_after)
    _enter(opened)
    return redirect(same_origin_path(form.next.data or ""), 303)


@accounts.post("/sign-out")
def sign_out() -> Answer:
    if current_user.is_authenticated:
        one = visitor()
        sessions.end(db(), now(), one.session_hash, person_id=one.id, because="signed out")
    flask.session.clear()
    response = flask.make_response(redirect("/", 303))
    # The next person at this telephone finds nothing of the last one: what scripts keep, they have deleted before they
    # sent this (leaving.js), or nobody can read once they see the cookie. Not "storage": another person's answers may
    # wait there, sealed, until that person comes back.
    response.headers["Clear-Site-Data"] = '"cache"'
    vaults.tell_whose(response, vaults.OUT)
    return response


@accounts.route("/code", methods=["GET", "POST"])
def code() -> Answer:
    """The first sign-in, or the way back: name, one-use code, and a password of one's own."""
    form = forms.CodeForm()
    if request.method != "POST":
        return render_template("accounts/code.html", form=form)
    if not form.validate():
        return _again("accounts/code.html", form)
    try:
        opened = codes.redeem(
            database(),
            now(),
            username=form.username.data or "",
            code=form.code.data or "",
            password=form.new_password.data or "",
            address=request.remote_addr or "",
            demo=settings().demo,
        )
    except passwords.WeakError as weak:
        forms.say_weak(form.new_password, weak)
        return _again("accounts/code.html", form)
    except signin.RefusedError:
        form.form_errors.append(
            _(
                "Tên đăng nhập hoặc mã không đúng, hoặc mã đã dùng hay đã hết hạn. "
                "Hãy kiểm tra lại, hoặc xin lãnh đạo đơn vị cấp mã mới."
            )
        )
        return _again("accounts/code.html", form)
    except throttle.TooManyError as error:
        return _later("accounts/code.html", form, error.retry_after)
    _enter(opened)
    flash(_("Đã đặt mật khẩu. Từ lần sau đồng chí đăng nhập bằng tên và mật khẩu này."))
    return redirect("/", 303)


@accounts.route("/me/password", methods=["GET", "POST"])
@signed_in
def password() -> Answer:
    form = forms.PasswordForm()
    if request.method != "POST":
        return render_template("accounts/password.html", form=form)
    if not form.validate():
        return _again("accounts/password.html", form)
    try:
        signin.change_password(
            database(),
            now(),
            person_id=visitor().id,
            current=form.password.data or "",
            new=form.new_password.data or "",
            address=request.remote_addr or "",
            session_hash=visitor().session_hash,
            demo=settings().demo,
        )
    except passwords.WeakError as weak:
        forms.say_weak(form.new_password, weak)
        return _again("accounts/password.html", form)
    except signin.RefusedError:
        form.password.errors = [_("Mật khẩu hiện tại không đúng.")]
        return _again("accounts/password.html", form)
    except throttle.TooManyError as error:
        return _later("accounts/password.html", form, error.retry_after)
    flash(_("Đã đổi mật khẩu. Các nơi đăng nhập khác đã bị đăng xuất."))
    return redirect(url_for("accounts.my_sessions"), 303)


@accounts.get("/me/sessions")
@signed_in
def my_sessions() -> Answer:
    running = sessions.running(db(), now(), visitor().id)
    return render_template("accounts/my_sessions.html", sessions=running, here=visitor().session_hash)


@accounts.post("/me/sessions/<token_hash>/end")
@signed_in
def end_session(token_hash: str) -> Answer:
    one = visitor()
    if not sessions.end(db(), now(), token_hash, person_id=one.id, because="ended by owner"):
        abort(404)
    flash(_("Đã đăng xuất nơi đó."))
    return redirect(url_for("accounts.my_sessions"), 303)


def same_origin_path(address: str) -> str:
    """The address where it is a path of this site, else "/"."""
    plain = unquote(unquote(address))
    hostile = "\\" in plain or any(ord(letter) < 32 or ord(letter) == 127 for letter in plain)
    if hostile or not plain.startswith("/") or plain.startswith("//") or not address.startswith("/"):
        return "/"
    return address


def _enter(opened: Opened) -> None:
    """This browser is now signed in, under a new session: what was known before is forgotten."""
    if current_user.is_authenticated:
        sessions.end(db(), now(), visitor().session_hash, person_id=visitor().id, because="signed in again")
    flask.session.clear()
    flask.session.permanent = True
    flask.session["sid"] = opened.token
    own = vaults.vault(settings().secret_key, opened.person_id)

    @after_this_request
    def tell(response: Response) -> Response:
        vaults.tell_whose(response, own.person)
        return response


def _again(template: str, form: Form, status: int = 422) -> tuple[str, int]:
    return render_template(template, form=form, errors=True), status


def _later(template: str, form: Form, seconds: int) -> Answer:
    minutes = -(-seconds // 60)
    wait = (
        ngettext("%(num)s giây", "%(num)s giây", seconds)
        if seconds < 60
        else ngettext("%(num)s phút", "%(num)s phút", minutes)
    )
    form.form_errors.append(_("Đã sai nhiều lần liên tiếp. Hãy thử lại sau %(wait)s.", wait=wait))
    body, status = _again(template, form, 429)
    return body, status, {"Retry-After": str(seconds)}


def install(app: App) -> None:
    app.config.update(PERMANENT_SESSION_LIFETIME=sessions.LIFETIMES["browser"])
    app.register_blueprint(accounts)
