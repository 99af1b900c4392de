"""The record, its digest, and records that are refused."""

import hashlib
import json
from typing import Any

import msgspec
import pytest

from ecnscrawl.items import Article, Image, Video, content_hash, has_content, to_line, validated
from tests.samples import article

PICTURE = Image("https://image.cns.com.cn/a.jpg", "Ice in Harbin. (Photo/Xinhua)", "Xinhua")
FILM = Video("https://video.cns.com.cn/a.mp4", "https://image.cns.com.cn/a.jpg", None)
KEYS = (
    "schema_version id revision url site kind title summary body published_at published_precision updated_at fetched_at"
    " source editor authors dateline section keywords language images videos content_hash layout"
).split()


def test_a_line_has_all_keys_in_the_order_of_the_contract_and_ends_with_a_newline() -> None:
    line = to_line(article())
    assert line.endswith(b"}\n")
    assert line.count(b"\n") == 1
    assert list(json.loads(line)) == KEYS


def test_a_line_has_null_and_empty_lists_for_what_is_unknown() -> None:
    record = json.loads(to_line(article()))
    assert [key for key, value in record.items() if value is None] == [
        "summary", "updated_at", "source", "editor", "dateline", "section",
    ]  # fmt: skip
    assert [key for key, value in record.items() if value == []] == ["authors", "keywords", "images", "videos"]


def test_a_line_is_utf_8_as_it_is() -> None:
    assert "São Paulo – 北京".encode() in to_line(article(title="São Paulo – 北京"))


def test_media_have_their_keys_in_order() -> None:
    record = json.loads(to_line(article(images=[PICTURE], videos=[FILM])))
    assert [list(image) for image in record["images"]] == [["url", "caption", "credit"]]
    assert [list(video) for video in record["videos"]] == [["url", "poster", "caption"]]


def test_the_digest_is_that_of_title_body_source_and_media() -> None:
    content = (
        '["A title","A body","Xinhua",[["https://image.cns.com.cn/a.jpg","Ice in Harbin. (Photo/Xinhua)"]],'
        '[["https://video.cns.com.cn/a.mp4",null]]]'
    )
    made = article(title="A title", body="A body", source="Xinhua", images=[PICTURE], videos=[FILM])
    assert content_hash(made) == hashlib.sha256(content.encode()).hexdigest()


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"}, {"body": "Another"}, {"body": None}, {"source": "China Daily"}, {"images": [PICTURE]}, {"videos": [FILM]},
    ],
    ids=str,
)  # fmt: skip
def test_what_a_reader_sees_changes_the_digest(change: dict[str, Any]) -> None:
    assert content_hash(article(**change)) != content_hash(article())


@pytest.mark.parametrize(
    "change",
    [
        {"id": "ecns:other"}, {"revision": 7}, {"url": "https://www.ecns.cn/x.shtml"}, {"editor": "Li Yan"}, {"authors": ["Li Yan"]},
        {"published_at": "2026-01-01T00:00:00Z"}, {"updated_at": "2026-01-01T00:00:00Z"}, {"section": "World"},
        {"fetched_at": "2026-01-01T00:00:00Z"}, {"summary": "Short"}, {"layout": "mobile"}, {"keywords": ["ferry"]},
    ],
    ids=str,
)  # fmt: skip
def test_data_about_the_article_does_not_change_the_digest(change: dict[str, Any]) -> None:
    assert content_hash(article(**change)) == content_hash(article())


def test_another_caption_changes_the_digest() -> None:
    one, other = article(images=[PICTURE]), article(images=[Image(PICTURE.url, "Snow.", "Xinhua")])
    assert content_hash(one) != content_hash(other)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, True),
        ({"body": None}, False),
        ({"body": None, "images": [PICTURE]}, True),
        ({"body": None, "videos": [FILM]}, True),
    ],
    ids=str,
)
def test_a_headline_alone_does_not_count_as_content(change: dict[str, Any], expected: bool) -> None:
    assert has_content(article(**change)) is expected


def test_a_whole_record_is_valid() -> None:
    made = article(images=[PICTURE], videos=[FILM], authors=["Zhao Lei"], keywords=["ferry"])
    assert validated(made) == made


@pytest.mark.parametrize(
    "change",
    [
        {"schema_version": 2}, {"id": ""}, {"id": "ihtest1"}, {"id": "ecns:"}, {"id": "ecns:a b"}, {"revision": 0}, {"revision": "1"},
        {"url": ""}, {"url": "ftp://www.ecns.cn/x"}, {"url": "https://www.ecns.cn/x y"}, {"url": "https://www.ecns.cn/x#a"},
        {"url": "https://www.ecns.cn"}, {"site": ""}, {"kind": "gallery"}, {"title": ""}, {"title": None}, {"summary": ""},
        {"body": ""}, {"published_at": ""}, {"published_at": None}, {"published_at": "2026-11-23"}, {"published_at": "2026-11-23T06:00:00+08:00"},
        {"published_precision": ""}, {"published_precision": "hour"}, {"published_precision": None},
        {"updated_at": ""}, {"fetched_at": ""}, {"source": ""}, {"editor": ""}, {"authors": [""]}, {"authors": None}, {"dateline": ""},
        {"section": ""}, {"keywords": [""]}, {"keywords": "ferry"}, {"language": ""}, {"content_hash": ""}, {"content_hash": "XY" * 32}, {"layout": ""},
        {"images": [Image("")]}, {"images": [Image("//image.cns.com.cn/a.jpg")]}, {"images": [Image(PICTURE.url, "")]},
        {"images": [Image(PICTURE.url, None, "")]}, {"videos": [Video("")]}, {"videos": [Video(FILM.url, "")]}, {"videos": [Video(FILM.url, None, "")]},
    ],
    ids=str,
)  # fmt: skip
def test_a_record_against_its_schema_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(msgspec.ValidationError):
        validated(article(**({"content_hash": "0" * 64} | change)))


@pytest.mark.parametrize(
    "change",
    [
        {"id": "www.gaceta.example:0123456789abcdef", "site": "www.gaceta.example"},
        {"id": "gaceta:edicion:2026.41"},
        {"url": "http://gaceta.example/nota?id=41&amp=1"},
        {"images": [Image("http://gaceta.example/foto?n=1")]},
    ],
    ids=str,
)
def test_a_record_of_another_site_may_have_this(change: dict[str, Any]) -> None:
    made = article(**({"content_hash": "0" * 64} | change))
    assert validated(made) == made


def test_an_empty_record_is_refused() -> None:
    with pytest.raises(msgspec.ValidationError):
        validated(Article())
