"""Which site an archived response belongs to."""

import pytest

from ecnscrawl.reextraction.sites import SiteKey, Sites, article_of, profile_for, with_ascii_host
from ecnscrawl.storage.archive.reader import ArchivedResponse
from tests.system.archives import DAY

ECNS = "https://www.ecns.cn/news/2025-01-10/detail-ihemrznk1748604.shtml"
GAZETTE = "https://www.gazette.example/2026/11/20/the-old-ferry-sails-again"


def response(url: str, **more: object) -> ArchivedResponse:
    return ArchivedResponse(url=url, at=DAY, file="a:1", number=0, place="a", status=200, **more)  # type: ignore[arg-type]


def test_a_host_of_a_written_profile_is_that_site() -> None:
    assert Sites().key_of(response(ECNS)) == SiteKey("ecns")


def test_another_host_is_a_site_of_its_own() -> None:
    key = Sites().key_of(response(GAZETTE))
    assert key == SiteKey("www.gazette.example", "https://www.gazette.example/")


def test_an_archive_of_a_crawl_names_its_site() -> None:
    key = Sites().key_of(response(GAZETTE, site="gazette.example"))
    assert key is not None
    assert key.name == "gazette.example"


@pytest.mark.parametrize("site", ["../data", "..", "data/ecns", "other.example", "", "127.0.0.1"])
def test_a_name_that_is_no_host_becomes_no_folder(site: str) -> None:
    key = Sites().key_of(response(GAZETTE, site=site))
    assert key is not None
    assert key.name == "www.gazette.example"


@pytest.mark.parametrize(
    "url", ["https://../x", "https://127.0.0.1/2026/11/20/a-b-c-d", "dns:example.org", "file:///etc/passwd", "//x"]
)
def test_an_address_without_a_public_host_does_not_count(url: str) -> None:
    assert Sites().key_of(response(url)) is None


def test_only_the_chosen_site_counts() -> None:
    assert Sites("ecns").key_of(response(GAZETTE)) is None
    assert Sites("gazette.example").key_of(response(ECNS)) is None
    key = Sites("gazette.example").key_of(response(GAZETTE))
    assert key is not None
    assert key.name == "gazette.example"


def test_the_front_page_says_whether_a_site_is_plain_http() -> None:
    sites = Sites("gazette.example")
    sites.key_of(response("http://gazette.example/"))
    key = sites.key_of(response(GAZETTE.replace("https", "http")))
    assert key is not None
    ref = article_of(response(GAZETTE.replace("https", "http")), profile_for(key))
    assert ref is not None
    assert ref.url.startswith("http://")


def test_a_page_that_a_crawl_has_requested_as_a_listing_is_no_article() -> None:
    profile = profile_for(SiteKey("gazette.example", "https://gazette.example/"))
    assert article_of(response(GAZETTE), profile)
    assert article_of(response(GAZETTE, purpose="listing"), profile) is None
    assert article_of(response("https://gazette.example/town/"), profile) is None
    assert article_of(response("https://gazette.example/town/", purpose="article"), profile)


def test_a_host_in_unicode_is_the_same_one_in_ascii() -> None:
    found = with_ascii_host(response("https://www.Bücher.example/2026/11/20/the-old-ferry-sails-again"))
    assert found is not None
    assert found.url == "https://www.xn--bcher-kva.example/2026/11/20/the-old-ferry-sails-again"
    key = Sites().key_of(found)
    assert key is not None
    assert key.name == "www.xn--bcher-kva.example"
    for url in (GAZETTE, "https://gazette.example/2026/11/20/die-alte-fähre-fährt-wieder"):
        assert with_ascii_host(response(url)) == response(url)


PATH = "/2026/11/20/the-old-ferry-sails-again"
HTML = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"


@pytest.mark.parametrize(
    ("origin", "why"),
    [
        ("http://gazette.example:8080", "another port than 80 and 443"),
        ("https://gazette.example:4430", "another port than 80 and 443"),
        ("http://me:word@gazette.example", "a user name"),
        ("http://127.0.0.1", "an IP address"),
        ("https://[::1]:8443", "an IP address"),
        ("https://127.0.0.1:443", "an IP address"),
        ("http://gazette.example:80", None),
        ("https://gazette.example:80", None),
        ("http://gazette.example:443", None),
        ("HTTPS://gazette.example:443", None),
        ("https://7.example", None),
        ("https://gazette.example", None),
    ],
)
def test_a_page_at_an_address_that_no_crawl_requests_is_named_with_why(origin: str, why: str | None) -> None:
    found = Sites().why_not_requested(response(origin + PATH, block=HTML))
    assert (found is None) if why is None else (found is not None and why in found)


def test_what_would_not_be_an_article_elsewhere_is_not_named() -> None:
    here = "http://gazette.example:8080"
    assert Sites().why_not_requested(response(here + "/town/", block=HTML)) is None
    assert Sites().why_not_requested(response(here + PATH, block=HTML.replace(b"text/html", b"image/png"))) is None
    assert Sites("other.example").why_not_requested(response(here + PATH, block=HTML)) is None
    assert Sites("gazette.example").why_not_requested(response(here + PATH, block=HTML))
