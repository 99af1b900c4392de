"""Errors that end a command, each with its exit status, and those of a single download or page."""

import sys
from collections.abc import Iterable
from difflib import get_close_matches
from typing import NoReturn

from ecnscrawl.redaction import print_safely


class EcnscrawlError(Exception):
    """The base class. The message is one line: what is wrong, where, and what the user can do."""

    exit_status = 1


class ReasonedFailure(Exception):
    """A failed download. The message is the reason, which the report counts."""


class CannotStart(EcnscrawlError):
    """The command cannot run, because of the data folder, the state or a missing program."""


class WrongUsage(EcnscrawlError, ValueError):
    """An argument, an option or a setting is invalid."""

    exit_status = 2


class StorageFailed(EcnscrawlError):
    """The disk became full, read-only or unavailable during a run; the records stored so far are complete."""

    exit_status = 3


class AlreadyRunning(EcnscrawlError):
    """Another run of this site is under way."""

    exit_status = 4


def refuse(error: EcnscrawlError) -> NoReturn:
    """Print the error as one line on standard error, and exit with its status."""
    print_safely(f"ecnscrawl: error: {error}", error=True)
    sys.exit(error.exit_status)


class PageUnread(EcnscrawlError):
    """A page was downloaded, but not read. The message is the reason, which the report counts."""


class TooComplex(PageUnread):
    """A page is too large or too complex to parse."""


class ReadingEnded(PageUnread):
    """Reading a page took too much time or memory, or crashed."""


class ReadingDropped(PageUnread):
    """The run ended before a page was read. This says nothing about the page."""


def suggestion(word: str, known: Iterable[str], similarity: float = 0.5) -> str:
    """Return ` (did you mean …?)` if a known word is similar, whatever its case, else an empty string.

    Equal words have similarity 1.
    """
    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(word.lower(), by_lower, 1, similarity)
    return f" (did you mean {by_lower[found[0]]!r}?)" if found else ""
