"""Find the body of a news page whose layout is not known, with its pictures in their places."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.blocks import Block, read_blocks
from ecnscrawl.pages.document import UNDETERMINED, Document
from ecnscrawl.pages.element_roles import Classifier, keep
from ecnscrawl.pages.generic.bylines import names_with_role
from ecnscrawl.pages.generic.candidates import text_tree
from ecnscrawl.pages.generic.chooser import CHOICE, choose
from ecnscrawl.pages.generic.hints import BOX, CAPTION, FOREIGN
from ecnscrawl.pages.generic.trimming import without_furniture
from ecnscrawl.pages.generic.visible import VisibleText, visible_text

# Limits for finding the body by its shape: the extractors take memory by the tags, and time by the square of nesting.
_MAX_TAGS, _MAX_LETTERS, _MAX_DEPTH = 15_000, 1_000_000, 150
_NAME_IN_BRACKETS = re.compile(r"[【（(][\u3040-\u30ff\u3400-\u9fff々 　]{3,12}[】）)]")


@dataclass(frozen=True, slots=True)
class GenericBody:
    """The body of a page."""

    blocks: list[Block] = field(default_factory=list)
    origin: str = CHOICE  #: the name of the extractor that read nearly the same


def generic_body(
    page: Document,
    classify: Classifier = keep,
    language: str = UNDETERMINED,
    authors: Callable[[], Sequence[str]] = tuple,
) -> GenericBody:
    """Return the paragraphs of the main text and the pictures among them, rather too little than too much.

    The headline is left out. Captions are added to their pictures. A page with too many tags, too much visible text or
    too deep a nesting has no body here.
    """
    if page.markup.count("<") > _MAX_TAGS:
        return GenericBody()
    tree = text_tree(page.root)
    visible = visible_text(tree)
    if visible.letters > _MAX_LETTERS or visible.depth > _MAX_DEPTH:
        return GenericBody()
    headlines = {page.title} | {clean(element.text_content()) for element in tree.iter("h1")}
    choice, origin = choose(page, tree, visible)
    chosen = [
        number
        for number in choice
        if visible.blocks[number].text not in headlines
        and not visible.places[visible.blocks[number].place].around & CAPTION
    ]
    chosen = _with_line_behind(visible, _without_boxes(visible, chosen))
    chosen = without_furniture(visible.blocks, chosen, language, authors())
    return GenericBody(_with_pictures(visible, chosen, classify), origin)


def _without_boxes(visible: VisibleText, chosen: Sequence[int]) -> list[int]:
    """Return the chosen blocks without boxes about authors, newsletters and pages, unless most of the text is there.

    The names of elements around the whole body say nothing.
    """
    if not chosen:
        return []
    box = BOX & ~visible.places[visible.around(chosen)].around
    kept = [number for number in chosen if not visible.places[visible.blocks[number].place].around & box]
    letters = [sum(len(visible.blocks[number].text) for number in some) for some in (kept, chosen)]
    return kept if letters[0] * 2 > letters[1] else list(chosen)


def _with_line_behind(visible: VisibleText, chosen: Sequence[int]) -> list[int]:
    """Return the chosen blocks, and the byline in Chinese, Japanese or Korean that follows the last paragraph.

    A name in brackets may be one, 【佐藤花子】: if the page does not name that author elsewhere, it stays as text.
    """
    behind = chosen[-1] + 1 if chosen else len(visible.blocks)
    if behind < len(visible.blocks):
        one, last = visible.blocks[behind], visible.blocks[chosen[-1]]
        is_beside = visible.places[one.place].parent == visible.places[last.place].parent
        if is_beside and not one.link_letters and (names_with_role(one.text) or _NAME_IN_BRACKETS.fullmatch(one.text)):
            return [*chosen, behind]
    return list(chosen)


def _with_pictures(visible: VisibleText, chosen: Sequence[int], classify: Classifier) -> list[Block]:
    if not chosen:
        return []
    pictures: dict[int, list[Block]] = {}
    captions: set[str] = set()
    for number, element in _own_pictures(visible, chosen):
        blocks = [block for block in read_blocks([element], classify) if block.picture or block.caption]
        if any(block.picture for block in blocks):
            pictures.setdefault(number, []).extend(blocks)
            captions |= {block.text for block in blocks if block.text}
    read: list[Block] = []
    last = -1
    for number in chosen:
        for before in range(last + 1, number + 1):
            read += pictures.get(before, ())
        block = visible.blocks[number]
        if block.text not in captions:
            read.append(Block(text=block.text, tag=block.tag))
        last = number
    return read + pictures.get(last + 1, [])


def _own_pictures(visible: VisibleText, chosen: Sequence[int]) -> Iterator[tuple[int, HtmlElement]]:
    """Yield the number of the next block and the element of each picture in the element around the body, up to its end.

    Pictures of related stories, of share bars and the like are left out.
    """
    around = visible.around(chosen)
    foreign = FOREIGN & ~visible.places[around].around
    for picture in visible.pictures:
        place = visible.places[picture.place]
        if picture.before <= chosen[-1] + 1 and not place.around & foreign and around in visible.chain(picture.place):
            yield picture.before, picture.element
