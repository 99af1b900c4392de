"""The profile of www.ecns.cn, the English site of China News Service."""

import re
from functools import lru_cache
from zoneinfo import ZoneInfo

from ecnscrawl.normalize.urls import ArticleRef, day_in, kind_of, resolve
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.sources import ByNumber, Feed, FrontPage

NAME = "ecns"
_HOSTS = ("www.ecns.cn", "ecns.cn")
_URL = re.compile(rf"https?://(?:{'|'.join(map(re.escape, _HOSTS))})(?::\d+)?(?P<path>/[^?]*)")  # as `resolve` gives it

# /news/politics/2025-01-10/detail-ihemrznk1748604.shtml, /hd/2018-05-24/detail-ifyuqkxh5545584.shtml; of a paged
# article …-p2.shtml; on mobile /m/…
_NEW_CMS = re.compile(
    r"(?:/m)?(?P<stem>(?:/[\w-]+)*/(?P<day>\d{4}-\d\d-\d\d)/detail-(?P<id>i[a-z]+\d+))(?:[_-]p?(?P<part>[1-9]\d{0,2}))?\.shtml"
)
# To May 2018: /2013/06-21/69606.shtml, /business/2014/03-26/106525.shtml, /visual/hd/2014/03-13/34871.shtml
_OLD_CMS = re.compile(
    r"(?:/m)?(?P<stem>(?P<section>(?:/[\w-]+)*)/(?P<day>\d{4}/\d\d-\d\d)/(?P<id>\d+))(?:[_-]p?(?P<part>[1-9]\d{0,2}))?\.shtml"
)
_SLASHES = re.compile("/{2,}")


@lru_cache(maxsize=1024)  # it is asked for links, most of which several listings show, and for the record's address
def article_ref(url: str) -> ArticleRef | None:
    """All hosts, schemes, queries and the mobile edition lead to one article, by the number of its CMS.

    So does `https://www.ecns.cn:80/…`. Its server is another one, but only the canonical address is requested.
    """
    found = _URL.match(resolve(url, url) or "")
    if found is None:
        return None
    path = _SLASHES.sub("/", found["path"])
    if match := _NEW_CMS.fullmatch(path):
        number = match["id"]
    elif match := _OLD_CMS.fullmatch(path):
        number = f"hd-{match['id']}" if match["section"] == "/visual/hd" else match["id"]  # a sequence of its own
    else:
        return None
    day = day_in(match["day"])
    if day is None:
        return None
    return ArticleRef(
        id=f"{NAME}:{number}",
        url=f"https://www.ecns.cn{match['stem']}.shtml",
        kind=kind_of(match["stem"]),
        day=day,
        part=int(match["part"] or 1),
    )


_SECTIONS = (
    "china/politics", "china/national", "china/regional", "world", "business", "cns-wire", "voices", "opinion",
    "military", "sci-tech", "travel", "culture", "society", "hongkong", "taiwan",
    "news", "photo", "video", "scroll", "top_news",
)  # fmt: skip

ECNS = SiteProfile(
    name=NAME,
    domains=("ecns.cn",),
    hosts=_HOSTS,
    zone=ZoneInfo("Asia/Shanghai"),
    language="en",
    article_ref=article_ref,
    page_class=EcnsPage,
    sources=(
        Feed("https://www.ecns.cn/rss/rss.xml"),
        FrontPage("https://www.ecns.cn/"),
        # /world/, then /world/index_2.shtml to about the tenth, with 45 articles each
        *(
            ByNumber(name, f"https://www.ecns.cn/{name}/", f"https://www.ecns.cn/{name}/index_{{page}}.shtml", 10, 45)
            for name in _SECTIONS
        ),
    ),
    link_pattern=re.compile(r"\d\.shtml"),  # detail-i….shtml, …-p2.shtml, 69606.shtml, index_2.shtml
    fallback_charset="gb18030",  # some static pages are in GBK and do not say so
    index_names=("index.shtml",),
    # Every page has the first two, nearly every one the other three; where they come from is no matter for the rest.
    expected_fields={
        "title": 0.9, "published_at": 0.9, "body": 0.5, "source": 0.5, "editor": 0.5,
        "section": 0, "summary": 0, "images": 0, "videos": 0,
    },
)  # fmt: skip
