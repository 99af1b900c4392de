"""The pages of one article while they are requested: which comes next, which was cut off, when all have arrived."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from msgspec.structs import replace

from ecnscrawl.frontier.records import CacheValidators, PendingArticle, StoredArticle
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Copy, Decision, Ending, decide
from ecnscrawl.reading.article_page import ArticlePage
from ecnscrawl.storage.archive.exchange import Exchange

#: A pager that goes on beyond this is a trap; the longest article known has five pages.
MAX_PARTS = 50


@dataclass
class ArticleJob:
    """The pages of an article that have arrived, and those still to request."""

    address: ArticleRef
    listing: str | None
    known: StoredArticle | None = None
    pending: PendingArticle | None = None
    is_last_attempt: bool = False
    requested: ArticleRef | None = None  #: the requested address, if the page names another one as its own
    is_left_over: bool = False  #: an earlier run found the link
    started_at: datetime | None = None
    fetched_at: datetime | None = None  #: when its first page arrived, as it was accepted
    exchanges: list[Exchange] = field(default_factory=list)  #: for the archive
    pages: dict[int, ArticlePage] = field(default_factory=dict)
    listed: StatedTime | None = None  #: its time as a feed gave it, when its last page was read
    validators: dict[int, CacheValidators] = field(default_factory=dict)
    not_modified: set[int] = field(default_factory=set)  #: numbers of pages that were answered by a 304
    named: dict[int, str] = field(default_factory=dict)  #: number of a page -> its URL
    failure: str | None = None  #: why a page could not be fetched
    missing: str | None = None  #: the URL of that page
    is_conditional: bool = True
    copies: dict[int, Copy] = field(default_factory=dict)  #: of pages without an end, which are requested once more
    endings: dict[int, Ending] = field(default_factory=dict)  #: of the pages that were accepted
    is_complete: bool = False  #: all its pages have arrived
    is_torn: bool = False  #: the page was cut off, so not even the last attempt stores the article without it
    was_cut: bool = False  #: so two copies of it say, which differ

    key: str = ""  #: the id of the address that was requested, which its requests carry

    def __post_init__(self) -> None:
        self.key = self.key or self.address.id
        self.named = {1: self.address.url}
        for number, part in enumerate(self.known.parts if self.known else (), 1):
            self.named.setdefault(number, part.url)

    def condition(self, number: int) -> CacheValidators | None:
        """Return the validators for a conditional request of a page; None for an unconditional one."""
        parts = self.known.parts if self.known and self.is_conditional and number not in self.copies else ()
        return parts[number - 1] if number <= len(parts) else None

    def add(self, number: int, page: ArticlePage, validators: CacheValidators) -> None:
        """Add a page that has arrived."""
        self.pages[number] = page
        if self.endings.get(number) is Ending.UNSEEN:  # it may have been cut off, and a 304 would hide the rest
            validators = CacheValidators(validators.url)
        self.not_modified.discard(number)
        self.validators[number] = validators
        for other, url in page.other_parts.items():
            self.named.setdefault(other, url)

    def is_repeat(self, page: ArticlePage) -> bool:
        """Whether a page has the same body as one that has arrived before."""
        return any(page.digest and page.digest == other.digest for other in self.pages.values())

    def mark_not_modified(self, number: int) -> None:
        """Note that a page has not changed."""
        condition = self.condition(number)
        assert condition is not None
        self.not_modified.add(number)
        self.validators[number] = condition

    def note_exchanges(self, number: int, came: Iterable[Exchange]) -> None:
        """Keep what came for a page, for the archive, which says of further pages what they belong to."""
        part = f"{number} {self.named[1]}" if number > 1 else None
        self.exchanges += [replace(each, part=part) for each in came] if part else came

    def decide(self, number: int, page: ArticlePage, *, has_no_end: bool) -> Decision:
        """Decide what to do with a page that has arrived, by its end; see `pages.endings`."""
        if number in self.endings:  # the page was empty, and has been rendered now
            self.endings[number] = page.ending
            return Decision.TAKE
        decision = decide(page.ending, page.copy, self.copies.get(number), has_no_end=has_no_end)
        if decision is Decision.TAKE:
            if not page.ending.is_whole and number not in self.copies:
                self._note_no_end()
            self.endings[number] = page.ending
        elif page.copy is not None:
            self.copies[number] = page.copy
        return decision

    def _note_no_end(self) -> None:
        """Have the archive say of the page that came last why one copy was enough."""
        for place in range(len(self.exchanges) - 1, -1, -1):
            if not self.exchanges[place].is_rendered:
                self.exchanges[place] = replace(self.exchanges[place], has_no_end=True)
                return

    def mark_missing(self, number: int, reason: str, *, is_torn: bool = False) -> None:
        """Note that a page could not be fetched although it may exist. `is_torn`: it arrived, but was cut off."""
        self.is_torn |= is_torn
        self.failure, self.missing = f"page {number}: {reason}", self.named[number]
        self.end_at(number)

    def end_at(self, number: int) -> None:
        """End the pager before this page."""
        self.named = {other: url for other, url in self.named.items() if other < number}
        self.not_modified = {other for other in self.not_modified if other < number}

    def next_part(self) -> int | None:
        """Return the number of the page to request next; None if all have arrived.

        If one page has changed, the unchanged ones are requested again without a condition, because the record needs
        all of them.
        """
        for number in sorted(self.named):
            if number <= MAX_PARTS and number not in self.pages and number not in self.not_modified:
                return number
        if self.pages and self.not_modified:
            self.is_conditional = False
            return min(self.not_modified)
        return None

    @property
    def first_source(self) -> Source | None:
        """The response with its first page."""
        return self.pages[1].source if 1 in self.pages else None

    @property
    def parts(self) -> tuple[CacheValidators, ...]:
        """The validators of all pages in order; only the URL of a page that could not be fetched."""
        arrived = tuple(self.validators[number] for number in sorted(self.validators) if number in self.named)
        return (*arrived, CacheValidators(self.missing)) if self.missing else arrived
