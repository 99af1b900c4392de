"""Estimate how many articles a crawl will visit, and how long it will take, for the progress line.

The crawl notes what it finds to do. From that and from the pace of the last two minutes, pure functions make the
estimate. Nothing else depends on it.
"""

from collections import Counter, deque
from dataclasses import dataclass, field
from math import ceil, floor, log10

PACE_WINDOW = 120.0  #: seconds: the pace is that of the last two minutes, so that a pause is forgotten soon
MIN_PACE_SECONDS = 10.0  #: a shorter time says nothing about the pace
MIN_PACE_RESPONSES = 5
_SAMPLE_INTERVAL = 1.0  # seconds


@dataclass
class Outlook:
    """What the crawl has found to do."""

    requested: int = 0  #: articles, visited or not
    left_over: int = 0  #: articles that earlier runs have left and that are not requested yet
    #: About how many pages of each listing that goes on are still to be read; None means at least one.
    pages_left: dict[str, int | None] = field(default_factory=dict)
    pages_read: Counter[str] = field(default_factory=Counter)  #: by listing
    found: Counter[str] = field(default_factory=Counter)  #: articles that were requested from its pages, by listing

    def add_article(self, listing: str | None, *, is_left_over: bool) -> None:
        """Count an article that is requested, and the listing that shows it."""
        self.requested += 1
        if listing and not is_left_over:
            self.found[listing] += 1


@dataclass(frozen=True)
class Estimate:
    """How many articles the whole run visits, and how many requests it still makes."""

    articles: int
    requests: int
    is_at_least: bool  #: a listing goes on, nobody knows how far


def estimate(outlook: Outlook, visited: int, requests_per_article: float = 1.0) -> Estimate:
    """Return the estimate after `visited` articles.

    Further pages of a listing are expected to show as many new articles as its pages so far, on average. While it is
    unknown how many pages there are, only the known articles count.

    >>> ten_new_on_each_page = Outlook(20, 0, {"world": 3}, Counter(world=2), Counter(world=20))
    >>> estimate(ten_new_on_each_page, visited=5)
    Estimate(articles=50, requests=48, is_at_least=False)
    """
    articles = max(outlook.requested, visited) + outlook.left_over
    pages = [
        (outlook.found[name] / max(1, outlook.pages_read[name]), left) for name, left in outlook.pages_left.items()
    ]
    is_at_least = any(left is None for _, left in pages)
    if not is_at_least:
        articles += round(sum(each * (left or 0) for each, left in pages))
    requests = ceil((articles - visited) * max(1.0, requests_per_article)) + sum(left or 1 for _, left in pages)
    return Estimate(articles, requests, is_at_least)


class Pace:
    """The responses per second in the last two minutes."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, int]] = deque()  # seconds, responses so far

    def note(self, now: float, responses: int) -> None:
        """Note how many responses have come so far; `now` in seconds of a monotonic clock."""
        if not self._samples or now - self._samples[-1][0] >= _SAMPLE_INTERVAL:
            self._samples.append((now, responses))
        while now - self._samples[0][0] > PACE_WINDOW and len(self._samples) > 1:
            self._samples.popleft()

    @property
    def per_second(self) -> float | None:
        """The responses per second; None while there are too few to tell."""
        if not self._samples:
            return None
        (begin, first), (end, last) = self._samples[0], self._samples[-1]
        if end - begin < MIN_PACE_SECONDS or last - first < MIN_PACE_RESPONSES:
            return None
        return (last - first) / (end - begin)


def outlook_parts(visited: int, expected: Estimate, pace: float | None, wait: float = 0.0) -> list[str]:
    """Return the parts of the progress line about the rest of the run; [] if no more articles are expected.

    `pace` is in responses per second. `wait` is how many seconds the crawl waits before it goes on. No time is told
    while the pace is unknown, or while a listing may go on for ever.

    >>> outlook_parts(140, Estimate(912, 800, False), pace=2.0)
    ['140 of about 910', 'about 7 min left']
    >>> outlook_parts(140, Estimate(912, 800, True), pace=2.0)
    ['140 of at least 910']
    """
    if expected.articles <= visited:
        return []
    least = max(visited + 1, _two_digits(expected.articles))
    total = f"{visited} of {'at least' if expected.is_at_least else 'about'} {least}"
    if not pace or expected.is_at_least:
        return [total]
    return [total, f"{_duration(max(wait, expected.requests / pace))} left"]


def _two_digits(number: int) -> int:
    """Round to two significant digits: more would say that the estimate is exact.

    >>> [_two_digits(number) for number in (7, 51, 148, 4567)]
    [7, 51, 140, 4500]
    """
    unit = int(10 ** max(0, floor(log10(number)) - 1))
    return number // unit * unit


def _duration(seconds: float) -> str:
    """Format a time that is not known exactly.

    >>> [_duration(seconds) for seconds in (0, 59, 61, 3540, 5400, 90_000)]
    ['less than a minute', 'less than a minute', 'about 2 min', 'about 59 min', 'about 1.5 h', 'about 25 h']
    """
    if seconds < 60:
        return "less than a minute"
    if seconds < 3600:
        return f"about {ceil(seconds / 60)} min"
    hours = seconds / 3600
    return f"about {hours:.1f} h" if hours < 10 else f"about {round(hours)} h"
