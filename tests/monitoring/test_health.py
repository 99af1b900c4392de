"""Which runs are healthy, and the reasons for the others."""

from datetime import date

import pytest

from ecnscrawl.monitoring.health import Alarm, HealthVerdict, Status, judge_health, rendering_alarm
from ecnscrawl.monitoring.listing_health import notes
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.normalize.text import counted
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.visits import ListingRead, Outcome

THRESHOLDS = Thresholds(failed_share=0.2, rejected_share=0.1, sample=10)


def stats(**counts: int) -> RunStats:
    """Of a run with one listing and these outcomes."""
    made = RunStats()
    made.listing("world").pages = 1
    made.counts.update(counts)
    return made


def verdict(of: RunStats, end: str | None = "finished", failure: str | None = None) -> HealthVerdict:
    return judge_health(of, end, failure, THRESHOLDS)


def test_a_run_that_stored_something_is_healthy() -> None:
    found = verdict(stats(new=12, updated=1, unchanged=140))
    assert (found.status, found.exit_status, found.reasons) == (Status.HEALTHY, 0, [])


def test_a_run_with_nothing_new_is_healthy() -> None:
    assert verdict(stats(unchanged=5)).exit_status == 0
    assert verdict(stats()).exit_status == 0


@pytest.mark.parametrize(
    "end",
    [
        "finished",
        "closespider_itemcount",
        "closespider_pagecount",
        "closespider_timeout",
        "closespider_timeout_no_item",
    ],
)
def test_a_finished_run_or_one_at_a_limit_of_the_user_is_healthy(end: str) -> None:
    assert verdict(stats(new=1), end).exit_status == 0


@pytest.mark.parametrize(
    ("end", "words"),
    [
        ("shutdown", "signal"),
        ("closespider_errorcount", "CLOSESPIDER_ERRORCOUNT"),
        ("RUN_MAX_REQUESTS", "RUN_MAX_REQUESTS; the next run goes on"),
        ("RUN_MAX_REDIRECTS", "RUN_MAX_REDIRECTS; the next run goes on"),
        ("RUN_MAX_BYTES", "RUN_MAX_BYTES; the next run goes on"),
        ("memusage_exceeded", "MEMUSAGE_LIMIT_MB"),
        ("cancelled", "stopped"),
        ("something_new", "something_new"),
        (None, "ended too early"),
    ],
)
def test_any_other_end_is_not_healthy_and_says_so(end: str | None, words: str) -> None:
    found = verdict(stats(new=1), end)
    assert (found.status, found.exit_status) == (Status.UNHEALTHY, 3)
    assert words in found.reasons[0]


def test_a_failure_to_store_is_the_reason_and_not_the_stop_that_it_caused() -> None:
    assert verdict(stats(new=1), "data/ecns: No space left on device", "disk full").reasons == ["disk full"]


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


def test_a_run_of_named_articles_needs_no_listing() -> None:
    of = RunStats(asked_for_urls=True)
    of.counts.update(new=1)
    assert verdict(of).exit_status == 0


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


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ({"new": 80, "failed": 20}, 0),
        ({"new": 79, "failed": 21}, 3),
        ({"unchanged": 5, "failed": 4}, 0),
        ({"failed": 9}, 0),
        ({"failed": 10}, 3),
        ({"new": 90, "rejected": 10}, 0),
        ({"new": 89, "rejected": 11}, 3),
        ({"rejected": 9}, 0),
        ({"gone": 50}, 0),
        ({"new": 10, "duplicate": 50}, 0),
    ],
    ids=str,
)
def test_too_many_errors_are_a_reason_where_there_are_enough_articles(counts: dict[str, int], expected: int) -> None:
    assert verdict(stats(**counts)).exit_status == expected


def test_the_reason_says_how_many_and_mostly_why() -> None:
    of = stats(new=10, failed=10)
    of.reasons.update({"HTTP 503": 7, "timed out": 3})
    assert verdict(of).reasons == ["10 of 20 articles failed, mostly 'HTTP 503'"]


def test_it_is_a_reason_if_none_of_the_named_articles_could_be_fetched() -> None:
    of = RunStats(asked_for_urls=True)
    of.counts.update(failed=1, rejected=1)
    assert verdict(of).reasons == ["none of the 2 articles requested could be fetched"]
    of.counts[Outcome.NEW] = 1
    assert verdict(of).exit_status == 0


@pytest.mark.parametrize("count", [1, 10])
def test_articles_that_the_user_named_and_that_are_all_rejected_are_one_reason(count: int) -> None:
    of = RunStats(asked_for_urls=True)
    of.counts.update(rejected=count)
    assert verdict(of).reasons == [f"none of the {counted(count, 'article')} requested could be fetched"]


@pytest.mark.parametrize("counts", [{"rejected": 1}, {"rejected": 9}, {"rejected": 2, "failed": 3}], ids=str)
def test_it_is_a_reason_if_new_articles_were_found_and_none_could_be_stored(counts: dict[str, int]) -> None:
    of = stats(**counts)
    of.rejected_at_first = 1
    of.reasons["no title"] = 1
    articles = counted(sum(counts.values()), "article")
    assert verdict(of).reasons == [f"none of the {articles} visited could be stored, mostly 'no title'"]


@pytest.mark.parametrize("counts", [{"new": 1, "rejected": 9}, {"unchanged": 1, "rejected": 9}], ids=str)
def test_few_rejected_articles_are_no_reason_if_another_one_is_stored(counts: dict[str, int]) -> None:
    of = stats(**counts)
    of.counts.update(new=90)
    of.rejected_at_first = 9
    assert verdict(of).exit_status == 0


def test_articles_that_are_rejected_again_are_no_reason() -> None:
    assert verdict(stats(rejected=2, failed=1)).exit_status == 0


def test_a_count_of_one_is_in_the_singular() -> None:
    one = Thresholds(sample=1)
    of = stats(failed=1)
    of.errors["KeyError"] = 1
    of.overspent = {"world": 1}
    assert judge_health(of, "finished", None, one).reasons == [
        "1 unexpected error, mostly KeyError; the log has them",
        "listing world wanted more than its 1 request (LISTING_MAX_REQUESTS); the next run goes on",
        "1 of 1 article failed",
    ]
    assert judge_health(stats(rejected=1), "finished", None, one).reasons == ["1 of 1 article rejected"]


def test_an_unexpected_error_is_a_reason() -> None:
    of = stats(new=100)
    of.errors["KeyError"] = 1
    assert "KeyError" in verdict(of).reasons[0]


def test_an_alarm_is_a_reason_too() -> None:
    alarm = Alarm("layout-lost", "title: 0 of 31 from the layout", "title")
    found = judge_health(stats(new=31), "finished", None, THRESHOLDS, [alarm])
    assert (found.exit_status, found.reasons, found.alarms) == (3, [alarm.message], [alarm])


def test_a_host_that_was_left_is_named_with_why() -> None:
    made = stats(new=1)
    made.hosts_left["www.ecns.cn"] = "10 failures in a row, mostly HTTP 503"
    assert verdict(made).reasons == ["www.ecns.cn was left for this run: 10 failures in a row, mostly HTTP 503"]


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


@pytest.mark.parametrize(
    ("rendered", "came", "is_alarm"), [(2, 12, True), (1, 10, False), (9, 9, False), (0, 50, False)]
)
def test_more_than_a_tenth_of_the_articles_rendered_is_an_alarm(rendered: int, came: int, *, is_alarm: bool) -> None:
    of = stats(new=came)
    of.rendering.mode, of.rendering.articles_read = "auto", came
    of.rendering.asked.update(article=rendered, listing=20, part=20)
    assert (rendering_alarm(of, THRESHOLDS) is not None) == is_alarm


def test_articles_rendered_on_request_raise_no_alarm() -> None:
    of = stats(new=50)
    of.rendering.mode, of.rendering.articles_read = "always", 50
    of.rendering.asked["article"] = 50
    assert rendering_alarm(of, THRESHOLDS) is None


def test_a_page_that_needs_a_missing_browser_is_a_reason() -> None:
    of = stats(new=12)
    of.rendering.missing = "rendering needs Chromium"
    assert verdict(of).reasons == []
    of.rendering.missed = 2
    assert verdict(of).reasons == [
        "2 pages are filled in by scripts, and there is no browser: rendering needs Chromium"
    ]
