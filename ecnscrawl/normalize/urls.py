"""Resolve and normalise URLs as browsers do.

>>> resolve("https://www.example.org/world/", " ///example.org/m/./a/%2e%2e/x.html?from=app# ")
'https://example.org/m/x.html?from=app'
"""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from ada_url import join_url

from ecnscrawl.items import Kind

MAX_LENGTH = 2083  #: characters, Scrapy's own limit: a longer URL is a trap, not an article

# An allowed URL in the browsers' spelling, up to the fragment, and without an empty query.
_ADDRESS = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(?:80|443))?/[^?#]*(?:\?[^#]+)?")
# A URL that needs no parsing: no letter of it has another spelling, no segment is a dot, the host is no number.
_PLAIN = re.compile(
    r"https?://(?![a-z0-9.-]*xn--)(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}/(?:[\w-]+/)*(?:[\w-][\w.-]*)?",
    re.ASCII,
)
# RFC 3986 does not allow these in a URI. Browsers keep them, Scrapy escapes them.
_NOT_IN_URIS = re.compile(r"[\[\]\\^`{|}]")
_KINDS: dict[str, Kind] = {"hd": "photo", "photo": "photo", "visual": "photo", "video": "video"}


class ArticleRef(msgspec.Struct, frozen=True):
    """What the URL of an article tells about it."""

    id: str  #: the record's id, with the site's name: `example:4711`
    url: str  #: the canonical URL
    kind: Kind
    day: date | None  #: the day in the URL, in the site's time zone
    part: int = 1  #: the number of the page of a paged article


def resolve(base: str, href: str) -> str | None:
    """Return the absolute http(s) URL of the link `href` on the page `base`, without its fragment.

    The URL is parsed as browsers do (WHATWG URL). This normalises white space, line breaks, dot segments and host names
    of any script, and drops the default port of the scheme. Other ports are kept, because they are other servers.

    Returns None for an empty `href`, another scheme, user info, a port other than 80 and 443, an invalid host, an IPv6
    address, and a URL longer than `MAX_LENGTH`.
    """
    if len(href) > MAX_LENGTH or not href.strip():
        return None
    if _PLAIN.fullmatch(href):  # most are, and parsing takes ten times as long
        return href
    try:
        found = _ADDRESS.match(join_url(base, href))
    except ValueError:
        return None
    if not found:
        return None
    url = _NOT_IN_URIS.sub(lambda character: f"%{ord(character[0]):02X}", found[0])
    return url if len(url) <= MAX_LENGTH else None


def kind_of(path: str) -> Kind:
    """Return the kind of an article by the first part of its path.

    >>> kind_of("/video/2026/1.html"), kind_of("/world/1.html")
    ('video', 'article')
    """
    return _KINDS.get(path.split("/")[1] if "/" in path else "", "article")


@lru_cache(maxsize=1024)  # a run keeps the days of all articles that it has seen: those of a day share one object
def day_in(text: str) -> date | None:
    """Return the day that a URL names; None for a day that does not exist.

    >>> day_in("2025-01-10"), day_in("2013/06-21"), day_in("2013/06-31")
    (datetime.date(2025, 1, 10), datetime.date(2013, 6, 21), None)
    """
    try:
        return date.fromisoformat(text.replace("/", "-"))
    except ValueError:
        return None


def to_https(url: str) -> str:
    """Return the URL with https instead of http, and without the port 80 or 443."""
    if not url.startswith("http://"):
        return url
    host, slash, rest = url[7:].partition("/")
    return f"https://{host.removesuffix(':80').removesuffix(':443')}{slash}{rest}"


def media(base: str, href: str) -> str | None:
    """Return the URL of a picture or video on the page `base`. The query is kept: it may identify the picture.

    It is an https URL if the page is: a browser shows no other there.
    """
    url = resolve(base, href)
    return to_https(url) if url and base.startswith("https://") else url


def same_page(one: str, other: str) -> bool:
    """Whether two URLs are the same page. The scheme, the order of the query and the fragment make no difference."""
    return _without_order(one) == _without_order(other)


def same_path(one: str, other: str) -> bool:
    """Whether two URLs differ only in scheme, host and a final slash, as after a move of a site to another host.

    >>> same_path("http://example.org/story/", "https://www.example.org/story"), same_path("https://a.org/?p=1", "https://a.org/?p=2")
    (True, False)
    """
    first, second = urlsplit(one), urlsplit(other)
    return (first.path.rstrip("/"), first.query) == (second.path.rstrip("/"), second.query)


def _without_order(url: str) -> tuple[str, list[str]]:
    path, _, query = to_https(resolve(url, url) or url).partition("?")
    return path, sorted(query.split("&"))
