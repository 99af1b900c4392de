"""Read a page that lists articles: a feed, a sitemap, the front page or a page of a listing."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.endings import ends_in_html
from ecnscrawl.pages.feeds import feed_entries, is_whole_feed
from ecnscrawl.pages.links import Link, links
from ecnscrawl.pages.reservations import StatedTerms, reservations
from ecnscrawl.pages.shells import fingerprint
from ecnscrawl.pages.sitemaps import ChildSitemap, SitemapContent, is_text_sitemap, read_sitemap
from ecnscrawl.pages.xml_text import xml_text
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.known_sources import NamedSource
from ecnscrawl.sites.listing_source import ListingSource, ReadPage
from ecnscrawl.sites.sources import FrontPage


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingResponse:
    """A response for a page that lists articles."""

    profile: SiteProfile
    listing: ListingSource
    url: str
    body: bytes
    charset: str | None  #: that its Content-Type names
    at: ReadPage  #: which page of the listing it is; what the page itself says is filled in
    oldest: datetime | None = None  #: aware: entries of a sitemap before it are no news
    sitemaps: Sequence[str] = ()  #: that robots.txt names
    stated: StatedTerms | None = None  #: what the publisher states outside the page; None if that does not count


@dataclass(slots=True, kw_only=True)
class ListingContent:
    """What was read of a page that lists articles."""

    is_closed: bool = True  #: it ends as a whole page does
    has_entries: bool = False  #: including ones that are not articles
    sitemaps: Sequence[ChildSitemap] = ()  #: of an index
    articles: dict[str, ArticleRef] = field(default_factory=dict)  #: by id, in page order
    published: dict[str, StatedTime] = field(default_factory=dict)  #: by id, where the page says it
    same_ids: dict[str, tuple[str, str]] = field(default_factory=dict)  #: by id, two addresses that both have it
    links: Sequence[str] = ()  #: of an HTML page, all of them that matter, see `SiteProfile.link_pattern`
    next_urls: Sequence[str] = ()  #: of the pages after it, where the page names them
    reserved: frozenset[str] = frozenset()
    named: Sequence[NamedSource] = ()  #: by the front page of a site without a written profile
    shell: bytes | None = None  #: a fingerprint of a page without articles that has scripts


def read_listing_page(response: ListingResponse) -> ListingContent:
    """Read a page. Raises TooComplex for one with too much markup to parse."""
    profile, listing = response.profile, response.listing
    source = profile.source(response.url, response.body, response.charset)
    if listing.format != "html":
        return _read_entries(source, response)
    document = Document(source)
    reserved = reservations(document, *response.stated) if response.stated else frozenset[str]()
    found = [Link(url) for url in links(document, profile.link_pattern)]
    discovery = profile.discovery
    chosen = [link for link in found if discovery.follows(link.url, response.url)] if discovery else found
    content = ListingContent(
        is_closed=ends_in_html(document.markup),
        has_entries=bool(found),
        links=[link.url for link in found],
        next_urls=tuple(listing.next(replace(response.at, document=document if listing.is_chained else None))),
        reserved=reserved,
    )
    if discovery and isinstance(listing, FrontPage):
        content.named = tuple(discovery.named_by(document, response.sitemaps))
    _add_articles(content, chosen, profile)
    if not content.articles and document.has_scripts:
        content.shell = fingerprint(document)
    return content


def read_shell(source: Source) -> bytes:
    """Return the fingerprint of a page that its scripts fill in. Raises TooComplex."""
    return fingerprint(Document(source))


def _read_entries(source: Source, response: ListingResponse) -> ListingContent:
    """Read a feed or a sitemap."""
    profile, listing = response.profile, response.listing
    is_sitemap = listing.format == "sitemap"
    if is_sitemap:
        read = read_sitemap(source, profile.page_zone)
    else:
        read = SitemapContent(feed_entries(source, profile.page_zone))
    chosen = read.links
    if is_sitemap and profile.discovery:
        chosen = profile.discovery.newest(read.links, response.oldest, is_whole=response.at.is_whole)
    text = xml_text(source)
    content = ListingContent(
        is_closed=is_whole_feed(text) or is_text_sitemap(text),
        has_entries=bool(read.links or read.children or read.has_root),
        sitemaps=read.children,
        next_urls=tuple(listing.next(replace(response.at, children=read.children))),
    )
    _add_articles(content, chosen, profile)
    return content


def _add_articles(content: ListingContent, chosen: Sequence[Link], profile: SiteProfile) -> None:
    for link in chosen:
        ref = profile.article_ref(link.url)
        if ref is None:
            continue
        is_new = ref.id not in content.articles
        first = content.articles.setdefault(ref.id, ref)
        if is_new and link.published:
            content.published[ref.id] = link.published
        elif first.url != ref.url and first.part == ref.part:
            content.same_ids.setdefault(ref.id, (first.url, ref.url))
