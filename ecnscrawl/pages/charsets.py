"""Decode pages as browsers do (WHATWG Encoding and HTML), with exceptions for pages that declare no charset."""

import codecs
import re

from webencodings import lookup

from ecnscrawl.pages.decoders import GB, decoded

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_FIRST_LOOK = 1024  # bytes in which the standard searches for a <meta charset>
# Browsers decode again if the parser finds a later one; no <head> is longer than this.
_SECOND_LOOK = 64 * 1024
_READ_ASCII_OTHERWISE = ("iso-2022-jp", "replacement")
_IN_THEIR_LABELS = (b"2022", b"hz-gb", b"replacement")
_UTF_16 = ("utf-16le", "utf-16be")
_BEYOND_TWO_BYTES = re.compile(rb"[\xe0-\xff]")  # in valid UTF-8: a character beyond U+07FF
_PUNCTUATION_OR_CHINESE = (b"\xe2", b"\xe4", b"\xe5")  # also quotes and dashes; searching for one takes a microsecond

_IN_CONTENT_TYPE = re.compile(r';\s*charset=(?:"([^"]*)"|([^\s;"]+))', re.IGNORECASE)
_VALUE = rb"""(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"'][^\t\n\f\r ;]*)|)"""
_IN_CONTENT = re.compile(rb"charset[\t\n\f\r ]*=[\t\n\f\r ]*" + _VALUE, re.IGNORECASE)
_IN_XML = re.compile(rb"""\s*<\?xml[^>]*?encoding[\0-\x20]*=[\0-\x20]*(?:"([^">]*)"|'([^'>]*)')""")
_TAG = re.compile(rb"<(?:(meta)(?=[\t\n\f\r /])|/?[a-z][^\t\n\f\r >]*)", re.IGNORECASE)
_NAME = re.compile(rb"[\t\n\f\r /]*([^\t\n\f\r />][^\t\n\f\r /=>]*)(?:[\t\n\f\r ]*(=)[\t\n\f\r ]*)?")
_UNQUOTED = re.compile(rb"[^\t\n\f\r >]*")
_END_OF_TAG = re.compile(rb"[\t\n\f\r /]*>")


def charset_in(content_type: str) -> str | None:
    """Return the charset in a Content-Type, as written.

    >>> charset_in('text/html; charset="GB2312"')
    'GB2312'
    """
    match = _IN_CONTENT_TYPE.search(content_type)
    return match[1] or match[2] if match else None


def decode(body: bytes, charset: str | None = None, fallback: str | None = None) -> str:
    """Decode a page or feed; `charset` is the one in its Content-Type, `fallback` that of the site. Never raises.

    As in browsers, a byte order mark counts first, then the Content-Type, then `<meta>` or the XML declaration. There
    are three differences, because some pages declare a charset that they do not have:

    - Valid UTF-8 with characters beyond ASCII is UTF-8, whatever is declared: other charsets hardly ever look like it.
      But if it has only two-byte sequences, and the page declares GBK, it is GBK. UTF-16 needs NUL bytes.
    - Text that is not UTF-8, and not declared as anything else, is in `fallback`, if it can be: if that is GBK or
      GB 18030, and gives Chinese, also a page that is declared as UTF-8.
    - Text that is mostly valid UTF-8 is UTF-8, so that a page that ends inside a character is decoded as well.
    """
    return decode_with_utf_8(body, charset, fallback)[0]


def decode_with_utf_8(body: bytes, charset: str | None, fallback: str | None) -> tuple[str, bytes | None]:
    """Do the same; return also the text in UTF-8, if that is `body` itself, so that it need not be encoded again."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body[len(bom) :].decode(name, "replace"), None
    named = _name(charset) if charset else None
    if named in _UTF_16 and b"\0" in body:
        return decoded(body, named), None
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        declared = named or _declared(body, _FIRST_LOOK) or _declared(body, _SECOND_LOOK)
        return _decode_other(body, declared, _name(fallback) if fallback else None), None
    other = _by_doubted_charset(text, body, named)
    return (text, body) if other is None else (other, None)


def _by_doubted_charset(text: str, body: bytes, named: str | None) -> str | None:
    """Return valid UTF-8 decoded by the declared charset if the same bytes have another meaning in it, else None."""
    if named not in (None, *GB, *_READ_ASCII_OTHERWISE) or any(lead in body for lead in _PUNCTUATION_OR_CHINESE):
        return None
    if text.isascii():
        head = body[:_FIRST_LOOK].lower()
        if not named and not any(part in head for part in _IN_THEIR_LABELS):
            return None
        declared = named or _declared(body, _FIRST_LOOK)
        return decoded(body, declared) if declared in _READ_ASCII_OTHERWISE and body else None
    declared = named or _declared(body, _FIRST_LOOK)
    return decoded(body, "gbk") if declared in GB and not _BEYOND_TWO_BYTES.search(body) else None


def _name(label: str) -> str | None:
    """Return the standard's name of a charset, or None for a label that browsers do not know."""
    encoding = lookup(label) if label.isascii() else None
    return encoding.name.lower() if encoding else None


def _decode_other(body: bytes, declared: str | None, fallback: str | None) -> str:
    """Decode bytes that are not valid UTF-8: as declared, as damaged UTF-8, by the fallback, or as windows-1252."""
    if declared not in (None, "utf-8"):
        return decoded(body, declared)
    utf8 = body.decode("utf-8", "replace")
    if _beyond_ascii(utf8) > 2 * utf8.count("\ufffd"):
        return utf8
    if fallback in GB:
        if _is_chinese(body):
            return decoded(body, fallback)
    elif fallback and not declared:
        return decoded(body, fallback)
    return utf8 if declared else decoded(body, "windows-1252")


def _is_chinese(body: bytes) -> bool:
    """Whether bytes give Chinese as GB 18030: text in windows-1252 gives rare characters, where it gives any."""
    try:
        chinese = body.decode("gb18030")
    except UnicodeDecodeError:
        return False
    # Chinese is nearly all of GB 2312; a curly quote of windows-1252 and the letter after it never are.
    return len(chinese.encode("gb2312", "ignore")) - len(chinese.encode("ascii", "ignore")) > _beyond_ascii(chinese)


def _beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


# The charset that a page declares.


def _declared(body: bytes, most: int) -> str | None:
    """Return the charset of a `<meta>`, or else of an XML declaration, in the first `most` bytes."""
    head = body[:most]
    lowered = head.lower()
    if not any(word in lowered for word in (b"charset", b"encoding")):
        return None
    return _name_inside(_meta_charset(head)) or _name_inside(_xml_encoding(head))


def _name_inside(label: bytes | None) -> str | None:
    """Return the charset for a label inside the document. UTF-16 is impossible there: the label itself is ASCII."""
    name = _name(label.decode("latin-1")) if label else None
    if name in _UTF_16:
        return "utf-8"
    return "windows-1252" if name == "x-user-defined" else name


def _xml_encoding(head: bytes) -> bytes | None:
    match = _IN_XML.match(head)
    return match[1] or match[2] if match else None


def _meta_charset(head: bytes) -> bytes | None:
    """Return the first known charset of a `<meta>` outside of comments, by the standard's prescan of a byte stream."""
    position = head.find(b"<")
    while position >= 0:
        if head.startswith(b"<!--", position):
            position = head.find(b"-->", position + 2)  # `<!-->` is a whole comment
        elif tag := _TAG.match(head, position):
            attributes, position = _attributes(head, tag.end())
            if tag[1] and position >= 0 and (label := _charset_of(attributes)) and _name(label.decode("latin-1")):
                return label
        elif head[position + 1 : position + 2] in (b"!", b"/", b"?"):
            position = head.find(b">", position)
        else:
            position += 1
        position = head.find(b"<", position) if position >= 0 else -1
    return None


def _attributes(head: bytes, position: int) -> tuple[dict[bytes, bytes], int]:
    """Return the attributes of a tag, the first of each name, and the position after the tag; -1 if it does not end."""
    found: dict[bytes, bytes] = {}
    while match := _NAME.match(head, position):
        position, value = match.end(), b""
        if match[2]:
            quote = head[position : position + 1]
            if quote in (b'"', b"'"):
                end = head.find(quote, position + 1)
                if end < 0:
                    return found, -1
                value, position = head[position + 1 : end], end + 1
            elif unquoted := _UNQUOTED.match(head, position):
                value, position = unquoted[0], unquoted.end()
        found.setdefault(match[1].lower(), value)
    end_of_tag = _END_OF_TAG.match(head, position)
    return found, end_of_tag.end() if end_of_tag else -1


def _charset_of(attributes: dict[bytes, bytes]) -> bytes | None:
    if b"charset" in attributes:
        return attributes[b"charset"]
    if attributes.get(b"http-equiv", b"").lower() != b"content-type":
        return None
    match = _IN_CONTENT.search(attributes.get(b"content", b""))
    return match[1] or match[2] or match[3] if match else None
