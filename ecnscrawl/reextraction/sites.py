"""Which site an archived response belongs to, and what it is there: a page of an article, a feed, or neither."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

import msgspec
from msgspec.structs import replace

from ecnscrawl.network.request_info import RequestKind
from ecnscrawl.normalize.urls import ArticleRef, resolve
from ecnscrawl.pages.link_shapes import has_article_shape
from ecnscrawl.reextraction.further import is_page_of_article, part_of
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import is_host
from ecnscrawl.sites.known_sources import KnownSource
from ecnscrawl.sites.news import news_profile
from ecnscrawl.sites.registry import profile_of, profiles
from ecnscrawl.storage.archive.reader import ArchivedResponse

_ARTICLES = {kind.value for kind in (RequestKind.ARTICLE, RequestKind.PART, RequestKind.RECHECK)}
_LISTINGS = {kind.value for kind in (RequestKind.FEED, RequestKind.LISTING, RequestKind.DEEPER)}
#: Addresses that no crawl requests, each with why: http://user:word@a.example/, http://127.0.0.1/
_NOT_REQUESTED = {
    re.compile(r"https?://[^/?#]*@", re.IGNORECASE): "its address has a user name",
    re.compile(r"https?://(?:\[|[\d.]+(?:[:/?#]|$))", re.IGNORECASE): "its host is an IP address",
}
_PORT = re.compile(r"https?://[^/?#]*:\d", re.IGNORECASE)
_HEAD = 4096  # bytes of a response in which the type of a feed stands
_PLAIN_HOST = re.compile(r"https?://([a-z0-9.-]+)/")  # most URLs: urlsplit takes ten times as long
_FRONT = 4096  # sites whose front page is remembered


class SiteKey(msgspec.Struct, frozen=True):
    """What a worker needs to make the profile of a site."""

    name: str
    home: str | None = None  #: the front page of a site without a written profile, if it is known


@lru_cache(maxsize=1024)
def profile_for(key: SiteKey) -> SiteProfile:
    """Return the profile of a site."""
    if written := profiles().get(key.name):
        return written
    known = [KnownSource(url=key.home, kind="front", name=key.home, found_at=0)] if key.home else []
    return news_profile(key.name, known)


class Sites:
    """Finds the site of each response."""

    def __init__(self, only: str | None = None) -> None:
        """`only` is the one site whose responses count: the name of a written profile, or a host."""
        self._only = only
        self._homes: dict[str, str] = {}

    def key_of(self, response: ArchivedResponse) -> SiteKey | None:
        """Return the site of a response; None if it does not count."""
        name = self._name(response)
        if name is None:
            return None
        if name in profiles():
            return SiteKey(name)
        if name not in self._homes and urlsplit(response.url).path in ("", "/") and response.status == 200:
            self._homes[name] = response.url
            if len(self._homes) > _FRONT:
                del self._homes[next(iter(self._homes))]
        return SiteKey(name, self._homes.get(name) or f"{urlsplit(response.url).scheme}://{name}/")

    def why_not_requested(self, response: ArchivedResponse) -> str | None:
        """Return why a page that may be an article of these sites is not read; None for one that is no such page."""
        reason = next((why for form, why in _NOT_REQUESTED.items() if form.match(response.url)), None)
        if reason is None and _PORT.match(response.url) and resolve(response.url, response.url) is None:
            reason = "its address has another port than 80 and 443"
        if reason is None or response.status != 200 or b"text/html" not in response.block[:_HEAD].lower():
            return None
        if not has_article_shape(response.url) or (self._only is not None and self._name(response) is None):
            return None
        return f"not read: {reason}, and no crawl requests such a page"

    def _name(self, response: ArchivedResponse) -> str | None:
        plain = _PLAIN_HOST.match(response.url)
        host = plain[1] if plain else urlsplit(response.url).hostname or ""
        written = profile_of(host)
        if self._only is None:
            if written:
                return written.name
            named = response.site if response.site and _is_site_of(response.url, response.site) else host
            return named if is_host(named) else None
        if self._only in profiles():
            return self._only if written and written.name == self._only else None
        return self._only if written is None and _is_site_of(response.url, self._only) else None


def with_ascii_host(response: ArchivedResponse) -> ArchivedResponse | None:
    """Return a response whose address has its host in ASCII, as that of a crawl: `bücher.example` is written so.

    Returns None if the address is malformed.
    """
    if _PLAIN_HOST.match(response.url):
        return response
    url = resolve(response.url, response.url)
    try:
        is_ascii = urlsplit(response.url).netloc.isascii()
    except ValueError:
        return replace(response, url=url) if url else None
    return response if is_ascii else replace(response, url=url or response.url)


def _is_site_of(url: str, name: str) -> bool:
    """Whether an address is on a host of a site that has no written profile."""
    discovery = profile_for(SiteKey(name)).discovery if is_host(name) else None
    return discovery is not None and discovery.is_of_site(url)


def is_named_by_choice(response: ArchivedResponse, key: SiteKey) -> bool:
    """Whether a page belongs to this site because the user chose it. Otherwise its host would be the site."""
    return key.home is not None and key.name not in (urlsplit(response.url).hostname, response.site)


def article_of(response: ArchivedResponse, profile: SiteProfile) -> ArticleRef | None:
    """Return the article of which a response may be a page; None if it is none."""
    if response.purpose is not None and response.purpose not in _ARTICLES:
        return None
    ref = profile.article_ref(response.url)
    if ref is None or response.purpose is not None or profile.discovery is None:
        return ref and (part_of(response, profile) or ref)
    return ref if is_page_of_article(response.url) else None


class Hops:
    """Knows the address at which an article was requested whose page stands at another one.

    A crawl of ours archives redirects right before the page that they lead to. The article keeps its own address.
    """

    _BESIDE = 2  # a response and its request are between two responses

    def __init__(self) -> None:
        self._first: ArticleRef | None = None
        self._last: tuple[str, int] = ("", 0)

    def note(self, response: ArchivedResponse, ref: ArticleRef) -> None:
        """Note a redirect."""
        if not self._is_beside(response):
            self._first = ref
        self._last = (response.file, response.number)

    def requested(self, response: ArchivedResponse, ref: ArticleRef, profile: SiteProfile) -> ArticleRef | None:
        """Return the reference of the article that was requested; None if a redirect led to another article."""
        first = self._first if self._is_beside(response) else None
        self._first = None
        if first is None or first.id == ref.id:
            return first or ref
        if response.purpose is None:  # in the archives of others the two may have nothing in common
            return ref
        return first if profile.discovery is not None else None

    def _is_beside(self, response: ArchivedResponse) -> bool:
        file, number = self._last
        return self._first is not None and response.file == file and response.number - number <= self._BESIDE


def may_be_feed(response: ArchivedResponse) -> bool:
    """Whether it is worth while to look whether a response is a feed or sitemap."""
    return response.status == 200 and b"xml" in response.block[:_HEAD].lower()


def may_list(response: ArchivedResponse, media_type: str) -> bool:
    """Whether a response may be a feed or sitemap, which state when articles were published."""
    if response.purpose is not None and response.purpose not in _LISTINGS:
        return False
    return media_type.endswith("xml") and media_type != "application/xhtml+xml"
