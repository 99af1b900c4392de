"""The limits of a worker process: seconds for a call, memory, growth until it is replaced."""

import os
import resource
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

MEGABYTE = 1024 * 1024
_PR_SET_PDEATHSIG = 1  # linux/prctl.h
_STATM = Path("/proc/self/statm")


@dataclass(frozen=True, slots=True)
class WorkerLimits:
    """The limits of a worker process; 0 means no limit. The settings have the defaults of what users can change."""

    seconds: float = 0.0  #: for a call, by the wall clock
    memory: int = 0  #: bytes of address space that a process may add to what it begins with
    #: Bytes by which a process may have grown after a call; then it is replaced. Reading 2,000 pages by trafilatura
    #: adds 8 MB, but a page of 10 MB may leave hundreds.
    growth: int = 200 * MEGABYTE


def limit_memory(added: int) -> None:
    """Let the process add this many bytes to its address space: then an allocation fails, and nothing else."""
    pages = _pages()
    if added and pages is not None:
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        wanted = pages[0] * resource.getpagesize() + added
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash leaves no file behind


def resident_bytes() -> int:
    """Return how much memory the process has in use now; 0 where the system does not say."""
    pages = _pages()
    return pages[1] * resource.getpagesize() if pages else 0


def die_with(parent: int) -> None:
    """Let the kernel kill this process when `parent` ends, even in the middle of a call. Only Linux can."""
    if sys.platform == "linux":
        import ctypes  # noqa: PLC0415 - takes a while, and only a worker needs it

        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it has ended already
        os._exit(0)


def _pages() -> tuple[int, int] | None:
    """Return the pages of the address space, and those in memory; None where the system does not say."""
    try:
        size, resident = _STATM.read_bytes().split()[:2]
    except OSError:
        return None
    return int(size), int(resident)
