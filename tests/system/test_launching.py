"""A forked command behaves as one that is started on its own: see `tests/system/launching.py`."""

import os
import subprocess
import sys

import pytest

from tests.system import launching
from tests.system.crawling import ROOT, SCRAPY
from tests.system.warm_process import LIBRARIES, NAMED

pytestmark = [
    pytest.mark.system,
    pytest.mark.skipif(not launching.may_be_forked(os.environ), reason="no command is forked here"),
]

#: What a process can say of itself.
SELF = """[__import__("sys").stdin.read(), *map(__import__, ("os", "signal", "sys"))]"""
SHOW = (
    "(lambda said, os, signal, sys: print(said, sys.argv[0], sys.argv[-2:-1], sys.path[0], os.getcwd(), os.umask(0), sorted(os.environ.items()),"
    " [signal.getsignal(each) for each in (signal.SIGINT, signal.SIGPIPE, signal.SIGCHLD)], os.listdir('/proc/self/fd'),"
    f" [each.encoding for each in (sys.stdin, sys.stdout, sys.stderr)]))(*{SELF})"
)
COMMANDS = {
    "a refusal": ["crawl", "ecns", "-a", "sections=wrld"],
    "an unknown command": ["crowl"],
    "a list": ["list"],
    "a process": ["shell", "--nolog", "-c", SHOW],
    "an exit": ["shell", "--nolog", "-c", "__import__('os')._exit(7)"],
    "a death": ["shell", "--nolog", "-c", "__import__('os').kill(__import__('os').getpid(), 15)"],
}


def launch(*words: str, is_cold: bool = False, timeout: float = 60) -> tuple[int, str, str]:
    environment = os.environ | {"ECNSCRAWL_DATA_DIR": "/nowhere"} | ({"LC_PAPER": "C"} if is_cold else {})
    assert launching.may_be_forked(environment) is not is_cold
    command = [str(SCRAPY), *words]
    return launching.run(command, environment, ROOT, umask=0o27, stdin="to the command", timeout=timeout)


@pytest.mark.parametrize("words", COMMANDS.values(), ids=list(COMMANDS))
def test_status_and_output_are_the_same(words: list[str]) -> None:
    status, out, err = launch(*words, is_cold=True)
    assert launch(*words) == (status, out.replace("('LC_PAPER', 'C'), ", ""), err)


def test_a_command_that_takes_too_long_is_killed() -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        launch("shell", "--nolog", "-c", "__import__('time').sleep(60)", timeout=3)


def test_nothing_of_ours_and_no_reactor_is_imported_before_the_fork() -> None:
    modules = [*LIBRARIES, *(f"{package}.{name}" for package, names in NAMED.items() for name in names.split())]
    script = f"import sys; [__import__(name) for name in {modules}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    assert [name for name in done.stdout.split() if name.startswith(("ecnscrawl", "twisted.internet.reactor"))] == []
