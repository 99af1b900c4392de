"""No worker outlives the program that has started it, however it ends and whatever the worker is doing."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.system


def is_there(process: int) -> bool:
    """Whether a process runs: one that has ended may wait for its new parent to notice."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in ("Z", "X")
    except OSError:
        return False


@pytest.mark.parametrize("killed", ["the program", "the fork server and the program"])
def test_no_worker_is_left_a_second_after_a_kill(killed: str) -> None:
    with subprocess.Popen([sys.executable, "-m", "tests.workers.owner"], stdout=subprocess.PIPE, text=True) as owner:
        assert owner.stdout is not None
        server, *workers = map(int, owner.stdout.readline().split())
        assert all(is_there(each) for each in (server, *workers))
        if "server" in killed:
            os.kill(server, signal.SIGKILL)
        owner.kill()
    deadline = time.monotonic() + 1
    while any(is_there(each) for each in (server, *workers)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert [each for each in (server, *workers) if is_there(each)] == []
