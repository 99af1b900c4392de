"""`scrapy crawl news` at sites of many makes: each run ends with a clear status, and whole data."""

import gzip
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from replica import Replica, Resource
from replica.gazette import Gazette, Story, stories, story
from replica.site import Site
from tests.system.news_user import NOW, NewsCrawl, Reader

pytestmark = pytest.mark.system


def test_a_site_that_answers_403_to_everything_is_asked_little(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    for path in ("/", "/robots.txt", "/.well-known/tdmrep.json", "/feed", "/sitemap.xml"):
        gazette.site.put(path, Resource(b"<html><body>Forbidden</body></html>", status=403))
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["file"]) == (3, "-")
    assert "no listing could be read" in ended.stats["reason"]
    assert "HTTP 403" in ended.stats["reason"]
    assert user.asked == {"/": 403, "/.well-known/tdmrep.json": 403}


def test_a_site_with_neither_feed_nor_sitemap_is_read_from_its_front_page(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(5, NOW - timedelta(hours=1))
    gazette.publish(*published)
    about = story(99, None, "/our-house-and-its-long-history")
    gazette.publish(about)
    gazette.front([*(each.path for each in published), about.path, "/tag/ferry", "/media/481516"])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "5", "0"), ended.err
    assert user.paths == {each.path for each in published}
    assert user.crawl.report["skipped"] == {"no article: no time of publication": 1}
    assert user.run().stats["new"] == "0"
    assert user.asked == {"/": 304}


def test_of_50_000_entries_of_a_sitemap_the_newest_are_read(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(12, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([])
    old = [(f"/town/a-story-of-old-times-{number}", NOW - timedelta(days=20, hours=number)) for number in range(49_988)]
    gazette.sitemap([*old, *((each.path, each.published) for each in published)], "/all.xml")
    gazette.text("/robots.txt", f"User-agent: *\nAllow: /\n\nSitemap: {gazette.url('/all.xml')}\n")
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "12", "0"), ended.err
    assert user.paths == {each.path for each in published}
    assert user.crawl.report["listings"][gazette.url("/all.xml")]["links"] == 12


@pytest.mark.parametrize("is_declared", [True, False])
def test_a_site_in_big5_is_read(reader: Callable[..., Reader], is_declared: bool) -> None:
    gazette = Gazette(charset="big5")
    paragraphs = [
        "渡輪在黎明時分離開港口，船上載著四十名乘客，還有一架沒有人要的鋼琴。",
        "船長說，這架鋼琴屬於海灣對岸的一所學校，每一個浪頭都會讓它發出聲音。",
        "回程的時候甲板空無一人，船長有時間數一數岸邊的燈火，一共是六十三盞。",
    ]
    only = Story("/town/481516.html", "老渡輪重新開航", paragraphs, NOW - timedelta(hours=2), language="zh-Hant")
    declaration = '<meta charset="%CHARSET%">'
    gazette.html(only.path, only.page() if is_declared else only.page().replace(declaration, ""))
    gazette.front([only.path])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    (record,) = user.crawl.records
    assert (record["title"], record["language"]) == (only.title, "zh-Hant")
    assert record["body"].split("\n\n") == paragraphs


def test_a_site_from_right_to_left_is_read(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    paragraphs = [
        "غادرت العبارة القديمة الميناء عند الفجر وعلى متنها أربعون راكبا وبيانو لم يطلبه أحد من أهل المدينة.",
        "قال القبطان إن البيانو يعود إلى مدرسة على الضفة الأخرى من الخليج وإن كل موجة تجعله يعزف لحنا جديدا.",
        "وفي طريق العودة كان سطح العبارة خاليا فوجد القبطان وقتا كافيا ليعد المصابيح على طول الشاطئ.",
    ]
    path = "/2026/11/%D8%A7%D9%84%D8%B9%D8%A8%D8%A7%D8%B1%D8%A9-%D8%A7%D9%84%D9%82%D8%AF%D9%8A%D9%85%D8%A9"
    only = Story(path, "\u202bالعبارة القديمة تعود\u202c", paragraphs, NOW - timedelta(hours=2), "ar", "rtl")
    gazette.publish(only)
    gazette.front([path])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    (record,) = user.crawl.records
    assert (record["title"], record["language"]) == ("العبارة القديمة تعود", "ar")
    assert record["body"].split("\n\n") == paragraphs


def test_two_addresses_with_one_canonical_address_are_one_article(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    (one,) = stories(1, NOW - timedelta(hours=1))
    canonical = replace(one, head=f'<link rel="canonical" href="{gazette.url(one.path)}">')
    elsewhere = replace(
        story(2, NOW - timedelta(hours=2)), head='<link rel="canonical" href="https://other.example/a-b-c-d">'
    )
    gazette.publish(canonical, replace(canonical, path="/town/the-same-old-ferry-again"), elsewhere)
    gazette.publish(replace(canonical, path="/print/481516"))
    gazette.front(["/town/the-same-old-ferry-again", one.path, "/print/481516?utm_source=front", elsewhere.path])
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "2"), ended.err
    assert user.paths == {one.path, elsewhere.path}
    assert user.run().stats["new"] == "0"
    assert user.asked == {"/": 304}
    gazette.front([one.path, "/town/the-same-old-ferry-again", "/print/481516", elsewhere.path])
    assert user.run().stats["new"] == "0"
    assert user.asked == {"/": 200}


def test_a_site_that_moves_to_another_of_its_hosts_keeps_its_name(reader: Callable[..., Reader]) -> None:
    gazette, other = Gazette("m.gazette.example"), Gazette("gazette.example")
    gazette.site = Site("m.gazette.example")
    gazette.site.put("/", Resource(status=301, location="https://www.gazette.example/"))
    other.site = Site("www.gazette.example")
    (only,) = stories(1, NOW - timedelta(hours=1))
    other.publish(only)
    other.front([only.path])
    user = reader(gazette, other.site)
    ended = user.run()
    assert ended.last_line.startswith("m.gazette.example healthy new=1 "), ended.err
    (record,) = user.crawl.records
    assert (record["site"], record["url"]) == ("m.gazette.example", f"https://www.gazette.example{only.path}")
    assert user.run().stats["new"] == "0"


def test_a_site_that_moves_away_is_not_followed(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    gazette.site.put("/", Resource(status=301, location="https://other.example/"))
    user = reader(gazette)
    ended = user.run()
    assert ended.status == 3
    assert "other.example is not a host of this site" in ended.stats["reason"]


def test_sections_are_read_where_nothing_else_shows_news(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(3, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([], sections=("/town/", "/harbour/"))
    older = '<link rel="next" href="/town/?page=2">'
    gazette.front([each.path for each in published[:2]], older, path="/town/")
    gazette.front([published[2].path], path="/town/?page=2")
    gazette.front([], path="/harbour/")
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "3"), ended.err


def test_a_site_without_https_is_read_by_http(serve: Callable[..., Replica], tmp_path: Path) -> None:
    gazette = Gazette()
    (only,) = stories(1, NOW - timedelta(hours=1))
    gazette.publish(only)
    gazette.front([only.path])
    replica = serve(gazette.site)
    environment = replica.environment() | {"https_proxy": "http://127.0.0.1:9", "HTTPS_PROXY": "http://127.0.0.1:9"}
    crawl = NewsCrawl(tmp_path / "data", environment)
    ended = crawl.news(options=("-s", "RETRY_TIMES=0"))
    assert (ended.status, ended.stats["new"]) == (0, "1"), ended.err
    (record,) = crawl.records
    assert record["url"] == f"http://gazette.example{only.path}"


def test_an_article_without_a_time_has_that_of_the_feed(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    declared = '<meta property="og:type" content="article">'
    listed = replace(story(3, datetime(2026, 11, 20, 9, 30, tzinfo=UTC), "/town/old-library"), head=declared)
    gazette.publish(replace(listed, published=None))
    gazette.front([])
    gazette.feed([listed], "/rss.xml")
    user = reader(gazette)
    assert user.run().stats["new"] == "1"
    (record,) = user.crawl.records
    assert record["published_at"] == "2026-11-20T09:30:00Z"


def test_a_stored_article_is_not_replaced_by_another_one_to_which_its_address_leads(
    reader: Callable[..., Reader],
) -> None:
    gazette = Gazette()
    stays, leads_away, is_renamed = stories(3, NOW - timedelta(hours=1))
    gazette.publish(stays, leads_away, is_renamed)
    gazette.front([stays.path, leads_away.path, is_renamed.path])
    user = reader(gazette)
    assert user.run().stats["new"] == "3"
    own = f'<link rel="canonical" href="{gazette.url(is_renamed.path)}">'
    gazette.publish(replace(is_renamed, path="/town/another-name-of-this-page", head=own))
    gazette.site.put(leads_away.path, Resource(status=301, location=gazette.url(stays.path)))
    gazette.site.put(is_renamed.path, Resource(status=301, location=gazette.url("/town/another-name-of-this-page")))
    ended = user.run("recheck=all")
    assert (ended.stats["updated"], ended.stats["unchanged"], ended.stats["failed"]) == ("0", "2", "1"), ended.err
    assert [each["reason"] for each in user.crawl.report["failing"]] == [f"redirected to {gazette.url(stays.path)}"]


def test_a_corrected_article_is_a_revision_and_a_removed_one_is_gone(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(3, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published])
    user = reader(gazette)
    assert user.run().stats["new"] == "3"
    gazette.publish(replace(published[0], title="The old ferry opens after all"))
    gazette.site.remove(published[1].path)
    ended = user.run("recheck=all")
    assert (ended.status, ended.stats["updated"], ended.stats["unchanged"]) == (0, "1", "1"), ended.err
    assert user.crawl.report["counts"]["gone"] == 1
    assert [record["revision"] for record in user.crawl.records] == [1, 1, 1, 2]


def test_sitemaps_of_all_forms_are_read_and_the_one_for_news_first(reader: Callable[..., Reader]) -> None:
    gazette = Gazette()
    published = stories(8, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([])
    gazette.sitemap([(each.path, each.published) for each in published[:2]], "/posts.xml")
    packed = gzip.compress(gazette.site.resource("/posts.xml").body)
    gazette.site.remove("/posts.xml")
    gazette.site.put("/posts.xml.gz", Resource(packed, "application/gzip"))
    gazette.text("/plain.txt", "".join(f"{gazette.url(each.path)}\n" for each in published[2:5]))
    gazette.news_sitemap(published[5:], "/latest-news.xml")
    gazette.publish(replace(published[7], published=None, head='<meta property="og:type" content="article">'))
    children = "".join(
        f"<sitemap><loc>{gazette.url(path)}</loc></sitemap>"
        for path in ("/posts.xml.gz", "/tags.xml", "/latest-news.xml")
    )
    gazette.xml("/index-of-all.xml", f"<sitemapindex>{children}</sitemapindex>")
    gazette.text("/robots.txt", f"Sitemap: {gazette.url('/index-of-all.xml')}\nSitemap: {gazette.url('/plain.txt')}\n")
    user = reader(gazette)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "8"), ended.err
    assert "/tags.xml" not in user.asked
    order = [path for path in user.asked if path in ("/posts.xml.gz", "/latest-news.xml")]
    assert order == ["/latest-news.xml", "/posts.xml.gz"]
    times = {record["url"]: record["published_at"] for record in user.crawl.records}
    assert times[gazette.url(published[7].path)] == f"{published[7].published:%Y-%m-%dT%H:%M:%SZ}"
    assert user.run().stats["new"] == "0"
    assert user.asked["/latest-news.xml"] == 304
