"""Pipelines with a mistake in them, as a user may write them."""

from typing import Any


class RaisingPipeline:
    """Fails at every record."""

    def process_item(self, item: Any) -> Any:
        return item.no_such_attribute


class UnopenablePipeline(RaisingPipeline):
    """Fails when the spider is opened."""

    def open_spider(self) -> None:
        raise FileNotFoundError("the list of words")


class ExplodingSites:
    """Fails at every record of one site, and when the spider of another one is opened."""

    def __init__(self, crawler: Any) -> None:
        self._site = crawler.spider.name

    @classmethod
    def from_crawler(cls, crawler: Any) -> "ExplodingSites":
        return cls(crawler)

    def open_spider(self) -> None:
        if self._site == "unopenable.example":
            raise FileNotFoundError("the list of words")

    def process_item(self, item: Any) -> Any:
        return item.no_such_attribute if self._site == "exploding.example" else item
