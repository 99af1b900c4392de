"""Warn of environment variables that look like ours but have no meaning: probably they are misspelt."""

from collections.abc import Iterable

from ecnscrawl.exceptions import suggestion

PREFIX = "ECNSCRAWL_"
KNOWN = ("ECNSCRAWL_CONTACT", "ECNSCRAWL_DATA_DIR", "ECNSCRAWL_DATABASE_URL")
_OF_TESTS = ("ECNSCRAWL_REAL_PAGES",)


def environment_warnings(names: Iterable[str]) -> list[str]:
    """Return a line for each of these names of environment variables that is unknown.

    >>> environment_warnings(["HOME", "ECNSCRAWL_DATADIR"])
    ["the environment variable ECNSCRAWL_DATADIR means nothing (did you mean 'ECNSCRAWL_DATA_DIR'?)"]
    """
    unknown = sorted(name for name in names if name.upper().startswith(PREFIX) and name not in KNOWN + _OF_TESTS)
    return [f"the environment variable {name} means nothing{_nearest(name)}" for name in unknown]


def _nearest(name: str) -> str:
    found = suggestion(name, KNOWN, similarity=0.75)  # the prefix alone makes all names similar
    return found or f"; known are {', '.join(KNOWN)}"
