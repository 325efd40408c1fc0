"""Settings from the environment: one frozen value, made once, with errors that name the remedy."""

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

ROOT = Path(__file__).resolve().parent.parent
MODES = ("demo", "development", "production")


class SettingError(ValueError):
    """A setting has a value that cannot be used. The message names variable, value (no password) and remedy."""

    def __init__(self, variable: str, value: str, remedy: str) -> None:
        shown = re.sub(r"(//[^:/@]*):.*@", r"\1:***@", value)
        if "@" in shown and "***" not in shown and variable.endswith("_URL"):
            shown = (
                f"***@{shown.rpartition('@')[2]}"  # no address, and so nobody knows where the password stands
            )
        super().__init__(f"{variable}={shown!r}: {remedy}")


@dataclass(frozen=True)
class Settings:
    mode: str
    secret_key: str
    instance: Path
    database_url: str
    base_url: str
    timezone: ZoneInfo
    language: str = "vi"
    metrics_token: str = ""
    mail_url: str = field(default="", repr=False)  # smtp://user:password@host:port; "": no mail leaves
    mail_from: str = ""
    offline: bool = True  # False: browsers are told to forget what they kept, and to ask the network again
    proxies: int = (
        0  # how many proxies of ours stand before the server, each adding its line to X-Forwarded-For
    )

    @property
    def demo(self) -> bool:
        return self.mode == "demo"

    @property
    def production(self) -> bool:
        return self.mode == "production"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from the environment; safe defaults for one machine except in mode `production`.

    Raises SettingError where a value cannot be used.
    """
    mode = environ.get("LEARNING_MODE", "demo")  # which listens to nobody but this machine
    if mode not in MODES:
        raise SettingError("LEARNING_MODE", mode, f"hãy chọn một trong {', '.join(MODES)}")
    instance = Path(environ.get("LEARNING_INSTANCE") or ROOT / "instance").resolve()
    return Settings(
        mode=mode,
        secret_key=_secret_key(environ, mode, instance),
        instance=instance,
        database_url=_database_url(environ, instance),
        base_url=_base_url(environ, mode),
        timezone=_timezone(environ),
        language=_language(environ),
        metrics_token=environ.get("LEARNING_METRICS_TOKEN", ""),
        mail_url=_mail_url(environ),
        mail_from=_mail_from(environ, mode),
        offline=_offline(environ),
        proxies=_proxies(environ),
    )


def _secret_key(environ: Mapping[str, str], mode: str, instance: Path) -> str:
    """The key that signs cookies: given, or (outside production) made once and kept in the instance."""
    given = environ.get("LEARNING_SECRET_KEY", "")
    if given:
        if len(given) < 32:
            raise SettingError(
                "LEARNING_SECRET_KEY", "…", "cần ít nhất 32 ký tự, ví dụ lấy từ `openssl rand -hex 32`"
            )
        return given
    if mode == "production":
        raise SettingError(
            "LEARNING_SECRET_KEY", "", "chế độ production phải đặt, ví dụ lấy từ `openssl rand -hex 32`"
        )
    try:
        return _kept_key(instance)
    except OSError as error:
        remedy = (
            f"không ghi được vào thư mục này ({error.strerror}); hãy chọn thư mục khác hoặc cấp quyền ghi"
        )
        raise SettingError("LEARNING_INSTANCE", str(instance), remedy) from error


def _kept_key(instance: Path) -> str:
    path = instance / "secret-key"
    if not path.exists():
        instance.mkdir(parents=True, exist_ok=True)
        # Two processes may start together: a complete file is linked into place, and only one link succeeds.
        with tempfile.NamedTemporaryFile("w", dir=instance) as draft:  # made readable by its owner only
            draft.write(secrets.token_hex(32))
            draft.flush()
            with contextlib.suppress(FileExistsError):
                os.link(draft.name, path)
    return path.read_text()


def _database_url(environ: Mapping[str, str], instance: Path) -> str:
    url = environ.get("LEARNING_DATABASE_URL") or f"sqlite:///{instance / 'learning.sqlite'}"
    if not url.startswith(("sqlite:///", "postgresql://", "postgresql+psycopg://")):
        raise SettingError(
            "LEARNING_DATABASE_URL", url, "hãy ghi sqlite:///tệp hoặc postgresql://người@máy/tên"
        )
    return url


def _base_url(environ: Mapping[str, str], mode: str) -> str:
    url = environ.get("LEARNING_BASE_URL", "").rstrip("/")
    if not url:
        if mode == "production":
            raise SettingError("LEARNING_BASE_URL", url, "chế độ production phải đặt: https://tên-miền")
        return f"http://127.0.0.1:{environ.get('PORT') or 8000}"
    if not url.startswith(("http://", "https://")):
        raise SettingError("LEARNING_BASE_URL", url, "phải bắt đầu bằng https:// (hoặc http:// trên một máy)")
    return url


def _timezone(environ: Mapping[str, str]) -> ZoneInfo:
    name = environ.get("LEARNING_TIMEZONE", "Asia/Ho_Chi_Minh")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise SettingError(
            "LEARNING_TIMEZONE", name, "hãy ghi một múi giờ, ví dụ Asia/Ho_Chi_Minh"
        ) from error


def _language(environ: Mapping[str, str]) -> str:
    language = environ.get("LEARNING_LANGUAGE", "vi")
    if language not in ("vi", "en"):
        raise SettingError("LEARNING_LANGUAGE", language, "hãy chọn vi hoặc en")
    return language


def _mail_url(environ: Mapping[str, str]) -> str:
    url = environ.get("LEARNING_MAIL_URL", "")
    if url:
        from learning.mail import mail_server

        try:
            mail_server(url)
        except ValueError as error:
            remedy = (
                "hãy ghi smtp://tên:mật-khẩu@máy:587 hoặc smtps://…:465; tên và mật khẩu chỉ gồm ký tự ASCII, "
                "ký tự đặc biệt (@ : / # ?) viết dạng %40"
            )
            raise SettingError("LEARNING_MAIL_URL", url, remedy) from error
    return url


def _mail_from(environ: Mapping[str, str], mode: str) -> str:
    """The address that letters come from: given, or one of the product's own host."""
    given = environ.get("LEARNING_MAIL_FROM", "")
    address = given or f"cam-tay@{urlsplit(_base_url(environ, mode)).hostname}"
    if given or environ.get("LEARNING_MAIL_URL"):  # else no letter leaves
        from learning.mail import BadMailAddress, plain_address

        try:
            plain_address(address)
        except BadMailAddress as error:
            remedy = "hãy ghi một địa chỉ không dấu, ví dụ cam-tay@tinh.gov.vn"
            raise SettingError("LEARNING_MAIL_FROM", given, remedy) from error
    return address


def _proxies(environ: Mapping[str, str]) -> int:
    count = environ.get("LEARNING_PROXIES", "0")
    if not (count.isascii() and count.isdigit() and int(count) <= 5):
        raise SettingError("LEARNING_PROXIES", count, "số proxy đứng trước máy chủ, từ 0 đến 5")
    return int(count)


def _offline(environ: Mapping[str, str]) -> bool:
    value = environ.get("LEARNING_OFFLINE", "on")
    if value not in ("on", "off"):
        raise SettingError("LEARNING_OFFLINE", value, "hãy chọn on hoặc off")
    return value == "on"
