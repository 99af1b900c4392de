"""The addresses of pictures and videos, as the elements and scripts of a page write them."""

import re

from lxml.html import HtmlElement

from ecnscrawl.pages.players import is_player

#: The elements that show a video: its file, or the player of a video service.
VIDEOS = ("video", "iframe", "amp-video", "amp-iframe", "amp-youtube", "lite-youtube")
_FILES = ("video", "amp-video")
_VIDEO = ("src", "data-src", "data-lazy-src", "data-litespeed-src", "data-cookieblock-src")
_YOUTUBE_IDS = ("videoid", "data-videoid")
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazy", "data-actualsrc")
_SCRIPTED_VIDEO = re.compile(r"""["']((?:https?:)?//[^"'\s]+\.(?:mp4|m3u8|flv|webm)(?:\?[^"'\s]*)?)["']""")
_SCRIPTED_POSTER = re.compile(r"""poster["']?\s*[:=]\s*["']([^"'\s]+)["']""")


def picture_url(image: HtmlElement) -> str | None:
    """Return the URL of a picture as written. If it is loaded lazily, `src` is only a placeholder."""
    if image.get("width") in {"0", "1"} or image.get("height") in {"0", "1"}:
        return None  # a tracking pixel, not a picture
    for name in (*_LAZY, "src"):
        address = (image.get(name) or "").strip()
        if address and not address.startswith("data:"):
            return address
    candidates = (image.get("srcset") or "").split(",")[0].split()
    return candidates[0] if candidates else None


def video_url(element: HtmlElement) -> str | None:
    """Return the first URL of an element of VIDEOS as written; None for a frame that is not a known player."""
    for name in _YOUTUBE_IDS:
        if identifier := element.get(name):
            return f"https://www.youtube.com/embed/{identifier}"
    is_file = element.tag in _FILES
    for offer in (element, *element.iter("source")) if is_file else (element,):
        for name in _VIDEO:
            address = (offer.get(name) or "").strip()
            if address and not address.startswith(("blob:", "data:", "about:")) and (is_file or is_player(address)):
                return address
    return None


def poster_url(element: HtmlElement) -> str | None:
    """Return the URL of the picture that an element of VIDEOS shows before it plays."""
    return (element.get("poster") or element.get("data-poster") or "").strip() or None


def scripted_video(script: str) -> tuple[str | None, str | None]:
    """Return the first URL of a video in a script, and that of its poster."""
    video = _SCRIPTED_VIDEO.search(script)
    poster = _SCRIPTED_POSTER.search(script) if video else None
    return video[1] if video else None, poster[1] if poster else None
