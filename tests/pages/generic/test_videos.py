"""Videos of a page whose layout is not known: the article's own, each once, in page order."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import ecnscrawl
from ecnscrawl.pages.players import is_player, video_id

URL = "https://www.harbourpost.example/1"
TEXT = [
    f"<p>Ferry number {number} left the harbour at dawn, with forty passengers and a piano on its deck, as it does.</p>"
    for number in ("one", "two", "three", "four", "five", "six")
]
PLAYER = "https://www.youtube.com/embed/a1b2c3d4e5F"
FILE = "https://video.harbourpost.example/piano.mp4"


def videos(inside: str, head: str = "", *, after: str = "") -> list[tuple[str, str | None, str | None]]:
    """Address, poster and caption of the videos of a page with `inside` in its text and `after` behind the article."""
    body = "".join([*TEXT[:3], inside, *TEXT[3:]])
    markup = f"<html><head>{head}</head><body><article><h1>Ferries at dawn</h1>{body}</article>{after}</body></html>"
    article = ecnscrawl.extract(markup.encode(), URL)
    assert article is not None
    return [(video.url, video.poster, video.caption) for video in article.videos]


def linked(**video: object) -> str:
    article = {"@type": "NewsArticle", "headline": "Ferries at dawn", "video": {"@type": "VideoObject", **video}}
    return f'<script type="application/ld+json">{json.dumps(article)}</script>'


def test_a_video_element_gives_its_file_poster_and_caption() -> None:
    shown = (
        '<figure><video poster="/piano.jpg"><source src="/piano.mp4" type="video/mp4"><source src="/piano.webm"></video>'
        "<figcaption>The piano on its way. Video: Ana Ruiz</figcaption></figure>"
    )
    site = "https://www.harbourpost.example"
    assert videos(shown) == [(f"{site}/piano.mp4", f"{site}/piano.jpg", "The piano on its way. Video: Ana Ruiz")]


@pytest.mark.parametrize(
    ("shown", "address"),
    [
        (f'<iframe src="{PLAYER}?rel=0"></iframe>', f"{PLAYER}?rel=0"),
        ('<iframe data-src="//player.vimeo.com/video/123456789"></iframe>', "https://player.vimeo.com/video/123456789"),
        (
            '<iframe src="about:blank" data-lazy-src="https://www.dailymotion.com/embed/video/x8abc12"></iframe>',
            "https://www.dailymotion.com/embed/video/x8abc12",
        ),
        ('<amp-youtube data-videoid="a1b2c3d4e5F"></amp-youtube>', PLAYER),
        ('<lite-youtube videoid="a1b2c3d4e5F"></lite-youtube>', PLAYER),
    ],
)
def test_a_known_player_in_the_text_is_a_video(shown: str, address: str) -> None:
    assert videos(shown) == [(address, None, None)]


@pytest.mark.parametrize(
    "shown",
    [
        '<iframe src="https://charts.example/embed/7"></iframe>',
        '<iframe src="https://www.youtube.com/embed/videoseries?list=PL1"></iframe>',
        '<video src="blob:https://www.harbourpost.example/1"></video>',
        "<video></video>",
        f'<div class="related"><iframe src="{PLAYER}"></iframe></div>',
        f'<nav><video src="{FILE}"></video></nav>',
    ],
)
def test_what_is_no_video_of_the_article_is_left_out(shown: str) -> None:
    assert videos(shown) == []
    assert videos("", after=f'<aside class="sidebar">{shown}<iframe src="{PLAYER}"></iframe></aside>') == []


def test_videos_come_in_page_order_and_each_once() -> None:
    other = "https://player.vimeo.com/video/123456789"
    shown = f'<iframe src="{other}"></iframe><iframe src="{PLAYER}"></iframe><iframe src="{PLAYER}?start=5"></iframe>'
    assert [address for address, _, _ in videos(shown)] == [other, PLAYER]


def test_the_metadata_gives_the_lead_video_its_poster_and_caption() -> None:
    stated = linked(contentUrl=FILE, thumbnailUrl=["/piano.jpg"], name="The piano &amp; the sea")
    poster = "https://www.harbourpost.example/piano.jpg"
    assert videos("", stated) == [(FILE, poster, "The piano & the sea")]
    assert videos("", linked(embedUrl=PLAYER, description="A piano at sea.")) == [(PLAYER, None, "A piano at sea.")]
    assert videos("", f'<meta property="og:video" content="{FILE}">') == [(FILE, None, None)]
    assert videos("", '<meta property="og:video" content="https://www.harbourpost.example/tv">') == []


def test_a_video_that_metadata_and_text_have_counts_once() -> None:
    stated = linked(embedUrl=PLAYER, contentUrl=FILE, thumbnailUrl="/piano.jpg", name="The piano")
    poster = "https://www.harbourpost.example/piano.jpg"
    assert videos(f'<iframe src="{PLAYER}?rel=0"></iframe>', stated) == [(f"{PLAYER}?rel=0", poster, "The piano")]
    assert videos(f'<iframe src="{PLAYER}"></iframe>', f'<meta property="og:video:url" content="{PLAYER}">') == [
        (PLAYER, None, None)
    ]


def test_several_videos_of_a_page_that_are_not_the_articles_are_those_of_a_playlist() -> None:
    playlist = [{"@type": "VideoObject", "contentUrl": f"/{number}.mp4"} for number in range(3)]
    assert videos("", f'<script type="application/ld+json">{json.dumps(playlist)}</script>') == []
    assert len(videos("", f'<script type="application/ld+json">{json.dumps(playlist[:1])}</script>')) == 1


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("https://www.youtube.com/watch?v=a1b2c3d4e5F&t=9", PLAYER, True),
        ("https://vimeo.com/123456789", "//player.vimeo.com/video/123456789?h=1", True),
        ("https://a.example/piano.mp4?token=1", "http://a.example/piano.mp4", True),
        ("https://rumble.com/embed/v1abc/?pub=4", "https://rumble.com/embed/v2abc/?pub=4", False),
        ("https://ok.ru/videoembed/1", "https://ok.ru/videoembed/2", False),
    ],
)
def test_addresses_of_one_video(one: str, other: str, is_same: bool) -> None:
    assert (video_id(one) == video_id(other)) is is_same


@given(st.text(max_size=80))
@example("//[")
@example("//[youtube.com/watch?v=a1b2c3d4e5F")
def test_any_text_may_stand_in_place_of_an_address(text: str) -> None:
    assert is_player(text) in (True, False)
    assert video_id(text) == video_id(text)
    videos(f"<video src='{text}'></video>", linked(contentUrl=text, thumbnailUrl=text, name=text))
