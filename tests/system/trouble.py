"""A site with temporary errors, and the crawl's requests by the site's own clock."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import pairwise

from replica import Fault, LoggedRequest, StatusFault
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand, Story

ARTICLE = "/detail-"


def unavailable(retry_after: str | None = None, status: int = 503) -> StatusFault:
    """The response of an overloaded server."""
    return StatusFault(status, (("Retry-After", retry_after),) if retry_after is not None else ())


@dataclass
class Trouble:
    """Chooses the fault for the requests whose path has `where` in it, by their number from 1 on."""

    choose: Callable[[int], Fault | None]
    where: str = ARTICLE
    seen: list[LoggedRequest] = field(default_factory=list)

    def __call__(self, request: LoggedRequest) -> Fault | None:
        if self.where not in request.path:
            return None
        self.seen.append(request)
        return self.choose(len(self.seen))


def stand_of(stories: list[Story]) -> Newsstand:
    """A site that lists these stories under /world/."""
    stand = Newsstand()
    stand.publish(*stories)
    stand.list("/world/", [story.url for story in stories])
    return stand


def times_of(log: list[LoggedRequest], path: str) -> list[float]:
    """When a path was asked for."""
    return [request.time for request in log if request.path == path]


def gaps(times: list[float]) -> list[float]:
    """The seconds between one request and the next."""
    return [later - earlier for earlier, later in pairwise(sorted(times))]


def attempts(crawl: Crawl) -> list[int]:
    """How often each of the pending articles is known to have failed."""
    with closing(sqlite3.connect(crawl.folder / "state.sqlite")) as state:
        return [row[0] for row in state.execute("SELECT attempts FROM pending")]
