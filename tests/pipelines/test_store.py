"""Files and state: what is kept of each visit and each listing."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from ecnscrawl.frontier.records import CacheValidators, ListingSnapshot, PendingArticle
from ecnscrawl.items import Article, to_line
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pipelines.store import StorePipeline
from ecnscrawl.visits import FetchResult, ListingRead, Outcome, Visit
from tests.samples import MORNING, Clock, address, article, known
from tests.samples import visit as visit_of
from tests.site_folder import hidden, published

HOUR = 3600
NOW = int(MORNING.timestamp())
Store = Callable[[], StorePipeline]
PARTS = (CacheValidators(address().url, '"x"'),)


def visit(outcome: Outcome, stored: Article | None = None, number: int = 1, **more: Any) -> Visit:
    source = Source(address(number).url, b"")
    return visit_of(outcome, number, listing="world", article=stored, source=source, parts=PARTS, **more)


def drop(pipeline: StorePipeline, item: Visit | ListingRead) -> None:
    with pytest.raises(DropItem):
        pipeline.process_item(item)


def with_article(pipeline: StorePipeline, stored: Article | None = None) -> Visit:
    """Store an article; gives a further visit's envelope to it, as the spider fills it."""
    stored = stored or article()
    pipeline.process_item(visit(Outcome.NEW, stored))
    return visit(Outcome.READ, known=pipeline.run.state.article(stored.id))


# Articles.


@pytest.mark.parametrize("outcome", [Outcome.NEW, Outcome.UPDATED])
def test_a_record_is_written_known_counted_and_given_on(store: Store, folder: Path, outcome: Outcome) -> None:
    pipeline = store()
    assert pipeline.process_item(visit(outcome, article())) == article()
    pipeline.close_spider()
    pipeline.run.finish()
    (file,) = (folder / "articles").iterdir()
    assert file.read_bytes() == to_line(article())
    assert pipeline.stats.counts == {outcome: 1}
    assert pipeline.stats.records == 1
    assert store().run.state.article("ecns:ihtest1") == known(
        article(), parts=PARTS, next_check=NOW - 90 * 60 + 3 * HOUR, listing="world"
    )


def test_all_is_safe_from_a_kill_when_the_spider_is_closed_although_feeds_are_still_written(
    store: Store, folder: Path
) -> None:
    pipeline = store()
    pipeline.process_item(visit(Outcome.NEW, article()))
    pipeline.close_spider()
    (part,) = hidden(folder)
    assert part.read_bytes() == to_line(article())
    assert published(folder) == []


def test_a_stored_article_keeps_when_and_where_it_was_first_seen(store: Store) -> None:
    pipeline = store()
    with pipeline.run.changing() as state:
        state.mark_pending(PendingArticle("ecns:ihtest1", address().url, "business", NOW - 999, 0))
    pipeline.process_item(visit(Outcome.NEW, article()))
    stored = pipeline.run.state.article("ecns:ihtest1")
    assert stored is not None
    assert (stored.listing, stored.first_seen, stored.first_run) == ("business", NOW - 999, 0)
    assert pipeline.run.state.pending("ecns:ihtest1") is None


def test_a_copy_is_known_as_an_alias_and_not_written(store: Store, folder: Path) -> None:
    pipeline = store()
    with_article(pipeline)
    copy = article(2, title=article().title, body=article().body)
    drop(pipeline, visit(Outcome.DUPLICATE, copy, 2))
    pipeline.close_spider()
    pipeline.run.finish()
    (file,) = (folder / "articles").iterdir()
    assert file.read_bytes() == to_line(article())
    alias = store().run.state.article("ecns:ihtest2")
    assert alias is not None
    assert (alias.alias_of, alias.revision) == ("ecns:ihtest1", 0)


def test_an_unchanged_article_is_looked_at_again_at_its_next_age(store: Store, clock: Clock) -> None:
    pipeline = store()
    again = with_article(pipeline)
    clock.go(2 * HOUR)
    again.result, again.at, again.parts = FetchResult.NOT_MODIFIED, clock(), ()
    drop(pipeline, again)
    stored = pipeline.run.state.article("ecns:ihtest1")
    assert stored is not None
    assert stored.last_checked == NOW + 2 * HOUR
    assert stored.next_check == NOW - 90 * 60 + 9 * HOUR
    assert stored.parts == PARTS


def test_a_gone_article_stays_known_and_is_not_requested_again(store: Store) -> None:
    pipeline = store()
    again = with_article(pipeline)
    again.result, again.reasons = FetchResult.MISSING, ["HTTP 404"]
    drop(pipeline, again)
    stored = pipeline.run.state.article("ecns:ihtest1")
    assert stored is not None
    assert (stored.gone_at, stored.next_check) == (NOW, None)
    assert pipeline.run.state.pending("ecns:ihtest1") is None
    assert pipeline.stats.counts[Outcome.GONE] == 1


def test_a_gone_article_that_comes_back_unchanged_is_gone_no_more(store: Store) -> None:
    pipeline = store()
    again = with_article(pipeline)
    drop(pipeline, replace(again, result=FetchResult.MISSING))
    drop(pipeline, replace(again, result=FetchResult.NOT_MODIFIED))
    stored = pipeline.run.state.article("ecns:ihtest1")
    assert stored is not None
    assert stored.gone_at is None
    assert stored.next_check is not None


def test_a_link_that_never_led_anywhere_counts_as_failed(store: Store) -> None:
    pipeline = store()
    drop(pipeline, visit(Outcome.FAILED, result=FetchResult.MISSING, reasons=["HTTP 404"]))
    assert pipeline.stats.counts == {Outcome.FAILED: 1}
    pending = pipeline.run.state.pending("ecns:ihtest1")
    assert pending is not None
    assert (pending.attempts, pending.reason) == (1, "HTTP 404")


def test_a_failed_link_is_tried_again_ever_later_and_given_up_in_the_end(store: Store) -> None:
    pipeline = store()
    tries = []
    for _ in range(3):
        drop(pipeline, visit(Outcome.FAILED, reasons=["timed out"]))
        pending = pipeline.run.state.pending("ecns:ihtest1")
        assert pending is not None
        tries.append((pending.attempts, pending.next_try))
    assert tries == [(1, NOW + HOUR), (2, NOW + 2 * HOUR), (3, None)]


def test_a_known_article_that_fails_stays_known_and_is_retried(store: Store) -> None:
    pipeline = store()
    again = with_article(pipeline)
    drop(pipeline, replace(again, result=FetchResult.FAILED))
    assert pipeline.run.state.article("ecns:ihtest1") is not None
    assert pipeline.run.state.pending("ecns:ihtest1") is not None


def test_a_rejected_record_is_kept_apart_and_tried_again(store: Store, folder: Path) -> None:
    pipeline = store()
    drop(pipeline, visit(Outcome.REJECTED, article(title=""), reasons=["no title"]))
    assert pipeline.run.state.pending("ecns:ihtest1") is not None
    pipeline.close_spider()
    pipeline.run.finish()
    assert list((folder / "articles").iterdir()) == []
    assert len(list((folder / "rejected").iterdir())) == 1
    assert pipeline.stats.failing == [(address().url, "no title")]


def test_an_article_outside_the_dates_requested_waits_with_its_time(store: Store) -> None:
    pipeline = store()
    drop(pipeline, visit(Outcome.OUTSIDE, article()))
    pending = pipeline.run.state.pending("ecns:ihtest1")
    assert pending is not None
    assert (pending.attempts, pending.next_try) == (0, 0)
    assert pending.published == StatedTime(MORNING - timedelta(minutes=90), "second")


# Listings.


def listing(*numbers: int, **more: object) -> ListingRead:
    state = ListingSnapshot(CacheValidators("https://www.ecns.cn/world/", '"x"'), b"digest", NOW, 1)
    made = ListingRead("world", 1, [address(number) for number in numbers], state)
    for name, value in more.items():
        setattr(made, name, value)
    return made


def test_the_links_of_a_listing_are_pending_with_its_validators(store: Store) -> None:
    pipeline = store()
    drop(pipeline, listing(1, 2))
    pipeline.close_spider()
    pipeline.run.finish()
    state = store().run.state
    assert [state.pending(f"ecns:ihtest{number}") for number in (1, 2)] == [
        PendingArticle(f"ecns:ihtest{number}", address(number).url, "world", NOW, 1, next_try=0) for number in (1, 2)
    ]
    assert state.listing("https://www.ecns.cn/world/") == listing().state


def test_the_time_that_a_feed_states_waits_with_its_link(store: Store) -> None:
    pipeline = store()
    day, minute = StatedTime(datetime(2026, 11, 23, tzinfo=UTC), "day"), StatedTime(MORNING, "minute")
    drop(pipeline, listing(1, 2))
    drop(pipeline, listing(1, 3, published={"ecns:ihtest1": day, "ecns:ihtest3": minute}))
    assert [pipeline.run.state.pending(f"ecns:ihtest{number}") for number in (1, 2, 3)] == [
        PendingArticle("ecns:ihtest1", address(1).url, "world", NOW, 1, 0, 0, None, int(day.at.timestamp()), "day"),
        PendingArticle("ecns:ihtest2", address(2).url, "world", NOW, 1),
        PendingArticle("ecns:ihtest3", address(3).url, "world", NOW, 1, 0, 0, None, NOW, "minute"),
    ]
    drop(pipeline, listing(1, 3, published={"ecns:ihtest1": minute, "ecns:ihtest3": day}))
    pending = [pipeline.run.state.pending(f"ecns:ihtest{number}") for number in (1, 3)]
    assert [each.published if each else None for each in pending] == [minute, minute]


def test_a_failure_keeps_the_time_that_a_feed_has_stated_meanwhile(store: Store) -> None:
    pipeline = store()
    stated = StatedTime(MORNING, "minute")
    drop(pipeline, listing(1))
    failed = visit(Outcome.FAILED, reasons=["timed out"], pending=pipeline.run.state.pending("ecns:ihtest1"))
    drop(pipeline, listing(1, published={"ecns:ihtest1": stated}))
    drop(pipeline, failed)
    pending = pipeline.run.state.pending("ecns:ihtest1")
    assert pending is not None
    assert (pending.attempts, pending.published) == (1, stated)


def test_links_that_are_known_or_pending_stay_unchanged(store: Store) -> None:
    pipeline = store()
    with_article(pipeline)
    drop(pipeline, visit(Outcome.FAILED, number=2, reasons=["timed out"]))
    before = pipeline.run.state.pending("ecns:ihtest2")
    drop(pipeline, listing(1, 2))
    assert pipeline.run.state.pending("ecns:ihtest1") is None
    assert pipeline.run.state.pending("ecns:ihtest2") == before


def test_a_listing_that_failed_is_counted_and_its_validators_are_not_touched(store: Store) -> None:
    pipeline = store()
    drop(pipeline, listing(1))
    drop(pipeline, ListingRead("world", 1, failure="HTTP 404", is_missing=True, was_there=True))
    assert pipeline.run.state.listing("https://www.ecns.cn/world/") == listing().state
    stats = pipeline.stats.listings["world"]
    assert (stats.pages, stats.links, stats.failure, stats.is_missing, stats.was_there) == (
        1,
        1,
        "HTTP 404",
        True,
        True,
    )


def test_an_unfinished_listing_is_known_until_it_is_finished(store: Store) -> None:
    pipeline = store()
    drop(pipeline, listing(1, begins_walk=7))
    assert pipeline.run.state.walks() == {"world": 7}
    drop(pipeline, listing(2, page=2, ends_walk=True))
    assert pipeline.run.state.walks() == {}
