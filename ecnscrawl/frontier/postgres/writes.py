"""The statements that write the changes of a run to a site's rows, in one transaction that holds the claim."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from ecnscrawl.frontier.columns import ARTICLES, PENDING, SNAPSHOT, VALIDATORS, article_row, listing_row, storable
from ecnscrawl.frontier.postgres.changes import COMMITS, Changes
from ecnscrawl.frontier.postgres.claims import hold
from ecnscrawl.frontier.sharing import Claim, ClaimLost

if TYPE_CHECKING:
    from psycopg import Connection, Cursor


#: The first commit of a site, and each further one. If the answer was lost, the number is there already.
_FIRST = """
INSERT INTO ecnscrawl.facts (site, name, value) VALUES (%(site)s, %(name)s, '1')
ON CONFLICT (site, name) DO UPDATE SET value = excluded.value WHERE facts.value::text = '1'
"""
_NEXT = """
UPDATE ecnscrawl.facts SET value = %(number)s::text::json
WHERE site = %(site)s AND name = %(name)s AND value::text IN (%(number)s, %(before)s)
"""


def _upsert(table: str, key: str, names: Sequence[str]) -> str:
    """Return the statement that inserts a row, or replaces the one with its key; its values are named parameters.

    >>> _upsert("walks", "listing", ["listing", "first_run"])
    'INSERT INTO ecnscrawl.walks (site, listing, first_run) VALUES (%(site)s, %(listing)s, %(first_run)s)\
 ON CONFLICT (site, listing) DO UPDATE SET first_run = excluded.first_run'
    """
    columns = ("site", *names)
    replaced = ", ".join(f"{name} = excluded.{name}" for name in names if name != key)
    return (
        f"INSERT INTO ecnscrawl.{table} ({', '.join(columns)}) VALUES ({', '.join(f'%({name})s' for name in columns)})"
        f" ON CONFLICT (site, {key}) DO " + (f"UPDATE SET {replaced}" if replaced else "NOTHING")
    )


@dataclass(frozen=True)
class _Table:
    """How the changes of a table are written."""

    name: str
    key: str  #: its primary key, beside the site
    names: Sequence[str]  #: of its columns, without the site
    to_row: Callable[[Any, Any], Mapping[str, Any]]  #: makes a row's values of a key and a change

    @cached_property
    def upsert(self) -> bytes:
        return _upsert(self.name, self.key, self.names).encode()

    @cached_property
    def delete(self) -> bytes:
        return f"DELETE FROM ecnscrawl.{self.name} WHERE site = %s AND {self.key} = ANY(%s)".encode()


def _storable_row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: storable(value) if isinstance(value, str) else value for name, value in row.items()}


_ARTICLES = _Table("articles", "id", ARTICLES.names, lambda _id, known: article_row(known))
_PENDING = _Table("pending", "id", PENDING.names, lambda _id, pending: _storable_row(PENDING.row(pending)))
_LISTINGS = _Table(
    "listings", "url", (*VALIDATORS, *SNAPSHOT), lambda _url, listing: _storable_row(listing_row(listing))
)
_WALKS = _Table(
    "walks", "listing", ("listing", "first_run"), lambda listing, run: {"listing": listing, "first_run": run}
)
_FACTS = _Table(
    "facts",
    "name",
    ("name", "value"),
    lambda name, value: {"name": name, "value": msgspec.json.encode(value).decode()},
)
_FORGOTTEN = _Table("forgotten", "id", ("id",), lambda id_, _hashes: {"id": id_})
_FORGOTTEN_CONTENT = _Table(
    "forgotten_content", "content_hash", ("content_hash", "id"), lambda each, id_: {"content_hash": each, "id": id_}
)


def write(connection: "Connection[Any]", held: Claim, changes: Changes) -> None:
    """Write the changes; they are on the disk when this returns. Writing them twice does no harm.

    Raises ClaimLost, and then nothing is written, and errors of psycopg.
    """
    with connection.transaction(), connection.cursor() as cursor:
        hold(connection, held)
        if changes.number is not None:
            check_number(cursor, held.site, changes.number)
        _write_keyed(cursor, held.site, _ARTICLES, changes.articles)
        _write_keyed(cursor, held.site, _PENDING, changes.pending)
        _write_keyed(cursor, held.site, _WALKS, changes.walks)
        _write_keyed(cursor, held.site, _LISTINGS, changes.listings)
        _write_keyed(cursor, held.site, _FACTS, changes.facts)
        _write_keyed(cursor, held.site, _FORGOTTEN, changes.forgotten)
        contents = {each: id_ for id_, hashes in changes.forgotten.items() for each in hashes}
        _write_keyed(cursor, held.site, _FORGOTTEN_CONTENT, contents)
        for statement, rows in changes.rows.items():
            _write_each(cursor, statement.encode(), rows)


def check_number(cursor: "Cursor[Any]", site: str, number: int) -> None:
    """Note the number of a commit. Raises ClaimLost if the database does not have the commit before it."""
    values = {"site": site, "name": COMMITS, "number": str(number), "before": str(number - 1)}
    cursor.execute((_FIRST if number == 1 else _NEXT).encode(), values)
    if not cursor.rowcount:
        why = "a standby took over before it had it, or a backup was restored"
        raise ClaimLost(f"the last commit of {site} is missing in the database: {why}")


def _write_each(cursor: "Cursor[Any]", statement: bytes, rows: Iterable[Any]) -> None:
    """Carry out a statement for each row, and wait for its end each time.

    `executemany` would send them all at once, in a pipeline. If the process is frozen in its midst, the server waits
    for the rest without a limit of time, and holds the site's row: nobody could take over the site.
    """
    for row in rows:
        cursor.execute(statement, row)


def _write_keyed(cursor: "Cursor[Any]", site: str, table: _Table, rows: Mapping[Any, Any]) -> None:
    """Write rows by their keys; None removes a row."""
    if removed := [key for key, row in rows.items() if row is None]:
        cursor.execute(table.delete, [site, removed])
    if values := [{"site": site, **table.to_row(key, row)} for key, row in rows.items() if row is not None]:
        _write_each(cursor, table.upsert, values)
