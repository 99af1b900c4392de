"""Intercept a page's requests and answer them by the crawl's downloader, so under all rules of the crawl."""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.async_api import Error, Route
from playwright.async_api import Request as PageRequest
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK

from ecnscrawl.context import context_of
from ecnscrawl.network.exceptions import AddressRefused, HostLeft, RequestDropped
from ecnscrawl.network.failures import reason_of_error
from ecnscrawl.network.http import charset_of
from ecnscrawl.network.request_info import KEY, RequestInfo, RequestKind, info_of, info_of_response
from ecnscrawl.network.shutdown import cancel_waiting
from ecnscrawl.pages.charsets import decode
from ecnscrawl.rendering.subrequests import is_abandoned, new_page_number, page_closed

_DOWNLOADED_TYPES = frozenset({"script", "xhr", "fetch"})
_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
# Images and style sheets are not downloaded. Pages get these instead of an error, because some replace their content
# when one fails to load.
_PLACEHOLDERS = {"image": ("image/gif", _PIXEL), "stylesheet": ("text/css", b"")}
_FORWARDED_HEADERS = ("Accept", "Referer", "X-Requested-With")  # all others, as User-Agent, are the crawl's own
_RETURNED_HEADERS = (b"Content-Type", b"Access-Control-Allow-Origin", b"Access-Control-Allow-Credentials")
MAX_CACHED_BYTES = 8 * 1024 * 1024  # enough for the scripts of a site, which are the same on every page
_REDIRECTS = frozenset(range(300, 400))
MAX_REASONS = 50  # different ones in a report; the rest are counted together
MAX_REASON_LENGTH = 100  # characters


@dataclass
class ScriptCache:
    """The scripts downloaded in this run, so that each is requested once."""

    responses: dict[str, Response] = field(default_factory=dict)
    size: int = 0

    def add(self, url: str, response: Response) -> None:
        """Store a script's response if its status is 200 and there is room."""
        if url in self.responses:  # two pages requested it at the same time
            return
        if response.status == 200 and self.size + len(response.body) <= MAX_CACHED_BYTES:
            self.responses[url] = response
            self.size += len(response.body)


class Interceptor:
    """Answers the requests of one page: with its document, and with what its scripts load. Refuses and counts others.

    `refused` counts refusals by reason, over all pages of the run.
    """

    def __init__(self, crawler: Crawler, document: Response, scripts: ScriptCache, refused: Counter[str]) -> None:
        self._crawler = crawler
        self._document: Response | None = document
        self._scripts = scripts
        self._refused = refused
        self._number = new_page_number()
        self._closed_pages = context_of(crawler).closed_pages
        self._pending_downloads = 0  #: requests that the downloader has not answered yet
        # Subrequests count against the budget of the listing that led to the page.
        listing = info_of_response(document).listing
        self._info = RequestInfo(kind=RequestKind.RENDERING, listing=listing, rendered_page=self._number)

    async def handle(self, route: Route, page_request: PageRequest) -> None:
        """Answer or refuse one request of the page; called by Playwright."""
        with suppress(Error):  # raised if the page was closed meanwhile
            if page_request.resource_type == "document" and self._document is not None:
                document, self._document = self._document, None
                await self._give_document(route, document)
            elif blank := _PLACEHOLDERS.get(page_request.resource_type):
                self._refused[page_request.resource_type] += 1
                await route.fulfill(status=200, content_type=blank[0], body=blank[1])
            elif page_request.resource_type not in _DOWNLOADED_TYPES or page_request.method != "GET":
                kind = page_request.resource_type if page_request.method == "GET" else "not GET"
                await self._refuse(route, "another page" if kind == "document" else kind)
            else:
                await self._load(route, page_request)

    @property
    def is_queued(self) -> bool:
        """Whether a subrequest waits in the downloader's queue, because of delays or limits of concurrency."""
        slots = self._crawler.engine.downloader.slots.values()
        under_way = sum(info_of(each).rendered_page == self._number for slot in slots for each in slot.transferring)
        return under_way < self._pending_downloads

    def abandon(self) -> None:
        """Drop the subrequests that still wait, since the page is closed."""
        self._closed_pages.add(self._number)
        dropped = RequestDropped("the page is closed")
        cancel_waiting(self._crawler, dropped, lambda each: is_abandoned(self._crawler, each))
        self._crawler.signals.send_catch_log(page_closed)

    async def _give_document(self, route: Route, document: Response) -> None:
        # The browser would detect the charset in its own way. A page must be decoded the same with and without it.
        profile = context_of(self._crawler).profile
        text = decode(document.body, charset_of(document), profile.fallback_charset if profile else None)
        await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=text)

    async def _load(self, route: Route, page_request: PageRequest) -> None:
        is_script = page_request.resource_type == "script"
        response = self._scripts.responses.get(page_request.url) if is_script else None
        if response is None:
            try:
                response = await self._download(page_request.url, page_request.headers)
            except Exception as error:
                await self._refuse(route, _reason_of(error))
                return
            if is_script:
                self._scripts.add(page_request.url, response)
        if response.status in _REDIRECTS:  # the downloader did not follow it, and the browser must not either
            await self._refuse(route, f"HTTP {response.status}")
            return
        headers = {
            name.decode(): value.decode("latin-1")
            for name in _RETURNED_HEADERS
            if (value := response.headers.get(name))
        }
        await route.fulfill(status=response.status, headers=headers, body=response.body)

    async def _download(self, url: str, headers: Mapping[str, str]) -> Response:
        forwarded = {name: value for name in _FORWARDED_HEADERS if (value := headers.get(name.lower()))}
        request = Request(url, headers=forwarded, meta={KEY: self._info}, callback=NO_CALLBACK)
        self._pending_downloads += 1
        try:
            return await self._crawler.engine.download_async(request)
        finally:
            self._pending_downloads -= 1

    async def _refuse(self, route: Route, reason: str) -> None:
        if self._number not in self._closed_pages:
            is_one_more = reason not in self._refused and len(self._refused) >= MAX_REASONS
            self._refused["for other reasons" if is_one_more else reason[:MAX_REASON_LENGTH]] += 1
        await route.abort("aborted")  # looks cancelled, so that the page shows no error


def _reason_of(error: Exception) -> str:
    """Return why a subrequest failed, in words that a page cannot choose: host names are its choice, in any number."""
    match error:
        case AddressRefused():
            return "another address"
        case HostLeft():
            return "the host was left"
        case _:
            return reason_of_error(error)
