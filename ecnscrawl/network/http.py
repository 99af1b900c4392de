"""What requests and responses say in their heads: host, charset, validators, Retry-After."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from scrapy import Request
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.pages.charsets import charset_in


def host_of(request: Request) -> str:
    """The host that a request is for."""
    return urlparse_cached(request).hostname or ""


def seconds_asked_for(retry_after: str, now: datetime) -> float | None:
    """What a Retry-After header asks for: seconds, or a date; None where it is neither.

    >>> noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    >>> [seconds_asked_for(text, noon) for text in ("120", "Mon, 23 Nov 2026 12:02:00 GMT", "soon")]
    [120.0, 120.0, None]
    """
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text[:9])  # thirty years will do
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(0.0, (at - now).total_seconds())


def charset_of(response: Response) -> str | None:
    """The charset that the Content-Type header names."""
    header = response.headers.get(b"Content-Type")
    return charset_in(header.decode("latin-1")) if header else None


def validators_of(response: Response, url: str) -> CacheValidators:
    """What the response says to ask with next time."""
    return CacheValidators(url, _header(response, b"ETag"), _header(response, b"Last-Modified"))


def _header(response: Response, name: bytes) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
