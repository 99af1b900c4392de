"""The links of a listing page."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.links import links
from ecnscrawl.spiders.ecns import EcnsSpider
from tests.saved_pages import FIXTURES, manifest

URL = "https://www.ecns.cn/world/"


def linked(markup: str | bytes) -> list[str]:
    return links(Document(Source(URL, markup.encode() if isinstance(markup, str) else markup)))


@pytest.mark.parametrize(
    "anchor",
    [
        '<a href="https://www.ecns.cn/world/x.shtml">x</a>',
        '<a href="//www.ecns.cn/world/x.shtml">x</a>',
        '<a href="/world/x.shtml">x</a>',
        '<a href="x.shtml">x</a>',
        "<a href=/world/x.shtml target=_blank>x</a>",
        "<a href='/world/x.shtml#'>x</a>",
        '<A HREF=" /world/x.shtml ">x</A>',
        '<map><area href="/world/x.shtml"></map>',
        '<div><table><tr><td><a href="/world/x.shtml">x</a></div>',
    ],
)
def test_a_link_is_found_however_it_is_written(anchor: str) -> None:
    assert linked(anchor) == ["https://www.ecns.cn/world/x.shtml"]


def test_links_come_in_page_order_each_once() -> None:
    markup = '<a href="/b">b</a><a href="/a">a</a><a href="//www.ecns.cn/b#x">b again</a>'
    assert linked(markup) == ["https://www.ecns.cn/b", "https://www.ecns.cn/a"]


def test_a_base_counts() -> None:
    assert linked('<base href="/china/"><a href="x.shtml">x</a>') == ["https://www.ecns.cn/china/x.shtml"]


def test_an_invalid_base_is_ignored() -> None:
    assert linked('<base href="javascript:;"><a href="x.shtml">x</a>') == ["https://www.ecns.cn/world/x.shtml"]


@pytest.mark.parametrize(
    "href", ["x1.shtml", "/world/x1.shtml#", "x1.sht\tml", "x1\r\n.shtml", "//www.ecns.cn/world/x1.shtml"]
)
def test_a_pattern_leaves_out_links_that_do_not_contain_it_as_a_browser_reads_them(href: str) -> None:
    markup = f'<a href="{href}">x</a><a href="x.shtml">y</a><a href="/world/">z</a><a href="">z</a>'
    found = links(Document(Source(URL, markup.encode())), re.compile(r"\d\.shtml"))
    assert found == ["https://www.ecns.cn/world/x1.shtml"]


@pytest.mark.parametrize(
    "markup", ["", "no html", '<a>x</a><a href="">x</a><a href="javascript:;">x</a><a name="y">x</a>']
)
def test_a_page_without_links_has_none(markup: str) -> None:
    assert linked(markup) == []


def test_links_in_comments_and_scripts_are_ignored() -> None:
    assert linked("<!-- <a href='/a'>x</a> --><script>w('<a href=\"/b\">x</a>')</script>") == []


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_can_be_searched_for_links(body: bytes) -> None:
    assert all(url.startswith(("http://", "https://")) for url in linked(body))


def saved(file: str) -> Source:
    page = next(page for page in manifest() if page.file == file)
    return Source(page.url, (FIXTURES / "html" / page.site / file).read_bytes())


def ids(urls: list[str]) -> list[str]:
    found = [address.id for url in urls if (address := EcnsSpider.profile.article_ref(url))]
    return list(dict.fromkeys(found))


def test_the_articles_of_a_saved_listing_are_found_in_every_spelling() -> None:
    assert ids(links(Document(saved("listing-world.html")))) == [
        "ecns:ihfmwqzt8204166", "ecns:ihfmwqzt8141288", "ecns:ihfmwqzt8059930", "ecns:ihfmwqzt7988124", "ecns:ihfmwqzt7901535",
        "ecns:ihexmqnr6613087", "ecns:ihexmqnr2204407", "ecns:ihexmqnr2204452", "ecns:iheknwqz7719034", "ecns:ihekdvxp7183362",
        "ecns:ihekdvxp5570126", "ecns:ihekdvxp3958840", "ecns:ihekdvxp1629417", "ecns:ihekdvxp0412873", "ecns:ihcqwrtm9977305",
    ]  # fmt: skip
