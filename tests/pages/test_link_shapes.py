"""What an address alone says of a page of an unknown site."""

from datetime import date

import pytest

from ecnscrawl.pages.link_shapes import day_in, has_article_shape, has_section_shape, may_be_article, section_name

ARTICLES = (
    "/2026/11/24/drought", "/2026/11/24/drought/", "/2026-11-24/a1.html", "/world/20261124/4711.html",
    "/world/2026/1124/c90000-20388412.html", "/politics/a-long-dry-summer", "/a-long-dry-summer-ends.html",
    "/dry-summer-ends.html", "/news/4711123", "/news/art-4711123", "/story.php?id=4711", "/?p=4711",
    "/202611/t20261124_1234567.html", "/news/articles/c0wl1e5p9z0o", "/n/%E6%97%B1%E7%81%BE%E4%B9%8B%E5%90%8E%E7%9A%84%E6%B2%B3%E8%B0%B7%E6%9D%91%E5%BA%84",
    "/%d8%a7%d9%84%d9%85%d8%a7%d8%a1-%d9%81%d9%8a-%d8%a7%d9%84%d9%88%d8%a7%d8%af%d9%8a-%d8%a7%d9%84%d9%8a%d9%88%d9%85", "/2026/11/drought",
    "/world/article/481516.html", "/node/48151", "/2026/11/24/town/old-ferry/index.html", "/en/world/a-long-dry-summer-comes-to-its-end/ar-BBWX",
    "/633083/old-ferry/", "/town/news/b9565ae08a1e1593ea5367a7", "/view.html?idx=8576&page=1", "/legal/the-mayor-opens-the-bridge",
    "/town/a-long-dry-summer/index.html", "/sport/481.html", "/the_mayor_opens_the_bridge", "/posts/dry-summer/", "/node/471", "/story.php?id=4711&printing=no",
)  # fmt: skip
NOT_ARTICLES = (
    "/", "", "/world/", "/world/asia/", "/tag/a-long-dry-summer", "/tags/481516", "/author/anna-maria-von-berg",
    "/category/481516", "/login", "/login?id=481516", "/privacy-policy.html", "/wp-content/uploads/2026/11/24/one.jpg",
    "/media/481516", "/2026/11/24/report.pdf", "/2026/11/24/", "/2026/11/", "/2026/", "/search?q=drought", "/page/2",
    "/world/page/2", "/world/index_2.html", "/index.html", "/feed", "/about-us", "/topic/a-long-dry-summer-in-the-hills",
    "/dry-summer", "/world/?page=2", "/user/481516", "/news/110-a-long-dry-summer-ends?tmpl=component&print=1", "/story.php?id=4711&print",
    "/2026/11/24/drought?replytocom=7", "/story.php?id=4711&format=pdf", "/2026/11/24/drought?share=x&nb=1",
)  # fmt: skip


@pytest.mark.parametrize("path", ARTICLES)
def test_an_address_with_a_day_a_headline_or_a_number_is_an_articles(path: str) -> None:
    assert has_article_shape(f"https://news.example{path}")
    assert may_be_article(f"https://news.example{path}")
    assert not has_section_shape(f"https://news.example{path}")


@pytest.mark.parametrize("path", NOT_ARTICLES)
def test_front_pages_sections_tags_files_and_forms_are_no_articles(path: str) -> None:
    assert not has_article_shape(f"https://news.example{path}")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/world/", "world"),
        ("/world/asia/", "world/asia"),
        ("/sport.html", "sport"),
        ("/world/index.html", "world"),
        ("/world/asia", "world/asia"),
        ("/%E4%B8%96%E7%95%8C/", "世界"),
    ],
)
def test_a_section_is_called_by_its_path(path: str, name: str) -> None:
    assert has_section_shape(f"https://news.example{path}")
    assert section_name(f"https://news.example{path}") == name


@pytest.mark.parametrize(
    "path",
    ["/", "/login", "/tag/drought", "/a/b/c/", "/world/?page=2", "/index.html", "/2026/11/24/", "/logo.png", "/about"],
)
def test_what_is_no_section(path: str) -> None:
    assert not has_section_shape(f"https://news.example{path}")


def test_the_day_is_the_first_possible_one_of_the_path() -> None:
    assert day_in("/20269999/2026-02-30/2026-02-28/a.html") == date(2026, 2, 28)
    assert day_in("/a/1200261124/") is None
