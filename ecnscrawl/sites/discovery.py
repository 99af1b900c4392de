"""Find where a site lists its articles, and know an article by its address and page, where no profile says so."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from urllib.parse import urljoin, urlsplit

from ecnscrawl.normalize.urls import ArticleRef, kind_of, resolve, same_path, to_https
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.document import Document, selector
from ecnscrawl.pages.link_shapes import day_in, has_article_shape, has_section_shape, may_be_article, section_name
from ecnscrawl.pages.links import Link
from ecnscrawl.sites.canonical import canonical_address, digest_of, without_tracking
from ecnscrawl.sites.hosts import domain_of
from ecnscrawl.sites.known_sources import KnownSource, SourceKind
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.newest import NewestSitemaps, newest_entries
from ecnscrawl.sites.sources import ByNextLink, Feed, FrontPage

#: Where many sites have a feed or a sitemap. Each is requested once.
COMMON_FEED_PATHS = ("/feed", "/rss", "/rss.xml", "/atom.xml", "/feed.xml", "/index.xml")
COMMON_SITEMAP_PATHS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap.xml")
_MAX_FOUND = {"feed": 10, "sitemap": 10, "section": 40}  # of a kind: more of them are no sources of news
_FEED_TYPES = frozenset(f"application/{each}" for each in ("rss+xml", "atom+xml", "rdf+xml", "feed+json", "xml")) | {
    "text/xml"
}
_ALTERNATES = selector("//link[@rel][@href][@type]")
# The links of a navigation; of a page without one, all links.
_IN_NAVIGATION = selector(
    "//nav//a[@href] | //header//a[@href] | //*[@role='navigation']//a[@href]"
    " | //*[contains(translate(@class, 'NAVME', 'navme'), 'nav') or contains(translate(@class, 'MENU', 'menu'), 'menu')"
    " or contains(@id, 'nav') or contains(@id, 'menu')]//a[@href]"
)
_LINKED = selector("//a[@href]")
_REFRESH = selector("//meta[translate(@http-equiv, 'REFSH', 'refsh') = 'refresh'][@content]")
_REFRESH_URL = re.compile(r"""url\s*=\s*["']?([^"']+)""", re.IGNORECASE)  # content="0; url=/portal/"
_OLDER = (
    "//a[@rel='next'] | //link[@rel='next'] | //a[contains(concat(' ', normalize-space(@class), ' '), ' next ')]"
    " | //*[contains(concat(' ', normalize-space(@class), ' '), ' next ')]/a"
)


class Discovery:
    """What takes the place of a written profile. `home` is the front page, and changes where the site redirects it."""

    def __init__(self, name: str, known: Sequence[KnownSource] = (), start: str | None = None) -> None:
        """`name` is the site's host, `known` what earlier runs have found, `start` the page that the user names."""
        self.name = name
        self.known = known
        self._domain = domain_of(name) or name
        remembered = next((source.url for source in known if source.kind == "front"), f"https://{name}/")
        self.home = start or remembered

    # Sources.

    def sources(self) -> tuple[ListingSource, ...]:
        """The front page, and what earlier runs have found."""
        found = (source for source in self.known if source.is_there and source.kind != "front")
        return (FrontPage(self.home), *(source_of(each.kind, each.name, each.url) for each in found))

    def named_by(self, front: Document | None, sitemaps: Sequence[str]) -> Iterator[tuple[SourceKind, str, str]]:
        """Yield kind, name and URL of each source that the front page, or robots.txt with its `sitemaps`, names."""
        named: tuple[tuple[SourceKind, Iterable[str]], ...] = (
            ("feed", self._feeds(front) if front else ()),
            ("sitemap", sitemaps),
        )
        for kind, urls in named:
            own = (address for url in urls if (address := resolve(self.home, url)) and self.is_of_site(address))
            for url in list(dict.fromkeys(own))[: _MAX_FOUND[kind]]:
                yield kind, url, url
        if front is None:
            return
        sections: dict[str, str] = {}
        for url in self._sections(front):
            sections.setdefault(section_name(url), url)
        for name, url in list(sections.items())[: _MAX_FOUND["section"]]:
            yield "section", name, url

    def at_common_paths(self) -> Iterator[tuple[SourceKind, str, str]]:
        """Yield kind, name and URL of the sources that a site may have without naming them."""
        for path in COMMON_FEED_PATHS:
            yield "feed", urljoin(self.home, path), urljoin(self.home, path)
        for path in COMMON_SITEMAP_PATHS:
            yield "sitemap", urljoin(self.home, path), urljoin(self.home, path)

    def _feeds(self, front: Document) -> Iterator[str]:
        for link in front.all(_ALTERNATES):
            href, kind = link.get("href", ""), link.get("type", "").partition(";")[0].strip().lower()
            is_alternate = "alternate" in link.get("rel", "").lower().split()
            if is_alternate and kind in _FEED_TYPES and "/comments/" not in href:
                yield href

    def _sections(self, front: Document) -> Iterator[str]:
        yield from self._refreshes(front)
        for links in (front.all(_IN_NAVIGATION), front.all(_LINKED)):
            found = (resolve(front.url, link.get("href", "")) for link in links)
            own = [url for url in found if url and self._is_beside(url, front.url) and has_section_shape(url)]
            if own:
                yield from own
                return

    def _refreshes(self, front: Document) -> Iterator[str]:
        """Yield the page to which a front page only sends its readers; a page that loads itself anew names none."""
        for element in front.all(_REFRESH):
            target = _REFRESH_URL.search(element.get("content", ""))
            url = resolve(front.url, target[1]) if target else None
            if url and self._is_beside(url, front.url) and urlsplit(url).path not in ("/", urlsplit(front.url).path):
                yield url

    def move_to(self, url: str) -> bool:
        """Take the address to which the front page was redirected for the new one; return whether it can be it.

        A page of its own on another host, such as `consent.example.org/choice`, only stands before the front page.
        """
        is_root = urlsplit(url).path in ("", "/")
        if is_root or _host(url) == _host(self.home):
            self.home = url
            return True
        return False

    # Links.

    def is_of_site(self, url: str) -> bool:
        """Whether a URL is on a host of the site's registrable domain."""
        return f".{urlsplit(url).hostname}".endswith(f".{self._domain}")

    def is_front_page(self, url: str) -> bool:
        """Whether a URL is the root of one of the site's hosts."""
        parts = urlsplit(url)
        return self.is_of_site(url) and parts.path in ("", "/") and not may_be_article(url)

    def follows(self, url: str, page_url: str) -> bool:
        """Whether to follow a link of a page: it looks like an article's, and is on the same host."""
        return self._is_beside(url, page_url) and has_article_shape(url)

    def newest(self, links: Sequence[Link], oldest: datetime | None, *, is_whole: bool) -> list[Link]:
        """Return the entries of a sitemap that may be news; see `newest_entries`."""
        return newest_entries(links, oldest, is_whole=is_whole)

    @staticmethod
    def _is_beside(url: str, page_url: str) -> bool:
        return f".{_host(url)}".endswith(f".{_host(page_url)}")

    # Articles.

    def article_ref(self, url: str) -> ArticleRef | None:
        """Return what an address on a host of the site would be called as an article; None for a front page."""
        address = resolve(url, url)
        if address is None or not self.is_of_site(address):
            return None
        address = without_tracking(address)
        if self.home.startswith("https://"):
            address = to_https(address)
        path = urlsplit(address).path
        if path in ("", "/") and not may_be_article(address):
            return None
        return ArticleRef(f"{self.name}:{digest_of(address)}", address, kind_of(path), day_in(path))

    def is_other_article(self, ref: ArticleRef, url: str, own: ArticleRef | None) -> bool:
        """Whether the page at a URL is not the article of `ref`: by its URL, and by the address that it states itself.

        A page whose URL is none of an article, or that names none, may be the article.
        """
        return not any(each is None or same_path(each.url, ref.url) for each in (self.article_ref(url), own))

    def canonical_ref(self, page: Page) -> ArticleRef | None:
        """Return the reference of the address that a page states as its own, if it can be believed."""
        return self.article_ref(canonical_address(page))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def source_of(kind: SourceKind, name: str, url: str) -> ListingSource:
    """Return a source that was found."""
    match kind:
        case "front":
            return FrontPage(url)
        case "feed":
            return Feed(url)
        case "sitemap":
            return NewestSitemaps(url)
        case "section":
            return ByNextLink(name, url, next_link=_OLDER)
