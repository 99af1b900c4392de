"""Which of several times on a page is that of publication."""

from datetime import UTC, datetime

import pytest

import ecnscrawl
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.fields import GenericFields
from tests.pages.generic.dated_pages import URL, times


def test_what_is_stated_for_programs_counts_before_what_is_shown() -> None:
    head = '<meta property="article:published_time" content="2026-08-03T09:30:00+01:00">'
    assert times("<p>4 August 2026</p>", head) == (["2026-08-03T09:30:00 +01:00", "2026-08-03"], "og")


LISTED = "<ul><li><a href='/2'>The harbour master buys a new boat</a> 4 August 2026</li></ul>"


@pytest.mark.parametrize(
    "other", [LISTED, "<p>4 August 2026</p>", "<p>2 August 2026</p>", "<p>4 August 2026 08:00</p>"]
)
@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<p>3 August 2026, 14:05</p>", ""),
        ("<p>3 August 2026, 14:05 CST</p>", ""),
        ("<p>3 August 2026</p>", ""),
        ("<time datetime='2026-08-03T14:05'>Monday</time>", ""),
        ("", "<meta property='article:published_time' content='2026-08-03 14:05:00'>"),
        ("", '<script type="application/ld+json">{"@type":"Article","datePublished":"2026-08-03T14:05:00"}</script>'),
    ],
)
def test_another_day_elsewhere_never_replaces_that_of_a_time_without_a_zone(body: str, head: str, other: str) -> None:
    markup = f"<html lang='en-GB'><head>{head}</head><body><h1>A piano</h1>{body}<p>It plays.</p>{other}</body></html>"
    article = ecnscrawl.extract(markup.encode(), URL)
    assert article is not None
    assert (article.published_at, article.published_precision) == ("2026-08-03T00:00:00Z", "day")


def test_a_zone_may_explain_that_a_time_is_on_another_day() -> None:
    head = "<meta property='article:published_time' content='2026-08-02T23:30:00Z'>"
    assert times("<time datetime='2026-08-03T07:30'>3 August 2026</time>", head)[0][0] == "2026-08-02T23:30:00 Z"
    assert times("<p>3 August 2026</p><time datetime='2026-08-02T23:30Z'>yesterday</time>")[0] == [
        "2026-08-03",
        "2026-08-02T23:30 Z",
    ]


def test_a_day_elsewhere_does_not_replace_that_of_the_address() -> None:
    url = "https://www.harbourpost.example/2026/08/03/piano"
    assert times(f"<p>It plays.</p>{LISTED}<p>4 August 2026</p>", url=url) == (["2026-08-03"], "url")


def test_an_earlier_day_below_the_headline_shows_that_the_article_was_published_again() -> None:
    head = '<meta property="article:published_time" content="2026-08-20T09:30:00+01:00">'
    assert times("<p>3 August 2026</p>", head) == (["2026-08-03"], "visible-date")


def test_the_day_of_an_update_counts_only_on_a_page_without_another() -> None:
    assert times("<p>Updated 5 August 2026</p><p>3 August 2026</p>") == (["2026-08-03"], "visible-date")
    assert times("<p>Updated:</p><p>5 August 2026</p><p>3 August 2026</p>") == (["2026-08-03"], "visible-date")
    assert times("<p>Updated 5 August 2026</p>") == (["2026-08-05"], "updated-date")


def test_a_day_in_a_caption_or_a_sentence_is_not_that_of_publication() -> None:
    story = (
        "The ferry left the harbour for the first time on 2 May 1998, with forty passengers and a piano on its deck."
    )
    assert times(f"<figcaption>{story}</figcaption><p>3 August 2026</p>") == (["2026-08-03"], "visible-date")
    assert times(f"<p>{story}</p>") == ([], "generic")


def test_a_day_before_the_web_is_one_that_the_article_tells_of() -> None:
    assert times("<p>Sunk on 14 April 1912</p>")[0] == []
    assert times(f"{'<p>A piano.</p>' * 60}<p>Founded on 12 May 1980.</p>")[0] == []
    head = "<meta property='article:published_time' content='1980-05-12'>"
    assert times("", head)[0] == ["1980-05-12"]  # an archive says so itself


def test_the_datetime_of_a_time_element_is_exact_unless_its_text_names_another_day() -> None:
    assert times('<time datetime="2026-08-03T09:30:00Z">yesterday</time>')[0][0] == "2026-08-03T09:30:00 Z"
    left_over = '<time datetime="2019-09-03">3 August 2026</time>'
    assert times(left_over) == (["2026-08-03"], "visible-date")


def test_the_address_supports_a_day_or_gives_it() -> None:
    url = "https://www.harbourpost.example/2026/08/03/piano"
    assert times("<p>Open 1 May 2026</p><p>3 August 2026, 09:30</p>", url=url)[0][0] == "2026-08-03T09:30"
    assert times("<p>No day.</p>", url=url) == (["2026-08-03"], "url")


COMMENT = (
    "I have heard the piano twice, and both times it was a ferry later than the one that I had meant to take, alas."
)

OTHER_STORY = '<h3><a href="/2">The harbour master buys a new boat</a></h3>'


@pytest.mark.parametrize(
    "other",
    [
        f'<ol class="comment-list"><li class="comment"><b>Jonas</b> <span>9 August 2026</span><p>{COMMENT}</p></li></ol>',
        f'<div class="card">{OTHER_STORY}<span>9 August 2026</span></div>',
        f"<article>{OTHER_STORY}<time datetime='2026-08-09'>Sunday</time></article>",
        "<ul><li><a href='/2'>The harbour master buys a new boat</a> <span>9 August 2026</span></li></ul>",
        "<ul><li><a href='/2'>Das neue Boot von Hafenmeister Jonas</a> (9. August 2026)</li></ul>",
        "<table><tr><td>9 August 2026</td><td><a href='/2'>The harbour master buys a new boat</a></td></tr></table>",
        "<a href='/2'><span>The harbour master buys a new boat</span> <time>9 August 2026</time></a>",
        "<ul><li><a href='/2'>港の船長が新しい船を買う</a>（2026年8月9日）</li></ul>",
        "<aside><p>9 August 2026</p></aside>",
        "<footer><p>9 August 2026</p></footer>",
        '<div class="related-stories"><span class="date">9 August 2026</span></div>',
        "<figure><img src='a.jpg'><figcaption>The piano, 9 August 2026</figcaption></figure>",
        "<p>The festival opens on 9 August 2026</p>",
        "<p>9 August 2026 – 12 August 2026</p>",
        "<p>Figures as of 9 August 2026</p>",
        "<p>Die Fähre fährt ab dem 9. August 2026</p>",
        "<p>The ferry and its piano at the old quay, 9 August 2026</p>",
        f'<div class="comments"><time itemprop="datePublished" datetime="2026-08-09"></time><p>{COMMENT}</p></div>',
    ],
)
def test_the_day_of_a_comment_of_another_story_or_of_an_event_is_not_that_of_publication(other: str) -> None:
    assert times(other, language="de") == ([], "generic")
    assert times(f"{other}<p>3 August 2026</p>", language="de") == (["2026-08-03"], "visible-date")


@pytest.mark.parametrize(
    "masthead",
    [
        "<header class='site'><p>Sunday, 9 August 2026</p></header>",
        "<div class='top-bar'><span class='date'>Sunday, 9 August 2026</span></div>",
        "<nav>Sunday, 9 August 2026</nav>",
    ],
)
def test_the_day_of_today_above_the_headline_is_not_that_of_publication(masthead: str) -> None:
    for filling in ("", "<p>Menu</p>" * 20):
        page = (
            f"<html lang='en-GB'><body>{masthead}{filling}<h1>A piano</h1><p>It has not been played.</p></body></html>"
        )
        assert GenericFields(Document(Source(URL, page.encode()))).published_at() == []


def test_a_header_a_footer_and_a_link_to_the_comments_may_hold_the_day() -> None:
    for place in (
        '<header class="entry-header"><time datetime="2026-08-03">Monday</time></header>',
        "<main><aside><time datetime='2026-08-03'>Monday</time></aside></main>",
        "<article><footer class='entry-footer'>3 August 2026</footer></article>",
        "<p><a href='/2026/08/03/'>Monday, 3 August 2026</a></p>",
        "<ul><li><a href='/2026/08/03/'>Published on Monday, 3 August 2026</a></li></ul>",
        "<p><a href='/science'>Science and the environment</a> 3 August 2026</p>",
        '<div class="headline-footer"><p>3 August 2026</p></div>',
        '<div class="meta comments"><p>3 August 2026</p><a href="#comments">4 comments</a></div>',
        '<h3 class="byline"><a href="/authors/ana-ruiz">Ana Ruiz of the Harbour Post</a> <p>3 August 2026</p></h3>',
    ):
        assert times(place)[0] == ["2026-08-03"]


def test_a_comment_of_the_markup_does_not_divide_a_text() -> None:
    assert times("<p>Updated <!-- -->5 August 2026</p><p><!-- -->3 August 2026</p>")[0] == ["2026-08-03"]


def test_a_change_before_the_publication_is_one_of_the_draft() -> None:
    def updated(*changes: str) -> list[str]:
        head = '<meta property="article:published_time" content="2026-08-03T09:30:00Z">' + "".join(
            f'<meta property="{name}" content="{change}">'
            for name, change in zip(("article:modified_time", "og:updated_time"), changes, strict=False)
        )
        return GenericFields(Document(Source(URL, f"{head}<h1>A piano</h1>".encode()))).updated_at()

    assert updated("2026-08-02T20:00:00Z") == []
    assert updated("2026-08-03T05:31:00Z", "2026-08-03T09:31:00Z") == ["2026-08-03T09:31:00 Z"]
    assert updated("2026-08-03T09:30:00Z") == ["2026-08-03T09:30:00 Z"]


def test_data_of_scripts_counts_if_nothing_else_states_a_day() -> None:
    script = r'<script>window.data = "{\"publishedAt\":\"2026-08-03T09:30:00Z\"}"</script>'
    assert times(script) == (["2026-08-03T09:30:00 Z", "2026-08-03"], "script")
    escaped = '<div data-page="{&quot;datePublished&quot;:&quot;2026-08-03T09:30:00Z&quot;}"></div>'
    assert times(escaped) == (["2026-08-03T09:30:00 Z", "2026-08-03"], "script")
    assert times(script + script.replace("08-03", "08-09")) == ([], "generic")  # one of them is of another story


def test_the_only_day_of_a_page_may_stand_far_from_its_headline() -> None:
    text = "".join(f"<p>Paragraph {number}</p>" for number in range(60))
    assert times(f"{text}<p>3 August 2026</p>") == (["2026-08-03"], "visible-date")
    assert times(f"{text}<p>3 August 2026</p><p>9 August 2026</p>") == ([], "generic")
    assert times(f"{text}<p>令和8年8月3日</p>", language="ja") == (["2026-08-03"], "visible-date")
    assert times(f"{text}<p>٣ أغسطس ٢٠٢٦</p>", language="ar") == (["2026-08-03"], "visible-date")


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2026-08-03T09:30:15+01:00", ("2026-08-03T08:30:15Z", "second")),
        ("2026-08-03T09:30", ("2026-08-03T00:00:00Z", "day")),
        ("2026-08-03 09:30 IST", ("2026-08-03T00:00:00Z", "day")),
        ("2026-08-06T09:30:15Z", (None, None)),
    ],
)
def test_a_time_without_a_known_zone_is_a_day_and_one_in_the_future_is_unknown(
    stated: str, expected: tuple[str | None, str | None]
) -> None:
    markup = f'<meta property="article:published_time" content="{stated}"><h1>A piano</h1>'
    article = ecnscrawl.extract(markup.encode(), URL, fetched_at=datetime(2026, 8, 4, 12, tzinfo=UTC))
    assert article is not None
    assert (article.published_at, article.published_precision) == expected
