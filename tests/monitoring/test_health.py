"""Which runs are healthy, and the reasons for the others."""

import pytest

from ecnscrawl.monitoring.health import Alarm, Status, judge_health, rendering_alarm
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.monitoring.thresholds import Thresholds
from ecnscrawl.normalize.text import counted
from ecnscrawl.visits import Outcome
from tests.monitoring.verdicts import THRESHOLDS, stats, verdict


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


def test_a_run_of_named_articles_needs_no_listing() -> None:
    of = RunStats(asked_for_urls=True)
    of.counts.update(new=1)
    assert verdict(of).exit_status == 0


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
