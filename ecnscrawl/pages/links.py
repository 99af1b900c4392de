"""What a listing page links to: a pure function from its bytes to addresses."""

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document, Source, selector

_LINKED = selector("//a[@href] | //area[@href]")
_BASE = selector("//base[@href]")


def links(source: Source) -> list[str]:
    """Every address that a page links to, absolute, in page order, each once.

    The listing's markup plays no part: what an article is shows in its address.
    """
    page = Document(source)
    bases = _BASE(page.root)
    base = resolve(source.url, bases[0].get("href", "")) if bases else None
    found = (resolve(base or source.url, element.get("href", "")) for element in _LINKED(page.root))
    return list(dict.fromkeys(url for url in found if url))
