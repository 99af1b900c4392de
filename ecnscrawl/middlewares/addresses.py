"""Refuse requests to hosts and ports outside the site, and to non-public addresses, also after a redirect."""

import logging
from typing import ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.url import strip_url

from ecnscrawl.context import context_of
from ecnscrawl.network.address_policy import AddressPolicy
from ecnscrawl.network.exceptions import AddressRefused

logger = logging.getLogger(__name__)

_WEB = ("http", "https")


class AddressPolicyMiddleware:
    """Raises AddressRefused, so that the errback runs. Scrapy's OffsiteMiddleware drops redirects silently.

    It checks the host as written in the URL. `ecnscrawl.network.resolver` checks the addresses of that host.
    """

    other_schemes: ClassVar[bool] = False  #: whether schemes other than http and https pass unchecked

    def __init__(self, policy: AddressPolicy) -> None:
        self._policy = policy

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(
            AddressPolicy(
                hosts=tuple(context_of(crawler).domains),
                ports=tuple(map(int, crawler.settings.getlist("ALLOWED_PORTS"))),
                private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES"),
            )
        )

    def process_request(self, request: Request) -> None:
        scheme = urlparse_cached(request).scheme
        if scheme not in _WEB:
            if self.other_schemes:
                return
            raise AddressRefused(f"{scheme} is not allowed")
        if reason := self._policy.refusal_reason(request.url):
            raise AddressRefused(reason)


class AnyHostMiddleware(AddressPolicyMiddleware):
    """Allows any host and port, but no redirect into the user's own network. For commands that inspect one page."""

    other_schemes = True

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(AddressPolicy(ports=(), private=crawler.settings.getbool("ALLOW_PRIVATE_ADDRESSES")))

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Log the reason: these commands write no report."""
        if isinstance(exception, IgnoreRequest) and request.errback is None:
            logger.warning("%s: %s", strip_url(request.url), exception)  # strip_url removes passwords
