"""Choose the blocks of a page that are the article's body, from what several extractors read and from their places."""

from collections import Counter
from collections.abc import Sequence

from lxml.html import HtmlElement

from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.candidates import linked_data, readability, trafilatura
from ecnscrawl.pages.generic.coverage import coverage
from ecnscrawl.pages.generic.features import describe
from ecnscrawl.pages.generic.model import model
from ecnscrawl.pages.generic.visible import VisibleText

EXTRACTORS = ("trafilatura", "readability", "article-body")  #: whose readings are compared, by names in the report
READINGS = len(EXTRACTORS)
CHOICE = "blocks"  #: the name for a body that none of them has read so
_NEAR = 0.8  #: F1, by letters, of a reading that is called nearly the same
_LIKELY = 0.45  #: the best F1 is that of the blocks whose probability is above half of that F1
_SHORT = 30  #: letters: a shorter text may stand twice in an article
_REPEATED = 0.3  #: of the letters chosen; with more repeated, the page has the text twice
_LONG, _MAX_LONG = 500, 3  #: letters of a block that may be a copy of others, and how many of these are looked at


def choose(page: Document, tree: HtmlElement, visible: VisibleText) -> tuple[list[int], str]:
    """Return the numbers of the blocks that are the body, and the name of the extractor that read nearly the same.

    `tree` is the page without what has no visible text. The name is CHOICE where no extractor did.
    """
    covered = _covered(page, tree, visible)
    likely = model("body_model").probabilities(_describe(page, visible, covered))
    chosen = without_repeated(visible, [number for number, share in enumerate(likely) if share > _LIKELY])
    return chosen, nearest([len(block.text) for block in visible.blocks], chosen, covered)


def nearest(letters: Sequence[int], chosen: Sequence[int], covered: Sequence[Sequence[float]]) -> str:
    """Return the name of the extractor whose reading has the highest F1 with the chosen blocks, if that is high.

    `letters` are those of each block, `covered` says for each extractor which share of each block it read.

    >>> nearest([100, 20], [0], [[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]]), nearest([100, 90], [0], [[0.5, 1.0]])
    ('readability', 'blocks')
    """
    total = sum(letters[number] for number in chosen)
    best, name = _NEAR, CHOICE
    for extractor, shares in zip(EXTRACTORS, covered, strict=False):
        read = sum(share * count for share, count in zip(shares, letters, strict=True))
        common = sum(shares[number] * letters[number] for number in chosen)
        if total and (score := 2 * common / (total + read)) > best:
            best, name = score, extractor
    return name


def describe_page(page: Document, tree: HtmlElement, visible: VisibleText) -> list[list[float]]:
    """Return the numbers that the model has learned from, of each block."""
    return _describe(page, visible, _covered(page, tree, visible))


def _covered(page: Document, tree: HtmlElement, visible: VisibleText) -> list[list[float]]:
    """Return for each of EXTRACTORS which share of each block it read."""
    texts = [block.text for block in visible.blocks]
    return [coverage(texts, read) for read in (trafilatura(tree, page.url), readability(tree), linked_data(page))]


def _describe(page: Document, visible: VisibleText, covered: list[list[float]]) -> list[list[float]]:
    lead = page.metas.get("og:description") or page.metas.get("description") or ""
    return describe(visible, covered, page.title or "", lead)


def without_repeated(visible: VisibleText, chosen: Sequence[int]) -> list[int]:
    """Return the chosen blocks without second copies, such as those for small screens.

    A paragraph may stand twice in an article. But where much of the choice stands there twice, that one is kept which
    has more of the choice around it. A long block whose text stands in other chosen blocks too is a copy of these.
    """
    blocks, places = visible.blocks, visible.places
    around: Counter[int] = Counter()
    for number in chosen:
        around[places[blocks[number].place].parent] += len(blocks[number].text)
    best: dict[str, int] = {}
    for number in sorted(chosen, key=lambda number: (-around[places[blocks[number].place].parent], number)):
        best.setdefault(blocks[number].text, number)
    copies = {n for n in chosen if best[blocks[n].text] != n and len(blocks[n].text) > _SHORT}
    letters = sum(len(blocks[number].text) for number in copies)
    if letters <= _REPEATED * sum(len(blocks[number].text) for number in chosen):
        copies.clear()
    for number in [number for number in chosen if len(blocks[number].text) > _LONG][:_MAX_LONG]:
        text = blocks[number].text
        others = [blocks[n].text for n in chosen if n not in copies and len(blocks[n].text) < len(text)]
        if sum(map(len, others)) > 0.8 * len(text) and coverage([text], others)[0] > 0.9:
            copies.add(number)
    return [number for number in chosen if number not in copies]
