"""The time in a feed counts for an article whose page states none; the time of a change never does."""

from collections.abc import Callable

import pytest

from replica import Replica, Resource, Site
from replica.listing_page import FEED_PATH
from tests.system.crawling import Crawl
from tests.system.newsstand import HTML, Newsstand, Story, article
from tests.system.promises import breaches
from tests.system.sabotage import at_another_time
from tests.system.trouble import attempts

pytestmark = pytest.mark.system

TIMELESS, DATED, OTHER, CHANGED = (
    Story(1, day="2025-03-10"),
    Story(2),
    Story(3, day="2025-03-10"),
    Story(4, day="2025-03-10"),
)
FEED = f"""<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel>
<item><atom:link rel="replies" href="/comments"/><link>{TIMELESS.url}</link><pubDate>Mon, 10 Mar 2025 09:15 +0800</pubDate></item>
<item><link>{DATED.url}</link><pubDate>2025-03-10 09:45:00</pubDate></item>
<item><guid>{OTHER.url}</guid><pubDate>Mon, 10 Mar 2025</pubDate></item>
<item><link>{CHANGED.url}</link><atom:updated>2025-03-10T09:15:00+08:00</atom:updated></item></channel></rss>"""


def timeless(story: Story, paragraph: str = "It was late.") -> bytes:
    return article(f"Story number {story.number}", "", paragraph, comment="<!--without a time-->")


@pytest.fixture
def stand() -> Newsstand:
    """A feed of four stories, of which one page states its time."""
    stand = Newsstand()
    stand.publish(DATED)
    for story in (TIMELESS, OTHER, CHANGED):
        stand.site.put(story.path(), Resource(timeless(story, f"Story {story.number} was late."), HTML))
    stand.site.put(FEED_PATH, Resource(FEED.encode(), "text/xml"))
    return stand


def times(crawl: Crawl) -> dict[str, tuple[str, str]]:
    return {each["id"]: (each["published_at"], each["published_precision"]) for each in crawl.records}


def test_the_time_of_the_feed_counts_where_the_page_states_none(
    stand: Newsstand, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    crawl = crawl_of(serve(stand.site))
    crawl.run()
    assert times(crawl) == {
        TIMELESS.id: ("2025-03-10T01:15:00Z", "minute"),
        DATED.id: ("2025-03-10T01:30:00Z", "second"),
        OTHER.id: ("2025-03-10T00:00:00Z", "day"),
    }
    assert [breach for file in crawl.files for breach in breaches(file)] == []
    assert crawl.report["counts"]["rejected"] == 1
    assert crawl.report["fields"]["published_at"]["by_rung"] == {"layout": 1, "feed": 2}


def test_it_counts_in_a_later_run_too_and_in_later_revisions(
    stand: Newsstand, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    stand.site.put(TIMELESS.path(), Resource(status=500))
    crawl = crawl_of(serve(stand.site))
    crawl.run("-s", "RETRY_ENABLED=0")
    assert TIMELESS.id not in times(crawl)

    stand.site.put(TIMELESS.path(), Resource(timeless(TIMELESS), HTML))
    stand.site.put(OTHER.path(), Resource(timeless(OTHER, "It was on time."), HTML))
    later = at_another_time(crawl, 3700)
    assert later.run().stats["new"] == "1"
    assert times(crawl)[TIMELESS.id] == ("2025-03-10T01:15:00Z", "minute")
    assert later.run("-a", f"urls={OTHER.url}").stats["updated"] == "1"
    assert crawl.records[-1]["revision"] == 2
    assert times(crawl)[OTHER.id] == ("2025-03-10T00:00:00Z", "day")


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        ("2025-03-10T09:20", "2025-03-10", {DATED, OTHER}),
        ("2025-03-10T23:00", "2025-03-10T23:30", {OTHER}),
        ("2025-03-09", "2025-03-09", set()),
        ("2025-03-11", "2025-03-11", set()),
        ("2025-03-09", "2025-03-10T09:15", {TIMELESS, OTHER}),
    ],
)
def test_an_article_with_only_a_day_is_one_of_each_hour_of_it(
    stand: Newsstand,
    serve: Callable[[Site], Replica],
    crawl_of: Callable[[Replica], Crawl],
    since: str,
    until: str,
    expected: set[Story],
) -> None:
    crawl = crawl_of(serve(stand.site))
    crawl.run("-a", f"since={since}", "-a", f"until={until}")
    assert set(times(crawl)) == {story.id for story in expected}


@pytest.mark.parametrize("default", ["0001-01-01", "9999-12-31"])
def test_a_day_that_programs_write_for_none_loses_neither_the_feed_nor_the_article(
    stand: Newsstand, serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl], default: str
) -> None:
    feed = FEED.replace("2025-03-10 09:45:00", default).replace("2025-03-10T09:15:00+08:00", default)
    stand.site.put(FEED_PATH, Resource(feed.replace("atom:updated", "pubDate").encode(), "text/xml"))
    stand.site.put(
        OTHER.path(),
        Resource(timeless(OTHER, "Late.").replace(b"<span></span>", f"<span>{default}</span>".encode()), HTML),
    )
    crawl = crawl_of(serve(stand.site))
    crawl.run("-a", "since=2025-03-09", "-a", "until=2025-03-11")
    assert times(crawl) == {
        TIMELESS.id: ("2025-03-10T01:15:00Z", "minute"),
        DATED.id: ("2025-03-10T01:30:00Z", "second"),
        OTHER.id: ("2025-03-10T00:00:00Z", "day"),
    }
    assert crawl.report["counts"]["rejected"] == 1
    assert attempts(crawl) == [1]
