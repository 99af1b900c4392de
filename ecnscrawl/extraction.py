"""From the pages of one article to its record: the one place where pages are read and loaded.

A crawl, a fixture and the tests all come through here.
"""

from collections.abc import Sequence
from datetime import datetime

from ecnscrawl.items import Article
from ecnscrawl.loaders import load
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Extraction, Page, read
from ecnscrawl.pages.document import Source
from ecnscrawl.sites.base import SiteProfile


def extract_pages(
    pages: Sequence[Page],
    site: SiteProfile,
    ref: ArticleRef,
    *,
    fetched_at: datetime,
    listed: StatedTime | None = None,
) -> tuple[Extraction, Article]:
    """The raw values and the record of an article's pages, in order; the record has no revision yet.

    `fetched_at` (aware) is when the first page arrived, `listed` the time that a feed states.
    """
    extraction = read(pages)
    article = load(
        extraction,
        ref,
        site=site.name,
        language=site.language,
        zone=site.zone,
        fetched_at=fetched_at,
        listed=listed,
    )
    return extraction, article


def extract_sources(
    sources: Sequence[Source], site: SiteProfile, ref: ArticleRef, *, fetched_at: datetime
) -> tuple[Extraction, Article]:
    """The same from the responses. Raises TooComplex for a page with too much markup to be parsed."""
    return extract_pages([site.page_class(source) for source in sources], site, ref, fetched_at=fetched_at)
