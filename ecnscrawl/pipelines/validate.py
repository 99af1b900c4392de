"""The final record, as the schema has it and as sense has it; or the reasons why it is none."""

from datetime import datetime, timedelta
from typing import Self

import msgspec
from scrapy.crawler import Crawler

from ecnscrawl.context import context_of
from ecnscrawl.items import Article, has_content, validated
from ecnscrawl.normalize import timestamps
from ecnscrawl.storage.run import Clock
from ecnscrawl.visits import ListingRead, Outcome, Visit

MAX_LETTERS = 1000  #: of a title or a name: a longer one is a page that is not understood, or a hostile one
FIRST_YEAR = 2000  #: news on the web is hardly older, and for "no date" a CMS writes 1970, 1900 or 1999
_TOMORROW = timedelta(days=1)
_WRITTEN = (Outcome.NEW, Outcome.UPDATED, Outcome.DUPLICATE)  # of a copy the state keeps what is known


class ValidatePipeline:
    """Turns what would be stored into its final record; what is not fit for it is rejected."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(context_of(crawler).run.clock)

    def process_item(self, item: Visit | ListingRead) -> Visit | ListingRead:
        if isinstance(item, Visit) and item.outcome in _WRITTEN:
            assert item.article is not None
            reasons = reasons_against(item.article, self._clock())
            if not reasons:
                try:
                    item.article = validated(item.article)
                except msgspec.ValidationError as error:
                    reasons = [str(error)]
            if reasons:
                item.outcome, item.reasons = Outcome.REJECTED, reasons
        return item


def reasons_against(article: Article, now: datetime) -> list[str]:
    """What sense has against a record, where the schema says nothing of it; none where there is nothing."""
    reasons = []
    if not article.title:
        reasons.append("no title")
    if not article.published_at:
        reasons.append("no publication time")
    elif not _is_plausible(article.published_at, now):
        reasons.append(f"published_at {article.published_at} is no time of this site")
    reasons += [
        f"{key} has {len(text):,} letters, none has more than {MAX_LETTERS:,}"
        for key in ("title", "section", "source", "editor")
        if (text := getattr(article, key)) and len(text) > MAX_LETTERS
    ]
    if article.updated_at and not _is_plausible(article.updated_at, now):
        reasons.append(f"updated_at {article.updated_at} is no time of this site")
    if not has_content(article):
        reasons.append("neither body nor pictures nor videos")
    return reasons


def _is_plausible(text: str, now: datetime) -> bool:
    moment = timestamps.from_text(text)
    return moment.year >= FIRST_YEAR and moment <= now + _TOMORROW
