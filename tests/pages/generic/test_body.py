"""The body of pages whose layout nobody described."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ecnscrawl.normalize.text import clean
from ecnscrawl.pages.base import read
from ecnscrawl.pages.captions import Body
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.generic import GenericPage

PARAGRAPHS = """
The ferry between the two islands will stop for three weeks in March, the harbour office said on Monday, because its engine needs a new shaft.
A smaller boat will carry passengers and mail, but no cars. It leaves at seven in the morning and at four in the afternoon, from the old pier.
“We know that this is hard for the farms on the northern island,” said Ingrid Solberg, who has run the office for eleven years. “There is no other ship of this size in the region.”
Farmers have asked the county to pay for a barge. The council meets on Thursday, and a majority for the plan, which would cost about 40,000 crowns a week, seems certain.
The ferry was built in 1987, and it has crossed the sound more than a hundred thousand times since then, according to its log.
""".strip().splitlines()
MENU = "".join(f'<li><a href="/{name.lower()}">{name}</a></li>' for name in ("News", "Sport", "Weather", "Letters"))
RELATED = "".join(
    f'<li><a href="/a{number}"><img src="/t{number}.jpg">{title}</a></li>'
    for number, title in enumerate(
        ("School bus finds a new route", "Two bakeries to merge in May", "Rain washes out the spring fair")
    )
)


def page(inner: str, head: str = "") -> GenericPage:
    """A page with the furniture that most have."""
    markup = f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Ferry to stop in March | The Sound</title>
{head}</head><body><header><div class="logo">The Sound</div><nav><ul class="menu">{MENU}</ul></nav></header>
<main><article class="article"><h1>Ferry to stop in March</h1><div class="article-body">{inner}</div></article></main>
<aside class="related"><h2>More stories</h2><ul>{RELATED}</ul></aside>
<footer class="footer"><p>© 2026 The Sound. All rights reserved. Sign up for our newsletter.</p></footer></body></html>"""
    return GenericPage(Source("https://sound.example/news/ferry-to-stop-in-march", markup.encode()))


def body_of(inner: str, head: str = "") -> Body:
    return read([page(inner, head)]).body


def paragraphs(texts: list[str]) -> str:
    return "".join(f"<p>{text}</p>\n" for text in texts)


def test_a_body_is_its_paragraphs_without_headline_menu_related_stories_and_footer() -> None:
    assert body_of(paragraphs(PARAGRAPHS)).paragraphs == PARAGRAPHS


def test_a_page_of_two_million_characters_of_scripts_has_its_body() -> None:
    script = f"<script>var state = '{'x' * 2_000_000}';</script>"
    assert body_of(paragraphs(PARAGRAPHS), script).paragraphs == PARAGRAPHS


def test_a_paragraph_that_holds_a_picture_keeps_its_text() -> None:
    inner = paragraphs(PARAGRAPHS[:2]) + f'<p><img src="/pier.jpg">{PARAGRAPHS[2]}</p>' + paragraphs(PARAGRAPHS[3:])
    found = body_of(inner)
    assert found.paragraphs == PARAGRAPHS
    assert [address for address, _ in found.pictures] == ["/pier.jpg"]


def test_text_after_an_element_is_a_paragraph_of_its_own() -> None:
    inner = f"{PARAGRAPHS[0]}<div>{PARAGRAPHS[1]}</div>{PARAGRAPHS[2]}<p>{PARAGRAPHS[3]}</p>{PARAGRAPHS[4]}"
    assert body_of(inner).paragraphs == PARAGRAPHS


def test_paragraphs_between_line_breaks_are_apart() -> None:
    assert body_of("<br><br>".join(PARAGRAPHS)).paragraphs == PARAGRAPHS


def test_list_items_headings_and_rows_are_paragraphs() -> None:
    items = [
        "Passengers with a season ticket pay nothing on the small boat during these weeks.",
        "Everybody else pays eleven crowns, as on the ferry, and children under six go free.",
    ]
    rows = [
        ["Boat", "Leaves the old pier", "Leaves the northern island"],
        ["Morning", "seven o’clock", "half past eight"],
        ["Afternoon", "four o’clock", "half past five"],
    ]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    inner = (
        paragraphs(PARAGRAPHS[:3])
        + f"<h2>What the small boat costs</h2><ul><li>{items[0]}</li><li>{items[1]}</li></ul>"
        + f"<p>{PARAGRAPHS[3]}</p><table>{table}</table><p>{PARAGRAPHS[4]}</p>"
    )
    lines = [" | ".join(row) for row in rows]
    expected = [*PARAGRAPHS[:3], "What the small boat costs", *items, PARAGRAPHS[3], *lines, PARAGRAPHS[4]]
    assert body_of(inner).paragraphs == expected


def test_markup_inside_a_word_leaves_no_blank_but_a_block_does() -> None:
    rows = (
        "<tr><th>Boat</th><th>CO<sub>2</sub> a <b>year</b></th></tr>"
        "<tr><td><b>F</b>erry<sup>1</sup></td><td><div>410 t</div><div>in 2025</div></td></tr>"
        "<tr><td>Small<br>boat</td><td><span>3</span>8 t<!-- measured --></td></tr>"
    )
    text = (
        "The f<b>err</b>y burns H<sub>2</sub>, says the <i>har</i>bour&shy;master, a<wbr>gain and again, every morning."
    )
    found = body_of(paragraphs(PARAGRAPHS[:3]) + f"<p>{text}</p><table>{rows}</table>" + paragraphs(PARAGRAPHS[3:]))
    assert found.paragraphs == [
        *PARAGRAPHS[:3],
        "The ferry burns H2, says the harbourmaster, again and again, every morning.",
        "Boat | CO2 a year",
        "Ferry1 | 410 t in 2025",
        "Small boat | 38 t",
        *PARAGRAPHS[3:],
    ]


def test_a_picture_of_the_size_of_a_letter_does_not_divide_a_paragraph() -> None:
    smile = '<img class="emoji" src="/smile.png" alt="☺">'
    arrow = '<img src="/arrow.gif" width="12" height="12">'
    texts = [f"{text[:40]}{smile}{text[40:80]}{arrow}{text[80:]}" for text in PARAGRAPHS]
    assert body_of(paragraphs(texts)).paragraphs == PARAGRAPHS


def test_a_row_that_lays_out_the_page_is_no_paragraph() -> None:
    text = "<br><br>".join(PARAGRAPHS)
    found = body_of(f'<table><tr><td width="100"><a href="/">Home</a></td><td>{text}</td></tr></table>')
    assert found.paragraphs == PARAGRAPHS


def test_a_line_of_underscores_is_no_paragraph() -> None:
    assert body_of(paragraphs(PARAGRAPHS[:3]) + "<p>___</p>" + paragraphs(PARAGRAPHS[3:])).paragraphs == PARAGRAPHS


def test_lines_of_the_page_are_left_out_where_they_stand() -> None:
    first = ["Ingrid Solberg", "By Ingrid Solberg | 3 March 2026", "Updated 4 March 2026, 10:15", "5 min read"]
    middle = ['<a href="/a1">Read more: School bus finds a new route</a>', "Advertisement"]
    last = [
        "Sign up for our newsletter",
        "Follow us on X and Facebook",
        "Related stories",
        "School bus finds a new route",
    ]
    head = '<meta name="author" content="Ingrid Solberg">'
    inner = "".join(map(paragraphs, (first, PARAGRAPHS[:3], middle, PARAGRAPHS[3:], last)))
    assert body_of(inner, head).paragraphs == PARAGRAPHS


def test_a_sentence_after_a_label_and_a_table_of_days_stay() -> None:
    related = "Related: the harbour office also repairs the crane, which has stood still since the storm in November."
    rows = [["Boat", "Leaves the old pier", "For the first time"], ["Morning", "seven o’clock", "3 March 2026"]]
    rows += [["Afternoon", "four o’clock", "4 March 2026"], ["Evening", "nine o’clock", "Friday, 6 March 2026"]]
    table = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    inner = (
        paragraphs([*PARAGRAPHS[:2], related, *PARAGRAPHS[2:4]])
        + f"<table>{table}</table>"
        + paragraphs(PARAGRAPHS[4:])
    )
    expected = [*PARAGRAPHS[:2], related, *PARAGRAPHS[2:4], *(" | ".join(row) for row in rows), PARAGRAPHS[4]]
    assert body_of(inner).paragraphs == expected


def test_references_to_characters_that_were_written_twice_are_decoded() -> None:
    inner = paragraphs([text.replace("“", "&amp;#8220;").replace("”", "&#8221;") for text in PARAGRAPHS])
    assert body_of(inner).paragraphs == PARAGRAPHS


def test_a_caption_stays_with_its_picture() -> None:
    figure = '<figure><img src="/ferry.jpg"><figcaption>The ferry leaves the harbour in 2019.</figcaption></figure>'
    found = body_of(paragraphs(PARAGRAPHS[:2]) + figure + paragraphs(PARAGRAPHS[2:]))
    assert found.paragraphs == PARAGRAPHS
    assert found.pictures == [("/ferry.jpg", "The ferry leaves the harbour in 2019.")]


def test_pictures_of_related_stories_are_not_the_articles() -> None:
    related = f'<div class="related-stories"><ul>{RELATED}</ul></div>'
    found = body_of(paragraphs(PARAGRAPHS[:3]) + related + paragraphs(PARAGRAPHS[3:]))
    assert found.paragraphs == PARAGRAPHS
    assert found.pictures == []


@pytest.mark.parametrize(
    "box",
    [
        '<div class="author-box"><p>Jonas Weber has written for The Sound since 2015.</p></div>',
        '<div class="post-newsletter"><p>Every morning the news of the islands: order our letter now, free of charge!</p></div>',
        '<div class="page-links">Seiten: <span class="current">1</span> <a href="/ferry/2">2</a></div>',
        '<div class="x">Páginas: <span>1</span> <a href="/ferry/2">2</a> <a href="/ferry/3">3</a></div>',
        '<p class="pager">Page 1 of 2, the ferry and the boat <a href="/ferry/2">Next</a></p>',
    ],
)
def test_boxes_about_authors_newsletters_and_pages_are_no_body(box: str) -> None:
    markup = f"""<html lang="de"><head><title>Ferry to stop</title></head><body><main><article><h1>Ferry to stop</h1>
<div class="entry-content"><p>{PARAGRAPHS[0]}</p>{box}</div></article></main></body></html>"""
    found = read([GenericPage(Source("https://sound.example/ferry", markup.encode()))]).body
    assert found.paragraphs == PARAGRAPHS[:1]


def test_names_of_boxes_around_the_whole_text_say_nothing() -> None:
    assert body_of(f'<div class="newsletter">{paragraphs(PARAGRAPHS)}</div>').paragraphs == PARAGRAPHS
    most = f'{paragraphs(PARAGRAPHS[:1])}<div class="subscribe">{paragraphs(PARAGRAPHS[1:])}</div>'
    assert body_of(most).paragraphs == PARAGRAPHS


@pytest.mark.parametrize(
    ("line", "authors", "kept"),
    [
        ("文・佐藤はなこ、写真・鈴木一郎", ["佐藤はなこ"], []),
        ("社会部・佐藤花子", ["佐藤花子"], []),
        ("記者　佐藤花子", ["佐藤花子"], []),
        ("【佐藤花子】", [], ["【佐藤花子】"]),
    ],
)
def test_a_byline_behind_japanese_text_is_read_or_stays(line: str, authors: list[str], kept: list[str]) -> None:
    texts = [
        "渡島町の渡し船は来年三月、三週間にわたって運休する。港の事務所が月曜日に発表した。エンジンの軸を取り換えるためだという。",
        "その間は小さな船が客と郵便を運ぶが、車は載せない。船は朝七時と午後四時に古い桟橋から出る。",
        "「北の島の農家には苦しい三週間になる」と事務所の所長は話す。この地域に同じ大きさの船はほかにない。",
    ]
    markup = f"""<html lang="ja"><head><title>渡し船、三月に運休</title></head><body><div class="article">
<h1>渡し船、三月に運休</h1><div class="article-body">{paragraphs(texts)}<p>{line}</p></div></div></body></html>"""
    article = read([GenericPage(Source("https://sound.example/news/1", markup.encode()))])
    assert article.body.paragraphs == [*texts, *kept]
    assert article.values.get("authors", []) == authors


def test_a_second_copy_for_small_screens_is_left_out() -> None:
    copies = f'<div class="desktop">{paragraphs(PARAGRAPHS)}</div><div class="mobile">{paragraphs(PARAGRAPHS)}</div>'
    assert body_of(copies).paragraphs == PARAGRAPHS


def test_a_form_around_the_whole_page_hides_nothing() -> None:
    inner = f'<form action="/" method="post">{paragraphs(PARAGRAPHS)}</form>'
    assert body_of(inner).paragraphs == PARAGRAPHS


@pytest.mark.parametrize("name", ["consent-dialog", "x1"])
@pytest.mark.parametrize("place", ["<header>", "</body>"])
def test_the_text_of_a_cookie_banner_is_not_the_articles(name: str, place: str) -> None:
    texts = [
        "We and our 143 partners store and read information on your device, such as unique identifiers in cookies.",
        "You may accept or manage your choices below, also where we claim a legitimate interest in your data.",
        "We tell our partners what you choose, and what you choose counts for all of our pages and our applications.",
    ]
    banner = f'<div class="{name}"><h2>Your privacy</h2>{paragraphs(texts)}<button>Accept all</button></div>'
    markup = page(paragraphs(PARAGRAPHS)).document.markup.replace(place, banner + place)
    found = read([GenericPage(Source("https://sound.example/news/ferry-to-stop-in-march", markup.encode()))]).body
    assert found.paragraphs == PARAGRAPHS


@pytest.mark.parametrize("element", ["div", "span", "b", "ul><li", "table><tr><td", "blockquote", "section"])
def test_elements_nested_a_thousand_deep_end(element: str) -> None:
    read([page(f"<{element}>" * 1000 + paragraphs(PARAGRAPHS))])


@pytest.mark.parametrize(
    "inner",
    ["<i></i>" * 8_000, "<div>" * 200, f"<p>{'Of the ferry. ' * 80_000}</p>"],
    ids=["tags", "nesting", "letters"],
)
def test_a_page_beyond_a_limit_has_no_body(inner: str) -> None:
    assert body_of(inner + paragraphs(PARAGRAPHS)).paragraphs == []


@given(
    st.text(max_size=60),
    st.lists(
        st.sampled_from(
            ["<p>", "</p>", "<div>", "<li>", "<table><tr><td>", "<td>", "<br>", "<img src=a>", "<a href=b>"]
        ),
        max_size=30,
    ),
)
@settings(max_examples=50, deadline=None)
def test_every_word_of_a_paragraph_stands_on_the_page(text: str, tags: list[str]) -> None:
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    source = page("".join(f"{tag}{escaped}" for tag in tags) + paragraphs(PARAGRAPHS))
    shown = clean("".join(str(each) for each in source.document.root.itertext())).replace(" ", "")
    for paragraph in read([source]).body.paragraphs:
        assert paragraph.replace(" | ", "").replace(" ", "") in shown.replace(" | ", "")
