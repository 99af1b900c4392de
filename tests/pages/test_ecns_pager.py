"""Articles of www.ecns.cn with several pages: their addresses, and pagers, which are not text."""

from time import process_time

import pytest

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from tests.pages.ecns_pages import OLD_URL, TEXT, URL, page, reading


def test_the_pager_is_not_in_the_body() -> None:
    body = f'<p>{TEXT}</p><div id="function_code_page"><a href="{OLD_URL}">1</a> <a href="x">下一页</a></div>'
    assert reading(page(body=body)).body.paragraphs == [TEXT]


@pytest.mark.parametrize("path", ["hd", "photo", "visual", "m/hd"])
def test_the_bare_numbers_of_a_gallery_are_not_in_the_body(path: str) -> None:
    body = "<p align=center><img src='/a.jpg'></p><p>1</p><p>Ice. (Photo/Xinhua)</p>"
    found = reading(page(body=body), URL.replace("world", path))
    assert found.body.paragraphs == []
    assert found.body.pictures == [("/a.jpg", "Ice. (Photo/Xinhua)")]


def test_a_bare_number_elsewhere_is_text() -> None:
    assert reading(page(body=f"<p>{TEXT}</p><p>7</p>")).body.paragraphs == [TEXT, "7"]


@pytest.mark.parametrize(
    ("markup", "url", "expected"),
    [
        (page(), URL, {}),
        (page(head="<script>p('detail-ihtest1-p2.shtml', 'detail-ihtest1-p3.shtml')</script>"), URL, {2: "-p2", 3: "-p3"}),
        (page(head="<script>p('detail-ihtest1-p3.shtml')</script>"), URL.replace(".shtml", "-p2.shtml"), {3: "-p3"}),
        (page(head="<a href='detail-ihtest10-p2.shtml'>other</a><a href='detail-ihtest1-p1.shtml'>1</a>"), URL, {}),
        (page(after='<div id="function_code_page"><a href="/2014/05-06/112233_2.shtml">2</a></div>'), OLD_URL, {2: "_2"}),
        (page(after='<div id="function_code_page"><a href="112233_3.shtml">3</a><a href="112233_2.shtml">2</a></div>'), OLD_URL, {2: "_2", 3: "_3"}),
        (page(after='<div id="function_code_page"><a href="/2014/05-06/999999_2.shtml">2</a></div>'), OLD_URL, {}),
        (page(after='<p><a href="/2014/05-06/112233_2.shtml">2</a></p>'), OLD_URL, {2: "_2"}),
        (page(after='<p><a href="112233-p2.shtml">2</a><a href="http://ecns.cn/m/2014/05-06/112233_3.shtml?x=1">3</a></p>'), OLD_URL, {2: "-p2", 3: "_3"}),
        (page(after='<a href="/2014/05-07/112233_2.shtml">another</a><a href="/2014/05-06/112233_0.shtml">0</a>'), OLD_URL, {}),
        (page(head="<script>var next = '112233_2.shtml', all = '/2014/05-06/112233_3.shtml', x = '/2013/05-06/112233_4.shtml'</script>"), OLD_URL, {2: "_2", 3: "_3"}),
    ],
)  # fmt: skip
def test_the_other_pages_of_a_paged_article(markup: str, url: str, expected: dict[int, str]) -> None:
    stem = (URL if url.startswith(URL.removesuffix(".shtml")) else OLD_URL).removesuffix(".shtml")
    parts = EcnsPage(Source(url, markup.encode())).other_parts()
    assert parts == {number: f"{stem}{ending}.shtml" for number, ending in expected.items()}


def test_an_article_with_another_number_is_not_a_page_of_this_one() -> None:
    pager = '<div id="function_code_page"><a href="/2014/05-06/1122334_2.shtml">2</a></div>'
    assert EcnsPage(Source(OLD_URL, page(after=pager).encode())).other_parts() == {}


def test_of_several_pages_the_first_gives_the_fields_and_all_of_them_the_body() -> None:
    second = page(title="Ferry is late again (2)", info="", body="<p>More.</p>")
    third = page(title="x", body="<p>The end.</p><p>By Zhao Lei</p>")
    found = read([EcnsPage(Source(URL, markup.encode())) for markup in (page(), second, third)])
    assert found.values["title"] == "Ferry is late again"
    assert found.body.paragraphs == [TEXT, "More.", "The end."]
    assert found.values["authors"] == ["Zhao Lei"]


@pytest.mark.parametrize(
    "pager",
    [
        '<p align="center"><a href="/2014/05-06/112233.shtml">1</a> <a href="/2014/05-06/112233_2.shtml">2</a></p>',
        '<p>1 <a href="112233_2.shtml">2</a> <a href="112233_3.shtml">3</a> <a href="112233_2.shtml">Next page</a></p>',
        '<div class="page"><b>1</b> | <span><a href="112233_2.shtml">2</a></span> <a href="112233_2.shtml">下一页</a></div>',
        '1 <a href="112233_2.shtml">2</a> <a href="112233_2.shtml">&gt;&gt;</a>',
        '<center>[1] <a href="112233-p2.shtml">[2]</a></center>',
        '<ul><li>1</li><li><a href="112233_2.shtml">2</a></li><li><a href="112233_2.shtml">Next</a></li></ul>',
        '<table><tr><td>Page 1 of 2</td><td><a href="112233_2.shtml">Next</a></td></tr></table>',
    ],
)
@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_pager_is_not_in_the_body_wherever_it_is(pager: str, at_the_end: bool) -> None:
    body = f"<p>{TEXT}</p>{pager}" if at_the_end else f"{pager}<p>{TEXT}</p>"
    markup = page(body=body)
    assert reading(markup, OLD_URL).body.paragraphs == [TEXT]
    assert reading(markup.replace("yanse", "x").replace("downinfo", "y"), OLD_URL).body.paragraphs == [TEXT]
    assert list(EcnsPage(Source(OLD_URL, markup.encode())).other_parts()) in ([2], [2, 3])


def test_a_link_to_another_page_in_a_sentence_is_text() -> None:
    body = f'<p>{TEXT} See <a href="112233_2.shtml">the second page</a> for the fares.</p>'
    assert reading(page(body=body), OLD_URL).body.paragraphs == [f"{TEXT} See the second page for the fares."]


def test_a_picture_that_leads_to_the_next_page_is_the_articles() -> None:
    body = '<p align="center"><a href="112233_2.shtml"><img src="/a.jpg"></a></p><p>Ice. (Photo/Xinhua)</p>'
    assert reading(page(body=body), OLD_URL).body.pictures == [("/a.jpg", "Ice. (Photo/Xinhua)")]


def test_many_digits_that_are_not_a_pager_are_read_fast() -> None:
    begun = process_time()
    body = f'<p>{"1" * 5000}x</p><p>{"1 " * 5000}x</p><a href="112233_2.shtml">{"12" * 200}x</a>'
    markup = page(body=body)
    reading(markup, OLD_URL)
    reading(markup.replace("yanse", "x").replace("downinfo", "y"), OLD_URL)
    assert process_time() - begun < 2


@pytest.mark.parametrize(
    ("title", "url", "expected"),
    [
        ("Ferry is late (2)", OLD_URL.replace(".shtml", "_2.shtml"), "Ferry is late"),
        ("Ferry is late (2)", URL.replace(".shtml", "-p2.shtml"), "Ferry is late"),
        ("Ferry is late (2)", URL, "Ferry is late (2)"),
        ("Ferry is late (3)", URL.replace(".shtml", "-p2.shtml"), "Ferry is late (3)"),
        ("Ferry is late (4/16)", "https://www.ecns.cn/visual/hd/2014/03-13/34871.shtml", "Ferry is late"),
        ("Ferry is late (4/16)", URL.replace("/world/", "/hd/"), "Ferry is late"),
        ("Ferry is late (4/16)", URL, "Ferry is late (4/16)"),
        ("Ferry is late (2025)", URL.replace("/world/", "/hd/"), "Ferry is late (2025)"),
    ],
)
def test_the_headline_has_no_number_of_a_page_or_picture(title: str, url: str, expected: str) -> None:
    markup = page(title=title)
    assert reading(markup, url).values["title"] == expected
    for other in ("contitle", "yanse"):
        markup = markup.replace(other, "x")
    assert reading(markup, url).values["title"] == expected
    assert (
        reading(markup.replace("h1", "b").replace("<title>x", f"<title>{title}-Ecns.cn"), url).values["title"]
        == expected
    )
    tagged = f'<html><head><meta name="twitter:title" content="{title}"></head><body></body></html>'
    assert reading(tagged, url).values["title"] == expected
