"""Listings that make a run unhealthy: unread, gone, endless, or not reaching back to `since`."""

from datetime import date

import pytest

from ecnscrawl.monitoring.listing_health import notes
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.visits import ListingRead
from tests.monitoring.verdicts import stats, verdict


def test_a_run_that_could_read_no_listing_is_not_healthy() -> None:
    of = stats()
    of.listing("world").failure = "HTTP 503"
    of.listing("business").failure = "timed out"
    assert verdict(of).reasons == ["no listing could be read, 2 tried; world: HTTP 503"]


def test_one_failed_listing_among_others_is_healthy() -> None:
    of = stats(new=3)
    of.listing("business").failure = "HTTP 503"
    assert verdict(of).exit_status == 0


@pytest.mark.parametrize(("failed", "expected"), [(4, 0), (5, 1)])
def test_more_than_a_fifth_of_the_listings_unread_is_a_reason(failed: int, expected: int) -> None:
    of = RunStats()
    for number in range(20):
        of.listing(f"section {number}").failure = "HTTP 500" if number < failed else None
    assert verdict(of).reasons == ["5 of 20 listings could not be read; section 0: HTTP 500"][:expected]


def test_a_listing_that_was_there_and_is_gone_is_a_reason() -> None:
    of = stats(new=3)
    listing = of.listing("taiwan")
    listing.failure, listing.is_missing, listing.was_there = "HTTP 404", True, True
    assert verdict(of).reasons == ["listing taiwan is gone (HTTP 404), it was there before"]


def test_a_listing_that_never_was_there_is_not_missed() -> None:
    of = stats(new=3)
    listing = of.listing("taiwan")
    listing.failure, listing.is_missing = "HTTP 404", True
    assert verdict(of).exit_status == 0


def ending(**ends: date) -> RunStats:
    """Of a run with these listings, each with the day of its oldest entry."""
    of = stats(new=3)
    for name, day in ends.items():
        of.listing(name).ends_at = day
    return of


def test_if_no_listing_reaches_since_that_is_a_reason() -> None:
    of = ending(world=date(2026, 11, 5))
    assert verdict(of).reasons == ["no listing or feed reaches back to since: listing world ends at 2026-11-05"]
    assert notes(of) == []


def test_of_many_listings_that_end_before_since_the_longest_is_named() -> None:
    of = ending(world=date(2026, 11, 5), business=date(2026, 11, 2), culture=date(2026, 11, 7))
    assert verdict(of).reasons == [
        "no listing or feed reaches back to since: 3 listings end after since; business goes back furthest, to 2026-11-02"
    ]


def test_a_short_listing_is_only_named_where_another_one_or_the_feed_reaches_back() -> None:
    of = ending(taiwan=date(2026, 11, 5))
    of.listing("https://www.ecns.cn/rss/rss.xml").reaches_since = True
    assert verdict(of).exit_status == 0
    assert notes(of) == ["listing taiwan ends at 2026-11-05; others reach back to since"]
    of.listing("hongkong").ends_at = date(2026, 11, 7)
    assert notes(of) == [
        "2 listings end after since; taiwan goes back furthest, to 2026-11-05; others reach back to since"
    ]


@pytest.mark.parametrize(("links", "shared", "is_noted"), [(20, 3, True), (20, 2, False), (9, 9, False), (0, 0, False)])
def test_ids_that_many_addresses_share_are_named_as_a_rule_that_is_too_short(
    links: int, shared: int, *, is_noted: bool
) -> None:
    of, refs = (
        RunStats(),
        [ArticleRef(f"ecns:{number}", f"https://a.example/{number}", "article", None) for number in range(links)],
    )
    same = {ref.id: (ref.url, f"{ref.url}0") for ref in refs[:shared]}
    of.add_listing(ListingRead("world", 1, refs, same_ids=same))
    found = (
        f"{shared} of {links} ids on listing pages stand for several addresses, such as ecns:0 for https://a.example/0"
        " and https://a.example/00; if these are different articles, the site's article_ref makes the id of too little"
        " of an address"
    )
    assert notes(of) == is_noted * [found]


def test_a_listing_that_max_pages_ended_might_have_reached_since() -> None:
    of = ending(taiwan=date(2026, 11, 5))
    of.listing("world").is_limited = True
    assert verdict(of).exit_status == 0


def test_a_listing_left_because_of_dead_links_is_a_reason() -> None:
    of = stats(new=3)
    of.listings_left = {"world"}
    assert verdict(of).reasons == [
        "listing world was left for this run: 200 links in a row led nowhere (LISTING_MAX_DEAD_LINKS)"
    ]
    of.listings_left = {"world", "business", "culture"}
    assert "listing business and 2 more listings were left for this run: 200 links" in verdict(of).reasons[0]


def test_many_listings_that_are_gone_are_one_reason() -> None:
    of = stats(new=3)
    for name in ("taiwan", "hongkong", "voices"):
        listing = of.listing(name)
        listing.failure, listing.is_missing, listing.was_there = "HTTP 404", True, True
    assert verdict(of).reasons == ["3 listings are gone that were there before: taiwan (HTTP 404) and 2 more"]


def test_a_single_section_may_be_without_articles_and_all_of_them_may_not() -> None:
    of = RunStats()
    listing = of.listing("taiwan")
    listing.failure, listing.is_missing, listing.is_empty = "whatever the words", True, True
    assert verdict(of).exit_status == 0
    of.listing("voices").failure = "whatever the words"
    assert verdict(of).exit_status == 3


def test_listings_that_used_up_their_budgets_are_counted_and_the_first_is_named() -> None:
    made = stats(new=1)
    made.overspent |= {"world": 1000}
    assert verdict(made).reasons == [
        "listing world wanted more than its 1000 requests (LISTING_MAX_REQUESTS); the next run goes on"
    ]
    made.overspent |= {"business": 500, "culture": 50}
    assert verdict(made).reasons == [
        "listing world wanted more than its 1000 requests, 2 more listings theirs (LISTING_MAX_REQUESTS); the next run goes on"
    ]
