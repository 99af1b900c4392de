"""What the result of a task depends on, besides the archive: releases of Python and packages, and our own sources."""

import hashlib
import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import ecnscrawl

_SOURCES = (".py", ".json")  # the code, and the model of the generic reader


@cache
def versions() -> Mapping[str, str]:
    """Return the releases on this machine, by name: Python, this package, and the packages that it needs."""
    needed = (each for each in requires("ecnscrawl") or () if "extra ==" not in each)
    named = [re.split(r"[^\w.-]", each, maxsplit=1)[0] for each in needed]
    own = f"{version('ecnscrawl')} ({_digest_of_sources()})"
    return {
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}",
        "ecnscrawl": own,
        **{name: found for name in named if (found := _version(name)) is not None},
    }


def differences(theirs: Mapping[str, str], ours: Mapping[str, str]) -> str:
    """Name what a worker has in another release than the machine of the command; an empty text if there is nothing.

    >>> differences({"Python": "3.12", "lxml": "6.1"}, {"Python": "3.11", "lxml": "6.1", "msgspec": "0.22"})
    'Python 3.12 instead of 3.11, no msgspec'
    """
    return ", ".join(
        f"{name} {theirs[name]} instead of {ours[name]}" if name in theirs else f"no {name}"
        for name in ours
        if theirs.get(name) != ours[name]
    )


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:  # needed elsewhere only, such as tzdata on Windows
        return None


def _digest_of_sources() -> str:
    """Return a digest of our modules: a checkout has the same version through many commits."""
    root = Path(ecnscrawl.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(each for each in root.rglob("*") if each.suffix in _SOURCES):
        digest.update(f"{path.relative_to(root).as_posix()}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]
