"""www.ecns.cn: which rungs read a page of it, and where its other pages are."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from ecnscrawl.pages.base import Page, Rung
from ecnscrawl.pages.document import Source, selector
from ecnscrawl.pages.ecns.layouts import layout_of
from ecnscrawl.pages.ecns.marks import EcnsMarks
from ecnscrawl.pages.generic import GenericText
from ecnscrawl.pages.metadata import Metadata
from ecnscrawl.urls import resolve

# Of the first few: of pagers in pagers, thousands deep, each link would be found as often as it is deep.
_PAGER_LINKS = selector("(//div[@id='function_code_page'])[position() <= 3]//a[@href]")
_PART = re.compile(r"[-_]p?(\d{1,3})\.s?html?$")  # detail-i….-p2.shtml | 301274_2.shtml

# What is in a body before its scripts have run: the share bar, which has pictures with links only, and the pager.
_WRITTEN = """
//*[@id='yanse']/descendant-or-self::*[not(self::script or self::style)]
    [not(ancestor-or-self::*[@id='function_code_page'])]
    [text()[normalize-space(translate(., '\u00a0\u3000\u200b', ''))] or self::img[not(ancestor::a)] or self::video]
"""


class EcnsPage(Page):
    """A page of an article of www.ecns.cn."""

    awaited = _WRITTEN
    awaited_in_listing = "//a[contains(@href, '/detail-i')] | //*[contains(@class, 'bizlst')]//a[@href]"

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._layout = layout_of(self.document)
        if self._layout:
            self.layout = self._layout.layout

    def rungs(self) -> Sequence[Rung]:
        page = self.document
        by_layout: list[Rung] = [self._layout(page)] if self._layout else []
        return [*by_layout, Metadata(page), EcnsMarks(page), GenericText(page)]

    def other_parts(self) -> dict[int, str]:
        """Old CMS: links inside the pager. New CMS: `…-p2.shtml`, wherever on the page such an address stands."""
        own = urlsplit(self.document.url)
        stem = _PART.sub("", own.path).removesuffix(".shtml")
        name = re.escape(stem.rsplit("/", 1)[1])
        parts = {int(n): f"{stem}-p{n}.shtml" for n in re.findall(name + r"-p(\d{1,3})\.shtml", self.document.markup)}
        for anchor in _PAGER_LINKS(self.document.root):
            path = urlsplit(resolve(self.document.url, anchor.get("href", "")) or "").path
            if (number := _PART.search(path)) and path[: number.start()] == stem:
                parts.setdefault(int(number[1]), path)
        return {number: own._replace(path=parts[number]).geturl() for number in sorted(parts) if number > 1}
