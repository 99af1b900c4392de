"""Elements become paragraphs, pictures and videos."""

import pytest
from lxml.html import HtmlElement

from ecnscrawl.pages.blocks import Block, read_blocks
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.ecns.furniture import classify_media
from ecnscrawl.pages.element_roles import ElementRole, keep


def body(markup: str) -> HtmlElement:
    root = Document(Source("https://www.ecns.cn/x.shtml", f'<div id="b">{markup}</div>'.encode())).root
    return next(element for element in root.iter("div") if element.get("id") == "b")


def blocks(markup: str) -> list[Block]:
    return read_blocks([body(markup)])


def texts(markup: str) -> list[str]:
    return [block.text for block in blocks(markup) if block.text]


def pictures(markup: str) -> list[str]:
    return [block.picture for block in blocks(markup) if block.picture]


# Text.


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p>one</p><p>two</p>", ["one", "two"]),
        ("<p>one\n  two</p>", ["one two"]),
        ("<p>on<b>e</b> <i>two</i> <a href='/x'>thr</a>ee</p>", ["one two three"]),
        ("<p>&nbsp;</p><p>one</p><p> </p><p></p>", ["one"]),
        ("one<p>two</p>three", ["one", "two", "three"]),
        ("one<br>two", ["one two"]),
        ("one<br><br>two", ["one", "two"]),
        ("one<br>\n&nbsp;<br/>two<br><br><br>three", ["one", "two", "three"]),
        ("<p>one<br>two<br><br>three</p>", ["one two", "three"]),
        ("<div><div>one</div>two</div>", ["one", "two"]),
        ("<h2>one</h2>two<blockquote>three</blockquote>", ["one", "two", "three"]),
        ("<ul><li>one</li><li><p>two</p></li></ul><ol><li>three</li></ol>", ["one", "two", "three"]),
        ("<dl><dt>one</dt><dd>two</dd></dl>", ["one", "two"]),
        ("<p>one<p>two<p>three", ["one", "two", "three"]),
        ("<p>one</p></p><p>two</p>", ["one", "two"]),
        ("<p>one<div>two</div>three</p>", ["one", "two", "three"]),
        ("<section><article><p>one</p></article></section>", ["one"]),
        ("<pre>one\n two</pre>", ["one two"]),
        ("", []),
    ],
)
def test_a_paragraph_is_what_a_reader_sees_as_one(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<table><tr><td>Year</td><td>Ferries</td></tr><tr><td>2025</td><td>7</td></tr></table>", ["Year | Ferries", "2025 | 7"]),
        ("<table><tr><th>Year</th><td><p>7</p><p>8</p></td></tr></table>", ["Year | 7 8"]),
        ("<table><tr><td>a</td><td></td><td>c</td></tr></table>", ["a | | c"]),
        ("<table><tr><td></td><td>&nbsp;</td></tr></table>", []),
        ("<table><tr><td><p>one</p><p>two</p></td></tr></table>", ["one", "two"]),
        ("<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td><td>c</td></tr></table>", ["a | b", "c"]),
        ("<table><caption>Fleet</caption><tr><td>a</td><td>b</td></tr></table>", ["Fleet", "a | b"]),
    ],
)  # fmt: skip
def test_a_row_of_several_cells_is_a_paragraph_unless_the_table_is_for_layout(markup: str, expected: list[str]) -> None:
    assert texts(markup) == expected


@pytest.mark.parametrize(
    "markup",
    [
        "<script>two</script>",
        "<script type='text/template'><p>two</p></script>",
        "<style>two{}</style>",
        "<!-- two -->",
        "<noscript>two</noscript>",
        "<template><p>two</p></template>",
        "<p style='display:none'>two</p>",
        "<p style='color:red;DISPLAY : none;'>two</p>",
        "<p hidden>two</p>",
        "<button>two</button>",
        "<select><option>two</option></select>",
        "<textarea>two</textarea>",
        "<iframe src='x'>two</iframe>",
        "<svg><text>two</text></svg>",
        "<?php two ?>",
    ],
)
def test_invisible_elements_give_no_text(markup: str) -> None:
    assert texts(f"<p>one</p>{markup}<p>three</p>") == ["one", "three"]


def test_text_after_an_invisible_element_is_kept() -> None:
    assert texts("<p>one <script>x</script>two <!-- x -->three<style>x</style> four</p>") == ["one two three four"]


# Pictures and videos.


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<img src='/a.jpg'>", ["/a.jpg"]),
        ("<p><a href='/x'><img src='/a.jpg'></a></p>", ["/a.jpg"]),
        ("<img src='/loading.gif' data-src='/a.jpg'>", ["/a.jpg"]),
        ("<img data-original='/a.jpg'>", ["/a.jpg"]),
        ("<img src='data:image/gif;base64,R0' data-lazy-src='/a.jpg'>", ["/a.jpg"]),
        ("<img srcset='/a.jpg 640w, /b.jpg 1280w'>", ["/a.jpg"]),
        ("<img src=' /a.jpg '>", ["/a.jpg"]),
        ("<img src='/count.gif' width='1' height='1'>", []),
        ("<img src='data:image/gif;base64,R0'>", []),
        ("<img src=''><img alt='x'>", []),
        ("<img src='/a.jpg'><img src='/b.jpg'>", ["/a.jpg", "/b.jpg"]),
        ("<picture><source srcset='/a.webp'><img src='/a.jpg'></picture>", ["/a.jpg"]),
        ("<div style='display:none'><img src='/a.jpg'></div>", []),
        ("<table><tr><td><img src='/a.jpg'></td><td><img src='/b.jpg'></td></tr></table>", ["/a.jpg", "/b.jpg"]),
    ],
)
def test_a_lazily_loaded_picture_has_its_final_address(markup: str, expected: list[str]) -> None:
    assert pictures(markup) == expected


def test_a_picture_stands_between_the_texts_round_it() -> None:
    found = blocks("<p>one<img src='/a.jpg'>two</p>")
    assert [block.text or block.picture for block in found] == ["one", "/a.jpg", "two"]


@pytest.mark.parametrize(
    ("markup", "video", "poster"),
    [
        ("<video src='/a.mp4' poster='/a.jpg'></video>", "/a.mp4", "/a.jpg"),
        ("<video><source src='/a.mp4'><source src='/a.webm'>no video</video>", "/a.mp4", None),
        ("<video data-src='/a.m3u8'></video>", "/a.m3u8", None),
        ("<video src='blob:x'><source src='/a.mp4'></video>", "/a.mp4", None),
        ("<iframe src='//player.vimeo.com/video/123456789'></iframe>", "//player.vimeo.com/video/123456789", None),
        ("<iframe src='about:blank' data-src='https://youtu.be/a1b2c3d4e5F'></iframe>", "https://youtu.be/a1b2c3d4e5F", None),
        ("<lite-youtube videoid='a1b2c3d4e5F'>Play</lite-youtube>", "https://www.youtube.com/embed/a1b2c3d4e5F", None),
        ("<script>player({url: '//v.cns.com.cn/a.mp4', poster: '//i.cns.com.cn/a.jpg'})</script>", "//v.cns.com.cn/a.mp4", "//i.cns.com.cn/a.jpg"),
    ],
)  # fmt: skip
def test_a_video_has_its_address_and_poster(markup: str, video: str, poster: str | None) -> None:
    (found,) = blocks(markup)
    assert (found.video, found.poster, found.text) == (video, poster, "")


@pytest.mark.parametrize(
    "markup",
    [
        "<video></video>", "<video src='blob:x'></video>", "<script>var a = '/a.mp3';</script>",
        "<iframe src='/chart.html'>no frames</iframe>", "<iframe hidden src='https://youtu.be/a1b2c3d4e5F'></iframe>",
    ],
)  # fmt: skip
def test_a_player_without_a_video_is_ignored(markup: str) -> None:
    assert blocks(markup) == []


def test_a_video_that_a_script_names_again_counts_once() -> None:
    markup = "<video src='//v.cns.com.cn/a.mp4'></video><script>load('//v.cns.com.cn/a.mp4')</script>"
    assert len(blocks(markup)) == 1


# What is said of a block.


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<p style='text-align: center;'>x</p>", True),
        ("<p style='TEXT-ALIGN:CENTER'>x</p>", True),
        ("<p align='center'>x</p>", True),
        ("<center>x</center>", True),
        ("<div align='center'><p>x</p></div>", True),
        ("<div align='center'><p align='left'>x</p></div>", False),
        ("<p style='text-align:left'>x</p>", False),
        ("<p>x</p>", False),
    ],
)
def test_a_block_knows_whether_it_is_centred(markup: str, expected: bool) -> None:
    (found,) = blocks(markup)
    assert found.centred is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<figcaption>x</figcaption>", True),
        ("<figcaption><p>x</p></figcaption>", True),
        ("<div class='pictext'>x</div>", False),  # to a site that does not say so
        ("<p>x</p>", False),
    ],
)
def test_a_block_knows_whether_the_page_calls_it_a_caption(markup: str, expected: bool) -> None:
    (found,) = blocks(markup)
    assert found.caption is expected


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<div class='pictext'>x</div>", True),
        ("<div class='a pictext b'><p>x</p></div>", True),
        ("<figcaption>x</figcaption>", True),
        ("<div class='pictextual'>x</div>", False),
        ("<p>x</p>", False),
    ],
)
def test_a_site_may_call_other_elements_captions(markup: str, expected: bool) -> None:
    (found,) = read_blocks([body(markup)], classify_media)
    assert found.caption is expected


def test_a_site_may_leave_out_the_controls_of_its_player() -> None:
    found = read_blocks([body("<p>one</p><p class='vjs-no-js'>two</p><p>three</p>")], classify_media)
    assert [block.text for block in found] == ["one", "three"]


def test_the_blocks_of_a_figure_share_it() -> None:
    one, two, three = blocks("<figure><img src='/a.jpg'><figcaption>x</figcaption></figure><p>y</p>")
    assert one.figure is two.figure is not None
    assert three.figure is None


def test_the_end_of_a_caption_ends_it() -> None:
    assert [block.caption for block in blocks("<figcaption>x</figcaption><p>y</p>")] == [True, False]


# What a site says of its furniture.


def says(name: str, role: ElementRole) -> list[str]:
    """The texts of a body with an element of this id in its middle, to which the classifier gives this role."""

    def classify(element: HtmlElement) -> ElementRole:
        return role if isinstance(element.tag, str) and element.get("id") == name else ElementRole.KEEP

    markup = f"<p>one</p><div id='{name}'><p>two</p></div><p>three</p>"
    return [block.text for block in read_blocks([body(markup)], classify)]


def test_furniture_is_left_out_with_all_that_is_in_it() -> None:
    assert says("share", ElementRole.SKIP) == ["one", "three"]
    assert says("pager", ElementRole.CLOSE) == ["one", "three"]


def test_nothing_is_read_after_the_end() -> None:
    assert says("related", ElementRole.STOP) == ["one"]


def test_without_a_classifier_everything_is_kept() -> None:
    assert keep(body("")) is ElementRole.KEEP
    assert texts("<p>one</p><div id='share'>two</div>") == ["one", "two"]
