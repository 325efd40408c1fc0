"""A fresh process whose first requests come all at once."""

import subprocess
import sys

import pytest

# Threads change places as often as they can, and all begin at the same moment.
ALL_AT_ONCE = """
import sys, threading
sys.setswitchinterval(1e-6)
{ready}
start = threading.Barrier(8)
def first():
    start.wait()
    {deed}
threads = [threading.Thread(target=first) for _ in range(8)]
for thread in threads: thread.start()
for thread in threads: thread.join()
"""
COURSE = """
from learning.content import model
from tests import make
import msgspec
data = model.encode(make.course())
"""
REPLY = """
import msgspec
from learning.api import attempts, schemas
"""
QUESTION = {"id": "c-1", "kind": "single", "prompt": "<p>?</p>", "options": [{"id": "a", "html": "A"}]}


@pytest.mark.parametrize(
    ("ready", "deed"),
    [
        (COURSE, "model.decode(data)"),
        (REPLY, f"msgspec.convert([{QUESTION!r}] * 50, list[schemas.QuestionView])"),
    ],
    ids=["course", "reply"],
)
def test_the_first_of_a_kind_may_come_eight_times_at_once(ready: str, deed: str) -> None:
    program = ALL_AT_ONCE.format(ready=ready, deed=deed)
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
