"""The state of one site on PostgreSQL: reads of its rows, under what the run has changed and not yet written."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from ecnscrawl.frontier.listing_counts import ListingCounts
from ecnscrawl.frontier.postgres.cached_reads import CachedReads
from ecnscrawl.frontier.postgres.changes import COMMITS, Changes, Layers
from ecnscrawl.frontier.postgres.reads import Reads, RowReader
from ecnscrawl.frontier.records import ListingSnapshot, PendingArticle, StoredArticle, other_address_reason


class PostgresState(ListingCounts):
    """A state in a PostgreSQL database; see `base.State`. Only whoever has the site's claim changes anything there.

    Nothing is written here: `begin_commit` gives the changes, `write` of `writes` writes them, from whatever thread,
    and `end_commit` notes that they are in the database.
    """

    def __init__(self, reader: RowReader, site: str, write: Callable[[Changes], None]) -> None:
        """`write` returns when the changes are in the database; only `commit` calls it."""
        self._reads = Reads(reader, site)
        self._cache = CachedReads(self._reads)
        self._write = write
        self._layers = Layers()

    # Articles.

    def prefetch(self, ids: Iterable[str]) -> None:
        self._cache.prefetch(ids)

    def article(self, id_: str) -> StoredArticle | None:
        for changes in self._layers.newest_first():
            if id_ in changes.articles:
                return changes.articles[id_]
        return self._cache.id_state(id_).article

    def original(self, content_hash: bytes) -> str | None:
        for changes in self._layers.newest_first():
            changed = self.article(id_) if (id_ := changes.ids_by_content.get(content_hash)) else None
            if changed is not None and changed.content_hash == content_hash and changed.alias_of is None:
                return changed.id
        stored, forgotten = self._reads.with_content(content_hash)
        for id_ in stored:
            if not any(id_ in changes.articles for changes in self._layers.newest_first()):
                return id_
        for changes in self._layers.newest_first():
            for id_, hashes in changes.forgotten.items():
                if content_hash in hashes:
                    return id_
        return forgotten

    def aliases(self, id_: str) -> list[StoredArticle]:
        return [each for each in self._articles_of(self._reads.aliases(id_)) if each.alias_of == id_]

    def count(self) -> int:
        changed = self._layers.merged("articles")
        before = len(self._reads.articles(list(changed))) if changed else 0
        return self._reads.count() - before + sum(known is not None for known in changed.values())

    def due(self, now: int, youngest: int | None = None) -> Iterator[StoredArticle]:
        if youngest is None:
            found = [
                each
                for each in self._articles_of(self._reads.due(now))
                if each.next_check is not None and each.next_check <= now
            ]
        else:
            found = [
                each
                for each in self._articles_of(self._reads.young(youngest))
                if each.gone_at is None and each.published_at is not None and each.published_at >= youngest
            ]
        yield from sorted(found, key=lambda known: known.published_at or 0, reverse=True)

    def _articles_of(self, stored: Iterable[StoredArticle]) -> Iterator[StoredArticle]:
        """Yield the articles that were read and are not changed, and then all that are changed."""
        changed = self._layers.merged("articles")
        yield from (each for each in stored if each.id not in changed)
        yield from (each for each in changed.values() if each is not None)

    def store(self, known: StoredArticle, file: int | None = None, offset: int | None = None) -> None:
        """Its record is a row of its own, and no place in a file."""
        assert file is None
        assert offset is None
        self.update(known)

    def update(self, known: StoredArticle) -> None:
        self._layers.newest.set_article(known)
        self._layers.newest.pending[known.id] = None

    def set_listing_if_unknown(self, id_: str, listing: str) -> None:
        if (known := self.article(id_)) and known.listing is None:
            self._layers.newest.set_article(replace(known, listing=listing))

    def mark_gone(self, id_: str, first: int, last: int) -> None:
        known = self.article(id_)
        if known and known.alias_of is None and known.last_checked <= last:
            gone_at = first if known.gone_at is None else known.gone_at
            self._layers.newest.set_article(replace(known, gone_at=gone_at, last_checked=last, next_check=None))

    def mark_back(self, id_: str, at: int, next_check: int | None) -> None:
        known = self.article(id_)
        if known and known.last_checked <= at:
            self._layers.newest.set_article(replace(known, gone_at=None, last_checked=at, next_check=next_check))

    # Pending articles.

    def pending(self, id_: str) -> PendingArticle | None:
        for changes in self._layers.newest_first():
            if id_ in changes.pending:
                return changes.pending[id_]
        return self._cache.id_state(id_).pending

    def all_pending(self) -> list[PendingArticle]:
        found = self._pending_of(self._reads.all_pending(given_up=False))
        left = [each for each in found if each.next_try is not None]
        return sorted(left, key=lambda pending: pending.first_seen, reverse=True)

    def _pending_of(self, stored: Iterable[PendingArticle]) -> Iterator[PendingArticle]:
        changed = self._layers.merged("pending")
        yield from (each for each in stored if each.id not in changed)
        yield from (each for each in changed.values() if each is not None)

    def mark_pending(self, pending: PendingArticle) -> None:
        self._layers.newest.pending[pending.id] = pending

    def other_addresses(self, url: str) -> list[PendingArticle]:
        reason = other_address_reason(url)
        return [each for each in self._pending_of(self._reads.other_addresses(url)) if each.reason == reason]

    def forget_given_up(self, most: int) -> None:
        given_up = [each for each in self._pending_of(self._reads.all_pending(given_up=True)) if each.next_try is None]
        for pending in sorted(given_up, key=lambda each: (-each.first_seen, each.id))[most:]:
            self._layers.newest.pending[pending.id] = None

    def first_run(self, id_: str) -> int | None:
        known = self.article(id_) or self.pending(id_)
        if known is not None:
            return known.first_run
        return 0 if self.is_forgotten(id_) else None

    # Forgotten articles.

    def forget(self, id_: str, content_hashes: Iterable[bytes]) -> None:
        newest = self._layers.newest
        newest.articles[id_] = newest.pending[id_] = None
        newest.forgotten.setdefault(id_, set()).update(content_hashes)

    def is_forgotten(self, id_: str) -> bool:
        return (
            any(id_ in changes.forgotten for changes in self._layers.newest_first())
            or self._cache.id_state(id_).is_forgotten
        )

    # Listings.

    def listing(self, url: str) -> ListingSnapshot | None:
        for changes in self._layers.newest_first():
            if url in changes.listings:
                return changes.listings[url]
        return self._cache.listing(url)

    def save_listing(self, listing: ListingSnapshot) -> None:
        self._layers.newest.listings[listing.validators.url] = listing

    def walks(self) -> dict[str, int]:
        found = self._reads.walks() | dict(self._layers.merged("walks"))
        return {listing: run for listing, run in found.items() if run is not None}

    def begin_walk(self, listing: str, first_run: int) -> None:
        self._layers.newest.walks[listing] = first_run

    def end_walk(self, listing: str) -> None:
        self._layers.newest.walks[listing] = None

    # Single values.

    def get_meta(self, name: str) -> str | int | None:
        for changes in self._layers.newest_first():
            if name in changes.facts:
                return changes.facts[name]
        return self._cache.facts().get(name)

    def set_meta(self, name: str, value: str | int) -> None:
        self._layers.newest.facts[name] = value

    def remove_meta(self, name: str) -> None:
        """Remove a value."""
        self._layers.newest.facts[name] = None

    # Rows of other tables, and the transaction.

    def add_row(self, statement: str, values: Sequence[Any]) -> None:
        """Write a row of another table in the same transaction, by a statement that may be carried out twice."""
        self._layers.newest.rows.setdefault(statement, []).append(values)

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to write."""
        return bool(self._layers.newest)

    def begin_commit(self) -> Changes:
        """Return what is to be written; what is changed from now on belongs to the next commit."""
        taken = self._layers.take()
        taken.number = int(self._cache.facts().get(COMMITS) or 0) + 1
        return taken

    def end_commit(self, written: Changes) -> None:
        """Note that these changes are in the database."""
        if written:
            written.facts[COMMITS] = written.number
        self._cache.note_written(written)
        self._layers.confirm(written)

    def commit(self) -> None:
        changes = self.begin_commit()
        if changes:
            self._write(changes)
        self.end_commit(changes)

    def rollback(self) -> None:
        self._layers.drop_all()

    def close(self) -> None:
        """The connections belong to whoever opened them."""
        self._layers.drop_all()
