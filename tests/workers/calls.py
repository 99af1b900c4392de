"""Functions for the workers of the tests: some do their work, the others are the worst that a page can do to a parser."""

import contextlib
import ctypes
import os
import signal
import time
from pathlib import Path
from typing import NoReturn

from ecnscrawl.pages.document import Source


def add(one: int, other: int) -> int:
    return one + other


def process_id() -> int:
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def loop_in_python() -> NoReturn:
    while True:
        pass


def loop_in_c() -> None:
    """Spend minutes in one call of C, in which Python handles no signal."""
    pow(7, 10**9)


def exit_in_mid_page(status: int) -> NoReturn:
    os._exit(status)


def segfault() -> None:
    ctypes.string_at(0)


def kill_itself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def take_memory(megabytes: int) -> int:
    return len(bytearray(megabytes * 1024 * 1024))


def big_result(size: int) -> bytes:
    return b"x" * size


class Unpicklable(Exception):
    """Can be pickled, but not made again from what was pickled."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(f"{one} {other}")


def raise_unpicklable() -> NoReturn:
    raise Unpicklable("snow", "fell")


def raise_with_reason(reason: str) -> NoReturn:
    raise LookupError(reason)


def open_sockets() -> int:
    """How many sockets and pipes this process has open."""
    links = []
    for each in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the folder itself, which is closed by now
            links.append(str(each.readlink()))
    return sum(link.startswith(("socket:", "pipe:")) for link in links)


def ignored_signals() -> list[str]:
    return [each.name for each in signal.Signals if signal.getsignal(each) is signal.SIG_IGN]


_kept: list[bytearray] = []


def keep(size: int) -> int:
    """Leak this much memory, and return the number of the process."""
    _kept.append(bytearray(size))
    return os.getpid()


_warmed_up_in = 0


def warm_up() -> None:
    """Note in which process the module was loaded first."""
    global _warmed_up_in  # noqa: PLW0603 - the fork server calls it once
    _warmed_up_in = os.getpid()


def warmed_up() -> int:
    return _warmed_up_in


def parent_id() -> int:
    return os.getppid()


def exit_at(page: Source) -> NoReturn:
    os._exit(3)


def sleep_at(page: Source) -> None:
    time.sleep(20)
