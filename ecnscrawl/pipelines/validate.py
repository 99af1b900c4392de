"""Make the final record of an article, or note why it is rejected: `store` writes the rejected ones."""

from typing import Self

from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.storage.run_settings import Clock
from ecnscrawl.validation import ArticleRefOf, checked
from ecnscrawl.visits import ListingRead, Outcome, Visit

_WRITTEN = (Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE)  # of a copy the state keeps what is known


class ValidatePipeline:
    """Makes final records, and rejects articles that make no valid one."""

    def __init__(self, clock: Clock, article_ref: ArticleRefOf | None) -> None:
        """`article_ref` is the site's; without one, as of a spider without a profile, addresses are not checked."""
        self._clock = clock
        self._article_ref = article_ref

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        context = context_of(crawler)
        return cls(context.run.clock, context.profile.article_ref if context.profile else None)

    def process_item(self, item: Visit | ListingRead) -> Visit | ListingRead:
        if isinstance(item, Visit) and item.outcome in _WRITTEN:
            assert item.article is not None
            if item.invalid is None:
                item.article, item.reasons = checked(item.article, self._clock(), self._article_ref)
            else:
                item.reasons = list(item.invalid)
        return item
