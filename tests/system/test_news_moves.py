"""`scrapy crawl news`: a site whose front page moves, for a time or for good, and one that is down by https."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Replica, Resource
from replica.gazette import Gazette, stories
from replica.site import Site
from tests.system.news_user import NOW, NewsCrawl, Reader

pytestmark = pytest.mark.system

PUBLISHED = stories(3, NOW - timedelta(hours=1))


def at(serve: Callable[..., Replica], tmp_path: Path, gazette: Gazette, *more: Site) -> Reader:
    replica = serve([gazette.site, *more] if more else gazette.site)
    return Reader(gazette, replica, NewsCrawl(tmp_path / "data", replica.environment(), host=gazette.host))


def town_edition() -> Gazette:
    """Another host of the site, with a front page of its own."""
    other = Gazette("town.gazette.example")
    other.site = Site("town.gazette.example")
    other.publish(PUBLISHED[0])
    other.front([PUBLISHED[0].path])
    return other


@pytest.mark.parametrize(("status", "is_remembered"), [(302, False), (307, False), (301, True), (308, True)])
def test_only_a_permanent_move_of_the_front_page_is_remembered(
    serve: Callable[..., Replica], tmp_path: Path, status: int, is_remembered: bool
) -> None:
    gazette = Gazette()
    gazette.site.put("/", Resource(status=status, location="https://town.gazette.example/"))
    user = at(serve, tmp_path, gazette, town_edition().site)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    gazette.publish(PUBLISHED[1])
    gazette.front([PUBLISHED[1].path])
    assert user.run().stats["new"] == ("0" if is_remembered else "1")


def test_a_move_to_a_page_without_articles_is_not_remembered(serve: Callable[..., Replica], tmp_path: Path) -> None:
    gazette, parked = Gazette(), Site("parked.gazette.example")
    parked.put("/", Resource(b"<!DOCTYPE html><html><body><p>This name is for sale.</p></body></html>"))
    gazette.site.put("/", Resource(status=301, location="https://parked.gazette.example/"))
    user = at(serve, tmp_path, gazette, parked)
    assert user.run().status == 3
    gazette.publish(PUBLISHED[0])
    gazette.front([PUBLISHED[0].path])
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err


def test_a_front_page_that_is_gone_from_where_it_had_moved_is_looked_for_at_the_root(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    gazette, other = Gazette(), town_edition()
    gazette.site.put("/", Resource(status=301, location="https://town.gazette.example/"))
    user = at(serve, tmp_path, gazette, other.site)
    assert user.run().stats["new"] == "1"
    other.site.remove("/")
    gazette.publish(PUBLISHED[1])
    gazette.front([PUBLISHED[1].path])
    assert user.run().status == 3
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err


def test_a_site_that_was_read_by_https_is_not_read_by_http_while_that_is_down(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    gazette = Gazette()
    gazette.publish(*PUBLISHED)
    gazette.front([PUBLISHED[0].path])
    user = at(serve, tmp_path, gazette)
    assert user.run().stats["new"] == "1"
    gazette.front([each.path for each in PUBLISHED])
    no_https = {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    ended = user.crawl.news(options=("-s", "RETRY_TIMES=0"), **no_https)
    assert (ended.status, ended.stats["new"]) == (3, "0"), ended.err
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "2"), ended.err
    assert {record["url"].partition(":")[0] for record in user.crawl.records} == {"https"}
