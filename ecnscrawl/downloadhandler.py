"""Scrapy's own download handler, with what a server can do to it bounded: the head of a response, and private hosts."""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, IgnoreRequest
from scrapy.http import Response
from scrapy.utils.httpobj import urlparse_cached

from ecnscrawl.hosts import refusal
from ecnscrawl.resolver import PublicResolver
from ecnscrawl.sentonce import SentOnceDownloadHandler

#: Bytes of status line and header lines: browsers take some 256 KB, and Twisted 16 KB a line but lines without end.
MOST_HEAD = 256 * 1024


class HeadTooLarge(IgnoreRequest):
    """Nothing that a further try would change."""


class BoundedDownloadHandler(SentOnceDownloadHandler):
    """Ends a response whose head does not end, and says why a host was not connected to."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory

    async def download_request(self, request: Request) -> Response:
        from twisted.internet import reactor  # noqa: PLC0415 - it is installed by now

        try:
            return await super().download_request(request)
        except CannotResolveHostError:
            resolver: Any = reactor.nameResolver
            host = urlparse_cached(request).hostname or ""
            address = resolver.refused.get(host) if isinstance(resolver, PublicResolver) else None
            if address is None:
                raise
            raise IgnoreRequest(refusal(host, address)) from None
        except DownloadFailedError as error:
            if any(reason.check(HeadTooLarge) for reason in getattr(error.__cause__, "reasons", ())):
                raise HeadTooLarge(f"a head of more than {MOST_HEAD} bytes") from None
            raise


class _BoundedParser(_LenientHTTPClientParser):
    """Counts the bytes of lines: those of the head, and of all heads where an interim response comes first."""

    _head_bytes = 0

    def lineReceived(self, line: bytes) -> None:
        self._head_bytes += len(line) + 1
        if self._head_bytes > MOST_HEAD:
            raise HeadTooLarge
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002
        raise HeadTooLarge


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    """Its parser is made by Twisted and changed by Scrapy, so it can only be changed once more."""

    def request(self, request: Any) -> Any:
        response = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _BoundedParser
        return response


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:  # noqa: ARG002
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]
