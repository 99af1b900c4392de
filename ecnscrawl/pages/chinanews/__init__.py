"""The page class of www.chinanews.com.cn: the extractors for its pages, and the other pages of an article."""

import re
from collections.abc import Sequence
from functools import cached_property

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.base import Page
from ecnscrawl.pages.blocks import EndMark
from ecnscrawl.pages.bodies import following
from ecnscrawl.pages.chinanews.furniture import DATE, SITE_SUFFIX, SOURCE, classify, last_published, other_parts
from ecnscrawl.pages.chinanews.layouts import Layout, Layout2008, Layout2010, Layout2011, Layout2021
from ecnscrawl.pages.chinanews.media import Gallery, Video
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.generic import GenericText
from ecnscrawl.pages.metadata import Metadata

_LINE = re.compile(rf"(?P<date>{DATE.pattern})\s*来源\s*[:：]")  # 2016年09月11日 14:38 来源：
_EDITOR = re.compile(r"【(?:责任)?编辑\s*[:：]\s*(?P<name>[^】]{1,40}?)\s*】")
_MAX_LETTERS = 100_000  # of a page's text in which the line with time and source is searched

_LAYOUTS: tuple[type[Layout], ...] = (Layout2021, Layout2011, Layout2010, Layout2008, Video, Gallery)


class ChinanewsMetadata(Metadata):
    """Metadata, where the headline ends in the site's name."""

    def title(self) -> str | None:
        return SITE_SUFFIX.sub("", super().title() or "") or None


class ChinanewsMarks(Extractor):
    """Finds fields by the words on the page, such as `2016年09月11日 14:38 来源：中国新闻网`, of any layout."""

    name = "text"

    def title(self) -> str | None:
        return SITE_SUFFIX.sub("", self.page.title or "") or None

    def published_at(self) -> str | None:
        match = _LINE.search(self._text)
        return match["date"] if match else None

    def updated_at(self) -> str | None:
        return last_published(self.page)

    def source(self) -> str | None:
        match = SOURCE.search(self._text)
        return match["name"] if match else None

    def editor(self) -> str | None:
        match = _EDITOR.search(self._text)
        return match["name"] if match else None

    @cached_property
    def _text(self) -> str:
        return clean(self.page.root.text_content()[:_MAX_LETTERS])


class ChinanewsPage(Page):
    """A page of an article of www.chinanews.com.cn."""

    layouts = tuple(layout.layout for layout in _LAYOUTS)
    has_end_mark = True

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._layout = next((layout for layout in _LAYOUTS if layout.matches(self.document)), None)
        if self._layout:
            self.layout = self._layout.layout

    def extractors(self) -> Sequence[Extractor]:
        page = self.document
        by_layout: list[Extractor] = [self._layout(page)] if self._layout else []
        return [*by_layout, ChinanewsMetadata(page), ChinanewsMarks(page), GenericText(page, classify)]

    def ending(self, *, is_closed: bool | None = None) -> Ending:
        """Return how the page ends. Not every video or gallery has what ends most of them."""
        ending = super().ending(is_closed=is_closed)
        return Ending.PLAIN if ending is Ending.UNMARKED and self._layout in (Video, Gallery) else ending

    def goes_on_after(self, mark: EndMark) -> bool:
        """The pager in the mark, and the editor, who is named below it up to 2020, must have arrived whole.

        An element after each of them shows this.
        """
        editor_lines = self.document.all(self._layout.editor_line) if self._layout else []
        return (
            self._layout is not Gallery
            and "editor" in self.extracted[0]
            and all(
                any(isinstance(after.tag, str) for after in following(element))
                for element in (mark.element, *editor_lines)
            )
        )

    def other_parts(self) -> dict[int, str]:
        """The addresses in the pager: `…/8000830_2.shtml`."""
        return other_parts(self.document)
