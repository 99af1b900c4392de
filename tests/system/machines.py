"""Machines that crawl one site into a database, and what is in the database."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from replica import Fault, Hold, LoggedRequest, Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl, Ended
from tests.system.launching import Process
from tests.system.reader import Reader, assert_is_truth

ARTICLES = 24  #: of the site
ANSWERED = 10  #: articles that a crawl has got when its site begins to hold back answers
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

    def begin(self, *arguments: str, on: Crawl | None = None) -> "UnderWay":
        """Begin a crawl, by default on a further machine, and return when it has stored something.

        The site holds back its answers for most articles until the crawl is to go on.
        """
        paths = {story.path for story in self.generated.stories.values()}
        hold = Hold()

        def choose(_: LoggedRequest) -> Fault | None:
            return hold if sum(each.path in paths for each in self.replica.requests) > ANSWERED else None

        self.replica.fault = choose
        process = (on or self.crawl).start(*QUICK, "-s", "DOWNLOAD_DELAY=0.05", *arguments)
        while not self.rows("SELECT 1 FROM ecnscrawl.records LIMIT 1"):
            assert process.poll() is None, process.communicate()
            time.sleep(0.02)
        return UnderWay(process, self.replica, hold)

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


@dataclass
class UnderWay:
    """A crawl that has stored a few of its articles, and waits for the others."""

    process: Process
    replica: Replica
    hold: Hold

    def go_on(self) -> None:
        """Let the site answer."""
        self.replica.fault = None
        self.hold.is_released = True

    def kill(self) -> None:
        """Kill it, and let the site answer others."""
        self.process.kill()
        self.process.communicate()
        self.go_on()

    def end(self) -> Ended:
        """Let it go on to its end."""
        self.go_on()
        out, err = self.process.communicate(timeout=120)
        return Ended(self.process.returncode, out, err)


def machines_at(serve: Callable[[Site], Replica], address: str, folder: Path) -> Machines:
    """A site of settled articles, and a database with tables."""
    generated = GeneratedSite(ARTICLES, seed=31, now=datetime.now(UTC) - timedelta(days=3))
    return Machines(address, generated, serve(generated.site), folder)
