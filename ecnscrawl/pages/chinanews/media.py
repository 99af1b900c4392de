"""The layouts of videos and galleries of www.chinanews.com.cn, whose addresses stand in scripts."""

import html
import json
import re

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.blocks import Block, EndMark
from ecnscrawl.pages.chinanews.layouts import Layout
from ecnscrawl.pages.document import Document, selector

# var videojsList = ["https://….mp4"] | so.addVariable("vInfo", "http://….mp4") | <video id='html5video' src='http://….mp4'
_PLAYER = re.compile(
    r"""(?:videojsList\s*=\s*\[|"vInfo",|<video id='html5video' src=|source\s*[:=])\s*["'](https?://[^"'\s]+)["']"""
)
_IMAGE = re.compile(r"<image><!\[CDATA\[\s*([^\]\s]+)\s*\]\]>")  # <image><![CDATA[https://….jpg]]></image>
_PICTURES = re.compile(r"var picsJson\s*=\s*(?=\{)")  # var picsJson={"pics":[{"bigPicUrl":"…","articleTitle":"…"}]};
_ADDRESSES = ("bigPicUrl", "middlePicUrl", "thumbPicUrl")
_TAG = re.compile(r"<[^<>]*>")
_TIME = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?")  # 发布时间：2019-03-10 12:46:29 【编辑：…】


class Video(Layout):
    """Videos since about 2015: `div.content_title`, `div.content_desc`, a player in a script."""

    layout = "video"
    headline = selector("//*[self::h1 or self::div[@class='title']][ancestor::div[@class='content_title']]")
    line = selector("//p[ancestor::div[@class='content_title']]")
    body = selector("//div[@class='content_desc']")
    editor_line = selector("//*[@class='content_editor']")
    path = selector("//a[@href][ancestor::div[@id='nav_div980']]")

    def blocks(self) -> list[Block]:
        blocks, player = super().blocks(), _PLAYER.search(self.page.markup)
        return blocks if not player or any(block.video for block in blocks) else [Block(video=player[1]), *blocks]


class Gallery(Layout):
    """Galleries under `hd2011`: the pictures stand in a script, their description in `div.desc` or beside each."""

    layout = "gallery"
    headline = selector("//h1[@class='page_title']")
    line = selector("//div[@class='left']/p | //div[contains(text(), '发布时间')]")
    body = selector("//div[@class='left desc']")
    editor_line = line
    path = selector("//a[@href][ancestor::div[@id='nav_div980']]")

    @classmethod
    def matches(cls, page: Document) -> bool:
        return bool(_IMAGE.search(page.markup) or _PICTURES.search(page.markup))

    def is_authoritative(self, field: str) -> bool:
        return field == "blocks"

    def published_at(self) -> list[str]:
        return [*_TIME.findall(self._line)[:1], *super().published_at()]

    def blocks(self) -> list[Block]:
        pictures, description = _pictures(self.page), super().blocks()
        if pictures and (bodies := self.page.all(type(self).body)):
            self.end_mark = EndMark(bodies[0], is_last=True)
        return pictures + description


def _pictures(page: Document) -> list[Block]:
    """Return the pictures that a script shows, each with its caption if it has one of its own."""
    found = [Block(picture=url) for url in dict.fromkeys(_IMAGE.findall(page.markup))]
    match = _PICTURES.search(page.markup)
    if found or not match:
        return found
    try:
        stated = json.JSONDecoder(strict=False).raw_decode(page.markup, match.end())[0]["pics"]
    except (ValueError, LookupError, RecursionError):
        return []
    for each in stated if isinstance(stated, list) else ():
        texts = {key: value for key, value in each.items() if isinstance(value, str)} if isinstance(each, dict) else {}
        if url := next((texts[key] for key in _ADDRESSES if texts.get(key)), None):
            found.append(Block(picture=url))
            if caption := clean(html.unescape(_TAG.sub("", texts.get("articleTitle", "")))):
                found.append(Block(text=caption, caption=True))
    return found
