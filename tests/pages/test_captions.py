"""Which paragraph is a picture's caption."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from lxml.html import HtmlElement, HTMLParser

from ecnscrawl.pages import captions as captions_module
from ecnscrawl.pages.blocks import Block
from ecnscrawl.pages.captions import Body
from ecnscrawl.pages.ecns.outlets import ECNS_PATTERNS

TEXT = "The ferry was late again."
CREDITED = "Ice on the river in Harbin. (Photo/Xinhua)"
OTHER_CREDITED = "Fog on the strait. [Photo: China News Service/Ke Ning]"


def arrange(blocks: Sequence[Block]) -> Body:
    return captions_module.arrange(blocks, ECNS_PATTERNS)


def figure() -> HtmlElement:
    made: HtmlElement = etree.fromstring("<figure/>", HTMLParser()).find(".//figure")
    return made


def text(words: str, *, centred: bool = False, caption: bool = False, within: HtmlElement | None = None) -> Block:
    return Block(text=words, centred=centred, caption=caption, figure=within)


def picture(name: str, within: HtmlElement | None = None) -> Block:
    return Block(picture=f"/{name}.jpg", figure=within)


def captions(body: Body) -> list[str | None]:
    return [caption for _, caption in body.pictures]


def test_the_credited_paragraph_after_a_picture_is_its_caption() -> None:
    body = arrange([text(TEXT), picture("a"), text(CREDITED), text("More.")])
    assert body.pictures == [("/a.jpg", CREDITED)]
    assert body.paragraphs == [TEXT, "More."]


def test_the_centred_paragraph_after_a_picture_is_its_caption() -> None:
    body = arrange([text(TEXT), picture("a"), text("Ice on the river.", centred=True), text("More.")])
    assert body.pictures == [("/a.jpg", "Ice on the river.")]
    assert body.paragraphs == [TEXT, "More."]


def test_a_paragraph_after_a_picture_that_is_neither_stays_in_the_body() -> None:
    body = arrange([picture("a"), text(TEXT)])
    assert body.pictures == [("/a.jpg", None)]
    assert body.paragraphs == [TEXT]


def test_else_the_paragraph_before_a_picture_is_its_caption() -> None:
    body = arrange([text(TEXT), text(CREDITED), picture("a"), text("More.")])
    assert body.pictures == [("/a.jpg", CREDITED)]
    assert body.paragraphs == [TEXT, "More."]


def test_the_paragraph_after_comes_before_the_one_before() -> None:
    body = arrange([text(TEXT), text(OTHER_CREDITED), picture("a"), text(CREDITED)])
    assert body.pictures == [("/a.jpg", CREDITED)]
    assert body.paragraphs == [TEXT, OTHER_CREDITED]


def test_only_the_paragraph_right_beside_a_picture_counts() -> None:
    body = arrange([text("First."), picture("a"), text(TEXT), text(CREDITED)])
    assert captions(body) == [None]
    assert body.paragraphs == ["First.", TEXT, CREDITED]


def test_captions_below_their_pictures_go_in_pairs() -> None:
    body = arrange([text(TEXT), picture("a"), text(CREDITED), picture("b"), text(OTHER_CREDITED)])
    assert captions(body) == [CREDITED, OTHER_CREDITED]


def test_captions_above_their_pictures_go_in_pairs() -> None:
    body = arrange([text(TEXT), text(CREDITED), picture("a"), text(OTHER_CREDITED), picture("b"), text("More.")])
    assert captions(body) == [CREDITED, OTHER_CREDITED]
    assert body.paragraphs == [TEXT, "More."]


def test_of_two_pictures_in_a_row_the_last_has_the_caption_below() -> None:
    body = arrange([text(TEXT), picture("a"), picture("b"), text(CREDITED)])
    assert captions(body) == [None, CREDITED]


def test_a_credit_on_a_line_of_its_own_belongs_to_the_caption_above() -> None:
    body = arrange([text(TEXT), picture("a"), text("Ice on the river.", centred=True), text("(Photo/Xinhua)")])
    assert captions(body) == ["Ice on the river. (Photo/Xinhua)"]
    assert body.paragraphs == [TEXT]


@pytest.mark.parametrize(
    "credit",
    [
        "(Photo/Xinhua)",
        "(Xinhua)",
        "(Str/Xinhua)",
        "[Photo by Li Wei/China Daily]",
        "(Photo provided to chinadaily.com.cn)",
    ],
)
def test_a_caption_may_be_the_credit_alone(credit: str) -> None:
    body = arrange([text(TEXT), picture("a"), text(credit)])
    assert captions(body) == [credit]


def test_what_the_page_calls_a_caption_is_one_whatever_it_says() -> None:
    body = arrange([text(TEXT), picture("a"), text("Ice.", caption=True), text("More.")])
    assert captions(body) == ["Ice."]
    assert body.paragraphs == [TEXT, "More."]


def test_the_caption_of_a_figure_belongs_to_the_picture_in_it() -> None:
    one, other = figure(), figure()
    blocks = [
        text("Above.", caption=True, within=one), picture("a", one),
        picture("b", other), text("Below.", caption=True, within=other), text(TEXT),
    ]  # fmt: skip
    body = arrange(blocks)
    assert captions(body) == ["Above.", "Below."]
    assert body.paragraphs == [TEXT]


def test_before_the_first_paragraph_of_the_body_a_credited_one_is_a_caption() -> None:
    body = arrange([text(CREDITED), text(TEXT), picture("a"), text("More.")])
    assert captions(body) == [CREDITED]
    assert body.paragraphs == [TEXT, "More."]


def test_a_byline_before_such_a_caption_is_no_paragraph_of_the_body() -> None:
    body = arrange([text("By Zhao Lei"), text(CREDITED), text(TEXT), picture("a")])
    assert captions(body) == [CREDITED]
    assert body.paragraphs == ["By Zhao Lei", TEXT]


@pytest.mark.parametrize("start", ["HARBIN, Jan. 5 (Xinhua) -- ", "(ECNS) -- "])
def test_a_wire_story_that_signs_off_with_its_agency_is_no_caption(start: str) -> None:
    story = f"{start}{TEXT} (Xinhua)"
    body = arrange([picture("a"), text(story)])
    assert captions(body) == [None]
    assert body.paragraphs == [story]


def test_after_the_first_paragraph_a_credited_one_away_from_pictures_is_text() -> None:
    body = arrange([text(TEXT), text(CREDITED), text("More."), picture("a")])
    assert captions(body) == [None]
    assert body.paragraphs == [TEXT, CREDITED, "More."]


def test_without_any_picture_such_paragraphs_are_text() -> None:
    body = arrange([text(CREDITED), text("Ice.", centred=True), text(TEXT)])
    assert body.pictures == []
    assert body.paragraphs == [CREDITED, "Ice.", TEXT]


def test_a_centred_paragraph_away_from_pictures_is_text() -> None:
    body = arrange([text(TEXT), text("* * *", centred=True), text("More."), picture("a")])
    assert body.paragraphs == [TEXT, "* * *", "More."]


def test_a_video_has_its_address_its_poster_and_the_caption_of_its_figure() -> None:
    around = figure()
    shown = Block(video="/a.mp4", poster="/a.jpg", figure=around)
    body = arrange([shown, text("A kite.", caption=True, within=around), text(TEXT)])
    assert body.videos == [("/a.mp4", "/a.jpg", "A kite.")]
    assert body.paragraphs == [TEXT]


def test_a_marked_caption_right_after_a_video_is_its_own_and_not_that_of_a_picture() -> None:
    body = arrange([picture("a"), text(TEXT), Block(video="/a.mp4"), text("A kite.", caption=True), text("More.")])
    assert body.videos == [("/a.mp4", None, "A kite.")]
    assert body.pictures == [("/a.jpg", None)]
    assert body.paragraphs == [TEXT, "More."]


def test_a_marked_caption_in_two_paragraphs_after_a_video_is_one_also_without_pictures() -> None:
    marked = [text("A kite.", caption=True), text("(Video/Xinhua)", caption=True)]
    assert arrange([text(TEXT), Block(video="/a.mp4"), *marked]).videos == [("/a.mp4", None, "A kite. (Video/Xinhua)")]


def test_a_marked_caption_between_picture_and_video_is_that_of_the_picture() -> None:
    body = arrange([picture("a"), text("A kite.", caption=True), Block(video="/a.mp4")])
    assert (captions(body), body.videos) == (["A kite."], [("/a.mp4", None, None)])


def test_no_blocks_make_an_empty_body() -> None:
    assert arrange([]).is_empty
    assert not arrange([text(TEXT)]).is_empty
    assert not arrange([picture("a")]).is_empty


WORDS = st.sampled_from([TEXT, CREDITED, OTHER_CREDITED, "(Photo/Xinhua)", "By Zhao Lei", "* * *"])
TEXTS = st.builds(text, WORDS, centred=st.booleans(), caption=st.booleans())
BLOCKS = st.lists(TEXTS | st.builds(picture, st.sampled_from("abc")), max_size=10)


@given(BLOCKS)
def test_every_text_is_shown_once_in_the_body_or_as_a_caption(blocks: list[Block]) -> None:
    body = arrange(blocks)
    shown = body.paragraphs + [caption for caption in captions(body) if caption]
    assert sorted(" ".join(shown).split()) == sorted(" ".join(block.text for block in blocks).split())


@given(BLOCKS)
def test_pictures_and_paragraphs_keep_their_order(blocks: list[Block]) -> None:
    body = arrange(blocks)
    assert [address for address, _ in body.pictures] == [block.picture for block in blocks if block.picture]
    written = iter(block.text for block in blocks)
    assert all(paragraph in written for paragraph in body.paragraphs)


@given(BLOCKS)
def test_without_pictures_nothing_leaves_the_body(blocks: list[Block]) -> None:
    written = [block for block in blocks if block.text]
    assert arrange(written).paragraphs == [block.text for block in written]
