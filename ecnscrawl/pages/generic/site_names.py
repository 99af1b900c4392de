"""The names of a page's site: headlines end in them, and an outlet is no author of its own articles."""

from urllib.parse import urlsplit

from ecnscrawl.pages.document import Document
from ecnscrawl.pages.generic.json_ld import LinkedData, as_list, kinds
from ecnscrawl.pages.generic.titles import decoded

_METAS = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_MIN_LABEL = 4  #: letters: shorter labels of a host are words of headlines too


def outlet_names(page: Document, linked: LinkedData) -> list[str]:
    """Return what the page calls its site and its publisher, unless the publisher is a person."""
    named = [decoded(page.metas.get(name, "")) for name in _METAS]
    for each in as_list(linked.article.get("publisher")):
        node = linked.resolve(each)
        if not (isinstance(node, dict) and "Person" in kinds(node)):
            named += linked.names(node)
    return [name for name in dict.fromkeys(named) if name]


def host_names(url: str) -> list[str]:
    """Return the host of an address without `www.`, and its longer labels.

    >>> host_names("https://www.harbour-post.co.uk/1")
    ['harbour-post.co.uk', 'harbour-post']
    """
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    return [host, *(label for label in host.split(".")[:-1] if len(label) >= _MIN_LABEL)]
