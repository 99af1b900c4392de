"""Make the Visit of an article from its ArticleJob. No network, no writing."""

from datetime import datetime

from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize import timestamps
from ecnscrawl.reading.article_page import ArticleRecord
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.visits import FetchResult, Visit


def new_visit(job: ArticleJob, result: FetchResult, at: datetime, reason: str | None = None) -> Visit:
    """Return the visit of an article. `at` (aware) counts where no response has arrived."""
    return Visit(
        address=job.address,
        at=job.started_at or at,
        result=result,
        listing=job.listing,
        requested=job.requested,
        known=job.known,
        pending=job.pending,
        reasons=[reason] if reason else [],
        parts=job.parts,
        endings=tuple(job.endings.values()),
        was_cut=job.was_cut,
        exchanges=tuple(job.exchanges),
    )


def read_visit(
    job: ArticleJob, record: ArticleRecord, profile: SiteProfile, arguments: Arguments, at: datetime
) -> Visit:
    """Return the visit of an article whose pages have all arrived, with its record."""
    visit = new_visit(job, FetchResult.READ, at)
    visit.is_incomplete = job.failure is not None
    visit.article, visit.extractors = record.article, dict(record.extractors)
    visit.invalid = record.invalid
    visit.source = job.first_source
    if record.why_no_article:
        visit.reasons = [record.why_no_article]
    published = timestamps.of_record(visit.article.published_at, visit.article.published_precision)
    if published and not arguments.includes(published, profile.zone):
        visit.is_outside = True
        visit.is_before_since = arguments.is_too_old(published, profile.zone)
    return visit
