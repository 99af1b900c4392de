"""What a page of an unknown site names as sources, and which of its links are followed."""

from collections.abc import Sequence

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic import GenericPage
from ecnscrawl.sites.discovery import COMMON_FEED_PATHS, COMMON_SITEMAP_PATHS, Discovery
from ecnscrawl.sites.known_sources import KnownSource
from ecnscrawl.sites.news import news_profile

HOST = "https://gazette.example"


def named(markup: str, sitemaps: Sequence[str] = ()) -> dict[str, list[str]]:
    document = Document(Source(f"{HOST}/", f"<html>{markup}</html>".encode()))
    found: dict[str, list[str]] = {}
    for kind, name, _ in Discovery("gazette.example").named_by(document, sitemaps):
        found.setdefault(kind, []).append(name.removeprefix(HOST))
    return found


def test_feeds_are_named_by_links_of_the_head() -> None:
    links = "".join(
        f"<link rel='{rel}' type='{kind}' href='{href}'>"
        for rel, kind, href in (
            ("alternate", "application/rss+xml", "/rss/all"),
            ("ALTERNATE", "Application/Atom+XML; charset=utf-8", "https://www.gazette.example/atom"),
            ("alternate", "application/rss+xml", "/rss/all"),
            ("alternate", "application/rss+xml", "/comments/feed/"),
            ("alternate", "application/rss+xml", "https://other.example/feed"),
            ("alternate", "text/html", "/en/"),
            ("stylesheet", "application/rss+xml", "/style"),
        )
    )
    assert named(f"<head>{links}</head>") == {"feed": ["/rss/all", "https://www.gazette.example/atom"]}


def test_sitemaps_are_named_by_robots_txt_and_only_the_sites_own_count() -> None:
    sitemaps = ["https://gazette.example/a.xml", "/b.xml", "https://other.example/c.xml", "mailto:x"]
    assert named("<body></body>", sitemaps) == {"sitemap": ["/a.xml", "/b.xml"]}
    assert list(Discovery("gazette.example").named_by(None, sitemaps[:1])) == [
        ("sitemap", f"{HOST}/a.xml", f"{HOST}/a.xml")
    ]


def test_sections_are_the_links_of_the_navigation() -> None:
    body = (
        "<nav><a href='/'>Home</a><a href='/town/'>Town</a><a href='/harbour/boats/'>Boats</a><a href='/login'>In</a>"
        "<a href='https://other.example/x/'>X</a><a href='/town/index.html'>Town</a></nav><a href='/imprint-of-us/'>I</a>"
    )
    assert named(f"<body>{body}</body>") == {"section": ["town", "harbour/boats"]}


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("0; url=/portal/index.html", "portal"),
        ("0;URL='/portal/'", "portal"),
        ("300", None),
        ("300; url=/", None),
        ("300; url=/?fresh=1", None),
        ("0; url=https://other.example/portal/", None),
    ],
)
def test_a_front_page_may_only_send_its_readers_to_another_page(content: str, name: str | None) -> None:
    found = named(f'<head><meta http-equiv="Refresh" content="{content}"></head><body></body>')
    assert found == ({"section": [name]} if name else {})


def test_without_a_navigation_all_links_count() -> None:
    assert named("<body><p><a href='/town/'>Town</a></p></body>") == {"section": ["town"]}


def test_there_are_not_too_many_of_a_kind() -> None:
    feeds = "".join(f"<link rel=alternate type=application/rss+xml href=/f{number}>" for number in range(99))
    sections = "".join(f"<a href=/s{number}/>S</a>" for number in range(99))
    found = named(f"<head>{feeds}</head><body><nav>{sections}</nav></body>", [f"/{number}.xml" for number in range(99)])
    assert {kind: len(names) for kind, names in found.items()} == {"feed": 10, "sitemap": 10, "section": 40}


def test_the_usual_addresses_are_on_the_host_of_the_front_page() -> None:
    discovery = Discovery("gazette.example")
    discovery.home = "https://www.gazette.example/"
    urls = [url for _, _, url in discovery.at_common_paths()]
    assert urls == [f"https://www.gazette.example{path}" for path in (*COMMON_FEED_PATHS, *COMMON_SITEMAP_PATHS)]


@pytest.mark.parametrize(
    ("url", "is_followed"),
    [
        (f"{HOST}/town/a-long-dry-summer", True),
        ("https://www.gazette.example/town/a-long-dry-summer", True),
        ("https://sport.gazette.example/a-long-dry-summer", True),
        ("https://other.example/town/a-long-dry-summer", False),
        (f"{HOST}/town/", False),
        (f"{HOST}/tag/a-long-dry-summer", False),
    ],
)
def test_a_link_is_followed_to_an_article_of_the_same_host(url: str, is_followed: bool) -> None:
    assert Discovery("gazette.example").follows(url, f"{HOST}/") == is_followed


def test_an_address_has_one_id_whatever_its_scheme_and_tracking() -> None:
    profile = news_profile("gazette.example")
    refs = [
        profile.article_ref(url)
        for url in (
            f"{HOST}/a?id=7",
            "http://gazette.example/a?utm_source=x&id=7",
            "https://GAZETTE.example/a?id=7#top",
        )
    ]
    assert len({ref.id if ref else None for ref in refs}) == 1
    for ref in refs:
        assert ref is not None
        assert profile.article_ref(ref.url) == ref


@pytest.mark.parametrize("url", [f"{HOST}/", f"{HOST}", f"{HOST}/?lang=en", "https://other.example/a", "mailto:a@b.c"])
def test_front_pages_and_other_sites_are_no_articles(url: str) -> None:
    assert news_profile("gazette.example").article_ref(url) is None


@pytest.mark.parametrize(
    ("canonical", "expected"),
    [
        (f"{HOST}/town/ferry", f"{HOST}/town/ferry"),
        ("/town/ferry", f"{HOST}/town/ferry"),
        ("http://www.gazette.example/town/ferry", "https://www.gazette.example/town/ferry"),
        ("https://other.example/town/ferry", f"{HOST}/print/1"),
        (f"{HOST}/", f"{HOST}/print/1"),
    ],
)
def test_a_canonical_address_is_believed_on_the_same_host(canonical: str, expected: str) -> None:
    page = GenericPage(Source(f"{HOST}/print/1", f"<link rel=canonical href='{canonical}'>".encode()))
    ref = Discovery("gazette.example").canonical_ref(page)
    assert ref is not None
    assert ref.url == expected


def test_a_profile_has_what_earlier_runs_have_found() -> None:
    known = [
        KnownSource(url="https://www.gazette.example/", kind="front", name="the front page", found_at=1),
        KnownSource(url=f"{HOST}/feed", kind="feed", name=f"{HOST}/feed", found_at=1),
        KnownSource(url=f"{HOST}/rss", kind="feed", name=f"{HOST}/rss", found_at=1, is_there=False),
        KnownSource(url=f"{HOST}/town/", kind="section", name="town", found_at=1),
    ]
    profile = news_profile("gazette.example", known)
    assert [source.name for source in profile.sources] == ["https://www.gazette.example/", f"{HOST}/feed", "town"]
    assert profile.sections == ("town",)
    assert profile.is_front_page("http://gazette.example/")


@pytest.mark.parametrize(
    ("url", "is_home"),
    [
        ("https://www.gazette.example/", True),
        ("http://gazette.example/", True),
        ("https://gazette.example/en/home", True),
        ("https://news.gazette.example/", True),
        ("https://consent.gazette.example/choice?back=/", False),
    ],
)
def test_a_redirect_of_the_front_page_leads_to_a_new_one_or_to_a_page_before_it(url: str, is_home: bool) -> None:
    discovery = Discovery("gazette.example")
    assert discovery.move_to(url) == is_home
    assert discovery.home == (url if is_home else f"{HOST}/")
