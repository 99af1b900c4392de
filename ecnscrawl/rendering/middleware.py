"""Render the responses of requests marked for it; a run without such a request starts no browser."""

from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from ecnscrawl.context import context_of
from ecnscrawl.network.exchanges import note_rendered
from ecnscrawl.network.request_info import (
    DocumentEnd,
    RequestKind,
    copy_redirects,
    info_of,
    meta_to_repeat,
    update_info,
)
from ecnscrawl.network.shutdown import run_stopping
from ecnscrawl.rendering.executable import BrowserNotFoundError, find_browser
from ecnscrawl.rendering.request import RenderFailed
from ecnscrawl.storage.archive.terms import is_archiving
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from ecnscrawl.rendering.browser import Browser

_MEGABYTE = 1024 * 1024


class RenderingMiddleware:
    """A downloader middleware. It comes last, so that the others have accepted the request before.

    The document is downloaded by a plain request through all middlewares. The rendered request itself takes no slot of
    the downloader: the page's subrequests would wait for that slot.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._browser: Browser | None = None
        crawler.signals.connect(self._stop, run_stopping)
        crawler.signals.connect(self._close, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    async def process_request(self, request: Request) -> Response | None:
        info = info_of(request)
        if (options := info.rendering) is None:
            return None
        document = options.document.response(request) if options.document else await self._fetch_document(request)
        if document.status != 200 or not isinstance(document, HtmlResponse):
            return document
        update_info(request, document_end=DocumentEnd.of(document))
        html = await self._render(document, options.wait_for, info.kind)
        body = html.encode("utf-8", "replace")
        if is_archiving(self._crawler.settings):
            note_rendered(request, document, body, utc_now())
        # ETag and Last-Modified are left out: they describe the page before its scripts ran.
        return HtmlResponse(document.url, body=body, encoding="utf-8", request=request)

    async def _fetch_document(self, request: Request) -> Response:
        """Download the document by a plain request, in the site's slot."""
        meta = meta_to_repeat(request, rendering=None)
        plain = Request(request.url, headers=request.headers, meta=meta, callback=NO_CALLBACK)
        document = await self._crawler.engine.download_async(plain)
        if document.request is not None:
            copy_redirects(document.request, request)
        return document

    async def _render(self, document: Response, wait_for: str | None, kind: RequestKind) -> str:
        stats = context_of(self._crawler).stats.rendering
        stats.asked[kind] += 1
        try:
            if self._browser is None:
                self._browser = self._make_browser()
            return await self._browser.render(document, wait_for)
        except RenderFailed as failure:
            stats.failed[str(failure)] += 1
            raise

    def _make_browser(self) -> "Browser":
        from ecnscrawl.rendering.browser import Browser, RenderLimits  # noqa: PLC0415 - an extra, and a second to import

        settings = self._crawler.settings
        try:
            program = find_browser(settings)
        except BrowserNotFoundError as reason:
            raise RenderFailed(str(reason)) from None
        limits = RenderLimits(
            seconds=settings.getfloat("RENDER_SECONDS"),
            memory=settings.getint("RENDER_MEMORY_MB") * _MEGABYTE,
            page_size=settings.getint("DOWNLOAD_MAXSIZE") or None,
        )
        return Browser(self._crawler, program, limits, context_of(self._crawler).stats.rendering.refused)

    def _stop(self) -> None:
        if self._browser is not None:
            self._browser.stop()

    async def _close(self) -> None:
        if self._browser is not None:
            await self._browser.close()
