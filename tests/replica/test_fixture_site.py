"""The site of the saved pages, which the demo crawls, and a small one made of two pages."""

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from replica.fixture_site import fixture_site
from replica.sections import LISTINGS
from replica.site import Site

FIXTURES = Path(__file__).parent.parent.parent / "fixtures"
PAGE = """<html><head><title>{title}</title></head><body><h1 id="contitle"><!--x-->
 {title}</h1><div class="downinfo"><span>2026-11-1{day} 09:30:00</span></div></body></html>"""


@pytest.fixture(scope="module")
def site() -> Site:
    return fixture_site(FIXTURES)


@pytest.fixture
def small(tmp_path: Path) -> Site:
    files = {
        "a.html": ("article", "https://www.ecns.cn/world/2026-11-11/detail-ihabcdef1000001.shtml", "Kites", 1),
        "b.html": ("article", "https://www.ecns.cn/2014/05-06/112233.shtml", "书 & bread", 2),
        "c.html": ("part", "https://www.ecns.cn/2014/05-06/112233_2.shtml", "书 & bread", 2),
    }
    folder = tmp_path / "html" / "ecns"
    folder.mkdir(parents=True)
    for file, (_, _, title, day) in files.items():
        encoding = "utf-8" if file == "a.html" else "gb18030"
        (folder / file).write_bytes(PAGE.format(title=title, day=day).encode(encoding))
    entries = [{"file": file, "type": kind, "url": url} for file, (kind, url, _, _) in files.items()]
    (tmp_path / "manifest.json").write_text(json.dumps({"ecns": entries}))
    return fixture_site(tmp_path)


def links(site: Site, path: str) -> list[str]:
    return re.findall(r"<li><h3><a href=\"([^\"]+)\"", site.resource(path).body.decode())


def test_every_saved_page_is_served_unchanged_at_its_url(site: Site) -> None:
    for entry in json.loads((FIXTURES / "manifest.json").read_text())["ecns"]:
        resource = site.resource(entry["url"])
        assert resource.body == (FIXTURES / "html" / "ecns" / entry["file"]).read_bytes()
        assert resource.etag
        assert resource.last_modified


def test_every_listing_is_served_at_both_spellings(site: Site) -> None:
    for path, _ in LISTINGS:
        assert site.resource(path).body == site.resource(f"{path}index.shtml").body
        assert b"bizlst" in site.resource(path).body


def test_feed_robots_and_front_page_are_served(site: Site) -> None:
    assert site.resource("/robots.txt").content_type == "text/plain"
    assert site.resource("/rss/rss.xml").content_type == "application/xml"
    assert etree.fromstring(site.resource("/rss/rss.xml").body).findall(".//item")
    assert site.resource("/").status == 200


def test_a_generated_listing_has_its_sections_articles(small: Site) -> None:
    assert links(small, "/world/") == ["//www.ecns.cn/world/2026-11-11/detail-ihabcdef1000001.shtml"]


def test_a_listing_without_articles_of_its_own_links_others(small: Site) -> None:
    assert len(links(small, "/military/")) == 2


def test_the_collections_have_every_article_newest_first_and_no_part(small: Site) -> None:
    assert links(small, "/scroll/") == [
        "//www.ecns.cn/2014/05-06/112233.shtml",
        "//www.ecns.cn/world/2026-11-11/detail-ihabcdef1000001.shtml",
    ]


def test_the_charset_is_named_only_for_utf8(small: Site) -> None:
    assert small.resource("/2014/05-06/112233.shtml").content_type == "text/html"
    assert small.resource("/world/").content_type == "text/html; charset=utf-8"
    assert "书 &amp; bread" in small.resource("/scroll/").body.decode()


def test_the_feed_has_china_time_and_http_links(small: Site) -> None:
    items = etree.fromstring(small.resource("/rss/rss.xml").body).findall(".//item")
    assert [item.findtext("pubDate") for item in items] == ["2026-11-12 09:30:00", "2026-11-11 09:30:00"]
    assert items[0].findtext("title") == "书 &amp; bread"
    assert items[0].findtext("link") == "http://www.ecns.cn/2014/05-06/112233.shtml"
