"""`python -m replica` in its own process."""

import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

pytestmark = pytest.mark.system

ROOT = Path(__file__).parent.parent.parent
REPLICA = (sys.executable, "-m", "replica", "--articles", "12", "--seed", "3")
FETCH = "import urllib.request; print(urllib.request.urlopen('https://www.ecns.cn/robots.txt').read().decode())"


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*REPLICA, "--", *command], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)


def test_a_command_finds_the_site_at_its_real_address() -> None:
    done = run(sys.executable, "-c", FETCH)
    assert (done.returncode, done.stdout.strip()) == (0, "User-agent: *\nAllow: /")


def test_the_exit_status_is_that_of_the_command() -> None:
    assert run(sys.executable, "-c", "raise SystemExit(3)").returncode == 3


def test_a_command_killed_by_a_signal_gives_128_plus_its_number() -> None:
    assert run(sys.executable, "-c", "import os; os.kill(os.getpid(), 9)").returncode == 128 + 9


def test_a_missing_command_gives_127() -> None:
    done = run("no-such-command")
    assert done.returncode == 127
    assert "no-such-command" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_are_forwarded_to_the_command(number: signal.Signals) -> None:
    child = (
        f"import signal\nsignal.signal({int(number)}, lambda *_: exit(5))\nprint('ready', flush=True)\nsignal.pause()"
    )
    command = [*REPLICA, "--", sys.executable, "-c", child]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        process.send_signal(number)
        assert process.wait(timeout=20) == 5


def test_without_a_command_it_serves_until_interrupted() -> None:
    with subprocess.Popen(REPLICA, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        proxy = process.stdout.readline().split()[1]
        exports = [process.stdout.readline().split()[1].partition("=") for _ in range(7)]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
        assert opener.open("http://www.ecns.cn/world/", timeout=10).status == 200
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=20) == 0
    names = {name for name, _, _ in exports}
    assert {"https_proxy", "no_proxy", "SSL_CERT_FILE"} <= names
