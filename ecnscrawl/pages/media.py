"""The addresses of pictures and videos, as the elements and scripts of a page write them."""

import re

from lxml.html import HtmlElement

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


def video_url(video: HtmlElement) -> str | None:
    """Return the first URL of a `<video>`."""
    offers = [video, *video.iter("source")]
    for offer in offers:
        for name in ("src", "data-src"):
            address = (offer.get(name) or "").strip()
            if address and not address.startswith(("blob:", "data:")):
                return address
    return None


def scripted_video(script: str) -> tuple[str | None, str | None]:
    """Return the first URL of a video in a script, and that of its poster."""
    video = _SCRIPTED_VIDEO.search(script)
    poster = _SCRIPTED_POSTER.search(script) if video else None
    return video[1] if video else None, poster[1] if poster else None
