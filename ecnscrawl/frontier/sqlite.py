"""What has been seen: SQLite, one writer, nothing known before it is on disk.

Times are whole seconds since 1970, UTC. Nothing is committed but by `commit`, which the run calls once the
records themselves are safe.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ecnscrawl import safe_files
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier import migrations
from ecnscrawl.frontier.migrations import VERSION
from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle, PublishedRecord, StoredArticle

_KNOWN = (
    "id, url, listing, content_hash, revision, alias_of, published_at, first_seen, first_run, last_checked, next_check,"
    " parts, gone_at, published_precision"
)
_PENDING = "id, url, listing, first_seen, first_run, attempts, next_try, reason, published_at, published_precision"
_LEARNED_AT_ONCE = 50_000  #: some 30 MB
_LEARN = """
INSERT INTO articles (id, url, content_hash, revision, published_at, last_checked, next_check, file, offset,
    published_precision, listing, first_seen, first_run)
VALUES (?1, ?4, ?3, ?2, ?5, ?6, ?8, ?9, ?10, ?11,
    (SELECT listing FROM pending WHERE id = ?1),
    coalesce((SELECT first_seen FROM pending WHERE id = ?1), ?6),
    coalesce((SELECT first_run FROM pending WHERE id = ?1), ?7))
ON CONFLICT (id) DO UPDATE SET url = excluded.url, content_hash = excluded.content_hash, revision = excluded.revision,
    alias_of = NULL, published_at = excluded.published_at, published_precision = excluded.published_precision,
    last_checked = excluded.last_checked, next_check = excluded.next_check, parts = NULL, gone_at = NULL,
    file = excluded.file, offset = excluded.offset
WHERE articles.alias_of IS NOT NULL OR articles.revision < excluded.revision
"""
_PENDING_NO_MORE = """
DELETE FROM pending WHERE id = ?1
    AND EXISTS (SELECT 1 FROM articles WHERE id = ?1 AND file = ?2 AND revision = ?3)
"""
_parts_decoder = msgspec.json.Decoder(tuple[CacheValidators, ...])


class LearnedRecord(NamedTuple):
    """A record that a file holds, as the state is to know it; times in seconds."""

    id: str
    revision: int
    content_hash: bytes
    url: str
    published_at: int
    fetched_at: int
    first_run: int
    next_check: int | None
    file: int
    offset: int | None
    published_precision: str | None


class State:
    """The state of one site; one process has it open, the one that holds the site's lock."""

    def __init__(self, path: Path) -> None:
        """Open or create it; one of an older version is brought to this one, see `migrations`.

        Raises CannotStart for one of a newer version, `sqlite3.DatabaseError` for one that is damaged, OSError.
        """
        with safe_files.sqlite_file(path):
            self._db = sqlite3.connect(path, isolation_level=None, cached_statements=256)
        try:
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute("PRAGMA cache_size=-16000")
            self._open(path)
        except BaseException:
            self._db.close()
            raise

    def _open(self, path: Path) -> None:
        version = self._db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise CannotStart(
                f"{path} was written by a newer version (state version {version}, this one knows {VERSION}); "
                "upgrade ecnscrawl, or move the file away to have the state rebuilt from the articles"
            )
        if version:
            migrations.migrate(self._db, version)
        self._db.execute("BEGIN IMMEDIATE")
        if not version:
            migrations.create(self._db)
        self._db.execute("SELECT count(*) FROM facts").fetchone()

    def check_whole(self) -> None:
        """Raises `sqlite3.DatabaseError` where a page of the file is damaged; reads all of it."""
        found = self._db.execute("PRAGMA quick_check(1)").fetchone()[0]
        if found != "ok":
            raise sqlite3.DatabaseError(str(found).replace("\n", " "))

    def commit(self) -> None:
        """Make everything so far known for good, in one transaction."""
        self._db.execute("COMMIT")
        self._db.execute("BEGIN IMMEDIATE")

    def rollback(self) -> None:
        """Forget what was not committed."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.execute("BEGIN IMMEDIATE")

    def close(self) -> None:
        """Close it; what was not committed is forgotten."""
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db.close()

    # Facts: single values.

    def get_meta(self, name: str) -> str | int | None:
        row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_meta(self, name: str, value: str | int) -> None:
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    # Articles.

    def article(self, id_: str) -> StoredArticle | None:
        """What is known of an id."""
        row = self._db.execute(f"SELECT {_KNOWN} FROM articles WHERE id = ?", (id_,)).fetchone()
        return _known(row) if row else None

    def original(self, content_hash: bytes) -> str | None:
        """The id under which this very content is stored."""
        row = self._db.execute(
            "SELECT id FROM articles WHERE content_hash = ? AND alias_of IS NULL", (content_hash,)
        ).fetchone()
        return row[0] if row else None

    def aliases(self, id_: str) -> list[StoredArticle]:
        """The other ids under which the site publishes the same content."""
        rows = self._db.execute(f"SELECT {_KNOWN} FROM articles WHERE alias_of = ?", (id_,))
        return [_known(row) for row in rows]

    def count(self) -> int:
        """How many articles are known, aliases included."""
        count: int = self._db.execute("SELECT count(*) FROM articles").fetchone()[0]
        return count

    def due(self, now: int, youngest: int | None = None) -> Iterator[StoredArticle]:
        """Known articles whose next check has come; with `youngest`, instead, all published since then."""
        # The index is named, or SQLite takes the one that spares it the sorting, and walks through all that is known.
        if youngest is None:
            index, where, value = "articles_by_next_check", "next_check <= ?", now
        else:
            index, where, value = "articles_by_time", "gone_at IS NULL AND published_at >= ?", youngest
        with closing(self._db.cursor()) as cursor:
            for row in cursor.execute(
                f"SELECT {_KNOWN} FROM articles INDEXED BY {index} WHERE {where} ORDER BY published_at DESC", (value,)
            ):
                yield _known(row)

    def store(self, known: StoredArticle, file: int | None, offset: int | None) -> None:
        """Remember an article as known, with where its record stands; it is pending no more."""
        self._db.execute(
            f"INSERT OR REPLACE INTO articles ({_KNOWN}, file, offset) VALUES ({', '.join('?' * 16)})",
            (*_row(known), file, offset),
        )
        self._db.execute("DELETE FROM pending WHERE id = ?", (known.id,))

    def check(self, known: StoredArticle) -> None:
        """Remember what a further look at a known article has shown; its record stays where it is."""
        row = _row(known)
        assignments = ", ".join(f"{name} = ?" for name in _KNOWN.split(", ")[1:])
        self._db.execute(f"UPDATE articles SET {assignments} WHERE id = ?", (*row[1:], row[0]))
        self._db.execute("DELETE FROM pending WHERE id = ?", (known.id,))

    def forget_beyond(self, file: int, offset: int) -> int:
        """Forget what was known of records that a file turned out not to hold; gives their number.

        A disk that lied about a flush can do this. A first version is asked for again as new, a later one
        as a version that nobody has seen.
        """
        lost = self._db.execute(
            "SELECT id, url, listing, first_seen, first_run, revision FROM articles WHERE file = ? AND offset >= ?",
            (file, offset),
        ).fetchall()
        for id_, url, listing, first_seen, first_run, revision in lost:
            if revision > 1:
                self._db.execute(
                    "UPDATE articles SET revision = revision - 1, content_hash = NULL, next_check = 0, parts = NULL,"
                    " file = NULL, offset = NULL WHERE id = ?",
                    (id_,),
                )
            else:
                self._db.execute("DELETE FROM articles WHERE id = ?", (id_,))
                self.mark_pending(PendingArticle(id_, url, listing, first_seen, first_run))
        return len(lost)

    def mark_gone(self, id_: str, first: int, last: int) -> None:
        """Learn that an article was found gone, first and last at these times, unless it was looked at later."""
        self._db.execute(
            "UPDATE articles SET gone_at = coalesce(gone_at, ?1), last_checked = ?2, next_check = NULL"
            " WHERE id = ?3 AND alias_of IS NULL AND last_checked <= ?2",
            (first, last, id_),
        )

    def mark_back(self, id_: str, at: int, next_check: int | None) -> None:
        """Learn that an article which was gone was there again, unless it was looked at later."""
        self._db.execute(
            "UPDATE articles SET gone_at = NULL, last_checked = ?1, next_check = ?2"
            " WHERE id = ?3 AND last_checked <= ?1",
            (at, next_check, id_),
        )

    def learn(self, records: Iterable[LearnedRecord]) -> None:
        """Make published records known, but for those of which a later revision is.

        For a million on an empty state: without indexes to keep, in the order of the ids, it takes a third of the time.
        """
        rest = iter(records)
        indexes = None
        while rows := sorted(islice(rest, _LEARNED_AT_ONCE), key=attrgetter("id", "revision")):
            if indexes is None:
                indexes = self._drop_indexes() if len(rows) == _LEARNED_AT_ONCE and not self.count() else []
            self._db.executemany(_LEARN, rows)
            self._db.executemany(_PENDING_NO_MORE, [(row.id, row.file, row.revision) for row in rows])
        for statement in indexes or ():
            self._db.execute(statement)

    def _drop_indexes(self) -> list[str]:
        """Drop the indexes of articles; gives the statements that make them again."""
        found = self._db.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'articles' AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in found:
            self._db.execute(f"DROP INDEX {name}")
        return [sql for _, sql in found]

    # Pending articles.

    def pending(self, id_: str) -> PendingArticle | None:
        """What is pending under an id."""
        row = self._db.execute(f"SELECT {_PENDING} FROM pending WHERE id = ?", (id_,)).fetchone()
        return PendingArticle(*row) if row else None

    def all_pending(self) -> list[PendingArticle]:
        """Pending articles that have not been given up, the newest first."""
        rows = self._db.execute(f"SELECT {_PENDING} FROM pending WHERE next_try IS NOT NULL ORDER BY first_seen DESC")
        return [PendingArticle(*row) for row in rows]

    def set_listing_if_unknown(self, id_: str, listing: str) -> None:
        """Remember where an article was found, of which that is not known: a rebuilt state does not know it."""
        self._db.execute("UPDATE articles SET listing = ? WHERE id = ? AND listing IS NULL", (listing, id_))

    def mark_pending(self, pending: PendingArticle) -> None:
        """Remember an article as seen and not stored."""
        self._db.execute(
            f"INSERT OR REPLACE INTO pending ({_PENDING}) VALUES ({', '.join('?' * 10)})",
            (
                pending.id, pending.url, pending.listing, pending.first_seen, pending.first_run,
                pending.attempts, pending.next_try, pending.reason, pending.published_at,
                pending.published_precision,
            ),
        )  # fmt: skip

    def first_run(self, id_: str) -> int | None:
        """The run in which an id was first seen, stored or pending; None where it never was."""
        row = self._db.execute(
            "SELECT first_run FROM articles WHERE id = ?1"
            " UNION ALL SELECT first_run FROM pending WHERE id = ?1 LIMIT 1",
            (id_,),
        ).fetchone()
        return row[0] if row else None

    # Listings.

    def listing(self, url: str) -> ListingSnapshot | None:
        """What is known of a listing page; None where it never was there."""
        row = self._db.execute(
            "SELECT etag, last_modified, digest, last_read, last_run, links, most_links, empty_page, was_rendered"
            " FROM listings WHERE url = ?",
            (url,),
        ).fetchone()
        return ListingSnapshot(CacheValidators(url, row[0], row[1]), *[*row[2:-1], bool(row[-1])]) if row else None

    def save_listing(self, listing: ListingSnapshot) -> None:
        """Remember a listing page as read; its links are pending by now, in the same transaction."""
        validators = listing.validators
        self._db.execute(
            "INSERT OR REPLACE INTO listings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                validators.url, validators.etag, validators.last_modified, listing.digest, listing.last_read,
                listing.last_run, listing.links, listing.most_links, listing.empty_page, listing.was_rendered,
            ),
        )  # fmt: skip

    def walks(self) -> dict[str, int]:
        """The listings that a run began to page through and did not finish, each with that run's number."""
        return dict(self._db.execute("SELECT listing, first_run FROM walks"))

    def begin_walk(self, listing: str, first_run: int) -> None:
        """Remember that a listing is being paged through: what was first seen since this run is news to it."""
        self._db.execute("INSERT OR REPLACE INTO walks VALUES (?, ?)", (listing, first_run))

    def end_walk(self, listing: str) -> None:
        """Remember that a listing has been walked as far as need be."""
        self._db.execute("DELETE FROM walks WHERE listing = ?", (listing,))

    def overspent(self, listing: str) -> int:
        """In how many runs a listing took all that it may, one after the other, without coming to its end."""
        return int(self.get_meta(f"overspent {listing}") or 0)

    def set_overspent(self, listing: str, times: int) -> None:
        self.set_meta(f"overspent {listing}", times)

    # How pages end.

    def unended(self, kind: str) -> int:
        """How many pages of a kind came in a row without an end, confirmed by a second copy.

        A kind is `articles`, or `listing` and the name of one, as the others may show their ends.
        It counts to ROW of `pages.endings`.
        """
        return int(self.get_meta(f"unended {kind}") or 0)

    def set_unended(self, kind: str, pages: int) -> None:
        self.set_meta(f"unended {kind}", pages)

    # Files.

    def file(self, name: str) -> int:
        """The number of a file of records, given to it when it is first named."""
        self._db.execute("INSERT OR IGNORE INTO files (name, committed, published) VALUES (?, 0, 0)", (name,))
        number: int = self._db.execute("SELECT number FROM files WHERE name = ?", (name,)).fetchone()[0]
        return number

    def committed(self, name: str) -> int:
        """Up to which byte the records of a file are known."""
        row = self._db.execute("SELECT committed FROM files WHERE name = ?", (name,)).fetchone()
        return row[0] if row else 0

    def set_committed(self, name: str, size: int, *, published: bool = False) -> None:
        """Remember that a file's records are known up to this byte, and whether its readers see it."""
        self._db.execute("UPDATE files SET committed = ?, published = ? WHERE name = ?", (size, published, name))

    def drop_file(self, name: str) -> None:
        """Forget a file that came to hold nothing."""
        self._db.execute("DELETE FROM files WHERE name = ?", (name,))

    def published_files(self) -> set[str]:
        """The names of the files that were published."""
        return {row[0] for row in self._db.execute("SELECT name FROM files WHERE published")}

    def records_of(self, name: str) -> Iterator[PublishedRecord]:
        """What is known of the records of a published file: of those that no later file has a further revision of."""
        rows = self._db.execute(
            "SELECT id, revision, content_hash, url, coalesce(published_at, first_seen), last_checked,"
            " published_precision FROM articles"
            " WHERE file = (SELECT number FROM files WHERE name = ?) AND content_hash IS NOT NULL ORDER BY offset",
            (name,),
        ).fetchall()
        for id_, revision, content_hash, url, published, checked, precision in rows:
            times = datetime.fromtimestamp(published, UTC), datetime.fromtimestamp(checked, UTC)
            yield PublishedRecord(id_, revision, content_hash.hex(), url, *times, precision)


def _known(row: Sequence[Any]) -> StoredArticle:
    fields: list[Any] = list(row)
    fields[11] = _parts_decoder.decode(row[11]) if row[11] else ()
    return StoredArticle(*fields)


def _row(known: StoredArticle) -> tuple[object, ...]:
    parts = msgspec.json.encode(known.parts).decode() if known.parts else None
    return (
        known.id, known.url, known.listing, known.content_hash, known.revision, known.alias_of, known.published_at,
        known.first_seen, known.first_run, known.last_checked, known.next_check, parts, known.gone_at,
        known.published_precision,
    )  # fmt: skip
