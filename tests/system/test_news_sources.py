"""`scrapy crawl news`: forms in which the systems of publishers list their articles and divide them into pages."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from replica.gazette import Gazette, stories, story
from tests.system.news_user import NOW, Reader

pytestmark = pytest.mark.system

PUBLISHED = stories(6, NOW - timedelta(hours=1))
ARTICLE = '<meta property="og:type" content="article">'


def test_times_of_a_feed_that_nobody_names_are_known_before_the_articles(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    gazette.publish(*(replace(each, published=None, head=ARTICLE) for each in PUBLISHED))
    gazette.front([each.path for each in PUBLISHED])
    gazette.feed(PUBLISHED, "/rss.xml")
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "6", "0"), ended.err
    assert user.crawl.report["skipped"] == {}


def test_a_json_feed_is_read_conditionally(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    undated = [
        replace(each, path=f"/town/{number}", published=None, head=ARTICLE) for number, each in enumerate(PUBLISHED)
    ]
    gazette.publish(*undated)
    gazette.front([], '<link rel="alternate" type="application/feed+json" href="/feed.json">')
    items = [
        {"id": str(number), "url": each.path, "date_published": f"{PUBLISHED[number].published:%Y-%m-%dT%H:%M:%SZ}"}
        for number, each in enumerate(undated)
    ]
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": "The Gazette", "items": items}
    gazette.text("/feed.json", json.dumps(feed), "application/feed+json")
    gazette.site.replace("/feed.json", etag='"7"')
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "6"), ended.err
    times = {record["url"]: record["published_at"] for record in user.crawl.records}
    assert times == {gazette.url(item["url"]): item["date_published"] for item in items}
    assert user.run().status == 0
    assert user.asked == {"/": 304, "/feed.json": 304}


def test_an_article_of_two_pages_is_read_whole(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    only, more = PUBLISHED[0], story(7, None).paragraphs
    pager = (
        f'<ul class="pagination"><li><a href="{only.path}">1</a></li><li><a href="{only.path}?page=2">2</a></li></ul>'
    )

    def page(*paragraphs: str) -> str:
        return only.page("".join(f"<p>{each}</p>\n" for each in paragraphs) + pager)

    gazette.html(only.path, page(*only.paragraphs))
    gazette.html(f"{only.path}?page=2", page(*more))
    gazette.front([only.path])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    (record,) = user.crawl.records
    assert record["body"].split("\n\n") == [*only.paragraphs, *more]
    gazette.html(f"{only.path}?page=2", page(*more[:3]))
    ended = user.run("recheck=all")
    assert (ended.status, ended.stats["updated"]) == (0, "1"), ended.err
    assert user.crawl.records[-1]["body"].split("\n\n") == [*only.paragraphs, *more[:3]]


def test_the_pages_of_an_articles_comments_are_not_read_as_its_text(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    only = PUBLISHED[0]
    pager = '<nav class="pager"><a rel="next" href="?page=1">1</a> <a href="?page=2">2</a></nav>'
    gazette.html(only.path, only.page().replace("</main>", f"{pager}</main>"))
    gazette.html(f"{only.path}?page=2", only.page().replace("</main>", f"<p>Well said.</p>{pager}</main>"))
    gazette.front([only.path])
    user = reader(gazette)
    assert user.run().stats["new"] == "1"
    (record,) = user.crawl.records
    assert record["body"].split("\n\n") == list(only.paragraphs)


@pytest.mark.parametrize("at_the_end", [True, False])
def test_the_newest_entries_of_a_long_sitemap_without_times_are_read(
    reader: Callable[[Gazette], Reader], at_the_end: bool
) -> None:
    gazette = Gazette()
    newest = [replace(each, path=f"/town/{each.title.lower().replace(' ', '-')}") for each in PUBLISHED]
    gazette.publish(*newest)
    gazette.front([])
    old = [f"/town/a-story-of-old-{'times-' * (number % 40)}{'b' * (number // 40)}" for number in range(20_000)]
    entries = [(path, None) for path in (*old, *(each.path for each in newest))]
    gazette.sitemap(entries if at_the_end else entries[::-1])
    user = reader(gazette)
    ended = user.run()
    assert ended.stats["new"] == "6", ended.err
    assert user.paths == {each.path for each in newest}
    assert len(user.asked) < 230
    gazette.publish(story(31, NOW, "/town/a-story-of-today-and-no-other"))
    more = [("/town/a-story-of-today-and-no-other", None)]
    gazette.sitemap([*entries, *more] if at_the_end else [*more, *entries[::-1]])
    ended = user.run()
    assert ended.stats["new"] == "1", ended.err
    assert len(user.asked) < 10


def test_a_front_page_that_sends_its_readers_to_another_page_is_followed(reader: Callable[[Gazette], Reader]) -> None:
    gazette = Gazette()
    gazette.publish(*PUBLISHED[:2])
    gazette.html("/", '<html><head><meta http-equiv="refresh" content="0; url=/portal/index.html"></head></html>')
    gazette.front([each.path for each in PUBLISHED[:2]], path="/portal/index.html")
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "2"), ended.err
    assert user.run().status == 0
    assert user.asked == {"/": 304, "/portal/index.html": 304}


def test_pages_of_a_publisher_that_are_called_articles_by_a_plugin_are_no_failures(
    reader: Callable[[Gazette], Reader],
) -> None:
    gazette = Gazette()
    gazette.publish(PUBLISHED[0], replace(story(40, None), path="/the-house-and-its-people", head=ARTICLE))
    gazette.front([PUBLISHED[0].path, "/the-house-and-its-people"])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "1", "0"), ended.err
    assert user.crawl.report["skipped"] == {"no article: no time of publication": 1}
