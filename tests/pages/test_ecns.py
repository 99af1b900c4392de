"""Pages of www.ecns.cn, with a part missing or written in another way."""

from time import process_time

import pytest

from ecnscrawl.pages.base import read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.ecns.furniture import headline
from tests.pages.ecns_pages import OLD_URL, TEXT, URL, page, reading
from tests.saved_pages import SavedPage, articles, expected_of


@pytest.mark.parametrize("suffix", ["-Ecns.cn", " - ECNS", " | Ecns.cn", "_Ecns.cn", " – ecns.cn ", ""])
def test_a_headline_has_no_site_name_behind_it(suffix: str) -> None:
    assert headline(f"Ferry is late again{suffix}") == "Ferry is late again"


@pytest.mark.parametrize(
    "markup",
    [
        "<h2><div><span>2026-10-03" * 4000,
        "<div>2026-10-03 09:34:32" + "<span>x" * 1500 + "<i>y</i>" * 8000,
        '<div id="function_code_page"><a href="/world/2026-10-03/x_2.shtml">2</a>' * 4000,
        '<div><a href="detail-ihtest1-p2.shtml">2</a>' * 4000,
    ],
    ids=["headings", "info line", "pager", "pager elsewhere"],
)
def test_deeply_nested_elements_are_read_fast(markup: str) -> None:
    url = "https://www.ecns.cn/world/2026-10-03/detail-ihtest1.shtml"
    begun = process_time()
    page = EcnsPage(Source(url, f"<title>A title</title>{markup}".encode()))
    page.other_parts()
    read([page])
    assert process_time() - begun < 5


def test_a_headline_that_speaks_of_the_site_keeps_it() -> None:
    assert headline("New app for readers of Ecns.cn") == "New app for readers of Ecns.cn"


def test_every_field_comes_from_the_layout() -> None:
    found = reading(page(head="<!--publish at 2026-11-23 15:40:00-->"))
    assert found.values == {
        "title": "Ferry is late again", "published_at": "2026-11-23 15:30:00", "updated_at": "2026-11-23 15:40:00",
        "source": "Xinhua", "editor": "Huang Fang", "section": "World",
    }  # fmt: skip
    assert found.body.paragraphs == [TEXT]
    assert set(found.extractors.values()) == {"layout"}


def test_the_share_pictures_at_the_end_are_not_the_articles() -> None:
    assert reading(page()).body.pictures == []


def test_a_text_link_to_a_social_network_is_the_articles() -> None:
    body = f'<p>{TEXT}</p><p>She wrote it <a href="https://x.com/ferry">on X</a> first.</p>'
    assert reading(page(body=body)).body.paragraphs == [TEXT, "She wrote it on X first."]


def test_only_what_stands_between_the_comments_round_the_body_is_text() -> None:
    body = f"<p>Play</p><!--正文分页开始--><p>{TEXT}</p><!--正文分页结束--><p>Pager</p>"
    assert reading(page(body=body)).body.paragraphs == [TEXT]


def test_a_video_before_the_beginning_of_the_text_is_the_articles() -> None:
    body = f"<div><video src='/a.mp4'></video>Play</div><!--正文分页开始--><p>{TEXT}</p><!--正文分页结束-->"
    found = reading(page(body=body))
    assert found.body.videos == [("/a.mp4", None, None)]
    assert found.body.paragraphs == [TEXT]


def test_a_stray_end_tag_does_not_cut_the_body_short() -> None:
    body = f"<p>{TEXT}</p></div><p>More of it.</p>"
    after = '<h3 class="itemtit"><span>Related news</span></h3><ul class="newslst04"><li><p>Other</p></li></ul>'
    assert reading(page(body=body, after=after)).body.paragraphs == [TEXT, "More of it."]


def test_related_stories_are_not_the_articles() -> None:
    after = '<!--新系统的相关报道start--><ul class="newslst04"><li><p><a href="/x">Other</a></p></li></ul>'
    assert reading(page(after=after)).body.paragraphs == [TEXT]
    assert reading(page(share="", after=after)).body.paragraphs == [TEXT]


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("<span>Politics</span>", "Politics"),
        ("<span>Home /</span><span>Politics</span>", "Politics"),
        ("<div><em>A</em></div><span>Home /</span><span> Sci-tech </span>", "Sci-tech"),
        ("<span>Home /</span>", None),
        ("<span></span>", None),
        ("", None),
    ],
)
def test_the_section_is_the_last_of_the_spans(section: str, expected: str | None) -> None:
    assert reading(page(section=section)).values.get("section") == expected


@pytest.mark.parametrize(
    ("comment", "url", "expected"),
    [
        ("<!--publish at 2025-01-10 16:52:22-->", URL, "2025-01-10 16:52:22"),
        ("<!-- publish at 2025-01-10 16:52 -->", URL, "2025-01-10 16:52"),
        ("<!--published at 2026-10-03 10:34:03 by-->", URL, None),
        ("<!--[886,1,112233] published at 2018-05-03 16:06:55 from #10 by x -->", OLD_URL, "2018-05-03 16:06:55"),
        ("<!--[886,6,22] published at 2015-06-03 15:30:23 from #10 by x -->", OLD_URL, None),
        ("", URL, None),
    ],
)
def test_the_last_publish_time_is_the_articles_own(comment: str, url: str, expected: str | None) -> None:
    assert reading(page(head=comment), url).values.get("updated_at") == expected


@pytest.mark.parametrize(
    ("markup", "url", "expected"),
    [
        (page(), URL, "new-cms"),
        (page(head="<!--publish at 2025-01-10 16:52:22-->"), URL, "new-cms"),
        (page(section="<span>Home /</span><span>World</span>"), URL, "2026"),
        (page(head="<!--[886,1,112233] published at 2018-05-03 16:06:55 from #10 by x -->"), OLD_URL, "old-cms"),
        (page().replace("<title>x", "<title>Ferry is late again-Ecns.cn"), URL, "mobile"),
        (page(), URL.replace("/world/", "/m/world/"), "mobile"),
        ("<html><body><h1>Ferry</h1><p>Late.</p></body></html>", URL, "generic"),
        ("", URL, "generic"),
    ],
)
def test_a_page_has_the_layout_of_its_years(markup: str, url: str, expected: str) -> None:
    assert reading(markup, url).layout == expected


@pytest.mark.parametrize("article", [article for article in articles() if article.site == "ecns"], ids=str)
def test_a_saved_page_is_read_by_its_layout(article: SavedPage) -> None:
    found, expected = read([EcnsPage(Source(article.url, article.body))]), expected_of(article)
    fields = ["title", "published_at", "blocks", *(name for name in ("source", "editor", "section") if expected[name])]
    assert {name: found.extractors.get(name) for name in fields} == dict.fromkeys(fields, "layout")


def test_a_byline_leaves_the_body_and_a_dateline_stays() -> None:
    body = f"<p>By Zhao Lei and Xu Wei</p><p>BEIJING, Nov. 23 (Xinhua) -- {TEXT}</p>"
    found = reading(page(body=body))
    assert found.values["authors"] == ["Zhao Lei", "Xu Wei"]
    assert found.dateline == "BEIJING"
    assert found.body.paragraphs == [f"BEIJING, Nov. 23 (Xinhua) -- {TEXT}"]


@pytest.mark.parametrize("between", ["<br>", "<br/>\n", " ", "<br><br>", "</p><p>"])
def test_a_byline_before_a_dateline_leaves_the_body(between: str) -> None:
    found = reading(page(body=f"<p>By John Lee{between}(ECNS) -- {TEXT}</p><p>More.</p>"))
    assert found.values["authors"] == ["John Lee"]
    assert found.dateline is None
    assert found.body.paragraphs == [f"(ECNS) -- {TEXT}", "More."]


def test_a_byline_before_a_dateline_with_a_place_leaves_the_place() -> None:
    found = reading(page(body=f"<p>By John Lee<br>ANCHORAGE, the United States, March 19 (Xinhua) -- {TEXT}</p>"))
    assert found.values["authors"] == ["John Lee"]
    assert found.dateline == "ANCHORAGE"
    assert found.body.paragraphs == [f"ANCHORAGE, the United States, March 19 (Xinhua) -- {TEXT}"]
