"""Render the pages that link articles: listings and their pages, the front page, the feed, robots.txt."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape

ENTRIES_A_PAGE = 45
ENTRIES_A_LIST = 15
FEED_LENGTH = 100
ROBOTS = b"User-agent: *\nAllow: /\n"
ROBOTS_PATH, FEED_PATH = "/robots.txt", "/rss/rss.xml"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
AP_MONTHS = ("Jan.", "Feb.", "March", "April", "May", "June", "July", "Aug.", "Sept.", "Oct.", "Nov.", "Dec.")
PLAIN, AP, BLANK = "plain", "ap", "blank"

NAVIGATION = "\n".join(
    f'<a href="{path}">{name}</a>'
    for path, name in (("/", "Home"), ("/news/", "News"), ("/cns-wire/", "Ecns Wire"), ("/photo/", "Photo"))
)
FOOT = """<div class="foottip"><div class="bdybox tipins"><a class="floatrgt" href="#" target="_self">Back to top</a>
<a href="/jobs.shtml">Jobs</a> | <a href="/contactus.shtml">Contact Us</a></div></div>
</body>
</html>
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a listing: `href` as written there, `published` in China time, `date` the format of the date."""

    href: str
    title: str
    published: datetime
    quoted: bool = True
    date: str = PLAIN

    def html(self) -> str:
        """The list item."""
        href = f'"{escape(self.href)}"' if self.quoted else self.href
        return f"<li><h3><a href={href}>{escape(self.title, quote=False)}</a></h3><b>{self._date()}</b></li>"

    def _date(self) -> str:
        if self.date == BLANK:
            return ""
        months = AP_MONTHS if self.date == AP else MONTHS
        return f"{months[self.published.month - 1]} {self.published.day}, {self.published.year}"


def listing_pages(path: str, name: str, entries: Sequence[Entry]) -> Iterator[tuple[str, str]]:
    """Yield path and HTML of each page of a listing. The first page is at both the folder and its index.shtml.

    An empty listing has one page with an empty list.
    """
    groups = [entries[i : i + ENTRIES_A_PAGE] for i in range(0, len(entries), ENTRIES_A_PAGE)] or [entries]
    for number, group in enumerate(groups, 1):
        html = _listing(name, group, number, len(groups))
        if number == 1:
            yield path, html
        yield page_path(path, number), html


def page_path(path: str, number: int) -> str:
    """Return the path of page `number` (from 1) of a listing.

    >>> page_path("/world/", 1), page_path("/world/", 2)
    ('/world/index.shtml', '/world/index_2.shtml')
    """
    return f"{path}index.shtml" if number == 1 else f"{path}index_{number}.shtml"


def front_page(entries: Sequence[Entry]) -> str:
    """Return the front page with all `entries`, the first ones large."""
    head, rest = entries[:ENTRIES_A_LIST], entries[ENTRIES_A_LIST:]
    small = "".join(
        f'<li><em></em> <a href="{escape(entry.href)}">{escape(entry.title, quote=False)}</a></li>' for entry in rest
    )
    body = f'{_lists(head)}\n<h3 class="itemtit mart20"><span>Latest</span></h3>\n<ul class="newslst02">{small}</ul>'
    return _document("ECNS", body)


def feed(items: Sequence[tuple[str, str, datetime]]) -> str:
    """Return a feed of `items` (path, title, time of publication in China time), newest first, with the site's quirks.

    The times are not in RFC 822 format, the links are http, descriptions are empty, ampersands are escaped twice.
    """
    lines = "\n".join(_feed_item(path, title, published) for path, title, published in items[:FEED_LENGTH])
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0">\n<channel>\n<title>ECNS</title>\n'
        f"<link>http://www.ecns.cn/</link>\n<description></description>\n{lines}\n</channel>\n</rss>\n"
    )


def _feed_item(path: str, title: str, published: datetime) -> str:
    return (
        f"<item>\n<title>{escape(escape(title, quote=False), quote=False)}</title>\n"
        f"<link>http://www.ecns.cn{path}</link>\n<description></description>\n"
        f"<pubDate>{published:%Y-%m-%d %H:%M:%S}</pubDate>\n</item>"
    )


def _listing(name: str, entries: Sequence[Entry], number: int, last: int) -> str:
    pager = " ".join(f'<a href="{page_path("", other)}">{other}</a>' for other in range(1, last + 1) if other != number)
    body = f'<h3 class="itemtit mart20 bitemblue"><span>{name}</span></h3>\n{_lists(entries)}\n'
    return _document(f"{name} - ECNS", f'{body}<div class="pagebox">{pager}</div>')


def _lists(entries: Sequence[Entry]) -> str:
    groups = [entries[i : i + ENTRIES_A_LIST] for i in range(0, len(entries), ENTRIES_A_LIST)] or [entries]
    return "\n".join(
        '<ul class="bizlst dashedlne">\n' + "\n".join(entry.html() for entry in group) + "\n</ul>" for group in groups
    )


def _document(title: str, body: str) -> str:
    return (
        '<!DOCTYPE HTML>\n<html lang="en-US">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{title}</title>\n</head>\n<body>\n"
        f'<nav class="nav">{NAVIGATION}</nav>\n<div class="bdybox">\n{body}\n</div>\n{FOOT}'
    )
