"""Fixtures of the system tests: a site on loopback and a user's data folder."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.gazette import Gazette
from tests.system.crawling import Crawl
from tests.system.killing import Story, story_at
from tests.system.mounts import Mounts
from tests.system.news_user import NewsCrawl, Reader


@pytest.fixture
def serve() -> Iterator[Callable[[Site], Replica]]:
    """Serves sites for the length of a test."""
    with ExitStack() as stack:
        yield lambda site: stack.enter_context(Replica(site))


@pytest.fixture
def crawl_of(tmp_path: Path) -> Callable[[Replica], Crawl]:
    """The crawl of a replica's site into a fresh data folder."""
    return lambda replica: Crawl(tmp_path / "data", replica.environment())


@pytest.fixture
def reader(serve: Callable[..., Replica], tmp_path: Path) -> Callable[..., Reader]:
    """A user of `scrapy crawl news` at a site; more sites are served beside it."""

    def at(gazette: Gazette, *more: Site) -> Reader:
        replica = serve([gazette.site, *more] if more else gazette.site)
        return Reader(gazette, replica, NewsCrawl(tmp_path / "data", replica.environment(), host=gazette.host))

    return at


@pytest.fixture
def story_of(serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]) -> Callable[..., Story]:
    """A site of sixty fresh articles, and a user whose crawl of it is killed; see `tests/system/killing.py`."""
    return partial(story_at, serve, crawl_of)


@pytest.fixture
def mounts() -> Iterator[Mounts]:
    """Mounts for the length of a test."""
    mounted = Mounts()
    yield mounted
    for point in list(reversed(mounted.points)):
        mounted.vanish(point)
