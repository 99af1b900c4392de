"""Machines that crawl one site into a database, and what is in the database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.reader import Reader, assert_is_truth

ARTICLES = 24  #: of the site
QUICK = ("-s", "COMMIT_RECORDS=7", "-s", "COMMIT_SECONDS=0.2")


@dataclass
class Machines:
    """A site, and users who crawl it into one database, each from a machine of their own."""

    address: str
    generated: GeneratedSite
    replica: Replica
    folder: Path
    used: int = 0

    @property
    def crawl(self) -> Crawl:
        """The crawl of a further machine, with an empty data folder."""
        self.used += 1
        environment = self.replica.environment() | {"ECNSCRAWL_DATABASE_URL": self.address}
        return Crawl(self.folder / f"machine-{self.used}", environment)

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a statement gives; none if it gives nothing."""
        with psycopg.connect(self.address, autocommit=True) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []

    def let_lease_end(self) -> None:
        """Go on as if the lease of a killed worker had ended."""
        self.rows("UPDATE ecnscrawl.sites SET lease_until = now() WHERE owner IS NOT NULL")

    def published(self) -> Reader:
        """All that a reader of published files finds."""
        out = self.folder / "out"
        ended = self.crawl.scrapy("publish", str(out))
        assert ended.status == 0, ended.err
        reader = Reader(out / "ecns" / "articles")
        reader.look()
        return reader

    def has_all(self) -> None:
        """Check that readers of published files find each article as the site has it, each version once."""
        assert_is_truth(self.published(), self.generated.truth, self.generated.duplicate_of)


def machines_at(serve: Callable[[Site], Replica], address: str, folder: Path) -> Machines:
    """A site of settled articles, and a database with tables."""
    generated = GeneratedSite(ARTICLES, seed=31, now=datetime.now(UTC) - timedelta(days=3))
    return Machines(address, generated, serve(generated.site), folder)
