"""How a site classifies the elements and comments of a body."""

from collections.abc import Callable
from enum import Enum

from lxml.html import HtmlElement


class ElementRole(Enum):
    """How a site classifies an element or comment of a body."""

    KEEP = "the article's"
    CAPTION = "the text in it is a picture's or video's caption"
    SKIP = "furniture: leave it out with all that is in it"
    CLOSE = "furniture that only stands at the end of a body"
    START = "the body begins here: text before it is a player's"
    END = "the body ends here, says the page"
    STOP = "what comes here and after it is the page's, not the body's"


Classifier = Callable[[HtmlElement], ElementRole]


def keep(_: HtmlElement) -> ElementRole:
    """Classify every element as the article's. The default for sites without a classifier of their own."""
    return ElementRole.KEEP
