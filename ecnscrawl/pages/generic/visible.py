"""Read all visible text of a page as blocks, each with its place among the elements around it.

A block is what a reader sees as one paragraph, as in `pages/blocks`. Here nothing is left out as furniture: what a
form, a menu or a footer holds is a block too, because pages without good markup put their text anywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import unescape

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.pages.generic.hints import FIGURE, bits_of_element
from ecnscrawl.pages.generic.html_tags import BLOCK_TAGS, UNSEEN
from ecnscrawl.pages.generic.rows import line_of_row

_REFERENCE = re.compile(r"&#(?:\d{2,7}|x[\da-f]{2,6});", re.IGNORECASE)
_SMALL = re.compile(r"[0-3]?\d(?:px)?")  #: pixels

_UNSPOKEN = re.compile(r"visually[-_]?hidden|sr-only|screen-reader|offscreen", re.IGNORECASE)


@dataclass(slots=True)
class Place:
    """A block element that text stands in."""

    tag: str
    parent: int  #: number of the place around it; -1 for the outermost
    depth: int
    own: int  #: bits of what its own names say
    around: int  #: bits of all places around it and its own
    letters: int = 0  #: of all blocks in it
    link_letters: int = 0
    blocks: int = 0
    sentences: int = 0  #: blocks that look like sentences, in it
    rank: float = 0.0  #: by the sentences in it


@dataclass(slots=True)
class TextBlock:
    """A paragraph of the page."""

    text: str
    place: int  #: number of its place
    tag: str
    link_letters: int


@dataclass(frozen=True, slots=True)
class PlacedPicture:
    """A figure, or an image outside of figures."""

    element: HtmlElement
    place: int
    before: int  #: number of the block that follows it


@dataclass(slots=True)
class VisibleText:
    """All blocks of a page in order, and their places, the outer ones first."""

    blocks: list[TextBlock] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    pictures: list[PlacedPicture] = field(default_factory=list)

    @property
    def letters(self) -> int:
        return sum(len(block.text) for block in self.blocks)

    @property
    def depth(self) -> int:
        return max((place.depth for place in self.places), default=0)

    def chain(self, place: int) -> list[int]:
        """Return a place and those around it, the inner ones first."""
        found = []
        while place >= 0:
            found.append(place)
            place = self.places[place].parent
        return found

    def around(self, blocks: Sequence[int]) -> int:
        """Return the innermost place around all of these blocks."""
        first, *others = dict.fromkeys(self.blocks[number].place for number in blocks)
        chain = self.chain(first)[::-1]
        for place in others:
            common = set(self.chain(place))
            while chain[-1] not in common:
                chain.pop()
        return chain[-1]


class _Walk:
    def __init__(self) -> None:
        self.found = VisibleText()
        self._stack: list[int] = []
        self._buffer: list[str] = []
        self._linked = 0
        self._links = 0  # open links
        self._breaks = 0

    def read(self, root: HtmlElement) -> VisibleText:
        walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
        for event, element in walk:
            if event == "start":
                if not self._enter(element):
                    walk.skip_subtree()
                elif element.text:
                    self._add(element.text)
            else:
                if event == "end":
                    self._leave(element.tag)
                if element.tail and element is not root:
                    self._add(element.tail)
        self._flush()
        return self.found

    def _enter(self, element: HtmlElement) -> bool:
        """Start an element. Return False if what it holds is not to be read."""
        tag = element.tag
        if tag in BLOCK_TAGS:
            self._open(tag, element)
            return tag != "tr" or not self._add_row(element)
        if tag in UNSEEN or (tag == "span" and _UNSPOKEN.search(element.get("class") or "")):
            return False
        if tag == "a":
            self._links += 1
        elif tag == "br":
            self._break()
        elif tag == "img" and self._stack and not self.found.places[self._stack[-1]].around & FIGURE:
            if _is_sign(element):
                return True
            self._flush()
            self._add_picture(element)
        return True

    def _leave(self, tag: str) -> None:
        if tag in BLOCK_TAGS:
            self._flush()
            if len(self._stack) > 1:
                self._stack.pop()
        elif tag == "a" and self._links:
            self._links -= 1

    def _open(self, tag: str, element: HtmlElement) -> None:
        self._flush()
        own = bits_of_element(element)
        places = self.found.places
        parent = self._stack[-1] if self._stack else -1
        around = places[parent].around | own if parent >= 0 else own
        places.append(Place(tag, parent, len(self._stack), own, around))
        self._stack.append(len(places) - 1)
        if tag == "figure" and not (parent >= 0 and places[parent].around & FIGURE):
            self._add_picture(element)

    def _add_picture(self, element: HtmlElement) -> None:
        self.found.pictures.append(PlacedPicture(element, self._stack[-1], len(self.found.blocks)))

    def _add_row(self, row: HtmlElement) -> bool:
        """Add a table's row as one block, unless it lays out the page."""
        line = line_of_row(row)
        if line is None:
            return False
        linked = sum(len(link.text or "") for link in row.iter("a"))
        self.found.blocks.append(TextBlock(line, self._stack[-1], "tr", linked))
        return True

    def _add(self, text: str) -> None:
        self._buffer.append(text)
        if not text.isspace():
            self._breaks = 0
            if self._links:
                self._linked += len(text.strip())

    def _break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
            self._breaks = 1
        else:
            self._buffer.append(" ")

    def _flush(self) -> None:
        if self._buffer:
            text = clean("".join(self._buffer))
            self._buffer.clear()
            if "&#" in text:  # a reference that was escaped twice: `&amp;#8217;`
                text = clean(_REFERENCE.sub(lambda found: unescape(found[0]), text))
            if text and has_words(text) and self._stack:
                place = self._stack[-1]
                self.found.blocks.append(TextBlock(text, place, self.found.places[place].tag, self._linked))
        self._linked = 0
        self._breaks = 0


def _is_sign(image: HtmlElement) -> bool:
    """Return whether an image stands for a character: an emoji, or one that is as small as a letter."""
    sizes = [image.get(name) or "" for name in ("width", "height")]
    return "emoji" in (image.get("class") or "") or any(_SMALL.fullmatch(size) for size in sizes)


def visible_text(root: HtmlElement) -> VisibleText:
    """Return all blocks of a page."""
    return _Walk().read(root)
