"""One response as a parsed document: bytes to text by the charset they really have, text to a tree."""

import codecs
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from ecnscrawl.pages.limits import check
from ecnscrawl.text import clean

_META_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_GB = {"gb2312", "gbk", "gb18030", "gb_2312-80", "x-gbk", "euc-cn", "cp936"}
# Charsets of the web other than UTF-8; Python's codecs for other purposes (idna, unicode_escape) are none.
_CHARSET = re.compile(r"(?:iso|windows|cp|ibm|big5|shift|sjis|euc|koi8|mac|latin|gb|x-gbk|hz|(?:us-)?ascii)[\w.:-]*")
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
# References to 128-159 mean windows-1252, says HTML and do browsers: `&#146;` is an apostrophe.
_C1_REFERENCE = re.compile(r"&#(?:0*(1[2-5]\d)(?!\d)|[xX]0*([89][0-9a-fA-F])(?![0-9a-fA-F]));?")


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


def decode(body: bytes, charset: str | None = None) -> str:
    """The text of a page, by the charset that its bytes have.

    What header and `<meta>` say is a hint: ECNS has static pages in GBK that do not say so, and others say
    gb2312 but hold more than that. Valid UTF-8 beyond ASCII is UTF-8, as other charsets hardly ever look
    like it; two-byte sequences alone may be GBK where the page says that. Never raises.
    """
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace")
    declared = charset or _declared(body)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return _decode_other(body, declared)
    return text if declared not in _GB or not text or max(text) > "\u07ff" else body.decode("gb18030", "replace")


def _declared(body: bytes) -> str | None:
    match = _META_CHARSET.search(body, 0, 4096)
    return match[1].decode("ascii", "ignore").lower() if match else None


def _decode_other(body: bytes, declared: str | None) -> str:
    """Text that is not valid UTF-8: as declared, or broken UTF-8, or undeclared GBK, or Western."""
    if declared and _CHARSET.fullmatch(declared):
        try:
            return body.decode("gb18030" if declared in _GB else declared, "replace")
        except LookupError:
            pass  # one of those that nobody knows is as good as none
    utf8 = body.decode("utf-8", "replace")
    broken = utf8.count("\ufffd")
    if sum(character > "\x7f" for character in utf8) > 2 * broken:
        return utf8
    try:
        return body.decode("gb18030")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


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
