"""Read a news page without knowing its layout: by its metadata, by what it shows, and by the shape of its text."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from ecnscrawl.pages.base import Extractor, Page
from ecnscrawl.pages.captions import Body
from ecnscrawl.pages.generic.credits import WithCredits
from ecnscrawl.pages.generic.fields import GenericFields
from ecnscrawl.pages.generic.pictures import find_pictures
from ecnscrawl.pages.generic.text import GenericText
from ecnscrawl.pages.text_patterns import TextPatterns

__all__ = ["GenericFields", "GenericPage", "GenericText"]


class GenericPage(Page):
    """A page of any news site, read from its metadata and what it shows, with the body found by its shape."""

    @cached_property
    def _fields(self) -> GenericFields:
        return GenericFields(self.document)

    def extractors(self) -> Sequence[Extractor]:
        return [self._fields, GenericText(self.document)]

    @property
    def patterns(self) -> TextPatterns:
        return WithCredits(super().patterns)

    def with_pictures(self, body: Body) -> tuple[Body, str | None]:
        """Return the body with the pictures around its text and the lead picture, and without their captions."""
        found = find_pictures(self.document, self._fields.linked, self._fields.heading, body.paragraphs)
        if not found:
            return body, None
        captions = {picture.caption for picture in found}
        return (
            replace(
                body,
                paragraphs=[text for text in body.paragraphs if text not in captions],
                pictures=[(picture.address, picture.caption) for picture in found],
            ),
            found[0].origin,
        )
