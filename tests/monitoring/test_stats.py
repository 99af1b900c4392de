"""The statistics of a run."""

from copy import deepcopy

import pytest

from ecnscrawl.items import Image
from ecnscrawl.monitoring.record_stats import COUNTED, MAX_ADDRESSES
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.pages.document import Source
from ecnscrawl.visits import ListingRead, Outcome
from tests.samples import address, article, visit

SOURCE = Source(address().url, b"<p>x</p>")


def test_every_visit_is_counted_by_its_outcome() -> None:
    stats = RunStats()
    for outcome in (Outcome.NEW, Outcome.NEW, Outcome.UNCHANGED, Outcome.FAILED):
        stats.add(visit(outcome))
    assert stats.counts == {"new": 2, "unchanged": 1, "failed": 1}
    assert stats.visits == 4


def test_a_report_counts_these_outcomes_in_this_order() -> None:
    assert list(COUNTED) == ["new", "updated", "unchanged", "duplicate", "rejected", "failed", "gone"]


def test_failures_and_rejections_are_counted_by_their_reasons_with_their_addresses() -> None:
    stats = RunStats()
    stats.add(visit(Outcome.FAILED, 1, reasons=["HTTP 503"]))
    stats.add(visit(Outcome.FAILED, 2, reasons=["HTTP 503"]))
    stats.add(visit(Outcome.REJECTED, 3, reasons=["no title", "no publication time"]))
    stats.add(visit(Outcome.GONE, 4, reasons=["HTTP 404"]))
    assert stats.reasons == {"HTTP 503": 2, "no title; no publication time": 1}
    assert stats.failing == [
        (address(1).url, "HTTP 503"),
        (address(2).url, "HTTP 503"),
        (address(3).url, "no title; no publication time"),
    ]


def test_one_example_is_kept_of_an_id_with_two_addresses() -> None:
    stats = RunStats()
    for page in (1, 2):
        pairs = {f"ecns:{page}-{number}": ("https://a.example/1", "https://a.example/2") for number in range(500)}
        stats.add_listing(ListingRead("world", page, [], same_ids=pairs))
    assert stats.same_id_links == 1000
    assert stats.same_id == ("ecns:1-0", "https://a.example/1", "https://a.example/2")


def test_a_report_does_not_grow_with_the_failures() -> None:
    stats = RunStats()
    for number in range(3 * MAX_ADDRESSES):
        stats.add(visit(Outcome.FAILED, number, reasons=["HTTP 503"]))
    assert len(stats.failing) == MAX_ADDRESSES
    assert stats.reasons == {"HTTP 503": 3 * MAX_ADDRESSES}


def test_an_article_without_all_of_its_pages_is_named() -> None:
    stats = RunStats()
    stats.add(visit(Outcome.NEW, 1, is_incomplete=True))
    stats.add(visit(Outcome.NEW, 2))
    assert stats.incomplete == [address(1).url]


def test_the_filled_keys_of_records_are_counted() -> None:
    stats = RunStats()
    stats.add_record(article(1), {}, SOURCE)
    stats.add_record(article(2, source="Xinhua", images=[Image("https://image.cns.com.cn/a.jpg")]), {}, SOURCE)
    assert stats.records == 2
    assert [stats.filled[key] for key in ("title", "body", "source", "images", "videos", "summary")] == [
        2,
        2,
        1,
        1,
        0,
        0,
    ]


def test_the_keys_that_each_extractor_gave_are_counted() -> None:
    stats = RunStats()
    extractors = {"title": "layout", "source": "metadata", "published_at": "layout", "blocks": "layout"}
    stats.add_record(article(1, source="Xinhua"), extractors, SOURCE)
    assert stats.by_extractor == {
        "title": {"layout": 1},
        "source": {"metadata": 1},
        "published_at": {"layout": 1},
        "body": {"layout": 1},
    }


def test_a_listing_is_counted_under_its_name() -> None:
    stats = RunStats()
    stats.listing("world").pages += 1
    stats.listing("world").pages += 1
    stats.listing("business").links += 7
    assert (stats.listings["world"].pages, stats.listings["business"].links) == (2, 7)


EXTRACTORS = {"title": "metadata", "source": "layout", "blocks": "layout"}  # the rest is not from the layout: samples


@pytest.mark.parametrize("before", [0, 1, 5], ids=lambda before: f"after-{before}-records")
def test_statistics_are_restored_if_the_records_of_visits_are_lost(before: int) -> None:
    stats = RunStats()
    for number in range(before):
        stats.add(visit(Outcome.FAILED, number, reasons=["HTTP 503"]))
        stats.add_record(article(number), EXTRACTORS, SOURCE)
    expected, safe = deepcopy(stats), stats.snapshot()
    for number in range(before, before + 7):
        stats.add(visit(Outcome.REJECTED, number, reasons=["no title"], is_incomplete=True))
        stats.add_record(article(number, section="World", revision=1 + number % 2), EXTRACTORS, SOURCE)
    assert stats != expected
    stats.restore(safe)
    assert stats == expected


def test_a_snapshot_can_be_restored_more_than_once() -> None:
    stats = RunStats()
    expected, safe = deepcopy(stats), stats.snapshot()
    for _ in range(2):
        stats.add_record(article(), EXTRACTORS, SOURCE)
        stats.restore(safe)
        assert stats == expected


def test_requests_stay_counted_if_the_records_are_lost() -> None:
    stats = RunStats()
    safe = stats.snapshot()
    stats.add_response(address().url, 200, 0.1, 0.2)
    stats.listing("world").pages += 1
    stats.restore(safe)
    assert stats.statuses == {"200": 1}
    assert stats.listings["world"].pages == 1
