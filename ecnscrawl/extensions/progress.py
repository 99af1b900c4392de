"""Show a live progress line on a terminal while a crawl runs; in a pipe or cron, show nothing."""

import logging
import sys
from collections.abc import Sequence
from math import ceil
from time import monotonic
from typing import TYPE_CHECKING, Self

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.utils.asyncio import create_looping_call
from scrapy.utils.log import get_scrapy_root_handler

from ecnscrawl.context import context_of
from ecnscrawl.monitoring.outlook import Pace, estimate, outlook_parts
from ecnscrawl.monitoring.stats import HoldReason, RunStats
from ecnscrawl.redaction import sanitize
from ecnscrawl.visits import Outcome

if TYPE_CHECKING:
    from rich.console import Console

REFRESH_INTERVAL = 0.25  # seconds: nobody can read faster changes
_SHOWN = (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.FAILED)


class ProgressExtension:
    """Shows the progress of the crawl and what it waits for."""

    def __init__(self, crawler: Crawler, console: "Console") -> None:
        from rich.live import Live  # noqa: PLC0415 - without a terminal, rich is not needed

        self._crawler = crawler
        self._live = Live(console=console, auto_refresh=False, transient=True, redirect_stdout=False)
        self._timer = create_looping_call(self.show)
        self._started = monotonic()
        self._pace = Pace()
        crawler.signals.connect(self.begin, signals.spider_opened)
        crawler.signals.connect(self.end, signals.spider_closed)
        context_of(crawler).end.on_forced_stop(self.end)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        verbose = logging.getLevelName(crawler.settings["LOG_LEVEL"])
        # A log with more than warnings would tear the live line apart.
        if not sys.stderr.isatty() or not isinstance(verbose, int) or verbose < logging.WARNING:
            raise NotConfigured
        from rich.console import Console  # noqa: PLC0415 - without a terminal, rich is not needed

        console = Console(stderr=True)
        if not console.is_terminal:  # as with TERM=dumb
            raise NotConfigured
        return cls(crawler, console)

    def begin(self) -> None:
        """Start the line, and print warnings above it."""
        self._live.start()
        self._log_to_stderr()
        self._timer.start(REFRESH_INTERVAL, now=False)

    def end(self) -> None:
        """Remove the line; the command prints the run's result."""
        if self._timer.running:
            self._timer.stop()
        self._live.stop()
        self._log_to_stderr()

    def _log_to_stderr(self) -> None:
        """Redirect Scrapy's log to the current `sys.stderr`; to the original stream it would write across the line."""
        handler = get_scrapy_root_handler()
        if type(handler) is logging.StreamHandler:
            handler.setStream(sys.stderr)

    def show(self) -> None:
        """Redraw the line."""
        from rich.text import Text  # noqa: PLC0415 - without a terminal, rich is not needed

        stats, seconds = context_of(self._crawler).stats, monotonic() - self._started
        self._pace.note(monotonic(), stats.statuses.total())
        rest = rest_parts(stats, self._pace, monotonic())
        parts = [sanitize(part) for part in line_parts(stats, seconds, self._waits_for(), rest)]
        rows = wrap_parts(parts, self._live.console.width)
        self._live.update(Text("\n".join(rows), no_wrap=True), refresh=True)

    def _waits_for(self) -> str | None:
        """Return what the crawl waits for now, or None if a request is under way."""
        slots = self._crawler.engine.downloader.slots.values()
        # If a request is queued although its slot is free, only the delay holds it back.
        delays = [slot.delay for slot in slots if slot.delay and slot.queue and slot.free_transfer_slots() > 0]
        if not delays and any(slot.transferring for slot in slots):
            return None
        if found := describe_wait(context_of(self._crawler).stats.current_wait, monotonic()):
            return found
        return f"politeness, {max(delays):.1f} s" if delays else None


def describe_wait(wait: HoldReason | None, now: float) -> str | None:
    """Return what a wait is for and how many seconds are left; None if it is over. `now` is the monotonic clock.

    >>> describe_wait(HoldReason("a retry", until=130.0), now=100.5)
    'a retry, 30 s'
    """
    return f"{wait.what}, {ceil(wait.until - now)} s" if wait and wait.until > now else None


def rest_parts(stats: RunStats, pace: Pace, now: float) -> list[str]:
    """Return the parts of the line about the rest of the run; `now` is the monotonic clock."""
    articles = stats.kinds["article"] + stats.kinds["recheck"]
    requests_per_article = 1 + (stats.kinds["part"] / articles if articles else 0)
    wait = max(0.0, stats.current_wait.until - now) if stats.current_wait else 0.0
    visited = stats.counts.total()
    return outlook_parts(visited, estimate(stats.outlook, visited, requests_per_article), pace.per_second, wait)


def line_parts(stats: RunStats, seconds: float, waits_for: str | None, rest: Sequence[str] = ()) -> list[str]:
    """Return the parts of the line: listings done, articles by outcome, pages per second, time, and the current wait.

    `rest` are the parts about the rest of the run, which come before the wait.

    >>> line_parts(RunStats(), 61, "a retry, 30 s")
    ['listings 0', 'new 0 updated 0 unchanged 0 failed 0', '0.0 pages/s', '1:01', 'waits for a retry, 30 s']
    """
    counts = " ".join(f"{outcome} {stats.counts[outcome]}" for outcome in _SHOWN)
    rate = stats.statuses.total() / seconds if seconds else 0.0
    minutes, left = divmod(round(seconds), 60)
    parts = [f"listings {len(stats.listings)}", counts, f"{rate:.1f} pages/s", f"{minutes}:{left:02}"]
    return [*parts, *rest, *([f"waits for {waits_for}"] if waits_for else [])]


def wrap_parts(parts: Sequence[str], width: int) -> list[str]:
    """Join the parts to as few rows of at most `width` columns as possible; cut a part that is wider.

    >>> wrap_parts(["listings 22", "61.8 pages/s", "0:02"], 26), wrap_parts(["listings 22", "0:02"], 10)
    (['listings 22 · 61.8 pages/s', '0:02'], ['listings …', '0:02'])
    """
    rows: list[str] = []
    for part in parts:
        if rows and len(joined := f"{rows[-1]} · {part}") <= width:
            rows[-1] = joined
        else:
            rows.append(part if len(part) <= width else f"{part[: width - 1]}…")
    return rows
