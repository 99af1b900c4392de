"""Read a news page without knowing its layout: by its metadata, and by the shape of its text."""

from collections.abc import Sequence

from ecnscrawl.pages.base import Extractor, Page
from ecnscrawl.pages.generic.metadata import GenericMetadata
from ecnscrawl.pages.generic.text import GenericText

__all__ = ["GenericMetadata", "GenericPage", "GenericText"]


class GenericPage(Page):
    """A page of any news site, read from its metadata, with the body found by its shape."""

    def extractors(self) -> Sequence[Extractor]:
        return [GenericMetadata(self.document), GenericText(self.document)]
