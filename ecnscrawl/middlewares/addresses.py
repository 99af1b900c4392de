"""Only the site's own hosts are asked, also where a redirect leads elsewhere, and none that is not a public address."""

import logging
from typing import ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.url import strip_url

from ecnscrawl.hosts import Allowed

logger = logging.getLogger(__name__)

_WEB = ("http", "https")


class AddressRefused(IgnoreRequest):
    """What is not asked, whatever the site's robots.txt says; its words name the host, which a page may have chosen."""


class AddressesMiddleware:
    """Refuses a request, so that its errback is told: Scrapy's own middleware drops redirects in silence.

    A host's name says nothing of where the host is: that is the resolver's matter.
    """

    other_schemes: ClassVar[bool] = False  #: whether what is no address of the web is another's matter

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(
            Allowed(
                hosts=tuple(getattr(crawler.spider, "allowed_domains", ())),
                ports=tuple(map(int, crawler.settings.getlist("ALLOWED_PORTS"))),
                private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
            )
        )

    def process_request(self, request: Request) -> None:
        scheme = urlparse_cached(request).scheme
        if scheme not in _WEB:
            if self.other_schemes:
                return
            raise AddressRefused(f"{scheme} is not asked for")
        if reason := self._allowed.reason_against(request.url):
            raise AddressRefused(reason)


class AnyHostMiddleware(AddressesMiddleware):
    """For looking at pages: the user types any host and port, but no redirect leads into the user's own network."""

    other_schemes = True

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(Allowed(ports=(), private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")))

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Say why nothing is shown, where nobody else says it: there is no report."""
        if isinstance(exception, IgnoreRequest) and request.errback is None:
            logger.warning("%s: %s", strip_url(request.url), exception)  # without a password
