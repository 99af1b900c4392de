"""Which lines of a robots.txt apply to our crawler, and their meaning: one test for each rule of RFC 9309."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.robotstxt import ProtegoRobotParser

from ecnscrawl.network.robots_txt import own_rules, product_token, sitemaps_in

HOST = "https://www.example.test"


def allowed(robots: str | bytes, path: str, token: str = "ecnscrawl") -> bool:
    body = robots.encode() if isinstance(robots, str) else robots
    return ProtegoRobotParser(own_rules(body, token), None).allowed(HOST + path, token)


@pytest.mark.parametrize(
    ("user_agent", "token"),
    [
        ("ecnscrawl", "ecnscrawl"),
        ("ecnscrawl/0.1.0", "ecnscrawl"),
        ("EcnsCrawl/0.1.0 (+https://example.test/bot)", "ecnscrawl"),
        ("news_desk-bot 2", "news_desk-bot"),
        ("Mozilla/5.0 (compatible; DeskBot/2.1; +https://example.test/)", "deskbot"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "mozilla"),
        ("007", ""),
        ("", ""),
    ],
)
def test_a_user_agent_has_one_product_token(user_agent: str, token: str) -> None:
    assert product_token(user_agent) == token


@pytest.mark.parametrize(
    "name",
    [
        "ecnscrawl", "EcnsCrawl", "ECNSCRAWL", "ecnscrawl/0.1.0", "ecnscrawl bot", "ecnscrawl*", "ecnscrawl\tx", "ecnscrawl, other",
        "ecnscrawl # the news desk", "ecnscrawl (+https://example.test/)",
    ],
)  # fmt: skip
def test_a_name_counts_as_ours_if_our_token_ends_before_its_next_character(name: str) -> None:
    assert not allowed(f"User-agent: {name}\nDisallow: /\n", "/page")


@pytest.mark.parametrize(
    "name",
    ["ecns", "e", "crawl", "ecnscrawler", "ecnscrawl-images", "ecnscrawl_2", "my-ecnscrawl", "other ecnscrawl", "0ecnscrawl", "",
     "*bot", "Mozilla/5.0 (compatible; ecnscrawl)"],
)  # fmt: skip
def test_any_other_name_belongs_to_another_crawler(name: str) -> None:
    assert allowed(f"User-agent: {name}\nDisallow: /\n", "/page")
    assert not allowed(f"User-agent: {name}\nAllow: /\n\nUser-agent: *\nDisallow: /\n", "/page")


def test_a_crawler_without_a_token_has_the_rules_for_all() -> None:
    robots = "User-agent: 007\nDisallow: /a\n\nUser-agent: *\nDisallow: /b\n"
    assert allowed(robots, "/a", "")
    assert not allowed(robots, "/b", "")


def test_all_our_groups_are_merged() -> None:
    robots = """User-agent: ecnscrawl/1
Disallow: /a

User-agent: *
Disallow: /b

User-agent: other
User-agent: EcnsCrawl
Disallow: /c
"""
    assert [allowed(robots, path) for path in ("/a", "/b", "/c", "/d")] == [False, True, False, True]
    assert [allowed(robots, path, "other") for path in ("/a", "/b", "/c")] == [True, True, False]
    assert [allowed(robots, path, "third") for path in ("/a", "/b", "/c")] == [True, False, True]


def test_a_group_for_us_without_rules_allows_everything() -> None:
    assert allowed("User-agent: *\nDisallow: /\n\nUser-agent: ecnscrawl\n", "/page")
    assert allowed("User-agent: *\nDisallow: /\n\nUser-agent: ecnscrawl\nDisallow:\n", "/page")


@pytest.mark.parametrize("name", ["*", "* all of you", "*\tx"])
def test_the_star_group_counts_if_no_group_names_us(name: str) -> None:
    assert not allowed(f"User-agent: {name}\nDisallow: /a\n", "/a")


@pytest.mark.parametrize(
    "between", ["Sitemap: https://x.test/s.xml", "Crawl-delay: 5", "Host: x", "Noindex: /a", "x: y", "junk", "", "# x"]
)
def test_other_records_do_not_end_a_list_of_names(between: str) -> None:
    assert not allowed(f"User-agent: ecnscrawl\n{between}\nUser-agent: other\nDisallow: /\n", "/page")


def test_rules_before_the_first_name_are_ignored() -> None:
    assert allowed("Disallow: /\nUser-agent: ecnscrawl\nDisallow: /a\n", "/page")


@pytest.mark.parametrize(
    "robots",
    [
        "USER-AGENT: ecnscrawl\nDISALLOW: /", "user-agent:ecnscrawl\ndisallow:/", " User-Agent :\tecnscrawl \n\tDisallow : / ",
        "User-agent ecnscrawl\nDisallow /", "user agent: ecnscrawl\ndissallow: /", "useragent: ecnscrawl\ndisalow: /",
        "User-agent: ecnscrawl\r\nDisallow: /\r\n", "User-agent: ecnscrawl\rDisallow: /\r", "\ufeffUser-agent: ecnscrawl\nDisallow: /",
        "User-agent: ecnscrawl # us\nDisallow: /#all", "User-agent: ecnscrawl\n\n\nDisallow: /", "\0\0\nUser-agent: ecnscrawl\nDisallow: /",
    ],
)  # fmt: skip
def test_a_line_is_read_in_any_spelling(robots: str) -> None:
    assert not allowed(robots, "/page")


@pytest.mark.parametrize("control", "\x0b \x0c \x1c \x1d \x1e \x85 \u2028 \u2029".split(" "))
def test_only_line_ends_end_a_line(control: str) -> None:
    assert allowed(f"User-agent: ecnscrawl\nDisallow: /a{control}Disallow: /b\n", "/b")
    assert allowed(f"User-agent: ecnscrawl\nDisallow: /a{control}\n".rstrip("\n") + "x\n", "/a")


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("/foo/bar?baz=quz", "/foo/bar?baz=quz", True), ("/foo/bar/ツ", "/foo/bar/%E3%83%84", True),
        ("/foo/bar/%E3%83%84", "/foo/bar/%E3%83%84", True), ("/foo/bar/%62%61%7A", "/foo/bar/baz", True),
        ("/*.gif$", "/a/b.gif", True), ("/*.gif$", "/a/b.gif?c", False), ("/a/*/c", "/a/b/c/d", True), ("/a b", "/a%20b", True),
        ("/a", "/A", False), ("/page", "/pages", True), ("/page$", "/pages", False), ("/a*$", "/abc", True), ("", "/", False),
    ],
)  # fmt: skip
def test_a_path_is_compared_octet_by_octet_with_wildcards(pattern: str, path: str, matches: bool) -> None:
    assert allowed(f"User-agent: *\nDisallow: {pattern}\n", path) is not matches


def test_a_path_in_another_charset_means_its_bytes() -> None:
    assert allowed(b"User-agent: *\nDisallow: /caf\xe9\n", "/cafeteria")


def test_the_longest_rule_counts_and_allow_wins_a_tie() -> None:
    robots = "User-agent: *\nAllow: /example/page/\nDisallow: /example/page/disallowed.gif\nDisallow: /x\nAllow: /x\n"
    assert allowed(robots, "/example/page/a")
    assert not allowed(robots, "/example/page/disallowed.gif")
    assert allowed(robots, "/x")


def test_a_crawl_delay_is_that_of_our_group_or_of_all() -> None:
    robots = b"User-agent: other\nCrawl-delay: 9\nDisallow:\n\nUser-agent: *\nCrawl-delay: 3\nAllow: /\n"
    assert ProtegoRobotParser(own_rules(robots, "ecnscrawl"), None).crawl_delay("ecnscrawl") == 3
    assert ProtegoRobotParser(own_rules(robots, "other"), None).crawl_delay("other") == 9


def test_sitemaps_are_named_for_all_crawlers_in_any_case() -> None:
    robots = b"\xef\xbb\xbfSitemap: https://example.org/a.xml\r\nUser-agent: x\rDisallow: /\n sitemap :/b.xml\n#Sitemap: /c\n"
    assert sitemaps_in(robots) == ["https://example.org/a.xml", "/b.xml"]
    assert len(sitemaps_in(b"Sitemap: /a\n" * 1000)) == 100


@given(
    st.binary()
    | st.lists(
        st.sampled_from([b"User-agent: ", b"ecnscrawl", b"*", b"Disallow: /", b"\n", b"\r", b"#", b":", b" "])
    ).map(b"".join)
)
def test_any_bytes_can_be_read_as_rules(body: bytes) -> None:
    own = own_rules(body, "ecnscrawl")
    assert own.isascii()
    assert [line for line in own.splitlines() if line.startswith(b"User-agent")] == [b"User-agent: *"]
    assert own.startswith(b"User-agent: *\n")
    assert ProtegoRobotParser(own, None).allowed(f"{HOST}/robots.txt", "ecnscrawl")
