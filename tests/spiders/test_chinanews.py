"""Which addresses of www.chinanews.com.cn are an article's, in all forms and spellings."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.items import Kind
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.sites.chinanews import CHINANEWS
from ecnscrawl.sites.listing_source import ReadPage

HOST = "https://www.chinanews.com.cn"


def address(url: str) -> ArticleRef:
    found = CHINANEWS.article_ref(url)
    assert found is not None, f"{url} is an article"
    return found


@pytest.mark.parametrize(
    ("path", "id_", "kind", "day"),
    [
        ("/gn/2024/06-21/10237779.shtml", "10237779", "article", date(2024, 6, 21)),
        ("/gn/2010/09-12/2527633.shtml", "2527633", "article", date(2010, 9, 12)),
        ("/gn/news/2008/08-01/1331299.shtml", "1331299", "article", date(2008, 8, 1)),
        ("/2019/06-10/8860261.shtml", "8860261", "article", date(2019, 6, 10)),
        ("/gn/z/lanmei/2024/06-21/10237779.shtml", "10237779", "article", date(2024, 6, 21)),
        ("/tp/2023/09-30/10087399.shtml", "10087399", "photo", date(2023, 9, 30)),
        ("/tp/hd2011/2016/03-25/621999.shtml", "hd-621999", "photo", date(2016, 3, 25)),
        ("/hd2011/2012/09-25/135599.shtml", "hd-135599", "photo", date(2012, 9, 25)),
        ("/gn/shipin/cns/2018/03-08/news759799.shtml", "video-759799", "video", date(2018, 3, 8)),
        ("/shipin/2026/10-04/news1070999.shtml", "video-1070999", "video", date(2026, 10, 4)),
        ("/shipin/2008-11-17/news5499.html", "video-5499", "video", date(2008, 11, 17)),
    ],
)
def test_each_shape_of_address_is_an_article(path: str, id_: str, kind: Kind, day: date) -> None:
    assert address(HOST + path) == ArticleRef(f"chinanews:{id_}", HOST + path, kind, day, 1)


@pytest.mark.parametrize(
    "spelling",
    [
        "http://www.chinanews.com.cn/gn/2018/01-04/8416499.shtml",
        "http://www.chinanews.com/gn/2018/01-04/8416499.shtml",
        "https://chinanews.com/gn/2018/01-04/8416499.shtml",
        "https://chinanews.com.cn/gn/2018/01-04/8416499.shtml",
        "http://finance.chinanews.com/gn/2018/01-04/8416499.shtml",
        "https://www.chinanews.com.cn/m/gn/2018/01-04/8416499.shtml",
        "https://www.chinanews.com/m/gn/2018/01-04/8416499.shtml?utm_source=x#comments",
        "HTTP://WWW.CHINANEWS.COM:80/gn/2018/01-04/8416499.shtml",
        f"{HOST}/gn/../gn/2018/01-04/8416499.shtml",
    ],
)
def test_each_spelling_leads_to_the_canonical_address(spelling: str) -> None:
    assert address(spelling) == address(f"{HOST}/gn/2018/01-04/8416499.shtml")


def test_a_later_page_of_an_article_is_of_that_article() -> None:
    found = address("http://www.chinanews.com/m/cj/2010/09-12/2527633_2.shtml")
    assert (found.part, found.url, found.id) == (2, f"{HOST}/cj/2010/09-12/2527633.shtml", "chinanews:2527633")


def test_galleries_and_videos_have_sequences_of_their_own() -> None:
    urls = ("/tp/2016/03-25/621999.shtml", "/tp/hd2011/2016/03-25/621999.shtml", "/shipin/2016/03-25/news621999.shtml")
    assert len({address(HOST + url).id for url in urls}) == 3
    assert address(f"{HOST}/hd2011/2016/03-25/621999.shtml").id == address(HOST + urls[1]).id


@pytest.mark.parametrize(
    "url",
    [
        "", "x", HOST, f"{HOST}/", f"{HOST}/china/", f"{HOST}/scroll-news/news1.html", f"{HOST}/scroll-news/2010/0105/news.shtml",
        f"{HOST}/rss/scroll-news.xml", f"{HOST}/gn/2024/06-21/", f"{HOST}/gn/2024/13-21/10237779.shtml", f"{HOST}/gn/2024/02-30/10237779.shtml",
        f"{HOST}/gn/10237779.shtml", f"{HOST}/gn/2024/06-21/U76P4T8D10237779.jpg", f"{HOST}/gn/2024/06-21/x10237779.shtml",
        f"{HOST}/gn/2024/06-21/10237779_0.shtml", f"{HOST}/gn/2024/06-21/0.shtml", f"{HOST}/gn/2024/06-21/10237779",
        f"{HOST}/kong/2019/07-18/8898899.shtml", f"{HOST}/m/kong/2018/12-26/8713099.shtml", f"{HOST}/shipin/wsj/2016/1011/wsj150.html", f"{HOST}/m/34/2020/0127/1364/feiyan.html", f"{HOST}:8080/gn/2024/06-21/10237779.shtml",
        "https://www.sh.chinanews.com.cn/gn/2024/06-21/10237779.shtml", "https://channel.chinanews.com.cn/gn/2024/06-21/10237779.shtml",
        "https://www.ecns.cn/2024/06-21/10237779.shtml", "https://www.chinanews.com.cn.example.com/gn/2024/06-21/10237779.shtml",
        "https://user@www.chinanews.com.cn/gn/2024/06-21/10237779.shtml", "javascript:;",
        f"https://example.com/?u={HOST}/gn/2024/06-21/10237779.shtml", f"{HOST}/{'x/' * 5_000}2024/06-21/10237779.shtml",
    ],
)  # fmt: skip
def test_a_url_that_is_not_an_articles_gives_none(url: str) -> None:
    assert CHINANEWS.article_ref(url) is None


@given(
    st.sampled_from(["http://www.chinanews.com", "https://chinanews.com.cn", "http://finance.chinanews.com", HOST]),
    st.sampled_from(["", "/gn", "/m/sh", "/gn/news", "/tp/hd2011", "/cj/shipin/cns-d", "/tp"]),
    st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    st.integers(1, 99_999_999),
    st.sampled_from(["", "_2", "?from=app", "#x"]),
)
def test_a_canonical_address_is_its_own(host: str, folder: str, day: date, number: int, more: str) -> None:
    page, rest = (more, "") if more.startswith("_") else ("", more)
    found = address(f"{host}{folder}/{day:%Y/%m-%d}/{number}{page}.shtml{rest}")
    again = address(found.url)
    assert (again.id, again.url, again.kind, again.day, again.part) == (found.id, found.url, found.kind, day, 1)


@given(st.text(max_size=80))
def test_any_text_gives_a_reference_that_knows_itself_or_none(text: str) -> None:
    found = CHINANEWS.article_ref(f"{HOST}/{text}")
    assert found is None or CHINANEWS.article_ref(found.url) is not None


def test_the_listings_are_by_number_and_by_day() -> None:
    feed, latest, archive = CHINANEWS.sources
    today = date(2026, 10, 4)
    page = ReadPage(number=1, today=today)
    assert (feed.first(today), feed.format) == (f"{HOST}/rss/scroll-news.xml", "feed")
    assert (latest.first(today), latest.next(page)) == (
        f"{HOST}/scroll-news/news1.html",
        (f"{HOST}/scroll-news/news2.html",),
    )
    assert (archive.first(today), archive.next(page)) == (
        f"{HOST}/scroll-news/2026/1004/news.shtml",
        (f"{HOST}/scroll-news/2026/1003/news.shtml",),
    )
    assert archive.next(ReadPage(number=1, today=date(2008, 8, 1))) == ()
    assert [source.is_archive for source in CHINANEWS.sources] == [False, False, True]
