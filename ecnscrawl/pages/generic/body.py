"""Find the body of a news page whose layout is not known, with its pictures in their places."""

import logging
from collections.abc import Iterator

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.normalize.urls import media
from ecnscrawl.pages.blocks import Block, Classifier, keep, read_blocks
from ecnscrawl.pages.document import Document

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # the report counts what it cannot read
# Limits for finding the body by its shape. It takes fifty times the page's memory, and time by the square of nesting.
_MAX_LETTERS, _MAX_TAGS = 1_000_000, 10_000


def generic_blocks(page: Document, classify: Classifier = keep) -> list[Block]:
    """Return the main text and its pictures as trafilatura finds them, rather too little than too much.

    The headline is left out. Captions are added to their pictures.
    """
    if len(page.markup) > _MAX_LETTERS or page.markup.count("<") > _MAX_TAGS:
        return []
    import trafilatura  # noqa: PLC0415 - importing it takes half a second, and it is rarely needed

    try:
        found = trafilatura.extract(
            page.markup,
            url=page.url,
            output_format="xml",
            favor_precision=True,
            include_images=True,
            include_tables=True,
            include_comments=False,
            deduplicate=False,
        )
    except (etree.LxmlError, ValueError, RecursionError):  # it fails on odd names of attributes
        return []
    if not found:
        return []
    main = etree.fromstring(found.encode()).find("main")
    known = {page.title} | {clean(element.text_content()) for element in page.root.iter("h1")}
    captions: dict[str | None, list[Block]] = {}
    for figure in _figures(page.root):
        blocks = read_blocks([figure], classify)
        known |= {block.text for block in blocks if block.caption}
        captions |= {media(page.url, block.picture): blocks for block in blocks if block.picture}
    read: list[Block] = []
    for element in main if main is not None else ():
        block = _block(element)
        if block and block.picture:
            read += captions.get(media(page.url, block.picture), [block])  # trafilatura makes some addresses absolute
        elif block and block.text not in known:
            read.append(block)
    return read


def _figures(root: HtmlElement) -> Iterator[HtmlElement]:
    """Yield the figures that have a picture and a caption. Of nested ones, only the innermost: each is read once."""
    unclosed: list[set[str]] = [set()]  # the tags found in each open figure, and on the whole page
    for event, element in etree.iterwalk(root, events=("start", "end"), tag=("figure", "img", "figcaption")):
        if event == "start":
            if element.tag == "figure":
                unclosed.append(set())
            else:
                unclosed[-1].add(element.tag)
        elif element.tag == "figure":
            held = unclosed.pop()
            if held == {"img", "figcaption"}:
                yield element
                held.add("figure")
            unclosed[-1] |= held


def _block(element: etree._Element) -> Block | None:
    picture = element if element.tag == "graphic" else element.find(".//graphic")
    if picture is not None and picture.get("src"):
        return Block(picture=picture.get("src"))
    text = clean(" ".join(str(text) for text in element.itertext("*")))
    return Block(text=text) if has_words(text) else None
