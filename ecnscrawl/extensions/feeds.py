"""Write feeds independently of each other: if one fails, the run reports it, and the others go on."""

import logging
from typing import Any

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.extensions.feedexport import FeedExporter, FeedSlot
from scrapy.utils.defer import ensure_awaitable

from ecnscrawl.context import context_of
from ecnscrawl.exporters.feed_storage import StandardOutputFeedStorage, WholeFileFeedStorage, give_up_feeds
from ecnscrawl.redaction import redact

logger = logging.getLogger(__name__)


class FeedsExtension(FeedExporter):
    """Scrapy's FeedExporter with errors per feed. In Scrapy's own, one failing feed stops the others silently."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._context = context_of(crawler)
        self._context.end.on_forced_stop(self.give_up)
        self._is_closed = False

    def open_spider(self, spider: Spider) -> None:
        feeds = self.feeds
        for uri, options in feeds.items():
            self.feeds = {uri: options}
            try:
                super().open_spider(spider)
            except Exception as error:  # whatever a storage raises
                self._note(uri, error)
        self.feeds = feeds

    def item_scraped(self, item: Any, spider: Spider) -> None:
        slots, kept = self.slots, []
        for slot in slots:
            self.slots = [slot]
            try:
                super().item_scraped(item, spider)
                kept += self.slots
            except Exception as error:  # of a storage or an exporter
                self._fail(slot, error)
        self.slots = kept

    async def close_spider(self, spider: Spider) -> None:
        await super().close_spider(spider)
        self._is_closed = True

    def give_up(self) -> None:
        """Name the feeds that a forced stop has left unfinished, and remove what stands beside their targets."""
        if not self._is_closed:
            unfinished = give_up_feeds(slot.storage for slot in self.slots)
            self._context.stats.feed_failures += [f"the feed {path.name} is not finished" for path in unfinished]

    async def _close_slot(self, slot: FeedSlot, spider: Spider) -> None:  # noqa: ARG002 - Scrapy's signature
        """Store a feed, and report any error. Scrapy's own logs a traceback, or loses errors of finishing the file."""
        if not slot.itemcount and not (slot.store_empty and slot.batch_id == 1):
            return
        try:
            slot.start_exporting()  # for an empty feed, whose file is not open yet
            slot.finish_exporting()
            await ensure_awaitable(slot.storage.store(self._get_file(slot)))
        except Exception as error:
            self._fail(slot, error)
            return
        logger.info("Stored %s feed (%s items) in: %s", slot.format, slot.itemcount, slot.uri)
        self._count("success_count", slot)
        await self.crawler.signals.send_catch_log_async(signals.feed_slot_closed, slot=slot)

    def _fail(self, slot: FeedSlot, error: Exception) -> None:
        self._note(slot.uri, error)
        self._count("failed_count", slot)
        file = getattr(slot.file, "file", slot.file)  # below the plugins that compress it
        if isinstance(slot.storage, WholeFileFeedStorage | StandardOutputFeedStorage):
            slot.storage.fail(file)

    def _note(self, uri: str, error: Exception) -> None:
        logger.debug("The feed %s failed", uri, exc_info=error)
        why = error.strerror if isinstance(error, OSError) and error.strerror else f"{type(error).__name__}: {error}"
        name = "on standard output" if uri == "stdout:" else redact(uri)
        self._context.stats.feed_failures.append(f"the feed {name} could not be written ({redact(why)})")

    def _count(self, what: str, slot: FeedSlot) -> None:
        assert self.crawler.stats is not None
        self.crawler.stats.inc_value(f"feedexport/{what}/{type(slot.storage).__name__}")
