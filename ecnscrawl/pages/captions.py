"""Decide which paragraphs are captions of pictures, and which are the article's text.

The rules are those of the data dictionary. A caption is:

- a `figcaption`, or what the site's page class classifies as a caption: of a video if it stands right after one;
- else a paragraph right after a picture (or, failing that, before it) that is centred or ends in a photo credit;
- else a paragraph before the first one of the text that ends in a credit.

On a page without pictures such paragraphs are text like any other, unless the page marks them as captions of videos.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.text_patterns import TextPatterns


@dataclass(slots=True)
class Body:
    """What the article itself shows; addresses as the page writes them."""

    paragraphs: list[str] = field(default_factory=list)
    pictures: list[tuple[str, str | None]] = field(default_factory=list)  #: address, caption
    videos: list[tuple[str, str | None, str | None]] = field(default_factory=list)  #: address, poster, caption

    @property
    def is_empty(self) -> bool:
        return not (self.paragraphs or self.pictures or self.videos)


def arrange(blocks: Sequence[Block], patterns: TextPatterns) -> Body:
    """Return the body made of the blocks of all pages; `patterns` are those of the article's language."""
    captions = _Captions(blocks, patterns)
    return Body(
        paragraphs=[block.text for number, block in enumerate(blocks) if block.text and number not in captions.owners],
        pictures=[(block.picture, captions.of(number)) for number, block in enumerate(blocks) if block.picture],
        videos=[(block.video, block.poster, captions.of(number)) for number, block in enumerate(blocks) if block.video],
    )


class _Captions:
    """Finds the captions of each picture. Blocks are identified by their index."""

    def __init__(self, blocks: Sequence[Block], patterns: TextPatterns) -> None:
        self._patterns = patterns
        self.owners: dict[int, int] = {}  #: number of a caption -> number of its picture or video
        self._blocks = blocks
        self._pictures = [number for number, block in enumerate(blocks) if block.picture]
        self._in_figures()
        self._after_videos()
        if self._pictures:
            self._beside_pictures()
            self._marked()
            self._leading()

    def of(self, owner: int) -> str | None:
        """The whole caption of a picture or video."""
        own = [number for number in sorted(self.owners) if self.owners[number] == owner]
        return " ".join(self._blocks[number].text for number in own) or None

    def _in_figures(self) -> None:
        for number, block in enumerate(self._blocks):
            if block.text and block.caption and block.figure is not None:
                shown = [
                    other
                    for other, each in enumerate(self._blocks)
                    if each.figure is block.figure and (each.picture or each.video)
                ]
                if shown:
                    self.owners[number] = _nearest(number, shown)

    def _after_videos(self) -> None:
        """What the page itself calls a caption belongs to the video right before it, not to a picture further away."""
        for before, number in pairwise(range(len(self._blocks))):
            block, owner = self._blocks[number], self.owners.get(before, before)
            if block.text and block.caption and number not in self.owners and self._blocks[owner].video:
                self.owners[number] = owner

    def _beside_pictures(self) -> None:
        """Captions next to pictures, in each run of pictures and paragraphs that may be captions."""
        for takes_part, numbers in groupby(range(len(self._blocks)), key=self._takes_part):
            if takes_part:
                self._pair_up(list(numbers))

    def _takes_part(self, number: int) -> bool:
        block = self._blocks[number]
        if block.picture:
            return number not in self.owners.values()
        return bool(block.text) and number not in self.owners and self._may_be_caption(block)

    def _pair_up(self, run: list[int]) -> None:
        texts = [bool(self._blocks[number].text) for number in run]
        alternate = all(one != other for one, other in pairwise(texts))
        # caption, picture, caption, picture: here each stands above its picture, so that none is left over.
        sides = (-1, 1) if texts[0] and not texts[-1] and alternate else (1, -1)
        for place, number in enumerate(run):
            if texts[place]:
                continue
            for side in sides:
                beside = place + side
                if 0 <= beside < len(run) and texts[beside] and run[beside] not in self.owners:
                    self.owners[run[beside]] = number
                    break
        for before, number in pairwise(run):
            if number not in self.owners and before in self.owners and self._is_only_credit(self._blocks[number]):
                self.owners[number] = self.owners[before]  # the credit of the caption above, on a line of its own

    def _marked(self) -> None:
        """What the page itself calls a caption is one, wherever it stands."""
        for number, block in enumerate(self._blocks):
            if block.text and block.caption and number not in self.owners:
                self.owners[number] = self._free_picture(number)

    def _leading(self) -> None:
        """Before the first body paragraph, whatever ends in a credit; a byline is no body paragraph."""
        for number, block in enumerate(self._blocks):
            if not block.text or number in self.owners or self._patterns.byline(block.text):
                continue
            if not self._patterns.credit(block.text):
                return
            self.owners[number] = self._free_picture(number)

    def _free_picture(self, number: int) -> int:
        """The nearest picture that has no caption yet, or the nearest of all."""
        captioned = set(self.owners.values())
        return _nearest(number, [picture for picture in self._pictures if picture not in captioned] or self._pictures)

    def _may_be_caption(self, block: Block) -> bool:
        return block.caption or block.centred or self._patterns.credit(block.text) is not None

    def _is_only_credit(self, block: Block) -> bool:
        return block.text.startswith(("(", "[", "（", "【")) and self._patterns.credit(block.text) is not None


def _nearest(number: int, others: Sequence[int]) -> int:
    """Return the nearest of the other blocks; of two equally near, the one before."""
    return min(others, key=lambda other: (abs(other - number), other > number))
