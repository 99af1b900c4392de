"""Read a page of an article: how it ends, what it links to and reserves, and its record if it is the only page."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from ecnscrawl import loaders
from ecnscrawl.extraction import extract_pages
from ecnscrawl.items import Article
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Extraction, Page
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Copy, Ending
from ecnscrawl.pages.reservations import StatedTerms, reservations
from ecnscrawl.reading.parsed_pages import ParsedPages
from ecnscrawl.sites.base import SiteProfile

_parsed = ParsedPages()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordTerms:
    """What the record of an article depends on, besides its pages."""

    profile: SiteProfile
    ref: ArticleRef  #: under which it was requested
    fetched_at: datetime  #: aware: when its first page arrived
    listed: StatedTime | None = None  #: its time as a feed states it
    #: Take the address that the page names as its own, where the profile does not know articles by their addresses.
    may_rename: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleResponse:
    """A response for a page of an article."""

    url: str
    body: bytes
    charset: str | None  #: that its Content-Type names
    terms: RecordTerms
    is_only: bool = True  #: no other page of the article is known so far, so its record is wanted
    is_closed: bool | None = None  #: of a rendered page: whether the response ended in `</html>`
    tail: bytes | None = None  #: of a rendered page: the last bytes of the response
    stated: StatedTerms | None = None  #: what the publisher states outside the page; None if that does not count


@dataclass(frozen=True, slots=True)
class ArticleResponses:
    """The responses for all pages of an article, in order."""

    sources: Sequence[Source]
    terms: RecordTerms

    @property
    def url(self) -> str:
        """The article's address."""
        return self.terms.ref.url


@dataclass(frozen=True, slots=True)
class ArticleRecord:
    """The record of an article."""

    article: Article
    extractors: Mapping[str, str]  #: field -> name of the extractor that gave it
    ref: ArticleRef  #: that of the record
    why_no_article: str | None = None  #: why the page is none, where no address says that it is one
    invalid: Sequence[str] | None = None  #: what is wrong with the record, if that was checked where it was read


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticlePage:
    """What was read of a page of an article."""

    source: Source  #: without the body, which the caller has
    ending: Ending
    copy: Copy | None  #: to compare with another copy; None for a page that shows its end
    has_content: bool
    has_scripts: bool  #: a page without content has scripts that may bring it
    blocks: int  #: how many paragraphs, pictures and videos its body has
    digest: bytes  #: of these; empty if there are none
    other_parts: Mapping[int, str] = field(default_factory=dict)  #: number -> address, as the page names them
    links_back: bool = False  #: its pager says that it is a further page
    reserved: frozenset[str] = frozenset()
    own_ref: ArticleRef | None = None  #: of the address that the page names as its own
    record: ArticleRecord | None = None  #: None if the article has other pages


def read_article_page(response: ArticleResponse) -> ArticlePage:
    """Read a page. Raises TooComplex for one with too much markup to parse."""
    terms = response.terms
    source = terms.profile.source(response.url, response.body, response.charset)
    page = terms.profile.page_class(source)
    ending = page.ending(is_closed=response.is_closed)
    tail = response.body if response.tail is None else response.tail
    other_parts = page.other_parts()
    own_ref = _own_ref(page, terms.profile)
    has_content = page.has_content
    is_only = response.is_only and not other_parts
    if not is_only:
        _parsed.keep(source, page)
    return ArticlePage(
        source=replace(source, body=b""),
        ending=ending,
        copy=None if ending.is_whole else page.copy(tail),
        has_content=has_content,
        has_scripts=not has_content and page.document.has_scripts,
        blocks=len(page.blocks),
        digest=_digest(page),
        other_parts=other_parts,
        links_back=page.links_back(),
        reserved=reservations(page.document, *response.stated) if response.stated else frozenset(),
        own_ref=own_ref,
        record=_record([page], own_ref, terms) if is_only else None,
    )


def read_article(responses: ArticleResponses) -> ArticleRecord:
    """Return the record of an article of several pages. Raises TooComplex."""
    terms = responses.terms
    kind = terms.profile.page_class
    pages = [_parsed.take(source, kind) or kind(source) for source in responses.sources]
    return _record(pages, _own_ref(pages[0], terms.profile), terms)


def _own_ref(page: Page, profile: SiteProfile) -> ArticleRef | None:
    return profile.discovery.canonical_ref(page) if profile.discovery else None


def _record(pages: Sequence[Page], own_ref: ArticleRef | None, terms: RecordTerms) -> ArticleRecord:
    ref = own_ref if own_ref is not None and terms.may_rename and own_ref.id != terms.ref.id else terms.ref
    profile, listed = terms.profile, terms.listed
    extraction, article = extract_pages(pages, profile, ref, fetched_at=terms.fetched_at, listed=listed)
    extractors = _extractors(extraction, listed, profile.page_zone, terms.fetched_at)
    return ArticleRecord(article, extractors, ref, _reason(pages[0], article) if profile.discovery else None)


def _reason(page: Page, article: Article) -> str | None:
    from ecnscrawl.pages.not_articles import why_no_article  # noqa: PLC0415 - patterns that a written profile needs not

    return why_no_article(page.document, article)


def _extractors(extraction: Extraction, listed: StatedTime | None, zone: tzinfo | None, at: datetime) -> dict[str, str]:
    """Which extractor gave each field; the time comes from the feed where the page states none."""
    if listed is None:
        return extraction.extractors
    on_page = loaders.publication_time(extraction, zone, fetched_at=at)
    is_listed = loaders.publication_time(extraction, zone, listed, fetched_at=at) != on_page
    return {**extraction.extractors, "published_at": "feed"} if is_listed else extraction.extractors


def _digest(page: Page) -> bytes:
    """Return a digest of the body: equal for two pages that show the same."""
    if not page.blocks:
        return b""
    digest = hashlib.blake2b(digest_size=16)
    for block in page.blocks:  # one by one: a page may have ten megabytes of text
        for shown in (block.text, block.picture, block.video, block.poster):
            content = None if shown is None else shown.encode("utf-8", "surrogatepass")
            digest.update(b"-" if content is None else b"%d " % len(content))
            digest.update(content or b"")
    return digest.digest()
