"""Feeds with entries that a test writes."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.feeds import feed_entries

FEED_URL = "https://www.ecns.cn/rss/rss.xml"
CHINA = ZoneInfo("Asia/Shanghai")


def second(*written: int) -> StatedTime:
    year, month, day, hour, minute, second = written
    return StatedTime(datetime(year, month, day, hour, minute, second, tzinfo=UTC), "second")


def rss(inner: str, attributes: str = "") -> list[str]:
    markup = (
        f'<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" {attributes}>'
        f"<channel><link>https://www.ecns.cn/</link><item><title>x</title>{inner}</item></channel></rss>"
    )
    return [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)]


def atom(inner: str, attributes: str = "") -> list[str]:
    markup = f'<feed xmlns="http://www.w3.org/2005/Atom" {attributes}><link href="/"/><entry><title>x</title>{inner}</entry></feed>'
    return [entry.url for entry in feed_entries(Source(FEED_URL, markup.encode()), CHINA)]
