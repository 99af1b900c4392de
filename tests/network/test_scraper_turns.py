"""What else happens while a response is read: other responses, other items, the end of the crawl."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from scrapy import Request
from scrapy.http import Response

from ecnscrawl.network.scraper import TURN, DirectScraper
from tests.network.scraping import URL, crawler_with, opened

BOTH = pytest.mark.parametrize("is_ours", [True, False], ids=["ours", "Scrapy's"])


def test_a_page_can_be_read_while_another_one_waits() -> None:
    """The spider may wait for a worker process."""
    order = []

    async def waits(response: Response) -> AsyncIterator[Any]:
        if response.url == URL:
            await asyncio.sleep(0.01)
        order.append(response.url)
        yield {"n": response.url}

    async def run() -> None:
        used = await opened(crawler_with({}))
        assert isinstance(used, DirectScraper)
        assert used._steps == []
        all_done = [used.enqueue_scrape(Response(url), Request(url, callback=waits)) for url in (URL, f"{URL}2")]
        while not all(done.called for done in all_done):
            await asyncio.sleep(0)

    asyncio.run(run())
    assert order == [f"{URL}2", URL]


def test_others_get_their_turn_while_a_page_yields_thousands_of_requests() -> None:
    def many(_: object) -> Iterator[Any]:
        for number in range(1000):
            yield Request(f"{URL}{number}")

    async def run() -> int:
        done = (await opened(crawler_with({}))).enqueue_scrape(Response(URL), Request(URL, callback=many))
        turns = 0
        while not done.called:
            turns += 1
            await asyncio.sleep(0)
        return turns

    assert asyncio.run(run()) >= 1000 // TURN


@BOTH
def test_a_spider_is_closed_when_the_response_that_it_reads_is_done(*, is_ours: bool) -> None:
    events = []

    class Noting:
        async def process_item(self, item: Any) -> Any:
            await asyncio.sleep(0)
            events.append(item["n"])
            return item

        def close_spider(self) -> None:
            events.append("closed")

    async def run() -> None:
        may_end = asyncio.Event()

        async def waits(_: object) -> AsyncIterator[Any]:
            yield {"n": 1}
            await may_end.wait()
            yield {"n": 2}

        used = await opened(crawler_with({"ITEM_PIPELINES": {Noting: 1}}), is_ours=is_ours)
        used.enqueue_scrape(Response(URL), Request(URL, callback=waits))
        closing = asyncio.create_task(used.close_spider_async())
        while not events:
            await asyncio.sleep(0)
        events.append("ends")
        may_end.set()
        await asyncio.wait_for(closing, 30)

    asyncio.run(run())
    assert events == [1, "ends", 2, "closed"]


@BOTH
@pytest.mark.parametrize("most", [1, 3])
def test_as_many_items_are_processed_at_once_as_the_user_says(most: int, *, is_ours: bool) -> None:
    at_once = []

    class Counting:
        running = 0

        async def process_item(self, item: Any) -> Any:
            Counting.running += 1
            at_once.append(Counting.running)
            for _ in range(5):
                await asyncio.sleep(0)
            Counting.running -= 1
            return item

    def eight(_: object) -> list[Any]:
        return [{"n": number} for number in range(8)]

    async def run() -> None:
        settings = {"ITEM_PIPELINES": {Counting: 1}, "CONCURRENT_ITEMS": most}
        used = await opened(crawler_with(settings), is_ours=is_ours)
        done = used.enqueue_scrape(Response(URL), Request(URL, callback=eight))
        while not done.called:
            await asyncio.sleep(0)

    asyncio.run(run())
    assert len(at_once) == 8
    assert max(at_once) == most


def test_more_items_at_once_are_left_to_scrapy() -> None:
    used = asyncio.run(opened(crawler_with({"CONCURRENT_ITEMS": 2})))
    assert isinstance(used, DirectScraper)
    assert used._steps is None
