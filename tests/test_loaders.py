"""An extraction's raw values become a record."""

from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from ecnscrawl.items import Article, Image, Video, content_hash, validated
from ecnscrawl.loaders import load
from ecnscrawl.normalize.timestamps import StatedTime
from ecnscrawl.pages.base import Extraction
from ecnscrawl.pages.captions import Body
from tests.samples import address

CHINA = ZoneInfo("Asia/Shanghai")


def loaded(
    values: dict[str, Any] | None = None,
    body: Body | None = None,
    listed: StatedTime | None = None,
    zone: tzinfo | None = CHINA,
) -> Article:
    stated = {"title": "Ferry is late", "published_at": "2026-11-23 15:30:00"} | (values or {})
    return load(
        Extraction(layout="2026", values=stated, body=body or Body(paragraphs=["It was late."])),
        address(),
        site="ecns",
        language="en",
        zone=zone,
        fetched_at=datetime(2026, 11, 23, 7, 45, 10, 999, tzinfo=UTC),
        listed=listed,
    )


def test_the_record_has_what_its_address_and_its_site_say() -> None:
    record = loaded()
    assert (record.id, record.url, record.kind) == ("ecns:ihtest1", address().url, "article")
    assert (record.site, record.language, record.layout) == ("ecns", "en", "2026")
    assert record.fetched_at == "2026-11-23T07:45:10Z"


def test_a_loaded_record_needs_only_a_revision_to_be_valid() -> None:
    record = loaded()
    with pytest.raises(msgspec.ValidationError, match="revision"):
        validated(record)
    assert validated(replace(record, revision=1))


@pytest.mark.parametrize("key", ["title", "summary", "source", "editor", "section"])
def test_texts_are_cleaned(key: str) -> None:
    assert getattr(loaded({key: " \u200bTwo\xa0 words\n"}), key) == "Two words"


@pytest.mark.parametrize("key", ["summary", "source", "editor", "section", "updated_at"])
@pytest.mark.parametrize("value", ["", " \u3000\n", "\u200b"])
def test_a_blank_text_is_unknown(key: str, value: str) -> None:
    assert getattr(loaded({key: value}), key) is None


def test_times_are_utc() -> None:
    record = loaded({"published_at": " 2026-11-23\xa015:30:00 ", "updated_at": "2026-11-23 15:31"})
    assert (record.published_at, record.updated_at) == ("2026-11-23T07:30:00Z", "2026-11-23T07:31:00Z")


@pytest.mark.parametrize(("written", "expected"), [("2026-11-23 15:30:00", "second"), ("2026-11-23 15:30", "minute")])
def test_the_precision_of_the_time_of_publishing_is_noted(written: str, expected: str) -> None:
    assert loaded({"published_at": written}).published_precision == expected


SOON = StatedTime(datetime(2026, 11, 23, 7, 15, tzinfo=UTC), "minute")
SOME_DAY = StatedTime(datetime(2026, 11, 22, tzinfo=UTC), "day")


@pytest.mark.parametrize(
    ("written", "listed", "expected"),
    [
        ("2026-11-23 15:30:00", SOON, ("2026-11-23T07:30:00Z", "second")),
        ("2026-11-23 15:30", SOME_DAY, ("2026-11-23T07:30:00Z", "minute")),
        ("2026-11-23 15:30:00 CST", SOON, ("2026-11-23T07:15:00Z", "minute")),
        ("2026-11-23", SOON, ("2026-11-23T07:15:00Z", "minute")),
        ("2026-11-23", SOME_DAY, ("2026-11-23T00:00:00Z", "day")),
        ("2026-11-23", None, ("2026-11-23T00:00:00Z", "day")),
        (None, SOME_DAY, ("2026-11-22T00:00:00Z", "day")),
        (None, None, ("", "")),
        (
            ["2026-11-23", "today", "2026-11-23T15:30+08:00", "2026-11-24 15:30"],
            SOON,
            ("2026-11-23T07:30:00Z", "minute"),
        ),
        ([], SOON, ("2026-11-23T07:15:00Z", "minute")),
    ],
)
def test_the_page_comes_before_the_feed_and_a_time_before_a_day(
    written: str | list[str] | None, listed: StatedTime | None, expected: tuple[str, str]
) -> None:
    record = loaded({"published_at": written}, listed=listed)
    assert (record.published_at, record.published_precision) == expected


def test_a_time_without_a_zone_is_unknown_if_the_sites_zone_is_unknown() -> None:
    record = loaded({"published_at": ["2026-11-23 15:30:00", "2026-11-23T09:00:00Z"]}, zone=None)
    assert record.published_at == "2026-11-23T09:00:00Z"


def test_a_time_that_cannot_be_read_is_not_guessed() -> None:
    record = loaded({"published_at": "yesterday", "updated_at": "2026-11-23"})
    assert record.updated_at is None
    with pytest.raises(msgspec.ValidationError, match="published_at"):
        validated(replace(record, revision=1))


def test_paragraphs_are_joined_by_a_blank_line() -> None:
    assert loaded(body=Body(paragraphs=["One.", "Two."])).body == "One.\n\nTwo."


def test_without_paragraphs_there_is_no_body() -> None:
    assert loaded(body=Body(pictures=[("/a.jpg", None)])).body is None


def test_keywords_are_cleaned_and_blank_ones_dropped() -> None:
    assert loaded({"keywords": [" ice ", "\u200b", "", "snow"]}).keywords == ["ice", "snow"]


def test_names_are_cleaned() -> None:
    assert loaded({"authors": ["Zhao\xa0Lei", " Xu Wei"]}).authors == ["Zhao Lei", "Xu Wei"]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("/a.jpg", "https://www.ecns.cn/a.jpg"),
        ("a.jpg", "https://www.ecns.cn/world/2026-11-23/a.jpg"),
        ("//image.cns.com.cn/a.jpg", "https://image.cns.com.cn/a.jpg"),
        ("http://image.cns.com.cn/a b.jpg?x=1", "https://image.cns.com.cn/a%20b.jpg?x=1"),
    ],
)
def test_pictures_have_absolute_https_addresses(written: str, expected: str) -> None:
    assert loaded(body=Body(pictures=[(written, None)])).images == [Image(expected)]


@pytest.mark.parametrize("written", ["data:image/gif;base64,R0", "file:///a.jpg", "", "javascript:;"])
def test_media_without_a_web_address_are_dropped(written: str) -> None:
    record = loaded(body=Body(["It was late."], [(written, "Ice."), ("/a.jpg", None)], [(written, "/a.jpg", None)]))
    assert record.images == [Image("https://www.ecns.cn/a.jpg")]
    assert record.videos == []


def test_a_caption_keeps_its_credit_and_the_credit_stands_alone_too() -> None:
    body = Body(pictures=[("/a.jpg", "Ice\u200b on  the river. (Photo/Xinhua)"), ("/b.jpg", "Snow."), ("/c.jpg", " ")])
    assert loaded(body=body).images == [
        Image("https://www.ecns.cn/a.jpg", "Ice on the river. (Photo/Xinhua)", "Xinhua"),
        Image("https://www.ecns.cn/b.jpg", "Snow.", None),
        Image("https://www.ecns.cn/c.jpg", None, None),
    ]


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ([("/a.jpg", None), ("/a.jpg", None)], [None]),
        ([("/a.jpg", "One."), ("/a.jpg", "One.")], ["One."]),
        ([("/a.jpg", None), ("/a.jpg", "One.")], ["One."]),
        ([("/a.jpg", "One."), ("/a.jpg", None)], ["One."]),
        ([("/a.jpg", "One."), ("/a.jpg", "Two.")], ["One.", "Two."]),
    ],
)
def test_a_picture_shown_twice_counts_once_unless_the_captions_differ(
    shown: list[tuple[str, str | None]], expected: list[str | None]
) -> None:
    assert [image.caption for image in loaded(body=Body(pictures=shown)).images] == expected


def test_a_video_has_absolute_https_addresses() -> None:
    body = Body(
        videos=[("//v.cns.com.cn/a.mp4", "/a.jpg", "A  kite."), ("/b.mp4", None, None), ("/c.mp4", "data:x", None)]
    )
    assert loaded(body=body).videos == [
        Video("https://v.cns.com.cn/a.mp4", "https://www.ecns.cn/a.jpg", "A kite."),
        Video("https://www.ecns.cn/b.mp4", None, None),
        Video("https://www.ecns.cn/c.mp4", None, None),
    ]


def test_a_record_bears_the_digest_of_its_content() -> None:
    record = loaded(body=Body(["It was late."], [("/a.jpg", "Ice.")]))
    assert record.content_hash == content_hash(record)
    assert record.content_hash != loaded().content_hash
