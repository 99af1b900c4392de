"""Which version of an article this is: new, a correction, seen before, or a copy of another one."""

from typing import Self

from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.items import has_content
from ecnscrawl.storage.run import Run
from ecnscrawl.visits import ListingRead, Outcome, Visit


class DedupePipeline:
    """Sets the outcome of a read article, and its revision."""

    def __init__(self, run: Run) -> None:
        self._run = run

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).run)

    def process_item(self, item: Visit | ListingRead) -> Visit | ListingRead:
        if isinstance(item, Visit) and item.outcome is Outcome.READ:
            self._judge(item)
        return item

    def _judge(self, visit: Visit) -> None:
        article = visit.article
        assert article is not None
        digest = bytes.fromhex(article.content_hash)
        # As the state says now: within a run a copy may have been stored since the article was asked for.
        known = visit.known = self._run.state.article(article.id)
        if known and known.content_hash == digest:
            visit.outcome = Outcome.UNCHANGED
        elif known and known.alias_of is None:
            visit.outcome, article.revision = Outcome.UPDATED, known.revision + 1
        elif has_content(article) and self._run.state.original(digest) not in (None, article.id):
            visit.outcome, article.revision = Outcome.DUPLICATE, 1
        else:
            visit.outcome, article.revision = Outcome.NEW, 1
