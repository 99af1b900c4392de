"""An extension for benchmarks: measures how late the event loop of a process calls what is due."""

import atexit
import json
import os
from pathlib import Path
from time import monotonic
from typing import ClassVar, Self

from scrapy.crawler import Crawler
from scrapy.utils.asyncio import call_later

INTERVAL = 0.05  #: seconds


class LoopDelayExtension:
    """One for all crawls of a process. At the end it writes the delays, in seconds, to the file LOOP_DELAYS."""

    delays: ClassVar[list[float]] = []
    is_measuring: ClassVar[bool] = False

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:  # noqa: ARG003 - Scrapy's signature
        if not cls.is_measuring:
            cls.is_measuring = True
            atexit.register(cls.write)
            cls.measure()
        return cls()

    @classmethod
    def measure(cls) -> None:
        """Measure again and again."""
        due = monotonic() + INTERVAL

        def called() -> None:
            cls.delays.append(monotonic() - due)
            cls.measure()

        call_later(INTERVAL, called)

    @classmethod
    def write(cls) -> None:
        """Write what was measured."""
        Path(os.environ["LOOP_DELAYS"]).write_text(json.dumps(cls.delays), encoding="utf-8")
