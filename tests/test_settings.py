"""Settings: each bad value is told with the variable, the value and the remedy, and no password."""

from pathlib import Path

import pytest

from learning.settings import SettingError, read_settings

PRODUCTION = {
    "LEARNING_MODE": "production",
    "LEARNING_SECRET_KEY": "k" * 32,
    "LEARNING_BASE_URL": "https://hoc.example.vn/",
}
BAD = [
    ("LEARNING_MODE", "live", "demo, development, production"),
    ("LEARNING_SECRET_KEY", "short", "openssl rand"),
    ("LEARNING_SECRET_KEY", "", "production"),
    ("LEARNING_BASE_URL", "", "https://"),
    ("LEARNING_BASE_URL", "hoc.example.vn", "https://"),
    ("LEARNING_DATABASE_URL", "mysql://h/x", "postgresql://"),
    ("LEARNING_TIMEZONE", "Asia/Hue", "Asia/Ho_Chi_Minh"),
    ("LEARNING_LANGUAGE", "fr", "vi"),
    ("LEARNING_MAIL_URL", "smtp://mail.example.vn/path", "smtp://"),
    ("LEARNING_MAIL_FROM", "thư@tinh.gov.vn", "cam-tay@tinh.gov.vn"),
    ("LEARNING_MAIL_FROM", "(a)@tinh.gov.vn", "cam-tay@tinh.gov.vn"),
]


@pytest.mark.parametrize(("variable", "value", "remedy"), BAD)
def test_a_bad_value_names_variable_value_and_remedy(
    variable: str, value: str, remedy: str, tmp_path: Path
) -> None:
    with pytest.raises(SettingError) as told:
        read_settings({**PRODUCTION, "LEARNING_INSTANCE": str(tmp_path), variable: value})
    message = str(told.value)
    shown = "…" if value == "short" else value
    assert message.startswith(f"{variable}={shown!r}") and remedy in message


def test_a_password_is_not_told() -> None:
    with pytest.raises(SettingError) as told:
        read_settings({**PRODUCTION, "LEARNING_DATABASE_URL": "mysql://me:p@ss:word@host/x"})
    assert "ss:word" not in str(told.value) and "//me:***@host/x" in str(told.value)


def test_a_host_without_a_name_needs_an_address_that_letters_come_from(tmp_path: Path) -> None:
    given = {"LEARNING_INSTANCE": str(tmp_path), "LEARNING_BASE_URL": "http://[::1]:8000"}
    assert read_settings(given).mail_url == ""
    given["LEARNING_MAIL_URL"] = "smtp://127.0.0.1"
    with pytest.raises(SettingError, match="LEARNING_MAIL_FROM="):
        read_settings(given)
    assert read_settings({**given, "LEARNING_MAIL_FROM": "a@b.vn"}).mail_from == "a@b.vn"


def test_a_password_that_no_login_can_carry_is_refused_and_not_told(tmp_path: Path) -> None:
    given = {
        "LEARNING_INSTANCE": str(tmp_path),
        "LEARNING_MAIL_URL": "smtp://camtay:mật-khẩu@mail.example.vn",
    }
    with pytest.raises(SettingError, match="LEARNING_MAIL_URL=") as told:
        read_settings(given)
    assert "mật-khẩu@mail" not in str(told.value).partition(": ")[0] and "ASCII" in str(told.value)


def test_an_instance_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")
    with pytest.raises(SettingError, match="LEARNING_INSTANCE="):
        read_settings({"LEARNING_MODE": "demo", "LEARNING_INSTANCE": str(tmp_path / "file")})


def test_the_key_is_made_once_and_read_by_its_owner_only(tmp_path: Path) -> None:
    environ = {"LEARNING_INSTANCE": str(tmp_path / "new")}
    first = read_settings(environ)
    assert first.mode == "demo" and len(first.secret_key) == 64
    assert read_settings(environ) == first
    assert (tmp_path / "new" / "secret-key").stat().st_mode & 0o077 == 0
