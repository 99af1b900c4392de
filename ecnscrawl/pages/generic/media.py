"""Decide which pictures and videos a body has, where no layout is known, and which paragraphs are their captions."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.captions import Body, arrange
from ecnscrawl.pages.generic.picture_addresses import same_picture
from ecnscrawl.pages.generic.pictures import find_pictures, once
from ecnscrawl.pages.generic.videos import find_videos, videos_once
from ecnscrawl.pages.text_patterns import TextPatterns

if TYPE_CHECKING:
    from ecnscrawl.pages.generic.fields import GenericFields


def with_media(
    parts: Sequence["GenericFields"], blocks: Sequence[Block], patterns: TextPatterns
) -> tuple[Body, dict[str, str]]:
    """Return the body with its pictures and videos, and the names of what gave the first of each.

    `parts` are the pages of the article, in order. A picture among the blocks counts only if it is one of those that
    `find_pictures` finds; the paragraph beside it may be its caption.
    """
    texts = arrange(blocks, patterns).paragraphs
    pictures = once(one for each in parts for one in find_pictures(each.page, each.linked, each.heading, texts))
    videos = videos_once(one for each in parts for one in find_videos(each.page, each.linked, each.heading, texts))
    shown = [each.shown or each.address for each in pictures]
    body = arrange(_with_these(blocks, shown), patterns)
    beside = [(address, caption) for address, caption in body.pictures if caption]
    captions = {each.caption for each in pictures} | {each.caption for each in videos}
    body.paragraphs = [text for text in body.paragraphs if text not in captions]
    body.pictures = [
        (each.address, each.caption or next((text for one, text in beside if same_picture(one, address)), None))
        for each, address in zip(pictures, shown, strict=True)
    ]
    body.videos = [(each.address, each.poster, each.caption) for each in videos]
    origins = {"images": [each.origin for each in pictures], "videos": [each.origin for each in videos]}
    return body, {name: found[0] for name, found in origins.items() if found}


def _with_these(blocks: Sequence[Block], pictures: Sequence[str]) -> list[Block]:
    """Return the blocks without other pictures, and without the captions of these."""
    left_out = [
        block
        for block in blocks
        if not block.text and not any(same_picture(block.picture or "", address) for address in pictures)
    ]
    figures = {block.figure for block in left_out if block.figure is not None}
    return [block for block in blocks if block.figure not in figures and (block.text or block not in left_out)]
