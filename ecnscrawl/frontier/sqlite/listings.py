"""The tables `listings` (a listing page as last read) and `walks` (listings that are paged through)."""

from ecnscrawl.frontier.columns import SNAPSHOT, VALIDATORS, Row, listing_row
from ecnscrawl.frontier.listing_counts import ListingCounts
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot
from ecnscrawl.frontier.sqlite.meta import MetaTable
from ecnscrawl.frontier.sqlite.table import insert, named_rows

_SELECT = f"SELECT {', '.join((*VALIDATORS, *SNAPSHOT))} FROM listings WHERE url = ?"
_SAVE = insert("listings", (*VALIDATORS, *SNAPSHOT))
_BEGIN_WALK = insert("walks", ["listing", "first_run"])


class ListingTable(MetaTable, ListingCounts):
    """Listing pages and walks; see `base.Listings`. Two counts are single values."""

    def listing(self, url: str) -> ListingSnapshot | None:
        rows = list(named_rows(self._db.execute(_SELECT, (url,))))
        return _listing(rows[0]) if rows else None

    def save_listing(self, listing: ListingSnapshot) -> None:
        self._db.execute(_SAVE, listing_row(listing))

    def walks(self) -> dict[str, int]:
        return dict(self._db.execute("SELECT listing, first_run FROM walks"))

    def begin_walk(self, listing: str, first_run: int) -> None:
        self._db.execute(_BEGIN_WALK, {"listing": listing, "first_run": first_run})

    def end_walk(self, listing: str) -> None:
        self._db.execute("DELETE FROM walks WHERE listing = ?", (listing,))


def _listing(row: Row) -> ListingSnapshot:
    validators = CacheValidators(**{name: row.pop(name) for name in VALIDATORS})
    row["was_rendered"] = bool(row["was_rendered"])
    return ListingSnapshot(validators=validators, **row)
