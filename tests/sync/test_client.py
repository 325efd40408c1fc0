"""The phone's side of it, as written, under Node: see client.js."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

LAW = Path(__file__).parent / "client.js"
RUNS = 1_000
NODE = shutil.which("node")


@pytest.fixture
def node() -> str:
    if NODE is None:
        missing = "no Node found: apt-get install nodejs"
        if os.environ.get("CI"):
            pytest.fail(missing)
        pytest.skip(missing)
    return NODE


def test_a_thousand_ways_of_a_log_end_in_one_state(node: str) -> None:
    done = subprocess.run([node, str(LAW), str(RUNS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == f"{RUNS} runs"
