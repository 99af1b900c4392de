"""Read all visible text of a page as blocks, each with its place among the elements around it.

A block is what a reader sees as one paragraph, as in `pages/blocks`. Here nothing is left out as furniture: what a
form, a menu or a footer holds is a block too, because pages without good markup put their text anywhere.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words

_BLOCK_TAGS = frozenset(
    "address article aside blockquote body button center dd details dialog div dl dt fieldset figcaption figure footer"
    " form h1 h2 h3 h4 h5 h6 header hr html legend li main menu nav ol p pre section summary table tbody td tfoot th"
    " thead tr ul caption".split()
)
_UNSEEN = frozenset(
    "audio canvas datalist embed head iframe input map math meta link noscript object option script select"
    " style svg template textarea title video".split()
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_REFERENCE = re.compile(r"&#(?:\d{2,7}|x[\da-f]{2,6});", re.IGNORECASE)
_SMALL = re.compile(r"[0-3]?\d(?:px)?")  #: pixels
_LAYOUT = ("table", "h1", "h2", "h3")  #: in a row, these show that it lays out the page
_MAX_PARAGRAPHS, _MAX_BREAKS = 2, 50  #: of a cell
_ROW_LETTERS = 600  #: a longer row lays out the page

#: What the names of classes and ids say of an element. Of two that begin at one letter, the first counts.
_NAMES = {
    "body": r"article[-_]?(?:body|text|content|copy)|(?:post|entry|story|page|main|news)[-_]?(?:body|content|text|copy)"
    r"|rich[-_]?text|body[-_]?(?:text|copy|content)|prose|wysiwyg|paragraph",
    "related": r"related|recommend|more\b|more[-_]|read[-_]?(?:next|also)|popular|trending|most[-_]|latest|teaser|promo"
    r"|card|carousel|outbrain|taboola|recirc|up[-_]?next|suggest",
    "share": r"share|social|follow|tweet|facebook|sns|tool",
    "sign": r"newsletter|subscri|sign[-_]?up|paywall|login|register|donat|cta\b|banner|cookie|consent|gdpr|modal|popup"
    r"|overlay|membership",
    "comment": r"comment|disqus|discuss|reply|respond",
    "caption": r"caption|photo|image|img|gallery|media|video|figure|slide|lightbox",
    "lead": r"lead|lede|intro|summary|standfirst|dek\b|subtitle|sub[-_]?head|abstract|excerpt|description|sapo\b|chapo",
    "header": r"head(?:er|line)?\b|masthead|topbar|hero|title",
    "side": r"side|widget|rail\b|module|right[-_]?col",
    "nav": r"nav|menu|breadcrumb|pagin|pager|tabs?\b|skip",
    "footer": r"foot|copyright|colophon|legal|disclaimer",
    "ad": r"\bads?[-_]|[-_]ads?\b|\bads?\b|advert|sponsor|dfp|google",
    "meta": r"byline|author|meta\b|meta[-_]|date|time|publish|\bbio\b|profile|info|kicker|label|tags?\b|categor|topic"
    r"|source|credit",
    "box": r"box|inline|inset|pull[-_]?quote|embed|fact|callout|note|correction|editor",
    "hidden": r"hidden|sr-only|visually|screen[-_]?reader|offscreen|print",
    "article": r"article|story|post\b|entry|single",
    "content": r"content|text|main|body",
}
_NAMED = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES.items()))
HINTS = {name: 1 << number for number, name in enumerate(_NAMES)}
#: Elements whose tag alone says something, by further bits.
MARKED = "article main aside footer header nav form button figure figcaption ul ol table blockquote section dl".split()
_MARKED_BITS = {tag: 1 << (len(HINTS) + number) for number, tag in enumerate(MARKED)}
HIDDEN = 1 << (len(HINTS) + len(MARKED))
CAPTION, _FIGURE = _MARKED_BITS["figcaption"], _MARKED_BITS["figure"]
#: Of elements that hold what belongs to the page or to other articles.
FOREIGN = (
    sum(HINTS[name] for name in ("related", "share", "sign", "comment", "side", "nav", "footer", "ad"))
    | sum(_MARKED_BITS[tag] for tag in ("aside", "footer", "nav", "form", "button"))
    | HIDDEN
)
_MAX_NAMES, _MAX_NAME = 12, 60  #: classes of an element that are looked at, and characters of each
_UNSPOKEN = re.compile(r"visually[-_]?hidden|sr-only|screen-reader|offscreen", re.IGNORECASE)


@lru_cache(maxsize=10_000)
def _bits_of(name: str) -> int:
    """Return what a class or id says.

    >>> _bits_of("share-bar") == HINTS["share"]
    True
    """
    bits = 0
    for match in _NAMED.finditer(name.lower()):
        bits |= HINTS[match.lastgroup or ""]
    return bits


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
        if tag in _BLOCK_TAGS:
            self._open(tag, element)
            return tag != "tr" or not self._add_row(element)
        if tag in _UNSEEN or (tag == "span" and _UNSPOKEN.search(element.get("class") or "")):
            return False
        if tag == "a":
            self._links += 1
        elif tag == "br":
            self._break()
        elif tag == "img" and self._stack and not self.found.places[self._stack[-1]].around & _FIGURE:
            if _is_sign(element):
                return True
            self._flush()
            self._add_picture(element)
        return True

    def _leave(self, tag: str) -> None:
        if tag in _BLOCK_TAGS:
            self._flush()
            if len(self._stack) > 1:
                self._stack.pop()
        elif tag == "a" and self._links:
            self._links -= 1

    def _open(self, tag: str, element: HtmlElement) -> None:
        self._flush()
        own = _MARKED_BITS.get(tag, 0)
        for names in (element.get("class"), element.get("id")):
            if names:
                for name in names.split(None, _MAX_NAMES)[:_MAX_NAMES]:
                    own |= _bits_of(name[:_MAX_NAME])
        style = element.get("style")
        if element.get("hidden") is not None or (style and _HIDDEN.search(style)):
            own |= HIDDEN
        places = self.found.places
        parent = self._stack[-1] if self._stack else -1
        around = places[parent].around | own if parent >= 0 else own
        places.append(Place(tag, parent, len(self._stack), own, around))
        self._stack.append(len(places) - 1)
        if tag == "figure" and not (parent >= 0 and places[parent].around & _FIGURE):
            self._add_picture(element)

    def _add_picture(self, element: HtmlElement) -> None:
        self.found.pictures.append(PlacedPicture(element, self._stack[-1], len(self.found.blocks)))

    def _add_row(self, row: HtmlElement) -> bool:
        """Add a table's row as one block, unless it lays out the page."""
        cells = [cell for cell in row if cell.tag in ("td", "th")]
        if len(cells) < 2 or next(row.iter(*_LAYOUT), None) is not None or any(map(_has_paragraphs, cells)):
            return False
        texts = [_line_of(cell) for cell in cells]
        line = " | ".join(texts)
        if len(line) > _ROW_LETTERS or not has_words(line):
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


def _line_of(element: HtmlElement) -> str:
    """Return the text of an element on one line: with blanks where blocks begin and end, and none inside a word."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, each in walk:
        if event == "start":
            if each.tag in _UNSEEN:
                walk.skip_subtree()
            else:
                pieces += (" " if each.tag in _BLOCK_TAGS or each.tag == "br" else "", each.text or "")
        else:
            if each.tag in _BLOCK_TAGS:
                pieces.append(" ")
            if each is not element:
                pieces.append(each.tail or "")
    return clean("".join(pieces))


def _has_paragraphs(cell: HtmlElement) -> bool:
    """Return whether the text of a cell has several paragraphs: one element after another, or an empty line."""
    if sum(1 for _ in islice(cell.iter("p"), _MAX_PARAGRAPHS + 1)) > _MAX_PARAGRAPHS:
        return True
    breaks = 0
    for line in islice(cell.iter("br"), _MAX_BREAKS):
        following = line.getnext()
        if following is not None and following.tag == "br" and not (line.tail or "").strip():
            breaks += 1
    return breaks > 1


def _is_sign(image: HtmlElement) -> bool:
    """Return whether an image stands for a character: an emoji, or one that is as small as a letter."""
    sizes = [image.get(name) or "" for name in ("width", "height")]
    return "emoji" in (image.get("class") or "") or any(_SMALL.fullmatch(size) for size in sizes)


def visible_text(root: HtmlElement) -> VisibleText:
    """Return all blocks of a page."""
    return _Walk().read(root)
