"""Read the body of a layout that marks its end, also where a stray end tag closes the body's element too early."""

from collections.abc import Iterator

from lxml.html import HtmlElement

from ecnscrawl.pages.blocks import Block, BlockReader, EndMark
from ecnscrawl.pages.element_roles import Classifier


def read_body(body: HtmlElement, classify: Classifier) -> tuple[list[Block], EndMark | None]:
    """Return the blocks of a body, and its end mark if it has one.

    A stray `</div>` can end the element early. What follows is then part of the article too, up to the end mark, which
    the classifier recognizes.
    """
    reader = BlockReader(classify)
    reader.read(body)
    if reader.closed or reader.stopped:
        return reader.blocks, reader.end_mark
    rest = BlockReader(classify)
    rest.add_text(body.tail)
    for element in following(body):
        rest.read(element)
        if rest.closed or rest.stopped:
            break
        rest.add_text(element.tail)
    return reader.blocks + (rest.blocks if rest.closed else []), rest.end_mark


def following(element: HtmlElement) -> Iterator[HtmlElement]:
    """What stands after an element, in page order."""
    at: HtmlElement | None = element
    while at is not None:
        yield from at.itersiblings()
        at = at.getparent()
