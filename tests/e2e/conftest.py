"""The product as people meet it: `learning serve` in processes of its own, on a fresh instance, and a real browser."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from learning.database import Database
from tests.e2e.looking import Watched

ROOT = Path(__file__).parents[2]
LEARNERS = 120
PATIENCE = 30  # seconds a server may take to answer for the first time


class Place:
    """An instance of its own with the repository's courses and the cast, and the server on it."""

    def __init__(self, folder: Path) -> None:
        # Bound and never listened on: the port is the server's, and nobody else's while it is stopped.
        self._port = socket.socket()
        self._port.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._port.bind(("127.0.0.1", 0))
        self.port: int = self._port.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.startswith("LEARNING_")}
        self.env = {**kept, "LEARNING_MODE": "demo", "LEARNING_INSTANCE": str(folder)}
        self.database = Database(f"sqlite:///{folder / 'learning.sqlite'}")
        self._process: subprocess.Popen[bytes] | None = None

    def learning(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", "from learning.cli import main; main()", *words],
            env=self.env,
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        words = ("serve", f"--port={self.port}", "--workers=2")
        with (self.folder / "server.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", "from learning.cli import main; main()", *words],
                env=self.env,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        until = time.monotonic() + PATIENCE
        while not self._ready():
            assert self._process.poll() is None, (self.folder / "server.log").read_text()
            assert time.monotonic() < until, "the server does not answer"
            time.sleep(0.05)  # between two questions to the server, never before one to a page

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            os.killpg(self._process.pid, how)
            self._process.wait()
            self._process = None

    def pause(self) -> None:
        """It takes connections and answers nothing, as a weak network does; until `go_on`."""
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        os.killpg(self._process.pid, signal.SIGCONT)

    def leave(self) -> None:
        self.database.dispose()
        self._port.close()

    def _ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    place = Place(tmp_path_factory.mktemp("place"))
    place.learning("database", "upgrade")
    place.learning("courses", "publish", "courses")
    place.learning("demo")
    place.start()
    yield place
    place.stop()
    place.leave()


@pytest.fixture(scope="session")
def learners(place: Place) -> Iterator[str]:
    """Names of learners nobody has used yet: `next(learners)`."""
    return iter(place.learning("demo", "learners", str(LEARNERS)).split())


@pytest.fixture
def visit(browser: Browser, place: Place, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Opens a browser of one's own: `visit("hocvien", width=360)`; without a name, a stranger's."""
    opened: list[Watched] = []

    def visit(username: str = "", *, width: int = 360, height: int = 800, **look: Any) -> Page:
        look = {"locale": "vi-VN", "color_scheme": "light", **look}
        context = browser.new_context(base_url=place.url, viewport={"width": width, "height": height}, **look)
        context.set_default_timeout(15_000)
        page = context.new_page()
        opened.append(Watched(page, tmp_path))
        if username:
            sign_in(page, username)
        return page

    yield visit
    for watched in opened:
        watched.page.context.close()
    for watched in opened:
        assert not watched.complaints


@pytest.fixture
def look(tmp_path: Path) -> Callable[[Page, str], None]:
    """Looks at a page as the one who uses it would, and keeps its picture."""
    return lambda page, name: Watched.look(page, name, tmp_path)


def sign_in(page: Page, username: str, password: str = "camtay-demo") -> None:
    page.goto("/")
    page.get_by_label("Tên đăng nhập").fill(username)
    page.get_by_label("Mật khẩu").fill(password)
    page.get_by_role("button", name="Đăng nhập").click()
    page.get_by_role("link", name="Của tôi").wait_for()
