"""Addresses: spelling out what a page links to, one spelling for each address.

>>> resolve("https://www.ecns.cn/world/", " //ecns.cn/m/x.shtml?from=app# ")
'https://ecns.cn/m/x.shtml?from=app'
"""

import re
from dataclasses import dataclass
from datetime import date
from urllib.parse import urljoin, urlsplit

from w3lib.url import canonicalize_url, safe_url_string

from ecnscrawl.items import Kind

MAX_LENGTH = 2083  # Scrapy's own limit: a longer one is a trap, not an article

_IGNORED_IN_HREF = re.compile(r"[\t\r\n]")
_IGNORED_AT_THE_END = "".join(map(chr, range(0x21))) + ";"  # by the libraries below, but not always all at once
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ArticleAddress:
    """What an article's address alone says of it."""

    id: str  #: as the record has it, with the site in front
    url: str  #: canonical
    kind: Kind
    day: date | None  #: the day in the address, site time
    part: int = 1  #: which page of a paged article


def resolve(base: str, href: str) -> str | None:
    """The absolute http(s) address that `href` on the page `base` means, without its fragment.

    White space round it and line breaks in it are dropped, as browsers do. None for what is no address of
    the web: another scheme, user info, an odd port, a broken host, one longer than `MAX_LENGTH`.
    """
    href = _IGNORED_IN_HREF.sub("", href.strip())
    if not href or len(href) > MAX_LENGTH:
        return None
    try:
        joined = urljoin(base, href.replace("\\", "/"))
        parts = urlsplit(joined)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or "@" in parts.netloc or not _HOST.fullmatch(host):
        return None
    if port not in (None, *_DEFAULT_PORTS.values()):
        return None
    path = parts.path if parts.query else parts.path.rstrip(_IGNORED_AT_THE_END)
    plain = parts._replace(netloc=host, path=path or "/", fragment="").geturl()
    try:
        url = safe_url_string(plain)
    except ValueError:
        return None
    return url if len(url) <= MAX_LENGTH else None


def to_https(url: str) -> str:
    """The same address by https; the port of http goes with the scheme."""
    return "https" + url[4:] if url.startswith("http:") else url


def media(base: str, href: str) -> str | None:
    """The https address of a picture or video; its query stays, as it may name the picture."""
    url = resolve(base, href)
    return to_https(url) if url else None


def same_page(one: str, other: str) -> bool:
    """Whether two addresses ask for the same page, whatever the scheme, the query's order or the fragment."""
    return canonicalize_url(to_https(one)) == canonicalize_url(to_https(other))
