"""Write records and rejected records to files, and everything that was seen to the state."""

from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem
from scrapy.utils.asyncio import create_looping_call

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.frontier.changes import (
    AddAlias,
    Change,
    MarkPending,
    NoteGone,
    NoteReturn,
    SetListingIfUnknown,
    UpdateArticle,
    WriteRecord,
    WriteReject,
)
from ecnscrawl.frontier.transitions import Before, Limits, Seen, changes, link_changes
from ecnscrawl.items import Article, has_content
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.network.shutdown import stop
from ecnscrawl.pages.endings import Ending, row_after
from ecnscrawl.visits import FetchResult, ListingRead, Outcome, Visit


class StorePipeline:
    """Gives back the Article where one was stored, so that feeds see records; every other item ends here."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self.run = context_of(crawler).run
        self.stats: RunStats = context_of(crawler).stats
        self._limits = Limits(
            recheck_ages=self.run.settings.recheck_ages,
            pending_attempts=crawler.settings.getint("PENDING_ATTEMPTS"),
            pending_backoff=crawler.settings.getint("PENDING_BACKOFF"),
        )
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
        """End the crawl, because nothing more can be stored."""
        if self._timer.running:
            self._timer.stop()
        stop(self._crawler, str(error))

    def _listing(self, read: ListingRead) -> None:
        """Its links become pending in the transaction that makes its validators known: a 304 hides none of them."""
        self.stats.add_listing(read)
        now = int(self.run.clock().timestamp())
        if read.ending is not None:
            self._note_endings(f"listing {read.name}", (read.ending,), was_cut=read.was_cut)
        with self.run.changing() as state:
            for link in read.links:
                stated = read.published.get(link.id)
                self._carry_out(
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

    def _note_endings(self, kind: str, endings: Sequence[Ending], *, was_cut: bool) -> None:
        """Remember how many pages in a row came without an end; mostly none did, and nothing is to be written."""
        row = self.run.state.unended(kind)
        after = 0 if was_cut else row_after(row, endings)
        if after != row:
            with self.run.changing() as state:
                state.set_unended(kind, after)

    def _visit(self, visit: Visit) -> None:
        self._note_endings("articles", visit.endings, was_cut=visit.was_cut)
        self.stats.add(visit)  # first: where storing fails, the run takes back what it did not make safe
        if visit.outcome in (Outcome.NEW, Outcome.UPDATED):
            assert visit.article is not None
            assert visit.source is not None
            self.stats.add_record(visit.article, visit.extractors, visit.source)
            self.stats.with_page += bool(visit.exchanges)
        with self.run.changing():
            if self.run.is_archiving and self._may_be_archived(visit):
                self.run.archive(visit.exchanges)
            before = self._before(visit)
            self._carry_out(changes(visit.outcome, before, self._seen(visit), self._limits), visit.article)

    def _may_be_archived(self, visit: Visit) -> bool:
        """Whether a page may be kept: not what its publisher reserves, nor a copy of an article that is forgotten."""
        if visit.result is FetchResult.RESERVED or self.run.state.is_forgotten(visit.address.id):
            return False
        digest = bytes.fromhex(visit.article.content_hash) if visit.article and has_content(visit.article) else None
        original = self.run.state.original(digest) if digest else None
        return original is None or not self.run.state.is_forgotten(original)

    def _before(self, visit: Visit) -> Before:
        """What the state knows as of now: since the article was requested it may have learned something."""
        id_, state = visit.address.id, self.run.state
        return Before(state.article(id_), state.pending(id_) or visit.pending)

    def _seen(self, visit: Visit) -> Seen:
        original = None
        if visit.outcome is Outcome.DUPLICATE:
            assert visit.article is not None
            original = self.run.state.original(bytes.fromhex(visit.article.content_hash))
        return Seen(
            link=visit.address,
            at=int(visit.at.timestamp()),
            run=self.run.number,
            listing=visit.listing,
            article=visit.article,
            original=original,
            parts=visit.parts,
            reasons=tuple(visit.reasons),
            requested=visit.requested,
        )

    def _carry_out(self, decided: Sequence[Change], article: Article | None) -> None:
        """Make these changes; within `changing`, so that they are committed together."""
        run, state = self.run, self.run.state
        for change in decided:
            match change:
                case MarkPending(pending):
                    state.mark_pending(pending)
                case SetListingIfUnknown(id_, listing):
                    state.set_listing_if_unknown(id_, listing)
                case UpdateArticle(known):
                    state.update(known)
                case AddAlias(known):
                    state.store(known, None, None)
                case NoteGone(known, at):
                    run.note_gone(known, at)
                case NoteReturn(known, at):
                    run.note_return(known, at)
                case WriteRecord(known):
                    assert article is not None
                    run.store(article, known)
                case WriteReject(reasons):
                    assert article is not None
                    run.reject(article, list(reasons))
