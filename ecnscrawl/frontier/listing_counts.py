"""Two counts that each store keeps as single values, by the same names, so that a copied state has them too."""

from typing import Protocol

from ecnscrawl.frontier.base import Meta


class ListingCounts(Meta, Protocol):
    """How often listings used up their budgets, and how many pages had no end; see `base.Listings`."""

    def overspent(self, listing: str) -> int:
        return int(self.get_meta(f"overspent {listing}") or 0)

    def set_overspent(self, listing: str, times: int) -> None:
        self.set_meta(f"overspent {listing}", times)

    def unended(self, kind: str) -> int:
        return int(self.get_meta(f"unended {kind}") or 0)

    def set_unended(self, kind: str, pages: int) -> None:
        self.set_meta(f"unended {kind}", pages)
