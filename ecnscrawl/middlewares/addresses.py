"""Only the site's own hosts are asked, also where a redirect leads elsewhere."""

from typing import Self
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest


class AddressesMiddleware:
    """Refuses a request, so that its errback is told: Scrapy's own middleware drops redirects in silence."""

    def __init__(self, hosts: tuple[str, ...]) -> None:
        self._hosts = hosts

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(tuple(getattr(crawler.spider, "allowed_domains", ())))

    def process_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        host = parts.hostname or ""
        if parts.scheme not in ("http", "https"):
            raise IgnoreRequest(f"{parts.scheme} is not asked for")
        if self._hosts and not any(host == each or host.endswith(f".{each}") for each in self._hosts):
            raise IgnoreRequest(f"{host} is not a host of this site")
