"""The layouts of www.ecns.cn since 2013. They share one structure.

Each is a class that overrides only what differs.
"""

import re
from functools import cached_property
from urllib.parse import urlsplit

from ecnscrawl.normalize.text import has_words
from ecnscrawl.pages.blocks import Block, text_of
from ecnscrawl.pages.bodies import read_body
from ecnscrawl.pages.document import Document, first
from ecnscrawl.pages.ecns.furniture import (
    GALLERY,
    PUBLISHED,
    SITE_SUFFIX,
    classify,
    headline_of,
    last_published,
)
from ecnscrawl.pages.ecns.infoline import InfoLine, texts_of
from ecnscrawl.pages.ecns.pager import PAGER, pagers_of, without
from ecnscrawl.pages.extractors import Extractor

_TITLE = first("h1", id="contitle")
_SECTION = first("h3", class_has="bitemblue", children="span")
LINE = first("div", class_has="downinfo")
_INFO = first("div", class_has="downinfo", children="span")
_BODY = first("div", id="yanse")
PLACES = (_TITLE, _SECTION, _INFO, _BODY)  #: each is the first one on the page
_BARE_NUMBER = re.compile(r"\d{1,3}")  # 2013 galleries count their pictures above the captions


class Layout(Extractor):
    """What all layouts share: `h1#contitle`, `div.downinfo`, `div#yanse`."""

    name = "layout"
    layout: str

    @classmethod
    def matches(cls, page: Document) -> bool:
        """Return whether the page has this layout. The newest layouts are tried first."""
        raise NotImplementedError

    @cached_property
    def info(self) -> InfoLine:
        """The info line, read from its spans, or from all of its text if some of that is outside of them."""
        spans = self.page.all(_INFO)
        line = spans[0].getparent() if spans else next(iter(self.page.all(LINE)), None)
        if line is None:
            return InfoLine()
        loose = [line.text, *(child.tail for child in line)]
        if not spans or any(text and has_words(text) and not text.strip().isdigit() for text in loose):
            return InfoLine.of(list(texts_of(line)))
        return InfoLine.of([text_of(span) for span in spans])

    def is_authoritative(self, field: str) -> bool:
        """A field is unknown if the page has its info line, section heading or body and the value is not in it."""
        if field in ("source", "editor"):
            return bool(self.page.all(_INFO)) or self.info != InfoLine()
        places = {"section": _SECTION, "blocks": _BODY}
        return field in places and bool(self.page.all(places[field]))

    def title(self) -> str | None:
        headings = self.page.all(_TITLE)
        return headline_of(self.page, text_of(headings[0])) if headings else None

    def published_at(self) -> str | None:
        return self.info.date

    def updated_at(self) -> str | None:
        return last_published(self.page)

    def source(self) -> str | None:
        return self.info.source

    def editor(self) -> str | None:
        return self.info.editor

    def section(self) -> str | None:
        """The last of the spans; since 2026 `Home /` stands before it."""
        spans = self.page.all(_SECTION)
        name = text_of(spans[-1]).strip(" /") if spans else ""
        return name if name and name != "Home" else None

    def blocks(self) -> list[Block]:
        bodies = self.page.all(_BODY)
        if not bodies:
            return []
        pagers = pagers_of(self.page)
        blocks, self.end_mark = read_body(bodies[0], without(pagers, classify))
        if GALLERY.match(urlsplit(self.page.url).path):
            blocks = [block for block in blocks if not _BARE_NUMBER.fullmatch(block.text)]
        if pagers:  # the number of the page itself is no link, and may stand outside of any element
            blocks = [block for block in blocks if not PAGER.fullmatch(block.text)]
        return blocks


class OldCms(Layout):
    """2013 to May 2018: gb2312, minutes, `Web Editor` at first."""

    layout = "old-cms"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return PUBLISHED.search(page.markup) is None and "] published at " in page.markup


class NewCms(Layout):
    """May 2018 to spring 2026: utf-8, seconds, comments round the body."""

    layout = "new-cms"

    @classmethod
    def matches(cls, _page: Document) -> bool:
        return True


class Redesign2026(NewCms):
    """Since spring 2026: a `<header>`, and `Home /` before the section."""

    layout = "2026"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return len(page.all(_SECTION)) > 1


class Mobile(NewCms):
    """The mobile edition: the same structure, with the site's name at the end of the title."""

    layout = "mobile"

    @classmethod
    def matches(cls, page: Document) -> bool:
        return urlsplit(page.url).path.startswith("/m/") or bool(SITE_SUFFIX.search(page.title or ""))


LAYOUTS: tuple[type[Layout], ...] = (Mobile, Redesign2026, OldCms, NewCms)


def layout_of(page: Document) -> type[Layout] | None:
    """Return the layout of a page; None if it has neither the headline nor the body of any layout."""
    if not (page.all(_TITLE) or page.all(_BODY)):
        return None
    return next(layout for layout in LAYOUTS if layout.matches(page))
