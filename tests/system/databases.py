"""A PostgreSQL database with the tables of runs, and the folders that are published from it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from ecnscrawl.items import Article
from tests.storage.database.rows import store
from tests.system.crawling import Crawl, Ended
from tests.system.reader import Reader
from tests.system.sabotage import dying


@dataclass
class Rows:
    """A database whose rows tests write, as runs do."""

    address: str
    stored: list[Article] = field(default_factory=list)

    def store(self, *articles: Article) -> None:
        """Store records in one transaction."""
        with psycopg.connect(self.address) as connection:
            store(connection, *articles)
        self.stored += articles

    def execute(self, statement: str) -> None:
        """Carry out a statement."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            connection.execute(statement.encode())

    def count(self, table: str) -> int:
        """Return how many rows a table has."""
        with psycopg.connect(self.address) as connection:
            row = connection.execute(f"SELECT count(*) FROM ecnscrawl.{table}".encode()).fetchone()
        assert row is not None
        return int(row[0])

    def close_to_others(self) -> None:
        """Refuse all connections, as a server does that is being restarted; those of `open_to_others` aside."""
        name = conninfo_to_dict(self.address)["dbname"]
        with psycopg.connect(make_conninfo(self.address, dbname="postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false".encode())
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])

    def open_to_others(self) -> None:
        """Accept connections again."""
        name = conninfo_to_dict(self.address)["dbname"]
        with psycopg.connect(make_conninfo(self.address, dbname="postgres"), autocommit=True) as connection:
            connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true".encode())

    def versions(self, site: str = "ecns") -> set[tuple[str, int]]:
        """Id and revision of each record of a site."""
        return {(each.id, each.revision) for each in self.stored if each.site == site}


def publishing_from(address: str, folder: Path) -> "Publishing":
    """A user whose data folder is the one that is published into."""
    return Publishing(Rows(address), folder, Crawl(folder, {"ECNSCRAWL_DATABASE_URL": address}))


@dataclass
class Publishing:
    """A user who publishes from a database into a folder, and readers who look."""

    rows: Rows
    folder: Path
    user: Crawl
    readers: dict[str, Reader] = field(default_factory=dict)

    def publish(self, *words: str) -> Ended:
        """Run the command to its end."""
        return self.user.scrapy("publish", str(self.folder), *words)

    def dying(self, moment: str, *, power_fails: bool) -> Ended:
        """Run the command, which is killed at a moment such as `fsync:3:before`; see faultpoints/sitecustomize.py."""
        return replace(self, user=dying(self.user, moment, power_fails=power_fails)).publish()

    def look(self) -> None:
        """Have a reader of each site read what is new."""
        for site in {each.site for each in self.rows.stored}:
            self.readers.setdefault(site, Reader(self.folder / site / "articles")).look()

    def has_everything(self) -> None:
        """Check that each version of each site is in the files once, as it was stored, and that nothing else is."""
        self.look()
        for site, reader in self.readers.items():
            assert set(reader.versions) == self.rows.versions(site)
            assert not reader.unpublished

    def records(self, site: str = "ecns") -> Sequence[dict[str, Any]]:
        """The records in the files of a site."""
        files = sorted((self.folder / site / "articles").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]
