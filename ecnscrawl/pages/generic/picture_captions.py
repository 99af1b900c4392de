"""Find the caption of an image, whatever a site calls the element that holds it."""

import re
from collections.abc import Iterator
from itertools import islice

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.elements import UNSEEN

#: Elements that show a picture.
IMAGES = ("img", "amp-img")
_NAMED = re.compile(
    r"caption|(?<![a-z])cutline|legend|bildunterschrift|bildtext|didascalia|pie-?(?:de-?)?foto|credit"
    r"|(?:image|img|photo|picture|media\w*)[-_]*(?:desc|text)",
    re.IGNORECASE,
)
_PICTURE_BOX = re.compile(r"(?<![a-z])(?:ima?ge?|h?media|photo|picture|foto|bild|thumb)", re.IGNORECASE)
#: Letters of a text that is a caption because nothing else is in the picture's box.
_MIN_CAPTION, _MAX_CAPTION = 10, 400
_UNSEEN = UNSEEN | {"button", "script"}
_IN = ("p", "span", "div", "em", "small", "dd", "figcaption")
_LEVELS = 6  #: elements around an image, without a figure, in which its caption can be
_MAX_PARTS, _MAX_NODES, _MAX_LETTERS = 200, 200, 3000


def caption_of(image: HtmlElement, *, levels: int = _LEVELS) -> str | None:
    """Return the caption of an image or video, or None. Without a figure it is looked for in `levels` elements around.

    It is the `figcaption`; else the text of elements named after a caption around this image alone; else all text of
    an element that is named after a picture and has no other text.
    """
    figure = next(image.iterancestors("figure"), None)
    if figure is not None and (caption := _joined(islice(figure.iter("figcaption"), 3))):
        return caption
    around = list(_elements_around(image if figure is None else figure, levels))
    for each in around if figure is None else [figure, *around]:
        parts = islice(each.iter(*_IN), _MAX_PARTS)
        named = [part for part in parts if _is_named(part) and next(part.iter(*IMAGES), None) is None]
        outer = [part for part in named if not any(up in named for up in islice(part.iterancestors(), _LEVELS))]
        if caption := _joined(outer):
            return caption
    boxes = (each for each in around if figure is None and _PICTURE_BOX.search(each.get("class") or ""))
    return next((text for each in boxes if _MIN_CAPTION <= len(text := _text(each)) <= _MAX_CAPTION), None)


def _elements_around(element: HtmlElement, levels: int) -> Iterator[HtmlElement]:
    """Yield the elements around an image or its figure in which no other image is, the inner ones first."""
    for each in islice(element.iterancestors(), levels):
        if each.tag in ("article", "main", "body", "section") or _shows_several(each):
            return
        yield each


def _is_named(element: HtmlElement) -> bool:
    return element.tag == "figcaption" or bool(_NAMED.search(element.get("class") or ""))


def _shows_several(element: HtmlElement) -> bool:
    """Return whether an element has several images; a copy in a `noscript` is not another one."""
    shown = 0
    for image in islice(element.iter(*IMAGES), _LEVELS):
        parent = image.getparent()
        shown += parent is None or parent.tag != "noscript"
    return shown > 1


def _joined(elements: Iterator[HtmlElement] | list[HtmlElement]) -> str:
    return " ".join(dict.fromkeys(text for each in elements if (text := _text(each))))


def _text(element: HtmlElement) -> str:
    """Return the visible text of an element on one line, with a space between its parts."""
    pieces: list[str] = []
    for each in islice(element.iter(), _MAX_NODES):
        if isinstance(each.tag, str) and each.tag not in _UNSEEN and each.text:
            pieces.append(each.text)
        if each is not element and each.tail:
            pieces.append(each.tail)
    return clean(re.sub(r"\s+([.,;:!?)])", r"\1", clean(" ".join(pieces)[:_MAX_LETTERS])))
