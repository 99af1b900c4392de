"""Tell by its address alone what a page of an unknown site may be: an article, a section, or neither.

>>> paths = ("/2026/11/24/a-long-dry-summer", "/world/", "/tag/a-long-dry-summer")
>>> [has_article_shape(f"https://example.org{path}") for path in paths]
[True, False, False]
"""

import re
from datetime import date
from urllib.parse import unquote, urlsplit

#: Parts of a path below which no article stands. `page` is a further page of a listing.
_NO_ARTICLES = frozenset(
    """
    abo about about-us account accounts ads advertise advertising agb auteur auteurs author authors autor autores
    basket careers cart categoria categorias categories category checkout comment comments contact contact-us
    contacto contacts cookie cookies datenschutz disclaimer donate faq feed feeds forum help hilfe image images
    impressum imprint jobs kontakt label labels log-in login logon logout media my-account newsletter
    newsletters page password plugins privacy privacy-policy profile profiles regist register registration rss
    schlagwort search shop sign-in sign-up signin signup sitemap static subscribe subscribe-now subscription
    subscriptions suche tag tags terms terms-of-service terms-of-use thema theme themen themes tool tools topic
    topics uploads user users wp-admin wp-content wp-includes wp-json wp-login xmlrpc
    """.split()
)
_FILE = re.compile(
    r"\.(?:7z|atom|avi|bmp|css|csv|docx?|epub|exe|gif|gz|ico|ics|jpe?g|js|json|m3u8|m4a|mov|mp3|mp4|ogg|pdf|png|pptx?"
    r"|rar|rss|svg|tar|tiff?|ts|txt|wav|webm|webp|wmv|woff2?|xlsx?|xml|zip)$",
    re.IGNORECASE,
)
_PAGE_FILE = re.compile(r"\.(?:s?html?|php|aspx?|jspx?|do|cms|ece)$", re.IGNORECASE)
_INDEX = re.compile(r"(?:index|default|home|main)(?:[_-]?\d{1,3})?", re.IGNORECASE)
# /2026/11/24/, /2026-11-24/, /2026/11-24/, /2026/1124/, /20261124/, /202611/24/, t20261124_4711
_DAY = re.compile(r"(?<!\d)(20\d\d)[/_-]?(0[1-9]|1[0-2])[/_-]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(r"/20\d\d[/-]?(?:0[1-9]|1[0-2])/")
_NUMBER = re.compile(r"(?<!\d)\d{5,}(?!\d)")  # of a CMS; four digits may be a year
_HASH = re.compile(r"[0-9a-f]{16,}")
_ANY_NUMBER = re.compile(r"\d{3,}")
_QUERY_ID = re.compile(
    r"(?:^|&)(?:p|id|aid|nid|newsid|news_id|article|articleid|article_id|artid|story|storyid|idx|idxno|post)=\w*\d\w*(?:&|$)",
    re.IGNORECASE,
)
#: Of another view of a page, such as one to print: ?print=1, ?tmpl=component, ?replytocom=7, ?share=x, ?format=pdf
_OTHER_VIEW = re.compile(
    r"(?:^|&)(?:print(?:able|er|version|view)?(?:[=&]|$)|tmpl=|replytocom=|share=|format=(?:pdf|feed|raw|print)|view=print)",
    re.IGNORECASE,
)
_ARTICLE_FOLDERS = frozenset({"article", "articles", "node", "post", "posts", "story", "stories"})
_MIN_WORDS = 4  #: of a slug: `dry-summer` may be a section, `a-long-dry-summer` is a headline
_MANY_WORDS = 6  #: of a part that is not the last one: `/a-long-dry-summer-comes-to-its-end/ar-BBWX`
_MIN_WORDS_OF_A_FILE = 3  #: of one that ends in `.html`
_MIN_IDEOGRAPHS = 8  #: of a slug in a script that writes no spaces
_IDEOGRAPHS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_MAX_DEPTH = 2  #: of a section: /world/asia/


def day_in(path: str) -> date | None:
    """Return the day that stands in the path of an address.

    >>> day_in("/world/2026-11/24/drought.html"), day_in("/world/20261124/4711.html"), day_in("/2026/13/24/")
    (datetime.date(2026, 11, 24), datetime.date(2026, 11, 24), None)
    """
    for match in _DAY.finditer(path):
        try:
            return date(*map(int, match.groups()))
        except ValueError:
            continue
    return None


def may_be_article(url: str) -> bool:
    """Whether an article may have this address: no front page, no file, and not in a part of the site without any.

    Another view of an article, such as one to print, has an address of its own, but is no article.
    """
    parts = urlsplit(url)
    segments = _segments(parts.path)
    if _OTHER_VIEW.search(parts.query):
        return False
    if not segments:
        return bool(_QUERY_ID.search(parts.query))
    if _FILE.search(segments[-1]) or any(_without_file(each).lower() in _NO_ARTICLES for each in segments[:-1]):
        return False
    return _without_file(segments[-1]).lower() not in _NO_ARTICLES


def has_article_shape(url: str) -> bool:
    """Whether an address looks like an article's: it has a day, a headline or a number of a CMS."""
    if not may_be_article(url):
        return False
    parts = urlsplit(url)
    segments = _segments(parts.path)
    if not segments:
        return True
    if _INDEX.fullmatch(_without_file(segments[-1])):  # the name of what it shows stands before it
        segments.pop()
    if not segments:
        return False
    last = unquote(_without_file(segments[-1]))
    is_file = last != unquote(segments[-1])
    has_number = _NUMBER.search("/".join(segments)) or (is_file and _ANY_NUMBER.search(last)) or _HASH.fullmatch(last)
    if has_number or _QUERY_ID.search(parts.query) or _has_many_ideographs(last):
        return True
    least = _MIN_WORDS_OF_A_FILE if is_file else _MIN_WORDS
    if _words(last) >= least or any(_words(unquote(each)) >= _MANY_WORDS for each in segments):
        return True
    return len(segments) > 1 and (segments[-2].lower() in _ARTICLE_FOLDERS or _has_name_below_day(parts.path, last))


def has_section_shape(url: str) -> bool:
    """Whether an address looks like a section's: one or two short words, without a query."""
    parts = urlsplit(url)
    segments = _segments(parts.path)
    if parts.query or not 0 < len(segments) <= _MAX_DEPTH or has_article_shape(url) or not may_be_article(url):
        return False
    return not (_INDEX.fullmatch(_without_file(segments[0])) or day_in(parts.path))


def section_name(url: str) -> str:
    """Return what a section is called: its path, without slashes at the ends and without the name of an index file.

    >>> section_name("https://example.org/world/asia/index.html"), section_name("https://example.org/sport.html")
    ('world/asia', 'sport')
    """
    segments = [unquote(each) for each in _segments(urlsplit(url).path)]
    if len(segments) > 1 and _INDEX.fullmatch(_without_file(segments[-1])):
        segments.pop()
    return "/".join([*segments[:-1], _without_file(segments[-1])]) if segments else ""


def _has_name_below_day(path: str, last: str) -> bool:
    """Whether an article's name or number stands below a day or a month: a day alone is an archive's."""
    has_day = day_in(path) is not None or _MONTH.search(path) is not None
    return has_day and not re.fullmatch(r"[\d_-]{1,10}", last)


def _segments(path: str) -> list[str]:
    return [each for each in path.split("/") if each]


def _without_file(segment: str) -> str:
    return _PAGE_FILE.sub("", segment)


def _words(slug: str) -> int:
    return sum(bool(word) for word in re.split(r"[-_+ ]+", slug))


def _has_many_ideographs(slug: str) -> bool:
    return len(_IDEOGRAPHS.findall(slug)) >= _MIN_IDEOGRAPHS
