"""Find the further pages of an article that its pager links to, where no layout is known.

>>> page_of("https://example.org/town/ferry.html", "https://example.org/town/ferry_2.html")
2
>>> page_of("https://example.org/town/ferry", "https://example.org/town/ferry?page=3")
3
"""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document, selector

_LINKS = selector("//a[@href] | //link[@rel='next'][@href]")
_LINKS_BACK = selector("//a[@href] | //link[@rel='prev'][@href]")
_PAGER = re.compile(r"(?<![a-z])(?:pag(?:e[sr]?|ing|in\w*)|wp-pagenavi|nav-links)(?![a-z])|pagination", re.IGNORECASE)
_OTHER_PAGER = re.compile(r"comment|respon[ds]|reply|related|archive|listing", re.IGNORECASE)
_MAX_ANCESTORS = 4  # of a link, up to the pager that holds it
_MAX_PAGES = 50
_QUERY = r"(?:page|paged|pagenum|pagenumber|page_no|pageno|pg|seite|pagina|p)=(?P<query>\d{1,2})"
_LAST_QUERY = re.compile(rf"^(?P<rest>.*?)&?{_QUERY}$", re.IGNORECASE)
_PATH_END = re.compile(r"^(?P<rest>.*?)(?:/(?:page[/-])?|[-_](?:page-|p)?)(?P<number>\d{1,2})/?$", re.IGNORECASE)
_FILE = re.compile(r"\.[a-z]{2,5}$", re.IGNORECASE)


def other_parts(page: Document) -> dict[int, str]:
    """Return the further pages of an article: number, from 2, to address. Those of its comments do not count."""
    linked = {url: link for link in page.all(_LINKS) if (url := resolve(page.url, link.get("href", "")))}
    parts: dict[int, str] = {}
    for base in _bases(page.url, linked.keys()):
        for url, link in linked.items():
            number = page_of(base, url)
            if number and number not in parts and _is_in_pager(link):
                parts[number] = url
    return {number: parts[number] for number in sorted(parts)}


def page_of(first: str, url: str) -> int | None:
    """Return which page of the article at `first` a URL is, from 2; None if it is another page."""
    split = _split(url)
    if split is None or split[1] < 2 or split[1] > _MAX_PAGES or split[0] != _plain(first):
        return None
    return split[1]


def article_key(url: str) -> str:
    """Return what the addresses of an article's first page have in common; the keys of further pages are its own too.

    >>> article_key("https://www.example.org/town/ferry.html"), further_page("https://example.org/town/ferry_2.html")
    ('example.org/town/ferry', ('example.org/town/ferry', 2))
    """
    return _key(_plain(url))


def further_page(url: str) -> tuple[str, int] | None:
    """Return the key of the article of which a URL would be a further page, and the page's number; None for others.

    Only the first page says whether it is one: `/town/ten-years-20.html` may be an article of its own.
    """
    split = _split(url)
    return (_key(split[0]), split[1]) if split and 2 <= split[1] <= _MAX_PAGES else None


def links_back(page: Document) -> bool:
    """Whether the pager of a page links to the first page, of which this one is a further page by its URL."""
    further = further_page(page.url)
    if further is None:
        return False
    for link in page.all(_LINKS_BACK):
        url = resolve(page.url, link.get("href", ""))
        if url and article_key(url) == further[0] and ("prev" in link.get("rel", "").split() or _is_in_pager(link)):
            return True
    return False


def _key(plain: tuple[str, str, str]) -> str:
    host, path, query = plain
    return f"{host}{path}?{query}" if query else f"{host}{path}"


def _bases(url: str, linked: Iterable[str]) -> Iterator[str]:
    """Yield the address of the first page: this one, and if this one links to that, the one of which it is a page."""
    yield url
    split = _split(url)
    for other in linked if split else ():
        if split and _plain(other) == split[0]:
            yield other
            return


def _split(url: str) -> tuple[tuple[str, str, str], int] | None:
    """Return the first page's address, as `_plain` has it, and the number of the page that a URL states."""
    host, path, query = _plain(url)
    if match := _LAST_QUERY.match(query):
        return (host, path, match["rest"]), int(match["query"])
    match = _PATH_END.match(path)
    return ((host, match["rest"], query), int(match["number"])) if match and match["rest"] else None


def _plain(url: str) -> tuple[str, str, str]:
    """Return host, path without a final slash and without the ending of a file, and query of a URL."""
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www."), _FILE.sub("", parts.path.rstrip("/")), parts.query


def _is_in_pager(link: HtmlElement) -> bool:
    """Whether a link is the next page's, or stands in a pager that is not that of the comments or of other articles."""
    is_pager = "next" in link.get("rel", "").lower().split()
    element: HtmlElement | None = link
    for _ in range(_MAX_ANCESTORS):
        if element is None:
            break
        names = f"{element.get('class', '')} {element.get('id', '')}"
        if _OTHER_PAGER.search(names):
            return False
        is_pager = is_pager or bool(_PAGER.search(names))
        element = element.getparent()
    return is_pager
