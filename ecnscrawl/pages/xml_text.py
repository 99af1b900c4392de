"""Decode feeds and sitemaps to XML that libxml2 can parse, and parse it without any harm from hostile documents."""

import re
import zlib
from typing import Any

from lxml import etree

from ecnscrawl.pages.charsets import decode
from ecnscrawl.pages.decoders import is_utf_8
from ecnscrawl.pages.document import Source

#: Entities that the document declares are not expanded, nothing is downloaded, and broken markup is recovered.
SAFE: dict[str, Any] = {
    "recover": True,
    "resolve_entities": False,
    "no_network": True,
    "load_dtd": False,
    "huge_tree": False,
    "remove_comments": True,
}

_START = re.compile(
    r"<!--.*?(?:-->|\Z)|(<\?xml\b|<(?:[\w.-]+:)?(?:rss|feed|rdf|urlset|sitemapindex)\b)", re.DOTALL | re.IGNORECASE
)
_DECLARED = re.compile(rb"""<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]+)""")
_BARE_AMPERSAND = re.compile(
    r"(<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z))|&(?!(?:#[0-9]+|#x[0-9a-f]+|[a-z_][\w.-]*);)",
    re.DOTALL | re.IGNORECASE,
)
_UTF_16 = {b"<\0": b"\xff\xfe", b"\0<": b"\xfe\xff"}  # the start of a feed without a byte order mark -> its mark
_GZIP = b"\x1f\x8b"
_MAX_UNPACKED = 10_000_000  # bytes, as of a page that the server compresses; the rest counts as cut off


def xml_text(source: Source) -> str:
    """Return the decoded text of a feed or sitemap, from its first element on."""
    return _without_junk(_text(source)).replace("\0", "")


def mended(text: str) -> bytes:
    """Return it as UTF-8, with unescaped ampersands escaped."""
    return _BARE_AMPERSAND.sub(lambda match: match[1] or "&amp;", text).encode("utf-8", "replace")


def content_of(element: etree._Element) -> str:
    """Return the text of an element up to its first child: an unclosed element may contain half a document."""
    parts = [element.text]
    for child in element:
        if isinstance(child.tag, str):
            break
        parts += [child.text, child.tail]  # an entity, and the text after it
    return "".join(part for part in parts if part)


def _text(source: Source) -> str:
    """Decode by the byte order mark, the header or the XML declaration. A header with a wrong utf-8 is ignored."""
    body, charset = _unpacked(source.body), source.charset
    if mark := _UTF_16.get(body[:2]):
        return decode(mark + body)
    if match := _DECLARED.search(body, 0, 4096):
        declared = match[1].decode("ascii")
        if not charset or (charset.lower() in {"utf-8", "utf8"} and not is_utf_8(body)):
            charset = declared
    return decode(body, charset, source.fallback_charset)


def _without_junk(text: str) -> str:
    """Return the text from the XML declaration or the root element on. PHP and caches print warnings before it."""
    if text.lstrip().startswith("{"):  # JSON, in which XML may be quoted
        return text.strip()
    starts = (match.start(1) for match in _START.finditer(text) if match[1])
    return text[next(starts, 0) :].lstrip()


def _unpacked(body: bytes) -> bytes:
    """Return the content of a compressed file, `sitemap.xml.gz`; if it breaks off, what comes before that."""
    if not body.startswith(_GZIP):
        return body
    try:
        return zlib.decompressobj(wbits=31).decompress(body, _MAX_UNPACKED)
    except zlib.error:
        return b""
