"""The memory of a process with all that it has started, as Linux counts it; a browser is many processes."""

import re
from pathlib import Path

from ecnscrawl.rendering.keeper import descendants

_SHARE = re.compile(rb"^Pss:\s+(\d+) kB", re.MULTILINE)


def memory_of_tree(pid: int) -> int:
    """Bytes: what is shared between processes counts once (PSS)."""
    return sum(_memory(each) for each in {pid, *descendants(pid)})


def _memory(pid: int) -> int:
    try:
        found = _SHARE.search(Path(f"/proc/{pid}/smaps_rollup").read_bytes())
    except OSError:  # it has ended, or is another user's
        return 0
    return int(found[1]) * 1024 if found else 0
