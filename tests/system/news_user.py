"""A user of `scrapy crawl news`, who crawls a site of a replica again and again."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from replica import Replica
from replica.gazette import Gazette
from tests.system.crawling import Crawl, Ended

NOW = datetime.now(UTC).replace(microsecond=0)
FEED = '<link rel="alternate" type="application/rss+xml" href="/rss/all">'
CLOCK = Path(__file__).parent / "shifted_clock"
#: What stands in front of a page until a reader has agreed.
COOKIES = (
    "<h2>Before you read on</h2><p>The Gazette and its partners keep a number on your device, which tells your visit"
    " from those of others.</p><p>You may agree to all of it, or choose what you agree to, or read on with a"
    " subscription that costs four coins a month.</p><p>Your choice is kept for a year. You may change it at the end"
    " of any page, whenever you like.</p>"
)


@dataclass(frozen=True)
class NewsCrawl(Crawl):
    """The command line of a user of `news`."""

    host: str = "gazette.example"

    def news(
        self, *arguments: str, site: str | None = None, options: tuple[str, ...] = (), **environment: str
    ) -> Ended:
        """Crawl a site, by default this one, with these `-a` arguments."""
        words = [word for each in (f"site={site or self.host}", *arguments) for word in ("-a", each)]
        return self.scrapy(*self.command(*words, *options, spider="news")[1:], stdin=None, timeout=300, **environment)

    @property
    def folder(self) -> Path:
        return self.data / self.host


@dataclass(frozen=True)
class Reader:
    """A site on a replica, and a user who crawls it."""

    gazette: Gazette
    replica: Replica
    crawl: NewsCrawl

    def run(self, *arguments: str, site: str | None = None, options: tuple[str, ...] = (), hours: int = 0) -> Ended:
        """Crawl it, some hours from now; the log of the site then has this run only."""
        self.replica.requests.clear()
        later = {"PYTHONPATH": str(CLOCK), "CLOCK_SHIFT": str(hours * 3600)} if hours else {}
        return self.crawl.news(*arguments, site=site, options=options, **later)

    @property
    def asked(self) -> dict[str, int]:
        """What the last run asked for, without robots.txt, with the status of each answer."""
        return {request.path: request.status for request in self.replica.requests if request.path != "/robots.txt"}

    @property
    def paths(self) -> set[str]:
        """The paths of all stored articles."""
        return {record["url"].removeprefix(f"https://{self.gazette.host}") for record in self.crawl.records}
