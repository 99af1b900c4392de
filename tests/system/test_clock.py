"""A clock that jumps: names of files still sort in the order of publishing, and nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.system.crawling import Crawl
from tests.system.reader import Reader, assert_is_truth
from tests.system.sabotage import at_another_time

pytestmark = pytest.mark.system

HOUR, YEAR = 3600, 365 * 24 * 3600


def test_files_sort_in_the_order_of_publishing_when_the_clock_jumps_back_between_runs(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    now = datetime.now(UTC)
    generated = GeneratedSite(20, seed=95, now=now - timedelta(days=3))
    crawl = crawl_of(serve(generated.site))
    reader = Reader(crawl.folder / "articles")
    for shift in (0, YEAR, -HOUR):
        generated.publish(2, now - timedelta(hours=2))
        assert at_another_time(crawl, shift).run().status == 0
        reader.look()
    assert len(reader.seen) == 3
    assert_is_truth(reader, generated.truth, generated.duplicate_of)


def test_files_sort_in_the_order_of_publishing_also_beside_a_file_that_somebody_else_has_named(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    now = datetime.now(UTC)
    generated = GeneratedSite(3, seed=94, now=now - timedelta(days=3))
    crawl = crawl_of(serve(generated.site))
    first = crawl.run().stats["file"]
    (crawl.folder / "articles" / "notes.jsonl").write_bytes(b"")
    generated.publish(2, now - timedelta(hours=2))
    second = at_another_time(crawl, -HOUR).run().stats["file"]
    assert first < second


def test_a_clock_that_jumps_back_within_a_run_does_no_harm(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(40, seed=96, now=datetime.now(UTC) - timedelta(days=3))
    crawl = crawl_of(serve(generated.site))
    reader = Reader(crawl.folder / "articles")
    ended = at_another_time(crawl, -HOUR, after_readings=60).run("-s", "FILE_RECORDS=10")
    assert ended.status == 0, ended.err
    assert ended.stats["file"].split(",") == [file.name for file in crawl.files]
    reader.look()
    assert len(reader.seen) >= 3
    assert crawl.run().status == 0
    reader.look()
    assert_is_truth(reader, generated.truth, generated.duplicate_of)


def test_what_was_left_undone_while_the_clock_was_ahead_is_done_by_the_next_run(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(20, seed=98, now=datetime.now(UTC) - timedelta(days=3))
    crawl = crawl_of(serve(generated.site))
    cut_short = at_another_time(crawl, 20 * HOUR).run("-s", "CLOSESPIDER_ITEMCOUNT=5")
    assert cut_short.status == 0, cut_short.err
    assert crawl.run().status == 0
    reader = Reader(crawl.folder / "articles")
    reader.look()
    assert_is_truth(reader, generated.truth, generated.duplicate_of)


def test_an_article_that_was_read_while_the_clock_was_ahead_is_requested_again(
    serve: Callable[[Site], Replica], crawl_of: Callable[[Replica], Crawl]
) -> None:
    generated = GeneratedSite(0, seed=99, now=datetime.now(UTC))
    ids = generated.publish(3, datetime.now(UTC) - timedelta(hours=1))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert at_another_time(crawl, 240 * HOUR).run().stats["new"] == "3"
    generated.correct(ids[0], datetime.now(UTC))
    assert crawl.run("-a", "recheck=all").stats["updated"] == "1"
