"""The layouts of articles of www.chinanews.com.cn since 2008: each is a class that names the places of its fields."""

from functools import cached_property
from typing import ClassVar

from lxml.html import HtmlElement

from ecnscrawl.pages.blocks import Block, read_blocks, text_of
from ecnscrawl.pages.bodies import read_body
from ecnscrawl.pages.chinanews.furniture import AUTHOR, DATE, EDITOR, SOURCE, classify, last_published
from ecnscrawl.pages.document import Document, Selector, selector
from ecnscrawl.pages.extractors import Extractor
from ecnscrawl.pages.text_patterns import patterns_of

# Hidden elements, for search engines (since 2011) and for the page's own scripts (since 2009).
_TIME = selector("//span[@id='pubtime_baidu']")
_TIME_FIELD = selector("//input[@id='pubtime']")
_SOURCE = selector("//span[@id='source_baidu']")
_AUTHOR = selector("//span[@id='author_baidu']")
_EDITOR = selector("//span[@id='editor_baidu']")
_NO_SECTIONS = frozenset({"首页", "新闻中心"})


class Layout(Extractor):
    """What all layouts share: a headline, a line with time and source, a body, the editor below it."""

    name = "layout"
    layout: ClassVar[str]
    headline: ClassVar[Selector]
    line: ClassVar[Selector]
    #: where pictures may stand
    above: ClassVar[Selector] = selector("(//div[@class='left_zw'])[1]/preceding-sibling::*")
    body: ClassVar[Selector] = selector("//div[@class='left_zw']")
    editor_line: ClassVar[Selector] = selector("//div[contains(@class, 'left_name')]")
    path: ClassVar[Selector]  #: the links from the front page to the section

    @classmethod
    def matches(cls, page: Document) -> bool:
        """Return whether the page has this layout."""
        return bool(page.all(cls.headline))

    def is_authoritative(self, field: str) -> bool:
        """A field is unknown if the page has its place and the value is not in it."""
        places = {"source": type(self).line, "editor": type(self).editor_line, "blocks": type(self).body}
        return field in places and bool(self.page.all(places[field]))

    def title(self) -> str | None:
        return self._text(type(self).headline) or None

    def published_at(self) -> list[str]:
        """The hidden elements have the seconds, the line only minutes."""
        fields = [element.get("value", "") for element in self.page.all(_TIME_FIELD)]
        line = DATE.search(self._line)
        return [text for text in (self._text(_TIME), *fields, line[0] if line else "") if text]

    def updated_at(self) -> str | None:
        return last_published(self.page)

    def source(self) -> str | None:
        match = SOURCE.search(self._text(_SOURCE)) or SOURCE.search(self._line)
        return match["name"] if match else None

    def editor(self) -> str | None:
        match = EDITOR.search(self._text(_EDITOR)) or EDITOR.search(self._text(type(self).editor_line))
        return match["name"] if match else None

    def authors(self) -> list[str]:
        """Those after 作者. Where the CMS repeats the editor there, a byline of the article says who wrote it."""
        match = AUTHOR.search(self._text(_AUTHOR))
        names = (patterns_of("zh").byline(match[0]) or [match["names"]]) if match else []
        return [] if names == [self.editor()] and self._has_byline() else names

    def section(self) -> str | None:
        links = self.page.all(type(self).path)
        text = text_of(links[-1]) if links else ""  # not of all links, which a broken page nests a thousand deep
        return text if text and text not in _NO_SECTIONS else None

    def blocks(self) -> list[Block]:
        bodies = self.page.all(type(self).body)
        if not bodies:
            return []
        blocks, self.end_mark = read_body(bodies[0], classify)
        above = [block for block in read_blocks(self._above, classify) if _is_media(block)]
        return above + [block for block in blocks if not EDITOR.fullmatch(block.text.strip("【[】] "))]

    @property
    def _above(self) -> list[HtmlElement]:
        """What stands between the line and the body."""
        elements, lines = self.page.all(type(self).above), self.page.all(type(self).line)
        behind = next((number for number, each in enumerate(elements, 1) if set(lines) & set(each.iter())), 0)
        return elements[behind:]

    def _has_byline(self) -> bool:
        texts = [block.text for block in self.blocks() if block.text and not block.caption]
        return any(patterns_of("zh").byline(text) for text in (*texts[:1], *texts[-1:]))

    @cached_property
    def _line(self) -> str:
        return self._text(type(self).line)

    def _text(self, place: Selector) -> str:
        """Return the text of the first element at this place."""
        return next((text_of(element) for element in self.page.all(place)), "")


class Layout2008(Layout):
    """2008 and 2009: gb2312, `div.title0`, `div#ad0`."""

    layout = "2008"
    headline = selector("//div[@class='title0']")
    line = selector("(//div[@class='title0'])[1]/following-sibling::div[1]")
    above = selector("//div[@id='newstext']/div[@id='content']")
    body = selector("//div[@id='ad0']")
    editor_line = selector("//div[@id='editor']")
    path = selector("//a[ancestor::div[@id='location']]")


class Layout2010(Layout):
    """2010: gb2312, `div.left_bt`, `div.left_time`, `font#fontzoom`."""

    layout = "2010"
    headline = selector("//div[@class='left_bt']/ul | //div[@class='left_bt'][not(ul)]")
    line = selector("//div[@class='left_time']")
    path = selector("//a[@href][ancestor::td[not(preceding-sibling::td[1])]/ancestor::div[@id='channel']]")


class Layout2011(Layout):
    """2011 to 2020: gb2312, `div#cont_1_1_2 > h1`, `div.left-t`, hidden elements for search engines."""

    layout = "2011"
    headline = selector("//div[@id='cont_1_1_2']/h1")
    line = selector("//div[@class='left-t']")
    path = selector("//a[@href][ancestor::div[@id='nav_div980']]")


class Layout2021(Layout):
    """Since 2021: utf-8, `h1.content_left_title`, `div.content_left_time`."""

    layout = "2021"
    headline = selector("//h1[@class='content_left_title']")
    line = selector("//div[@class='content_left_time']")
    path = selector("//a[@href][ancestor::div[contains(@class, 'con_left_nav_nav')]]")


def _is_media(block: Block) -> bool:
    """Whether a block is a picture, a video or a caption, not the words of a button beside them."""
    return not block.text or block.caption or patterns_of("zh").credit(block.text) is not None
