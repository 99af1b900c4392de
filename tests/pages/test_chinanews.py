"""Pages of www.chinanews.com.cn, with a part missing or written in another way."""

import re
from time import process_time

import pytest

from ecnscrawl.loaders import publication_time
from ecnscrawl.normalize.timestamps import to_text
from ecnscrawl.pages.base import Extraction, read
from ecnscrawl.pages.chinanews import ChinanewsPage
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.endings import Ending
from ecnscrawl.sites.chinanews import CHINANEWS
from tests.saved_pages import SavedPage, articles, expected_of

PAGES = {str(page): page for page in articles() if page.site == "chinanews"}
BRIDGE, ICE, UMBRELLAS, STATION = (
    PAGES[name]
    for name in ("2008-covered-bridge", "2010-ice-cutters", "2016-umbrella-mender", "2024-grassland-station")
)
every_layout = pytest.mark.parametrize("page", [BRIDGE, ICE, UMBRELLAS, STATION], ids=str)


def page_of(saved: SavedPage, *changes: tuple[str, str]) -> ChinanewsPage:
    """The page with these changes of its markup."""
    charset = "utf-8" if b"utf-8" in saved.body[:1000].lower() else "gb18030"
    text = saved.body.decode(charset)
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return ChinanewsPage(Source(saved.url, text.encode(charset), None, "zh-CN", "gb18030"))


def reading(saved: SavedPage, *changes: tuple[str, str]) -> Extraction:
    return read([page_of(saved, *changes)])


def test_there_is_a_saved_page_of_each_layout() -> None:
    assert {expected_of(page)["layout"] for page in PAGES.values()} == set(ChinanewsPage.layouts)


#: What the generic reader calls the reading that is nearest to a body, see docs/generic-reader.md.
READINGS = {"trafilatura", "readability", "article-body", "blocks"}


@every_layout
def test_a_page_whose_classes_and_ids_have_changed_is_read_by_its_words(page: SavedPage) -> None:
    text = page_of(page).document.markup
    renamed = re.sub(r"""\b(class|id)=(?:"[^"]*"|'[^']*'|[\w-]+)""", r'\1="x"', text)
    extraction = read([ChinanewsPage(Source(page.url, renamed.encode(), "utf-8", "zh-CN"))])
    expected = expected_of(page)
    assert extraction.layout == "generic"
    assert {name: extraction.values[name] for name in ("title", "source", "editor")} == {
        name: expected[name] for name in ("title", "source", "editor")
    }
    published = publication_time(extraction, CHINANEWS.zone)
    assert published is not None
    assert to_text(published.at)[:16] == expected["published_at"][:16]
    assert extraction.extractors["blocks"] in READINGS
    assert {name for key, name in extraction.extractors.items() if key != "blocks"} <= {"metadata", "text", "generic"}


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("作者：杨堃", ["杨堃"]),
        ("作者：杨堃 李维", ["杨堃", "李维"]),
        ("作者：杨堃、约翰·史密斯", ["杨堃", "约翰·史密斯"]),
        ("作者：John Smith", ["John Smith"]),
        ("作者：", []),
        ("", []),
    ],
)
def test_the_authors_are_those_that_the_page_names_as_such(markup: str, expected: list[str]) -> None:
    extraction = reading(UMBRELLAS, ("作者：杨堃", markup))
    assert extraction.values.get("authors", []) == expected


@pytest.mark.parametrize(
    ("author", "expected"),
    [("", ["黄雨桐", "罗志强"]), ("安利敏", ["黄雨桐", "罗志强"]), ("黄雨桐", ["黄雨桐"])],
    ids=["none", "the editor", "another"],
)
def test_a_byline_counts_where_the_author_is_only_the_editor_again(author: str, expected: list[str]) -> None:
    extraction = reading(PAGES["2013-screw-museum"], ("作者：", f"作者：{author}"))
    assert extraction.values["authors"] == expected
    assert not any("黄雨桐" in paragraph for paragraph in extraction.body.paragraphs)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ([], "于晓"),
        ([("责任编辑：于晓", "责任编辑：")], "于晓"),
        ([("责任编辑：于晓", ""), ("【编辑:于晓】", "【责任编辑：于晓】")], "于晓"),
        ([("责任编辑：于晓", ""), ("【编辑:于晓】", "【编辑:于晓 李维】")], "于晓 李维"),
        ([("责任编辑：于晓", ""), ("【编辑:于晓】", "")], None),
    ],
)
def test_the_editor_is_named_in_a_hidden_element_or_below_the_body(
    changes: list[tuple[str, str]], expected: str | None
) -> None:
    assert reading(UMBRELLAS, *changes).values.get("editor") == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("来源：闽北日报 ", "来源：新华网 ", "新华网"),
        ("来源：闽北日报 ", "来源:经济日报-中国经济网 ", "经济日报-中国经济网"),
        ("来源：闽北日报 ", "来源： ", None),
        ("来源：闽北日报 ", "", None),
    ],
)
def test_a_source_is_what_follows_the_word_for_it_but_no_button(old: str, new: str, expected: str | None) -> None:
    assert reading(BRIDGE, (old, new)).values.get("source") == expected


def test_the_time_of_the_last_change_is_that_of_the_articles_own_number() -> None:
    other = reading(ICE, ("<!--[4,8,2053118] published at", "<!--[4,8,2053119] published at"))
    assert "updated_at" not in other.values


def test_an_editor_in_a_paragraph_of_the_body_is_no_text() -> None:
    extraction = reading(
        BRIDGE, ('</div>\n\t\t\t\t\t<div id="partner">', '<p>【编辑:周明泽】</p></div><div id="partner">')
    )
    assert "周明泽" not in "".join(extraction.body.paragraphs)


@every_layout
def test_a_page_of_each_layout_ends_in_its_mark(page: SavedPage) -> None:
    assert page_of(page).ending() is Ending.MARKED


def test_a_page_without_its_mark_is_counted_as_a_redesign() -> None:
    changes = [("function_code_page", "pager"), ("adEditor", "who"), ("left_name", "who"), ("<!--正文end-->", "")]
    assert page_of(STATION, *changes).ending() is Ending.UNMARKED


@every_layout
def test_a_page_that_is_cut_off_after_its_body_lacks_its_editor_or_is_whole(page: SavedPage) -> None:
    body, whole = page.body, read([page_of(page)])
    for end in range(len(body) - 3000, len(body), 40):
        cut = ChinanewsPage(Source(page.url, body[:end], None, "zh-CN", "gb18030"))
        if cut.ending().is_whole:
            assert read([cut]).values == whole.values


def test_a_pager_leads_to_the_other_pages_only() -> None:
    page = page_of(PAGES["2010-tea-ledger"], ('_2.shtml" target="_self">2<', '_3.shtml" target="_self">3<'))
    assert page.other_parts() == {
        number: f"https://www.chinanews.com.cn/cj/news/2010/09-12/2527633_{number}.shtml" for number in (2, 3)
    }
    other = page_of(PAGES["2010-tea-ledger"], ("2527633_2.shtml", "2527634_2.shtml"))
    assert other.other_parts() == {}


def test_a_pager_with_a_link_that_is_no_address_still_leads_to_the_others() -> None:
    markup = PAGES["2010-tea-ledger"].body.decode("gb18030")
    at = markup.index("function_code_page")
    at = markup.index(">", at) + 1
    page = ChinanewsPage(
        Source(PAGES["2010-tea-ledger"].url, f"{markup[:at]}<a href='//['>1</a>{markup[at:]}".encode("gb18030"))
    )
    assert list(page.other_parts()) == [2]


def test_a_video_without_an_editor_has_no_end_mark_to_miss() -> None:
    changed = PAGES["2026-video"].body.decode().replace('<p class="content_editor">责任编辑：【叶攀】</p>', "")
    page = ChinanewsPage(Source(PAGES["2026-video"].url, changed.encode()))
    assert page.ending() is Ending.PLAIN
    assert "editor" not in page.extracted[0]


@pytest.mark.parametrize(
    "player",
    [
        'var videojsList = ["https://v.example.org/a.mp4"]',
        'so.addVariable("vInfo", "https://v.example.org/a.mp4");',
        """b.innerHTML="<video id='html5video' src='https://v.example.org/a.mp4' controls>";""",
        'var vod = {source: "https://v.example.org/a.mp4", width: 1};',
    ],
)
def test_the_video_is_the_one_that_the_player_of_the_page_gets(player: str) -> None:
    text = PAGES["2026-video"].body.decode()
    start, end = text.index("var vod"), text.index("};</script>") + 2
    page = ChinanewsPage(Source(PAGES["2026-video"].url, (text[:start] + player + text[end:]).encode()))
    assert [video for video, _, _ in read([page]).body.videos] == ["https://v.example.org/a.mp4"]


@pytest.mark.parametrize(
    ("above", "pictures"),
    [
        ('<div><img src="/a.jpg"></div><p>图为大桥。 李维 摄</p>', [("/a.jpg", "图为大桥。 李维 摄")]),
        ('<div id="ad_zw"><a href="/x"><img src="/ad.jpg"></a></div>', []),
        ('<div id="tupian_div"><a href="/x">视频搜索</a></div>', []),
    ],
    ids=["a picture", "an advertisement", "a button"],
)
def test_pictures_above_the_body_are_the_articles(above: str, pictures: list[tuple[str, str]]) -> None:
    extraction = reading(PAGES["2026-guqin"], ("<!-- 显示图片 -->", above))
    whole = reading(PAGES["2026-guqin"])
    assert extraction.body.pictures == pictures + whole.body.pictures
    assert extraction.body.paragraphs == whole.body.paragraphs


PICTURES = """var picsJson={"pics":[
 {"id":"1","thumbPicUrl":"/s.jpg","bigPicUrl":"/a.jpg","alt":"雪","articleTitle":"哈尔滨的雪。<br/>李维 摄"},
 {"id":"2","middlePicUrl":"/b.jpg","articleTitle":""}]};"""


@pytest.mark.parametrize(
    ("script", "pictures"),
    [
        (PICTURES, [("/a.jpg", "哈尔滨的雪。李维 摄"), ("/b.jpg", None)]),
        ("var picsJson={};", []),
        ('var picsJson={"pics":[1,{"bigPicUrl":2}]};', []),
        ('var picsJson={"pics":{"1":', []),
    ],
)
def test_an_older_gallery_has_its_captions_in_a_script(script: str, pictures: list[tuple[str, str | None]]) -> None:
    markup = f"""<html><head><title>雪-中新网</title></head><body><script>{script}</script>
    <div>发布时间：2019-03-10 12:46:29 【编辑：李骏】</div></body></html>"""
    page = ChinanewsPage(Source("https://www.chinanews.com.cn/tp/hd2011/2019/03-10/869999.shtml", markup.encode()))
    extraction = read([page])
    assert extraction.body.pictures == pictures
    assert extraction.values["published_at"] == ["2019-03-10 12:46:29"]
    assert (extraction.layout, extraction.values["title"], extraction.values["editor"]) == ("gallery", "雪", "李骏")
    assert page.ending() is Ending.PLAIN


@pytest.mark.parametrize(
    "piece",
    [
        '<div class="left_zw"><p>雪</p></div>', '<div class="title0">雪</div>', '<div class="left_name">【编辑:</div>',
        '<div class="left_ph"><img src="/a.jpg"></div>', '<div id="function_code_page"><a href="1_2.shtml">2</a></div>',
        "<image><![CDATA[", "var picsJson={", "<!--[4,8,1] published at ", "来源：", "【编辑:", "作者：", "—", "2016年09月11日 ",
    ],
)  # fmt: skip
def test_a_page_that_repeats_a_mark_is_read_in_a_moment(piece: str) -> None:
    many = piece * (200_000 // len(piece))
    head = f"<html><head><title>{many[:100_000]}</title></head><body><h1 class='content_left_title'>雪</h1>"
    begun = process_time()
    page = ChinanewsPage(Source("https://www.chinanews.com.cn/gn/2016/09-11/1.shtml", f"{head}{many}".encode()))
    read([page])
    page.ending()
    page.other_parts()
    assert process_time() - begun < 5
