"""Fields from a page's metadata."""

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.metadata import Metadata, names_of


def metadata(markup: str) -> Metadata:
    return Metadata(Document(Source("https://www.ecns.cn/x.shtml", markup.encode())))


def json_ld(content: str) -> Metadata:
    return metadata(f'<script type="application/ld+json">{{"@type": "NewsArticle", {content}}}</script>')


def test_twitter_comes_before_open_graph_before_json_ld() -> None:
    twitter = '<meta name="twitter:title" content="One">'
    graph = '<meta property="og:title" content="Two">'
    linked = '<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Three"}</script>'
    assert metadata(twitter + graph + linked).title() == "One"
    assert metadata(graph + linked).title() == "Two"
    assert metadata(linked).title() == "Three"


def test_a_blank_value_is_ignored() -> None:
    markup = '<meta name="twitter:description" content=" &nbsp; "><meta name="description" content="Short.">'
    assert metadata(markup).summary() == "Short."


def test_an_empty_page_says_nothing() -> None:
    extractor = metadata("")
    assert extractor.title() is None
    assert extractor.summary() is None
    assert extractor.published_at() == []
    assert extractor.updated_at() == []
    assert extractor.keywords() == []


@pytest.mark.parametrize(
    "markup",
    [
        '<meta property="article:published_time" content="2026-11-23T09:00:00+08:00">',
        '<meta name="pubdate" content="2026-11-23T09:00:00+08:00">',
        '<meta itemprop="datePublished" content="2026-11-23T09:00:00+08:00">',
        '<time datetime="2026-11-23T09:00:00+08:00">today</time>',
        '<time datetime="2020-01-01">x</time><time datetime="2026-11-23T09:00:00+08:00" itemprop="datePublished">x</time>',
        '<script type="application/ld+json">{"@type": "Article", "datePublished": "2026-11-23T09:00:00+08:00"}</script>',
    ],
)
def test_a_publication_time_is_found_where_sites_put_it(markup: str) -> None:
    assert "2026-11-23T09:00:00+08:00" in metadata(markup).published_at()


def test_all_times_of_publishing_are_given_and_the_time_of_a_change_is_one() -> None:
    markup = """<meta name="date" content="2026-11-23"><meta name="pubdate" content="soon">
      <script type="application/ld+json">{"@type": "Article", "datePublished": "2026-11-23T09:00:00+08:00",
      "dateModified": "2026-11-24"}</script><time datetime="2026-11-23T09:00:00 CST">today</time>"""
    assert metadata(markup).published_at() == ["2026-11-23", "2026-11-23T09:00:00+08:00"]
    assert metadata(markup).updated_at() == []


@pytest.mark.parametrize(
    "written", ["ice, snow,Harbin ", "ice;snow；Harbin", "ice，snow、Harbin", "ice|snow|Harbin", ",ice,,snow,Harbin,"]
)
def test_keywords_are_divided_as_sites_divide_them(written: str) -> None:
    assert metadata(f'<meta name="keywords" content="{written}">').keywords() == ["ice", "snow", "Harbin"]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ('"keywords": "ice, snow"', ["ice", "snow"]),
        ('"keywords": ["ice", "snow"]', ["ice", "snow"]),
        ('"keywords": [{"@type": "DefinedTerm", "name": "ice"}, "snow"]', ["ice", "snow"]),
        ('"keywords": ["ice", null, ""]', ["ice"]),
        ('"keywords": null', []),
    ],
)
def test_keywords_of_json_ld_are_words(content: str, expected: list[str]) -> None:
    assert json_ld(content).keywords() == expected


def test_a_value_that_is_an_object_is_its_name() -> None:
    assert json_ld('"editor": {"@type": "Person", "name": "Li Yan"}').editor() == "Li Yan"
    assert json_ld('"articleSection": ["World", "Sci-tech"]').section() == "World"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Li Yan", ["Li Yan"]),
        (" Li  Yan ", ["Li Yan"]),
        ({"name": "Li Yan"}, ["Li Yan"]),
        ([{"name": "Li Yan"}, "Wu Hao", {"url": "x"}, 7, None, " "], ["Li Yan", "Wu Hao"]),
        (None, []),
        (7, []),
        ({}, []),
    ],
)
def test_names_are_texts_objects_with_a_name_or_lists_of_them(value: object, expected: list[str]) -> None:
    assert names_of(value) == expected
