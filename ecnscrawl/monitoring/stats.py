"""The statistics of a run, from which its report is made and its health is judged."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from heapq import heappop, heappush

from ecnscrawl.monitoring.outlook import Outlook
from ecnscrawl.monitoring.record_stats import MAX_ADDRESSES, RecordStats
from ecnscrawl.visits import ListingRead, Visit


@dataclass(frozen=True)
class HoldReason:
    """What the crawl waits for, and until when. The progress line shows it.

    It need not be removed: the line does not show it after that time.
    """

    what: str  #: completes "waits for …": `a retry`, `the site (Retry-After)`
    until: float  #: by `time.monotonic()`


@dataclass
class ListingStats:
    """The statistics of one listing in this run."""

    pages: int = 0
    links: int = 0
    failure: str | None = None  #: of its first page
    is_missing: bool = False  #: its first page was a 404, a 410 or a redirect, or had no link to an article
    is_empty: bool = False  #: its first page had no link to an article
    was_there: bool = False  #: it could be read in an earlier run
    ends_at: date | None = None  #: the date of its oldest entry, if it ended without reaching `since`
    reaches_since: bool = False  #: its pages go back to `since`
    has_older_article: bool = False  #: an article that it shows was read, and is from before `since`
    is_limited: bool = False  #: the user's `max_pages` ended it


@dataclass
class RenderingStats:
    """How many pages were rendered by a browser, and what was gained by it."""

    mode: str = "off"
    asked: Counter[str] = field(default_factory=Counter)  #: pages rendered, by kind of request
    gained: Counter[str] = field(
        default_factory=Counter
    )  #: what rendering added: `links` of listings, `blocks` of articles
    gains: list[tuple[str, int]] = field(default_factory=list)  #: address, number of links or blocks gained
    failed: Counter[str] = field(default_factory=Counter)  #: pages that could not be rendered, by reason
    refused: Counter[str] = field(default_factory=Counter)  #: refused requests of rendered pages, by reason
    missed: int = 0  #: empty pages that were not rendered because there is no browser
    missing: str | None = None  #: why there is no browser
    articles_read: int = 0  #: articles whose first page was received

    def gain(self, url: str, what: str, number: int) -> None:
        """Count the links or blocks that rendering has added to a page."""
        self.gained[what] += number
        if len(self.gains) < MAX_ADDRESSES:
            self.gains.append((url, number))

    @property
    def articles(self) -> int:
        """The number of articles rendered."""
        return self.asked["article"] + self.asked["recheck"]


@dataclass
class RunStats(RecordStats):
    """All statistics of a run, counted by the components of the crawl."""

    listings: dict[str, ListingStats] = field(default_factory=dict)
    same_id: tuple[str, str, str] | None = None  #: an id, and two addresses on one listing page that both got it
    same_id_links: int = 0  #: how often an id on a listing page had several addresses
    statuses: Counter[str] = field(default_factory=Counter)  #: of responses
    kinds: Counter[str] = field(default_factory=Counter)  #: of requests
    outlook: Outlook = field(default_factory=Outlook)  #: what is still to do
    slowest: list[tuple[float, str]] = field(default_factory=list)  #: seconds, address; a heap
    waited: float = 0.0  #: seconds that requests waited for the delay between requests
    current_wait: HoldReason | None = None  #: why requests are held back at present
    waited_for: dict[str, float] = field(default_factory=lambda: {"retry": 0.0, "retry_after": 0.0})  #: seconds
    retries: int = 0
    crawl_delay: float | None = None  #: seconds between two requests, from robots.txt
    hosts_left: dict[str, str] = field(default_factory=dict)  #: hosts given up for the rest of the run -> reason
    requests: int = 0
    redirects: int = 0  #: requests that followed a redirect
    overspent: dict[str, int] = field(default_factory=dict)  #: listings that used up their requests -> how many
    listings_left: set[str] = field(default_factory=set)  #: given up for the rest of the run because of dead links
    bytes_received: int = 0
    errors: Counter[str] = field(default_factory=Counter)  #: unexpected exceptions, by the names of their classes
    rendering: RenderingStats = field(default_factory=RenderingStats)
    feed_failures: list[str] = field(default_factory=list)  #: a line for each feed that was not written
    asked_for_urls: bool = False
    walls: Counter[str] = field(default_factory=Counter)  #: pages that show the same text, by its beginning
    reserved: Counter[str] = field(default_factory=Counter)  #: pages by what their publisher reserves
    has_found_nothing: bool = False  #: the run finds its sources by itself, and no article was ever stored
    waiting: int = 0  #: links that wait for their next attempt, if it has found nothing
    forgotten: int = 0  #: articles that the user named and that were not requested, because they are forgotten

    def listing(self, name: str) -> ListingStats:
        """Return the statistics of a listing."""
        return self.listings.setdefault(name, ListingStats())

    def add(self, visit: Visit) -> None:
        super().add(visit)
        if visit.is_before_since and visit.listing:
            self.listing(visit.listing).has_older_article = True

    def add_listing(self, read: ListingRead) -> None:
        """Count a page of a listing. Must be called once for each page."""
        stats = self.listing(read.name)
        stats.pages += read.state is not None
        stats.links += len(read.links)
        self.same_id_links += len(read.same_ids)
        if self.same_id is None:
            self.same_id = next(((id_, *pair) for id_, pair in read.same_ids.items()), None)
        stats.ends_at = read.ends_at or stats.ends_at
        if read.reaches_since is not None:  # each page says it of all so far: a later one knows more
            stats.reaches_since = read.reaches_since
        stats.is_limited |= read.is_limited
        if read.failure:
            stats.failure = stats.failure or read.failure
            stats.is_missing |= read.is_missing
            stats.is_empty |= read.is_empty
            stats.was_there |= read.was_there

    def add_response(self, url: str, status: int, seconds: float, waited: float) -> None:
        """Count a response, and the seconds that it took and that its request waited before."""
        self.statuses[str(status)] += 1
        self.waited += waited
        heappush(self.slowest, (seconds, url))
        if len(self.slowest) > MAX_ADDRESSES:
            heappop(self.slowest)
