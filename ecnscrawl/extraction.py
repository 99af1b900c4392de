"""Turn the pages of an article into its record. Crawls, fixtures and `ecnscrawl.extract` all use this."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from ecnscrawl.items import Article, ExtractedArticle, content_hash
from ecnscrawl.loaders import load
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef, resolve
from ecnscrawl.pages.base import Extraction, Page, read
from ecnscrawl.pages.document import Source
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.canonical import ref_of
from ecnscrawl.sites.registry import profile_of
from ecnscrawl.sites.unknown import UnknownSite


def extract_pages(
    pages: Sequence[Page],
    site: SiteProfile | UnknownSite,
    ref: ArticleRef,
    *,
    fetched_at: datetime,
    listed: StatedTime | None = None,
) -> tuple[Extraction, Article]:
    """Return the raw values and the record of an article, from its pages in order. The record has no revision yet.

    `fetched_at` (aware) is when the first page arrived, `listed` the time that a feed states.
    """
    extraction = read(pages)
    article = load(
        extraction,
        ref,
        site=site.name,
        language=site.language,
        zone=site.page_zone,
        fetched_at=fetched_at,
        listed=listed,
    )
    return extraction, article


def extract_sources(
    sources: Sequence[Source], site: SiteProfile | UnknownSite, ref: ArticleRef, *, fetched_at: datetime
) -> tuple[Extraction, Article]:
    """Do the same from responses. Raises TooComplex for a page with too much markup to parse."""
    return extract_pages([site.page_class(source) for source in sources], site, ref, fetched_at=fetched_at)


def extract(
    body: bytes, url: str, *, charset: str | None = None, fetched_at: datetime | None = None
) -> ExtractedArticle | None:
    """Return the article on a page; None if the page has no headline, text, picture or video.

    `body` is the page as it was served, without its Content-Encoding; `url` its absolute http or https address;
    `charset` the one that its Content-Type header names; `fetched_at` (aware) when it arrived, by default now.

    A page on the host of a site profile is read by that site's rules, any other page by the generic reader. Raises
    TypeError for an argument of another type, ValueError for an invalid address and for a time without a zone, and
    TooComplex for a page with too much markup to parse.
    """
    if not isinstance(body, bytes):
        raise TypeError(f"body is {type(body).__name__}; give the bytes of the page as it was served")
    if not isinstance(url, str):
        raise TypeError(f"url is {type(url).__name__}; give the address of the page as a text")
    if fetched_at is not None and not isinstance(fetched_at, datetime):
        raise TypeError(f"fetched_at is {type(fetched_at).__name__}; give a datetime, such as datetime.now(UTC)")
    if fetched_at is not None and fetched_at.tzinfo is None:
        raise ValueError("fetched_at has no time zone; write datetime.now(UTC), or add tzinfo")
    address = resolve(url, url)
    if address is None:
        raise ValueError(
            f"{url!r} is not an absolute http or https address with a host name, without user name, on port 80 or 443"
        )
    host = urlsplit(address).hostname or ""
    profile = profile_of(host)
    ref = profile.article_ref(address) if profile else None
    if profile and ref:
        site: SiteProfile | UnknownSite = profile
        own = ref.url if ref.part == 1 else address  # the page's number, which is also at the end of its headline
        page = profile.page_class(profile.source(own, body, charset))
    else:
        unknown = UnknownSite.like(profile, host) if profile else UnknownSite(host)
        page = unknown.page_class(unknown.source(address, body, charset))
        ref = ref_of(page)
        site = unknown.named(ref)
    _, article = extract_pages([page], site, ref, fetched_at=fetched_at or datetime.now(UTC))
    if not (article.title or article.body or article.images or article.videos):
        return None
    return as_extracted(article)


def as_extracted(article: Article) -> ExtractedArticle:
    """Return the record as if stored for the first time, with None for what is not known."""
    extracted = ExtractedArticle(**vars(article))
    extracted.revision = 1
    extracted.title = article.title or None
    extracted.published_at = article.published_at or None
    extracted.published_precision = article.published_precision or None
    extracted.content_hash = content_hash(extracted)
    return extracted
