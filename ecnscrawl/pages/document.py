"""Parse one response: bytes to text, text to a tree of elements."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlComment, HtmlElement, HtmlEntity, HtmlProcessingInstruction

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.charsets import decode_with_utf_8
from ecnscrawl.pages.json_ld import json_ld_values
from ecnscrawl.pages.limits import check

# By the HTML standard, references to 128-159 mean characters of windows-1252: `&#146;` is an apostrophe.
_C1_REFERENCE = re.compile(r"&#(?:0*(1[2-5]\d)(?!\d)|[xX]0*([89][0-9a-fA-F])(?![0-9a-fA-F]));?")


# Of `lxml.html`, but for its classes of form elements: to choose one of these, Python code would run for each element.
_CLASSES = etree.ElementDefaultClassLookup(
    element=HtmlElement, comment=HtmlComment, pi=HtmlProcessingInstruction, entity=HtmlEntity
)
UNDETERMINED = "und"  #: BCP 47: a language that nobody names

Selector = Callable[[HtmlElement], list[HtmlElement]]
#: Called with a page's markup in UTF-8; returns how many bytes are to be parsed, or None for all.
LengthOf = Callable[[bytes], int | None]


def selector(xpath: str) -> Selector:
    """Compile an XPath expression that selects elements."""
    return cast(Selector, etree.XPath(xpath))


def first(tag: str, *, id: str | None = None, class_has: str = "", children: str | None = None) -> Selector:  # noqa: A002
    """Return a selector of the first such element, or of its children with a tag. It is far faster than an XPath.

    `class_has` is a part of the `class` attribute: `//h3[contains(@class, 'blue')]`.
    """

    def select(root: HtmlElement) -> list[HtmlElement]:
        for element in root.iter(tag):
            if (id is None or element.get("id") == id) and class_has in element.get("class", ""):
                return [element] if children is None else list(element.iterchildren(children))
        return []

    return select


_SCRIPTS = selector("//script[not(contains(@type, 'json'))] | //*[@onload]")


@dataclass(frozen=True, slots=True)
class Source:
    """One response as it was received."""

    url: str  #: the canonical URL of the request
    body: bytes
    charset: str | None = None  #: the one in the Content-Type header
    language: str = UNDETERMINED  #: the site's language (BCP 47), for pages that state no other
    fallback_charset: str | None = None  #: of the site's pages that declare none and are not UTF-8


class Document:
    """A parsed page. Raises TooComplex for a page that must not be parsed, see `limits`."""

    def __init__(self, source: Source, length_of: LengthOf | None = None) -> None:
        """Parse all of a page, or only as much of it as `length_of` says."""
        self.url = source.url
        markup, utf_8 = decode_with_utf_8(source.body, source.charset, source.fallback_charset)
        if b"\0" in source.body:  # libxml2 stops at a NUL
            markup, utf_8 = markup.replace("\0", ""), None
        self.markup = markup  #: all of it, also what is not parsed
        content = utf_8 or markup.encode()
        self._found: dict[Selector, list[HtmlElement]] = {}
        length = length_of(content) if length_of else None
        self.beginning: bytes | None = None  #: what was parsed, in UTF-8, if that is not all
        if length is not None:
            self.beginning = content = content[:length]
            markup = content.decode()
        markup, count = _C1_REFERENCE.subn(_windows_1252, markup)
        if count:
            content = markup.encode()
        if length is None:
            self.markup = markup
        check(markup)
        parser = etree.HTMLParser(encoding="utf-8", huge_tree=True)
        parser.set_element_class_lookup(_CLASSES)
        has_text = bool(markup) and not markup.isspace()
        root = etree.fromstring(content, parser) if has_text else None
        self.root: HtmlElement = root if root is not None else etree.fromstring("<html><body/></html>", parser)

    @property
    def is_fully_parsed(self) -> bool:
        """Whether all of the page was parsed."""
        return self.beginning is None

    def all(self, selected: Selector) -> list[HtmlElement]:
        """Return the elements that a selector finds. The result is cached."""
        if selected not in self._found:
            self._found[selected] = selected(self.root)
        return self._found[selected]

    def outermost(self, selected: Selector) -> list[HtmlElement]:
        """Return those of the elements that are not inside another one of them, so that no text is read twice."""
        found = self.all(selected)
        among = set(found)
        return [element for element in found if among.isdisjoint(element.iterancestors())]

    @property
    def has_scripts(self) -> bool:
        """Whether the page has a script that could add content."""
        return bool(self.all(_SCRIPTS))

    @cached_property
    def metas(self) -> dict[str, str]:
        """The contents of the `<meta>` elements by name or property in lower case. The first one of a name counts."""
        found: dict[str, str] = {}
        for meta in self.root.iter("meta"):
            name = meta.get("name") or meta.get("property") or meta.get("itemprop")
            content = meta.get("content")
            if name and content:
                found.setdefault(name.strip().lower(), content)
        return found

    @cached_property
    def json_ld_values(self) -> list[Any]:
        """The values of all scripts with JSON-LD."""
        return json_ld_values(self.root)

    @cached_property
    def json_ld(self) -> dict[str, Any]:
        """The article's object in JSON-LD, or {} if there is none."""
        articles = (article for value in self.json_ld_values if (article := _article_in(value)))
        return next(articles, {})

    @cached_property
    def title(self) -> str | None:
        """The text of `<title>`."""
        element = next(self.root.iter("title"), None)
        if element is None:
            return None
        return clean(element.text_content() if len(element) else element.text or "") or None


def _article_in(found: Any) -> dict[str, Any] | None:
    """Return the object of an article in JSON-LD, also if it is in a list or a graph."""
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
    return bytes([code]).decode("cp1252", "ignore") or chr(code)  # five mean themselves
