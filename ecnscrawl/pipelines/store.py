"""Write records and rejected records to files, and everything that was seen to the state."""

from contextlib import suppress
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import create_looping_call

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.transitions import Limits, link_changes
from ecnscrawl.items import Article, has_content
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.shutdown import stop, storage_has_room
from ecnscrawl.pipelines.recording import Recorder
from ecnscrawl.visits import FetchResult, ListingRead, Outcome, Visit


class StorePipeline:
    """Gives back the Article where one was stored, so that feeds see records; every other item ends here."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._context = context_of(crawler)
        self.run = self._context.run
        self.stats: RunStats = context_of(crawler).stats
        limits = Limits(
            recheck_ages=self.run.settings.recheck_ages,
            pending_attempts=crawler.settings.getint("PENDING_ATTEMPTS"),
            pending_backoff=crawler.settings.getint("PENDING_BACKOFF"),
        )
        self._recorder = Recorder(self.run, limits)
        self._timer = create_looping_call(self._tick)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        from twisted.internet import reactor  # noqa: PLC0415 - it is installed by now

        self._timer.start(self.run.settings.commit_seconds, now=False)
        self.run.on_write_end = lambda: reactor.callFromThread(self._tick)

    def close_spider(self) -> None:
        self.run.on_write_end = None
        if self._timer.running:
            self._timer.stop()
        with suppress(StorageFailed):  # the run says so itself
            self.run.commit()  # so that all is safe while the feeds are written

    def process_item(self, item: Visit | ListingRead) -> Article:
        if self._context.end.is_concluding:
            raise DropItem("the run was forced to end")
        try:
            if isinstance(item, ListingRead):
                self._listing(item)
                raise DropItem(f"listing {item.name}, page {item.page}")
            self._visit(item)
        except StorageFailed as error:
            self._stop(error)
            raise DropItem(str(error)) from None
        if item.outcome not in (Outcome.NEW, Outcome.UPDATED):
            raise DropItem(f"{item.outcome}: {item.address.url}")
        assert item.article is not None
        return item.article

    def _tick(self) -> None:
        if self._context.end.is_concluding:
            return
        try:
            self.run.commit_if_due()
        except StorageFailed as error:
            self._stop(error)
        else:
            if self.run.has_room:
                self._crawler.signals.send_catch_log(storage_has_room)

    def _stop(self, error: StorageFailed) -> None:
        """End the crawl, because nothing more can be stored."""
        if self._timer.running:
            self._timer.stop()
        stop(self._crawler, str(error))

    def _listing(self, read: ListingRead) -> None:
        """Its links become pending in the transaction that makes its validators known: a 304 hides none of them."""
        self.stats.add_listing(read)
        now = int(self.run.clock().timestamp())
        if read.ending is not None:
            self._recorder.note_endings(f"listing {read.name}", (read.ending,), was_cut=read.was_cut)
        with self.run.changing() as state:
            state.prefetch(link.id for link in read.links)
            for link in read.links:
                stated = read.published.get(link.id)
                self._recorder.carry_out(
                    link_changes(
                        link,
                        read.name,
                        is_known=state.first_run(link.id) is not None,
                        pending=state.pending(link.id) if stated else None,
                        stated=stated,
                        at=now,
                        run=self.run.number,
                    ),
                    None,
                )
            if read.state is not None:
                state.save_listing(read.state)
            if read.begins_walk is not None:
                state.begin_walk(read.name, read.begins_walk)
            elif read.ends_walk:
                state.end_walk(read.name)
                if state.overspent(read.name):
                    state.set_overspent(read.name, 0)

    def _visit(self, visit: Visit) -> None:
        self._recorder.note_endings("articles", visit.endings, was_cut=visit.was_cut)
        self.stats.add(visit)  # first: where storing fails, the run takes back what it did not make safe
        if visit.outcome in (Outcome.NEW, Outcome.UPDATED):
            assert visit.article is not None
            assert visit.source is not None
            self.stats.add_record(visit.article, visit.extractors, visit.source)
            self.stats.with_page += bool(visit.exchanges)
        with self.run.changing():
            if self.run.is_archiving and self._may_be_archived(visit):
                self.run.archive(visit.exchanges)
            self._recorder.carry_out(self._recorder.changes_of(visit), visit.article)

    def _may_be_archived(self, visit: Visit) -> bool:
        """Whether a page may be kept: not what its publisher reserves, nor a copy of an article that is forgotten."""
        if visit.result is FetchResult.RESERVED or self.run.state.is_forgotten(visit.address.id):
            return False
        digest = bytes.fromhex(visit.article.content_hash) if visit.article and has_content(visit.article) else None
        original = self.run.state.original(digest) if digest else None
        return original is None or not self.run.state.is_forgotten(original)
