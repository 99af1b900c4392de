"""Make the Visit of an article from its ArticleJob. No network, no writing."""

import logging
from datetime import datetime, tzinfo

from ecnscrawl import loaders
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.extraction import extract_pages
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.scope import Arguments
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.base import Extraction
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.visits import FetchResult, Visit

logger = logging.getLogger(__name__)


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


def listed_time(job: ArticleJob, state: State) -> StatedTime | None:
    """Return the article's time as a feed gave it, in this run or an earlier one, under any of its addresses."""
    pending = state.pending(job.address.id) or state.pending(job.key) or job.pending
    if pending and pending.published:
        return pending.published
    return job.known.published if job.known else None


def read_job(
    job: ArticleJob, profile: SiteProfile, arguments: Arguments, at: datetime, listed: StatedTime | None
) -> Visit:
    """Return the visit of an article whose pages have all arrived, with its record.

    `listed` is the time that a feed states.
    """
    if not job.pages:
        return new_visit(job, FetchResult.NOT_MODIFIED, at)
    visit = new_visit(job, FetchResult.READ, at)
    visit.is_incomplete = job.failure is not None
    try:
        pages = [job.pages[number] for number in sorted(job.pages)]
        fetched_at = job.fetched_at or visit.at
        extraction, visit.article = extract_pages(pages, profile, job.address, fetched_at=fetched_at, listed=listed)
        visit.extractors = _extractors(extraction, listed, profile.page_zone, fetched_at)
        visit.source = job.first_source
        published = timestamps.of_record(visit.article.published_at, visit.article.published_precision)
        if published and not arguments.includes(published, profile.zone):
            visit.is_outside = True
            visit.is_before_since = arguments.is_too_old(published, profile.zone)
    except Exception as error:  # a page that breaks the reader is one failure, not the end of the run
        logger.error("%s cannot be read", job.address.url, exc_info=True)
        return new_visit(job, FetchResult.FAILED, at, f"cannot be read: {type(error).__name__}")
    return visit


def _extractors(extraction: Extraction, listed: StatedTime | None, zone: tzinfo | None, at: datetime) -> dict[str, str]:
    """Which extractor gave each field; the time comes from the feed where the page states none."""
    on_page = loaders.publication_time(extraction, zone, fetched_at=at)
    is_listed = loaders.publication_time(extraction, zone, listed, fetched_at=at) != on_page
    return {**extraction.extractors, "published_at": "feed"} if is_listed else extraction.extractors
