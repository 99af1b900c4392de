"""Find the article in a page's JSON-LD: in any script, list or graph, with references resolved."""

from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document

Node = dict[str, Any]

MAX_SCRIPTS = 3_000_000  #: characters of a page that are searched for data of its scripts
_MAX_NODES = 2000  #: objects that are looked at; a page has twenty
_MAX_DEPTH = 12
_KEYS_OF_NODES = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "liveBlogUpdate")
# The kinds of objects that are an article, the best first.
_ARTICLES = ("NewsArticle", "Article", "BlogPosting", "Posting", "Report", "Review", "Recipe", "HowTo")


class LinkedData:
    """The objects of a page's JSON-LD.

    >>> from ecnscrawl.pages.document import Source
    >>> markup = b'<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Snow"}</script>'
    >>> LinkedData(Document(Source("https://www.example.org/1", markup))).text("headline")
    'Snow'
    """

    def __init__(self, page: Document) -> None:
        self.nodes = list(_nodes(page))
        self._by_id: dict[str, Node] = {}
        for node in self.nodes:
            if isinstance(name := node.get("@id"), str) and len(node) > 1:
                self._by_id.setdefault(name, node)
        self.article = _article(self.nodes, page)
        self.page = next((node for node in self.nodes if "WebPage" in kinds(node)), {})

    def resolve(self, value: Any) -> Any:
        """Return the object that a reference `{"@id": …}` names, else the value itself."""
        if isinstance(value, dict) and isinstance(name := value.get("@id"), str) and "name" not in value:
            return self._by_id.get(name, value)
        return value

    def text(self, key: str) -> str | None:
        """Return the first text that the article gives for a key."""
        return next(iter(self.names(self.article.get(key))), None)

    def names(self, value: Any) -> list[str]:
        """Return the texts of a value: a text, an object with a name, a reference to one, or a list of these."""
        found: list[str] = []
        for each in as_list(value):
            node = self.resolve(each)
            name = node.get("name") if isinstance(node, dict) else node
            found += [clean(text) for text in as_list(name) if isinstance(text, str)]
        return [text for text in found if text]


def as_list(value: Any) -> list[Any]:
    """Return a list of what a value has: JSON-LD writes one thing without a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


def kinds(node: Node) -> list[str]:
    """Return the types of an object, without a prefix: `NewsArticle` of `http://schema.org/NewsArticle`."""
    return [kind.rsplit("/", 1)[-1] for kind in as_list(node.get("@type")) if isinstance(kind, str)]


def _nodes(page: Document) -> Iterator[Node]:
    left = _MAX_NODES
    for found in page.json_ld_values:
        waiting = deque([(found, 0)])
        while waiting and left:
            value, depth = waiting.popleft()
            if depth > _MAX_DEPTH:
                continue
            if isinstance(value, list):
                waiting += [(each, depth + 1) for each in value[:_MAX_NODES] if isinstance(each, dict | list)]
            elif isinstance(value, dict):
                left -= 1
                yield value
                waiting += [
                    (value[key], depth + 1) for key in _KEYS_OF_NODES if isinstance(value.get(key), dict | list)
                ]


def _article(nodes: list[Node], page: Document) -> Node:
    """Return the article of this page: the one with its address, else with its headline, else the first."""
    found = [(rank, node) for node in nodes if (rank := _rank(node)) is not None]
    if not found:
        return {}
    path = urlsplit(page.url).path.rstrip("/")
    title = (page.title or "").casefold()

    def fit(ranked: tuple[int, Node]) -> tuple[bool, bool, int]:
        rank, node = ranked
        address = node.get("url") or node.get("mainEntityOfPage") or node.get("@id")
        address = address.get("@id") if isinstance(address, dict) else address
        same = isinstance(address, str) and bool(path) and path_of(address) == path
        headline = node.get("headline")
        named = isinstance(headline, str) and bool(headline) and clean(headline).casefold()[:40] in title
        return (not same, not named, rank)

    return min(found, key=fit)[1]


def path_of(address: str) -> str:
    """Return the path of an address, without the slash at its end; `` for what is no address."""
    try:
        return urlsplit(address).path.rstrip("/")
    except ValueError:
        return ""


def _rank(node: Node) -> int | None:
    names = kinds(node)
    return next((rank for rank, kind in enumerate(_ARTICLES) if any(kind in name for name in names)), None)
