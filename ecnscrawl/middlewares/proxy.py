"""Send requests through the user's proxy, except for the hosts that `no_proxy` names."""

from functools import lru_cache
from urllib.request import proxy_bypass

from scrapy import Request
from scrapy.downloadermiddlewares.httpproxy import HttpProxyMiddleware
from scrapy.utils.httpobj import urlparse_cached

_WEB = ("http", "https")
_MAX_HOSTS = 256  #: remembered at a time; a site has only a few hosts


class ProxyMiddleware(HttpProxyMiddleware):
    """Scrapy's own, which reads all environment variables for each request, to look for `no_proxy`.

    Here they are read once for each host.
    """

    def __init__(self, auth_encoding: str | None = "latin-1") -> None:
        super().__init__(auth_encoding)
        self._is_bypassed = lru_cache(maxsize=_MAX_HOSTS)(proxy_bypass)

    def process_request(self, request: Request) -> None:  # type: ignore[override]
        if "proxy" in request.meta or not self.proxies:
            super().process_request(request)
            return
        parts = urlparse_cached(request)
        scheme, host = parts.scheme, parts.hostname
        is_exempt = scheme in _WEB and (not host or self._is_bypassed(host))
        if is_exempt or scheme not in self.proxies:
            self._set_proxy_and_creds(request, None, None, None)
        else:
            credentials, url = self.proxies[scheme]
            self._set_proxy_and_creds(request, url, credentials, scheme)
