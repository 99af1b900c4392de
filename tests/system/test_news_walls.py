"""`scrapy crawl news` at sites that keep their articles behind a wall, or reserve them: nothing else is stored in their place."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from replica import Resource
from replica.gazette import Gazette, stories
from replica.site import Site
from tests.system.news_user import COOKIES, FEED, NOW, Reader

pytestmark = pytest.mark.system


@pytest.mark.parametrize("front", ["open", "walled"])
def test_a_site_behind_a_cookie_wall_is_unhealthy_and_nothing_of_it_is_stored(
    reader: Callable[..., Reader], front: str
) -> None:
    gazette = Gazette()
    published = stories(6, NOW - timedelta(hours=1))
    for each in published:
        gazette.html(each.path, each.page(COOKIES))
    gazette.feed(published, "/rss/all")
    if front == "open":
        gazette.front([each.path for each in published], FEED)
    else:
        gazette.html("/", replace(published[0], path="/", title="Before you read on").page(COOKIES))
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["file"]) == (3, "0", "-"), ended.err
    wanted = "show the same text, as a cookie or login wall does" if front == "open" else "it links to no article"
    assert wanted in ended.stats["reason"]
    assert user.crawl.records == []
    assert user.run().status == 3


def test_articles_come_when_the_wall_is_gone(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(6, NOW - timedelta(hours=1))
    for each in published[:4]:
        gazette.html(each.path, each.page(COOKIES))
    gazette.publish(*published[4:])
    gazette.front([each.path for each in published])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (3, "2", "4")
    gazette.publish(*published)
    ended = user.run(options=("-s", "PENDING_BACKOFF=0"))
    assert (ended.status, ended.stats["new"]) == (0, "4"), ended.err


def test_what_a_publisher_reserves_is_not_stored_and_named(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(6, NOW - timedelta(hours=1))
    gazette.publish(published[0])
    gazette.publish(published[1], headers=(("X-Robots-Tag", "noarchive"),))
    gazette.publish(published[2], headers=(("tdm-reservation", "1"),))
    gazette.publish(replace(published[3], head='<meta name="robots" content="noindex">'))
    gazette.publish(published[4])
    gazette.publish(replace(published[5], head='<meta name="robots" content="nosnippet">'))
    rules = [{"location": published[4].path, "tdm-reservation": 1}]
    gazette.text("/.well-known/tdmrep.json", json.dumps(rules), "application/json")
    gazette.front([each.path for each in published])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "2"), ended.err
    assert user.paths == {published[0].path, published[5].path}
    assert user.crawl.report["reserved"] == {"noarchive": 1, "noindex": 1, "nosnippet": 1, "tdm-reservation": 2}
    assert set(user.crawl.report["skipped"]) == {
        f"reserved by the publisher: {directive}" for directive in ("noarchive", "noindex", "tdm-reservation")
    }
    assert user.run().stats["new"] == "0"
    assert user.asked == {"/": 304}


def test_a_front_page_whose_links_are_not_to_be_followed_is_not_followed(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(3, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published[:2]], '<meta name="robots" content="nofollow">')
    gazette.feed(published[2:], "/feed.xml")
    user = reader(gazette)
    assert user.run().stats["new"] == "1"
    assert user.crawl.report["reserved"] == {"nofollow": 1}
    assert user.run(options=("-s", "RESERVATIONS_OBEY=0"), site="gazette.example").status == 0


def test_a_stored_article_is_not_replaced_by_a_wall(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(5, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published])
    user = reader(gazette)
    assert user.run().stats["new"] == "5"
    for each in published:
        gazette.html(each.path, each.page(COOKIES))
    ended = user.run("recheck=all")
    assert (ended.status, ended.stats["updated"], ended.stats["failed"]) == (3, "0", "5"), ended.err
    assert len(user.crawl.records) == 5
    gazette.publish(*published)
    ended = user.run("recheck=all")
    assert (ended.status, ended.stats["unchanged"]) == (0, "5"), ended.err


def test_a_front_page_behind_a_page_of_consent_is_asked_for_again(reader: Callable[..., Reader]) -> None:
    gazette, consent = Gazette(), Site("consent.gazette.example")
    consent.put("/choice", Resource(f"<!DOCTYPE html><html><body>{COOKIES}</body></html>".encode()))
    gazette.site.put("/", Resource(status=302, location="https://consent.gazette.example/choice"))
    user = reader(gazette, consent)
    assert user.run().status == 3
    (only,) = stories(1, NOW - timedelta(hours=1))
    gazette.publish(only)
    gazette.front([only.path])
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
