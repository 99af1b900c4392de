"""Before a large page is read, the memory of those before it is given back: what they leave is kept by its cycles."""

import ctypes
import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

_LARGE = 1_000_000  #: bytes; a page of the site has 40,000


class TidyingExtension:
    """Collects garbage, for some 50 ms, only when a page comes that is far larger than any of the site's."""

    def __init__(self) -> None:
        # Only glibc keeps what is freed, and has a word for giving it back.
        self._give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.response_came, signals.response_received)
        return extension

    def response_came(self, response: Response) -> None:
        if len(response.body) > _LARGE:
            gc.collect()
            if self._give_back:
                self._give_back(0)
