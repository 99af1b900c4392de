"""Scrapy's own download handler, with bounds to what servers make of a response, and reasons for what is refused.

It decompresses too: here a body that was cut off is a failed download, and tried again, as any other that was.
Scrapy's own middleware gives what it can read of such a body as if it were whole, and from there no failure would be
tried again.
"""

from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError, DownloadFailedError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response, TextResponse
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached
from twisted.web.http import _ChunkedTransferDecoder

from ecnscrawl.compression import BodyTooLarge, decompress
from ecnscrawl.hosts import refusal
from ecnscrawl.middlewares.addresses import AddressRefused
from ecnscrawl.resolver import PublicResolver

#: Pieces of a body; each costs some 25 µs, so that chunks of a byte would keep the processor busy till the time is up.
MOST_CHUNKS = 20_000
#: Bytes of status line and header lines: browsers take some 256 KB, and Twisted 16 KB a line but lines without end.
MOST_HEAD = 256 * 1024


class UnboundedResponse(IgnoreRequest):
    """Nothing that a further try would change."""


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Ends a response whose head does not end, and says why a host was not connected to; asks once."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        # Twisted would repeat what was cut off on a kept connection: at once, uncounted, without the delay.
        self._pool.retryAutomatically = False

    async def download_request(self, request: Request) -> Response:
        from twisted.internet import reactor  # noqa: PLC0415 - it is installed by now

        try:
            return self._decompressed(request, await super().download_request(request))
        except CannotResolveHostError:
            resolver: Any = reactor.nameResolver
            host = urlparse_cached(request).hostname or ""
            address = resolver.refused.get(host) if isinstance(resolver, PublicResolver) else None
            if address is None:
                raise
            raise AddressRefused(refusal(host, address)) from None
        except (DownloadFailedError, ResponseDataLossError) as error:
            for reason in getattr(error.__cause__, "reasons", ()):
                if isinstance(reason.value, UnboundedResponse):
                    raise reason.value from None
            raise

    def _decompressed(self, request: Request, response: Response) -> Response:
        """The response without its content codings; raises ResponseDataLossError where its body is not whole.

        Of a download that was stopped by us nobody expects an end; a response that is no success is not read, and an
        error page that was cut off says the same as a whole one.
        """
        stated = b",".join(response.headers.getlist(b"Content-Encoding")).decode("latin-1").lower()
        encodings = [name for each in stated.split(",") if (name := each.strip())]
        has_no_body = request.method == "HEAD" or response.status in (204, 304)
        if not encodings or has_no_body or "download_stopped" in response.flags:
            return response
        limit = request.meta.get("download_maxsize", self._default_maxsize)
        try:
            body, left = decompress(response.body, encodings, limit)
        except BodyTooLarge as size:
            raise IgnoreRequest(f"more than DOWNLOAD_MAXSIZE ({limit} B) when decompressed: {size} B so far") from None
        except ResponseDataLossError:
            if response.status < 300:
                raise
            body, left = b"", []
        del response.headers[b"Content-Encoding"]
        if left:
            response.headers[b"Content-Encoding"] = ", ".join(left)
        kind = responsetypes.from_args(headers=response.headers, url=response.url, body=body)
        changes: dict[str, Any] = {"encoding": None} if issubclass(kind, TextResponse) else {}
        return response.replace(cls=kind, body=body, **changes)


class _BoundedParser(_LenientHTTPClientParser):
    """Counts the bytes of the head, with those of interim responses before it, and the chunks of the body."""

    _head_bytes = 0
    _chunks = 0

    def lineReceived(self, line: bytes) -> None:
        self._head_bytes += len(line) + 1
        if self._head_bytes > MOST_HEAD:
            raise UnboundedResponse(f"a head of more than {MOST_HEAD} bytes")
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: ARG002
        raise UnboundedResponse(f"a header line of more than {self.MAX_LENGTH} bytes")

    def switchToBodyMode(self, decoder: Any) -> None:
        if isinstance(decoder, _ChunkedTransferDecoder):
            self._deliver, decoder.dataCallback = decoder.dataCallback, self._chunk_came
        super().switchToBodyMode(decoder)  # type: ignore[no-untyped-call]

    def _chunk_came(self, data: bytes) -> None:
        self._chunks += 1
        if self._chunks > MOST_CHUNKS:
            raise UnboundedResponse(f"a body in more than {MOST_CHUNKS} chunks")
        self._deliver(data)


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
