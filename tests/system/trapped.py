"""Crawls of a site with a trap, and what they have requested."""

from collections.abc import Callable

from replica import LoggedRequest, Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.promises import breaches

WORLD = ("-a", "sections=world")
FULL = (*WORLD, "-a", "full=1")
MAX_REDIRECTS = 5
UNDER_WAY = 8  # requests, or fewer, when a listing is left
IN_LINE = 3  # of UNDER_WAY_REQUESTS: what stands in line when a run ends is not sent any more


def setting(name: str, value: int) -> tuple[str, str]:
    return "-s", f"{name}={value}"


def pages_of(log: list[LoggedRequest]) -> list[str]:
    """The requests of a run, except robots.txt."""
    return [request.path for request in log if request.path != "/robots.txt"]


def deepest(log: list[LoggedRequest]) -> int:
    """The last page of the listing that a run asked for."""
    numbers = [path.removeprefix("/world/index_").removesuffix(".shtml") for path in pages_of(log) if "index_" in path]
    return max(map(int, numbers), default=1)


def assert_is_whole(crawl: Crawl, ended: Ended) -> None:
    """Check that the records fulfil the contract and are as many as the last line counts."""
    assert [breach for file in crawl.files for breach in breaches(file)] == []
    assert len({record["id"] for record in crawl.records}) == len(crawl.records)
    assert ended.stats["file"] == (crawl.files[-1].name if ended.stats["new"] != "0" else "-")


Served = Callable[[Site], Replica]
Crawling = Callable[[Replica], Crawl]
