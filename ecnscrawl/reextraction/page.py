"""Read one archived response, in a worker process or here: plain data comes in and goes out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import msgspec

from ecnscrawl.exceptions import TooComplex
from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import TAIL, ends_in_html
from ecnscrawl.pages.feeds import feed_entries
from ecnscrawl.pages.reservations import FORBIDS_STORING, StatedTerms
from ecnscrawl.pages.sitemaps import read_sitemap
from ecnscrawl.reading.article_page import ArticlePage, ArticleRecord, ArticleResponse, RecordTerms, read_article_page
from ecnscrawl.reextraction.further import FurtherPage, Otherwise
from ecnscrawl.reextraction.http import HttpMessage, Unreadable, message_of
from ecnscrawl.reextraction.sites import SiteKey, may_list, profile_for
from ecnscrawl.storage.archive.reader import ArchivedResponse
from ecnscrawl.validation import checked

ROBOTS_TOKEN = "ecnscrawl"  # noqa: S105 - our name in robots' directives


class PageToRead(msgspec.Struct, frozen=True, array_like=True):
    """A response, and what it may be."""

    response: ArchivedResponse
    site: SiteKey
    ref: ArticleRef | None  #: of the article of which it is a page; None: perhaps a feed or sitemap
    key: str = ""  #: by which the pages of that article are joined
    further: FurtherPage | None = None  #: what it may be instead of the article's first page


class PageRead(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was read."""

    page: ArticlePage | None = None  #: without its record
    record: ArticleRecord | None = None  #: None if the article has other pages
    validators: CacheValidators | None = None
    is_reserved: bool = False  #: its publisher does not want it to be stored
    listed: Mapping[str, StatedTime] = {}  #: of a feed: article id -> when it was published
    problem: str | None = None  #: why it could not be read


def read_page(asked: PageToRead) -> PageRead:
    """Read a response. What is wrong with it is in `problem`."""
    try:
        return _read_page(asked)
    except (Unreadable, TooComplex) as error:
        return PageRead(problem=str(error))


def _read_page(asked: PageToRead) -> PageRead:
    response, ref, profile = asked.response, asked.ref, profile_for(asked.site)
    if response.status != 200:
        return PageRead()
    message = message_of(response)
    if ref is None:
        source = profile.source(response.url, message.body, message.charset)
        return PageRead(listed=_listed(source, asked.site)) if may_list(response, message.media_type) else PageRead()
    discovery = profile.discovery
    if discovery is not None and not _may_be_html(message):
        return PageRead()
    source = source_of(asked, message)
    is_rendered = response.rendered is not None
    page = read_article_page(
        ArticleResponse(
            url=source.url,
            body=source.body,
            charset=source.charset,
            terms=terms_of(asked),
            is_only=ref.part == 1 and (asked.further is None or asked.further.otherwise is Otherwise.ARTICLE),
            is_closed=ends_in_html(decode(message.body)) if is_rendered else None,
            tail=message.body[-TAIL:] if is_rendered else None,
            stated=_stated(message) if discovery else None,
        )
    )
    etag, modified = message.header("etag") or None, message.header("last-modified") or None
    return PageRead(
        page=replace(page, record=None),
        record=_checked(page.record, asked) if page.record is not None else None,
        validators=CacheValidators(ref.url, *((None, None) if is_rendered else (etag, modified))),
        is_reserved=discovery is not None and bool(page.reserved & FORBIDS_STORING),
    )


def _checked(record: ArticleRecord, asked: PageToRead) -> ArticleRecord:
    """Return a record with what is wrong with it, which takes a while: a worker does it."""
    record.article.revision = 1  # the pipelines know which one it is
    article, reasons = checked(record.article, arrival_of(asked), profile_for(asked.site).article_ref)
    return replace(record, article=article, invalid=reasons, extractors={})


def source_of(asked: PageToRead, message: HttpMessage | None = None) -> Source:
    """Return the page of an article as its reader needs it. Raises Unreadable."""
    response, profile = asked.response, profile_for(asked.site)
    message = message or message_of(response)
    url = response.url if profile.discovery or asked.ref is None else _address(asked.ref, response.url)
    if response.rendered is not None:
        return profile.source(url, response.rendered, "utf-8")
    return profile.source(url, message.body, message.charset)


def terms_of(asked: PageToRead, listed: StatedTime | None = None, *, may_rename: bool = True) -> RecordTerms:
    """Return what the record of an article depends on, besides its pages."""
    assert asked.ref is not None
    return RecordTerms(
        profile=profile_for(asked.site),
        ref=asked.ref,
        fetched_at=arrival_of(asked),
        listed=listed,
        may_rename=may_rename and profile_for(asked.site).discovery is not None,
    )


def arrival_of(asked: PageToRead) -> datetime:
    """Return when a page arrived, as it is read."""
    return asked.response.rendered_at or asked.response.at


def _address(ref: ArticleRef, url: str) -> str:
    """A crawl requests the first page at its canonical address, and further ones where the first one links to them."""
    return ref.url if ref.part == 1 else url


def _may_be_html(message: HttpMessage) -> bool:
    return message.media_type in ("", "text/html", "application/xhtml+xml")


def _stated(message: HttpMessage) -> StatedTerms:
    tdm = message.header("tdm-reservation") or None
    return StatedTerms(message.headers.get("x-robots-tag", []), tdm, (), ROBOTS_TOKEN)


def _listed(source: Source, site: SiteKey) -> dict[str, StatedTime]:
    """Return when a feed or sitemap says that its articles were published."""
    profile = profile_for(site)
    links = feed_entries(source, profile.page_zone) or read_sitemap(source, profile.page_zone).links
    found: dict[str, StatedTime] = {}
    for link in links:
        if link.published and (ref := profile.article_ref(link.url)):
            found.setdefault(ref.id, link.published)
    return found
