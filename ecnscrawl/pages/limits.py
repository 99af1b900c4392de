"""Limit the markup of a page, because libxml2 needs much time or memory for a page that was made to cause this.

Until the text is read, it needs about 5 KB for each tag. For a tag with n attributes it needs n² steps: 16 seconds for
100,000. A typical page has 500 tags, and no tag with more than ten attributes.
"""

import re
from collections.abc import Iterator

from ecnscrawl.exceptions import TooComplex

MAX_TAGS = 100_000  #: of a page or feed; a typical feed has 1,000
MAX_SITEMAP_TAGS = 1_000_000  #: twenty for each of the 50,000 entries that sitemaps.org allows
MAX_ATTRIBUTES = 200_000  #: of all tags of a page together
MAX_TAG_ATTRIBUTES = 500  #: of one tag
_SMALL = 50_000  #: characters: the attributes of a shorter page never take more than a quarter of a second
_LARGE = 2 * MAX_ATTRIBUTES  #: characters: a shorter page cannot have more attributes, as each needs two

_XML_TAG = re.compile(r"<[^<>]+")
# Tags as HTML's tokenizer sees them, and libxml2 with it; each part is possessive, so the time is linear.
_ATTRIBUTE = r"""(?:=|[^\s/>=])[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)?"""
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![a-z]))[^>]*+"
    rf"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_NAMED = re.compile("</?[a-z]", re.IGNORECASE)
# Two characters for each attribute that is one too many: its name, and what stands between it and the one before.
_LONG = re.compile(f"</?[a-z][^>]{{{2 * MAX_TAG_ATTRIBUTES}}}", re.IGNORECASE)
_LONG_LETTERS = len("<a") + 2 * MAX_TAG_ATTRIBUTES  #: that it has at least
_BETWEEN = re.compile(r"""[\s/"']""")  # before each attribute: a space, a slash, or the end of the one before
_BRACKET_IN_QUOTES = re.compile(r"""=\s*+(?:"[^">]*+>|'[^'>]*+>)""")  # title="a > b"; also x="" y="">, or in a script
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())  #: their content is not markup


def check(markup: str) -> None:
    """Raise TooComplex for a page with too many tags or attributes."""
    _check_tags(markup)
    if len(markup) >= _SMALL and not has_short_tags(markup):
        count_attributes(markup)


def has_short_tags(markup: str) -> bool:
    """Whether the tags of a page are so short that `count_attributes` cannot raise. Takes a fraction of its time.

    True only if no tag goes on after its first `>`, which a value in quotes may contain, and if there are never too
    many spaces, slashes and quotes up to that `>`. False says nothing.
    """
    if len(markup) > _LARGE:
        return False
    for start, end in _long_pieces(markup):
        long = _LONG.search(markup, start, end)
        if long and len(_BETWEEN.findall(markup, long.start(), end)) > MAX_TAG_ATTRIBUTES:
            return False
    return not any(_may_hide_bracket(markup, *found.span()) for found in _BRACKET_IN_QUOTES.finditer(markup))


def count_attributes(markup: str) -> None:
    """Raise TooComplex for a page with too many attributes: read all its tags, and count."""
    all_attributes = 0
    for attributes in _lists_of_attributes(markup):
        count = len(_ATTRIBUTES.findall(attributes))
        all_attributes += count
        if count > MAX_TAG_ATTRIBUTES:
            raise TooComplex(f"a tag of {count} attributes")
        if all_attributes > MAX_ATTRIBUTES:
            raise TooComplex(f"more than {MAX_ATTRIBUTES} attributes")


def check_feed(markup: str) -> None:
    """Raise TooComplex for a feed. In XML each attribute has a `=`, and many in one tag cause no problem."""
    _check_tags(markup)
    if markup.count("=") > MAX_ATTRIBUTES:
        raise TooComplex(f"more than {MAX_ATTRIBUTES} attributes")


def check_sitemap(markup: str) -> None:
    """Raise TooComplex for a sitemap with too many tags or attributes. More tags may be, as their tree is not kept."""
    if (tags := markup.count("<")) > MAX_SITEMAP_TAGS:
        raise TooComplex(f"{tags} tags")
    if sum(tag.count("=") for tag in _XML_TAG.findall(markup)) > MAX_ATTRIBUTES:  # "=" also stands in most URLs
        raise TooComplex(f"more than {MAX_ATTRIBUTES} attributes")


def _check_tags(markup: str) -> None:
    if len(markup) > MAX_TAGS and (tags := markup.count("<")) > MAX_TAGS:
        raise TooComplex(f"{tags} tags")


def _long_pieces(markup: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each piece without a `>` in which there is room for a long tag."""
    start = 0
    while (room := start + _LONG_LETTERS) <= len(markup):
        last = markup.rfind(">", start, room)
        if last >= 0:
            start = last + 1
            continue
        end = markup.find(">", room)
        end = len(markup) if end < 0 else end
        yield start, end
        start = end + 1


def _may_hide_bracket(markup: str, start: int, end: int) -> bool:
    """Whether the `>` before `end` may be inside a tag's value. There is none between `start` and it.

    It may be if several tags could begin before it: which one does would depend on the page up to there.
    """
    tags = _NAMED.finditer(markup, markup.rfind(">", 0, start) + 1, end)
    tag = next(tags, None)
    if tag is None:
        return False
    match = _TAG.match(markup, tag.start())
    return next(tags, None) is not None or (match is not None and match.end() >= end)


def _lists_of_attributes(markup: str) -> Iterator[str]:
    at = 0
    while match := _TAG.search(markup, at):
        at = match.end()
        if not match["name"]:
            continue
        if attributes := match["attributes"]:
            yield attributes
        name = match["name"].lower()
        if name in _RAW and not match["end"] and not _is_closed(attributes):
            end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(markup, at)
            at = end.start() if end else len(markup)


def _is_closed(attributes: str) -> bool:
    """Whether a tag is empty, as `<script/>`. In `<script src=x/>` the slash belongs to the URL."""
    ends = [match.end() for match in _ATTRIBUTES.finditer(attributes)]
    return attributes.endswith("/") and len(attributes) not in ends
