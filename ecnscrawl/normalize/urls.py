"""Addresses: spelling out what a page links to as browsers do, one spelling for each address.

>>> resolve("https://www.ecns.cn/world/", " ///ecns.cn/m/./a/%2e%2e/x.shtml?from=app# ")
'https://ecns.cn/m/x.shtml?from=app'
"""

import re
from dataclasses import dataclass
from datetime import date

from ada_url import join_url

from ecnscrawl.items import Kind

MAX_LENGTH = 2083  # Scrapy's own limit: a longer one is a trap, not an article

# What a browser makes of an address, up to the fragment and without an empty query, where it may be asked for.
_ADDRESS = re.compile(r"https?://[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::(?:80|443))?/[^?#]*(?:\?[^#]+)?")
# Browsers leave these as they are; Scrapy escapes them, as they must not stand in a URI (RFC 3986).
_NOT_IN_URIS = re.compile(r"[\[\]\\^`{|}]")
_KINDS: dict[str, Kind] = {"hd": "photo", "photo": "photo", "visual": "photo", "video": "video"}


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What an article's address alone says of it."""

    id: str  #: as the record has it, with the site in front
    url: str  #: canonical
    kind: Kind
    day: date | None  #: the day in the address, site time
    part: int = 1  #: which page of a paged article


def resolve(base: str, href: str) -> str | None:
    """The absolute http(s) address that `href` on the page `base` means, without its fragment.

    Parsed as browsers do (WHATWG URL): white space and line breaks, dot segments and host names in any script
    have one spelling, and the port that its scheme implies is left out. Another port makes another server.
    None for what is no address of the web: another scheme, user info, a port other than 80 and 443, a broken
    host, an IPv6 address, one longer than `MAX_LENGTH`; and for an empty `href`.
    """
    if len(href) > MAX_LENGTH or not href.strip():
        return None
    try:
        found = _ADDRESS.match(join_url(base, href))
    except ValueError:
        return None
    if not found:
        return None
    url = _NOT_IN_URIS.sub(lambda character: f"%{ord(character[0]):02X}", found[0])
    return url if len(url) <= MAX_LENGTH else None


def kind_of(path: str) -> Kind:
    """What the first part of an article's path says that it is.

    >>> kind_of("/video/2026/1.html"), kind_of("/world/1.html")
    ('video', 'article')
    """
    return _KINDS.get(path.split("/")[1] if "/" in path else "", "article")


def to_https(url: str) -> str:
    """The same address by https; the port goes with the scheme."""
    if not url.startswith("http://"):
        return url
    host, slash, rest = url[7:].partition("/")
    return f"https://{host.removesuffix(':80').removesuffix(':443')}{slash}{rest}"


def media(base: str, href: str) -> str | None:
    """The address of a picture or video on the page `base`; its query stays, as it may name the picture.

    It is https where the page is: a browser shows no other there.
    """
    url = resolve(base, href)
    return to_https(url) if url and base.startswith("https://") else url


def same_page(one: str, other: str) -> bool:
    """Whether two addresses ask for the same page, whatever the scheme, the query's order or the fragment."""
    return _without_order(one) == _without_order(other)


def _without_order(url: str) -> tuple[str, list[str]]:
    path, _, query = to_https(resolve(url, url) or url).partition("?")
    return path, sorted(query.split("&"))
