"""Choose the newest entries of a sitemap, and the newest sitemaps of an index, of a site without a profile.

A sitemap may list every page that a site ever had. Only the newest are news.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import TypeVar
from urllib.parse import urlsplit

from ecnscrawl.pages.link_shapes import day_in, may_be_article
from ecnscrawl.pages.links import Link
from ecnscrawl.pages.sitemaps import ChildSitemap
from ecnscrawl.sites.listing_source import ReadPage
from ecnscrawl.sites.sources import Sitemap

_Item = TypeVar("_Item")

NEWS_DAYS = 7  #: a first run goes back so far; `full` and `since` go further
MAX_ENTRIES = 1000  #: of one sitemap that are looked at, the newest: a Google News sitemap has no more
#: of a long sitemap without any time, in which nobody can tell what is new: what a run can afford to request
MAX_UNDATED = 200
MAX_SITEMAPS = 10  #: of one index in one run
# Of a sitemap's address: those that list no articles, and the one that lists the newest.
_OTHER_PAGES = re.compile(r"author|categor|image|media|tag|taxonom|topic|user|video", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\d{5,12}(?!\d)|(?<==)\d{1,12}(?!\d)")
_NEWS = re.compile(r"news", re.IGNORECASE)
_LONG_AGO = datetime(1, 1, 2, tzinfo=UTC)


def newest_entries(links: Sequence[Link], oldest: datetime | None, *, is_whole: bool = False) -> list[Link]:
    """Return the entries of a sitemap that may be articles, the newest first, and those without any time last.

    Entries from before `oldest` (aware) are left out; the time is that of publication, else that of the last change,
    else the day in the address. Not more than MAX_ENTRIES are returned unless `is_whole`. Of a longer sitemap, entries
    without any time are left out too, unless all are: then see `_likely_newest`.
    """
    is_long = len(links) > MAX_ENTRIES and not is_whole
    if is_long and not any(_time_of(link) for link in links):
        return _likely_newest([link for link in links if may_be_article(link.url)])
    recent = [
        (at or _LONG_AGO, link)
        for at, link in ((_time_of(link), link) for link in links)
        if (at is None and not is_long) or (at is not None and (oldest is None or at >= oldest))
    ]
    recent.sort(key=lambda each: each[0], reverse=True)
    articles = (link for _, link in recent if may_be_article(link.url))
    return list(articles if is_whole else islice(articles, MAX_ENTRIES))


def _likely_newest(links: Sequence[Link]) -> list[Link]:
    """Return MAX_UNDATED entries without a time: those with the largest numbers of the CMS, else the first and last.

    A CMS counts its articles upwards, and a sitemap grows at one of its ends. The same entries are returned in each
    run, until there are new ones, so that a later run requests only these.
    """
    numbers = [_number_in(link) for link in links]
    if links and numbers.count(None) * 10 <= len(links):
        order = sorted(range(len(links)), key=lambda each: numbers[each] or 0, reverse=True)
        return [links[each] for each in order[:MAX_UNDATED]]
    return from_both_ends(links, MAX_UNDATED)


def from_both_ends(items: Sequence[_Item], count: int) -> list[_Item]:
    """Return the first and the last items, `count` at most, from the ends inwards.

    >>> from_both_ends("abcdefg", 4)
    ['a', 'g', 'b', 'f']
    """
    inwards = (item for pair in zip(items, reversed(items), strict=True) for item in pair)
    return list(islice(inwards, min(count, len(items))))


def _number_in(link: Link) -> int | None:
    """Return the last number in an address that may be an article's: 481516 of /town/481516.html, 7 of ?id=7."""
    parts = urlsplit(link.url)
    numbers = _NUMBER.findall(f"{parts.path}?{parts.query}")
    return int(numbers[-1]) if numbers else None


def _time_of(link: Link) -> datetime | None:
    """When an entry was published or changed. A day counts to its end, in the last time zone of the world."""
    if stated := link.published or link.changed:
        return stated.at + timedelta(days=2) if stated.precision == "day" else stated.at
    day = day_in(urlsplit(link.url).path)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=2) if day else None


@dataclass(frozen=True)
class NewestSitemaps(Sitemap):
    """A sitemap, or an index of which only the sitemaps are read that may list news."""

    def next(self, page: ReadPage) -> Sequence[str]:
        """Those for news come first, then those that have changed last, then those of unknown time from both ends."""
        children = [child for child in page.children if not _OTHER_PAGES.search(_name_of(child))]
        if not page.is_whole:
            oldest = page.today - timedelta(days=NEWS_DAYS + 1)
            children = [child for child in children if (_day_of(child) or page.today) >= oldest]
        undated = [child for child in children if _day_of(child) is None]
        children = [child for child in children if _day_of(child) is not None]
        children.sort(key=lambda child: _day_of(child) or date.min, reverse=True)
        children += undated if page.is_whole else from_both_ends(undated, len(undated))
        children.sort(key=lambda child: not _NEWS.search(_name_of(child)))
        return tuple(child.url for child in (children if page.is_whole else children[:MAX_SITEMAPS]))


def _name_of(child: ChildSitemap) -> str:
    """The path and query of its address: the host may be called `news` or `media`."""
    parts = urlsplit(child.url)
    return f"{parts.path}?{parts.query}"


def _day_of(child: ChildSitemap) -> date | None:
    """When it changed last: its `lastmod`, else the day in its address, as of sitemap-2026-11-24.xml."""
    return child.changed.at.date() if child.changed else day_in(_name_of(child))
