"""What went wrong with a download, in a few words that a report can count."""

from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure

from ecnscrawl.exceptions import ReasonedFailure, TooComplex
from ecnscrawl.network.address_policy import MALFORMED
from ecnscrawl.network.compression import BrokenBody
from ecnscrawl.network.exceptions import RequestDropped

GONE_STATUSES = (404, 410)

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "host not found"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "timed out"),
    (ResponseDataLossError, "response cut short"),
    (DownloadCancelledError, "response too large"),
    (DownloadFailedError, "connection lost"),
    (ValueError, MALFORMED),  # what a redirect leads to and no reader of addresses understands
)


def status_of(failure: Failure) -> int | None:
    """The HTTP status of a response that was an error."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def reason_of(failure: Failure) -> str:
    """Why there is no response to read."""
    return reason_of_error(failure.value)


def reason_of_error(error: BaseException | None) -> str:
    """The same of an exception."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if "DOWNLOAD_MAXSIZE" in str(error):
        return "response too large"
    if isinstance(error, IgnoreRequest | TooComplex | BrokenBody):
        return str(error) or "ignored"
    if isinstance(error, ReasonedFailure):
        return str(error)
    return next((words for kind, words in _WORDS if isinstance(error, kind)), type(error).__name__)


def is_missing(failure: Failure) -> bool:
    """Whether the server says that there is no such page."""
    return status_of(failure) in GONE_STATUSES


def was_stopped(failure: Failure) -> bool:
    """Whether the run ended before the request was sent: nothing is known of the page, and nothing is wrong with it."""
    return isinstance(failure.value, RequestDropped)
