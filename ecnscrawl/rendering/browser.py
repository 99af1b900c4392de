"""One browser for a crawl: started when it is needed first, and gone at the end whatever happens."""

import asyncio
import logging
from collections import Counter
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser as Chromium
from playwright.async_api import Error
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy_playwright.handler import ScrapyPlaywrightDownloadHandler

from ecnscrawl.rendering.answers import Answers, Scripts
from ecnscrawl.rendering.launching import Provider
from ecnscrawl.rendering.tab import Tab
from ecnscrawl.rendering.wanted import RenderFailed
from ecnscrawl.stopping import RunStopped

logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)  # what goes wrong is counted, and said in the report

MOST_PAGES = 2  #: at once
_GRACE = 10.0  # seconds to open, read or close a page: a browser that takes longer hangs
_MOMENT = 0.05  # seconds
_CONTEXT = {"service_workers": "block", "accept_downloads": False}


@dataclass(frozen=True)
class Limits:
    """See the settings of the same names."""

    seconds: float  #: a page is waited for
    memory: int  #: bytes, of all its processes
    page_size: int | None  #: bytes of a rendered page; None is any


class Browser:
    """Renders pages, `MOST_PAGES` at once, each in a page of its own and each site's in a context of its own."""

    def __init__(self, crawler: Crawler, program: Path, limits: Limits, refused: Counter[str]) -> None:
        self._crawler = crawler
        self._limits = limits
        self._refused = refused
        self._scripts = Scripts()
        self._places = asyncio.Semaphore(MOST_PAGES)
        self._starting = asyncio.Lock()
        self._is_started = False
        self._failure: str | None = None
        self._stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._handler = ScrapyPlaywrightDownloadHandler(crawler)
        config = self._handler.config
        config.max_pages_per_context = MOST_PAGES
        config.target_closed_max_retries = 0  # a page that ends the browser shall not end the next one
        self._provider = self._handler.browser_provider = Provider(
            config, program, limits.memory, sandbox=crawler.settings.getbool("RENDER_SANDBOX")
        )

    async def render(self, document: Response, awaited: str | None) -> str:
        """The page's HTML as its scripts leave it. Raises RenderFailed, or RunStopped."""
        async with self._places:
            if self._stopped.done():
                raise RunStopped("the run was stopped")
            await self._start()
            if (browser := self._current) and not browser.is_connected():
                await self._lose(browser)
            answers = Answers(self._crawler, document, self._scripts, self._refused)
            tab = Tab(self._handler, answers, self._refused)
            try:
                return await self._first(self._read(tab, document, awaited), tab.crashed)
            except Error as error:
                raise RenderFailed(f"the browser failed: {error.message.partition(chr(10))[0]}") from None
            except TimeoutError:
                if tab.browser is None and (hung := self._current):  # not even an empty page could be had
                    await self._end(hung)
                raise RenderFailed("the page does not let itself be read") from None
            finally:
                answers.forget()
                await self._close(tab)

    def stop(self) -> None:
        """Give up the pages under way."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def close(self) -> None:
        """End the browser."""
        try:
            async with asyncio.timeout(_GRACE):
                await self._handler.close()
        except (Error, TimeoutError):
            pass  # the line is cut all the same
        finally:
            self._provider.cut()

    async def _start(self) -> None:
        async with self._starting:
            if self._failure is None and not self._is_started:
                try:
                    await self._provider.start()
                except Exception as error:  # whatever it is, it will not go away
                    self._failure = f"Playwright does not start ({type(error).__name__})"
                self._is_started = True
            if self._failure:
                raise RenderFailed(self._failure)

    async def _read(self, tab: Tab, document: Response, awaited: str | None) -> str:
        context = _CONTEXT | {"user_agent": self._crawler.settings["USER_AGENT"]}
        async with asyncio.timeout(_GRACE + self._limits.seconds):
            await tab.open(document.url, urlsplit(document.url).hostname or "", context)
        await tab.wait(awaited, self._limits.seconds)
        async with asyncio.timeout(_GRACE):
            return await tab.content(self._limits.page_size)

    async def _first(self, reading: Coroutine[Any, Any, str], crashed: "asyncio.Future[None]") -> str:
        """What was read; unless the page crashes, or the run is stopped, before."""
        task = asyncio.ensure_future(reading)
        try:
            events: set[asyncio.Future[Any]] = {task, crashed, self._stopped}
            await asyncio.wait(events, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                return task.result()
            if self._stopped.done():
                raise RunStopped("the run was stopped")
            raise RenderFailed("the page crashed")
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError, Error, RenderFailed, TimeoutError):
                await task

    async def _close(self, tab: Tab) -> None:
        """Close a page; a browser that does not is hung, and ended."""
        try:
            async with asyncio.timeout(_GRACE):
                await tab.close()
        except (Error, TimeoutError):
            if tab.browser is self._current and tab.browser is not None:
                await self._end(tab.browser)

    @property
    def _current(self) -> Chromium | None:
        """The browser that the next page would be opened in."""
        return getattr(self._handler, "browser", None)

    async def _end(self, hung: Chromium) -> None:
        """End a browser that does not answer."""
        self._provider.cut()
        await self._lose(hung)

    async def _lose(self, ended: Chromium) -> None:
        """Wait until a browser's end is noticed, so that the next page is not opened in it."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_GRACE):
                while self._current is ended:
                    await asyncio.sleep(_MOMENT)
