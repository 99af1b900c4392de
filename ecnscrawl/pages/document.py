"""One response as a parsed document: bytes to text, text to a tree."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.limits import check

# References to 128-159 mean windows-1252, says HTML and do browsers: `&#146;` is an apostrophe.
_C1_REFERENCE = re.compile(r"&#(?:0*(1[2-5]\d)(?!\d)|[xX]0*([89][0-9a-fA-F])(?![0-9a-fA-F]));?")


UNDETERMINED = "und"  #: BCP 47: a language that nobody names

Selector = Callable[[HtmlElement], list[HtmlElement]]


def selector(xpath: str) -> Selector:
    """An XPath expression for elements, compiled once."""
    return cast(Selector, etree.XPath(xpath))


_SCRIPTS = selector("//script[not(contains(@type, 'json'))] | //*[@onload]")


@dataclass(frozen=True, slots=True)
class Source:
    """One response of an article as it arrived."""

    url: str  #: the address asked for, canonical
    body: bytes
    charset: str | None = None  #: as the Content-Type header names it
    language: str = UNDETERMINED  #: BCP 47: of the site's pages that name no other


class Document:
    """A parsed page; TooComplex for one that is not to be parsed."""

    def __init__(self, source: Source) -> None:
        self.url = source.url
        markup = decode(source.body, source.charset)
        check(markup)
        if "&#" in markup:
            markup = _C1_REFERENCE.sub(_windows_1252, markup)
        self.markup = markup.replace("\0", "") if b"\0" in source.body else markup  # libxml2 takes it for the end
        self._found: dict[Selector, list[HtmlElement]] = {}
        parser = HTMLParser(encoding="utf-8", huge_tree=True)
        root = etree.fromstring(self.markup.encode(), parser) if self.markup.strip() else None
        self.root: HtmlElement = root if root is not None else etree.fromstring("<html><body/></html>", parser)

    def all(self, selected: Selector) -> list[HtmlElement]:
        """The elements that a selector finds, looked for once."""
        if selected not in self._found:
            self._found[selected] = selected(self.root)
        return self._found[selected]

    @property
    def has_scripts(self) -> bool:
        """Whether something on the page might write more of it."""
        return bool(self.all(_SCRIPTS))

    @cached_property
    def metas(self) -> dict[str, str]:
        """What the page's `<meta>` elements say, by their lower-cased name or property; the first one counts."""
        found: dict[str, str] = {}
        for meta in self.root.iter("meta"):
            name = meta.get("name") or meta.get("property") or meta.get("itemprop")
            content = meta.get("content")
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def json_ld(self) -> dict[str, Any]:
        """What JSON-LD says of the article; empty where there is none, or none that can be read."""
        for script in self.root.iter("script"):
            if "ld+json" in (script.get("type") or ""):
                try:
                    found = json.loads(script.text or "", strict=False)
                except (ValueError, RecursionError):
                    continue
                if article := _article_in(found):
                    return article
        return {}

    @cached_property
    def title(self) -> str | None:
        """The text of `<title>`."""
        element = next(self.root.iter("title"), None)
        return clean(element.text_content()) or None if element is not None else None


def _article_in(found: Any) -> dict[str, Any] | None:
    """The object of JSON-LD that speaks of an article, also in a list or a graph."""
    if isinstance(found, dict) and isinstance(found.get("@graph"), list):
        found = found["@graph"]
    candidates = found if isinstance(found, list) else [found]
    for each in candidates:
        types = each.get("@type") if isinstance(each, dict) else None
        if any("Article" in str(kind) for kind in (types if isinstance(types, list) else [types])):
            return cast(dict[str, Any], each)
    return None


def _windows_1252(reference: re.Match[str]) -> str:
    decimal, hexadecimal = reference.groups()
    code = int(decimal) if decimal else int(hexadecimal, 16)
    if not 0x80 <= code <= 0x9F:
        return reference[0]
    return bytes([code]).decode("cp1252", "ignore")
