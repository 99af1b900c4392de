"""The tables of a loaded database, derived from the definition of the record, and the rows of a record."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.columns import Column, Dialect, columns_of
from ecnscrawl.exporters.schema import DUCKDB, POSTGRES
from ecnscrawl.items import Article, Image, Video

SQLITE = Dialect("INTEGER", "TEXT", "TEXT", objects="TEXT", texts="TEXT")
DIALECTS = {"sqlite": SQLITE, "duckdb": DUCKDB, "postgresql": POSTGRES}

MEDIA: dict[str, type] = {"images": Image, "videos": Video}  #: a table each, named as the record's keys
KEYS = {
    "articles": ("id", "revision"),
    "images": ("id", "revision", "position"),
    "videos": ("id", "revision", "position"),
    "loaded_files": ("site", "name"),
}
VIEW = "latest"
# Each article's newest revision. Not by a window function: this one finds an id by the key.
_CREATE_VIEW = (
    f"CREATE VIEW {VIEW} AS SELECT * FROM articles AS this"
    " WHERE NOT EXISTS (SELECT 1 FROM articles AS newer WHERE newer.id = this.id AND newer.revision > this.revision)"
)


def tables(kind: str) -> dict[str, list[Column]]:
    """The columns of each table, with the types of a kind of database."""
    dialect = DIALECTS[kind]
    key = [Column("id", dialect.text, nullable=False), Column("revision", dialect.integer, nullable=False)]
    position = Column("position", dialect.integer, nullable=False)  # in page order, from 1
    return {
        "articles": [column for column in columns_of(Article, dialect) if column.name not in MEDIA],
        **{name: [*key, position, *columns_of(media, dialect)] for name, media in MEDIA.items()},
        "loaded_files": [
            Column("site", dialect.text, nullable=False),
            Column("name", dialect.text, nullable=False),
            Column("records", dialect.integer, nullable=False),
            Column("loaded_at", dialect.time, nullable=False),
        ],
    }


def create_statements(kind: str) -> list[str]:
    """SQL that creates the tables, an index for searches by time, and the view."""
    statements = []
    for name, columns in tables(kind).items():
        typed = ", ".join(f"{column.name} {column.type}{'' if column.nullable else ' NOT NULL'}" for column in columns)
        key = f", PRIMARY KEY ({', '.join(KEYS[name])})" if has_key(kind, name) else ""
        statements.append(f"CREATE TABLE {name} ({typed}{key})")
    if kind != "duckdb":  # it keeps the least and the greatest time of each block of rows by itself
        statements.append("CREATE INDEX articles_published_at ON articles (published_at)")
    return [*statements, _CREATE_VIEW]


def insert_statement(kind: str, name: str, values: str | None = None) -> str:
    """SQL that adds rows to a table, but none of a key that is there; `values` is a query, else `?` for each column."""
    columns = [column.name for column in tables(kind)[name]]
    given = values or f"VALUES ({', '.join('?' * len(columns))})"
    unless_there = f" ON CONFLICT ({', '.join(KEYS[name])}) DO NOTHING" if has_key(kind, name) else ""
    return f"INSERT INTO {name} ({', '.join(columns)}) {given}{unless_there}"


def has_key(kind: str, name: str) -> bool:
    """Whether the database enforces a table's key. DuckDB has to hold the index of each key in memory."""
    return kind != "duckdb" or name not in MEDIA


def is_prepared(kind: str, found: Mapping[str, Sequence[str]], target: str) -> bool:
    """Whether the tables are there; `found` has the columns of each table or view of these names.

    Raises WrongUsage where one is there that `scrapy load` did not make.
    """
    expected = {name: [column.name for column in columns] for name, columns in tables(kind).items()}
    expected[VIEW] = expected["articles"]
    if not found:
        return False
    differing = [name for name, columns in expected.items() if list(found.get(name, ())) != columns]
    if not differing:
        return True
    name = next((name for name in differing if name in found), next(iter(found)))
    raise WrongUsage(
        f"{target} has a table {name!r} that this version of `scrapy load` did not make; name another database"
    )


def article_row(record: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of a record for the table `articles`, lists as they are."""
    return tuple(value for key, value in record.items() if key not in MEDIA)


def media_rows(record: Mapping[str, Any], name: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a record for the table `images` or `videos`."""
    for position, media in enumerate(record[name], 1):
        yield (record["id"], record["revision"], position, *msgspec.structs.astuple(media))
