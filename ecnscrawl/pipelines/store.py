"""The state's only writer: records to the run's file, everything that was seen to the state."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import create_looping_call

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.base import State
from ecnscrawl.frontier.records import PendingArticle, StoredArticle
from ecnscrawl.frontier.revisit import next_check, next_try
from ecnscrawl.items import Article
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.shutdown import stop
from ecnscrawl.normalize import timestamps
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.endings import Ending, row_after
from ecnscrawl.visits import ListingRead, Outcome, Visit


class StorePipeline:
    """Gives back the Article where one was stored, so that feeds see records; every other item ends here."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.run = context_of(crawler).run
        self.stats: RunStats = context_of(crawler).stats
        self._attempts = crawler.settings.getint("PENDING_ATTEMPTS")
        self._backoff = crawler.settings.getint("PENDING_BACKOFF")
        self._timer = create_looping_call(self._tick)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler)

    def open_spider(self) -> None:
        self._timer.start(self.run.settings.commit_seconds, now=False)

    def close_spider(self) -> None:
        if self._timer.running:
            self._timer.stop()
        with suppress(StorageFailed):  # the run says so itself
            self.run.commit()  # so that all is safe while the feeds are written

    def process_item(self, item: Visit | ListingRead) -> Article:
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
        try:
            self.run.commit_if_due()
        except StorageFailed as error:
            self._stop(error)

    def _stop(self, error: StorageFailed) -> None:
        """End the crawl: nothing can be stored any more, so nothing more is to be asked for."""
        if self._timer.running:
            self._timer.stop()
        stop(self._crawler, str(error))

    def _listing(self, read: ListingRead) -> None:
        """Its links become pending in the transaction that makes its validators known: a 304 hides none of them."""
        stats = self.stats.listing(read.name)
        stats.pages += read.state is not None
        stats.links += len(read.links)
        stats.ends_at = read.ends_at or stats.ends_at
        if read.reaches_since is not None:
            stats.reaches_since = read.reaches_since
        stats.is_limited |= read.is_limited
        if read.failure:
            stats.failure = stats.failure or read.failure
            stats.is_missing |= read.is_missing
            stats.is_empty |= read.is_empty
            stats.was_there |= read.was_there
        now = int(self.run.clock().timestamp())
        if read.ending is not None:
            self._note_endings(f"listing {read.name}", (read.ending,), was_cut=read.was_cut)
        with self.run.changing() as state:
            for link in read.links:
                if state.first_run(link.id) is None:
                    state.mark_pending(PendingArticle(link.id, link.url, read.name, now, self.run.number))
                else:
                    state.set_listing_if_unknown(link.id, read.name)
                if stated := read.published.get(link.id):
                    self._learn_time(state, link.id, stated)
            if read.state is not None:
                state.save_listing(read.state)
            if read.begins_walk is not None:
                state.begin_walk(read.name, read.begins_walk)
            elif read.ends_walk:
                state.end_walk(read.name)
                if state.overspent(read.name):
                    state.set_overspent(read.name, 0)

    @staticmethod
    def _learn_time(state: State, id_: str, stated: StatedTime) -> None:
        """Keep the time that a feed states of an article that is not stored: its page may state none."""
        pending = state.pending(id_)
        if pending and (pending.published is None or pending.published.precision == "day"):
            at = int(stated.at.timestamp())
            state.mark_pending(replace(pending, published_at=at, published_precision=stated.precision))

    def _note_endings(self, kind: str, endings: Sequence[Ending], *, was_cut: bool) -> None:
        """Remember how many pages in a row came without an end; mostly none did, and nothing is to be written."""
        row = self.run.state.unended(kind)
        after = 0 if was_cut else row_after(row, endings)
        if after != row:
            with self.run.changing() as state:
                state.set_unended(kind, after)

    def _visit(self, visit: Visit) -> None:
        if visit.outcome is Outcome.GONE and visit.known is None:
            visit.outcome = Outcome.FAILED  # a dead link: there never was a record to keep
        if visit.outcome in (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED):
            self._note_return(visit)
        self._note_endings("articles", visit.endings, was_cut=visit.was_cut)
        self.stats.add(visit)  # first: where storing fails, the run takes back what it did not make safe
        match visit.outcome:
            case Outcome.NEW | Outcome.UPDATED:
                assert visit.article is not None
                assert visit.source is not None
                self.stats.add_record(visit.article, visit.rungs, visit.source)
                self.run.store(visit.article, self._known(visit))
            case Outcome.DUPLICATE:
                self._alias(visit)
            case Outcome.UNCHANGED:
                self._checked(visit)
            case Outcome.GONE:
                self._gone(visit)
            case _:
                self._not_stored(visit)

    def _known(self, visit: Visit) -> StoredArticle:
        """What is known of an article as it has just been read."""
        article = visit.article
        assert article is not None
        before = self.run.state.article(article.id) or self.run.state.pending(article.id)
        looked_at, published_at = _seconds(article.fetched_at), _seconds(article.published_at)
        return StoredArticle(
            id=article.id,
            url=article.url,
            listing=before.listing if before else visit.listing,
            content_hash=bytes.fromhex(article.content_hash),
            revision=article.revision,
            alias_of=None,
            published_at=published_at,
            first_seen=before.first_seen if before else looked_at,
            first_run=before.first_run if before else self.run.number,
            last_checked=looked_at,
            next_check=next_check(published_at, looked_at, self.run.settings.recheck_ages),
            parts=visit.parts,
            gone_at=None,
            published_precision=article.published_precision,
        )

    def _alias(self, visit: Visit) -> None:
        known = self._known(visit)
        assert known.content_hash is not None
        with self.run.changing() as state:
            state.store(replace(known, alias_of=state.original(known.content_hash), revision=0), None, None)

    def _checked(self, visit: Visit) -> None:
        """Remember a look at a known article that has shown nothing new."""
        looked_at = int(visit.at.timestamp())
        with self.run.changing() as state:
            if known := state.article(visit.address.id):
                parts = visit.parts or known.parts
                state.update(replace(self._looked_at(known, looked_at), parts=parts, gone_at=None))

    def _gone(self, visit: Visit) -> None:
        """Note when an article was found to be gone; its record stays, and only a listing can bring it back."""
        now = int(visit.at.timestamp())
        known = visit.known
        assert known is not None
        with self.run.changing() as state:
            state.update(replace(known, last_checked=now, next_check=None, gone_at=known.gone_at or now))
            if known.alias_of is None:  # of a copy no file has the id
                self.run.gone_file.add_gone(known, now)
            if known.gone_at is not None:  # a listing still shows it: asked for again, but ever more seldom
                state.mark_pending(self._after_failure(visit, now))

    def _note_return(self, visit: Visit) -> None:
        """Note that an article that was gone is there again; what has become of it is noted after that."""
        now = int(visit.at.timestamp())
        known = self.run.state.article(visit.address.id)
        if known and known.gone_at is not None and known.alias_of is None:
            with self.run.changing() as state:
                self.run.gone_file.add_back(known, now)
                state.update(replace(known, gone_at=None, next_check=now))

    def _not_stored(self, visit: Visit) -> None:
        """Failed, rejected, or outside the dates asked for: pending, so that a later run comes back to it."""
        now = int(visit.at.timestamp())
        if visit.outcome is Outcome.REJECTED:
            assert visit.article is not None
            self.run.reject(visit.article, visit.reasons)
        with self.run.changing() as state:
            if visit.outcome is not Outcome.OUTSIDE:
                if (
                    visit.known and visit.known.gone_at is None
                ):  # of a gone one the last look is the one that found it so
                    state.update(self._looked_at(visit.known, now))
                state.mark_pending(self._after_failure(visit, now))
            elif visit.known is None:
                assert visit.article is not None
                at, precision = _seconds(visit.article.published_at), visit.article.published_precision
                pending = replace(self._pending(visit, now), published_at=at, published_precision=precision)
                state.mark_pending(replace(pending, next_try=0))

    def _looked_at(self, known: StoredArticle, now: int) -> StoredArticle:
        return replace(
            known, last_checked=now, next_check=next_check(known.published_at, now, self.run.settings.recheck_ages)
        )

    def _after_failure(self, visit: Visit, now: int) -> PendingArticle:
        pending = self._pending(visit, now)
        attempts = pending.attempts + 1
        again = next_try(now, attempts, limit=self._attempts, backoff=self._backoff)
        return replace(pending, attempts=attempts, next_try=again, reason="; ".join(visit.reasons))

    def _pending(self, visit: Visit, now: int) -> PendingArticle:
        return (
            self.run.state.pending(visit.address.id)  # which may have learned something since it was asked for
            or visit.pending
            or PendingArticle(visit.address.id, visit.address.url, visit.listing, now, self.run.number)
        )


def _seconds(text: str) -> int:
    return int(timestamps.from_text(text).timestamp())
