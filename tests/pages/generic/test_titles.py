"""Headlines: what the metadata says, compared with what the page shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.generic.fields import GenericFields
from ecnscrawl.pages.generic.titles import Title, decoded, find_title, key_of, without_site

URL = "https://www.harbourpost.example/1"


def title_of(markup: str, url: str = URL) -> str | None:
    return GenericFields(Document(Source(url, markup.encode()))).title()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ferries return - Harbour Post", "Ferries return"),
        ("Ferries return | Harbour Post | Local", "Ferries return | Harbour Post | Local"),
        ("Ferries return | Harbour Post News", "Ferries return"),
        ("Harbour Post: Ferries return", "Ferries return"),
        ("Ferries return – again – HarbourPost.example", "Ferries return – again"),
        ("渡轮归来_Harbour Post", "渡轮归来"),
        ("Harbour Post - one year later", "one year later"),
        ("The harbour post is full", "The harbour post is full"),
        ("Harbour Post", "Harbour Post"),
        ("One - two", "One - two"),
    ],
)
def test_the_name_of_the_site_is_cut_off(text: str, expected: str) -> None:
    assert without_site(text, ["Harbour Post", "harbourpost.example", "harbourpost"]) == expected


def test_entities_are_decoded_twice() -> None:
    assert decoded("Harbour&amp;#8217;s &amp;amp; ours") == "Harbour’s & ours"


def test_the_heading_that_agrees_with_the_metadata_counts_before_other_headings() -> None:
    markup = '<meta property="og:title" content="Piano ashore"><h1>Harbour Post</h1><h1>Piano ashore at last</h1>'
    assert title_of(markup) == "Piano ashore at last"


def test_a_label_in_the_heading_is_not_the_headline() -> None:
    markup = "<title>Piano comes ashore</title><h1>Culture | Piano comes ashore</h1>"
    assert title_of(markup) == "Piano comes ashore"


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Local News Piano comes ashore at last", "Piano comes ashore at last"),
        ("Piano comes ashore at last Posted on August 3, 2026 by Ana", "Piano comes ashore at last"),
        ("The Piano comes ashore at last", "The Piano comes ashore at last"),
        ("Piano comes ashore at last, say those who saw it", "Piano comes ashore at last, say those who saw it"),
    ],
)
def test_a_label_or_a_day_in_the_heading_is_left_out_where_the_metadata_agrees(heading: str, expected: str) -> None:
    head = '<meta property="og:title" content="Piano comes ashore at last"><title>Piano comes ashore at last</title>'
    assert title_of(f"{head}<h1>{heading}</h1>") == expected


def test_capitals_of_a_heading_are_written_as_in_the_metadata() -> None:
    assert title_of("<title>Piano comes ashore</title><h1>PIANO COMES ASHORE</h1>") == "Piano comes ashore"


def test_the_name_of_a_section_is_not_the_headline() -> None:
    assert title_of("<title>Piano comes ashore - Harbour Post</title><h1>Local</h1>") == "Piano comes ashore"


def test_a_headline_that_is_written_differently_for_search_engines_is_the_one_that_is_shown() -> None:
    markup = "<title>Best piano 2026</title><h1>How the ferry lost its music at last</h1>"
    assert title_of(markup) == "How the ferry lost its music at last"


def test_lines_of_a_heading_are_separated() -> None:
    assert title_of("<h1>Piano<br>comes <b>ash</b>ore<script>1</script></h1>") == "Piano comes ashore"


def test_a_page_without_a_headline_has_none() -> None:
    assert title_of("<p>Text.</p>") is None
    assert find_title([Title("—", "og")], [" "], []) is None


@given(st.text(max_size=60), st.lists(st.text(max_size=20), max_size=3))
def test_cutting_never_invents_text(text: str, names: list[str]) -> None:
    assert without_site(text, names) in text


@given(st.lists(st.text(max_size=40), max_size=4), st.lists(st.text(max_size=40), max_size=3))
def test_a_headline_is_one_that_the_page_has(stated: list[str], headings: list[str]) -> None:
    found = find_title([Title(text, "og") for text in stated], headings, [])
    assert found is None or any(found.text in text for text in [*stated, *headings])
    assert found is None or key_of(found.text)
