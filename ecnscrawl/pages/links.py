"""Find the links of a listing page."""

from dataclasses import dataclass

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document, Source, selector

_LINKED = selector("//a[@href] | //area[@href]")
_BASE = selector("//base[@href]")


@dataclass(frozen=True, slots=True)
class Link:
    """A link of a listing, a feed or a sitemap."""

    url: str  #: absolute
    published: StatedTime | None = None  #: when its article was published, if the listing says so
    changed: StatedTime | None = None  #: when its page last changed, as a sitemap says


def links(source: Source) -> list[str]:
    """Return all links of a page as absolute URLs, in page order, without repetitions.

    The markup of the listing does not matter, because the URL shows whether a link leads to an article.
    """
    page = Document(source)
    bases = _BASE(page.root)
    base = resolve(source.url, bases[0].get("href", "")) if bases else None
    found = (resolve(base or source.url, element.get("href", "")) for element in _LINKED(page.root))
    return list(dict.fromkeys(url for url in found if url))
