"""The arguments of `scrapy crawl ecns` that choose listings: what is requested and what is stored."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from replica import Replica
from replica.sections import LISTINGS
from tests.system.crawling import Crawl
from tests.system.newsstand import Newsstand, Story
from tests.system.user import User, ids

pytestmark = pytest.mark.system

CHINA = ZoneInfo("Asia/Shanghai")
BEFORE = Story(1, "2025-03-09 23:59:59")
FIRST_SECOND = Story(2, "2025-03-10 00:00:00")
MORNING = Story(3, "2025-03-10 08:00:00")
JUST_AFTER = Story(4, "2025-03-10 08:00:59")
LAST_SECOND = Story(5, "2025-03-10 23:59:59")
AFTER = Story(6, "2025-03-11 00:00:00")
BEGUN_EARLIER = Story(7, "2025-03-10 00:30:00", day="2025-03-09")
BEGUN_THAT_DAY = Story(8, "2025-03-11 00:30:00", day="2025-03-10")
LONG_BEFORE = Story(9, "2025-03-01 12:00:00")
WIRE = Story(20, "2025-03-10 12:00:00", "cns-wire")
IN_FEED, ON_FRONT_PAGE = Story(30, "2025-03-10 13:00:00"), Story(31, "2025-03-10 14:00:00")
ON_THE_DAY = {FIRST_SECOND, MORNING, JUST_AFTER, LAST_SECOND, BEGUN_EARLIER}
DATED = {BEFORE, AFTER, BEGUN_THAT_DAY, LONG_BEFORE} | ON_THE_DAY
EVERYTHING = DATED | {WIRE, IN_FEED, ON_FRONT_PAGE}


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    stand = Newsstand()
    stand.publish(*EVERYTHING)
    newest_first = sorted(DATED, key=lambda story: story.published, reverse=True)
    pages = [[story.url for story in newest_first[at : at + 3]] for at in (0, 3, 6)]
    stand.list("/world/", *pages)
    stand.list("/cns-wire/", [WIRE.url, LONG_BEFORE.url])
    stand.feed(IN_FEED)
    stand.front(ON_FRONT_PAGE.url)
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def user(replica: Replica, tmp_path: Path) -> User:
    return User(Crawl(tmp_path / "data", replica.environment()), replica)


def test_sections_requests_these_listings_only(user: User) -> None:
    assert user.run("sections=CNS-Wire,/photo/").status == 0
    assert set(user.asked) == {"/cns-wire/", "/cns-wire/index_2.shtml", "/photo/", WIRE.path(), LONG_BEFORE.path()}
    assert user.stored == ids(WIRE, LONG_BEFORE)


def test_a_crawl_that_scrapyd_starts_is_the_same_crawl(user: User) -> None:
    ended = user.run("sections=cns-wire", "_job=6487ec79947edab326d6db28a2d86511e8247444")
    assert ended.status == 0, ended.err
    assert user.stored == ids(WIRE, LONG_BEFORE)


def test_without_arguments_feed_front_page_and_all_listings_are_asked(user: User) -> None:
    assert user.run().status == 0
    assert {"/rss/rss.xml", "/", *(path for path, _ in LISTINGS)} <= set(user.asked)
    assert user.stored == ids(*EVERYTHING)


def test_a_question_mark_lists_the_sections_and_asks_nothing(user: User) -> None:
    ended = user.run("sections=?", "max_pages=2")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines() == [path.strip("/") for path, _ in LISTINGS]
    assert user.replica.requests == []
    assert not user.crawl.data.exists()


def test_since_and_until_are_days_of_the_site_both_included(user: User) -> None:
    ended = user.run("sections=world", "since=2025-03-10", "until=2025-03-10")
    assert ended.status == 0, ended.err
    assert user.stored == ids(*ON_THE_DAY)
    assert ended.stats["new"] == str(len(ON_THE_DAY))


def test_a_window_holds_for_the_feed_and_the_front_page_too(user: User) -> None:
    assert user.run("since=2025-03-11", "until=2025-03-12").status == 0
    assert user.stored == ids(AFTER, BEGUN_THAT_DAY)


def test_until_alone_leaves_out_what_came_later(user: User) -> None:
    assert user.run("sections=world", "until=2025-03-09").status == 0
    assert user.stored == ids(BEFORE, LONG_BEFORE)


def test_a_date_time_without_zone_is_the_site_s_time(user: User) -> None:
    assert user.run("sections=world", "since=2025-03-10T08:00:00", "until=2025-03-10T08:00:58").status == 0
    assert user.stored == ids(MORNING)


def test_a_date_time_to_the_minute_means_the_whole_minute(user: User) -> None:
    assert user.run("sections=world", "since=2025-03-10T08:00", "until=2025-03-10T08:00").status == 0
    assert user.stored == ids(MORNING, JUST_AFTER)


def test_since_may_be_a_distance_from_now(tmp_path: Path) -> None:
    recent, older, old = (
        Story(number, f"{datetime.now(UTC).astimezone(CHINA) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}")
        for number, hours in enumerate((1, 5, 80))
    )
    stand = Newsstand()
    stand.publish(recent, older, old)
    stand.list("/world/", [recent.url, older.url, old.url])
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        assert user.run("sections=world", "since=3h").status == 0
        assert user.stored == ids(recent)
        assert user.run("sections=world", "since=2d").status == 0
        assert user.stored == ids(recent, older)


def test_a_date_time_may_name_its_zone(user: User) -> None:
    assert user.run("sections=world", "since=2025-03-10T00:00:59Z", "until=2025-03-10T15:59:59+00:00").status == 0
    assert user.stored == ids(JUST_AFTER, LAST_SECOND)


def test_what_lies_outside_a_window_is_stored_by_a_run_without_one(user: User) -> None:
    user.run("sections=world", "since=2025-03-10", "until=2025-03-10")
    assert user.run("sections=world").status == 0
    assert user.stored == ids(*DATED)
    assert len(user.crawl.records) == len(DATED)


def test_listings_that_end_before_since_make_the_run_unhealthy_and_it_says_so(user: User) -> None:
    ended = user.run("sections=world", "since=2025-02-20")
    assert ended.status == 3
    assert "since" in (ended.stats["reason"] or "")
    assert "world" in (ended.stats["reason"] or "")
    assert "2025-03-01" in (ended.stats["reason"] or "")
    assert user.stored == ids(*DATED)
    assert user.crawl.report["reasons"]


def test_one_listing_that_is_short_by_nature_is_only_named(user: User) -> None:
    stand = Newsstand()
    stand.publish(MORNING, LONG_BEFORE, WIRE)
    stand.list("/world/", [MORNING.url, LONG_BEFORE.url])
    stand.list("/cns-wire/", [WIRE.url])
    with Replica(stand.site) as replica:
        user = User(Crawl(user.crawl.data, replica.environment()), replica)
        ended = user.run("sections=world,cns-wire", "since=2025-03-05")
        assert ended.status == 0, ended.err
        warning = "listing cns-wire ends at 2025-03-10; others reach back to since"
        assert ended.err.splitlines()[-2] == f"ecnscrawl: warning: ecns: {warning}"
        assert user.crawl.report["warnings"] == [warning]
        assert user.crawl.report["listings"]["cns-wire"]["ends_at"] == "2025-03-10"
        assert user.run("sections=cns-wire", "since=2025-03-05").status == 3


def test_a_feed_that_reaches_back_is_enough(tmp_path: Path) -> None:
    stand = Newsstand()
    stand.publish(MORNING, LONG_BEFORE)
    stand.list("/world/", [MORNING.url])
    stand.feed(MORNING, LONG_BEFORE)
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        assert user.run("since=2025-03-05").status == 0
        ended = user.run("since=2025-02-20")
        assert ended.status == 3
        assert "no listing or feed reaches back to since: listing world ends at 2025-03-10" in ended.last_line


def test_an_old_story_that_every_page_shows_reaches_back_to_nothing(tmp_path: Path) -> None:
    stand = Newsstand()
    stand.publish(MORNING, AFTER, LONG_BEFORE)
    stand.list("/world/", [LONG_BEFORE.url, AFTER.url], [LONG_BEFORE.url, MORNING.url])
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        ended = user.run("sections=world", "since=2025-03-05")
        assert ended.status == 3
        assert "listing world ends at 2025-03-10" in ended.last_line


def test_the_report_tells_of_each_listing_where_it_ended(user: User) -> None:
    user.run("sections=world,cns-wire", "since=2025-02-20")
    ends = {name: listing["ends_at"] for name, listing in user.crawl.report["listings"].items()}
    assert ends == {"world": "2025-03-01", "cns-wire": "2025-03-01"}
    user.run("sections=world,cns-wire", "since=2025-03-05")
    assert {listing["ends_at"] for listing in user.crawl.report["listings"].values()} == {None}


def test_max_pages_limits_the_pages_of_a_listing_and_is_healthy(user: User) -> None:
    ended = user.run("sections=world", "max_pages=2")
    assert ended.status == 0, ended.err
    assert [path for path in user.asked if "/detail-" not in path] == ["/world/", "/world/index_2.shtml"]
    assert len(user.stored) == 6


@pytest.mark.parametrize("then", [(), ("full=1",)], ids=["plain", "full"])
def test_what_lay_beyond_max_pages_is_found_by_the_next_run(user: User, then: tuple[str, ...]) -> None:
    user.run("sections=world", "max_pages=1")
    user.run("sections=world", "max_pages=1")
    assert len(user.stored) == 3
    user.run("sections=world", *then)
    assert user.stored == ids(*DATED)


def test_a_limit_of_scrapy_s_own_is_healthy_and_the_next_run_stores_the_rest(user: User) -> None:
    ended = user.crawl.run("-a", "sections=world", "-s", "CLOSESPIDER_ITEMCOUNT=2")
    assert (ended.status, ended.stats["status"]) == (0, "healthy"), ended.err
    assert 2 <= len(user.crawl.records) < len(DATED)
    assert user.run("sections=world").status == 0
    assert sorted(record["id"] for record in user.crawl.records) == sorted(ids(*DATED))


def test_full_reads_every_listing_to_its_end_where_a_plain_run_stops(tmp_path: Path) -> None:
    stand = Newsstand()
    pages = [[FIRST_SECOND.url], [MORNING.url], [LONG_BEFORE.url]]
    stand.publish(FIRST_SECOND, MORNING, LONG_BEFORE, BEFORE)
    stand.list("/world/", *pages)
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        user.run("sections=world")
        stand.list("/world/", *pages[:2], [LONG_BEFORE.url, BEFORE.url])
        user.run("sections=world")
        assert user.asked == ["/world/"]
        assert user.run("sections=world", "full=1").status == 0
        listed = [path for path in user.asked if "/detail-" not in path]
        assert listed == ["/world/", *(f"/world/index_{page}.shtml" for page in (2, 3, 4))]
        assert BEFORE.id in user.stored
        assert len(user.crawl.records) == 4


def test_recheck_none_requests_no_known_article_and_all_for_the_young_ones(tmp_path: Path) -> None:
    hour_old, day_old, old = (
        Story(number, f"{datetime.now(UTC).astimezone(CHINA) - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}")
        for number, hours in enumerate((2, 30, 60))
    )
    stand = Newsstand()
    stand.publish(hour_old, day_old, old)
    stand.list("/world/", [hour_old.url, day_old.url, old.url])
    with Replica(stand.site) as replica:
        user = User(Crawl(tmp_path / "data", replica.environment()), replica)
        user.run("sections=world", "recheck=none")
        assert user.stored == ids(hour_old, day_old, old)
        user.run("sections=world", "recheck=none")
        assert user.asked == ["/world/"]
        ended = user.run("sections=world", "recheck=all")
        assert set(user.asked) == {"/world/", hour_old.path(), day_old.path()}
        assert ended.stats["unchanged"] == "2"


def test_a_day_that_has_not_come_yet_causes_a_warning_and_no_article_is_requested(user: User) -> None:
    ended = user.run("since=2199-01-01")
    assert ended.status == 0, ended.err
    assert ended.err.startswith("ecnscrawl: warning: ecns: since=2199-01-01 is in the future")
    assert ended.stats["new"] == "0"
