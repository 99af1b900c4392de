"""Compare a record with what is stored: under its own id, and under others with the same content."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from ecnscrawl.context import context_of
from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.items import Article, has_content
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import Comparison, ListingRead, Outcome, Visit


class DedupePipeline:
    """Adds the comparison to a visit with a record, and sets the record's revision."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).run)

    def process_item(self, item: Visit | ListingRead) -> Visit | ListingRead:
        if isinstance(item, Visit) and item.outcome is Outcome.READ:
            assert item.article is not None
            try:
                self._compare(item, item.article)
            except StorageFailed as error:  # the state cannot be read any more; the store pipeline ends the crawl
                raise DropItem(str(error)) from None
        return item

    def _compare(self, visit: Visit, article: Article) -> None:
        digest = bytes.fromhex(article.content_hash)
        # As the state says now: within a run a copy may have been stored since the article was requested.
        known = visit.known = self._run.state.article(article.id)
        is_same = known is not None and known.content_hash == digest
        original = self._run.state.original(digest) if not is_same and has_content(article) else None
        is_copy = original not in (None, article.id)
        if original and known and self._run.state.is_forgotten(original):
            is_same = True  # the stored revision stays: this one has become an exact copy of what was forgotten
        visit.comparison = Comparison(is_same, is_copy)
        if not is_same:
            article.revision = known.revision + 1 if known and visit.outcome is Outcome.UPDATED else 1
