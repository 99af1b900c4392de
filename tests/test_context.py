"""The parts that a crawl shares, and the end of its run: once, by a signal or by the command."""

import json
from pathlib import Path

import pytest
from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.settings import Settings

from ecnscrawl.context import CrawlContext, context_of
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.spiders.ecns import EcnsSpider
from ecnscrawl.visits import Outcome
from tests.samples import Begin, article, visit
from tests.site_folder import reported, store

FINISHED = "finished"


@pytest.fixture
def crawler() -> Crawler:
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    return Crawler(EcnsSpider, settings)


@pytest.fixture
def context(crawler: Crawler, begin: Begin) -> CrawlContext:
    """A context with a run of the test's folder."""
    made = context_of(crawler)
    made.use(begin())
    return made


def send(crawler: Crawler, *, started: bool = True, closed: bool = True, stopped: bool = True) -> None:
    """The signals of an engine."""
    if started:
        crawler.signals.send_catch_log(signals.engine_started)
    if closed:
        crawler.signals.send_catch_log(signals.spider_closed, spider=None, reason=FINISHED)
    if stopped:
        crawler.signals.send_catch_log(signals.engine_stopped)


def test_a_crawler_has_one_context(crawler: Crawler) -> None:
    assert context_of(crawler) is context_of(crawler)


def test_a_run_ends_when_the_engine_has_stopped(crawler: Crawler, context: CrawlContext, folder: Path) -> None:
    send(crawler, stopped=False)
    assert reported(folder) == []
    send(crawler, started=False, closed=False)
    assert reported(folder) == [context.run.id]
    assert context.end.conclude().verdict.reasons == []


def test_a_run_ends_once(crawler: Crawler, context: CrawlContext, folder: Path) -> None:
    send(crawler)
    (path,) = (folder / "reports").glob("2*")
    path.unlink()
    first = context.end.conclude()
    assert context.end.conclude() is first
    assert reported(folder) == []


def test_the_report_has_the_arguments_as_the_user_wrote_them(context: CrawlContext, folder: Path) -> None:
    context.given = {"since": "30d"}
    context.end.conclude()
    assert json.loads((folder / "reports" / "latest.json").read_bytes())["arguments"] == {"since": "30d"}


@pytest.mark.parametrize(("arguments", "overspent"), [(Arguments(), 1), (Arguments(full=True), 0)])
def test_a_listing_that_the_user_wants_read_to_its_end_keeps_its_budget(
    context: CrawlContext, begin: Begin, arguments: Arguments, overspent: int
) -> None:
    context.arguments = arguments
    with context.run.changing() as state:
        state.begin_walk("world", 1)
    context.stats.overspent["world"] = 500
    context.end.conclude()
    assert begin().state.overspent("world") == overspent


def test_the_statistics_of_lost_records_are_taken_back(context: CrawlContext, folder: Path) -> None:
    context.stats.add(visit(Outcome.NEW))
    (folder / "articles").rmdir()
    with pytest.raises(StorageFailed):
        store(context.run, article())
    conclusion = context.end.conclude()
    assert "new=0 " in conclusion.last_line
    assert conclusion.verdict.exit_status == 3


def test_after_a_forced_stop_each_part_cleans_up_before_the_run_is_judged(context: CrawlContext, folder: Path) -> None:
    called = []
    context.end.on_forced_stop(lambda: called.append("progress"))
    context.end.on_forced_stop(lambda: context.stats.feed_failures.append("the feed a.jsonl is not finished"))
    reasons = context.end.conclude().verdict.reasons
    assert reasons == ["stopped by a signal", "the feed a.jsonl is not finished"]
    assert context.end.conclude().verdict.reasons == reasons
    assert called == ["progress"]
    assert reported(folder) == [context.run.id]


def test_after_an_ordinary_end_no_part_cleans_up(crawler: Crawler, context: CrawlContext) -> None:
    called = []
    context.end.on_forced_stop(lambda: called.append("progress"))
    send(crawler)
    context.end.conclude()
    assert called == []


def test_an_engine_that_never_started_leaves_no_lock_and_no_report(
    crawler: Crawler, context: CrawlContext, begin: Begin, folder: Path
) -> None:
    send(crawler, started=False, stopped=False)
    assert reported(folder) == []
    begin()


def test_a_crawl_that_could_not_begin_leaves_no_lock_and_no_report(
    context: CrawlContext, begin: Begin, folder: Path
) -> None:
    context.close_run()
    assert reported(folder) == []
    begin()


def test_a_command_that_only_looks_at_a_page_touches_no_folder(crawler: Crawler, tmp_path: Path) -> None:
    crawler.settings.set("DATA_DIR", str(tmp_path / "data"))
    context_of(crawler).stats.requests += 1
    send(crawler)
    assert list(tmp_path.iterdir()) == []
