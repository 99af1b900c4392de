"""One article on its way: its pages, asked for one after the other, joined when all are there."""

from dataclasses import dataclass, field
from datetime import datetime

from ecnscrawl.frontier.records import CacheValidators, PendingArticle, StoredArticle
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Copy, Decision, Ending, decide

#: A pager that goes on beyond this is a trap; the longest article known has five pages.
MAX_PARTS = 50


@dataclass
class ArticleJob:
    """What has been had of an article so far."""

    address: ArticleRef
    listing: str | None
    known: StoredArticle | None = None
    pending: PendingArticle | None = None
    is_last_attempt: bool = False
    is_left_over: bool = False  #: an earlier run has found it
    started_at: datetime | None = None
    pages: dict[int, Page] = field(default_factory=dict)
    first_source: Source | None = None
    validators: dict[int, CacheValidators] = field(default_factory=dict)
    unchanged: set[int] = field(default_factory=set)  #: answered 304
    named: dict[int, str] = field(default_factory=dict)  #: addresses of parts, by number
    failure: str | None = None  #: of a part that could not be had
    missing: str | None = None  #: the address of that part
    is_conditional: bool = True
    copies: dict[int, Copy] = field(default_factory=dict)  #: of pages without an end, which are asked for once more
    endings: dict[int, Ending] = field(default_factory=dict)  #: of the pages that were taken
    is_torn: bool = False  #: a part that could not be had was cut off: not even at the last attempt do without it
    was_cut: bool = False  #: so two copies of it say, which differ

    def __post_init__(self) -> None:
        self.named = {1: self.address.url}
        for number, part in enumerate(self.known.parts if self.known else (), 1):
            self.named.setdefault(number, part.url)

    def condition(self, number: int) -> CacheValidators | None:
        """What to ask for a part with, where it was had before."""
        parts = self.known.parts if self.known and self.is_conditional and number not in self.copies else ()
        return parts[number - 1] if number <= len(parts) else None

    def add(self, number: int, source: Source, page: Page, validators: CacheValidators) -> None:
        """A page of the article has come."""
        self.pages[number] = page
        if self.endings.get(number) is Ending.UNSEEN:  # where it was cut off after all, no 304 shall hide the rest
            validators = CacheValidators(validators.url)
        self.first_source = source if number == 1 else self.first_source
        self.unchanged.discard(number)
        self.validators[number] = validators
        for other, url in page.other_parts().items():
            self.named.setdefault(other, url)

    def is_repeat(self, page: Page) -> bool:
        """Whether a page has the very body of one that is there already."""
        return any(page.blocks and page.blocks == other.blocks for other in self.pages.values())

    def mark_unmodified(self, number: int) -> None:
        """A page of the article has not changed."""
        condition = self.condition(number)
        assert condition is not None
        self.unchanged.add(number)
        self.validators[number] = condition

    def decide(self, number: int, page: Page, tail: bytes, *, is_closed: bool | None, has_no_end: bool) -> Decision:
        """What is to be done with a page that has come, as `pages.endings` has it.

        `tail` are its last bytes as it came; `is_closed` as `Page.ending` has it, for a page from a browser.
        """
        taken = self.endings.get(number)
        if taken is not None:  # it was empty, and comes from a browser now
            self.endings[number] = page.ending(is_closed=taken.is_whole)
            return Decision.TAKE
        ending = page.ending(is_closed=is_closed)
        copy = None if ending.is_whole else page.copy(tail)
        decision = decide(ending, copy, self.copies.get(number), has_no_end=has_no_end)
        if decision is Decision.TAKE:
            self.endings[number] = ending
        elif copy is not None:
            self.copies[number] = copy
        return decision

    def mark_missing(self, number: int, reason: str, *, is_torn: bool = False) -> None:
        """A part could not be had, although it may be there; `is_torn` where it came, and was cut off."""
        self.is_torn |= is_torn
        self.failure, self.missing = f"page {number}: {reason}", self.named[number]
        self.end_at(number)

    def end_at(self, number: int) -> None:
        """The pager ends before this part."""
        self.named = {other: url for other, url in self.named.items() if other < number}
        self.unchanged = {other for other in self.unchanged if other < number}

    def next_part(self) -> int | None:
        """The part to ask for now; None where all is there.

        Where one page has changed, those that have not are asked for once more, without condition: the
        record is made of all of them.
        """
        for number in sorted(self.named):
            if number <= MAX_PARTS and number not in self.pages and number not in self.unchanged:
                return number
        if self.pages and self.unchanged:
            self.is_conditional = False
            return min(self.unchanged)
        return None

    @property
    def parts(self) -> tuple[CacheValidators, ...]:
        """The validators of all pages, first page first; of one that could not be had only where to ask for it."""
        had = tuple(self.validators[number] for number in sorted(self.validators) if number in self.named)
        return (*had, CacheValidators(self.missing)) if self.missing else had
