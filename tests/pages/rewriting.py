"""The same page, written otherwise: changes of its bytes that no reader sees, in any charset that keeps ASCII."""

import re
from collections.abc import Callable

Rewriting = Callable[[bytes], bytes]

_ATTRIBUTE = rb"""[a-zA-Z][\w:-]*(?:\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>=`/]+))?"""
_START = rb"<([a-zA-Z][a-zA-Z0-9]*)((?:\s+" + _ATTRIBUTE + rb")*)(\s*/?)>"
#: What stays as it is: comments, and elements whose content is no markup.
_RAW = rb"<!--.*?-->|<(?:script|style|title|textarea|noscript|iframe)\b.*?</(?:script|style|title|textarea|noscript|iframe)\s*>"
_PIECE = re.compile(
    rb"(?P<raw>" + _RAW + rb")|(?P<start>" + _START + rb")|(?P<end></[a-zA-Z][a-zA-Z0-9]*\s*>)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_QUOTED = re.compile(rb"""="([^"'<>]*)\"""")
_BLOCKS = frozenset(b"p div h1 h2 h3 ul ol table section article figure blockquote".split())
_HEAD = re.compile(rb"(<head[^>]*>)(.*?)(</head>)", re.DOTALL | re.IGNORECASE)
_IN_HEAD = re.compile(_RAW + rb"|<(?:meta|link|base)\b[^<>]*>", re.DOTALL | re.IGNORECASE)


def _rewritten(page: bytes, start: Callable[[re.Match[bytes]], bytes], end: Callable[[bytes], bytes] = bytes) -> bytes:
    """Rewrite each well-formed start tag, and each end tag."""

    def rewrite(match: re.Match[bytes]) -> bytes:
        if match["raw"]:
            return match[0]
        return start(match) if match["start"] else end(match[0])

    return _PIECE.sub(rewrite, page)


def _tag(match: re.Match[bytes]) -> tuple[bytes, list[bytes], bytes]:
    """The name, the attributes and the end of a start tag."""
    return match[3], _ATTRIBUTES.findall(match[4]), match[5] + b">"


def with_space_in_tags(page: bytes) -> bytes:
    """Write each attribute on a line of its own."""

    def start(match: re.Match[bytes]) -> bytes:
        name, attributes, end = _tag(match)
        return b"<" + name + b"".join(b"\n\t" + each for each in attributes) + b" " + end.lstrip()

    return _rewritten(page, start, lambda tag: tag.replace(b">", b" >"))


def with_capitals(page: bytes) -> bytes:
    """Write the names of elements in capitals."""

    def start(match: re.Match[bytes]) -> bytes:
        name, attributes, end = _tag(match)
        return b" ".join([b"<" + name.upper(), *attributes]) + end

    return _rewritten(page, start, bytes.upper)


def with_other_order_of_attributes(page: bytes) -> bytes:
    """Write the attributes of each element in the reverse order."""

    def start(match: re.Match[bytes]) -> bytes:
        name, attributes, end = _tag(match)
        return b" ".join([b"<" + name, *reversed(attributes)]) + (b" " + end if end.startswith(b"/") else end)

    return _rewritten(page, start)


def with_more_attributes(page: bytes) -> bytes:
    """Give each element another attribute."""

    def start(match: re.Match[bytes]) -> bytes:
        name, attributes, end = _tag(match)
        return b" ".join([b"<" + name, *attributes, b'data-slot="7"']) + end

    return _rewritten(page, start)


def with_single_quotes(page: bytes) -> bytes:
    """Put attributes into single quotes."""
    return _rewritten(page, lambda match: _QUOTED.sub(rb"='\1'", match[0]))


def _before_blocks(page: bytes, piece: bytes) -> bytes:
    in_body = page.lower().find(b"<body")

    def start(match: re.Match[bytes]) -> bytes:
        is_block = match[3].lower() in _BLOCKS and match.start() > in_body >= 0
        return (piece if is_block else b"") + match[0]

    return _rewritten(page, start)


def with_blank_lines(page: bytes) -> bytes:
    """Put blank lines before the elements that begin a line anyway."""
    return _before_blocks(page, b"\n\n   ")


def with_comments(page: bytes) -> bytes:
    """Put a comment before each of them."""
    return _before_blocks(page, b"<!-- slot 7 -->")


def with_scripts(page: bytes) -> bytes:
    """Put a script before each of them."""
    return _before_blocks(page, b"<script>window.slot = 7 < 8;</script>")


def with_other_order_of_head(page: bytes) -> bytes:
    """Put the title last in the head, and links and scripts before the other metadata."""

    def reorder(match: re.Match[bytes]) -> bytes:
        pieces = _IN_HEAD.findall(match[2])
        if _IN_HEAD.sub(b"", match[2]).strip():
            return match[0]
        order = (rb"<!--", rb"<meta[^>]*charset", rb"<base", rb"<(?:link|script|style)", rb"<meta", rb"<")
        ranks = [
            next(rank for rank, kind in enumerate(order) if re.match(kind, each, re.IGNORECASE)) for each in pieces
        ]
        ordered = [each for _, each in sorted(zip(ranks, pieces, strict=True), key=lambda ranked: ranked[0])]
        return match[1] + b"\n".join(ordered) + match[3]

    return _HEAD.sub(reorder, page, count=1)


def with_more_after_the_end(page: bytes) -> bytes:
    """Put a comment and a blank line after the page, as caches do."""
    return page + b"\n<!-- served from cache 7 -->\n\n"


def with_carriage_returns(page: bytes) -> bytes:
    """End lines as Windows does."""
    return page.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


REWRITINGS: tuple[Rewriting, ...] = (
    with_space_in_tags, with_capitals, with_other_order_of_attributes, with_more_attributes, with_single_quotes,
    with_blank_lines, with_comments, with_scripts, with_other_order_of_head, with_more_after_the_end,
    with_carriage_returns,
)  # fmt: skip
