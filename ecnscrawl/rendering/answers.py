"""Answers what a page asks for: by the crawl's own downloader, so by the law that holds for the crawl."""

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

from ecnscrawl.middlewares.addresses import AddressRefused
from ecnscrawl.middlewares.backoff import HostLeft
from ecnscrawl.pages.charsets import decode
from ecnscrawl.rendering.account import KEY, Account, account_of, is_given_up, page_closed
from ecnscrawl.spiders.articles import charset_of
from ecnscrawl.spiders.failures import reason_of_error
from ecnscrawl.stopping import RequestDropped, cancel_waiting

_LOADED = frozenset({"script", "xhr", "fetch"})
_PIXEL = bytes.fromhex("47494638396101000100800000ffffff00000021f90401000000002c00000000010001000002024401003b")
# Neither is asked for, but a page that hears of an error may put something else in their place.
_BLANK = {"image": ("image/gif", _PIXEL), "stylesheet": ("text/css", b"")}
_PASSED_ON = ("Accept", "Referer", "X-Requested-With")  # of what a page asks with; who asks is the crawl's to say
_HANDED_OVER = (b"Content-Type", b"Access-Control-Allow-Origin", b"Access-Control-Allow-Credentials")
_MOST_KEPT = 8 * 1024 * 1024  # bytes of scripts: every page of a site names the same ones
_FOUND = frozenset(range(300, 400))
_MOST_REASONS = 50  # that a report counts apart from each other
_LONGEST_REASON = 100


@dataclass
class Scripts:
    """The scripts that came already, so that a site is asked for each of them once a run."""

    kept: dict[str, Response] = field(default_factory=dict)
    size: int = 0

    def keep(self, url: str, response: Response) -> None:
        """Remember a script, as long as there is room."""
        if url in self.kept:  # two pages asked at once
            return
        if response.status == 200 and self.size + len(response.body) <= _MOST_KEPT:
            self.kept[url] = response
            self.size += len(response.body)


class Answers:
    """Gives one page its document, and what its scripts ask for; all else is refused, and counted."""

    def __init__(self, crawler: Crawler, document: Response, scripts: Scripts, refused: Counter[str]) -> None:
        self._crawler = crawler
        self._document: Response | None = document
        self._scripts = scripts
        self._refused = refused
        self._account = Account()
        self._unanswered = 0  #: requests that are with the downloader
        # What a page asks for is on the account of the listing that led to it.
        self._meta = {"kind": "rendering", "listing": document.meta.get("listing"), KEY: self._account}

    async def answer(self, route: Route, asked: PageRequest) -> None:
        """Answer one request of the page."""
        with suppress(Error):  # the page is closed, so nobody waits
            if asked.resource_type == "document" and self._document is not None:
                document, self._document = self._document, None
                await self._give_document(route, document)
            elif blank := _BLANK.get(asked.resource_type):
                self._refused[asked.resource_type] += 1
                await route.fulfill(status=200, content_type=blank[0], body=blank[1])
            elif asked.resource_type not in _LOADED or asked.method != "GET":
                kind = asked.resource_type if asked.method == "GET" else "not GET"
                await self._refuse(route, "another page" if kind == "document" else kind)
            else:
                await self._load(route, asked)

    @property
    def is_in_line(self) -> bool:
        """Whether something the page asked for still waits for its turn, as manners want it."""
        slots = self._crawler.engine.downloader.slots.values()
        under_way = sum(account_of(each) is self._account for slot in slots for each in slot.transferring)
        return under_way < self._unanswered

    def forget(self) -> None:
        """The page is closed: what waits for its turn, or for a better time, need not be asked for any more."""
        self._account.is_closed = True
        cancel_waiting(self._crawler, RequestDropped("the page is closed"), is_given_up)
        self._crawler.signals.send_catch_log(page_closed)

    async def _give_document(self, route: Route, document: Response) -> None:
        # A browser guesses charsets in its own way; ours has to be the same with a browser and without.
        text = decode(document.body, charset_of(document))
        await route.fulfill(status=200, content_type="text/html; charset=utf-8", body=text)

    async def _load(self, route: Route, asked: PageRequest) -> None:
        is_script = asked.resource_type == "script"
        response = self._scripts.kept.get(asked.url) if is_script else None
        if response is None:
            try:
                response = await self._download(asked.url, asked.headers)
            except Exception as error:
                await self._refuse(route, _reason_of(error))
                return
            if is_script:
                self._scripts.keep(asked.url, response)
        if response.status in _FOUND:  # one that the downloader has not followed, and a browser would by itself
            await self._refuse(route, f"HTTP {response.status}")
            return
        headers = {
            name.decode(): value.decode("latin-1") for name in _HANDED_OVER if (value := response.headers.get(name))
        }
        await route.fulfill(status=response.status, headers=headers, body=response.body)

    async def _download(self, url: str, headers: Mapping[str, str]) -> Response:
        passed_on = {name: value for name in _PASSED_ON if (value := headers.get(name.lower()))}
        request = Request(url, headers=passed_on, meta=dict(self._meta), callback=NO_CALLBACK)
        self._unanswered += 1
        try:
            return await self._crawler.engine.download_async(request)
        finally:
            self._unanswered -= 1

    async def _refuse(self, route: Route, reason: str) -> None:
        if not self._account.is_closed:
            is_one_more = reason not in self._refused and len(self._refused) >= _MOST_REASONS
            self._refused["for other reasons" if is_one_more else reason[:_LONGEST_REASON]] += 1
        await route.abort("aborted")  # as if cancelled: the page stays what it is


def _reason_of(error: Exception) -> str:
    """Why there is no answer, in words that no page can choose: hosts it can, and as many as it likes."""
    match error:
        case AddressRefused():
            return "another address"
        case HostLeft():
            return "the host was left"
        case _:
            return reason_of_error(error)
