"""Release the memory of earlier pages before a large page is parsed: reference cycles keep those pages alive."""

import ctypes
import gc
from typing import Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.http import Response

_LARGE = 1_000_000  #: bytes; a typical page has 40,000


class MemoryTrimExtension:
    """Collects garbage when a page arrives that is far larger than usual; that takes about 50 ms."""

    def __init__(self) -> None:
        # Only glibc keeps freed memory, and it has a function to return it to the system.
        self._malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        extension = cls()
        crawler.signals.connect(extension.trim_memory, signals.response_received)
        return extension

    def trim_memory(self, response: Response) -> None:
        if len(response.body) > _LARGE:
            gc.collect()
            if self._malloc_trim:
                self._malloc_trim(0)
