"""Find the videos of an article: those that the page shows with the text, and the one of the metadata, each once."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from lxml.html import HtmlElement

from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.json_ld import LinkedData, as_list, kinds
from ecnscrawl.pages.generic.picture_captions import caption_of
from ecnscrawl.pages.generic.pictures import is_own, own_elements
from ecnscrawl.pages.generic.titles import decoded
from ecnscrawl.pages.media import VIDEOS, poster_url, video_url
from ecnscrawl.pages.players import is_player, video_id

_METAS = ("og:video:secure_url", "og:video:url", "og:video", "twitter:player")
_FILE = re.compile(r"\.(?:mp4|m4v|webm|mov|ogv|m3u8|mpd)(?:\Z|[?#])", re.IGNORECASE)
_MAX_VIDEOS = 50  #: of a page
_CAPTION_LEVELS = 2  #: elements around a video in which its caption can be


@dataclass(frozen=True, slots=True)
class FoundVideo:
    """A video; the addresses are as the page writes them."""

    address: str
    poster: str | None = None
    caption: str | None = None
    origin: str = "figure"  #: or `json-ld`, `og`
    player: str | None = None  #: that the metadata names beside the file

    def is_same(self, other: "FoundVideo") -> bool:
        """Return whether two addresses are of one video."""
        one, two = ({video_id(each) for each in (video.address, video.player) if each} for video in (self, other))
        return not one.isdisjoint(two)


def find_videos(
    page: Document, linked: LinkedData, heading: HtmlElement | None, paragraphs: Sequence[str]
) -> list[FoundVideo]:
    """Return the article's videos, in page order. One that only the metadata names comes first: it is the lead video.

    A video file that the metadata names stands for the player that the page shows, if both have only one.
    """
    shown = videos_once(_shown(page, heading, paragraphs))
    stated = videos_once(_stated(page, linked))
    found = [_merged(video, stated) for video in shown]
    others = [video for video in stated if not any(video.is_same(each) for each in shown)]
    if shown and others and len(shown) == len(stated) == 1:
        return [replace(shown[0], poster=shown[0].poster or others[0].poster)]
    return [*others, *found]


def _merged(video: FoundVideo, stated: Iterable[FoundVideo]) -> FoundVideo:
    same = next((each for each in stated if each.is_same(video)), None)
    return replace(video, poster=video.poster or same.poster, caption=video.caption or same.caption) if same else video


def videos_once(videos: Iterable[FoundVideo]) -> list[FoundVideo]:
    """Return the videos without other addresses of the same ones."""
    kept: list[FoundVideo] = []
    for video in islice(videos, _MAX_VIDEOS):
        if not any(video.is_same(other) for other in kept):
            kept.append(video)
    return kept


def _shown(page: Document, heading: HtmlElement | None, paragraphs: Sequence[str]) -> Iterable[FoundVideo]:
    """Yield the videos between headline and last paragraph, without those of other stories and of advertisements."""
    elements, own = own_elements(page, heading, paragraphs, VIDEOS)
    for element in elements:
        address = video_url(element)
        if address and is_own(element, page.url, own):
            yield FoundVideo(address, poster_url(element), caption_of(element, levels=_CAPTION_LEVELS))


def _stated(page: Document, linked: LinkedData) -> Iterable[FoundVideo]:
    """Yield the videos of the metadata: those of the article, or the only one of the page."""
    named = [*as_list(linked.article.get("video")), *as_list(linked.article.get("associatedMedia"))]
    objects = [node for each in named if _is_video(node := linked.resolve(each))]
    others = [node for node in linked.nodes if _is_video(node)]
    for node in objects or (others if len(others) == 1 else []):
        posters = [*as_list(node.get("thumbnailUrl")), *as_list(node.get("thumbnail"))]
        player = _text(node.get("embedUrl"))
        if address := _text(node.get("contentUrl")) or player:
            poster = next((text for each in posters if (text := _url(each))), None)
            caption = _text(node.get("name")) or _text(node.get("description"))
            yield FoundVideo(address, poster, caption, "json-ld", player)
    for name in _METAS:
        address = decoded(page.metas.get(name, ""))
        if address and (is_player(address) or _FILE.search(address)):
            yield FoundVideo(address, origin="og")
            return


def _is_video(node: Any) -> bool:
    return isinstance(node, dict) and "VideoObject" in kinds(node)


def _text(value: Any) -> str | None:
    text = next((each for each in as_list(value) if isinstance(each, str)), None)
    return decoded(text) or None if text else None


def _url(value: Any) -> str | None:
    return _text(value.get("url") or value.get("contentUrl")) if isinstance(value, dict) else _text(value)
