"""Each site with saved pages, and one that only `news` reads, as the replica serves it, with the command that crawls it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from replica import Replica, Site
from replica.fixture_site import fixture_site
from replica.gazette import Gazette, stories
from replica.saved_site import saved_sites
from tests.saved_pages import FIXTURES, FOLDERS, every_site, spiders
from tests.system.crawling import Crawl

ANY_SITE = "gazette.example"  #: without a spider of its own
NOW = datetime.now(UTC).replace(microsecond=0)
NAMES = [*sorted(every_site()), ANY_SITE]
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
        if self.name == ANY_SITE:
            return super().command(*SMALL, "-a", f"site={ANY_SITE}", *arguments, spider="news")
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
    """A site made of its saved pages; the listings of the first one are generated, and so is all of the last one."""
    if name == ANY_SITE:
        return _any_site()
    hosts = every_site()[name].profile.hosts
    sites = [fixture_site(FIXTURES), *(site for folder in FOLDERS for site in saved_sites(folder, without="ecns"))]
    return next(site for site in sites if set(site.hosts) & set(hosts))


def _any_site() -> Site:
    """A site with a feed, a sitemap, and stories on its front page."""
    gazette = Gazette(ANY_SITE)
    published = stories(12, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published[:4]])
    gazette.feed(published[3:8], "/feed.xml")
    gazette.sitemap([(each.path, each.published) for each in published])
    return gazette.site


def crawled(name: str, folder: Path) -> dict[str, dict[str, Any]]:
    """The records of a crawl that nothing disturbs, by their addresses."""
    with Replica(served(name)) as replica:
        crawl = SiteCrawl(folder / "data", replica.environment(), name=name)
        ended = crawl.run()
        assert ended.status == 0, ended.err
        return crawl.by_url
