"""The rows of tables: those that are one line of text, and those that lay out the page."""

from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.pages.generic.html_tags import BLOCK_TAGS, UNSEEN

_LAYOUT = ("table", "h1", "h2", "h3")  #: in a row, these show that it lays out the page
_MAX_PARAGRAPHS, _MAX_BREAKS = 2, 50  #: of a cell
_ROW_LETTERS = 600  #: a longer row lays out the page


def line_of_row(row: HtmlElement) -> str | None:
    """Return the cells of a row as one line; None if it has one cell, no words, or lays out the page."""
    cells = [cell for cell in row if cell.tag in ("td", "th")]
    if len(cells) < 2 or next(row.iter(*_LAYOUT), None) is not None or any(map(_has_paragraphs, cells)):
        return None
    line = " | ".join(_line_of(cell) for cell in cells)
    return line if len(line) <= _ROW_LETTERS and has_words(line) else None


def _line_of(element: HtmlElement) -> str:
    """Return the text of an element on one line: with blanks where blocks begin and end, and none inside a word."""
    pieces: list[str] = []
    walk = etree.iterwalk(element, events=("start", "end", "comment", "pi"))
    for event, each in walk:
        if event == "start":
            if each.tag in UNSEEN:
                walk.skip_subtree()
            else:
                pieces += (" " if each.tag in BLOCK_TAGS or each.tag == "br" else "", each.text or "")
        else:
            if each.tag in BLOCK_TAGS:
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
