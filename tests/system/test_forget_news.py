"""`scrapy state forget` for a site without a spider of its own, whose articles have several addresses."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Replica
from replica.gazette import Gazette, stories
from tests.system.news_user import NOW, NewsCrawl, Reader

pytestmark = pytest.mark.system

PRINTED = "/print/481516"


def gazette_reader(serve: Callable[..., Replica], data: Path) -> Reader:
    """A site without a spider, whose first story has two addresses, and a user who crawls it into this folder."""
    gazette = Gazette()
    one, other = stories(2, NOW - timedelta(hours=1))
    one = replace(one, head=f'<link rel="canonical" href="{gazette.url(one.path)}">')
    gazette.publish(one, replace(one, path=PRINTED), other)
    gazette.front([one.path, PRINTED, other.path])
    replica = serve(gazette.site)
    return Reader(gazette, replica, NewsCrawl(data, replica.environment(), host=gazette.host))


def test_an_article_of_a_site_without_a_spider_stays_forgotten_under_each_of_its_addresses(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    reader = gazette_reader(serve, tmp_path / "data")
    assert reader.run().stats["new"] == "2"
    one, other = stories(2, NOW - timedelta(hours=1))
    ended = reader.crawl.scrapy("state", "forget", reader.gazette.url(one.path))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.count(" is forgotten\n") == 2
    assert reader.paths == {other.path}
    state = (reader.crawl.folder / "state.sqlite").read_bytes()
    assert [text for text in (one.path, PRINTED, one.title) if text.encode() in state] == []
    later = replace(
        one,
        path="/town/the-same-old-ferry-again",
        title="It has another headline here",
        head=f'<link rel="canonical" href="{reader.gazette.url(one.path)}">',
    )
    reader.gazette.publish(later)
    reader.gazette.front([one.path, PRINTED, later.path, other.path])
    ended = reader.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "0", "0"), ended.err
    assert reader.asked == {"/": 200, later.path: 200}
    assert reader.paths == {other.path}
    assert later.title.encode() not in (reader.crawl.folder / "state.sqlite").read_bytes()
    reader.run("full=1")
    assert {one.path, PRINTED, later.path}.isdisjoint(reader.asked)
