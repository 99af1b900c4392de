"""Check the proxy variables before a crawl, and name the proxy if it fails instead of the site."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from scrapy import Request

from ecnscrawl.exceptions import ReasonedFailure, WrongUsage

_NAMES = ("http_proxy", "https_proxy")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)  # urlsplit removes the brackets of an IPv6 address


class ProxyFailed(ReasonedFailure):
    """The proxy failed, not the site. The message names the proxy and the reason."""


def check_proxies(environment: Mapping[str, str]) -> None:
    """Raise WrongUsage for the first proxy variable that is not the URL of a proxy.

    The scheme must be http: Scrapy can reach a proxy in no other way, also for https pages.
    """
    for name, value in environment.items():
        kind = name.lower()
        if kind in _NAMES and value.strip() and not _is_proxy(value.strip(), needs_scheme=kind == "https_proxy"):
            raise WrongUsage(f"{name}={value!r} is not the URL of a proxy; write {name}=http://HOST:PORT, or unset it")


def _is_proxy(value: str, *, needs_scheme: bool) -> bool:
    has_scheme = "://" in value
    if not has_scheme and needs_scheme:
        return False
    try:
        parts = urlsplit(value if has_scheme else f"http://{value}")
        port = parts.port
    except ValueError:
        return False
    is_host = parts.hostname is not None and _HOST.fullmatch(parts.hostname) is not None
    return parts.scheme == "http" and is_host and port != 0 and (has_scheme or port is not None)


def proxy_of(request: Request) -> str | None:
    """Return `host:port` of a request's proxy, without user name and password, or None if it has no proxy."""
    proxy = request.meta.get("proxy")
    if not proxy:
        return None
    parts: SplitResult = urlsplit(proxy)
    return parts.netloc.rpartition("@")[2]
