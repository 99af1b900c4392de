"""Extract from www.ecns.cn by the words on a page, whatever elements they are in. The third extractor.

It looks for the info line, `2026-10-03 09:34:32 Xinhua Editor : Huang Fang`, and for the words that follow every body.
"""

import re
from functools import cached_property
from itertools import dropwhile, islice, pairwise

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.blocks import Block, BlockReader, text_of
from ecnscrawl.pages.bodies import following
from ecnscrawl.pages.ecns import furniture, infoline
from ecnscrawl.pages.ecns.pager import PAGER, pagers_of, without
from ecnscrawl.pages.element_roles import ElementRole
from ecnscrawl.pages.extractors import Extractor

_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_AFTER_THE_BODY = re.compile(
    r"(?:More ?)?(?:Related (?:news|stories|reading)|Photos?|Videos?|Most popular(?: in 24h)?|Top news"
    r"|Editor'?s'? picks?|(?:Desktop version ?[|]? ?)?Back to top|Copyright ©.*)(?: ?More)?",
    re.IGNORECASE,
)
_LABEL_PIECES = 16  # elements and comments: a label after the body is only a few words
_LINE_PIECES = 200  # of a heading or info line; without this, deeply nested elements would be read at each level
_LINE_LETTERS = 400  # of an info line, at most
_LINE_MARKUP = 20_000  # letters that it has in the markup, white space and all, at most
_NOT_TEXT = {"script", "style", "noscript", "template"}


class EcnsMarks(Extractor):
    """Finds fields by the words on the page."""

    name = "text"

    @cached_property
    def _heading(self) -> HtmlElement | None:
        """The largest heading that agrees with `<title>`; the largest of all where none does."""
        title = furniture.headline(self.page.title or "")
        headings = [element for tag in _HEADINGS for element in self.page.root.iter(tag)]
        for element in headings:
            text = text_of(element) if _is_small(element, _LINE_PIECES) else ""
            if text and title and (title.startswith(text) or text.startswith(title)):
                return element
        return next((element for element in self.page.root.iter("h1")), None)

    @cached_property
    def _date(self) -> HtmlElement | None:
        """The element in which a text begins with the publication time: as its first text, or after another element."""
        for element in self.page.root.iter():
            if element.tag in _NOT_TEXT:
                continue
            if isinstance(element.tag, str) and _begins_with_date(element.text):
                return element
            if _begins_with_date(element.tail):
                return element.getparent()
        return None

    @cached_property
    def _line(self) -> HtmlElement | None:
        """The smallest element that holds the date and what ends the info line; else the date alone.

        None where the line has no element of its own, as it stands between those of the body.
        """
        at = self._date
        while at is not None:
            text = at.text_content()
            if len(text) > _LINE_MARKUP or len(clean(text)) >= _LINE_LETTERS:
                break  # so has every element round it
            if infoline.ENDS.search(text):
                return at
            at = at.getparent()
        return None if at is self._date else self._date

    @cached_property
    def _info(self) -> infoline.InfoLine:
        if self._date is None:
            return infoline.InfoLine()
        texts = infoline.texts_of(self._date if self._line is None else self._line)
        line = dropwhile(lambda text: not infoline.BEGINS_WITH_DATE.match(text), texts)
        return infoline.InfoLine.of(list(line if self._line is not None else islice(line, 1)))

    def title(self) -> str | None:
        if self._heading is not None and (text := text_of(self._heading)):
            return furniture.headline_of(self.page, text)
        return furniture.headline_of(self.page, self.page.title or "") or None

    def published_at(self) -> str | None:
        return self._info.date

    def updated_at(self) -> str | None:
        return furniture.last_published(self.page)

    def source(self) -> str | None:
        return self._info.source

    def editor(self) -> str | None:
        return self._info.editor

    def section(self) -> str | None:
        """The last text of the heading before the headline."""
        name = ""
        for element in self.page.root.iter(*_HEADINGS):
            if element is self._heading:
                break
            small = element.iter("span") if _is_small(element, _LINE_PIECES) else ()
            spans = [text for span in small if (text := text_of(span))]
            name = spans[-1].strip(" /") if spans else name
        else:
            return None
        return name if name and name != "Home" else None

    def blocks(self) -> list[Block]:
        """What stands between the info line, or the headline, and the words after the body."""
        start = self._line if self._line is not None else self._heading
        if start is None:
            return []
        reader = BlockReader(without(pagers_of(self.page), _classify))
        for element in following(start):
            reader.read(element)
            if reader.stopped or (reader.closed and reader.blocks):
                break
            reader.add_text(element.tail)
        self.end_mark = reader.end_mark
        for before, block in pairwise(reader.blocks):
            # Paragraphs are `p` on this site: a `div` with text under a picture is `.pictext` by another name.
            block.caption |= bool(before.picture and block.text and block.tag == "div")
        return [block for block in reader.blocks if not (block.text and self._is_no_paragraph(block.text))]

    def _is_no_paragraph(self, text: str) -> bool:
        """Whether it is a pager, or the info line where that stands between the paragraphs."""
        if PAGER.fullmatch(text):
            return True
        return self._line is None and infoline.InfoLine.of([text]) == self._info != infoline.InfoLine()


def _is_small(element: HtmlElement, pieces: int) -> bool:
    """Whether fewer elements and comments than that are in an element."""
    return sum(1 for _ in islice(element.iter(), pieces)) < pieces


def _classify(element: HtmlElement) -> ElementRole:
    verdict = furniture.classify(element)
    if verdict is not ElementRole.KEEP or not isinstance(element.tag, str):
        return verdict
    if element.tag == "a" and (element.get("href") or "").startswith("javascript:"):
        return ElementRole.SKIP
    may_be_label = element.tag in (*_HEADINGS, "div") and _is_small(element, _LABEL_PIECES)
    if may_be_label and _AFTER_THE_BODY.fullmatch(text_of(element)):
        return ElementRole.STOP
    return ElementRole.KEEP


def _begins_with_date(text: str | None) -> bool:
    return bool(text) and infoline.BEGINS_WITH_DATE.match(clean(text or "")) is not None
