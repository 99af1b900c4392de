"""Turn the elements of a body into blocks: paragraphs, pictures and videos, in page order.

A paragraph is what a reader sees as one: a `<p>`, a list item, a heading, a quote, or the text between two runs of
`<br>`. A table row with several cells is one too; its cells are joined by ` | `. A table that only lays out the page is
treated like any other element.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.pages.element_roles import Classifier, ElementRole, keep
from ecnscrawl.pages.elements import UNSEEN
from ecnscrawl.pages.media import VIDEOS, picture_url, poster_url, scripted_video, video_url

_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer"
    " h1 h2 h3 h4 h5 h6 header hr legend li main menu ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_UNSEEN = (UNSEEN | {"button", "form", "nav"}) - set(VIDEOS)
_CENTRED = re.compile(r"text-align\s*:\s*(\w+)", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)


@dataclass(slots=True)
class Block:
    """A paragraph, a picture or a video. The text is clean; the URLs are as the page writes them."""

    text: str = ""
    picture: str | None = None
    video: str | None = None
    poster: str | None = None
    tag: str = ""  #: of the element that makes it a paragraph
    centred: bool = False
    caption: bool = False  #: in a `figcaption`, or in what the site calls a caption
    figure: HtmlElement | None = None  #: the `figure` that contains it


@dataclass(frozen=True, slots=True)
class EndMark:
    """An element or comment that follows the body on all pages of a site."""

    element: HtmlElement
    is_last: bool  #: nothing was read as the body's after it


class BlockReader:
    """Reads blocks from one element after another, until the classifier returns STOP or END."""

    def __init__(self, classify: Classifier = keep) -> None:
        self.blocks: list[Block] = []
        self.stopped = False  #: the body has ended
        self.closed = False  #: an end mark was seen, so nothing of the body is missing
        self._mark: HtmlElement | None = None  # the last end mark
        self._is_after_mark = False  # a block was found after the mark
        self._buffered_before_mark = 0
        self._classify = classify
        self._buffer: list[str] = []
        self._breaks = 0
        self._open_blocks = [("", False, False)]  # tag, whether it is centred, whether it is a caption
        self._figures: list[HtmlElement] = []

    def read(self, root: HtmlElement) -> None:
        """Add the blocks of an element, without its tail text; or classify a comment."""
        if not isinstance(root.tag, str):
            self._stops_at(root)
            return
        if not len(root):  # as most cells of tables; a walk takes longer than all the rest
            self._enter(root)
            self._leave(root)
            self._flush()
            return
        walk = etree.iterwalk(root, events=("start", "end", "comment"))
        for event, element in walk:
            if event == "start":
                if not self._enter(element):
                    walk.skip_subtree()
                continue
            if event == "end":
                self._leave(element)
            elif self._stops_at(element):
                break
            if element is not root:
                self.add_text(element.tail)
        self._flush()

    @property
    def end_mark(self) -> "EndMark | None":
        """The end mark of the body, if one was seen."""
        return None if self._mark is None else EndMark(self._mark, is_last=not self._is_after_mark)

    def add_text(self, text: str | None) -> None:
        """Add text to the current paragraph."""
        if not text:
            return
        if not text.isspace():
            self._buffer.append(text)
            self._breaks = 0
        elif self._buffer:  # else it stands before a paragraph, as between the elements of most pages
            self._buffer.append(text)

    def _stops_at(self, element: HtmlElement) -> bool:
        role = self._classify(element)
        if role is ElementRole.START:
            self._buffer.clear()
            self.blocks = [block for block in self.blocks if not block.text]
        self._heed(role, element)
        return self.stopped

    def _heed(self, role: ElementRole, element: HtmlElement) -> None:
        if role in (ElementRole.CLOSE, ElementRole.END):
            self.closed, self._mark = True, element
            self._is_after_mark, self._buffered_before_mark = False, len(self._buffer)
        self.stopped |= role in (ElementRole.STOP, ElementRole.END)

    def _enter(self, element: HtmlElement) -> bool:
        """Start an element. Return False if its content must be skipped."""
        tag = element.tag
        if self.stopped or not isinstance(tag, str) or tag in _UNSEEN or _is_hidden(element):
            return False
        role = self._classify(element)
        if role not in (ElementRole.KEEP, ElementRole.CAPTION):
            self._heed(role, element)
            return False
        return self._open(tag, element, is_caption=tag == "figcaption" or role is ElementRole.CAPTION)

    def _open(self, tag: str, element: HtmlElement, *, is_caption: bool) -> bool:
        if tag == "br":
            self._break()
        elif tag == "img":
            self._add_media(Block(picture=picture_url(element)))
        elif tag in VIDEOS:
            self._add_media(Block(video=video_url(element), poster=poster_url(element)))
            return False
        elif tag == "script":
            self._add_scripted_video(element.text or "")
            return False
        elif tag in _BLOCKS:
            self._flush()
            is_caption |= self._open_blocks[-1][2]
            self._open_blocks.append((tag, _is_centred(element, self._open_blocks[-1][1]), is_caption))
            if tag == "figure":
                self._figures.append(element)
            elif tag == "tr" and _is_data_row(element):
                self._add_row(element)
                return False
        if element.text:
            self.add_text(element.text)
        return True

    def _leave(self, element: HtmlElement) -> None:
        if element.tag not in _BLOCKS or len(self._open_blocks) == 1:
            return
        self._flush()
        self._open_blocks.pop()
        if self._figures and self._figures[-1] is element:
            self._figures.pop()

    def _break(self) -> None:
        self._breaks += 1
        if self._breaks > 1:
            self._flush()
            self._breaks = 2
        else:
            self._buffer.append(" ")

    def _flush(self) -> None:
        if self._buffer:
            if self._mark is not None:
                after = self._buffer[self._buffered_before_mark :]
                self._is_after_mark |= any(not piece.isspace() for piece in after)
                self._buffered_before_mark = 0
            text = clean("".join(self._buffer) if len(self._buffer) > 1 else self._buffer[0])
            self._buffer.clear()
            if text:
                self._add(Block(text=text))
        self._breaks = 0

    def _add(self, block: Block) -> None:
        block.tag, block.centred, block.caption = self._open_blocks[-1]
        block.figure = self._figures[-1] if self._figures else None
        self.blocks.append(block)
        self._is_after_mark |= not block.text

    def _add_media(self, block: Block) -> None:
        if block.picture or block.video:
            self._flush()
            self._add(block)

    def _add_scripted_video(self, script: str) -> None:
        video, poster = scripted_video(script)
        if video and all(block.video != video for block in self.blocks):
            self._add_media(Block(video=video, poster=poster))

    def _add_row(self, row: HtmlElement) -> None:
        """Add a row's pictures, then its cells as one line. A cell that contains only pictures is not a column."""
        cells = []
        for cell in row.iterchildren("td", "th"):
            reader = BlockReader(self._classify)
            reader.read(cell)
            text = " ".join(block.text for block in reader.blocks if block.text)
            media = [block for block in reader.blocks if not block.text]
            for block in media:
                self._add(block)
            if text or not media:
                cells.append(text)
        line = clean(" | ".join(cells))
        if has_words(line):
            self._is_after_mark = True
            self._add(Block(text=line if len(cells) > 1 else cells[0]))


def read_blocks(roots: Iterable[HtmlElement], classify: Classifier = keep) -> list[Block]:
    """Return the blocks of these elements in order."""
    reader = BlockReader(classify)
    for root in roots:
        if reader.stopped:
            break
        reader.read(root)
    return reader.blocks


def text_of(element: HtmlElement) -> str:
    """Return the visible text of an element on one line."""
    if not len(element):
        return clean(element.text or "")
    return " ".join(block.text for block in read_blocks([element]) if block.text)


def _is_hidden(element: HtmlElement) -> bool:
    if element.get("hidden") is not None:
        return True
    style = element.get("style")
    return bool(style and _HIDDEN.search(style))


def _is_centred(element: HtmlElement, inherited: bool) -> bool:
    """Whether text in the element is centred."""
    style = element.get("style")
    stated = _CENTRED.search(style) if style else None
    align = stated[1] if stated else element.get("align")
    if align:
        return align.lower() in {"center", "middle"}
    return element.tag == "center" or inherited


def _is_data_row(row: HtmlElement) -> bool:
    cells = sum(1 for _ in row.iterchildren("td", "th"))
    return cells > 1 and next(row.iter("table"), None) is None
