"""The profile of a site: everything that the crawler needs to know about it. A spider is a name and a profile."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from types import MappingProxyType
from urllib.parse import parse_qsl, urljoin, urlsplit

from ecnscrawl.normalize.urls import ArticleRef, same_page
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.charset_guess import guessed_charset
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.sites.listing_source import ListingSource
from ecnscrawl.sites.sources import Feed, FrontPage

#: What every news page has. A share of 0: the field may come from any source, and its loss alone is an alarm.
EVERY_PAGE: Mapping[str, float] = MappingProxyType({"title": 0.0, "published_at": 0.0, "body": 0.0})


@dataclass(frozen=True, kw_only=True)
class SiteProfile:
    """Everything that is particular to one news site. No other module of the core contains any of it.

    The first five fields are required, all others have defaults that suit many sites. It can be pickled, so that a
    worker process reads the site's pages: its functions and classes stand in modules.
    """

    name: str  #: of the spider and of the folder; it stands in `site` and before each id
    domains: tuple[str, ...]  #: that may be requested, with their subdomains
    zone: tzinfo  #: of the site's clock: a time without a zone is in it
    language: str  #: BCP 47: of articles whose page names no other; it chooses the patterns for bylines and credits
    #: What an article's address says of it; None for any other address. It must know its own result:
    #: `article_ref(article_ref(url).url)` has the same `id` and `url`, and a record that breaks this is rejected.
    article_ref: Callable[[str], ArticleRef | None]

    page_class: type[Page] = GenericPage  #: reads the articles' pages
    sources: tuple[ListingSource, ...] = ()  #: where the site lists its articles, the fastest first
    #: Exactly those hosts whose pages `page_class` reads where somebody else has saved them: for `ecnscrawl.extract`.
    hosts: tuple[str, ...] = ()
    #: What the links of a listing contain, as written, that lead to articles or to further pages of the listing. Others
    #: are then not even resolved, which saves most of a listing's time. None: any link may lead to an article.
    link_pattern: re.Pattern[str] | None = None
    index_names: tuple[str, ...] = ()  #: files that the server shows for their folder: `index.html`
    fallback_charset: str | None = None  #: of pages that name none and are not UTF-8; None: windows-1252
    #: Drift alarms for these fields only. Each has the share of articles, from 0 to 1, in which the page class's own
    #: layout must find it while there is no history yet to compare with.
    expected_fields: Mapping[str, float] = field(default_factory=lambda: dict(EVERY_PAGE))
    #: Settings that differ from the defaults: pace (`DOWNLOAD_DELAY`), health (`HEALTH_FAILED_SHARE`). The command
    #: line overrides them.
    settings: Mapping[str, object] = field(default_factory=dict)
    is_zone_known: bool = True  #: False: `zone` is only for the user's dates, and a page's time without a zone is none
    #: Finds the sources, and knows an article by its page, where nobody has written this down; None for other sites.
    discovery: Discovery | None = None

    def __post_init__(self) -> None:
        names = [source.name for source in self.sources]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise ValueError(f"{self.name}: two sources are called {twice!r}; give each a name of its own")

    @property
    def page_zone(self) -> tzinfo | None:
        """The time zone of times on pages that name none; None if it is not known."""
        return self.zone if self.is_zone_known else None

    def source(self, url: str, body: bytes, charset: str | None = None) -> Source:
        """Return a response of this site as input for its pages; `charset` is that of its Content-Type."""
        fallback = self.fallback_charset
        if self.discovery is not None and charset is None:
            fallback = guessed_charset(body) or fallback
        return Source(url, body, charset, self.language, fallback)

    @property
    def feeds(self) -> tuple[str, ...]:
        """The URLs of its feeds."""
        return tuple(source.url for source in self.sources if isinstance(source, Feed))

    @property
    def front_pages(self) -> tuple[str, ...]:
        """The URLs of the pages that link to articles and have no further pages."""
        return tuple(source.url for source in self.sources if isinstance(source, FrontPage))

    @property
    def home(self) -> str:
        """The URL by which people know the site: its front page, else the root of its first source's host."""
        return next(iter(self.front_pages), urljoin(self.sources[0].url, "/") if self.sources else "")

    @property
    def sections(self) -> tuple[str, ...]:
        """The names of its listings, for `-a sections=`."""
        return tuple(source.name for source in self.sources if source.is_section)

    def is_front_page(self, url: str) -> bool:
        """Whether an address is that of the site's front page, whatever its scheme."""
        if self.discovery is not None and self.discovery.is_front_page(url):
            return True
        return any(same_page(self._without_index(url), front) for front in self.front_pages)

    def is_same_listing(self, requested: str, url: str) -> bool:
        """Return whether a redirect stayed on the same listing: the same path, and the requested query."""
        one, other = (urlsplit(self._without_index(each)) for each in (requested, url))
        return one.path == other.path and set(parse_qsl(one.query)) <= set(parse_qsl(other.query))

    def _without_index(self, url: str) -> str:
        """Return the URL of the folder if this one ends in the name of its index file."""
        path, question_mark, query = url.partition("?")
        folder, slash, file = path.rpartition("/")
        return f"{folder}{slash}{question_mark}{query}" if file in self.index_names else url
