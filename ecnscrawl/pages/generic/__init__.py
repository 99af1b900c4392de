"""Read a news page without knowing its layout: by its metadata, by what it shows, and by the shape of its text."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.captions import Body
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic.text import GenericText
from ecnscrawl.pages.text_patterns import TextPatterns

if TYPE_CHECKING:
    from ecnscrawl.pages.generic.fields import GenericFields

__all__ = ["GenericPage", "GenericText"]


class GenericPage(Page):
    """A page of any news site, read from its metadata and what it shows, with the body found by its shape."""

    @cached_property
    def _fields(self) -> "GenericFields":
        # Every site's profile brings this class along, and most runs read no page with it: 35 ms of patterns.
        from ecnscrawl.pages.generic.fields import GenericFields  # noqa: PLC0415

        return GenericFields(self.document)

    def extractors(self) -> Sequence[Extractor]:
        return [self._fields, GenericText(self.document, language=self._language, authors=self._fields.authors)]

    @property
    def _language(self) -> str:
        return self._fields.language() or self._site_language

    def other_parts(self) -> dict[int, str]:
        from ecnscrawl.pages.generic.paging import other_parts  # noqa: PLC0415

        return other_parts(self.document)

    def links_back(self) -> bool:
        from ecnscrawl.pages.generic.paging import links_back  # noqa: PLC0415

        return links_back(self.document)

    @property
    def patterns(self) -> TextPatterns:
        from ecnscrawl.pages.generic.patterns import AnyPatterns  # noqa: PLC0415

        return AnyPatterns(super().patterns, self._language, self.extracted[0].get("authors", []))

    def body_of(self, pages: Sequence[Page]) -> tuple[Body, dict[str, str]]:
        """Return the body with the pictures and videos of the article, without their captions."""
        from ecnscrawl.pages.generic.media import with_media  # noqa: PLC0415

        parts = [page._fields for page in pages if isinstance(page, GenericPage)]
        return with_media(parts, [block for page in pages for block in page.blocks], self.patterns)
