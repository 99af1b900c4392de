"""Which pages may be filled in by scripts, and which have content without."""

import pytest
from lxml import etree, html

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.ecns import EcnsPage

URL = "https://www.ecns.cn/world/2025-03-10/detail-ihnewsst1000001.shtml"
SHARE_BAR = '<p style="text-align:center"><a href="//x.com/Echinanews"><img src="//image.cns.com.cn/x.jpg"></a></p>'
PAGER = '<div id="function_code_page"><a href="detail-ihnewsst1000001-p2.shtml">2</a></div>'


def page(body: str) -> bytes:
    return f'<html><body><h1 id="contitle">Snow</h1><div id="yanse">{body}</div></body></html>'.encode()


@pytest.mark.parametrize(
    ("markup", "has_scripts"),
    [
        ("<p>plain</p>", False),
        ("<script src=/js/page.js></script>", True),
        ("<script>write()</script>", True),
        ('<script type="application/ld+json">{}</script>', False),
        ("<body onload='write()'>", True),
    ],
)
def test_a_page_has_scripts_if_they_may_write_content(markup: str, *, has_scripts: bool) -> None:
    assert Document(Source(URL, markup.encode())).has_scripts == has_scripts


BODIES = [
    ("", False),
    (SHARE_BAR, False),
    (f"<p>&nbsp;</p>{PAGER}{SHARE_BAR}", False),
    ("<script>var ad = '<p>x</p>';</script>", False),
    ("<p>It snowed.</p>", True),
    ("<p><b>It</b> snowed.</p>", True),
    ("It snowed.<br>It melted.", True),
    ("<ul><li>Snow</li></ul>", True),
    ('<p><img src="//image.cns.com.cn/snow.jpg"></p>', True),
    ('<video src="//video.cns.com.cn/snow.mp4"></video>', True),
]


@pytest.mark.parametrize(("body", "is_there"), BODIES)
def test_rendering_waits_for_the_elements_of_a_body(body: str, *, is_there: bool) -> None:
    assert EcnsPage.awaited is not None
    assert bool(etree.XPath(EcnsPage.awaited)(html.document_fromstring(page(body)))) == is_there
    assert EcnsPage(Source(URL, page(body))).has_content == is_there


def test_a_byline_alone_does_not_count_as_content() -> None:
    assert not EcnsPage(Source(URL, page("<p>By Zhao Lei</p>"))).has_content


def test_a_listing_is_rendered_when_it_links_to_articles() -> None:
    assert EcnsPage.awaited_in_listing is not None
    find = etree.XPath(EcnsPage.awaited_in_listing)
    assert not find(html.document_fromstring('<nav><a href="/world/">World</a></nav><ul class="bizlst"></ul>'))
    assert find(html.document_fromstring(f'<a href="{URL}">Snow</a>'))
    assert find(html.document_fromstring('<ul class="bizlst"><li><a href="/2013/06-21/69606.shtml">Snow</a></li></ul>'))
