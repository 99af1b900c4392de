"""Each site with saved pages, as the replica serves it, and the user's command that crawls it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from replica import Replica, Site
from replica.fixture_site import fixture_site
from replica.saved_site import saved_sites
from tests.saved_pages import FIXTURES, FOLDERS, every_site, spiders
from tests.system.crawling import Crawl

NAMES = sorted(every_site())
#: Small files, so that a few articles are enough for several; and no wait for a second try.
SMALL = (
    "-s",
    "COMMIT_RECORDS=2",
    "-s",
    "FILE_RECORDS=3",
    "-s",
    "PENDING_BACKOFF=0",
    "-s",
    "HOST_MAX_CONSECUTIVE_FAILURES=0",
)


@dataclass(frozen=True)
class SiteCrawl(Crawl):
    """The command line of a user who crawls one of the sites."""

    name: str = "ecns"

    def command(self, *arguments: str, spider: str = "") -> list[str]:
        modules = () if self.name in spiders() else ("-s", "SPIDER_MODULES=tests.second_site")
        return super().command(*modules, *SMALL, *arguments, spider=spider or self.name)

    @property
    def folder(self) -> Path:
        return self.data / self.name

    @property
    def by_url(self) -> dict[str, dict[str, Any]]:
        """The last version of each published record, without the time of reading, by its address."""
        return {record["url"]: record | {"fetched_at": None} for record in self.records}


def served(name: str) -> Site:
    """A site made of its saved pages; the listings of the first one are generated."""
    hosts = every_site()[name].profile.hosts
    sites = [fixture_site(FIXTURES), *(site for folder in FOLDERS for site in saved_sites(folder, without="ecns"))]
    return next(site for site in sites if set(site.hosts) & set(hosts))


def crawled(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """The records of a crawl that nothing disturbs, by their addresses."""
    with Replica(served(name)) as replica:
        crawl = SiteCrawl(folder / "data", replica.environment(), name=name)
        ended = crawl.run()
        assert ended.status == 0, ended.err
        return crawl.by_url
