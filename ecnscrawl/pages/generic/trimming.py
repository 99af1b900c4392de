"""Leave out those of the chosen blocks of a page that are lines of furniture, mostly at the ends of the body."""

from collections.abc import Sequence

from ecnscrawl.pages.generic.body_bylines import byline
from ecnscrawl.pages.generic.page_lines import is_call, is_date_line, is_pager, is_teaser, is_teaser_label
from ecnscrawl.pages.generic.visible import TextBlock

_START, _END = 4, 6  #: blocks at the ends of a body that may be lines of the page
_TAIL = 20  #: blocks at the end of a body that may be other articles, after a line that introduces them
_TEASER = 150  #: letters: a longer block is no headline of another article
_LINKED = 0.4  #: of the letters of a line that leads to another article
_STOPS = tuple(".!?…。！？؟।")


def without_furniture(
    blocks: Sequence[TextBlock], chosen: Sequence[int], language: str, authors: Sequence[str]
) -> list[int]:
    """Return the chosen blocks without lines of furniture. Table rows stay.

    A byline stays as the first or last of them, where its names are taken; elsewhere near the start it is left out if
    its names are among the `authors` that the page states.
    """
    kept = list(chosen)
    for at in range(max(1, len(kept) - _TAIL), len(kept)):
        if is_teaser_label(blocks[kept[at]].text) and all(_is_teaser(blocks[number]) for number in kept[at + 1 :]):
            del kept[at:]
            break
    left = [
        number
        for place, number in enumerate(kept)
        if not _is_furniture(blocks[number], place, len(kept) - 1 - place, language)
    ]
    known = set(authors)
    return [
        number
        for place, number in enumerate(left)
        if not (
            0 < place < _START
            and place < len(left) - 1
            and (names := byline(blocks[number].text, language, authors))
            and known.issuperset(names)
        )
    ]


def _is_furniture(block: TextBlock, place: int, from_end: int, language: str) -> bool:
    """Return whether a block is a line of the page; it is at this place of the body, and as far from its end."""
    text = block.text
    if block.tag == "tr":
        return False
    is_end = from_end < _END
    if is_teaser(text) and (is_teaser_label(text) or _is_linked(block) or (is_end and not text.endswith(_STOPS))):
        return True
    if (is_end or place < _START) and (is_call(text) or (block.link_letters and is_pager(text))):
        return True
    return (is_end or place < _START) and not block.tag.startswith("h") and is_date_line(text, language)


def _is_teaser(block: TextBlock) -> bool:
    """Return whether a block may be the headline of another article: short, and linked or without a stop."""
    return len(block.text) <= _TEASER and (_is_linked(block) or not block.text.endswith(_STOPS))


def _is_linked(block: TextBlock) -> bool:
    return block.link_letters >= _LINKED * len(block.text)
