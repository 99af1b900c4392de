"""A forked command behaves as one that is started on its own: see `tests/system/launching.py`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system import launching
from tests.system.crawling import ROOT, SCRAPY
from tests.system.warm_process import LIBRARIES, SETTINGS, modules

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


def test_no_reactor_is_imported_before_the_fork() -> None:
    script = f"import sys; [__import__(name) for name in {modules()}]; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-W", "error", "-c", script], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert SETTINGS in loaded
    assert [name for name in loaded if name.startswith("twisted.internet.reactor")] == []


def test_a_fork_reads_its_environment_and_its_folder_as_a_process_does(tmp_path: Path) -> None:
    """Our settings name the data folder by both."""
    words = ["settings", "--get", "DATA_DIR"]
    environment = {key: value for key, value in os.environ.items() if key != "ECNSCRAWL_DATA_DIR"}
    command = [str(SCRAPY), *words]
    for named in ({}, {"ECNSCRAWL_DATA_DIR": str(tmp_path)}):
        forked = launching.run(command, environment | named, ROOT, umask=-1, stdin=None, timeout=60)
        cold = launching.run(command, environment | named | {"LC_PAPER": "C"}, ROOT, umask=-1, stdin=None, timeout=60)
        assert forked == cold
        assert forked[1].strip() == named.get("ECNSCRAWL_DATA_DIR", str(ROOT / "data"))


WATCHED = """
import os, sys, pathlib
for name in {before}: __import__(name)
read = []
class Environment(type(os.environ)):
    def __getitem__(self, name):
        read.append(name)
        return super().__getitem__(name)
own = os.environ
os.environ = Environment(own._data, own.encodekey, own.decodekey, own.encodevalue, own.decodevalue)
folder = os.getcwd
os.getcwd = lambda: (read.append("the folder"), folder())[1]
for name in {watched}: __import__(name)
print(*read)
"""


def test_no_module_reads_the_folder_or_a_variable_of_a_fork_s_own_on_import() -> None:
    """But for our settings, which a fork executes again."""
    libraries = [*LIBRARIES, "scrapy.utils.project"]
    script = WATCHED.format(before=[*libraries, SETTINGS], watched=modules())
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    read = set(done.stdout.split())
    assert [name for name in read if name == "folder" or launching.is_read_late(name)] == []
    script = WATCHED.format(before=libraries, watched=[SETTINGS])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert {"ECNSCRAWL_DATA_DIR", "folder"} <= set(done.stdout.split())
