"""Where pages are read: here, or in worker processes."""

import asyncio
import pickle
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest

from ecnscrawl.exceptions import ReadingDropped, ReadingEnded, TooComplex, WrongUsage
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.limits import MAX_TAGS
from ecnscrawl.reading.article_page import ArticlePage, ArticleResponse, RecordTerms, read_article_page
from ecnscrawl.reading.reader import DirectReader, PoolReader, Reader, reading_pool
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.news import news_profile
from ecnscrawl.sites.registry import profiles
from ecnscrawl.workers.limits import WorkerLimits
from tests.samples import MORNING, address
from tests.workers import calls

FERRY = b"<html><h1>A ferry</h1><p>It was late.</p></html>"
PAGE = Source(address().url, FERRY)
PROFILES = (*profiles().values(), news_profile("gazette.example"))


def response(body: bytes) -> ArticleResponse:
    terms = RecordTerms(profile=ECNS, ref=address(), fetched_at=MORNING)
    return ArticleResponse(url=address().url, body=body, charset=None, terms=terms)


async def read_all(reader: Reader) -> list[Any]:
    """A page that is read, and one that is too complex."""
    read: list[Any] = [await reader.read(read_article_page, response(FERRY))]
    with pytest.raises(TooComplex) as raised:
        await reader.read(read_article_page, response(b"<p>" * (MAX_TAGS + 1)))
    return [*read, str(raised.value)]


@pytest.mark.system
def test_a_page_is_read_in_the_same_way_here_and_in_a_worker() -> None:
    async def in_pool() -> list[Any]:
        pool = reading_pool(1, WorkerLimits(seconds=30))
        try:
            return await read_all(PoolReader(pool, ECNS))
        finally:
            await pool.close()

    here, there = asyncio.run(read_all(DirectReader())), asyncio.run(in_pool())
    assert here == there
    assert isinstance(here[0], ArticlePage)


@pytest.mark.system
def test_a_page_that_a_worker_cannot_read_or_that_is_not_waited_for_says_so() -> None:
    async def main() -> tuple[str, float]:
        pool = reading_pool(1, WorkerLimits(seconds=30))
        reader = PoolReader(pool, ECNS)
        try:
            with pytest.raises(ReadingEnded) as ended:
                await reader.read(calls.exit_at, PAGE)
            reader.stop()
            begun = asyncio.get_running_loop().time()
            with pytest.raises(ReadingDropped):
                await reader.read(calls.sleep_at, PAGE)
            return str(ended.value), asyncio.get_running_loop().time() - begun
        finally:
            await pool.close()

    reason, seconds = asyncio.run(main())
    assert reason == "page-crash: the process that read it ended with status 3"
    assert seconds < 10


@pytest.mark.parametrize("profile", PROFILES, ids=lambda profile: profile.name)
def test_every_profile_can_be_sent_to_a_worker(profile: SiteProfile) -> None:
    again = pickle.loads(pickle.dumps(profile))
    assert (again.name, again.page_class, again.zone) == (profile.name, profile.page_class, profile.zone)


def test_a_profile_that_cannot_be_sent_is_refused_with_the_way_out() -> None:
    local = replace(ECNS, article_ref=lambda url: None, zone=UTC)
    with pytest.raises(WrongUsage, match=r"profile of ecns .* in a module, or set PAGE_WORKERS=0"):
        PoolReader(reading_pool(1, WorkerLimits()), local)
