"""Tell the elements of a page that are not the article's: menus, comments, related stories, mastheads."""

import re
from collections.abc import Iterator, Set
from itertools import islice
from urllib.parse import urlsplit

from lxml.html import HtmlElement

from ecnscrawl.normalize.text import clean
from ecnscrawl.normalize.urls import resolve
from ecnscrawl.pages.generic.byline_words import STARTS
from ecnscrawl.pages.generic.bylines import AUTHOR_PATH

LEVELS = 40  #: elements around one that are looked at
# A larger element is not a single teaser. `<article>` elements of teasers are larger than others.
_TEASER_LEVELS, _TEASER_ELEMENTS, _TEASER_ARTICLE = 6, 40, 120
_HEADINGS = ("h2", "h3", "h4", "h5")
_MIN_HEADLINE, _MIN_CJK_HEADLINE = 20, 8  #: letters: a shorter linked heading is a label or the name of an author
_LINK, _TEASER, _MAX_PIECES = 100, 500, 200  #: letters of a link to the comments, of a teaser; pieces of text
# What classes and ids call the elements that are not the article's, wherever they stand.
_ELSEWHERE = re.compile(
    r"(?<![a-z])(?:related|recommend\w*|promos?|advert\w*|sponsor\w*|outbrain|taboola|most-?read|popular"
    r"|trending|read-?(?:more|also|next)|more-?(?:on|from|stories)|up-?next|(?:site|page|global|main)[-_]?footer)(?![a-z])"
    r"|(?:\A|\s)ads?(?:\s|\Z)",
    re.IGNORECASE,
)
_COMMENTS = re.compile(r"(?<![a-z])(?:comments?|commentlist|replies|disqus\w*|leserkommentare)(?![a-z])", re.IGNORECASE)
# The head of every page of a site, which may show the day of today, and columns beside the article. Elements of
# articles have such names too, so these count only before the headline or far from it.
_MASTHEAD = re.compile(
    r"(?<![a-z])(?:masthead|top-?(?:bar|menu|header|row)|site-?(?:header|head)|page-?header|header-?(?:top|date)"
    r"|(?:current|today)s?[-_]?(?:date|day)|weather|ticker|events?|nav|navbar|menu|footer"
    r"|(?<!with[-_])(?<!has[-_])(?<!no[-_])sidebar)(?![a-z])",
    re.IGNORECASE,
)
_ARTICLES = re.compile(r"article|entry|post|story|content|headline|title", re.IGNORECASE)


def is_foreign(element: HtmlElement, url: str, own: Set[HtmlElement], *, is_near: bool) -> bool:
    """Return whether a text stands in a comment, a caption, a menu, an advertisement or the teaser of another article.

    `own` are the elements around the headline: their names say nothing about the text. `is_near` says that the text
    follows the headline, so that no masthead can be meant. A `<time>` in a caption belongs to the author's portrait.
    """
    for level, each in enumerate(_around(element, own)):
        name = f"{each.get('class') or ''} {each.get('id') or ''}"
        if each.tag in ("nav", "form") or (each.tag == "figcaption" and element.tag != "time"):
            return True
        if _ELSEWHERE.search(name) or (_COMMENTS.search(name) and _is_longer(each, _LINK)):
            return True
        if not is_near and not _ARTICLES.search(name) and (_MASTHEAD.search(name) or (own and _is_site_header(each))):
            return True
        if level < _TEASER_LEVELS and _is_teaser(each, url):
            return True
    return False


def _around(element: HtmlElement, own: Set[HtmlElement]) -> Iterator[HtmlElement]:
    """Yield an element and those around it, up to the first that is the article's own."""
    for each in (element, *islice(element.iterancestors(), LEVELS)):
        if each in own:
            return
        yield each


def _is_site_header(element: HtmlElement) -> bool:
    return element.tag == "header" and next(element.iterancestors("article", "main"), None) is None


def _is_longer(element: HtmlElement, limit: int) -> bool:
    letters = 0
    for piece in islice(element.itertext("*"), _MAX_PIECES):
        letters += len(str(piece).strip())
        if letters > limit:
            return True
    return False


def _is_teaser(element: HtmlElement, url: str) -> bool:
    """Return whether an element is small and has a headline that links to another article."""
    limit = _TEASER_ARTICLE if element.tag == "article" else _TEASER_ELEMENTS
    nodes = list(islice(element.iter(), limit + 1))
    if len(nodes) > limit or _is_longer(element, _TEASER):
        return False
    for heading in (node for node in nodes if node.tag in _HEADINGS):
        for link in (*heading.iter("a"), *islice(heading.iterancestors("a"), 1)):
            href = link.get("href") or ""
            if _is_headline(heading) and not AUTHOR_PATH.search(href) and leads_away(href, url):
                return True
    return False


def _is_headline(heading: HtmlElement) -> bool:
    text = clean("".join(str(piece) for piece in islice(heading.itertext("*"), _MAX_PIECES)))
    return not STARTS.match(text) and len(text) >= (_MIN_HEADLINE if text.isascii() else _MIN_CJK_HEADLINE)


def leads_away(href: str, url: str) -> bool:
    """Return whether a link leads to another page."""
    target = resolve(url, href) if href else None
    if not target:
        return False
    one, other = urlsplit(target), urlsplit(url)
    return (one.hostname, one.path.rstrip("/")) != (other.hostname, other.path.rstrip("/"))
