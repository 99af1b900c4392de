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
_ITEMS = ("li", "dt", "dd", "tr", "article", "a")
_HEADINGS = ("h2", "h3", "h4", "h5")
_MIN_HEADLINE, _MIN_CJK_HEADLINE = 20, 8  #: letters: a shorter linked heading is a label or the name of an author
_BESIDE = 5  #: texts from the headline: an `<aside>` or `<footer>` of the article may hold its day there
_DIGITS_OF_DAY = 5  #: 3.8.2026, 3 August 2026
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


def is_foreign(element: HtmlElement, url: str, own: Set[HtmlElement], distance: int) -> bool:
    """Return whether a text stands in a comment, a caption, a menu, an advertisement or the teaser of another article.

    `own` are the elements around the headline: their names say nothing about the text. `distance` is that from the
    headline in texts, negative before it, 0 if it is not near: what follows the headline is in no masthead. A `<time>`
    in a caption belongs to the author's portrait.
    """
    is_near, is_beside = distance > 0, 0 < abs(distance) <= _BESIDE
    for level, each in enumerate(_around(element, own)):
        name = f"{each.get('class') or ''} {each.get('id') or ''}"
        if each.tag in ("nav", "form") or (each.tag == "figcaption" and element.tag != "time"):
            return True
        if _ELSEWHERE.search(name) or (_COMMENTS.search(name) and _is_longer(each, _LINK)):
            return True
        if each.tag in ("aside", "footer") and not _is_info_line(each, name, distance):
            return True
        if not is_near and not _ARTICLES.search(name) and (_MASTHEAD.search(name) or (own and _is_site_header(each))):
            return True
        if level >= _TEASER_LEVELS or not _is_small(each):
            continue
        # Beside the headline only an item of a list counts: the line of the article's day may link to its section.
        if _is_teaser(each, url) or ((each.tag in _ITEMS or not is_beside) and _is_mostly_link(each, url)):
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


def _is_info_line(element: HtmlElement, name: str, distance: int) -> bool:
    """Return whether an `<aside>` or `<footer>` may hold the article's day: by its name, or beside the headline."""
    if _ARTICLES.search(name) and (element.tag == "footer" or distance > 0):
        return True
    return 0 < abs(distance) <= _BESIDE and next(element.iterancestors("article", "main"), None) is not None


def _is_longer(element: HtmlElement, limit: int) -> bool:
    letters = 0
    for piece in islice(element.itertext("*"), _MAX_PIECES):
        letters += len(str(piece).strip())
        if letters > limit:
            return True
    return False


def _is_small(element: HtmlElement) -> bool:
    """Return whether an element may be a single teaser."""
    limit = _TEASER_ARTICLE if element.tag == "article" else _TEASER_ELEMENTS
    return len(list(islice(element.iter(), limit + 1))) <= limit and not _is_longer(element, _TEASER)


def _is_teaser(element: HtmlElement, url: str) -> bool:
    """Return whether an element has a headline that links to another article."""
    for heading in element.iter(*_HEADINGS):
        for link in (*heading.iter("a"), *islice(heading.iterancestors("a"), 1)):
            href = link.get("href") or ""
            if _is_headline(heading) and not AUTHOR_PATH.search(href) and leads_away(href, url):
                return True
    return False


def _is_mostly_link(element: HtmlElement, url: str) -> bool:
    """Return whether more than half of the letters in an element are a link to another article of the site."""
    letters = sum(map(_letters, _pieces(element)))
    return any(2 * _letters_beside_days(link) > letters and _is_headline_link(link, url) for link in element.iter("a"))


def _is_headline_link(link: HtmlElement, url: str) -> bool:
    href = link.get("href") or ""
    target = resolve(url, href) if href else None
    if not target or urlsplit(target).hostname != urlsplit(url).hostname or AUTHOR_PATH.search(href):
        return False
    return leads_away(href, url) and _is_headline(link)


def _letters_beside_days(link: HtmlElement) -> int:
    """Return the letters in a link without those of its days: the link around a day may lead to an archive."""
    return sum(_letters(each) for each in _pieces(link) if sum(map(str.isdigit, each.strip())) < _DIGITS_OF_DAY)


def _letters(text: str) -> int:
    return sum(map(str.isalpha, text.strip()))  # a small element may hold a megabyte of white space


def _pieces(element: HtmlElement) -> list[str]:
    return [str(piece) for piece in islice(element.itertext("*"), _MAX_PIECES)]


def _is_headline(heading: HtmlElement) -> bool:
    text = clean("".join(_pieces(heading)))
    return not STARTS.match(text) and len(text) >= (_MIN_HEADLINE if text.isascii() else _MIN_CJK_HEADLINE)


def leads_away(href: str, url: str) -> bool:
    """Return whether a link leads to another page."""
    target = resolve(url, href) if href else None
    if not target:
        return False
    one, other = urlsplit(target), urlsplit(url)
    return (one.hostname, one.path.rstrip("/")) != (other.hostname, other.path.rstrip("/"))
