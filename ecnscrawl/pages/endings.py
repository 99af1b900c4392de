"""Whether a page came whole: pure functions of how it ends, and of what a second copy of it says.

HTTP cannot see where a body was cut off that states no length, or a wrong one. So the page itself has to show its end.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from typing import Self

TAIL = 200  #: bytes: two copies that end in the same ones were not cut off at two places
ROW = 10  #: pages in a row without an end, each confirmed by a second copy: the site has no end mark

_HTML_END = re.compile(r"</html\s*>\Z", re.IGNORECASE)
# What looks like an element is none in these. Each is taken to the end of the text where nothing ends it: to look for
# that once more from each later one would take hours. A declaration that lacks its question mark is read all the same.
_COMMENT = r"<!--.*?(?:-->|\Z)"
_ROOT = re.compile(
    rf"{_COMMENT}|<\?xml\s[^<>]*>|<\?.*?(?:\?>|\Z)|<!DOCTYPE[^\[>]*(?:\[.*?(?:\]\s*>|\Z)|>|\Z)"
    r"|<(?P<name>[A-Za-z_][^\s/<>]{0,99})(?=[\s/>])",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTES = re.compile(r"""[^"'<>]*(?:(?:"[^"]*"|'[^']*')[^"'<>]*)*>""")
_END_TAG = re.compile(rf"{_COMMENT}|<!\[CDATA\[.*?(?:\]\]>|\Z)|</(?P<name>[A-Za-z_][^\s/<>]{{0,99}})\s*>", re.DOTALL)
_BLANK = " \t\r\n\f\v\0\ufeff"
_LONGEST_TAG = 100  # letters
_PIECE = 4096  # letters looked at together: of megabytes of white space no copy is made for each comment in them


class Ending(Enum):
    """How a page ends."""

    MARKED = "its layout's end mark was seen"
    UNMARKED = "it ends in </html>, and has no end mark, although its site has one"
    PLAIN = "it ends as its kind does, and there is no other mark to be seen"
    UNSEEN = "nothing of it shows an end: it may have been cut off"

    @property
    def is_whole(self) -> bool:
        """Whether nothing can be missing."""
        return self is not Ending.UNSEEN


class Decision(Enum):
    """What is to be done with a page."""

    TAKE = "it is whole, or as whole as can be known"
    ASK_AGAIN = "a second copy is to show whether it was cut off"
    REFUSE = "two copies differ: one of them at least was cut off"


@dataclass(frozen=True, slots=True)
class Copy:
    """What is kept of a page without an end until its second copy has come."""

    digest: bytes  #: of all that was read from it
    tail: bytes  #: its last bytes, TAIL of them

    @classmethod
    def of(cls, read: object, body: bytes) -> Self:
        """`read` is what was read from it, told apart by its `repr`; `body` the page, or its last bytes."""
        digest = hashlib.blake2b(repr(read).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return cls(digest, body[-TAIL:])


def ending_of(*, has_mark: bool, mark_seen: bool, is_closed: bool) -> Ending:
    """How an article's page ends.

    `has_mark`: the site's pages have an end mark; `mark_seen`: this one shows it; `is_closed`: it ends in `</html>`.
    """
    if mark_seen:
        return Ending.MARKED
    if not is_closed:
        return Ending.UNSEEN
    return Ending.UNMARKED if has_mark else Ending.PLAIN


def decide(ending: Ending, copy: Copy | None, first: Copy | None, *, has_no_end: bool) -> Decision:
    """What is to be done with a page that ends so.

    `copy` is the page's own (it need not be made for a whole page), `first` that of the copy before it. `has_no_end`:
    the pages of this site were found to have no end.
    """
    if ending.is_whole:
        return Decision.TAKE
    if first is not None:
        return Decision.TAKE if copy == first else Decision.REFUSE
    return Decision.TAKE if has_no_end else Decision.ASK_AGAIN


def row_after(row: int, endings: Iterable[Ending]) -> int:
    """The number of pages in a row that had no end and were confirmed, after these have been taken too."""
    for ending in endings:
        row = 0 if ending.is_whole else min(row + 1, ROW)
    return row


def ends_in_html(markup: str) -> bool:
    """Whether a page ends in `</html>`; white space and comments after it make no difference.

    >>> ends_in_html("<html><p>Snow</p></HTML>\\n<!--cached--> ")
    True
    >>> ends_in_html("<html><p>Snow")
    False
    """
    end = _end_of_content(markup)
    return _HTML_END.search(markup, max(0, end - _LONGEST_TAG), end) is not None


def ends_in_root(markup: str) -> bool:
    """Whether an XML document has the end tag of its root element; whatever follows makes no difference.

    >>> ends_in_root("<rss><channel/></rss>"), ends_in_root("<rss><channel/>"), ends_in_root("<urlset />")
    (True, False, True)
    """
    root = next((found for found in _ROOT.finditer(markup) if found["name"]), None)
    if root is None:
        return False
    start = _ATTRIBUTES.match(markup, root.end())
    if start and markup.endswith("/>", 0, start.end()):  # it is all that there is
        return True
    name = root["name"].lower()
    if f"</{name}" not in markup.lower():
        return False
    return any(tag["name"] and tag["name"].lower() == name for tag in _END_TAG.finditer(markup, root.end()))


def _end_of_content(markup: str) -> int:
    """Where a document ends, without the white space and comments that stand last."""
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
    """The same of what stands before `end`, without white space alone."""
    while end:
        piece = markup[max(0, end - _PIECE) : end]
        text = piece.rstrip(_BLANK)
        end -= len(piece) - len(text)
        if text:
            break
    return end
