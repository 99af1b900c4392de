"""Pages of www.ecns.cn, with a part missing or written in another way."""

from time import process_time

import pytest

from ecnscrawl.pages.base import Extraction, read
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.ecns import EcnsPage
from ecnscrawl.pages.ecns.furniture import headline
from ecnscrawl.pages.ecns.infoline import InfoLine
from tests.saved_pages import SavedPage, articles, expected_of

URL = "https://www.ecns.cn/world/2026-11-23/detail-ihtest1.shtml"
OLD_URL = "https://www.ecns.cn/2014/05-06/112233.shtml"
TEXT = "The ferry was late again, and nobody on the pier was surprised by that."
INFO = "<span>2026-11-23 15:30:00</span><span>Xinhua</span><span>Editor  : Huang Fang</span><span><a href=/app>ECNS App Download</a></span>"
SHARE = (
    '<p style="text-align:center;"><a href="//www.facebook.com/echinanews"><img src="//image.cns.com.cn/facebook.jpg"></a>'
    ' <a href="//x.com/Echinanews"><img src="//image.cns.com.cn/x.jpg"></a></p>'
)


def page(
    *,
    title: str = "Ferry is late again",
    section: str = "<span>World</span>",
    info: str = INFO,
    body: str = f"<p>{TEXT}</p>",
    share: str = SHARE,
    head: str = "",
    after: str = "",
) -> str:
    return (
        f'<html><head><meta charset="utf-8"><title>x</title>{head}</head><body><h3 class="itemtit bitemblue">{section}</h3>'
        f'<h1 id="contitle"><!--x--> {title}</h1><div class="downinfo"><div class="share"><span>6</span></div>{info}</div>'
        f'<div class="content" id="yanse">{body}{share}</div>{after}</body></html>'
    )


def reading(markup: str, url: str = URL) -> Extraction:
    return read([EcnsPage(Source(url, markup.encode()))])


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        (["2026-10-03 09:34:32", "Xinhua", "Editor : Huang Fang", "ECNS App Download"], ("2026-10-03 09:34:32", "Xinhua", "Huang Fang")),
        (["2018-05-03 16:06", "Xinhua", "Editor: Gu Liping"], ("2018-05-03 16:06", "Xinhua", "Gu Liping")),
        (["2013-06-21 10:32", "Ecns.cn", "Web Editor: Wang Fan"], ("2013-06-21 10:32", "Ecns.cn", "Wang Fan")),
        (["2026-10-03 09:34:32", "Editor : Huang Fang"], ("2026-10-03 09:34:32", None, "Huang Fang")),
        (["2026-10-03 09:34:32", "", "Editor : Huang Fang"], ("2026-10-03 09:34:32", None, "Huang Fang")),
        (["2026-10-03 09:34:32", "Xinhua", "Editor :"], ("2026-10-03 09:34:32", "Xinhua", None)),
        (["2026-10-03 09:34:32", "Xinhua"], ("2026-10-03 09:34:32", "Xinhua", None)),
        (["2026-10-03 09:34:32 Xinhua", "Editor：Huang Fang"], ("2026-10-03 09:34:32", "Xinhua", "Huang Fang")),
        (["2026-10-03 09:34:32", "Source: China Daily"], ("2026-10-03 09:34:32", "China Daily", None)),
        (["2026-10-03 09:34:32", "Text: A A A Print", "ECNS App Download"], ("2026-10-03 09:34:32", None, None)),
        (["Xinhua"], (None, "Xinhua", None)),
        ([], (None, None, None)),
        # all of the line in one text
        (["2014-03-05 09:53 Xinhua Web Editor:Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2017-01-19 13:10 | Xinhua | Editor: Gu Liping"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2015-07-10 08:54Xinhua Editor: Mo Hong'e"], ("2015-07-10 08:54", "Xinhua", "Mo Hong'e")),
        (["1 2015-07-10 08:54Xinhua Editor: Mo Hong'e"], ("2015-07-10 08:54", "Xinhua", "Mo Hong'e")),
        (["2024-06-21 07:58:00China Daily Editor : Li Yan ECNS App Download"], ("2024-06-21 07:58:00", "China Daily", "Li Yan")),
        (["2017-06-23 08:45:02Xinhua Gu Liping ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", "Gu Liping")),
        (["2017-06-23 08:45:02 Editor: Gu Liping"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02 Xinhua"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02Science and Technology Daily Mo Hong'e"], ("2017-06-23 08:45:02", "Science and Technology Daily", "Mo Hong'e")),
        (["2017-06-23 08:45:02China Daily Hong Kong"], ("2017-06-23 08:45:02", "China Daily Hong Kong", None)),
        (["2017-06-23 08:45:02 Sixth Tone Gu Liping"], ("2017-06-23 08:45:02", None, None)),
        (["2014-03-05 09:53 Xinhua Web Editor Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2014-03-05 09:53", "Xinhua", "Editor Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        # on lines of their own
        (["2014-03-05 09:53", "Xinhua", "Web Editor:Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["1", "2014-03-05 09:53", "Xinhua", "Web Editor:", "Wang YuXia"], ("2014-03-05 09:53", "Xinhua", "Wang YuXia")),
        (["2014-03-05 09:53", "Editor:", "Xinhua"], ("2014-03-05 09:53", "Xinhua", None)),
        (["2014-03-05 09:53", "Editor:", "Xinhua", "Comments"], ("2014-03-05 09:53", "Xinhua", None)),
        (["2014-03-05 09:53", "China Daily", "Editor:", "Xinhua"], ("2014-03-05 09:53", "China Daily", None)),
        (["2014-03-05 09:53", "", "Editor: Xinhua"], ("2014-03-05 09:53", "Xinhua", None)),
        # what stands behind the editor is no source
        (["2017-01-19 13:10 | Editor: Gu Liping | Comments"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10 | Xinhua | Editor: Gu Liping | Comments"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "Gu Liping", "Comments"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "", "Gu Liping"], ("2017-01-19 13:10", None, "Gu Liping")),
        (["2017-01-19 13:10", "Editor:", "Comments"], ("2017-01-19 13:10", None, None)),
        (["2017-01-19 13:10", "Editor: Gu Liping", "Source: Xinhua"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        # an editor without the word
        (["2017-01-19 13:10", "Gu Liping", "Xinhua"], ("2017-01-19 13:10", "Xinhua", "Gu Liping")),
        (["2017-01-19 13:10 Gu Liping | China Daily"], ("2017-01-19 13:10", "China Daily", "Gu Liping")),
        (["2017-06-23 08:45:02", "Xinhua", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", "Gu Liping")),
        (["2017-06-23 08:45:02", "Sixth Tone", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", "Sixth Tone", "Gu Liping")),
        (["2017-06-23 08:45:02", "", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02", "", "Ann Lee", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Ann Lee")),
        (["2017-06-23 08:45:02", "Gu Liping", "ECNS App Download"], ("2017-06-23 08:45:02", None, "Gu Liping")),
        (["2017-06-23 08:45:02", "Sixth Tone", "ECNS App Download"], ("2017-06-23 08:45:02", None, None)),
        (["2017-06-23 08:45:02", "Sixth Tone", "", "ECNS App Download"], ("2017-06-23 08:45:02", "Sixth Tone", None)),
        (["2017-06-23 08:45:02", "", "Xinhua", "ECNS App Download"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02", "Hunan Daily", "ECNS App Download"], ("2017-06-23 08:45:02", "Hunan Daily", None)),
        (["2017-06-23 08:45:02", "Wen Wei Po", "ECNS App Download"], ("2017-06-23 08:45:02", "Wen Wei Po", None)),
        (["2017-06-23 08:45:02", "Xinhua", "5 comments"], ("2017-06-23 08:45:02", "Xinhua", None)),
        (["2017-06-23 08:45:02", "", "", ""], ("2017-06-23 08:45:02", None, None)),
    ],
)  # fmt: skip
def test_the_info_line_is_told_by_the_form_of_its_pieces(
    spans: list[str], expected: tuple[str | None, str | None, str | None]
) -> None:
    assert InfoLine.of(spans) == InfoLine(*expected)


@pytest.mark.parametrize("suffix", ["-Ecns.cn", " - ECNS", " | Ecns.cn", "_Ecns.cn", " – ecns.cn ", ""])
def test_a_headline_has_no_site_name_behind_it(suffix: str) -> None:
    assert headline(f"Ferry is late again{suffix}") == "Ferry is late again"


def test_a_source_whose_name_ends_in_the_label_keeps_its_name() -> None:
    assert InfoLine.of(["China Resource: The Magazine"]).source == "China Resource: The Magazine"


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


def test_the_numbers_of_the_share_box_are_not_in_the_info_line() -> None:
    assert reading(page()).values["source"] == "Xinhua"


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


def test_the_pager_is_not_in_the_body() -> None:
    body = f'<p>{TEXT}</p><div id="function_code_page"><a href="{OLD_URL}">1</a> <a href="x">下一页</a></div>'
    assert reading(page(body=body)).body.paragraphs == [TEXT]


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


def test_without_a_source_none_is_guessed() -> None:
    info = "<span>2026-11-23 15:30:00</span><span></span><span>Editor: Huang Fang</span>"
    assert "source" not in reading(page(info=info, head='<meta name="source" content="ecns">')).values


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


@pytest.mark.parametrize(
    "info",
    [
        "<span>2015-07-10 08:54Xinhua Editor: Mo Hong'e</span>",
        "2015-07-10 08:54Xinhua Editor: Mo Hong'e",
        "1 2015-07-10 08:54Xinhua Editor: Mo Hong'e",
        "<em>1</em> 2015-07-10 08:54 | Xinhua | Editor: Mo Hong'e",
        "<span>1</span><span>2015-07-10 08:54</span><span>Xinhua</span><span>Mo Hong'e</span><a href=/app>ECNS App Download</a>",
        "2015-07-10 08:54<br>Xinhua<br>Web Editor:Mo Hong'e",
        "<p>2015-07-10 08:54</p><p>Xinhua</p><p>Web Editor: <b>Mo Hong'e</b></p>",
        "2015-07-10 08:54 <span>Xinhua</span> <span>Editor: Mo Hong'e</span>",
    ],
)
def test_the_info_line_in_any_markup(info: str) -> None:
    found = reading(page(info=info), OLD_URL)
    assert {found.extractors[name] for name in ("published_at", "source", "editor")} == {"layout"}
    changed = reading(page(info=info).replace("downinfo", "x").replace("yanse", "y").replace("contitle", "z"), OLD_URL)
    assert {changed.extractors[name] for name in ("published_at", "source", "editor")} == {"text"}
    for each in (found, changed):
        assert [each.values[name] for name in ("published_at", "source", "editor")] == [
            "2015-07-10 08:54",
            "Xinhua",
            "Mo Hong'e",
        ]
        assert each.body.paragraphs == [TEXT]


@pytest.mark.parametrize(
    "before",
    ["<h1>Ferry is late again</h1>", "<h1>Ferry is late again</h1><hr>", "<div><h1>Ferry is late again</h1></div>"],
)
def test_an_info_line_between_paragraphs_is_not_in_the_body(before: str) -> None:
    line = "2015-07-10 08:54Xinhua Editor: Mo Hong'e"
    markup = f"<html><body>{before}{line}<p>{TEXT}</p><p>{TEXT * 8}</p>{SHARE}</body></html>"
    found = reading(markup, OLD_URL)
    assert [found.values[name] for name in ("published_at", "source", "editor")] == [
        "2015-07-10 08:54",
        "Xinhua",
        "Mo Hong'e",
    ]
    assert (found.extractors["blocks"], found.body.paragraphs) == ("text", [TEXT, TEXT * 8])


def test_without_the_word_editor_such_a_line_ends_with_its_text() -> None:
    markup = f"<html><body><h1>Ferry is late again</h1>2015-07-10 08:54 Xinhua<p>Gu Liping</p><p>{TEXT * 8}</p>{SHARE}</body></html>"
    found = reading(markup, OLD_URL)
    assert (found.values.get("source"), found.values.get("editor")) == ("Xinhua", None)
    assert found.body.paragraphs == ["Gu Liping", TEXT * 8]
