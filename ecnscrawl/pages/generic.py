"""Any news page: what is left to go by where no layout is known, and all that is known of a site without one."""

import logging
import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean, has_words
from ecnscrawl.normalize.urls import media
from ecnscrawl.pages.base import Extractor, Page
from ecnscrawl.pages.blocks import Block, read_blocks
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.metadata import Metadata, names_of

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # what it cannot read is counted, and said in the report
# Of a page whose shape is looked for: that takes fifty times its memory, and the square of what is nested in time.
_MOST_LETTERS, _MOST_TAGS = 1_000_000, 10_000
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")


class GenericPage(Page):
    """A page of any news site: metadata first, then the body by its shape."""

    def rungs(self) -> Sequence[Extractor]:
        return [GenericMetadata(self.document), GenericText(self.document)]


class GenericMetadata(Metadata):
    """Metadata of a site of which nothing else is known."""

    def authors(self) -> list[str]:
        named = names_of(self.page.json_ld.get("author"))
        if not named:
            named = [clean(self.page.metas.get(name, "")) for name in ("author", "article:author")]
        return [name for name in dict.fromkeys(named) if name and "://" not in name]

    def language(self) -> str | None:
        """As the page's root, its metadata or JSON-LD says it, `zh-CN`."""
        root = self.page.root.getroottree().getroot()
        stated = [root.get("lang"), self.page.metas.get("og:locale"), self.page.json_ld.get("inLanguage")]
        return next((str(tag).replace("_", "-") for tag in stated if tag and _LANGUAGE.fullmatch(str(tag))), None)

    def source(self) -> str | None:
        return super().source() or next(iter(names_of(self.page.json_ld.get("publisher"))), None)


class GenericText(Extractor):
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

    Left out is what is known from elsewhere: the headline, and captions, which go with their pictures.
    """
    if len(page.markup) > _MOST_LETTERS or page.markup.count("<") > _MOST_TAGS:
        return []
    import trafilatura  # noqa: PLC0415 - half a second to import, for pages that hardly ever come

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
    except (etree.LxmlError, ValueError, RecursionError):  # it writes names of attributes as they came, and reads them
        return []
    if not found:
        return []
    main = etree.fromstring(found.encode()).find("main")
    known = {page.title} | {clean(element.text_content()) for element in page.root.iter("h1")}
    captions: dict[str | None, list[Block]] = {}
    for figure in _figures(page.root):
        blocks = read_blocks([figure])
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
    """The figures with picture and caption that hold no other such figure: so nothing is read twice, however nested."""
    unclosed: list[set[str]] = [set()]  # what each of them holds, and the whole page
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
