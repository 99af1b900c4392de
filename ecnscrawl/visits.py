"""The items of a spider: a Visit for each article it requested, a ListingRead for each listing page.

An unchanged, a gone and a failed article pass through the pipelines as a record does, so the state has one writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from ecnscrawl.frontier.outcomes import Outcome
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle, StoredArticle
from ecnscrawl.items import Article
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.storage.archive.exchange import Exchange

__all__ = ["Comparison", "FetchResult", "ListingRead", "Outcome", "Visit"]


class FetchResult(StrEnum):
    """The result of requesting an article, as the spider sees it."""

    READ = "read"  #: at least one page had changed, and all were read
    NOT_MODIFIED = "not modified"  #: every page was answered by a 304
    MISSING = "missing"  #: 404 or 410, or a redirect to the front page
    FAILED = "failed"  #: nothing arrived that could be stored
    NO_ARTICLE = "no article"  #: a page of another kind, where only an address said that it might be one
    ALIAS = "alias"  #: another address of an article that is stored
    RESERVED = "reserved"  #: the publisher does not want the page to be stored


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a record compares with the stored ones. The dedupe pipeline finds this."""

    is_same: bool = False  #: the same content is stored under its id
    is_copy: bool = False  #: the same content is stored under another id


@dataclass(slots=True, repr=False)
class Visit:
    """An article that was requested. The spider fills in what it saw, the pipelines what they find."""

    address: ArticleRef
    at: datetime  #: the time of its first response, or of the failure
    result: FetchResult
    listing: str | None = None  #: the listing with the link
    requested: ArticleRef | None = None  #: the address that was requested, if its page names another one as its own
    known: StoredArticle | None = None  #: its entry in the state before
    pending: PendingArticle | None = None
    reasons: list[str] = field(default_factory=list)  #: why it failed or is missing, or why its record is rejected
    is_outside: bool = False  #: not published on the days that the user asked for
    is_before_since: bool = False  #: published before these days, so its listing goes back to them
    comparison: Comparison | None = None  #: None until the record is compared with what is stored
    article: Article | None = None
    invalid: Sequence[str] | None = None  #: what is wrong with the record; None if only a pipeline checks that
    extractors: dict[str, str] = field(default_factory=dict)
    source: Source | None = None  #: its first page as received
    parts: tuple[CacheValidators, ...] = ()
    is_incomplete: bool = False  #: it is stored without pages that could not be fetched, at the last attempt
    endings: tuple[Ending, ...] = ()  #: of its accepted pages
    was_cut: bool = False  #: two copies of one of its pages differ, and neither shows its end
    exchanges: tuple[Exchange, ...] = ()  #: all that came for it, if it is archived

    @property
    def outcome(self) -> Outcome:
        """The outcome, which follows from the facts above. Nothing else decides it."""
        match self.result:
            case FetchResult.READ:
                return self._outcome_of_record()
            case FetchResult.NOT_MODIFIED:
                return Outcome.UNCHANGED
            case FetchResult.MISSING if self.known:
                return Outcome.GONE
            case FetchResult.NO_ARTICLE | FetchResult.ALIAS | FetchResult.RESERVED:
                return Outcome.SKIPPED
        return Outcome.FAILED  # also for a link that never led to an article

    def _outcome_of_record(self) -> Outcome:
        if self.is_outside:
            return Outcome.OUTSIDE
        if self.comparison is None:
            return Outcome.READ
        if self.comparison.is_same:
            return Outcome.UNCHANGED
        if self.reasons:
            return Outcome.REJECTED
        if self.known and self.known.alias_of is None:
            return Outcome.UPDATED  # even if it is a copy of another article now
        return Outcome.DUPLICATE if self.comparison.is_copy else Outcome.NEW

    def __repr__(self) -> str:
        """Short, because Scrapy logs items in errors, and this one contains a page."""
        return f"<Visit {self.outcome} {self.address.url}>"


@dataclass(slots=True, repr=False)
class ListingRead:
    """A page of a listing, the front page or a feed that was requested."""

    name: str
    page: int
    links: Sequence[ArticleRef] = ()
    state: ListingSnapshot | None = None  #: for the state; None if the page could not be fetched
    begins_walk: int | None = None  #: the run from which the listing is still to be read on after this page
    ends_walk: bool = False
    failure: str | None = None
    is_missing: bool = False  #: it is a 404, a 410 or a redirect, or has no link to an article
    is_empty: bool = False  #: it has no link to an article
    was_there: bool = False  #: it could be read in an earlier run
    ends_at: date | None = None  #: the date of its oldest entry, if the listing ended without reaching `since`
    reaches_since: bool | None = None  #: whether its pages so far go back to `since`; None if that is not known
    is_limited: bool = False  #: the user's `max_pages` ended it
    published: Mapping[str, StatedTime] = field(default_factory=dict)  #: article id -> the time that a feed states
    same_ids: Mapping[str, tuple[str, str]] = field(default_factory=dict)  #: article id -> two addresses that have it
    ending: Ending | None = None  #: None for a feed, and for a page that had not changed or could not be fetched
    was_cut: bool = False  #: its two copies differ, and neither shows its end

    def __repr__(self) -> str:
        return f"<ListingRead {self.name}, page {self.page}>"
