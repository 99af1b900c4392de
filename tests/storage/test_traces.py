"""Addresses of an article are found in any text, also in one that a site has made to take long."""

import pytest

from ecnscrawl.storage.traces import Traces


def found(url: str, text: bytes) -> list[bytes]:
    pattern = Traces(urls={url}).address_pattern()
    assert pattern is not None
    return pattern.findall(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b'href="https://example.org/story?id=7&amp;page=2"', [b"https://example.org/story?id=7&amp;page=2"]),
        (b'"url":"http://m.example.org/story?id=7&page=2#top"', [b"http://m.example.org/story?id=7&page=2#top"]),
        (b'href="/story?id=7&amp;page=21"', []),
        (b'href="/story?id=8&amp;page=2"', []),
    ],
)
def test_an_address_with_several_parameters_is_found_in_pages_and_reports(text: bytes, expected: list[bytes]) -> None:
    assert found("https://example.org/story?id=7&page=2", text) == expected


def test_a_picture_inside_a_page_is_searched_in_one_pass() -> None:
    picture = b'<img src="data:image/png;base64,' + b"iVBOR/" * 500_000 + b'"> <a href="/news/481516">'
    assert found("https://example.org/news/481516", picture) == [b"/news/481516"]
