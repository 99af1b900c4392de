"""What the names of classes and ids, and a few tags, say of an element."""

import re
from functools import lru_cache

from lxml.html import HtmlElement

_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MAX_NAMES, _MAX_NAME = 12, 60  #: classes of an element that are looked at, and characters of each

#: What the names of classes and ids say of an element. Of two that begin at one letter, the first counts.
_NAMES = {
    "body": r"article[-_]?(?:body|text|content|copy)|(?:post|entry|story|page|main|news)[-_]?(?:body|content|text|copy)"
    r"|rich[-_]?text|body[-_]?(?:text|copy|content)|prose|wysiwyg|paragraph",
    "related": r"related|recommend|more\b|more[-_]|read[-_]?(?:next|also)|popular|trending|most[-_]|latest|teaser|promo"
    r"|card|carousel|outbrain|taboola|recirc|up[-_]?next|suggest",
    "share": r"share|social|follow|tweet|facebook|sns|tool",
    "sign": r"newsletter|subscri|sign[-_]?up|paywall|login|register|donat|cta\b|banner|cookie|consent|gdpr|modal|popup"
    r"|overlay|membership",
    "comment": r"comment|disqus|discuss|reply|respond",
    "caption": r"caption|photo|image|img|gallery|media|video|figure|slide|lightbox",
    "lead": r"lead|lede|intro|summary|standfirst|dek\b|subtitle|sub[-_]?head|abstract|excerpt|description|sapo\b|chapo",
    "header": r"head(?:er|line)?\b|masthead|topbar|hero|title",
    "side": r"side|widget|rail\b|module|right[-_]?col",
    "nav": r"nav|menu|breadcrumb|pagin|pager|tabs?\b|skip",
    "footer": r"foot|copyright|colophon|legal|disclaimer",
    "ad": r"\bads?[-_]|[-_]ads?\b|\bads?\b|advert|sponsor|dfp|google",
    "meta": r"byline|author|meta\b|meta[-_]|date|time|publish|\bbio\b|profile|info|kicker|label|tags?\b|categor|topic"
    r"|source|credit",
    "box": r"box|inline|inset|pull[-_]?quote|embed|fact|callout|note|correction|editor",
    "hidden": r"hidden|sr-only|visually|screen[-_]?reader|offscreen|print",
    "article": r"article|story|post\b|entry|single",
    "content": r"content|text|main|body",
}
_NAMED = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _NAMES.items()))
HINTS = {name: 1 << number for number, name in enumerate(_NAMES)}
#: Elements whose tag alone says something, by further bits.
MARKED = "article main aside footer header nav form button figure figcaption ul ol table blockquote section dl".split()
MARKED_BITS = {tag: 1 << (len(HINTS) + number) for number, tag in enumerate(MARKED)}
HIDDEN = 1 << (len(HINTS) + len(MARKED))
CAPTION, FIGURE = MARKED_BITS["figcaption"], MARKED_BITS["figure"]
#: Boxes about authors, calls to subscribe and pagers, by the whole name of a class or id: author-box, post-newsletter
BOX = HIDDEN << 1
_BOX = re.compile(
    r"(?!(?:has|no|with|is)[-_])(?:[a-z]+[-_]+){0,3}(?:author[-_]?(?:box|bio)|about[-_](?:the[-_])?author|newsletter"
    r"|subscribe|sign-?up|page-links|pagination|pager)(?:[-_]+(?:box|form|block|widget|cta|promo|call|inline|wrap(?:per)?|container|section))?"
)
#: Of elements that hold what belongs to the page or to other articles.
FOREIGN = (
    sum(HINTS[name] for name in ("related", "share", "sign", "comment", "side", "nav", "footer", "ad"))
    | sum(MARKED_BITS[tag] for tag in ("aside", "footer", "nav", "form", "button"))
    | HIDDEN
)


@lru_cache(maxsize=10_000)
def bits_of(name: str) -> int:
    """Return what a class or id says.

    >>> bits_of("share-bar") == HINTS["share"]
    True
    """
    bits = 0
    for match in _NAMED.finditer(name.lower()):
        bits |= HINTS[match.lastgroup or ""]
    return bits | BOX if _BOX.fullmatch(name.lower()) else bits


def bits_of_element(element: HtmlElement) -> int:
    """Return what the tag, the classes and the id of an element say, and whether it is hidden."""
    bits = MARKED_BITS.get(element.tag, 0)
    for names in (element.get("class"), element.get("id")):
        if names:
            for name in names.split(None, _MAX_NAMES)[:_MAX_NAMES]:
                bits |= bits_of(name[:_MAX_NAME])
    style = element.get("style")
    if element.get("hidden") is not None or (style and _HIDDEN.search(style)):
        bits |= HIDDEN
    return bits
