"""Times of publication in many forms and languages, and which of several on a page counts."""

from datetime import UTC, date, datetime

import pytest
from babel.dates import get_month_names
from hypothesis import given
from hypothesis import strategies as st

import ecnscrawl
from ecnscrawl.normalize import timestamps
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.date_forms import _REGIONS, find_dates, month_names
from ecnscrawl.pages.generic.fields import GenericFields
from ecnscrawl.pages.generic.stated_dates import in_path, read_time

URL = "https://www.harbourpost.example/1"


def times(body: str, head: str = "", url: str = URL, language: str = "en-GB") -> tuple[list[str], str]:
    """The times that a page states, best first, and where the best was found."""
    markup = (
        f"<html lang='{language}'><head><title>A piano</title>{head}</head><body><h1>A piano</h1>{body}</body></html>"
    )
    fields = GenericFields(Document(Source(url, markup.encode())))
    return fields.published_at(), fields.name_of("published_at")


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Publié le 3 août 2026 à 09h30", "fr", "2026-08-03T09:30"),
        ("1er août 2026", "fr", "2026-08-01"),
        ("Montag, 3. August 2026, 9.30 Uhr", "de", "2026-08-03T09:30"),
        ("03.08.2026", "de-AT", "2026-08-03"),
        ("3 de agosto de 2026 - 09:30", "es", "2026-08-03T09:30"),
        ("3 agosto 2026 alle ore 09:30", "it", "2026-08-03T09:30"),
        ("03/08/2026 às 09:30", "pt-BR", "2026-08-03T09:30"),
        ("August 3rd, 2026 at 9:30 p.m.", "en", "2026-08-03T21:30"),
        ("Aug. 3, 2026 12:05 AM EDT", "en-US", "2026-08-03T00:05 EDT"),
        ("8/3/2026", "en-US", "2026-08-03"),
        ("03/08/2026", "en-GB", "2026-08-03"),
        ("8/13/2026", "en", "2026-08-13"),
        ("2026年8月3日(月) 09時30分", "ja", "2026-08-03T09:30"),
        ("2026-08-03 09:30:15", "zh", "2026-08-03T09:30:15"),
        ("2026. 8. 3. 09:30", "ko", "2026-08-03T09:30"),
        ("2026년 8월 3일", "ko", "2026-08-03"),
        ("3 августа 2026 г. в 09:30", "ru", "2026-08-03T09:30"),
        ("3 sierpnia 2026", "pl", "2026-08-03"),
        ("2026. augusztus 3. 09:30", "hu", "2026-08-03T09:30"),
        ("3 Ağustos 2026 09:30", "tr", "2026-08-03T09:30"),
        ("3 Αυγούστου 2026", "el", "2026-08-03"),
        ("٣ أغسطس ٢٠٢٦", "ar", "2026-08-03"),
        ("3 באוגוסט 2026, 09:30", "he", "2026-08-03T09:30"),
        ("12 สิงหาคม 2569", "th", "2026-08-12"),
        ("ב-3.8.2026", "he", "2026-08-03"),
        ("12 สิงหาคม พ.ศ. 2569 09:30", "th", "2026-08-12T09:30"),
        ("3 آب 2026", "ar", "2026-08-03"),
        ("24 تشرين الثاني 2026 - 14:05", "ar-LB", "2026-11-24T14:05"),
        ("24 تشرين الثاني، 2026", "ar", "2026-11-24"),
        ("24 كانون الاول 2026", "ar", "2026-12-24"),
        ("24 تشرين الثاني/نوفمبر 2026", "ar", "2026-11-24"),
        ("٢٤ نوفمبر/تشرين الثاني ٢٠٢٦", "ar", "2026-11-24"),
        ("3 أوت 2026", "ar-TN", "2026-08-03"),
        ("3 جويلية 2026", "ar", "2026-07-03"),
        ("3 غشت 2026", "ar-MA", "2026-08-03"),
        ("3 جنوری 2026", "fa-AF", "2026-01-03"),
        ("令和8年8月3日（月）09時30分", "ja", "2026-08-03T09:30"),
        ("令和元年８月３日", "ja", "2019-08-03"),
        ("平成30年8月3日", "ja", "2018-08-03"),
        ("2026年（令和8年）8月3日", "ja", "2026-08-03"),
        ("令和8年（2026年）8月3日", "ja", "2026-08-03"),
        ("Ngày 3/8/2026, 09:30 (GMT+7)", "vi", "2026-08-03T09:30 GMT+7"),
        ("Mo 03.08.26 | 09:30 Uhr", "de", "2026-08-03T09:30"),
        ("08/03/26 9:30pm", "en-US", "2026-08-03T21:30"),
        ("2026-08-03T09:30-05:00", "en", "2026-08-03T09:30 -05:00"),
        ("3 August 2026 09:30-10:30", "en", "2026-08-03"),
    ],
)
def test_a_date_is_read_in_the_language_of_its_page(text: str, language: str, expected: str) -> None:
    assert [found.iso for found in find_dates(text, language)] == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("٣ أغسطس ٢٠٢٦", "2026-08-03"),
        ("24 تشرين الثاني 2026 - 14:05", "2026-11-24T14:05"),
        ("3 באוגוסט 2026, 09:30", "2026-08-03T09:30"),
        ("3 Αυγούστου 2026", "2026-08-03"),
        ("12 สิงหาคม 2569", "2026-08-12"),
        ("3 August 2026", "2026-08-03"),
    ],
)
def test_the_script_says_the_months_of_a_page_that_names_no_language(text: str, expected: str) -> None:
    assert [found.iso for found in find_dates(text, "und")] == [expected]


def test_the_script_does_not_count_where_the_page_names_its_language() -> None:
    assert find_dates("٣ أغسطس ٢٠٢٦", "fa") == []


def test_a_page_in_arabic_that_names_no_language_has_its_time() -> None:
    markup = (
        "<h1>بيانو على العبارة</h1><p>٣ أغسطس ٢٠٢٦</p>" + "<p>وصلت العبارة إلى الميناء وعلى متنها بيانو كبير.</p>" * 5
    )
    article = ecnscrawl.extract(markup.encode(), URL)
    assert article is not None
    assert (article.published_at, article.published_precision) == ("2026-08-03T00:00:00Z", "day")


@pytest.mark.parametrize("text", ["8/3/2026", "1.234.2026", "31/02/2026", "2026-13-01", "3 August", "Tel. 12-08-20267"])
def test_what_is_ambiguous_or_no_date_is_not_read(text: str) -> None:
    assert find_dates(text, "en") == []


@pytest.mark.parametrize(
    ("text", "language"), [("24 آب/سبتمبر 2026", "ar"), ("3 آذر 1405", "fa"), ("1 رجب 1448", "ar")]
)
def test_two_months_or_a_calendar_that_is_not_known_are_no_date(text: str, language: str) -> None:
    assert find_dates(text, language) == []


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_no_name_means_two_months_in_two_countries(language: str) -> None:
    first, *others = (_names(each) for each in (language, *_REGIONS[language]))
    for names in others:
        assert {name: first.get(name, month) for name, month in names.items()} == names
        assert names.items() <= month_names(language).items()


def _names(locale: str) -> dict[str, int]:
    return {name: number for number, name in get_month_names("wide", locale=locale).items()}


def test_an_impossible_time_leaves_the_day() -> None:
    assert find_dates("3 August 2026, 27:30", "en")[0].iso == "2026-08-03"


@pytest.mark.parametrize(
    ("text", "iso"),
    [("20260803", "2026-08-03"), ("1785745800", "2026-08-03T08:30:00 Z"), ("1785745800000", "2026-08-03T08:30:00 Z")],
)
def test_metadata_may_state_a_time_as_a_number(text: str, iso: str) -> None:
    found = read_time(text)
    assert found is not None
    assert found.iso == iso


def test_a_language_that_is_not_known_has_no_months() -> None:
    assert month_names("xx-unknown") == {}
    assert month_names("de")["märz"] == 3


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


@pytest.mark.parametrize(
    ("path", "day"),
    [
        ("/world/2026/08/03/piano", "2026-08-03"),
        ("/2026-08/03/c1.shtml", "2026-08-03"),
        ("/article/2026/aug/03/piano", "2026-08-03"),
        ("/news-20260803-piano", "2026-08-03"),
        ("/2026/13/45/piano", None),
        ("/id/202608031234567", None),
    ],
)
def test_a_day_in_a_path(path: str, day: str | None) -> None:
    found = in_path(f"https://www.harbourpost.example{path}")
    assert (found.isoformat() if found else None) == day


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


@given(st.text(max_size=120), st.sampled_from(["en", "de", "zh", "ar", "und", "", "x"]))
def test_every_date_that_is_found_can_be_parsed(text: str, language: str) -> None:
    for found in find_dates(text, language):
        assert timestamps.parse(found.day.isoformat(), None) is not None
        assert 0 <= found.start < found.end <= len(text)


@given(st.dates(date(1950, 1, 1), date(2100, 1, 1)), st.sampled_from(["de", "fr", "es", "ru", "pl"]))
def test_a_date_with_the_name_of_its_month_is_read_back(day: date, language: str) -> None:
    names = {number: name for name, number in month_names(language).items() if len(name) > 3}
    if day.month in names:
        found = find_dates(f"{day.day} {names[day.month]} {day.year}", language)
        assert [each.day for each in found] == [day]
