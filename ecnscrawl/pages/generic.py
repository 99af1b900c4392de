"""Any news page: what is left to go by where no layout is known."""

from lxml import etree

from ecnscrawl.pages.base import Rung
from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.document import Document
from ecnscrawl.text import clean, has_words


class GenericText(Rung):
    """The last rung: a body found by its shape."""

    name = "generic"

    def title(self) -> str | None:
        """The one first-order heading, else the title of the window."""
        headings = [text for element in self.page.root.iter("h1") if (text := clean(element.text_content()))]
        return headings[0] if len(headings) == 1 else self.page.title

    def blocks(self) -> list[Block]:
        return generic_blocks(self.page)


def generic_blocks(page: Document) -> list[Block]:
    """The main text and its pictures as trafilatura finds them, preferring too little to too much.

    The headline is no paragraph of the body.
    """
    import trafilatura  # noqa: PLC0415 - half a second to import, for pages that hardly ever come

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
    if not found:
        return []
    main = etree.fromstring(found.encode()).find("main")
    headlines = {page.title} | {clean(element.text_content()) for element in page.root.iter("h1")}
    blocks = [block for element in main if (block := _block(element))] if main is not None else []
    return [block for block in blocks if block.text not in headlines]


def _block(element: etree._Element) -> Block | None:
    picture = element if element.tag == "graphic" else element.find(".//graphic")
    if picture is not None and picture.get("src"):
        return Block(picture=picture.get("src"))
    text = clean(" ".join(str(text) for text in element.itertext("*")))
    return Block(text=text) if has_words(text) else None
