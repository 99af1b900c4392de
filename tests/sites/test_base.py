"""The properties of a profile."""

from dataclasses import replace

import pytest
from scrapy.settings import Settings

from ecnscrawl.sites.ecns import ECNS
from ecnscrawl.sites.sources import Feed, FrontPage
from tests.second_site.spider import GacetaSpider

OTHER = replace(ECNS, sources=(FrontPage("http://example.org/"), FrontPage("http://example.org/hoy?edicion=co")))


@pytest.mark.parametrize(
    ("url", "is_front"),
    [
        ("https://www.ecns.cn/", True),
        ("http://www.ecns.cn", True),
        ("https://www.ecns.cn/index.shtml", True),
        ("https://www.ecns.cn/world/", False),
        ("https://www.ecns.cn/?from=app", False),
        ("https://www.ecns.cn/index.html", False),
    ],
)
def test_the_front_page_is_known_by_each_of_its_addresses(url: str, is_front: bool) -> None:
    assert ECNS.is_front_page(url) is is_front


def test_a_front_page_may_have_a_query() -> None:
    assert OTHER.is_front_page("https://example.org/hoy?edicion=co")
    assert not OTHER.is_front_page("http://example.org/hoy")


def test_a_site_without_a_front_page_has_none() -> None:
    assert not replace(ECNS, sources=(Feed("https://www.ecns.cn/"),)).is_front_page("https://www.ecns.cn/")


@pytest.mark.parametrize(
    ("requested", "url", "is_same"),
    [
        ("https://www.ecns.cn/world/", "https://www.ecns.cn/world/index.shtml", True),
        ("https://www.ecns.cn/world/", "http://ecns.cn/world/?from=app", True),
        ("https://www.ecns.cn/world/", "https://www.ecns.cn/business/", False),
        ("https://www.ecns.cn/world/", "https://www.ecns.cn/", False),
        ("https://example.org/list?topic=3", "https://example.org/list?lang=es&topic=3", True),
        ("https://example.org/list?topic=3", "https://example.org/list?topic=4", False),
        ("https://example.org/list?topic=3", "https://example.org/list", False),
    ],
)
def test_a_redirect_keeps_a_listing_where_path_and_query_stay(requested: str, url: str, is_same: bool) -> None:
    assert ECNS.is_same_listing(requested, url) is is_same


def test_two_sources_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="ecns: two sources are called"):
        replace(ECNS, sources=(FrontPage("http://example.org/"), Feed("http://example.org/")))


def test_only_listings_of_several_pages_are_sections() -> None:
    assert ECNS.sections[0] == "china/politics"
    assert len(ECNS.sections) == 20
    assert (ECNS.feeds, ECNS.front_pages) == (("https://www.ecns.cn/rss/rss.xml",), ("https://www.ecns.cn/",))


def test_the_home_of_a_site_is_its_front_page_or_the_root_of_its_host() -> None:
    assert ECNS.home == "https://www.ecns.cn/"
    assert replace(ECNS, sources=(Feed("http://gaceta.example/rss?all"),)).home == "http://gaceta.example/"
    assert replace(ECNS, sources=()).home == ""


@pytest.mark.parametrize(("priority", "expected"), [("project", 1.0), ("cmdline", 0.0)])
def test_the_settings_of_a_profile_hold_unless_the_command_line_says_otherwise(priority: str, expected: float) -> None:
    settings = Settings({"DOWNLOAD_DELAY": 0.0}, priority)
    GacetaSpider.update_settings(settings)
    assert settings.getfloat("DOWNLOAD_DELAY") == expected
