"""Read the headers of requests and responses: host, charset, cache validators, Retry-After."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.pages.charsets import charset_in


def host_of(request: Request) -> str:
    """Return the host of a request's URL."""
    return urlparse_cached(request).hostname or ""


def retry_after_seconds(retry_after: str, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for, or None if it is neither a number nor a date.

    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> [retry_after_seconds(text, noon) for text in ("120", "Mon, 23 Nov 2026 12:02:00 GMT", "soon")]
    [120.0, 120.0, None]
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])  # up to thirty years; a longer number could overflow
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def charset_of(response: Response) -> str | None:
    """Return the charset of the Content-Type header, or None."""
    header = response.headers.get(b"Content-Type")
    return charset_in(header.decode("latin-1")) if header else None


def validators_of(response: Response, url: str) -> CacheValidators:
    """Return the validators (ETag, Last-Modified) for the next conditional request."""
    return CacheValidators(url, _header(response, b"ETag"), _header(response, b"Last-Modified"))


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
