"""What a listing may cost in a run, so that one without an end costs little; what is over waits for the next run."""

from collections import Counter
from collections.abc import Callable
from math import inf

LEAST = 50  #: requests: a listing's first page and what it shows are always worth asking for


def allowance(most: int, overspent: int) -> float:
    """How many requests a listing may take that has overspent in so many runs, one after the other; `most` 0 is any.

    >>> [allowance(1000, overspent) for overspent in range(7)]
    [1000, 500, 250, 125, 62, 50, 50]
    """
    return max(min(LEAST, most), most >> overspent) if most else inf


class ListingBudgets:
    """Counts requests by the listing that they are for: its pages, the articles found there, retries and redirects."""

    def __init__(
        self,
        most: int,
        times_overspent: Callable[[str], int],
        overspent: dict[str, int],
        *,
        max_dead_links: int = 0,
        left: set[str] | None = None,
    ) -> None:
        """In `overspent` the listings are noted that wanted more than they may, and how much that is.

        A listing is left, and noted in `left`, after `max_dead_links` links in a row that led nowhere; 0 leaves none.
        """
        self._most = most
        self._times_overspent = times_overspent
        self._allowed: dict[str, float] = {}
        self._sent: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()  #: queued, some of them to be sent yet
        self.overspent = overspent
        self._max_dead_links = max_dead_links
        self._left: set[str] = set() if left is None else left
        self._dead_links: Counter[tuple[str, bool]] = Counter()

    def note_link(self, listing: str, *, is_dead: bool, is_left_over: bool = False) -> None:
        """Count how many links of a listing led nowhere in a row.

        Links that earlier runs have left over are counted by themselves: they say nothing of the listing as it is
        today, so they only end the asking for others like them.
        """
        if self.is_left(listing, is_left_over=is_left_over):
            return  # what was under way still comes in
        self._dead_links[listing, is_left_over] = self._dead_links[listing, is_left_over] + 1 if is_dead else 0
        if not is_left_over and self.is_left(listing):
            self._left.add(listing)

    def is_left(self, listing: str, *, is_left_over: bool = False) -> bool:
        """Whether no more of a listing's new links, or of those left over, are followed: the last were all dead."""
        return 0 < self._max_dead_links <= self._dead_links[listing, is_left_over]

    def may_ask(self, listing: str, *, is_left_over: bool = False) -> bool:
        """Whether one more request may be queued; what is not queued takes no memory.

        What earlier runs have left over takes no more than half, so that what is new is not for the next run each time;
        where that is not enough, it says nothing of the listing as it is today.
        """
        if max(self._asked[listing], self._sent[listing]) >= self._allowance(listing) / (1 + is_left_over):
            return not is_left_over and self._refuse(listing)
        self._asked[listing] += 1
        return True

    def may_send(self, listing: str) -> bool:
        """Whether one more request may be sent; it is counted where it may."""
        if self._sent[listing] >= self._allowance(listing):
            return self._refuse(listing)
        self._sent[listing] += 1
        return True

    def take_back(self, listing: str) -> None:
        """A request was not sent after all."""
        self._sent[listing] -= 1

    def _refuse(self, listing: str) -> bool:
        self.overspent[listing] = int(self._allowance(listing))
        return False

    def _allowance(self, listing: str) -> float:
        if listing not in self._allowed:
            self._allowed[listing] = allowance(self._most, self._times_overspent(listing))
        return self._allowed[listing]
