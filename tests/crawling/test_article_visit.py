"""The Visit of an article whose pages have arrived."""

from datetime import UTC, datetime

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.article_visit import new_visit, read_visit
from ecnscrawl.frontier.records import CacheValidators
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.reading.article_page import ArticleResponse, RecordTerms, read_article_page
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.visits import FetchResult, Outcome, Visit
from tests.samples import MORNING, address

NOVEMBER = Arguments(since=datetime(2026, 11, 1, tzinfo=UTC))


def arrived(job: ArticleJob, listed: StatedTime) -> ArticleJob:
    """The job with its only page, which states no time; a feed states `listed`."""
    terms = RecordTerms(profile=ECNS, ref=address(), fetched_at=MORNING, listed=listed)
    body = b"<html><h1>A ferry</h1><p>It was late.</p></html>"
    page = read_article_page(ArticleResponse(url=address().url, body=body, charset=None, terms=terms))
    job.add(1, page, CacheValidators(address().url, '"1"'))
    return job


def visit_of(job: ArticleJob) -> Visit:
    """The visit of a job whose only page has arrived."""
    record = job.pages[1].record
    assert record is not None
    return read_visit(job, record, ECNS, NOVEMBER, MORNING)


def test_a_page_becomes_a_record_with_the_time_that_a_feed_states() -> None:
    visit = visit_of(arrived(ArticleJob(address(), "world"), StatedTime(MORNING, "second")))
    assert visit.outcome is Outcome.READ
    assert visit.article is not None
    assert (visit.article.title, visit.article.published_at) == ("A ferry", "2026-11-23T07:30:00Z")
    assert visit.extractors["published_at"] == "feed"
    assert (visit.listing, visit.parts) == ("world", (CacheValidators(address().url, '"1"'),))


def test_an_article_of_another_day_is_outside_of_what_was_requested() -> None:
    october = StatedTime(datetime(2026, 10, 30, tzinfo=UTC), "second")
    assert visit_of(arrived(ArticleJob(address(), None), october)).outcome is Outcome.OUTSIDE


def test_a_record_without_one_of_its_pages_is_marked_incomplete() -> None:
    job = arrived(ArticleJob(address(), None), StatedTime(MORNING, "second"))
    job.named[2] = address().url.replace(".shtml", "-p2.shtml")
    job.mark_missing(2, "timed out")
    assert visit_of(job).is_incomplete


def test_a_visit_counts_from_the_first_response_or_else_from_the_failure() -> None:
    job = ArticleJob(address(), None)
    assert new_visit(job, FetchResult.FAILED, MORNING, "timed out").at == MORNING
    job.started_at = datetime(2026, 11, 22, tzinfo=UTC)
    visit = new_visit(job, FetchResult.FAILED, MORNING, "timed out")
    assert (visit.at, visit.reasons) == (job.started_at, ["timed out"])
