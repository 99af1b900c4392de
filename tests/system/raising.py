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
