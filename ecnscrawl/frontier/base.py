"""The interface of the state: what is known of a site's articles, listings and files, from run to run.

A store keeps five kinds of things, and each has a protocol: articles, pending links, forgotten articles, listings, and
single values. `State` is all of them and the transaction. SQLite is the store of one machine (`frontier/sqlite`); as
its records are in files, it knows those too (`FileState`). PostgreSQL is that of many machines
(`frontier/postgres`). The tests in `tests/frontier/test_state*.py` hold for both.

What holds for all of them:

- One process has the state of a site open, the one that holds the site's lock.
- Every change is in one transaction, which begins by itself. What was not committed is forgotten when the state is
  closed, and when the process is killed.
- A change is seen at once by whoever asks the same state.
- Times are whole seconds since 1970, UTC. Content hashes are bytes. Sizes and offsets are bytes.
- A method raises an error of the store when the store fails, such as `sqlite3.Error`; `storage/errors.py` names those
  that end a run.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol

from ecnscrawl.frontier.records import ListingSnapshot, PendingArticle, PublishedRecord, RecordToIndex, StoredArticle


class Articles(Protocol):
    """The articles that are stored, and the aliases of them."""

    def prefetch(self, ids: Iterable[str]) -> None:
        """Read at once what is known of these ids, stored, pending or forgotten: a database may be far away."""

    def article(self, id_: str) -> StoredArticle | None:
        """Return what is known of an id; None if nothing is stored under it."""

    def original(self, content_hash: bytes) -> str | None:
        """Return the id under which this content is stored, else that of a forgotten article that had it.

        An alias is not one.
        """

    def aliases(self, id_: str) -> list[StoredArticle]:
        """Return the other ids under which the site publishes the same content."""

    def count(self) -> int:
        """Return how many articles are known, aliases included."""

    def due(self, now: int, youngest: int | None = None) -> Iterator[StoredArticle]:
        """Yield the articles whose next check is due, the newest first.

        With `youngest`, yield instead all that were published since then and are not gone.
        """

    def store(self, known: StoredArticle, file: int | None = None, offset: int | None = None) -> None:
        """Remember an article; it is no longer pending.

        In a `FileState`, `file` is a number of `file_number` and `offset` the place of its record there. An alias has
        no record.
        """

    def update(self, known: StoredArticle) -> None:
        """Replace what is known of a stored article; its record stays where it is. It is no longer pending."""

    def set_listing_if_unknown(self, id_: str, listing: str) -> None:
        """Remember the listing of a stored article of which none is known, as in a rebuilt state."""

    def mark_gone(self, id_: str, first: int, last: int) -> None:
        """Remember that an article was found gone, first and last at these times.

        Does nothing for an alias, and for an article that was checked after `last`.
        """

    def mark_back(self, id_: str, at: int, next_check: int | None) -> None:
        """Remember that an article was there again at this time; does nothing if it was checked after that."""


class PendingArticles(Protocol):
    """The links that were seen and are not stored."""

    def pending(self, id_: str) -> PendingArticle | None:
        """Return the pending article of an id."""

    def all_pending(self) -> list[PendingArticle]:
        """Return the pending articles that are not given up, the newest first."""

    def mark_pending(self, pending: PendingArticle) -> None:
        """Remember an article as seen and not stored, in the place of what was pending under its id."""

    def other_addresses(self, url: str) -> list[PendingArticle]:
        """Return the links that are given up because their pages name this URL as their own address."""

    def forget_given_up(self, most: int) -> None:
        """Forget the pending articles that are given up, but for so many of them that were seen last."""

    def first_run(self, id_: str) -> int | None:
        """Return the number of the run that first saw an id, stored or pending; 0 if it is forgotten.

        None if no run did.
        """


class ForgottenArticles(Protocol):
    """The articles that were removed on request, as the law may ask, and must not be stored again."""

    def forget(self, id_: str, content_hashes: Iterable[bytes]) -> None:
        """Remove all that is known of an id, and remember only the id and these hashes of its revisions.

        The aliases of the article stay: whoever forgets it forgets each of them too.
        """

    def is_forgotten(self, id_: str) -> bool:
        """Whether an id was forgotten."""


class Listings(Protocol):
    """The listing pages, and how far runs have paged through the listings."""

    def listing(self, url: str) -> ListingSnapshot | None:
        """Return what is known of a listing page; None if it was never there."""

    def save_listing(self, listing: ListingSnapshot) -> None:
        """Remember a listing page as read. Its links must be pending already, in the same transaction."""

    def walks(self) -> dict[str, int]:
        """Return the listings that a run began to page through and did not finish, each with that run's number."""

    def begin_walk(self, listing: str, first_run: int) -> None:
        """Remember that paging through a listing has begun: what was first seen since this run is new to it."""

    def end_walk(self, listing: str) -> None:
        """Remember that a run has paged through a listing as far as it needs to."""

    def overspent(self, listing: str) -> int:
        """Return in how many runs in a row a listing used up its budget before it ended."""

    def set_overspent(self, listing: str, times: int) -> None:
        """Remember that number."""

    def unended(self, kind: str) -> int:
        """Return how many pages of a kind in a row came without an end, each confirmed by a second copy.

        A kind is `articles`, or `listing` and the name of one. It counts up to ROW of `pages.endings`.
        """

    def set_unended(self, kind: str, pages: int) -> None:
        """Remember that number."""


class Files(Protocol):
    """The files of records: how much of each is known, and which are published."""

    def file_number(self, name: str) -> int:
        """Return the number of a file; the first call for a name gives it one."""

    def committed(self, name: str) -> int:
        """Return up to which byte the records of a file are known; 0 for an unknown file."""

    def set_committed(self, name: str, size: int, *, published: bool = False) -> None:
        """Remember up to which byte a file's records are known, and whether readers see the file."""

    def drop_file(self, name: str) -> None:
        """Forget a file that holds no record."""

    def published_files(self) -> set[str]:
        """Return the names of the published files."""

    def records_of(self, name: str) -> Iterator[PublishedRecord]:
        """Yield the records of a file, in their order, but not those of which a later revision is in another file."""

    def forget_beyond(self, file: int, offset: int) -> int:
        """Forget the records that a file does not hold after all, from this offset on; return their number.

        This repairs the state after a disk lost what it had confirmed. A first version becomes pending, as if it were
        new; a later one becomes the revision before it, whose content is unknown.
        """

    def index(self, records: Iterable[RecordToIndex]) -> None:
        """Make published records known, except those of which a later revision is known; they are not pending.

        There may be millions: no more than some 50,000 are in memory at a time.
        """


class Meta(Protocol):
    """Single values, such as the number of runs."""

    def get_meta(self, name: str) -> str | int | None:
        """Return a value; None if it was never set."""

    def set_meta(self, name: str, value: str | int) -> None:
        """Set a value."""


class State(Articles, PendingArticles, ForgottenArticles, Listings, Meta, Protocol):
    """The state of one site."""

    def commit(self) -> None:
        """Make all changes permanent, in one transaction: they are on the disk when this returns."""

    def rollback(self) -> None:
        """Forget what was not committed."""

    def close(self) -> None:
        """Close the state and forget what was not committed."""


class FileState(State, Files, Protocol):
    """The state of a site whose records are in files."""
