"""Pages of www.ecns.cn that are parsed only up to the end of their bodies: the record is that of the whole page."""

import pytest

from ecnscrawl.pages.base import Page, read
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.limits import MAX_TAGS
from tests.pages.ecns_pages import INFO, SHARE, TEXT, page
from tests.saved_pages import SavedPage, articles

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
END = "<!--正文分页结束-->"
BODY = f"<p>{TEXT}</p><p>The pier was wet.</p><p>Gulls waited too.</p>"
SAVED = [each for each in articles() if each.site == "ecns" and END.encode() in each.body]


class WholePage(EcnsPage):
    """The same, always parsed to the end."""

    def parse(self, source: Source) -> Document:
        return Document(source)


def everything_read(page: Page) -> object:
    """All that a page says: what is read, how it ends, with and without the `</html>`, and what it links to.

    First what does not parse the rest.
    """
    before = read([page]), page.has_content, page.other_parts(), page.ending(is_closed=True)
    return before, page.ending(), page.ending(is_closed=False), page.canonical()


def is_parsed_whole(markup: str, url: str = URL) -> bool:
    return EcnsPage(Source(url, markup.encode())).document.is_fully_parsed


@pytest.mark.parametrize("saved", SAVED, ids=str)
def test_the_beginning_of_a_saved_page_gives_the_same_record_as_the_whole_page(saved: SavedPage) -> None:
    source = Source(saved.url, saved.body)
    assert EcnsPage(source).other_parts() == WholePage(source).other_parts()  # before all of it is parsed
    assert repr(everything_read(EcnsPage(source))) == repr(everything_read(WholePage(source)))


@pytest.mark.parametrize(
    "after",
    [
        "<me&#129;ta name=description content='A ferry is late.'>",
        '<script type="application/ld+json">{"@ty&#x8D;pe": "NewsArticle", "keywords": "ferries"}</script>',
    ],
)
def test_a_reference_to_no_character_makes_no_metadata(after: str) -> None:
    """The standard reads `&#129;` as a control character, and a page that is parsed whole does so too."""
    source = Source(URL, page(body=BODY + END, after=after).encode())
    assert not EcnsPage(source).document.is_fully_parsed
    assert repr(everything_read(EcnsPage(source))) == repr(everything_read(WholePage(source)))


def test_what_follows_the_body_is_not_parsed() -> None:
    assert not is_parsed_whole(page(body=BODY + END))
    links = "<a href='/x'>" * (MAX_TAGS + 1)
    assert read([EcnsPage(Source(URL, page(body=BODY + END, after=links).encode()))]).body.paragraphs[0] == TEXT


@pytest.mark.parametrize(
    "markup",
    [
        page(body=BODY),
        page(body=END),
        page(body=f"<div hidden>{END}</div>{BODY}"),
        page(body=f"<table><tr><td>a{END}</td><td>b</td></tr></table>{BODY}"),
        page(body=f"{BODY}<i>{END}"),
        page(body=f"<p>By Zhao Lei</p>{END}<p>{TEXT}</p>"),
        page(body=f'<a href="//x.com/Echinanews"><img src="/x.jpg"></a>{BODY}<script>{END}</script>'),
        page(body=BODY, head=f"<script>{END}</script>"),
        page(body=BODY, head=END),
        page(section="", body=BODY + END),
        page(info="", body=BODY + END),
        page(title="", body=BODY + END),
        page(info="<span>Xinhua</span>", body=BODY + END),
        page(body=BODY + END).replace("<title>x</title>", ""),
        page(body=BODY + END, after="<META name=description content='A ferry is late.'>"),
        page(body=BODY + END, after='<script type="application/LD+json">{"@type": "Article"}</script>'),
        page(body=BODY + END, after='<script type="application/ld&#43;json">{"@type": "Article"}</script>'),
        page(body=BODY + END, after='<script type="application/ld&#43json">{"@type": "Article"}</script>'),
        page(body=BODY + END, after='<script data-x="<>" type=application/ld+&#106;son>{"@type": "Article"}</script>'),
        page(body=BODY + END, after='<script type="application/ld&plus;json">{"\\u0040type": "Article"}</script>'),
        page(body=BODY + END, after="<a href='detail-ihtest1-p2.shtml'>2</a>"),
        page(body=BODY + END).replace("</h3>", ""),
        page(body=BODY + END).replace(f"{INFO}</div>", INFO),
    ],
    ids=[
        "no mark", "no body", "hidden mark", "mark in a row", "mark in another element", "only a byline before the mark",
        "mark in a script", "mark in a script of the head", "mark in the head", "no section", "no info line", "no headline", "no time",
        "no title", "metadata after it", "JSON-LD after it", "a plus sign by an entity", "an entity without its end",
        "a letter by an entity", "an escaped key", "another page", "open section", "open info line",
    ],
)  # fmt: skip
def test_a_page_is_parsed_to_its_end_where_the_rest_could_matter(markup: str) -> None:
    assert is_parsed_whole(markup)


def test_references_to_control_characters_mean_those_of_windows_in_a_beginning_too() -> None:
    found = EcnsPage(Source(URL, page(body=f"<p>China&#146;s ferry</p>{BODY}{END}", after="<p>&#147;").encode()))
    assert not found.document.is_fully_parsed
    assert found.blocks[0].text == "China’s ferry"


PAGER = '<div id="function_code_page"><a href="detail-ihtest1{}.shtml">{}</a></div>'
SECOND = URL.replace(".shtml", "-p2.shtml")


@pytest.mark.parametrize(
    ("url", "body", "parts"),
    [
        (URL, BODY + PAGER.format("-p2", 2) + END, {2: SECOND}),
        (URL, PAGER.format("-p2", 2) + BODY + END, {2: SECOND}),
        (SECOND, BODY + PAGER.format("", 1) + END, {}),
        (SECOND, BODY + PAGER.format("-p3", 3) + END, {3: SECOND.replace("p2", "p3")}),
    ],
)
def test_a_pager_before_the_end_of_the_body_is_enough(url: str, body: str, parts: dict[int, str]) -> None:
    source = Source(url, page(body=body).encode())
    read_as, whole = EcnsPage(source), WholePage(source)
    assert not read_as.document.is_fully_parsed
    assert read_as.other_parts() == whole.other_parts() == parts
    assert repr(read([read_as])) == repr(read([whole]))
    assert not read_as.document.is_fully_parsed


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_of_a_paged_article_is_parsed_to_its_end_where_the_rest_links_to_another_one(number: int) -> None:
    pager = PAGER.format(f"-p{number}" if number > 1 else "", number)
    assert is_parsed_whole(page(body=BODY + END, after=pager), SECOND)
    before = PAGER.format("-p2", 2)
    assert is_parsed_whole(page(body=BODY + before + END, after=pager), URL)


def test_a_page_without_an_end_tag_is_parsed_to_its_end_to_find_out_how_it_ends() -> None:
    cut = EcnsPage(Source(URL, page(body=BODY + END, share=SHARE).partition("</body>")[0].encode()))
    assert not cut.document.is_fully_parsed
    assert not cut.ending().is_whole
    assert cut.document.is_fully_parsed
