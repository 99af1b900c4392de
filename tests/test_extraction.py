"""An article read from one page: of a site with a profile by its own pages, of any other by the generic reader."""

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ecnscrawl
from ecnscrawl.exceptions import TooComplex
from ecnscrawl.items import content_hash, to_line
from ecnscrawl.normalize.urls import resolve
from tests.saved_pages import FETCHED_AT, NOT_EXPECTED, SavedPage, articles, expected_of, pages_of

URL = "https://news.example.org/harbour/ferry-42.html"
ECNS_URL = "https://www.ecns.cn/world/2026-11-20/detail-ihtest1.shtml"
TEXT = "".join(
    f"<p>The ferry number {number} left the harbour at dawn, with forty passengers and a piano on its deck.</p>"
    for number in range(8)
)
WITHOUT_ZONE = '<meta property="article:published_time" content="2026-11-20 08:30">'
STATED = '<meta property="article:published_time" content="2026-11-20T08:30:00+02:00">'


def page(head: str = "", body: str = f"<article>{TEXT}</article>", title: str = "A piano crosses the bay") -> bytes:
    return f'<html lang="en-GB"><head><title>{title}</title>{head}</head><body>{body}</body></html>'.encode()


def extract(body: bytes, url: str = URL) -> ecnscrawl.ExtractedArticle:
    found = ecnscrawl.extract(body, url, fetched_at=FETCHED_AT)
    assert found is not None
    return found


def record(article: ecnscrawl.Article) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(to_line(article))
    return {key: value for key, value in read.items() if key not in NOT_EXPECTED}


# A site with a profile.


@pytest.mark.parametrize("saved", [each for each in articles() if len(pages_of(each)) == 1], ids=str)
def test_a_saved_article_gives_the_expected_record(saved: SavedPage) -> None:
    assert record(extract(saved.body, saved.url)) == expected_of(saved)


@pytest.mark.parametrize("saved", [each for each in articles() if len(pages_of(each)) > 1], ids=str)
def test_the_first_page_of_a_paged_article_gives_its_fields_and_its_own_part_of_the_body(saved: SavedPage) -> None:
    read, expected = record(extract(saved.body, saved.url)), expected_of(saved)
    of_all_pages = ("authors", "body", "images", "videos")  # a byline may end the last page
    assert {key: read[key] for key in read if key not in of_all_pages} == {
        key: expected[key] for key in expected if key not in of_all_pages
    }
    assert expected["body"].startswith(read["body"])
    assert expected["images"][: len(read["images"])] == read["images"]


@pytest.mark.parametrize("saved", [each for each in articles() if len(pages_of(each)) > 1], ids=str)
def test_a_later_page_has_the_id_address_and_headline_of_its_article(saved: SavedPage) -> None:
    expected = expected_of(saved)
    for later in pages_of(saved)[1:]:
        read = record(extract(later.body, later.url))
        assert {key: read[key] for key in ("id", "url", "title")} == {
            key: expected[key] for key in ("id", "url", "title")
        }


@pytest.mark.parametrize(
    ("host", "site"),
    [
        ("www.ecns.cn", "ecns"),
        ("ecns.cn", "ecns"),
        ("WWW.ECNS.CN", "ecns"),
        ("m.ecns.cn", "m.ecns.cn"),
        ("www.ecns.cn.example.org", "www.ecns.cn.example.org"),
        ("notecns.cn", "notecns.cn"),
    ],
)
def test_a_profile_counts_for_exactly_the_hosts_that_it_names(host: str, site: str) -> None:
    read = extract(page(WITHOUT_ZONE), f"https://{host}/world/2026-11-20/detail-ihtest1.shtml")
    assert read.site == site
    stated = (read.published_at, read.published_precision)
    if site == "ecns":  # only its clock is known; of the others only the day is
        assert stated == ("2026-11-20T00:30:00Z", "minute")
    else:
        assert stated == ("2026-11-20T00:00:00Z", "day")


def test_a_page_of_a_known_site_that_is_no_article_of_it_is_named_by_its_host() -> None:
    url = "https://www.ecns.cn/about.shtml"
    read = extract(page(WITHOUT_ZONE), url)
    assert (read.site, read.url, read.published_at) == ("www.ecns.cn", url, "2026-11-20T00:30:00Z")
    assert read.id == f"www.ecns.cn:{digest(url)}"


# Any other site.


def digest(canonical: str) -> str:
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def test_an_article_of_an_unknown_site() -> None:
    read = extract(page(STATED))
    assert read.id == f"news.example.org:{digest(URL)}"
    assert (read.url, read.site, read.kind, read.revision) == (URL, "news.example.org", "article", 1)
    assert read.title == "A piano crosses the bay"
    assert read.body is not None
    assert read.body.split("\n\n")[3].startswith("The ferry number 3 left the harbour at dawn")
    assert (read.published_at, read.published_precision) == ("2026-11-20T06:30:00Z", "second")
    assert (read.language, read.layout) == ("en-GB", "generic")
    assert read.content_hash == content_hash(read)


@pytest.mark.parametrize(
    ("asked", "canonical"),
    [
        (f"{URL}?utm_source=letter&utm_medium=mail&fbclid=x#top", URL),
        ("https://news.example.org/show?id=42&utm_source=letter", "https://news.example.org/show?id=42"),
        ("http://news.example.org/show?id=42", "http://news.example.org/show?id=42"),
        ("https://NEWS.example.org:443/a/../harbour/ferry-42.html", URL),
    ],
)
def test_the_address_is_canonical_without_tracking(asked: str, canonical: str) -> None:
    read = extract(page(), asked)
    assert (read.url, read.id) == (canonical, f"news.example.org:{digest(canonical)}")


@pytest.mark.parametrize(
    ("stated", "canonical"),
    [
        ("https://news.example.org/42", "https://news.example.org/42"),
        ("http://news.example.org/42", "https://news.example.org/42"),
        ("/42?page=1", "https://news.example.org/42?page=1"),
        ("https://www.news.example.org/42", "https://www.news.example.org/42"),
        ("https://news.example.org/", URL),
        ("https://elsewhere.example.com/42", URL),
        ("javascript:void(0)", URL),
    ],
)
def test_the_address_that_a_page_names_counts_on_its_own_host(stated: str, canonical: str) -> None:
    read = extract(page(f'<link rel="canonical" href="{stated}">'))
    host = canonical.split("/")[2]
    assert (read.url, read.site, read.id) == (canonical, host, f"{host}:{digest(canonical)}")


def test_a_time_that_is_missing_is_none() -> None:
    read = extract(page())
    assert (read.published_at, read.published_precision) == (None, None)
    assert json.loads(to_line(read))["published_at"] is None


def test_a_time_in_an_unknown_zone_is_its_day() -> None:
    read = extract(page(WITHOUT_ZONE))
    assert (read.published_at, read.published_precision) == ("2026-11-20T00:00:00Z", "day")


def test_a_language_that_is_not_stated_is_undetermined() -> None:
    assert extract(page().replace(b' lang="en-GB"', b"")).language == "und"


def test_the_first_part_of_the_path_says_the_kind() -> None:
    assert extract(page(), "https://news.example.org/video/42").kind == "video"
    assert extract(page(), "https://news.example.org/photo/42").kind == "photo"


# Pages that are not articles, and pages that cannot be read.


@pytest.mark.parametrize("body", [b"", b" ", b"<html></html>", b"<html><body><p> </p></body></html>", b"\0"])
def test_a_page_without_headline_text_and_picture_is_none(body: bytes) -> None:
    assert ecnscrawl.extract(body, URL) is None
    assert ecnscrawl.extract(body, ECNS_URL) is None


def test_a_headline_alone_is_enough() -> None:
    read = extract(page(body=""))
    assert (read.title, read.body, read.images) == ("A piano crosses the bay", None, [])


def test_a_text_without_a_headline_is_enough() -> None:
    read = extract(f"<html><body><article>{TEXT}</article></body></html>".encode())
    assert read.title is None
    assert read.body is not None
    assert read.content_hash == content_hash(read)


def test_a_picture_alone_is_enough() -> None:
    body = b'<html><body><div class="left_zw" id="yanse"><p><img src="/a.jpg"></p></div></body></html>'
    read = extract(body, "https://www.ecns.cn/hd/2026-11-20/detail-ihtest1.shtml")
    assert (read.title, read.body) == (None, None)
    assert [image.url for image in read.images] == ["https://www.ecns.cn/a.jpg"]


def test_the_time_of_fetching_is_now_by_default() -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    read = ecnscrawl.extract(page(), URL)
    assert read is not None
    assert before <= datetime.fromisoformat(read.fetched_at) <= datetime.now(UTC)


def test_the_time_of_fetching_is_stored_in_utc() -> None:
    at = datetime(2026, 11, 20, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    read = ecnscrawl.extract(page(), URL, fetched_at=at)
    assert read is not None
    assert read.fetched_at == "2026-11-20T01:30:00Z"


def test_the_charset_of_the_header_is_that_of_the_page() -> None:
    body = "<html><head><title>Паром ушёл</title></head></html>".encode("koi8-r")
    read = ecnscrawl.extract(body, URL, charset="koi8-r")
    assert read is not None
    assert read.title == "Паром ушёл"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "ferry-42.html",
        "ftp://news.example.org/a",
        "https://",
        "https://[::1]/a",
        "https://a.example:8443/x",
        "https://user:word@a.example/x",
    ],
)
def test_an_invalid_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="is not an absolute http or https address"):
        ecnscrawl.extract(page(), url)
    with pytest.raises(ValueError, match="with a host name, without user name, on port 80 or 443"):
        ecnscrawl.extract(page(), url)


def test_arguments_of_another_type_are_refused() -> None:
    nothing: Any = None
    day: Any = "2026"
    with pytest.raises(TypeError, match="url is NoneType; give the address"):
        ecnscrawl.extract(page(), nothing)
    with pytest.raises(TypeError, match="fetched_at is str; give a datetime"):
        ecnscrawl.extract(page(), URL, fetched_at=day)


def test_a_text_in_the_place_of_bytes_is_refused() -> None:
    text: Any = "<h1>A ferry</h1>"
    with pytest.raises(TypeError, match="body is str; give the bytes"):
        ecnscrawl.extract(text, "https://example.org/a")


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="fetched_at has no time zone"):
        ecnscrawl.extract(page(), URL, fetched_at=datetime(2026, 11, 20))  # noqa: DTZ001 - the mistake itself


def test_a_page_made_to_keep_a_parser_busy_is_refused() -> None:
    with pytest.raises(TooComplex):
        ecnscrawl.extract(b"<p>" * 200_000, URL)


@given(st.binary(max_size=300) | st.text(alphabet="<>/=\"'&;! \nabhiopt1éø—", max_size=300).map(str.encode))
def test_any_bytes_give_an_article_or_none(body: bytes) -> None:
    for url in (URL, ECNS_URL):
        read = ecnscrawl.extract(body, url, fetched_at=FETCHED_AT)
        assert read is None or read.title or read.body or read.images or read.videos
        assert read is None or "" not in vars(read).values()


@given(st.text(max_size=40) | st.text(max_size=40).map("https://www.ecns.cn/{}".format))
def test_any_address_is_read_or_refused(url: str) -> None:
    if resolve(url, url) is None:
        with pytest.raises(ValueError, match="is not an absolute http or https address"):
            ecnscrawl.extract(page(body=""), url)
    else:
        assert extract(page(body=""), url).url.startswith(("https://", "http://"))
