"""How long a thing takes, where others work on the same machine."""

import gc
import time
from collections.abc import Callable

LEAST = 0.03  # seconds: under it the clock's own grain is measured


def in_proportion(deed: Callable[[int], object], length: int) -> bool:
    """Whether four times the length takes about four times as long, not sixteen.

    The processor's time counts, without the collector's, which hangs on what other tests left behind; noise only ever
    adds, so the short one counts by its best of three, and the long one may be tried as often."""
    small = max(min(_seconds(deed, length) for _ in range(3)), LEAST)
    return any(_seconds(deed, 4 * length) < 11 * small for _ in range(3))


def _seconds(deed: Callable[[int], object], length: int) -> float:
    gc.collect()
    gc.disable()
    try:
        began = time.process_time()
        deed(length)
        return time.process_time() - began
    finally:
        gc.enable()
