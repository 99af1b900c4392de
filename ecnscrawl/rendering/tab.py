"""One page in the browser: open it, wait for its content, read it, close it."""

import asyncio
import re
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from time import monotonic
from typing import Any
from weakref import WeakSet

from playwright.async_api import Browser, BrowserContext, ConsoleMessage, Dialog, Error, Page, Route, WebSocketRoute
from scrapy import Request
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from ecnscrawl.rendering.interception import Interceptor
from ecnscrawl.rendering.request import RenderFailed

_ANY_URL = re.compile("")
POLL_INTERVAL = 0.2  # seconds
MAX_WAIT_FACTOR = 4  # a page may take this many times its seconds, with the time that its requests wait in the queue
# Chromium itself refuses these requests, and reports them only on the console.
_LOCAL_FILE = re.compile(r'Not allowed to load local resource|URL scheme "file" is not supported')
_READ = """(() => {
    const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
    const html = type + (document.documentElement?.outerHTML ?? "");
    return new Blob([html]).size > MOST ? null : html;
})()"""
_GUARDED: WeakSet[BrowserContext] = WeakSet()


class Tab:
    """A browser page for one document."""

    def __init__(
        self, handler: ScrapyPlaywrightDownloadHandler, interceptor: Interceptor, refused: Counter[str]
    ) -> None:
        self._handler = handler
        self._interceptor = interceptor
        self._refused = refused
        self._page: Page | None = None
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, url: str, context: str, options: Mapping[str, Any]) -> None:
        """Open the document and return at its first bytes. Raises Playwright's Error.

        `context` names the browser context, which is created with `options` if it does not exist.
        """
        request = Request(
            url,
            meta={
                "playwright_context": context,
                "playwright_context_kwargs": dict(options),
            },
        )
        # The handler's own download would read the page however large it is.
        page = await self._handler._create_page(request, self._handler._crawler.spider)
        await self._prepare(page)
        await page.goto(url, wait_until="commit")

    async def wait(self, wait_for: str | None, seconds: float) -> None:
        """Wait until the XPath `wait_for` matches, or, if it is None, until the network is idle; at most `seconds`.

        The time during which the page's requests wait in the downloader's queue does not count.
        """
        waiting = asyncio.ensure_future(self._wait_until_ready(wait_for))
        begun = now = monotonic()
        left = seconds
        try:
            while left > 0 and now < begun + MAX_WAIT_FACTOR * seconds:
                before = now
                if (await asyncio.wait({waiting}, timeout=POLL_INTERVAL))[0]:
                    break
                now = monotonic()
                left -= 0 if self._interceptor.is_queued else now - before
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError, Error):
                await waiting

    async def content(self, most: int | None) -> str:
        """Return the page's current HTML. Raises RenderFailed if it has more than `most` bytes."""
        html = await self._read(most)
        if html is None or (most is not None and len(html.encode("utf-8", "replace")) > most):
            raise RenderFailed("the rendered page is too large")
        return html

    async def _read(self, most: int | None) -> str | None:
        """Return the HTML, or None if it has more than `most` bytes.

        One script measures and reads it, in an isolated world that the page's own scripts cannot reach.
        """
        assert self._page is not None
        session = await self._page.context.new_cdp_session(self._page)
        frame = (await session.send("Page.getFrameTree"))["frameTree"]["frame"]["id"]
        world = await session.send("Page.createIsolatedWorld", {"frameId": frame})
        script = _READ.replace("MOST", "Infinity" if most is None else str(most))
        where = {"contextId": world["executionContextId"], "returnByValue": True}
        answer = await session.send("Runtime.evaluate", {"expression": script, **where})
        if "exceptionDetails" in answer:
            raise RenderFailed("the page does not let itself be read")
        html: str | None = answer["result"]["value"]
        return html

    @property
    def browser(self) -> Browser | None:
        """The browser that the page is in; None before it is open."""
        return self._page.context.browser if self._page is not None else None

    async def close(self) -> None:
        """Close the page."""
        if self._page is not None and not self._page.is_closed():
            await self._page.close()

    async def _wait_until_ready(self, wait_for: str | None) -> None:
        assert self._page is not None
        if wait_for:
            await self._page.wait_for_selector(f"xpath={wait_for}", state="attached", timeout=0)
        else:
            await self._page.wait_for_load_state("networkidle", timeout=0)

    async def _prepare(self, page: Page) -> None:
        """Install the handlers of requests and events, before the page sends its first request."""
        self._page = page
        page.on("crash", self._note_crash)
        page.on("dialog", _dismiss)
        page.on("popup", self._close_popup)
        page.on("console", self._count_file_access)
        await page.route(_ANY_URL, self._interceptor.handle)
        if page.context not in _GUARDED:
            _GUARDED.add(page.context)
            await page.context.route(_ANY_URL, _abort)  # requests of popups
        await page.route_web_socket(_ANY_URL, self._refuse_socket)

    def _note_crash(self, _page: Page) -> None:
        if not self.crashed.done():
            self.crashed.set_result(None)

    def _count_file_access(self, message: ConsoleMessage) -> None:
        if _LOCAL_FILE.search(message.text):
            self._refused["file is not allowed"] += 1

    async def _close_popup(self, page: Page) -> None:
        self._refused["another page"] += 1
        with suppress(Error):
            await page.close()

    async def _refuse_socket(self, socket: WebSocketRoute) -> None:
        self._refused["websocket"] += 1
        await socket.close()


async def _dismiss(dialog: Dialog) -> None:
    with suppress(Error):
        await dialog.dismiss()


async def _abort(route: Route) -> None:
    with suppress(Error):
        await route.abort("aborted")
