"""Have the pages of articles read, and the record of an article whose pages have all arrived."""

from dataclasses import replace
from datetime import datetime

from scrapy.http import Response

from ecnscrawl.context import CrawlContext
from ecnscrawl.crawling.article_job import ArticleJob
from ecnscrawl.crawling.page_judge import PageJudge
from ecnscrawl.frontier.base import State
from ecnscrawl.network.http import charset_of
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.reading.article_page import (
    ArticlePage,
    ArticleRecord,
    ArticleResponse,
    ArticleResponses,
    RecordTerms,
    read_article,
    read_article_page,
)
from ecnscrawl.rendering.request import document_end
from ecnscrawl.sites.base import SiteProfile


class ArticleReading:
    """Gives the crawl's reader what it needs to know of a response and its article."""

    def __init__(self, context: CrawlContext, profile: SiteProfile, judge: PageJudge) -> None:
        self._context = context
        self._profile = profile
        self._judge = judge

    async def page(self, response: Response, job: ArticleJob, number: int, arrived_at: datetime) -> ArticlePage:
        """Return what is read of a page, which arrived at this time. Raises PageUnread."""
        end, before = document_end(response), job.endings.get(number)
        is_closed = end.is_closed if end else None
        terms = self._terms(job, arrived_at if number == 1 else job.fetched_at)
        read = await self._context.reader.read(
            read_article_page,
            ArticleResponse(
                url=self._judge.url_of(response, job.named[number]),
                body=response.body,
                charset=charset_of(response),
                terms=terms,
                is_only=number == 1 and len(job.named) == 1,
                is_closed=before.is_whole if before else is_closed,  # it was empty, and has been rendered now
                tail=end.tail if end else None,
                stated=self._judge.stated(response),
            ),
        )
        job.listed = terms.listed
        return replace(read, source=replace(read.source, body=response.body))

    async def record(self, job: ArticleJob) -> ArticleRecord:
        """Return the record of an article. Raises PageUnread."""
        read = job.pages[1].record if len(job.pages) == 1 else None
        if read is not None and job.requested is None:
            return read
        terms = self._terms(job, job.fetched_at)  # a feed may have stated the time under its other address
        if read is not None and (read.ref, job.listed) == (job.address, terms.listed):
            return read
        sources = [job.pages[number].source for number in sorted(job.pages)]
        responses = ArticleResponses(sources, replace(terms, may_rename=False))
        return await self._context.reader.read(read_article, responses)

    def _terms(self, job: ArticleJob, fetched_at: datetime | None) -> RecordTerms:
        return RecordTerms(
            profile=self._profile,
            ref=job.address,
            fetched_at=fetched_at or job.started_at or self._context.run.clock(),
            listed=listed_time(job, self._context.run.state),
            may_rename=self._profile.discovery is not None and job.known is None,
        )


def listed_time(job: ArticleJob, state: State) -> StatedTime | None:
    """Return the article's time as a feed gave it, in this run or an earlier one, under any of its addresses."""
    pending = state.pending(job.address.id) or state.pending(job.key) or job.pending
    if pending and pending.published:
        return pending.published
    return job.known.published if job.known else None
