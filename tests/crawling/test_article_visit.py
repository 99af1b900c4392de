"""The Visit of an article whose pages have arrived."""

from datetime import UTC, datetime

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_visit import new_visit, read_job
from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.visits import FetchResult, Outcome
from tests.samples import MORNING, address, article, known

NOVEMBER = Arguments(since=datetime(2026, 11, 1, tzinfo=UTC))


def arrived(job: ArticleJob) -> ArticleJob:
    """The job with its only page, which states no time."""
    source = Source(address().url, b"<html><h1>A ferry</h1><p>It was late.</p></html>")
    job.add(1, source, EcnsPage(source), CacheValidators(source.url, '"1"'))
    return job


def test_a_page_becomes_a_record_with_the_time_that_a_feed_states() -> None:
    job = arrived(ArticleJob(address(), "world"))
    visit = read_job(job, ECNS, NOVEMBER, MORNING, StatedTime(MORNING, "second"))
    assert visit.outcome is Outcome.READ
    assert visit.article is not None
    assert (visit.article.title, visit.article.published_at) == ("A ferry", "2026-11-23T07:30:00Z")
    assert visit.extractors["published_at"] == "feed"
    assert (visit.listing, visit.parts) == ("world", (CacheValidators(address().url, '"1"'),))


def test_an_article_of_another_day_is_outside_of_what_was_requested() -> None:
    october = StatedTime(datetime(2026, 10, 30, tzinfo=UTC), "second")
    assert read_job(arrived(ArticleJob(address(), None)), ECNS, NOVEMBER, MORNING, october).outcome is Outcome.OUTSIDE


def test_an_article_whose_time_cannot_be_judged_is_a_failure_and_not_the_end_of_its_callback() -> None:
    first = StatedTime(datetime.min.replace(tzinfo=UTC), "day")  # begins before the year 1 by the clock of the site
    visit = read_job(arrived(ArticleJob(address(), None)), ECNS, NOVEMBER, MORNING, first)
    assert (visit.outcome, visit.reasons, visit.article) == (Outcome.FAILED, ["cannot be read: OverflowError"], None)


def test_a_stored_article_whose_pages_all_answered_304_is_unchanged() -> None:
    job = ArticleJob(address(), None, known(article(), parts=(CacheValidators(address().url, '"1"'),)))
    job.mark_not_modified(1)
    assert read_job(job, ECNS, Arguments(), MORNING, None).outcome is Outcome.UNCHANGED


def test_a_record_without_one_of_its_pages_is_marked_incomplete() -> None:
    job = arrived(ArticleJob(address(), None))
    job.named[2] = address().url.replace(".shtml", "-p2.shtml")
    job.mark_missing(2, "timed out")
    assert read_job(job, ECNS, Arguments(), MORNING, StatedTime(MORNING, "second")).is_incomplete


def test_a_visit_counts_from_the_first_response_or_else_from_the_failure() -> None:
    job = ArticleJob(address(), None)
    assert new_visit(job, FetchResult.FAILED, MORNING, "timed out").at == MORNING
    job.started_at = datetime(2026, 11, 22, tzinfo=UTC)
    visit = new_visit(job, FetchResult.FAILED, MORNING, "timed out")
    assert (visit.at, visit.reasons) == (job.started_at, ["timed out"])
