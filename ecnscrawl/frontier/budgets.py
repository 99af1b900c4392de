"""Limit the requests that a listing may use in a run, so that an endless listing costs little."""

from collections import Counter
from collections.abc import Callable
from math import inf

LEAST = 50  #: requests: enough for a listing's first page and its articles


def allowance(most: int, overspent: int) -> float:
    """Return how many requests a listing may use after it exceeded its budget in `overspent` runs in a row.

    `most` is the full budget; 0 means no limit.

    >>> [allowance(1000, overspent) for overspent in range(7)]
    [1000, 500, 250, 125, 62, 50, 50]
    """
    return max(min(LEAST, most), most >> overspent) if most else inf


class ListingBudgets:
    """Counts the requests of each listing: its pages, the articles found there, retries and redirects."""

    def __init__(
        self,
        most: int,
        times_overspent: Callable[[str], int],
        overspent: dict[str, int],
        *,
        max_dead_links: int = 0,
        left: set[str] | None = None,
    ) -> None:
        """`times_overspent` returns in how many runs in a row a listing has exceeded its budget.

        `overspent` is filled with the listings that exceed their budgets, and these budgets. `left` is filled with the
        listings that are given up after `max_dead_links` dead links in a row; 0 means never.
        """
        self._most = most
        self._times_overspent = times_overspent
        self._allowed: dict[str, float] = {}
        self._sent: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()  #: queued, sent or not
        self.overspent = overspent
        self._max_dead_links = max_dead_links
        self._left: set[str] = set() if left is None else left
        self._dead_links: Counter[tuple[str, bool]] = Counter()

    def note_link(self, listing: str, *, is_dead: bool, is_left_over: bool = False) -> None:
        """Count the dead links of a listing in a row.

        Links left over from earlier runs are counted separately, because they say nothing about the listing today. If
        they are dead, only the other left-over links are given up.
        """
        if self.is_left(listing, is_left_over=is_left_over):
            return  # responses of earlier requests still arrive
        self._dead_links[listing, is_left_over] = self._dead_links[listing, is_left_over] + 1 if is_dead else 0
        if not is_left_over and self.is_left(listing):
            self._left.add(listing)

    def is_left(self, listing: str, *, is_left_over: bool = False) -> bool:
        """Whether no more new (or left-over) links of a listing are followed, because the last ones were all dead."""
        return 0 < self._max_dead_links <= self._dead_links[listing, is_left_over]

    def may_ask(self, listing: str, *, is_left_over: bool = False) -> bool:
        """Whether one more request may be queued. Refusing it here saves memory.

        Left-over links may use at most half of the budget, so that new links are not postponed in every run. If they
        want more, the listing does not count as overspent.
        """
        if max(self._asked[listing], self._sent[listing]) >= self._allowance(listing) / (1 + is_left_over):
            return not is_left_over and self._refuse(listing)
        self._asked[listing] += 1
        return True

    def may_send(self, listing: str) -> bool:
        """Whether one more request may be sent. If so, it is counted."""
        if self._sent[listing] >= self._allowance(listing):
            return self._refuse(listing)
        self._sent[listing] += 1
        return True

    def take_back(self, listing: str) -> None:
        """Undo the count of a request that was not sent after all."""
        self._sent[listing] -= 1

    def _refuse(self, listing: str) -> bool:
        self.overspent[listing] = int(self._allowance(listing))
        return False

    def _allowance(self, listing: str) -> float:
        if listing not in self._allowed:
            self._allowed[listing] = allowance(self._most, self._times_overspent(listing))
        return self._allowed[listing]
