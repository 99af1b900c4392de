"""Decide whether a page is complete, by how it ends and by comparing it with a second copy. Pure functions.

HTTP does not notice that a body was cut off if the length is missing or wrong. So the page itself must show its end.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self

TAIL = 200  #: bytes: if two copies end in the same bytes, they were not cut off at different places
CUT_OFF = "cut off: it shows no end, and two copies of it differ"
ROW = 10  #: pages in a row without an end, each confirmed by a second copy, after which the site has no end mark

_HTML_END = re.compile(r"</html\s*>\Z", re.IGNORECASE)
# Comments and declarations, in which text may look like an element. One that does not end is matched to the end of the
# text: searching for its end again from each later one would take hours. A declaration may lack its question mark.
_COMMENT = r"<!--.*?(?:-->|\Z)"
_ROOT = re.compile(
    rf"{_COMMENT}|<\?xml\s[^<>]*>|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?(?:\]\s*>|\Z)|>|\Z)"
    r"|<(?P<name>[A-Za-z_][^\s/<>]{0,99})(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTES = re.compile(r"""[^"'<>]*(?:(?:"[^"]*"|'[^']*')[^"'<>]*)*>""")
_END_TAG = re.compile(rf"{_COMMENT}|<!\[CDATA\[.*?(?:\]\]>|\Z)|</(?P<name>[A-Za-z_][^\s/<>]{{0,99}})\s*>", re.DOTALL)
_BLANK = " \t\r\n\f\v\0\ufeff"
_LONGEST_TAG = 100  # characters
_PIECE = 4096  # characters checked at a time, so that megabytes of white space are not copied for each comment in them


class Ending(Enum):
    """How a page ends."""

    MARKED = "its layout's end mark was seen"
    UNMARKED = "it ends in </html>, but its layout's end mark is missing"
    PLAIN = "it ends in the normal way, and its layout has no end mark"
    UNSEEN = "it shows no end, so it may have been cut off"

    @property
    def is_whole(self) -> bool:
        """Whether the page is complete."""
        return self is not Ending.UNSEEN


class Decision(Enum):
    """What to do with a page."""

    TAKE = "it is complete, as far as can be known"
    ASK_AGAIN = "a second copy must show whether it was cut off"
    REFUSE = "the two copies differ, so at least one of them was cut off"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is kept of a page without an end, to compare it with a second copy."""

    digest: bytes  #: of everything that was read from it
    tail: bytes  #: its last TAIL bytes

    @classmethod
    def of(cls, read: object, body: bytes) -> Self:
        """Make it from what was read, which is compared by its `repr`, and from the page or its last bytes."""
        digest = hashlib.blake2b(repr(read).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return cls(digest, body[-TAIL:])


def ending_of(*, has_mark: bool, mark_seen: bool, is_closed: bool) -> Ending:
    """Return how the page of an article ends.

    `has_mark`: the site's layouts have an end mark. `mark_seen`: the page has it. `is_closed`: it ends in `</html>`.
    """
    if mark_seen:
        return Ending.MARKED
    if not is_closed:
        return Ending.UNSEEN
    return Ending.UNMARKED if has_mark else Ending.PLAIN


def decide(ending: Ending, copy: Copy | None, first: Copy | None, *, has_no_end: bool) -> Decision:
    """Return what to do with a page with this ending.

    `copy` is made from the page; it may be None for a complete page. `first` is made from the first copy, or None if
    this is the first. `has_no_end`: the pages of this site were found to have no end.
    """
    if ending.is_whole:
        return Decision.TAKE
    if first is not None:
        return Decision.TAKE if copy == first else Decision.REFUSE
    return Decision.TAKE if has_no_end else Decision.ASK_AGAIN


def row_after(row: int, endings: Iterable[Ending]) -> int:
    """Return the number of confirmed pages without an end in a row, after some more pages with these endings."""
    for ending in endings:
        row = 0 if ending.is_whole else min(row + 1, ROW)
    return row


def ends_in_html(markup: str) -> bool:
    """Whether a page ends in `</html>`. White space and comments after it are ignored.

    >>> ends_in_html("<html><p>Snow</p></HTML>\\n<!--cached--> ")
    True
    >>> ends_in_html("<html><p>Snow")
    False
    """
    end = _end_of_content(markup)
    return _HTML_END.search(markup, max(0, end - _LONGEST_TAG), end) is not None


def ends_in_root(markup: str) -> bool:
    """Whether an XML document has the end tag of its root element. Anything after it is ignored.

    >>> ends_in_root("<rss><channel/></rss>"), ends_in_root("<rss><channel/>"), ends_in_root("<urlset />")
    (True, False, True)
    """
    root = next((found for found in _ROOT.finditer(markup) if found["name"]), None)
    if root is None:
        return False
    start = _ATTRIBUTES.match(markup, root.end())
    if start and markup.endswith("/>", 0, start.end()):  # the root element is empty
        return True
    name = root["name"].lower()
    if f"</{name}" not in markup.lower():
        return False
    return any(tag["name"] and tag["name"].lower() == name for tag in _END_TAG.finditer(markup, root.end()))


def _end_of_content(markup: str) -> int:
    """Return the end of a document without its last white space and comments."""
    end = len(markup)
    while True:
        end = _end_of_text(markup, end)
        if not markup.endswith("-->", 0, end):
            return end
        start = markup.rfind("<!--", 0, end)
        if start < 0:
            return end
        end = start


def _end_of_text(markup: str, end: int) -> int:
    """Return the end of the text before `end`, without white space."""
    while end:
        piece = markup[max(0, end - _PIECE) : end]
        text = piece.rstrip(_BLANK)
        end -= len(piece) - len(text)
        if text:
            break
    return end
