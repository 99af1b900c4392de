"""Authors: names alone, from the metadata and from the byline that a page shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.bylines import is_person, names_in
from ecnscrawl.pages.generic.fields import GenericFields

URL = "https://www.harbourpost.example/1"


def authors(body: str, head: str = "") -> tuple[list[str], str]:
    """The authors of a page, and where they were found."""
    markup = f"<html lang='en'><head><title>A piano</title>{head}</head><body><h1>A piano</h1>{body}</body></html>"
    fields = GenericFields(Document(Source(URL, markup.encode())))
    return fields.authors(), fields.name_of("authors")


def json_ld(author: str) -> str:
    return f'<script type="application/ld+json">{{"@type": "NewsArticle", "author": {author}}}</script>'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("By Ana Ruiz", ["Ana Ruiz"]),
        ("BY ANA RUIZ AND JONAS WEBER", ["ANA RUIZ", "JONAS WEBER"]),
        ("Ana Ruiz, Jonas Weber & Mara Lind", ["Ana Ruiz", "Jonas Weber", "Mara Lind"]),
        ("Ana Ruiz | Senior Writer", ["Ana Ruiz"]),
        ("Ana Ruiz, Staff Writer", ["Ana Ruiz"]),
        ("Ana Ruiz, Ph.D.", ["Ana Ruiz"]),
        ("Ana Ruiz (Harbour Town)", ["Ana Ruiz"]),
        ("ana.ruiz@harbourpost.example Ana Ruiz @anaruiz", ["Ana Ruiz"]),
        ("By Ana Ruiz, USA HARBOUR, ", ["Ana Ruiz", "USA HARBOUR"]),
        ("Von Jonas Weber und Käthe von der Heide", ["Jonas Weber", "Käthe von der Heide"]),
        ("Par Élodie Marchand et Luc Petit", ["Élodie Marchand", "Luc Petit"]),
        ("作者：李明、王晓华", ["李明", "王晓华"]),
        ("Автор: Анна Петрова", ["Анна Петрова"]),
        ("بقلم: ليلى حداد", ["ليلى حداد"]),
        ("Ana Ruiz, LD, NSCA-CPT", ["Ana Ruiz"]),
        ("Ana Ruiz, Chief Technology Officer; Head of Harbours", ["Ana Ruiz"]),
        ("Ana (Annie) Ruiz", ["Ana Ruiz"]),
        ("3 August 2026 · Ana Ruiz on behalf of Harbour Friends", ["Ana Ruiz"]),
        ("By Dr. Jane Marsh", ["Jane Marsh"]),
        ("Prof. Dr. Klaus Holm", ["Klaus Holm"]),
        ("Dr. h.c. Petra von der Heide", ["Petra von der Heide"]),
        ("Drew Marsh", ["Drew Marsh"]),
        ("文・佐藤はなこ、写真・鈴木一郎", ["佐藤はなこ"]),
        ("写真・鈴木一郎、田中花子　文・佐藤はなこ", ["佐藤はなこ"]),
        ("社会部・佐藤花子", ["佐藤花子"]),
        ("【佐藤花子】", ["佐藤花子"]),
        ("Text: Ana Ruiz, Fotos: Mara Lind, Luc Petit", ["Ana Ruiz"]),
        ("وكالات", []),
        ("محرر الاقتصاد", []),
        ("hpadmin", []),
        ("Staff", []),
        ("News Desk", []),
        ("Newsroom Staff", []),
        ("Harbour Post", []),
        ("3 August 2026", []),
        ("https://www.harbourpost.example/ana", []),
        ("", []),
    ],
)
def test_a_byline_gives_names_alone(text: str, expected: list[str]) -> None:
    assert names_in(text, ["Harbour Post"]) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('"Ana Ruiz"', ["Ana Ruiz"]),
        ('{"@type": "Person", "name": "Ana Ruiz"}', ["Ana Ruiz"]),
        ('[{"name": "Ana Ruiz"}, {"name": ["Jonas Weber"]}]', ["Ana Ruiz", "Jonas Weber"]),
        ('{"@type": "Organization", "name": "Harbour Agency"}', ["Harbour Agency"]),
        ('[{"@type": "Person", "name": "Ana Ruiz"}, {"name": "Harbour Press"}]', ["Ana Ruiz"]),
        ("null", []),
        ("7", []),
        ('[[{"x": {}}], "", 1]', []),
    ],
)
def test_json_ld_names_authors_in_many_forms(value: str, expected: list[str]) -> None:
    assert authors("", json_ld(value))[0] == expected


def test_a_reference_in_json_ld_is_resolved_across_scripts() -> None:
    head = (
        json_ld('{"@id": "#ana"}') + '<script type="application/ld+json">[{"@id": "#ana", "name": "Ana Ruiz"}]</script>'
    )
    assert authors("", head) == (["Ana Ruiz"], "json-ld")


def test_a_site_may_have_the_name_of_its_author_but_an_outlet_is_no_author() -> None:
    site = '<meta property="og:site_name" content="Ana Ruiz">'
    assert authors("", site + json_ld('{"@type": "Person", "name": "Ana Ruiz"}'))[0] == ["Ana Ruiz"]
    outlet = '<meta property="og:site_name" content="Harbour Post"><meta name="author" content="Harbour Post">'
    assert authors("", outlet)[0] == []


def test_texts_of_a_byline_are_not_joined_without_a_space() -> None:
    assert authors('<div class="byline">By<a href="/by/summer-swann">Summer Swann</a></div>') == (
        ["Summer Swann"],
        "byline",
    )


def test_a_byline_wins_where_it_names_more_people_but_not_where_it_names_fewer() -> None:
    head = '<meta name="author" content="Ana Ruiz">'
    assert authors('<p class="byline">By Ana Ruiz and Jonas Weber</p>', head) == (["Ana Ruiz", "Jonas Weber"], "byline")
    assert authors('<p class="byline">By Ana Ruiz</p>', json_ld('["Ana Ruiz", "Jonas Weber"]'))[0] == [
        "Ana Ruiz",
        "Jonas Weber",
    ]


def test_a_byline_wins_over_a_user_name() -> None:
    assert authors('<p class="byline">By Ana Ruiz</p>', '<meta name="author" content="aruiz">')[0] == ["Ana Ruiz"]


def test_photographers_and_reviewers_are_no_authors() -> None:
    body = (
        '<div class="byline">By <a href="/by/ana">Ana Ruiz</a>. Photography by <a href="/by/mara">Mara Lind</a></div>'
    )
    assert authors(body)[0] == ["Ana Ruiz"]
    assert authors(body, json_ld('["Ana Ruiz", "Mara Lind"]'))[0] == ["Ana Ruiz"]


def test_links_of_a_byline_to_topics_are_no_authors() -> None:
    byline = (
        '<div class="byline"><a href="/author/ana-ruiz">Ana Ruiz</a> <a href="/author/jonas-weber">Jonas Weber</a>'
        '<a href="/topic/harbours">Harbour Life</a></div>'
    )
    assert authors(byline)[0] == ["Ana Ruiz", "Jonas Weber"]


def test_a_line_with_name_role_and_day_below_the_headline_is_a_byline() -> None:
    assert authors("<p>Ana Ruiz | Senior Writer | 3 August 2026</p>") == (["Ana Ruiz"], "byline")
    assert authors("<p>Harbour Life | Piano News</p>")[0] == []


def test_a_label_of_the_metadata_says_which_data_names_the_author() -> None:
    head = (
        '<meta name="twitter:label1" content="Reading time"><meta name="twitter:data1" content="Seven Minutes">'
        '<meta name="twitter:label2" content="Written by"><meta name="twitter:data2" content="Ana Ruiz">'
    )
    assert authors("", head) == (["Ana Ruiz"], "og")


def test_a_page_without_an_author_has_none() -> None:
    body = "<p>By the harbour a piano stands.</p><p>Read more</p><a href='/user/login'>Subscriber Login</a>"
    assert authors(body, '<meta name="author" content="News Staff">') == ([], "generic")


def test_authors_of_other_articles_are_not_this_ones() -> None:
    body = "".join(f"<p>Paragraph {number}</p>" for number in range(30))
    teasers = '<p class="byline">By Ana Ruiz</p><p class="byline">By Jonas Weber</p>'
    assert authors(body + teasers)[0] == []


def test_data_of_scripts_names_authors_if_nothing_else_does() -> None:
    script = '<script>var page = {"authors":[{"id":7,"name":"Ana Ruiz"}]}</script>'
    assert authors(script) == (["Ana Ruiz"], "script")


def test_cited_authors_have_their_family_name_first() -> None:
    head = '<meta name="citation_author" content="Ruiz, Ana"><meta name="citation_author" content="Weber, Jonas">'
    assert authors("", head)[0] == ["Ana Ruiz", "Jonas Weber"]


@given(st.text(max_size=200))
def test_names_are_short_parts_of_the_text_without_digits(text: str) -> None:
    for name in names_in(text):
        assert 2 <= len(name) <= 60
        assert not any(letter.isdigit() for letter in name)
        assert is_person(name) in (True, False)
