"""The profile of www.chinanews.com.cn, the Chinese site of China News Service."""

import re
from datetime import date
from functools import lru_cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from ecnscrawl.normalize.urls import ArticleRef, day_in, resolve
from ecnscrawl.pages.chinanews import ChinanewsPage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ByDate, ByNumber, Feed

NAME = "chinanews"
_HOST = "https://www.chinanews.com.cn"
_DOMAINS = ("chinanews.com.cn", "chinanews.com")
_HOSTS = tuple(f"{prefix}{domain}" for prefix in ("www.", "", "finance.") for domain in _DOMAINS)
# /gn/2024/06-21/10237777.shtml, /gn/news/2008/08-01/1331234.shtml; pictures /tp/hd2011/2016/03-25/621981.shtml;
# videos /gn/shipin/cns/2018/03-08/news759777.shtml; of a paged article …_2.shtml; on mobile /m/…; /kong/ only redirects
_ARTICLE = re.compile(
    r"(?!(?:/m)?/kong/)(?:/m)?(?P<stem>(?:/[\w-]+)*/(?P<day>\d{4}[/-]\d\d-\d\d)/(?P<video>news)?(?P<number>[1-9]\d{0,9}))"
    r"(?:_(?P<part>[1-9]\d{0,2}))?(?P<ending>\.s?html)"
)
_GALLERY = re.compile(r"/hd\d{4}/")


@lru_cache(maxsize=1024)  # as for ecns
def article_ref(url: str) -> ArticleRef | None:
    """All hosts, queries and the mobile edition lead to one article; galleries and videos have numbers of their own."""
    parts = urlsplit(resolve(url, url) or "")
    match = _ARTICLE.fullmatch(parts.path) if parts.hostname in _HOSTS else None
    if not match:
        return None
    day = day_in(match["day"])
    if day is None:
        return None
    is_gallery = bool(_GALLERY.search(match["stem"]))
    is_photo = is_gallery or match["stem"].startswith("/tp/")
    return ArticleRef(
        id=f"{NAME}:{'video-' if match['video'] else 'hd-' if is_gallery else ''}{match['number']}",
        url=f"{_HOST}{match['stem']}{match['ending']}",
        kind="video" if match["video"] else "photo" if is_photo else "article",
        day=day,
        part=int(match["part"] or 1),
    )


CHINANEWS = SiteProfile(
    name=NAME,
    domains=_DOMAINS,
    hosts=_HOSTS,
    zone=ZoneInfo("Asia/Shanghai"),
    language="zh-CN",
    article_ref=article_ref,
    page_class=ChinanewsPage,
    sources=(
        Feed(f"{_HOST}/rss/scroll-news.xml"),
        ByNumber("scroll-news", f"{_HOST}/scroll-news/news1.html", f"{_HOST}/scroll-news/news{{page}}.html"),
        ByDate("archive", f"{_HOST}/scroll-news/{{day:%Y/%m%d}}/news.shtml", oldest=date(2008, 8, 1), is_archive=True),
    ),
    link_pattern=re.compile(r"\d\.s?html"),  # 10237777.shtml, …_2.shtml, news2.html
    fallback_charset="gb18030",  # pages up to 2020 are in GB 2312, and not all say so
    expected_fields={"title": 0.9, "published_at": 0.9, "body": 0.5, "source": 0.5, "editor": 0.5, "section": 0},
    settings={"DOWNLOAD_DELAY": 4.0},  # seconds, as other collectors of the site wait
)
