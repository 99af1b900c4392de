"""Read a news page without knowing its layout: by its metadata, by what it shows, and by the shape of its text."""

from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.captions import Body, arrange
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

    @property
    def patterns(self) -> TextPatterns:
        from ecnscrawl.pages.generic.patterns import AnyPatterns  # noqa: PLC0415

        return AnyPatterns(super().patterns, self._language, self.extracted[0].get("authors", []))

    def body_of(self, blocks: Sequence[Block]) -> tuple[Body, dict[str, str]]:
        """Return the body with the lead picture, the pictures around its text, and the videos, without their captions.

        A picture among the blocks counts only if it is one of these; the paragraph beside it may be its caption.
        """
        from ecnscrawl.pages.generic.pictures import find_pictures  # noqa: PLC0415
        from ecnscrawl.pages.generic.videos import find_videos  # noqa: PLC0415

        fields, texts = self._fields, arrange(blocks, self.patterns).paragraphs
        pictures = find_pictures(self.document, fields.linked, fields.heading, texts)
        videos = find_videos(self.document, fields.linked, fields.heading, texts)
        shown = [each.shown or each.address for each in pictures]
        left_out = [each for each in blocks if not each.text and not _is_one_of(each.picture or "", shown)]
        figures = [each.figure for each in left_out if each.figure is not None]
        body = arrange([each for each in blocks if each not in left_out and each.figure not in figures], self.patterns)
        beside = [(address, caption) for address, caption in body.pictures if caption]
        captions = {each.caption for each in pictures} | {each.caption for each in videos}
        body.paragraphs = [text for text in body.paragraphs if text not in captions]
        body.pictures = [
            (each.address, each.caption or next((text for one, text in beside if _is_one_of(one, [address])), None))
            for each, address in zip(pictures, shown, strict=True)
        ]
        body.videos = [(each.address, each.poster, each.caption) for each in videos]
        origins = {"images": [each.origin for each in pictures], "videos": [each.origin for each in videos]}
        return body, {name: found[0] for name, found in origins.items() if found}


def _is_one_of(address: str, others: Sequence[str]) -> bool:
    from ecnscrawl.pages.generic.picture_addresses import same_picture  # noqa: PLC0415

    return any(same_picture(address, other) for other in others)
