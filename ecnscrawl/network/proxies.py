"""Proxies: a malformed setting is refused before the crawl; a proxy that fails is named as the one that failed."""

import re
from collections.abc import Mapping
from urllib.parse import SplitResult, urlsplit

from scrapy import Request

from ecnscrawl.exceptions import ReasonedFailure, WrongUsage

_NAMES = ("http_proxy", "https_proxy")
_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+", re.IGNORECASE)  # an address of IPv6 comes without its brackets


class ProxyFailed(ReasonedFailure):
    """The proxy failed, and not the site; the message says which and how."""


def check_proxies(environment: Mapping[str, str]) -> None:
    """Raises WrongUsage for the first proxy variable that is no address of a proxy.

    A proxy is spoken to by HTTP; Scrapy knows no other way for pages by https.
    """
    for name, value in environment.items():
        kind = name.lower()
        if kind in _NAMES and value.strip() and not _is_proxy(value.strip(), needs_scheme=kind == "https_proxy"):
            raise WrongUsage(f"{name}={value!r} is no address of a proxy; write {name}=http://HOST:PORT, or unset it")


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
    """The `host:port` of the proxy that a request goes through, without user and password; None without a proxy."""
    proxy = request.meta.get("proxy")
    if not proxy:
        return None
    parts: SplitResult = urlsplit(proxy)
    return parts.netloc.rpartition("@")[2]
