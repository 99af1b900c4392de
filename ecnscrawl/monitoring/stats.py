"""The figures of a run: what its report says and its health is judged by."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from heapq import heappop, heappush
from typing import Any

from ecnscrawl.items import Article
from ecnscrawl.monitoring.drift import LAYOUT, MEDIA, source_letters
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.visits import Outcome, Visit

MOST_ADDRESSES = 50  #: a report names no more failing addresses than that
MOST_SAMPLES = 3  #: responses kept for each field
MOST_OF_A_SAMPLE = 500_000  #: bytes: ten fields' samples of the largest pages would fill the memory

#: The outcomes that a report always counts, in its order.
COUNTED = (
    Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE, Outcome.REJECTED, Outcome.FAILED, Outcome.GONE,
)  # fmt: skip


_TAKEN = frozenset({Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.DUPLICATE})
_WORST_FIRST = (Ending.UNSEEN, Ending.UNMARKED)


@dataclass(frozen=True)
class HoldReason:
    """What the crawl waits for, and until when; set by whoever holds requests back, shown on the progress line.

    It need not be taken back: one whose time has come is shown no more.
    """

    what: str  #: as it stands behind "waits for": `a retry`, `the site (Retry-After)`
    until: float  #: by `time.monotonic()`


@dataclass
class ListingStats:
    """What became of one listing in this run."""

    pages: int = 0
    links: int = 0
    failure: str | None = None  #: of its first page
    is_missing: bool = False  #: 404 or 410, redirected, or without a link to an article
    is_empty: bool = False  #: the last of these
    was_there: bool = False  #: in an earlier run
    ends_at: date | None = None  #: its oldest entry, where it ended before the dates asked for
    reaches_since: bool = False  #: it shows an article from before the dates asked for
    is_limited: bool = False  #: the user's `max_pages` ended it


@dataclass
class RenderingStats:
    """What a browser was needed for, and what came of it."""

    mode: str = "off"
    asked: Counter[str] = field(default_factory=Counter)  #: pages given to the browser, by kind of request
    gained: Counter[str] = field(
        default_factory=Counter
    )  #: by what it is, `links` of listings and `blocks` of articles
    gains: list[tuple[str, int]] = field(default_factory=list)  #: address, how many of them
    failed: Counter[str] = field(default_factory=Counter)  #: of them, by reason
    refused: Counter[str] = field(default_factory=Counter)  #: requests of pages, by reason
    missed: int = 0  #: pages that came empty where there was no browser
    missing: str | None = None  #: why there is none
    articles_read: int = 0  #: articles whose first page came

    def gain(self, url: str, what: str, number: int) -> None:
        """Count what a rendered page has shown."""
        self.gained[what] += number
        if len(self.gains) < MOST_ADDRESSES:
            self.gains.append((url, number))

    @property
    def articles(self) -> int:
        """How many articles were rendered."""
        return self.asked["article"] + self.asked["recheck"]


@dataclass
class RecordStats:
    """What came of the articles that were asked for: where their records are lost, all of this goes back."""

    counts: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)  #: of failures and rejections
    failing: list[tuple[str, str]] = field(default_factory=list)  #: address, reason
    incomplete: list[str] = field(default_factory=list)  #: addresses stored without all of their pages
    endings: Counter[Ending] = field(default_factory=Counter)  #: of articles that came and were taken
    ages: list[int] = field(default_factory=list)  #: seconds from publication to storing, of new articles
    sections: Counter[str] = field(default_factory=Counter)  #: of stored records
    hours: Counter[int] = field(default_factory=Counter)  #: of publication, UTC
    records: int = 0
    filled: Counter[str] = field(default_factory=Counter)  #: records in which a key is not null or empty
    by_rung: dict[str, Counter[str]] = field(default_factory=dict)  #: the same by the rung that gave it
    history: dict[str, str] = field(default_factory=dict)  #: of this run's records, as `drift` has it
    #: Pages without a field from the layout, by field; and those that show no end, by the name of their Ending.
    samples: dict[str, list[Source]] = field(default_factory=dict)

    def add_record(self, article: Article, rungs: Mapping[str, str], source: Source) -> None:
        """Count which keys of a stored record are filled, and which rung gave them.

        Of those that the layout did not give the first responses are kept, for the person who mends it.
        """
        self.records += 1
        self.sections[article.section or "-"] += 1
        if article.published_precision != "day":  # of a day alone the hour says nothing
            published = from_text(article.published_at)
            self.hours[published.hour] += 1
            if article.revision == 1:
                self.ages.append(max(0, int((from_text(article.fetched_at) - published).total_seconds())))
        for key, value in vars(article).items():
            if value not in (None, []):
                self.filled[key] += 1
        for field_, letter in source_letters(article, rungs).items():
            self.history[field_] = self.history.get(field_, "") + letter
            if letter != LAYOUT:
                self._add_sample(field_, source)
        for name, rung in rungs.items():
            for key in MEDIA if name == "blocks" else (name,):
                if getattr(article, key, None):
                    self.by_rung.setdefault(key, Counter())[rung] += 1

    def add(self, visit: Visit) -> None:
        """Count what came of a visit, once."""
        self.counts[visit.outcome] += 1
        if visit.outcome in (Outcome.FAILED, Outcome.REJECTED):
            reason = "; ".join(visit.reasons)
            self.reasons[reason] += 1
            if len(self.failing) < MOST_ADDRESSES:
                self.failing.append((visit.address.url, reason))
        if visit.is_incomplete:
            self.incomplete.append(visit.address.url)
        if visit.endings and visit.outcome in _TAKEN:
            self._add_ending(next((each for each in _WORST_FIRST if each in visit.endings), visit.endings[0]), visit)

    def _add_ending(self, ending: Ending, visit: Visit) -> None:
        """Count how an article ends: by that of its pages which leaves most doubt."""
        self.endings[ending] += 1
        if ending in _WORST_FIRST and visit.source is not None:
            self._add_sample(ending.name, visit.source)

    def _add_sample(self, name: str, source: Source) -> None:
        if len(kept := self.samples.setdefault(name, [])) < MOST_SAMPLES:
            kept.append(replace(source, body=source.body[:MOST_OF_A_SAMPLE]))

    @property
    def visits(self) -> int:
        """How many articles were asked for and answered for."""
        return sum(self.counts.values())

    def snapshot(self) -> dict[str, Any]:
        """These figures as they are now, to be given to `restore`."""
        return {each.name: _copied(getattr(self, each.name)) for each in fields(RecordStats)}

    def restore(self, snapshot: Mapping[str, Any]) -> None:
        """Take back what was counted since the snapshot; what was asked of the site and received stays counted."""
        for name, value in snapshot.items():
            setattr(self, name, _copied(value))


def _copied(value: Any) -> Any:
    """A copy that shares nothing that can be changed but the pages of samples, which nobody changes."""
    if isinstance(value, Counter | list):
        return value.copy()
    return {key: _copied(each) for key, each in value.items()} if isinstance(value, dict) else value


@dataclass
class RunStats(RecordStats):
    """Counted while the run goes on, by those who see it happen."""

    listings: dict[str, ListingStats] = field(default_factory=dict)
    statuses: Counter[str] = field(default_factory=Counter)  #: of responses
    kinds: Counter[str] = field(default_factory=Counter)  #: of requests
    slowest: list[tuple[float, str]] = field(default_factory=list)  #: seconds, address; a heap
    waited: float = 0.0  #: seconds that requests stood in line, for politeness's sake
    waiting: HoldReason | None = None  #: the next thing that requests are held back for
    waited_for: dict[str, float] = field(default_factory=lambda: {"retry": 0.0, "retry_after": 0.0})  #: seconds
    retries: int = 0
    crawl_delay: float | None = None  #: seconds between two requests, as robots.txt asks for
    hosts_left: dict[str, str] = field(default_factory=dict)  #: left alone for the rest of the run, and why
    requests: int = 0
    redirects: int = 0  #: requests that a redirect led to
    overspent: dict[str, int] = field(default_factory=dict)  #: listings that took all their requests, and how many
    listings_left: set[str] = field(default_factory=set)  #: for the rest of the run, as their links all led nowhere
    bytes_received: int = 0
    errors: Counter[str] = field(default_factory=Counter)  #: exceptions that nobody expected, by their names
    rendering: RenderingStats = field(default_factory=RenderingStats)
    asked_for_urls: bool = False

    def listing(self, name: str) -> ListingStats:
        """The figures of a listing."""
        return self.listings.setdefault(name, ListingStats())

    def add_response(self, url: str, status: int, seconds: float, waited: float) -> None:
        """Count a response, and how long it took and stood in line."""
        self.statuses[str(status)] += 1
        self.waited += waited
        heappush(self.slowest, (seconds, url))
        if len(self.slowest) > MOST_ADDRESSES:
            heappop(self.slowest)
