"""The further pages of an article of an unknown site."""

import pytest

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.paging import other_parts

HOST = "https://gazette.example"


def parts(markup: str, path: str = "/town/ferry") -> dict[int, str]:
    page = f"<!DOCTYPE html><html><body><article><h1>The old ferry</h1></article>{markup}</body></html>"
    found = other_parts(Document(Source(HOST + path, page.encode())))
    return {number: url.removeprefix(HOST) for number, url in found.items()}


@pytest.mark.parametrize(
    ("path", "second", "third"),
    [
        ("/town/ferry", "/town/ferry?page=2", "/town/ferry?page=3"),
        ("/town/ferry/", "/town/ferry/2/", "/town/ferry/3/"),
        ("/town/ferry/", "/town/ferry/page/2/", "/town/ferry/page/3/"),
        ("/town/ferry.html", "/town/ferry_2.html", "/town/ferry_3.html"),
        ("/town/ferry-481516.html", "/town/ferry-481516-2.html", "/town/ferry-481516-3.html"),
        ("/story.php?id=77", "/story.php?id=77&page=2", "/story.php?id=77&page=3"),
        ("/town/ferry.html", "/town/ferry-page-2.html", "/town/ferry-page-3.html"),
    ],
)
def test_the_pages_of_a_pager_are_found_from_the_first_and_from_the_second(path: str, second: str, third: str) -> None:
    pager = f'<div class="pagination"><a href="{path}">1</a> <a href="{second}">2</a> <a href="{third}">3</a></div>'
    assert parts(pager, path) == {2: second, 3: third}
    assert parts(pager, second) == {2: second, 3: third}


def test_a_link_to_the_next_page_is_enough() -> None:
    assert parts('<p><a rel="next" href="?page=2">Read on</a></p>') == {2: "/town/ferry?page=2"}


@pytest.mark.parametrize(
    "markup",
    [
        '<div class="comments"><ul class="pager"><li><a href="?page=2">2</a></li></ul></div>',
        '<p><a href="/town/ferry-2">The other ferry</a></p>',
        '<div class="pagination"><a rel="next" href="/town/mill?page=2">The next article</a></div>',
        '<div class="pagination"><a href="/town/?page=2">More of the town</a></div>',
        '<div class="pagination"><a href="?page=1">1</a> <a href="?page=0">0</a> <a href="?page=99">99</a></div>',
        '<a rel="next" href="/town/mill">The next article</a>',
        '<div class="page-wrapper"><div><div><div><div><a href="/town/ferry/2">2</a></div></div></div></div></div>',
    ],
)
def test_other_links_are_no_pages_of_the_article(markup: str) -> None:
    assert parts(markup) == {}
