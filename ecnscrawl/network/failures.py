"""Put the failure of a download into a few words, which a report counts."""

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

from ecnscrawl.exceptions import PageUnread, ReadingDropped, ReasonedFailure
from ecnscrawl.network.address_policy import MALFORMED
from ecnscrawl.network.compression import BrokenBody
from ecnscrawl.network.exceptions import RequestDropped, RobotsUnavailable

GONE_STATUSES = (404, 410)

_WORDS: tuple[tuple[type[Exception], str], ...] = (
    (CannotResolveHostError, "host not found"),
    (DownloadConnectionRefusedError, "connection refused"),
    (DownloadTimeoutError, "timed out"),
    (ResponseDataLossError, "response cut short"),
    (DownloadCancelledError, "response too large"),
    (DownloadFailedError, "connection lost"),
    (ValueError, MALFORMED),  # the target of a redirect cannot be parsed
)


def status_of(failure: Failure) -> int | None:
    """Return the HTTP status of an error response, or None for any other failure."""
    return failure.value.response.status if isinstance(failure.value, HttpError) else None


def reason_of(failure: Failure) -> str:
    """Return why there is no response."""
    return reason_of_error(failure.value)


def reason_of_error(error: BaseException | None) -> str:
    """Return the reason for an exception."""
    if isinstance(error, HttpError):
        return f"HTTP {error.response.status}"
    if "DOWNLOAD_MAXSIZE" in str(error):
        return "response too large"
    if isinstance(error, IgnoreRequest | PageUnread | BrokenBody):
        return str(error) or "ignored"
    if isinstance(error, ReasonedFailure):
        return str(error)
    return next((words for kind, words in _WORDS if isinstance(error, kind)), type(error).__name__)


def is_missing(failure: Failure) -> bool:
    """Whether the server says that the page does not exist (404) or no longer exists (410)."""
    return status_of(failure) in GONE_STATUSES


def is_unreachable(failure: Failure) -> bool:
    """Whether the host may not answer at all by this scheme."""
    unanswered = DownloadConnectionRefusedError | DownloadTimeoutError | DownloadFailedError | ReasonedFailure
    return isinstance(failure.value, unanswered | RobotsUnavailable)


def was_stopped(failure: Failure) -> bool:
    """Whether the run ended before the request was sent, or its page was read. This says nothing about the page."""
    return isinstance(failure.value, RequestDropped | ReadingDropped)
