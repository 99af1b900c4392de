"""What a spider yields: one envelope for each article asked for, one for each listing page.

So an unchanged, a gone and a failed article travel the same road as a record, and the state has one writer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from ecnscrawl.frontier.outcomes import Outcome
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle, StoredArticle
from ecnscrawl.items import Article
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending

__all__ = ["ListingRead", "Outcome", "Visit"]


@dataclass(slots=True, repr=False)
class Visit:
    """An article was asked for."""

    address: ArticleRef
    at: datetime  #: when its first response arrived, or the failure
    outcome: Outcome
    listing: str | None = None  #: where it was found
    known: StoredArticle | None = None  #: what the state said of it before
    pending: PendingArticle | None = None
    reasons: list[str] = field(default_factory=list)  #: why it failed, or was rejected
    article: Article | None = None
    rungs: dict[str, str] = field(default_factory=dict)
    source: Source | None = None  #: its first page as received
    parts: tuple[CacheValidators, ...] = ()
    is_incomplete: bool = False  #: pages of it could not be had, at the last attempt
    endings: tuple[Ending, ...] = ()  #: of its pages that came and were taken
    was_cut: bool = False  #: two copies of a page of it differ, and neither shows its end

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
