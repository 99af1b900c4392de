"""Articles that are held when the state can no longer be read: the run ends without a traceback."""

import asyncio
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.spiders.base import NewsSpider


def test_held_articles_whose_state_cannot_be_read_are_left_to_the_next_run() -> None:
    def release() -> Iterator[Any]:
        raise StorageFailed("the server has gone")
        yield

    spider = cast(NewsSpider, SimpleNamespace(articles=SimpleNamespace(release=release)))
    asyncio.run(NewsSpider.store_held(spider))
