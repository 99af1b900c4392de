"""What a spider yields: a Visit for each article it requested, a ListingRead for each listing page.

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

__all__ = ["Comparison", "FetchResult", "ListingRead", "Outcome", "Visit"]


class FetchResult(StrEnum):
    """What the spider saw of an article."""

    READ = "read"  #: at least one page had changed, and they were read
    NOT_MODIFIED = "not modified"  #: every page answered 304
    MISSING = "missing"  #: 404 or 410, or a redirect to the front page
    FAILED = "failed"  #: nothing that can be stored came


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a record compares with what is stored, as the dedupe pipeline finds."""

    is_same: bool = False  #: as the one that is stored under its id
    is_copy: bool = False  #: of an article that is stored under another id


@dataclass(slots=True, repr=False)
class Visit:
    """An article was requested. The spider states what it saw, the pipelines add what they find."""

    address: ArticleRef
    at: datetime  #: when its first response arrived, or the failure
    result: FetchResult
    listing: str | None = None  #: where it was found
    known: StoredArticle | None = None  #: what the state said of it before
    pending: PendingArticle | None = None
    reasons: list[str] = field(default_factory=list)  #: why it failed or is missing, or against the record
    is_outside: bool = False  #: not published on the days that the user asked for
    comparison: Comparison | None = None  #: None until the record is compared with what is stored
    article: Article | None = None
    rungs: dict[str, str] = field(default_factory=dict)
    source: Source | None = None  #: its first page as received
    parts: tuple[CacheValidators, ...] = ()
    is_incomplete: bool = False  #: pages of it could not be had, at the last attempt
    endings: tuple[Ending, ...] = ()  #: of its pages that came and were taken
    was_cut: bool = False  #: two copies of a page of it differ, and neither shows its end

    @property
    def outcome(self) -> Outcome:
        """What came of it: a function of the facts above, and decided nowhere else."""
        match self.result:
            case FetchResult.READ:
                return self._outcome_of_record()
            case FetchResult.NOT_MODIFIED:
                return Outcome.UNCHANGED
            case FetchResult.MISSING if self.known:
                return Outcome.GONE
        return Outcome.FAILED  # also a link that never led to an article: there is no record to keep

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
            return Outcome.UPDATED  # also if it is now a copy of another article: its revisions go on
        return Outcome.DUPLICATE if self.comparison.is_copy else Outcome.NEW

    def __repr__(self) -> str:
        """Short: Scrapy logs whole items when something goes wrong, and this one holds a page."""
        return f"<Visit {self.outcome} {self.address.url}>"


@dataclass(slots=True, repr=False)
class ListingRead:
    """A page of a listing, the front page or the feed was asked for."""

    name: str
    page: int
    links: Sequence[ArticleRef] = ()
    state: ListingSnapshot | None = None  #: what to ask it with next time; None where it could not be had
    begins_walk: int | None = None  #: the run whose walk goes on after this page
    ends_walk: bool = False
    failure: str | None = None
    is_missing: bool = False  #: 404 or 410, redirected, or without a link to an article
    is_empty: bool = False  #: the last of these
    was_there: bool = False  #: in an earlier run
    ends_at: date | None = None  #: its oldest entry, where the listing ended before the dates asked for
    reaches_since: bool | None = None  #: whether its pages so far go back to the dates asked for; None is not known
    is_limited: bool = False  #: the user's `max_pages` ended it
    published: Mapping[str, StatedTime] = field(default_factory=dict)  #: by article id, where a feed states it
    ending: Ending | None = None  #: of the page; None where it had not changed, or could not be had, and of a feed
    was_cut: bool = False  #: its two copies differ, and neither shows its end

    def __repr__(self) -> str:
        return f"<ListingRead {self.name}, page {self.page}>"
