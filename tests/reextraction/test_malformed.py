"""A malformed address in an archive costs its own response, never those around it."""

import logging
from pathlib import Path

import pytest

import ecnscrawl
from ecnscrawl.reextraction.further import is_followed, part_of
from ecnscrawl.reextraction.reading import Selection, pages_of
from ecnscrawl.reextraction.sites import SiteKey, article_of, profile_for, with_ascii_host
from ecnscrawl.storage.archive.reader import ArchivedResponse
from replica.gazette import story
from tests.system.archives import DAY, Page, warc

STORY = Page("https://gazette.example/2026/11/20/an-orchard-for-the-town", story(7, DAY).page().encode(), DAY)
GAZETTE = SiteKey("gazette.example", "https://gazette.example/")


def response(url: str, block: bytes = b"", **more: object) -> ArchivedResponse:
    return ArchivedResponse(url=url, at=DAY, file="a:1", number=0, place="a", status=301, block=block, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "host", ["http://[bad", "http://ex\u2100mple.example", "http://b\u00fccher.[example", "https://[::1"]
)
def test_a_response_with_a_malformed_address_is_named_and_the_next_one_is_read(
    tmp_path: Path, host: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "others.warc.gz"
    bad = Page(f"{host}/2026/11/20/the-old-ferry-sails-again", STORY.body, DAY)
    path.write_bytes(warc([bad, STORY]))
    with caplog.at_level(logging.WARNING):
        assert [each.url for each in ecnscrawl.extract_warc(path)] == [STORY.url]
    assert caplog.text.count("a malformed address") == 1
    problems: list[str] = []
    shards = [
        list(pages_of(path, Selection(shard=(each, 3)), lambda what, _: problems.append(what))) for each in (1, 2, 3)
    ]
    assert sorted(map(len, shards)) == [0, 0, 1]
    assert problems == ["a malformed address"]


def test_an_address_that_only_browsers_can_read_is_read_as_they_do() -> None:
    found = with_ascii_host(response("https://gazette.example\\[a]/2026/11/20/an-orchard-for-the-town"))
    assert found is not None
    assert found.url == "https://gazette.example/%5Ba%5D/2026/11/20/an-orchard-for-the-town"


@pytest.mark.parametrize("target", ["http://[bad/x", "http://ex\u2100mple.example/", "https://gazette.example:bad/x"])
@pytest.mark.parametrize(
    ("key", "url"),
    [
        (GAZETTE, f"{STORY.url}?page=2"),
        (SiteKey("ecns"), "https://www.ecns.cn/business/2017/06-23/262576_2.shtml"),
    ],
)
def test_a_redirect_to_a_malformed_address_leads_to_no_page(key: SiteKey, url: str, target: str) -> None:
    moved = response(url, f"HTTP/1.1 301 Moved\r\nLocation: {target}\r\n\r\n".encode())
    ref = article_of(moved, profile_for(key))
    assert ref is not None
    assert not is_followed(moved, ref, profile_for(key))


@pytest.mark.parametrize("number", ["\u00b2", "\u0662", "0", "1", "02", "-2", "", "9" * 5000])
def test_a_part_with_a_malformed_number_is_not_believed(number: str) -> None:
    named = response(f"{STORY.url}?page=2", part=f"{number} {STORY.url}")
    assert part_of(named, profile_for(GAZETTE)) is None


def test_a_part_with_a_number_belongs_to_the_article_that_it_names() -> None:
    for number in (2, 9, 10, 50):
        ref = part_of(response(f"{STORY.url}?page=2", part=f"{number} {STORY.url}"), profile_for(GAZETTE))
        assert ref is not None
        assert (ref.url, ref.part) == (STORY.url, number)
