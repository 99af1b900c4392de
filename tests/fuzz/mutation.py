"""Pages as a broken or hostile server could send them: saved pages with random changes."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

LARGEST = 300_000  #: bytes of a changed page
MAX_CHANGES = 8
MAX_TIMES = 400  #: that a piece is repeated

_TAG = re.compile(rb"<[^<>]{0,200}>")
_BOUNDARY = re.compile(rb"[<>&\"'\n]")

#: What the readers look for, and what parsers have stumbled over.
_TEXT = (
        "<", ">", "</", "/>", "<!", "<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "&", "&#", "&#x", ";", "\0", "\x1b[2J",
        "\x0b", "\x1c", "\x85", "\u00a0", "\u200b", "\u202e", "\u2028", "\u2029", "\u3000", "\ufeff", "\ufffd", "\U0010ffff",
        "&#0;", "&#146;", "&#x9b;", "&#xD800;", "&#xFFFFFF;", "&#99999999999;", "&amp;amp;", "&nbsp;", "&lt;p&gt;", "&NotAnEntity;",
        "<p>", "</p>", "<div>", "</div>", "<span>", "</span>", "<b>", "<br>", "<table>", "<tr>", "<td>", "</table>", "<li>", "<ul>",
        "<a href=", "<a href='//[::1'>", "<img src=", "<img src='http://[/x.jpg'>", "<img src='data:x'>", "<figure><figcaption>",
        "<svg>", "<math>", "<template>", "<noscript>", "<textarea>", "<title>", "<plaintext>", "<select>", "<iframe>",
        "<frameset>", "<body>", "</body>", "</html>", "<html lang=x>", "<base href='https://x/'>", "<base href='http://[x'>",
        "<script>", "</script>", "<style>", "</style>", "<video poster='x' src='y.mp4'>", "<source src='//x.mp4'>",
        '<script type="application/ld+json">', '{"@type":"NewsArticle","author":', '{"@graph":[{"@type":["Article"],', "[", "]",
        '"headline":{"a":[1,null]},', '"datePublished":7,', "null", "-1e999",
        '<meta charset="gb2312">', '<meta charset="utf-16">', '<meta charset="idna">', '<meta charset="hz">', '<meta name="keywords" content="',
        '<meta name="description" content="', '<meta property="og:locale" content="',
        '<h1 id="contitle">', "</h1>", '<h3 class="bitemblue">', '<div class="downinfo"><span>', '<div id="yanse">', '<div class="pictext">',
        '<div id="function_code_page">', '<a href="/2018/05-03/301274_2.shtml">', "-p2.shtml", "-p999.shtml",
        "<!--publish at 2025-01-10 16:52:22-->", "<!--publish at 9999-99-99 99:99:99-->", "<!--[886,1,301274] published at 2018-05-03 16:06:55",
        "<!--正文分页开始-->", "<!--正文分页结束-->", "<!--相关报道start-->",
        "2026-10-03 09:34:32", "0000-00-00 00:00", "9999-12-31 23:59:59", "Editor : ", "Web Editor: ", "Source: ", "ECNS App Download", "Text: A A A",
        "By ", "By Zhao Lei and Xu Wei", ", ", " and ", "BEIJING, Sept. 30 (Xinhua) -- ", "(Photo/Xinhua)", "(Photo provided to ", "[Photo: ", ")",
        "By A" + "-a" * 40, "A " * 60, "(" * 60, "-Ecns.cn", "\r", "\r\n", " ", "\t", "=", '"', "'", "\\", "%00", "..", "://", "@",
)  # fmt: skip
_BYTES = (
    b"\xff", b"\xfe\xff", b"\xff\xfe", b"\xef\xbb\xbf", b"\xed\xa0\x80", b"\xc0\x80", b"\x81", b"\xa1\xa1", b"\x84\x31\xa4\x37", b"\x1b$B", b"~{",
)  # fmt: skip
DICTIONARY = (*(piece.encode() for piece in _TEXT), *_BYTES)

ENCODINGS = ("gb18030", "utf-16", "utf-16-be", "utf-32", "latin-1", "cp1252", "utf-7", "big5", "hz", "iso2022_jp")


@dataclass(frozen=True)
class Change:
    """One change of a page. The meaning of the numbers depends on the kind of change."""

    do: Callable[[bytes, "Change"], bytes]
    at: int
    length: int
    times: int
    piece: bytes


def _place(page: bytes, change: Change) -> int:
    """Choose a place, mostly at an edge of the markup, where changes cause most errors."""
    edges = [match.start() for match in _BOUNDARY.finditer(page)]
    return edges[change.at % len(edges)] if edges and change.at % 4 else change.at % (len(page) + 1)


def flip(page: bytes, change: Change) -> bytes:
    """Flip bits in some bytes."""
    at = _place(page, change)
    flipped = bytes(byte ^ (1 << change.at % 8) for byte in page[at : at + change.length % 9 + 1])
    return page[:at] + flipped + page[at + len(flipped) :]


def delete(page: bytes, change: Change) -> bytes:
    """Delete a piece."""
    at = _place(page, change)
    return page[:at] + page[at + change.length :]


def duplicate(page: bytes, change: Change) -> bytes:
    """Repeat a piece."""
    at = _place(page, change)
    return page[: at + change.length] + page[at : at + change.length] * change.times + page[at + change.length :]


def insert(page: bytes, change: Change) -> bytes:
    """Insert a word of the dictionary, once or often."""
    at = _place(page, change)
    return page[:at] + change.piece * change.times + page[at:]


def transpose(page: bytes, change: Change) -> bytes:
    """Move a piece to another place."""
    at = _place(page, change)
    piece, rest = page[at : at + change.length], page[:at] + page[at + change.length :]
    to = change.times * 997 % (len(rest) + 1)
    return rest[:to] + piece + rest[to:]


def cut(page: bytes, change: Change) -> bytes:
    """Cut off the end."""
    return page[: _place(page, change)]


def lose_tags(page: bytes, change: Change) -> bytes:
    """Make tag soup: remove every n-th tag."""
    count = 0

    def lose(match: re.Match[bytes]) -> bytes:
        nonlocal count
        count += 1
        return b"" if count % (change.times % 7 + 2) == 0 else match[0]

    return _TAG.sub(lose, page)


def substitute(page: bytes, change: Change) -> bytes:
    """Replace all occurrences of one tag by a word of the dictionary."""
    tags = _TAG.findall(page)
    return page.replace(tags[change.at % len(tags)], change.piece) if tags else page


def reencode(page: bytes, change: Change) -> bytes:
    """Encode the page in another charset than it declares."""
    return page.decode("utf-8", "replace").encode(ENCODINGS[change.at % len(ENCODINGS)], "replace")


WAYS = (flip, flip, delete, duplicate, insert, insert, insert, transpose, cut, lose_tags, substitute, reencode)

_changes = st.lists(
    st.builds(
        Change,
        st.sampled_from(WAYS),
        st.integers(0, 1_000_000),
        st.integers(1, 5_000),
        st.one_of(st.integers(1, 3), st.integers(1, MAX_TIMES)),
        st.sampled_from(DICTIONARY),
    ),
    min_size=1,
    max_size=MAX_CHANGES,
)


def _changed(page: bytes, changes: Sequence[Change]) -> bytes:
    for change in changes:
        page = change.do(page, change)[:LARGEST]
    return page


def mutated(pages: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Generate a changed page."""
    return st.builds(_changed, st.sampled_from(pages), _changes)


def words() -> st.SearchStrategy[str]:
    """Generate text from the dictionary and from any other characters, lone surrogates included."""
    anything = st.text(st.characters(), max_size=20)
    pieces = st.sampled_from([piece.decode("utf-8", "surrogateescape") for piece in DICTIONARY])
    repeated = st.builds(lambda piece, times: piece * times, pieces, st.integers(1, 60))
    return st.lists(st.one_of(pieces, anything, repeated), max_size=10).map("".join)
