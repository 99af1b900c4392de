"""Scrapy's download handler, behind the gate of all crawls, and with the reason for a refused address.

It also decompresses bodies. A compressed body that was cut off is a failed download here, which is retried like any
other. Scrapy's HttpCompressionMiddleware returns the readable part of such a body as if it were complete, and a failure
raised there would not be retried.
"""

from functools import partial
from typing import Any, cast
from weakref import WeakSet

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    TunnelError,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.responsetypes import responsetypes
from scrapy.utils.httpobj import urlparse_cached

from ecnscrawl.network.address_policy import not_public_reason
from ecnscrawl.network.admission import Admission
from ecnscrawl.network.bounded_protocol import BoundedFactory, BoundedProtocol, UnboundedResponse
from ecnscrawl.network.certificates import ReasonedPolicy, why_refused
from ecnscrawl.network.compression import BodyTooLarge, decompress
from ecnscrawl.network.exceptions import AddressRefused
from ecnscrawl.network.exchanges import exchange_of, note_exchange
from ecnscrawl.network.proxies import ProxyFailed, proxy_of
from ecnscrawl.network.resolver import PublicResolver
from ecnscrawl.network.shutdown import run_lost
from ecnscrawl.storage.archive.terms import is_archiving
from ecnscrawl.storage.run_settings import utc_now


class ProxyRefused(ProxyFailed, DownloadConnectionRefusedError):
    """The proxy does not listen."""


class ProxyNotFound(ProxyFailed, CannotResolveHostError):
    """The proxy's name leads nowhere."""


class ProxyWouldNotConnect(ProxyFailed, TunnelError):
    """The proxy answered, and opened no tunnel to the site."""


class BoundedDownloadHandler(HTTP11DownloadHandler):
    """Aborts a response with an endless head or too many chunks, and names the reason why a host was refused.

    A request waits at the gate that all crawls of the process share.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._admission = Admission(crawler)
        self._protocols: WeakSet[BoundedProtocol] = WeakSet()  # of all connections
        self._pool._factory = cast(Any, partial(BoundedFactory, self._admission, self._protocols))
        crawler.signals.connect(self._abort_all, run_lost)
        self._is_archiving = is_archiving(crawler.settings)
        if crawler.settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES"):
            self._contextFactory = cast(Any, ReasonedPolicy(self._contextFactory))
        # Twisted would repeat a request whose kept-alive connection was cut: at once, uncounted, without the delay.
        self._pool.retryAutomatically = False

    def _abort_all(self) -> None:
        for protocol in list(self._protocols):
            protocol.abort_at_once()

    async def download_request(self, request: Request) -> Response:
        ticket = await self._admission.wait(request)
        try:
            return await self._download(request)
        finally:
            self._admission.leave(ticket)

    async def _download(self, request: Request) -> Response:
        from twisted.internet import reactor  # noqa: PLC0415 - at import time Scrapy has not installed it yet

        try:
            response = await super().download_request(request)
            sent = exchange_of(request, response, utc_now()) if self._is_archiving else None
            response = self._decompressed(request, response)
            if sent is not None:
                note_exchange(request, sent)
            return response
        except DownloadConnectionRefusedError:
            if proxy := proxy_of(request):
                raise ProxyRefused(f"the proxy {proxy} refused the connection") from None
            raise
        except TunnelError:
            raise ProxyWouldNotConnect(f"the proxy {proxy_of(request)} would not connect") from None
        except CannotResolveHostError:
            if proxy := proxy_of(request):
                raise ProxyNotFound(f"the host of the proxy {proxy} was not found") from None
            resolver: Any = reactor.nameResolver
            host = urlparse_cached(request).hostname or ""
            address = resolver.refused.get(host) if isinstance(resolver, PublicResolver) else None
            if address is None:
                raise
            raise AddressRefused(not_public_reason(host, address)) from None
        except (DownloadFailedError, ResponseDataLossError) as error:
            for reason in getattr(error.__cause__, "reasons", ()):
                if isinstance(reason.value, UnboundedResponse):
                    raise reason.value from None
                if refusal := why_refused(reason.value, urlparse_cached(request).hostname or ""):
                    raise refusal from None
            raise

    def _decompressed(self, request: Request, response: Response) -> Response:
        """Return the response without its content codings. Raises ResponseDataLossError if its body is incomplete.

        A download that the crawl itself stopped is returned as it is. Of an error response only the status matters, so
        an incomplete body is dropped.
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
        # `response.replace` would guess the charset of the compressed bytes.
        attributes = {name: getattr(response, name) for name in Response.attributes}
        whole = kind(**attributes | {"body": body, "headers": None})
        whole.headers = response.headers  # whose names need not be normalized once more
        return whole
