"""JSON feeds: the addresses and times of their entries."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.document import Source
from ecnscrawl.pages.feeds import feed_entries, is_whole_feed
from ecnscrawl.pages.json_feed import is_json_feed
from ecnscrawl.pages.links import Link

URL = "https://gazette.example/feed.json"
FEED = {
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Gazette",
    "items": [
        {"id": "7", "url": "/town/ferry", "date_published": "2026-11-24T08:30:00+01:00", "content_html": "<rss><b>"},
        {"id": "https://gazette.example/town/mill", "external_url": "https://other.example/a", "date_published": 5},
        {"id": "8", "external_url": "https://other.example/b"},
        "a note",
    ],
}


def entries(document: object) -> list[Link]:
    return feed_entries(Source(URL, json.dumps(document).encode()), None)


def test_each_entry_has_its_address_and_time() -> None:
    at = StatedTime(datetime(2026, 11, 24, 7, 30, tzinfo=UTC), "second")
    assert entries(FEED) == [
        Link("https://gazette.example/town/ferry", at),
        Link("https://gazette.example/town/mill"),
    ]


@pytest.mark.parametrize("document", [{}, {"items": FEED["items"]}, {"version": FEED["version"], "items": 7}, [FEED]])
def test_other_json_is_no_feed(document: object) -> None:
    assert entries(document) == []


def test_a_feed_that_was_cut_off_shows_no_end() -> None:
    text = json.dumps(FEED)
    assert is_whole_feed(text)
    assert not any(is_whole_feed(text[:end]) for end in range(len(text)))


@given(st.text() | st.integers(0, 100_000).map(lambda depth: "{" + '"a":[' * depth))
def test_no_text_raises(text: str) -> None:
    assert not is_json_feed("{" + text) or "version" in text
    feed_entries(Source(URL, b"{" + text.encode("utf-8", "replace")), None)
