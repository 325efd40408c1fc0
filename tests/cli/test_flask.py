"""`flask --app learning …` is `learning …`."""

import subprocess
import sys
from pathlib import Path

import pytest
from flask.cli import ScriptInfo

import learning as package
from learning.cli import context, main
from tests.cli.conftest import Learning

ROOT = Path(__file__).parent.parent.parent


def flask(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "flask", "--app", "learning", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False)


def test_flask_finds_the_application_and_the_commands(
    learning: Learning, monkeypatch: pytest.MonkeyPatch
) -> None:
    learning("database", "upgrade")  # sets the environment of this test's own database
    app = ScriptInfo(app_import_path="learning").load_app()
    try:
        assert app.cli is main and app.name == "learning"
        assert app.test_client().get("/healthz").status_code == 200
    finally:
        context.database().dispose()
        context.settings.cache_clear()
        context.database.cache_clear()
    assert callable(package.create_app)


def test_flask_runs_a_command_as_learning_does(tmp_path: Path) -> None:
    environ = {"LEARNING_INSTANCE": str(tmp_path), "LEARNING_MODE": "demo"}
    done = flask("courses", "check", "courses", "--json", **environ)
    assert (done.returncode, done.stdout.strip()) == (0, "[]"), done.stderr
    assert flask("certificates", "verify", **environ).returncode == 2


def test_a_bad_setting_is_told_without_a_traceback(tmp_path: Path) -> None:
    done = flask("courses", "check", "courses", LEARNING_INSTANCE=str(tmp_path), LEARNING_MODE="live")
    assert done.returncode == 2
    assert "LEARNING_MODE='live'" in done.stderr and "Traceback" not in done.stderr


def test_a_command_that_needs_no_web_does_not_load_it() -> None:
    script = "import sys, learning.cli; assert 'flask' not in sys.modules and 'sqlalchemy' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=True)
