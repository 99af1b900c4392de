"""The host that names a site without a spider of its own."""

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.sites.hosts import domain_of, is_host, site_host
from ecnscrawl.sites.named_site import named_host


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("gazette.example", "gazette.example"),
        ("https://GAZETTE.example/town/?a=1#top", "gazette.example"),
        ("www.gazette.example", "www.gazette.example"),
        ("gazette.example.", "gazette.example"),
        ("http://gazette.example:80/", "gazette.example"),
        (" gazette.example ", "gazette.example"),
        ("Münchner-Blatt.example", "xn--mnchner-blatt-wob.example"),
        ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
        ("http://gazette.example:443", "gazette.example"),
        ("https://gazette.example:80/news", "gazette.example"),
    ],
)
def test_a_host_is_named_in_many_ways(text: str, host: str) -> None:
    assert site_host(text) == host
    assert is_host(host)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "''"),
        ("exa mple.org", "host name"),
        ("localhost", "host name"),
        ("127.0.0.1", "IP address"),
        ("0x7f.1", "IP address"),
        ("2130706433", "IP address"),
        ("[::1]", "IP address"),
        ("gazette.example:8080", "port 8080"),
        ("ftp://gazette.example/", "http"),
        ("file:///etc/passwd", "http"),
        ("me@gazette.example", "user name"),
        ("co.uk", "suffix"),
        ("blogspot.com", "suffix"),
        ("../data", "'../data'"),
        ("../x", "is not a host name"),
        ("..", "'..'"),
        ("-a.example", "'-a.example'"),
        ("a..example", "'a..example'"),
        (f"{'a' * 64}.example", "host name"),
        (".".join(["a" * 60] * 5), "host name"),
    ],
)
def test_anything_else_is_refused_with_an_example(text: str, word: str) -> None:
    with pytest.raises(WrongUsage) as refused:
        site_host(text)
    assert word in str(refused.value)
    assert "example.org" in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_password_is_not_repeated() -> None:
    with pytest.raises(WrongUsage) as refused:
        site_host("https://me:secret@gazette.example/")
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["ecns", "..", ".hidden", "a/b", "1.2.3.4", "", "gazette.example/", "GAZETTE.example"])
def test_the_folder_of_another_thing_is_no_hosts(name: str) -> None:
    assert not is_host(name)


def test_the_domain_is_the_one_that_somebody_has_registered() -> None:
    assert [domain_of(host) for host in ("www.gazette.example", "news.gazette.co.uk", "me.blogspot.com")] == [
        "gazette.example",
        "gazette.co.uk",
        "me.blogspot.com",
    ]


def test_site_and_url_name_one_site() -> None:
    assert named_host(None, "https://gazette.example/town/") == "gazette.example"
    assert named_host("gazette.example", "https://www.gazette.example/town/") == "gazette.example"


@pytest.mark.parametrize(
    ("site", "url", "word"),
    [
        (None, None, "site=example.org"),
        ("gazette.example", "https://other.example/", "other.example"),
        ("www.ecns.cn", None, "crawl ecns"),
        ("m.ecns.cn", None, "crawl ecns"),
        (None, "https://ecns.cn/world/", "crawl ecns"),
        (None, "gazette.example/town/", "write https://gazette.example/town/"),
        (None, "ftp://gazette.example/town/", "^url='ftp://gazette.example/town/' is neither http nor https"),
        ("ftp://gazette.example/", None, "^site='ftp://gazette.example/' is neither http nor https"),
        ("gazette.example", "//gazette.example/town/", "write https://gazette.example/town/"),
    ],
)
def test_no_site_two_sites_and_a_site_with_a_spider_are_refused(site: str | None, url: str | None, word: str) -> None:
    with pytest.raises(WrongUsage, match=word):
        named_host(site, url)
