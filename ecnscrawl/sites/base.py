"""A site's profile: everything that the crawler asks of a site. A spider is a name and its profile."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Page


def _no_listing(section: str, page: int) -> str:
    raise LookupError(f"no listing {section!r}, page {page}")


@dataclass(frozen=True, kw_only=True)
class SiteProfile:
    """What is special about one news site; nothing of it is known anywhere else."""

    name: str  #: of the spider, of the folder, in `site` and before each id: `ecns`
    domains: tuple[str, ...]  #: that may be asked, with their subdomains
    hosts: tuple[str, ...] = ()  #: exactly those whose pages `page_class` reads: of an article saved by somebody else
    zone: tzinfo  #: of the site's clock
    language: str  #: BCP 47, where a page names no other
    page_class: type[Page]  #: reads the articles' pages
    article_ref: Callable[[str], ArticleRef | None]  #: what an article's address says of it; None for any other address

    feeds: tuple[str, ...] = ()  #: addresses of RSS or Atom feeds
    front_pages: tuple[str, ...] = ()  #: addresses of pages that link to articles and have no further pages
    sections: tuple[str, ...] = ()  #: names of the listings: their paths without slashes at the ends
    listing_url: Callable[[str, int], str] = _no_listing  #: the n-th page of a listing, from 1

    settings: Mapping[str, object] = field(default_factory=dict)  #: pace and health where they differ from the defaults
