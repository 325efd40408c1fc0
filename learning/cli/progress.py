"""How far a long command has come: a bar on a terminal, plain lines elsewhere, always on stderr."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

WIDTH = 30  # signs of the bar
BAR_EVERY = 0.1  # seconds between two drawings of the bar
LINE_EVERY = 5.0  # seconds between two lines of a log


class Step:
    """Called with how many of how many are done; `step()` alone counts one more."""

    def __init__(self, label: str, total: int, stream: TextIO) -> None:
        self._label = label
        self._done = 0
        self._total = total
        self._stream = stream
        self._bar = stream.isatty()
        self._shown = time.monotonic()
        self._drawn = False

    def __call__(self, done: int | None = None, total: int | None = None) -> None:
        self._done = self._done + 1 if done is None else done
        self._total = self._total if total is None else total
        if time.monotonic() - self._shown >= (BAR_EVERY if self._bar else LINE_EVERY):
            self._show()

    def finish(self) -> None:
        """The last state, once; a bar ends its line."""
        if self._bar:
            if self._drawn:
                self._show()
                self._stream.write("\n")
        elif self._done:
            self._show()
        self._stream.flush()

    def _show(self) -> None:
        self._shown = time.monotonic()
        self._drawn = True
        share = min(self._done / self._total, 1.0) if self._total else 0.0
        count = f"{self._done}/{self._total}" if self._total else str(self._done)
        if self._bar:
            filled = round(share * WIDTH)
            self._stream.write(f"\r{self._label} [{'#' * filled}{'.' * (WIDTH - filled)}] {count}")
        else:
            self._stream.write(f"{self._label}: {count}\n")
        self._stream.flush()


@contextmanager
def progress(label: str, total: int = 0, stream: TextIO | None = None) -> Iterator[Step]:
    """`with progress("Đang kiểm tra") as step:` then `step(done, total)`, or `step()` where the total was given."""
    step = Step(label, total, stream or sys.stderr)
    try:
        yield step
    finally:
        step.finish()
