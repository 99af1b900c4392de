"""Parse a page of www.ecns.cn only up to the comment that ends its body, where that is enough.

What follows is more than half of most pages: other stories, menus, scripts. The record is the same as that of the whole
page, because the places of the fields are looked for in page order: what was found before the comment is the first.
"""

import re

from ecnscrawl.pages.base import Page
from ecnscrawl.pages.ecns.layouts import LINE, PLACES
from ecnscrawl.pages.ecns.pager import may_be_paged, name_of

_END = "<!--正文分页结束-->".encode()
# It begins with a character that has no capital: an expression in any case that begins with a letter is far slower.
_META = re.compile(rb"<meta", re.IGNORECASE)
# An article in JSON-LD has the key `@type`, perhaps with escapes; its script may spell its own type `ld&#43;json`.
_JSON_LD = (b"@type", rb"\u00")
_FROM_LAYOUT = ("title", "published_at", "blocks")
# Tags that may still be open at the comment: a heading that was not closed would go on behind it.
_MAY_STAY_OPEN = ("div", "body", "html")


def length_of_beginning(url: str, content: bytes) -> int | None:
    """Return the length in bytes of the page up to the end of its body; None if the rest could matter."""
    at = content.find(_END)
    if at < 0 or (may_be_paged(url, content) and content.find(name_of(url), at) >= 0):
        return None  # a pager stands before the comment; another link to a page of the article must be looked for
    at += len(_END)
    return None if _META.search(content, at) or any(_has(part, content, at) for part in _JSON_LD) else at


def _has(part: bytes, content: bytes, at: int) -> bool:
    """Whether a part stands behind a place. Its first byte alone is found far faster, and hardly any page has it."""
    return content.find(part[:1], at) >= 0 and content.find(part, at) >= 0


def is_enough(page: Page) -> bool:
    """Return whether what is parsed of a page gives the same record as all of it.

    The beginning does if the layout has given the main fields, all other places that are looked for are there too, and
    the body was read up to the comment. None of the places may be open at the end: more could follow in them.
    """
    document = page.document
    if document.is_fully_parsed:
        return True
    if not all(document.all(place) for place in PLACES) or next(document.root.iter("title"), None) is None:
        return False
    last = document.root
    while len(last):
        last = last[-1]
    if page.end_mark is None or page.end_mark.element is not last or not page.has_content:
        return False
    _, found_by = page.extracted
    around = list(last.iterancestors())
    return (
        all(found_by.get(name) == "layout" for name in _FROM_LAYOUT)
        and all(element.tag in _MAY_STAY_OPEN for element in around)
        and document.all(LINE)[0] not in around
    )
