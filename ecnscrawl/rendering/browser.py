"""The browser of a crawl. It is started when first needed and always ended with the crawl."""

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

from ecnscrawl.network.exceptions import RunStopped
from ecnscrawl.rendering.interception import Interceptor, ScriptCache
from ecnscrawl.rendering.launcher import BrowserProvider
from ecnscrawl.rendering.request import RenderFailed
from ecnscrawl.rendering.tab import Tab

logging.getLogger("scrapy-playwright").setLevel(logging.CRITICAL)  # failures are counted in the report

MAX_PAGES = 2  #: open at the same time
OPERATION_TIMEOUT = 10.0  # seconds to open, read or close a page; a browser that takes longer has hung
POLL_INTERVAL = 0.05  # seconds
_CONTEXT = {"service_workers": "block", "accept_downloads": False}


@dataclass(frozen=True)
class RenderLimits:
    """The values of RENDER_SECONDS, RENDER_MEMORY_MB and DOWNLOAD_MAXSIZE."""

    seconds: float  #: to wait for a page's content
    memory: int  #: bytes, of all the browser's processes together
    page_size: int | None  #: bytes of a rendered page; None is unlimited


class Browser:
    """Renders up to `MAX_PAGES` documents at once, each in its own page, with one browser context for each host."""

    def __init__(self, crawler: Crawler, program: Path, limits: RenderLimits, refused: Counter[str]) -> None:
        self._crawler = crawler
        self._limits = limits
        self._refused = refused
        self._scripts = ScriptCache()
        self._free_pages = asyncio.Semaphore(MAX_PAGES)
        self._starting = asyncio.Lock()
        self._is_started = False
        self._failure: str | None = None
        self._stopped: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._handler = ScrapyPlaywrightDownloadHandler(crawler)
        config = self._handler.config
        config.max_pages_per_context = MAX_PAGES
        config.target_closed_max_retries = 0  # a page that crashes the browser must not crash the next one too
        self._provider = self._handler.browser_provider = BrowserProvider(
            config, program, limits.memory, sandbox=crawler.settings.getbool("RENDER_SANDBOX")
        )

    async def render(self, document: Response, wait_for: str | None) -> str:
        """Return the page's HTML after its scripts have run.

        `wait_for` is an XPath of an element to wait for; None waits until the network is idle. Raises RenderFailed, and
        RunStopped if the run ends meanwhile.
        """
        async with self._free_pages:
            if self._stopped.done():
                raise RunStopped("the run was stopped")
            await self._start()
            if (browser := self._current) and not browser.is_connected():
                await self._await_disconnect(browser)
            interceptor = Interceptor(self._crawler, document, self._scripts, self._refused)
            tab = Tab(self._handler, interceptor, self._refused)
            try:
                return await self._read_or_fail(self._read(tab, document, wait_for), tab.crashed)
            except Error as error:
                raise RenderFailed(f"the browser failed: {error.message.partition(chr(10))[0]}") from None
            except TimeoutError:
                if tab.browser is None and (hung := self._current):  # it could not even open an empty page
                    await self._kill_hung(hung)
                raise RenderFailed("the page does not let itself be read") from None
            finally:
                interceptor.abandon()
                await self._close(tab)

    def stop(self) -> None:
        """Make the pages under way raise RunStopped."""
        if not self._stopped.done():
            self._stopped.set_result(None)

    async def close(self) -> None:
        """Close the browser, and kill it if it does not close in time."""
        try:
            async with asyncio.timeout(OPERATION_TIMEOUT):
                await self._handler.close()
        except (Error, TimeoutError):
            pass  # the browser is killed below in any case
        finally:
            self._provider.kill()

    async def _start(self) -> None:
        async with self._starting:
            if self._failure is None and not self._is_started:
                try:
                    await self._provider.start()
                except Exception as error:  # whatever it is, a second try would fail too
                    self._failure = f"Playwright does not start ({type(error).__name__})"
                self._is_started = True
            if self._failure:
                raise RenderFailed(self._failure)

    async def _read(self, tab: Tab, document: Response, wait_for: str | None) -> str:
        context = _CONTEXT | {"user_agent": self._crawler.settings["USER_AGENT"]}
        async with asyncio.timeout(OPERATION_TIMEOUT + self._limits.seconds):
            await tab.open(document.url, urlsplit(document.url).hostname or "", context)
        await tab.wait(wait_for, self._limits.seconds)
        async with asyncio.timeout(OPERATION_TIMEOUT):
            return await tab.content(self._limits.page_size)

    async def _read_or_fail(self, reading: Coroutine[Any, Any, str], crashed: "asyncio.Future[None]") -> str:
        """Return what `reading` returns. Raises RenderFailed if the page crashes, RunStopped if the run ends before."""
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
        """Close a page; kill the browser if that takes too long."""
        try:
            async with asyncio.timeout(OPERATION_TIMEOUT):
                await tab.close()
        except (Error, TimeoutError):
            if tab.browser is self._current and tab.browser is not None:
                await self._kill_hung(tab.browser)

    @property
    def _current(self) -> Chromium | None:
        """The browser in which the next page would open."""
        return getattr(self._handler, "browser", None)

    async def _kill_hung(self, hung: Chromium) -> None:
        """Kill a browser that does not respond."""
        self._provider.kill()
        await self._await_disconnect(hung)

    async def _await_disconnect(self, ended: Chromium) -> None:
        """Wait until the handler notices that a browser ended, so that it does not open the next page there."""
        with suppress(TimeoutError):
            async with asyncio.timeout(OPERATION_TIMEOUT):
                while self._current is ended:
                    await asyncio.sleep(POLL_INTERVAL)
