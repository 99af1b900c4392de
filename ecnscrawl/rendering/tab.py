"""One page in the browser: opened, waited for, read, closed."""

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

from ecnscrawl.rendering.answers import Answers
from ecnscrawl.rendering.wanted import RenderFailed

_EVERYTHING = re.compile("")
_TICK = 0.2  # seconds between two looks at the clock
_MOST_WAITS = 4  # times the patience with a page: how long it may take with its waiting in line
# Chromium refuses these itself, and says so only here.
_LOCAL_FILE = re.compile(r'Not allowed to load local resource|URL scheme "file" is not supported')
_READ = """(() => {
    const type = document.doctype ? new XMLSerializer().serializeToString(document.doctype) : "";
    const html = type + (document.documentElement?.outerHTML ?? "");
    return new Blob([html]).size > MOST ? null : html;
})()"""
_GUARDED: WeakSet[BrowserContext] = WeakSet()


class Tab:
    """A page of its own for one document."""

    def __init__(self, handler: ScrapyPlaywrightDownloadHandler, answers: Answers, refused: Counter[str]) -> None:
        self._handler = handler
        self._answers = answers
        self._refused = refused
        self._page: Page | None = None
        self.crashed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def open(self, url: str, context: str, options: Mapping[str, Any]) -> None:
        """Go to the document, as far as its first bytes. Raises Playwright's Error."""
        request = Request(
            url,
            meta={
                "playwright_context": context,
                "playwright_context_kwargs": dict(options),
            },
        )
        # Not by the handler's own download: that reads the page, however large it is.
        page = await self._handler._create_page(request, self._handler._crawler.spider)
        await self._prepare(page)
        await page.goto(url, wait_until="commit")

    async def wait(self, awaited: str | None, seconds: float) -> None:
        """Until what is awaited stands on the page, or else the network is quiet; at most so many seconds.

        The time that its requests stand in line, for the sake of manners, is not the page's, so it does not count.
        """
        waiting = asyncio.ensure_future(self._come(awaited))
        begun = now = monotonic()
        left = seconds
        try:
            while left > 0 and now < begun + _MOST_WAITS * seconds:
                before = now
                if (await asyncio.wait({waiting}, timeout=_TICK))[0]:
                    break
                now = monotonic()
                left -= 0 if self._answers.is_in_line else now - before
        finally:
            waiting.cancel()
            with suppress(asyncio.CancelledError, Error):
                await waiting

    async def content(self, most: int | None) -> str:
        """The page's HTML as it now is. Raises RenderFailed where that is larger than `most`."""
        html = await self._read(most)
        if html is None or (most is not None and len(html.encode("utf-8", "replace")) > most):
            raise RenderFailed("the rendered page is too large")
        return html

    async def _read(self, most: int | None) -> str | None:
        """The HTML, or None where it is too large to be handed over.

        Measured and read at once, in a world of scripts that the page's own cannot reach.
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
        """The browser that the page is in; None where it has given none."""
        return self._page.context.browser if self._page is not None else None

    async def close(self) -> None:
        """Close the page."""
        if self._page is not None and not self._page.is_closed():
            await self._page.close()

    async def _come(self, awaited: str | None) -> None:
        assert self._page is not None
        if awaited:
            await self._page.wait_for_selector(f"xpath={awaited}", state="attached", timeout=0)
        else:
            await self._page.wait_for_load_state("networkidle", timeout=0)

    async def _prepare(self, page: Page) -> None:
        """Take the page's requests over, before its first one."""
        self._page = page
        page.on("crash", self._note_crash)
        page.on("dialog", _dismiss)
        page.on("popup", self._shut)
        page.on("console", self._note)
        await page.route(_EVERYTHING, self._answers.answer)
        if page.context not in _GUARDED:
            _GUARDED.add(page.context)
            await page.context.route(_EVERYTHING, _abort)  # of pages that are not ours
        await page.route_web_socket(_EVERYTHING, self._refuse_socket)

    def _note_crash(self, _page: Page) -> None:
        if not self.crashed.done():
            self.crashed.set_result(None)

    def _note(self, message: ConsoleMessage) -> None:
        if _LOCAL_FILE.search(message.text):
            self._refused["file is not asked for"] += 1

    async def _shut(self, page: Page) -> None:
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
