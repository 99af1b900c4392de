"""Find the links of a listing page."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document, selector

_LINKED = selector("//a[@href] | //area[@href]")
_BASE = selector("//base[@href]")
_IGNORED = dict.fromkeys(map(ord, "\t\n\r"))  # browsers remove these from a URL


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a listing, a feed or a sitemap."""

    url: str  #: absolute
    published: StatedTime | None = None  #: when its article was published, if the listing says so
    changed: StatedTime | None = None  #: when its page last changed, as a sitemap says


def links(page: Document, pattern: re.Pattern[str] | None = None) -> list[str]:
    """Return all links of a page as absolute URLs, in page order, without repetitions.

    The markup of the listing does not matter, because the URL shows whether a link leads to an article. With a
    `pattern`, links that do not contain it as they are written are left out.
    """
    bases = _BASE(page.root)
    base = resolve(page.url, bases[0].get("href", "")) if bases else None
    written: Iterable[str] = dict.fromkeys(element.get("href", "") for element in _LINKED(page.root))
    if pattern:
        written = (href for href in written if pattern.search(href.translate(_IGNORED)))
    found = (resolve(base or page.url, href) for href in written)
    return list(dict.fromkeys(url for url in found if url))
