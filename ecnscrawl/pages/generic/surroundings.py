"""The visible texts near the headline of a page, where most sites show the date and the byline."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.elements import UNSEEN
from ecnscrawl.pages.generic.titles import key_of

_UNSEEN = UNSEEN | {"button", "script"}
_BEFORE, _AFTER = 12, 40  #: texts; the first day after the headline stands within 40 on nine pages of ten
_MAX_LENGTH = 300  #: characters: a longer text is a paragraph of the article, and holds neither date nor byline
_MAX_TEXTS = 3000  #: of a page that are searched
_MAX_READ = 2000  #: characters of a text that are looked at
_MAX_HEADINGS = 60  #: of a page that are compared with the headline
_MAX_DEPTH, _MAX_PIECES = 5, 40  #: elements in which the start of a text is looked for, and parts of it that are read


@dataclass(frozen=True, slots=True)
class NearText:
    """A text near the headline."""

    text: str  #: clean
    element: HtmlElement  #: the one that holds it
    distance: int  #: texts from the headline; negative before it


def texts_near(root: HtmlElement, heading: HtmlElement | None) -> list[NearText]:
    """Return the visible texts near the headline, in page order, without the long ones.

    `heading` is the element of the headline; without it the first texts of the page are returned.
    """
    before: deque[tuple[str, HtmlElement]] = deque(maxlen=_BEFORE)
    after: list[tuple[str, HtmlElement]] = []
    inside = set() if heading is None else set(heading.iter())
    is_after = heading is None
    for text, element in _texts(root):
        if element in inside:
            is_after = True
        elif is_after:
            after.append((text, element))
            if len(after) == _AFTER:
                break
        else:
            before.append((text, element))
    near = [NearText(text, element, place - len(before)) for place, (text, element) in enumerate(before)]
    near += [NearText(text, element, place + 1) for place, (text, element) in enumerate(after)]
    return [each for each in near if len(each.text) <= _MAX_LENGTH]


def all_texts(root: HtmlElement) -> list[NearText]:
    """Return the first visible texts of a page without the long ones, each as if it stood right after the headline."""
    texts = islice(_texts(root), _MAX_TEXTS)
    return [NearText(text, element, 1) for text, element in texts if len(text) <= _MAX_LENGTH]


def heading_of(root: HtmlElement, title: str) -> HtmlElement | None:
    """Return the element that shows the headline: an `<h1>` or another heading with its text, else the first `<h1>`."""
    key = key_of(title)
    for tag in ("h1", "h2", "h3"):
        for element in islice(root.iter(tag), _MAX_HEADINGS):
            shown = key_of(start_of(element, _MAX_READ))
            if shown and (shown == key or (len(key) > 8 and key in shown) or (len(shown) > 20 and shown in key)):
                return element
    return next(root.iter("h1"), None)


def start_of(element: HtmlElement, letters: int) -> str:
    """Return the first letters of the text in an element; `` if it begins with many elements that have no text.

    So many nested elements without text, in each of which a text is looked for, take no quadratic time.
    """
    first = element
    for _ in range(_MAX_DEPTH):
        if (first.text and not first.text.isspace()) or (first is not element and first.tail):
            break
        if not len(first):
            return ""
        first = first[0]
    else:
        return ""
    found = ""
    for piece in islice(element.itertext("*"), _MAX_PIECES):
        found += str(piece)
        if len(found) >= letters:
            break
    return clean(found[:letters])


def _texts(root: HtmlElement) -> Iterator[tuple[str, HtmlElement]]:
    """Yield each text that is not in an invisible element, with the element that it stands in.

    A comment divides no text: React writes `Updated <!-- -->August 4`.
    """
    pieces: list[str] = []
    holder = root
    walk = etree.iterwalk(root, events=("start", "end", "comment", "pi"))
    for event, element in walk:
        if event in ("start", "end"):
            if pieces and (text := clean("".join(pieces)[:_MAX_READ])):
                yield text, holder
            pieces.clear()
        if event == "start":
            holder = element
            if element.tag in _UNSEEN:
                walk.skip_subtree()
            elif element.text:
                pieces.append(element.text[:_MAX_READ])
        elif element is not root and element.tail:
            holder = element.getparent()
            pieces.append(element.tail[:_MAX_READ])
