"""Renders the requests that ask for it; every other one passes, and where none asks no browser is started."""

from typing import TYPE_CHECKING, Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.http import HtmlResponse, Response
from scrapy.http.request import NO_CALLBACK

from ecnscrawl.context import context_of
from ecnscrawl.rendering.chromium import NoBrowser, find_for
from ecnscrawl.rendering.wanted import RenderFailed, Wanted, wanted_by
from ecnscrawl.stopping import run_stopping

if TYPE_CHECKING:
    from ecnscrawl.rendering.browser import Browser

_MEGABYTE = 1024 * 1024


class RenderingMiddleware:
    """Stands near the downloader, so that others have let a request through; a document comes through them all.

    A rendered request takes no slot of the downloader: what the page asks for would wait for that one.
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
        wanted = wanted_by(request)
        if wanted is None:
            return None
        document = wanted.document or await self._ask_for(request)
        if document.status != 200 or not isinstance(document, HtmlResponse):
            return document
        html = await self._render(document, wanted, request.meta["kind"])
        # No validators: they are the shell's, and what its scripts fetch may change without it.
        return HtmlResponse(document.url, body=html.encode("utf-8", "replace"), encoding="utf-8", request=request)

    async def _ask_for(self, request: Request) -> Response:
        """The document as a plain request brings it, by the site's own slot."""
        meta = {name: request.meta.get(name) for name in ("kind", "listing")}
        plain = Request(request.url, headers=request.headers, meta=meta, callback=NO_CALLBACK)
        document = await self._crawler.engine.download_async(plain)
        if document.request is not None and "redirect_urls" in document.request.meta:
            request.meta["redirect_urls"] = document.request.meta["redirect_urls"]
        return document

    async def _render(self, document: Response, wanted: Wanted, kind: str) -> str:
        figures = context_of(self._crawler).stats.rendering
        figures.asked[kind] += 1
        try:
            if self._browser is None:
                self._browser = self._make_browser()
            return await self._browser.render(document, wanted.awaited)
        except RenderFailed as failure:
            figures.failed[str(failure)] += 1
            raise

    def _make_browser(self) -> "Browser":
        from ecnscrawl.rendering.browser import Browser, Limits  # noqa: PLC0415 - an extra, and a second to import

        settings = self._crawler.settings
        try:
            program = find_for(settings)
        except NoBrowser as reason:
            raise RenderFailed(str(reason)) from None
        limits = Limits(
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
