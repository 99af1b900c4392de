"""The page class of www.ecns.cn: the extractors for its pages, and the other pages of an article."""

from collections.abc import Sequence
from functools import partial

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.blocks import EndMark
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.ecns.beginning import is_enough, length_of_beginning
from ecnscrawl.pages.ecns.furniture import classify_media, headline_of, is_followed_by_furniture, mobile_address
from ecnscrawl.pages.ecns.layouts import LAYOUTS, layout_of
from ecnscrawl.pages.ecns.outlets import ECNS_PATTERNS
from ecnscrawl.pages.ecns.pager import has_whole_pager, other_parts
from ecnscrawl.pages.ecns.text_patterns import EcnsMarks
from ecnscrawl.pages.endings import Ending, ends_in_html
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic import GenericText
from ecnscrawl.pages.metadata import Metadata

# What is in a body before its scripts have run: the share bar, which has pictures with links only, and the pager.
_WRITTEN = """
//*[@id='yanse']/descendant-or-self::*[not(self::script or self::style)]
    [not(ancestor-or-self::*[@id='function_code_page'])]
    [text()[normalize-space(translate(., '\u00a0\u3000\u200b', ''))] or self::img[not(ancestor::a)] or self::video]
"""


class EcnsMetadata(Metadata):
    """Metadata, where the headline has the same additions as on the page."""

    def title(self) -> str | None:
        return headline_of(self.page, super().title() or "") or None


class EcnsPage(Page):
    """A page of an article of www.ecns.cn."""

    layouts = tuple(layout.layout for layout in LAYOUTS)
    has_end_mark = True
    site_patterns = ECNS_PATTERNS
    awaited = _WRITTEN
    awaited_in_listing = "//a[contains(@href, '/detail-i')] | //*[contains(@class, 'bizlst')]//a[@href]"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._source = source
        self._layout = layout_of(self.document)
        if not is_enough(self):
            self._parse_all()
        if self._layout:
            self.layout = self._layout.layout

    def parse(self, source: Source) -> Document:
        return Document(source, partial(length_of_beginning, source.url))

    def _parse_all(self) -> None:
        """Parse what comes after the body too, and forget what was read without it."""
        if not self.document.is_fully_parsed:
            self.document = Document(self._source)
            self._layout = layout_of(self.document)
            self.__dict__.pop("_extracted", None)

    def extractors(self) -> Sequence[Extractor]:
        page = self.document
        by_layout: list[Extractor] = [self._layout(page)] if self._layout else []
        return [*by_layout, EcnsMetadata(page), EcnsMarks(page), GenericText(page, classify_media)]

    def canonical(self) -> str | None:
        """As the page's metadata says it, which hardly any page has; else its mobile address, which all have."""
        self._parse_all()
        return super().canonical() or mobile_address(self.document)

    def ending(self, *, is_closed: bool | None = None) -> Ending:
        """Return how the page ends. If there is no `</html>`, what follows the body says it."""
        closed = ends_in_html(self.document.markup) if is_closed is None else is_closed
        if not closed:
            self._parse_all()
        return super().ending(is_closed=closed)

    def goes_on_after(self, mark: EndMark) -> bool:
        """Without the CMS's own pager, one may stand after the share bar, and its links must have arrived too."""
        return has_whole_pager(self.document.markup) or is_followed_by_furniture(mark.element)

    def other_parts(self) -> dict[int, str]:
        """New CMS: `…-p2.shtml`; old CMS: `…_2.shtml`; wherever on the page such an address stands."""
        return other_parts(self.document)
