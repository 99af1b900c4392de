"""Obey robots.txt by RFC 9309: if it cannot be fetched, nothing is allowed; if it does not exist, everything is."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, NotConfigured, StopDownload
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.robotstxt import ProtegoRobotParser, RobotParser
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from ecnscrawl.context import context_of
from ecnscrawl.frontier.robots_cache import RobotsFile
from ecnscrawl.network.exceptions import RequestDropped, RobotsUnavailable, RunStopped
from ecnscrawl.network.failures import reason_of_error
from ecnscrawl.network.request_info import KEY, RequestInfo, RequestKind, info_of, info_of_response
from ecnscrawl.network.robots_txt import own_rules, product_token, sitemaps_in
from ecnscrawl.network.throttle import set_crawl_delay

logger = logging.getLogger(__name__)

MAX_BYTES = 500 * 1024  #: of a robots.txt that are read: RFC 9309, 2.5
STOPPED = "the run was stopped"
TOO_MANY_REQUESTS = 429  #: a 4xx that counts as a server error, as for Google: the file may exist
_HOPS = 5  #: redirects that are followed: RFC 9309, 2.3.1.2
_BEFORE_ALL = 1000  #: priority of the request for robots.txt


class RobotsMiddleware:
    """Refuses a forbidden request with a reason for the report. Scrapy's own middleware allows everything on errors."""

    def __init__(self, crawler: Crawler, user_agent: str) -> None:
        self._crawler = crawler
        self._token = product_token(user_agent)
        self._received: WeakKeyDictionary[Request, int] = WeakKeyDictionary()  #: bytes of each robots.txt under way
        self._rules: dict[str, Deferred[RobotParser | str | None] | RobotParser | str | None] = {}
        self._fetches = 0  #: of a robots.txt, that are under way

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        settings = crawler.settings
        if not settings.getbool("ROBOTSTXT_OBEY"):
            raise NotConfigured
        return cls(crawler, settings["ROBOTSTXT_USER_AGENT"] or settings["USER_AGENT"])

    async def process_request(self, request: Request) -> None:
        if request.meta.get("dont_obey_robotstxt"):
            return
        parts = urlsplit(request.url)
        if parts.scheme not in ("http", "https"):
            return
        rules = await self._rules_of(f"{parts.scheme}://{parts.netloc}", request)
        if rules == STOPPED:
            raise RunStopped(STOPPED)
        if isinstance(rules, str):
            raise RobotsUnavailable(f"robots.txt could not be fetched ({rules})")
        if rules is not None and not rules.allowed(request.url, self._token):
            raise IgnoreRequest("forbidden by robots.txt")

    @contextmanager
    def _watching(self) -> Iterator[None]:
        """Limit what arrives while a robots.txt is fetched. The signals take time for each response of the crawl."""
        manager = self._crawler.signals
        if not self._fetches:
            manager.connect(self.head_came, signals.headers_received)
            manager.connect(self.bytes_came, signals.bytes_received)
        self._fetches += 1
        try:
            yield
        finally:
            self._fetches -= 1
            if not self._fetches:
                manager.disconnect(self.head_came, signals.headers_received)
                manager.disconnect(self.bytes_came, signals.bytes_received)

    def head_came(self, request: Request) -> None:
        """Lift the size limit for a robots.txt. `bytes_came` stops the download of a long one."""
        if info_of(request).kind is RequestKind.ROBOTS:
            self._received[request] = 0
            request.meta["download_maxsize"] = 0

    def bytes_came(self, data: bytes, request: Request) -> None:
        """Stop the download of a robots.txt at MAX_BYTES."""
        if request not in self._received:
            return
        request.meta.pop("download_maxsize", None)  # no longer needed; decompressing must be limited again
        self._received[request] += len(data)
        if self._received[request] >= MAX_BYTES:
            raise StopDownload(fail=False)

    async def _rules_of(self, host: str, asked_for: Request) -> RobotParser | str | None:
        """Return the rules of a host, fetched once; or why they could not be fetched; or None if there are none."""
        if host not in self._rules:
            waiting: Deferred[RobotParser | str | None] = Deferred()
            self._rules[host] = waiting
            self._rules[host] = rules = await self._fetch(host, asked_for)
            waiting.callback(rules)
        found = self._rules[host]
        return await self._wait(found) if isinstance(found, Deferred) else found

    async def _wait(self, waiting: "Deferred[RobotParser | str | None]") -> RobotParser | str | None:
        mine: Deferred[RobotParser | str | None] = Deferred()

        def pass_on(rules: RobotParser | str | None) -> RobotParser | str | None:
            mine.callback(rules)
            return rules

        waiting.addCallback(pass_on)
        return await maybe_deferred_to_future(mine)

    async def _fetch(self, host: str, asked_for: Request) -> RobotParser | str | None:
        kept = context_of(self._crawler).manners.robots
        file = kept.get(host, self._token)
        if file is None:
            fetched = await self._download(f"{host}/robots.txt", asked_for)
            if isinstance(fetched, str):
                return fetched
            kept.put(host, self._token, file := fetched)
        context_of(self._crawler).sitemaps += file.sitemaps
        if file.rules is None:
            return None
        rules = ProtegoRobotParser.from_crawler(self._crawler, file.rules)
        self._keep_apart(asked_for, host, rules)
        return rules

    async def _download(self, url: str, asked_for: Request) -> RobotsFile | str:
        """Return the file, or why it could not be fetched."""
        meta: dict[str, Any] = {"dont_obey_robotstxt": True, "redirect_ttl": _HOPS}
        meta[KEY] = RequestInfo(kind=RequestKind.ROBOTS)
        if "download_slot" in asked_for.meta:  # a redirect to another host keeps its slot, and so must this
            meta["download_slot"] = asked_for.meta["download_slot"]
        whole = {"Accept-Encoding": "identity"}  # a compressed one could not be cut at MAX_BYTES
        request = Request(url, priority=_BEFORE_ALL, headers=whole, meta=meta, callback=NO_CALLBACK)
        try:
            with self._watching():
                response: Response = await self._crawler.engine.download_async(request)
            context_of(self._crawler).archive(info_of_response(response).exchanges)
        except RequestDropped:
            return STOPPED
        except Exception as error:
            return reason_of_error(error)
        if response.status >= 500 or response.status == TOO_MANY_REQUESTS:
            return f"HTTP {response.status}"
        if response.status >= 400:
            return RobotsFile(None)
        body = response.body[:MAX_BYTES]
        return RobotsFile(own_rules(body, self._token), tuple(sitemaps_in(body)))

    def _keep_apart(self, request: Request, host: str, rules: RobotParser) -> None:
        """Apply Crawl-delay from the next request on."""
        asked = rules.crawl_delay(self._token) or 0.0
        if not asked or not (seconds := set_crawl_delay(self._crawler, request, asked)):
            return
        stats = context_of(self._crawler).stats
        stats.crawl_delay = max(stats.crawl_delay or 0.0, seconds)
        context_of(self._crawler).note_crawl_delay(seconds)
        if asked > seconds:
            logger.info("%s asks for %s seconds between two requests; using %s", host, asked, seconds)
