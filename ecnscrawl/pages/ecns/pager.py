"""The pager of an article of several pages: the addresses in it, and its elements, which are not text."""

import re
from collections.abc import Iterator
from itertools import islice
from typing import cast
from urllib.parse import urlsplit

from lxml import etree
from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.document import Document
from ecnscrawl.pages.element_roles import Classifier, ElementRole

_ID = "function_code_page"  # of the element that the CMS writes its pager into
_DIV = re.compile(r"<(/?)div\b[^<>]*>", re.IGNORECASE)
_LINKS = etree.XPath("//a[contains(@href, $name)]")
_PART = re.compile(r"[-_]p?([1-9]\d{0,2})\.shtml$")  # detail-i….-p2.shtml | 301274_2.shtml
_ENDING = re.compile(r"([-_]p?[1-9]\d{0,2})\.shtml")
_IN_NAME = re.compile(r"[\w-]")
#: What a pager says; no number is followed by a digit, so there is one way only to match it.
PAGER = re.compile(
    r"(?:\d{1,3}(?!\d)|[|<>«»‹›…\s()\[\]/.·,-]|\b(?:prev(?:ious)?|next|last|first|pages?|of|continued?|on)\b"
    r"|上一页|下一页|上页|下页|首页|尾页|末页|共|第|页)+",
    re.IGNORECASE,
)
_MAX_LINKS = 1000  # to the article itself: a page with more of them is a trap
_MAX_PIECES = 150  # elements in a pager
_MAX_LETTERS = 500
_MAX_LEVELS = 8  # from a link up to the pager's outermost element


def part_of(url: str) -> int:
    """Return the page number in an article's address.

    >>> part_of("https://www.ecns.cn/business/2017/06-23/262576_2.shtml")
    2
    """
    match = _PART.search(urlsplit(url).path)
    return int(match[1]) if match else 1


def other_parts(page: Document) -> dict[int, str]:
    """Return the article's other pages, by number, wherever on this page their addresses are."""
    if not _may_be_paged(page):
        return {}
    own = urlsplit(page.url)
    stem = _stem(own.path)
    parts: dict[int, str] = {}
    for ending in _named_endings(page.markup, stem):
        parts.setdefault(int(ending.strip("-_p")), f"{stem}{ending}.shtml")
    for _, path in _own_links(page):
        if match := _PART.search(path):
            parts.setdefault(int(match[1]), path)
    return {number: own._replace(path=parts[number]).geturl() for number in sorted(parts) if number > 1}


def has_whole_pager(markup: str) -> bool:
    """Return whether a page has the CMS's element for its pager, be it empty, up to the end of the element around it.

    In that one the share bar may follow, the rest of which would be read as a picture.
    """
    start = markup.rfind(f'id="{_ID}"')
    open_elements = 2  # the pager's, and the one around it
    for tag in _DIV.finditer(markup, start) if start >= 0 else ():
        open_elements += -1 if tag[1] else 1
        if not open_elements:
            return True
    return False


def _named_endings(markup: str, stem: str) -> Iterator[str]:
    """Yield the `-p2` or `_2` of each address of this article that the markup contains, be it in a script."""
    folder, _, name = stem.rpartition("/")
    if not name:
        return
    at = markup.find(name)
    while at >= 0:
        end = at + len(name)
        # 'detail-ihekdvxp3958840-p2.shtml'
        is_own = name.startswith("detail-") and not (at and _IN_NAME.match(markup, at - 1))
        if not name.startswith("detail-"):  # "/2014/05-06/112233_2.shtml": an old number may be of two articles
            is_own = markup.endswith(('"', "'", "=", "(", f"{folder}/"), 0, at)
        if is_own and (match := _ENDING.match(markup, end)):
            yield match[1]
        at = markup.find(name, end)


def without(pagers: set[HtmlElement], classify: Classifier) -> Classifier:
    """Return the classifier, changed to skip these elements too."""
    if not pagers:
        return classify

    def classify_pagers_too(element: HtmlElement) -> ElementRole:
        role = classify(element)
        return ElementRole.SKIP if role is ElementRole.KEEP and element in pagers else role

    return classify_pagers_too


def pagers_of(page: Document) -> set[HtmlElement]:
    """Return the outermost elements that contain only a pager, except the one that closes the body."""
    found: set[HtmlElement] = set()
    if not _may_be_paged(page):
        return found
    for anchor, _ in _own_links(page):
        if not _is_pager(anchor):
            continue
        at = anchor
        for _ in range(_MAX_LEVELS):
            parent = at.getparent()
            if parent is None or parent.tag in ("body", "html") or not _is_pager(parent):
                break
            at = parent
        if at.get("id") != _ID:
            found.add(at)
    return found


def may_be_paged(url: str, markup: bytes) -> bool:
    """Return whether a page may name another one of its article. Few do, and to look for links takes a while.

    `markup` is UTF-8, in which an address is found far faster than in text.
    """
    name = name_of(url)
    if not name or part_of(url) > 1:
        return bool(name)
    at = markup.find(name)
    while at >= 0:
        if markup.startswith((b"-", b"_"), at + len(name)):
            return True
        at = markup.find(name, at + 1)
    return False


def _may_be_paged(page: Document) -> bool:
    return may_be_paged(page.url, page.markup.encode() if page.beginning is None else page.beginning)


def name_of(url: str) -> bytes:
    """Return what the last parts of the addresses of an article's pages begin with; empty if the URL is none.

    >>> name_of("https://www.ecns.cn/business/2017/06-23/262576_2.shtml")
    b'262576'
    """
    return _stem(urlsplit(url).path).rsplit("/", 1)[-1].encode()


def _stem(path: str) -> str:
    return _desktop(_PART.sub("", path).removesuffix(".shtml"))


def _desktop(path: str) -> str:
    return path[2:] if path.startswith("/m/") else path


def _own_links(page: Document) -> list[tuple[HtmlElement, str]]:
    """Return the links to this article's own pages, and their desktop paths."""
    stem = _stem(urlsplit(page.url).path)
    name = stem.rsplit("/", 1)[-1]
    if not name:
        return []
    anchors = cast(list[HtmlElement], _LINKS(page.root, name=name))[:_MAX_LINKS]
    paths = [_desktop(urlsplit(resolve(page.url, anchor.get("href", "")) or "").path) for anchor in anchors]
    return [(anchor, path) for anchor, path in zip(anchors, paths, strict=True) if _stem(path) == stem]


def _is_pager(element: HtmlElement) -> bool:
    if sum(1 for _ in islice(element.iter(), _MAX_PIECES)) == _MAX_PIECES or element.get("id") == "yanse":
        return False
    if element.find(".//img") is not None or element.find(f".//*[@id='{_ID}']") is not None:
        return False
    text = element.text_content()
    return len(text) < _MAX_LETTERS and PAGER.fullmatch(clean(text)) is not None
