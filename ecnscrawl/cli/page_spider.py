"""Fetch the pages of one article under the rules of a crawl, for `scrapy fixture`."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, cast

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure

from ecnscrawl.network.failures import reason_of
from ecnscrawl.network.http import charset_of
from ecnscrawl.network.request_info import first_url
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.spiders.base import NewsSpider


class PageSpider(Spider):
    """Fetches the pages of one article, under the rules of a crawl."""

    name = "fixture"

    def __init__(self, site: type[NewsSpider], address: ArticleRef, sources: list[Source], errors: list[str]) -> None:
        super().__init__()
        self._site, self._address, self._sources, self._errors = site, address, sources, errors

    async def start(self) -> AsyncIterator[Any]:
        yield Request(self._address.url, callback=self.parse_page, errback=self.errback_page)

    def parse_page(self, response: Response) -> Iterator[Request]:
        found = self._site.profile.article_ref(response.url)
        if found is None or found.id != self._address.id:
            self._errors.append(f"{self._address.url} is redirected to {response.url}")
            return
        url = first_url(cast(Request, response.request))
        source = self._site.profile.source(url, response.body, charset_of(response))
        self._sources.append(source)
        parts = self._site.profile.page_class(source).other_parts()
        if following := parts.get(len(self._sources) + 1):
            yield Request(following, callback=self.parse_page, errback=self.errback_page)

    def errback_page(self, failure: Failure) -> None:
        self._errors.append(f"{cast(Any, failure).request.url}: {reason_of(failure)}")
