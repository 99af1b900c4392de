"""A crawl whose data folder somebody else can write to."""

from collections.abc import Callable

import pytest

from replica import Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story

STORY, OTHER = Story(1), Story(2)
LATER = "29990101T000000Z-000000"  # a run that no clock has reached


@pytest.fixture
def stand() -> Newsstand:
    """A site with an article."""
    stand = Newsstand()
    stand.publish(STORY, OTHER)
    stand.list("/world/", [STORY.path()])
    return stand


@pytest.fixture
def replica(serve: Callable[[Site], Replica], stand: Newsstand) -> Replica:
    """It, served."""
    return serve(stand.site)


@pytest.fixture
def crawl(replica: Replica, crawl_of: Callable[[Replica], Crawl]) -> Crawl:
    """Its crawl."""
    return crawl_of(replica)


def assert_refused(ended: Ended, *words: str) -> None:
    """The run did not start, and its one line says why."""
    assert ended.status == 1, ended.err
    assert len(ended.err.splitlines()) == 1, ended.err
    assert ended.err.startswith("ecnscrawl: error: ")
    assert [word for word in words if word not in ended.err] == []
