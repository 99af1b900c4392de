"""Run the extractors whose readings of a page are compared: trafilatura, the readability that it brings, JSON-LD."""

import logging
import re
from collections.abc import Callable
from copy import copy
from typing import Any

from lxml import etree
from lxml.html import HtmlElement, fromstring

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.document import Document

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # the report counts what it cannot read
# What an extractor raises for a page that it cannot read, such as one with odd names of attributes.
_FAILURES = (etree.LxmlError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError)
_PARAGRAPHS = frozenset(
    "p head list item quote code table row lb br div blockquote h1 h2 h3 h4 h5 h6 li tr dd dt pre ul ol section article"
    " body".split()
)
_CELLS = frozenset(("cell", "td", "th"))
_MARKUP = re.compile(r"<[^<>]{1,1000}>|\n")
_MAX_NODES = 10_000  #: of JSON-LD that are looked at

Reading = list[str]  #: the paragraphs that an extractor gives


def text_tree(root: HtmlElement) -> HtmlElement:
    """Return a copy of a page without what has no visible text: comments, scripts, styles, drawings."""
    tree = copy(root)
    etree.strip_tags(tree, etree.Comment, etree.ProcessingInstruction)
    etree.strip_elements(tree, "script", "style", "svg", "template", "noscript", "iframe", with_tail=False)
    return tree


def trafilatura(tree: HtmlElement, url: str) -> Reading:
    """Return what trafilatura reads by its default mode."""
    from trafilatura import bare_extraction  # noqa: PLC0415 - importing it takes half a second, and is rarely needed

    def read() -> etree._Element | None:
        found = bare_extraction(tree, url=url, include_comments=False, output_format="xml")
        return None if found is None or isinstance(found, dict) else found.body

    return _guarded(read)


def readability(tree: HtmlElement) -> Reading:
    """Return what the readability that comes with trafilatura reads."""
    from trafilatura.readability_lxml import Document as Readability  # noqa: PLC0415 - as above

    return _guarded(lambda: fromstring(Readability(copy(tree), min_text_length=25).summary()))


def linked_data(page: Document) -> Reading:
    """Return the longest `articleBody` that JSON-LD states."""
    longest = max(map(_article_body, page.json_ld_values), key=len, default="")
    return [line for part in _MARKUP.split(longest) if (line := clean(part))]


def _article_body(found: Any) -> str:
    longest, nodes = "", [found]
    for _ in range(_MAX_NODES):
        if not nodes:
            break
        node = nodes.pop()
        if isinstance(node, dict):
            body = node.get("articleBody")
            if isinstance(body, str) and len(body) > len(longest):
                longest = body
            nodes += node.values()
        elif isinstance(node, list):
            nodes += node
    return longest


def _guarded(read: Callable[[], etree._Element | None]) -> Reading:
    try:
        found = read()
    except _FAILURES:
        return []
    return [] if found is None else _paragraphs(found)


def _paragraphs(root: etree._Element) -> Reading:
    """Return the texts between the starts and ends of paragraphs, which trafilatura and HTML name differently."""
    found: Reading = []
    buffer: list[str] = []

    def flush() -> None:
        if buffer and (text := clean("".join(buffer))):
            found.append(text)
        buffer.clear()

    for event, element in etree.iterwalk(root, events=("start", "end")):
        if element.tag in _CELLS:
            if event == "start" and buffer and not buffer[-1].isspace():
                buffer.append(" | ")
        elif element.tag in _PARAGRAPHS:
            flush()
        text = element.text if event == "start" else element.tail if element is not root else None
        if text:
            buffer.append(text)
    flush()
    return found
