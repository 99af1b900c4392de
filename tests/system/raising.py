"""A pipeline with a mistake in it, as a user may write one."""

from typing import Any


class RaisingPipeline:
    """Fails at every record."""

    def process_item(self, item: Any) -> Any:
        return item.no_such_attribute
