"""What can keep a run from starting or finishing, each with the exit status that it means."""

import sys
from typing import NoReturn

from ecnscrawl.telling import tell


class EcnscrawlError(Exception):
    """One clear line for the user: what, where, the way out."""

    exit_status = 1


class CannotStart(EcnscrawlError):
    """The data folder, the state or a setting does not allow a run."""


class WrongUsage(EcnscrawlError, ValueError):
    """The command's words are off."""

    exit_status = 2


class StorageFailed(EcnscrawlError):
    """The disk is full, read-only or gone in the middle of a run; what is stored so far is whole."""

    exit_status = 3


class AlreadyRunning(EcnscrawlError):
    """Another run of this site is under way."""

    exit_status = 4


def refuse(error: EcnscrawlError) -> NoReturn:
    """End the process with the error's one line and its exit status."""
    tell(f"ecnscrawl: error: {error}", error=True)
    sys.exit(error.exit_status)
