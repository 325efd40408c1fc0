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
