"""How much markup a page may have: one with more was made to keep a parser busy, and libxml2 would be.

It takes some 5 KB for each of a page's tags by the time that its text is read, and for a tag of n attributes n² steps:
16 seconds for 100,000. A page of the site has some 500 tags, and no tag with more than ten attributes.
"""

import re
from collections.abc import Iterator

from ecnscrawl.exceptions import TooComplex

MAX_TAGS = 100_000  #: of a page; also of a feed, which has some 1,000
MAX_ATTRIBUTES = 200_000  #: of all tags of a page
MAX_TAG_ATTRIBUTES = 500  #: attributes
_SMALL = 50_000  #: letters: so few can have no more attributes than take a quarter of a second

# Tags as HTML's tokenizer sees them, and libxml2 with it; each part is possessive, so the time is linear.
_ATTRIBUTE = r"""(?:=|[^\s/>=])[^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"?|'[^']*+'?|[^\s>"'][^\s>]*+)?)?"""
_TAG = re.compile(
    r"<!--(?:-?>|.*?(?:--!?>|\Z))|<(?:[!?]|/(?![a-z]))[^>]*+"
    rf"|<(?P<end>/?)(?P<name>[a-z][^\s/>]*+)(?P<attributes>(?:[\s/]++|{_ATTRIBUTE})*+)",
    re.DOTALL | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(_ATTRIBUTE)
_RAW = frozenset("script style textarea title xmp iframe noembed noframes".split())  #: what is in them is no markup


def check(markup: str) -> None:
    """Raise TooComplex for a page with too many tags, or attributes of its tags."""
    _check_tags(markup)
    if len(markup) < _SMALL:
        return
    all_attributes = 0
    for attributes in _lists_of_attributes(markup):
        count = len(_ATTRIBUTES.findall(attributes))
        all_attributes += count
        if count > MAX_TAG_ATTRIBUTES:
            raise TooComplex(f"a tag of {count} attributes")
        if all_attributes > MAX_ATTRIBUTES:
            raise TooComplex(f"more than {MAX_ATTRIBUTES} attributes")


def check_feed(markup: str) -> None:
    """The same for XML, where no attribute is without its sign, and many in one tag are no trouble."""
    _check_tags(markup)
    if markup.count("=") > MAX_ATTRIBUTES:
        raise TooComplex(f"more than {MAX_ATTRIBUTES} attributes")


def _check_tags(markup: str) -> None:
    if (tags := markup.count("<")) > MAX_TAGS:
        raise TooComplex(f"{tags} tags")


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
    """Whether it is `<script/>`, which has nothing in it; the slash of `<script src=x/>` is the address's."""
    ends = [match.end() for match in _ATTRIBUTES.finditer(attributes)]
    return attributes.endswith("/") and len(attributes) not in ends
