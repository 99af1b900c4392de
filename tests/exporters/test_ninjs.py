"""Exports as ninjs 3.0 are valid and have every value of the record in its place."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped,unused-ignore]

from tests.exporters.library import BRIDGE, EVERYTHING, FERRY, NEWEST, NOTHING, Library
from tests.exporters.ninjs_schema import SCHEMA
from tests.samples import article


def items_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def bridge(library: Library) -> dict[str, Any]:
    """The richest of the records."""
    return items_of(library.export("a.ninjs.jsonl"))[1]


def test_the_ninjs_schema_is_a_valid_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_every_line_is_a_valid_item(library: Library) -> None:
    items = items_of(library.export("a.ninjs.jsonl", all_revisions=True))
    assert len(items) == len(EVERYTHING)
    for item in items:
        Draft202012Validator(SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(item)


def test_each_article_is_exported_in_its_newest_revision(library: Library) -> None:
    items = items_of(library.export("a.ninjs.jsonl"))
    assert [(item["uri"], item["version"]) for item in items] == [(one.url, str(one.revision)) for one in NEWEST]


def test_the_texts_are_those_of_the_record(bridge: dict[str, Any]) -> None:
    assert [text["value"] for text in bridge["headlines"]] == [BRIDGE.title]
    assert [text["value"] for text in bridge["descriptions"]] == [BRIDGE.summary]
    assert [text["value"] for text in bridge["bodies"]] == [BRIDGE.body]
    assert {text["contentType"] for key in ("headlines", "descriptions", "bodies") for text in bridge[key]} == {
        "text/plain"
    }


def test_people_places_and_subjects_are_those_of_the_record(bridge: dict[str, Any]) -> None:
    assert bridge["by"] == 'Zhao Lei, Xu "Will" Wei'
    assert bridge["people"] == [
        {"name": "Zhao Lei", "rel": "author"},
        {"name": 'Xu "Will" Wei', "rel": "author"},
        {"name": "李雁", "rel": "editor"},
    ]
    assert bridge["located"] == "BEIJING"
    assert bridge["subjects"] == [
        {"name": "Politics", "rel": "section"},
        {"name": "bridge", "rel": "keyword"},
        {"name": "桥", "rel": "keyword"},
    ]
    assert bridge["infoSources"] == [{"name": "China Daily", "role": "source"}]


def test_times_and_names_are_those_of_the_record(bridge: dict[str, Any]) -> None:
    assert (bridge["firstCreated"], bridge["versionCreated"]) == (BRIDGE.published_at, BRIDGE.updated_at)
    assert bridge["altIds"] == [{"role": "id", "value": BRIDGE.id}]
    assert (bridge["type"], bridge["language"]) == ("picture", "en")


def test_images_and_videos_are_associated_items(bridge: dict[str, Any]) -> None:
    first, second, video = bridge["associations"]
    assert (first["type"], first["uri"]) == ("picture", BRIDGE.images[0].url)
    assert first["descriptions"][0]["value"] == BRIDGE.images[0].caption
    assert first["infoSources"] == [{"name": "Xinhua", "role": "credit"}]
    assert second == {
        "name": "image-2",
        "uri": BRIDGE.images[1].url,
        "type": "picture",
        "renditions": [{"name": "main", "href": BRIDGE.images[1].url}],
    }
    assert video["type"] == "video"
    assert [rendition["href"] for rendition in video["renditions"]] == [BRIDGE.videos[0].url, BRIDGE.videos[0].poster]


def test_empty_keys_of_the_record_are_left_out(library: Library) -> None:
    ferry = items_of(library.export("a.ninjs.jsonl"))[0]
    assert FERRY.updated_at is None
    assert not {"versionCreated", "by", "people", "located", "infoSources", "associations", "descriptions"} & set(ferry)


def test_a_url_with_invalid_characters_is_escaped_to_a_uri(empty_library: Library) -> None:
    stored = article(1, url="https://www.ecns.cn/world/détail.shtml")
    empty_library.publish("20261121T120000Z-000001.jsonl", [stored])
    (item,) = items_of(empty_library.export("a.ninjs.jsonl"))
    assert item["uri"] == "https://www.ecns.cn/world/d%C3%A9tail.shtml"


def test_a_selection_without_matches_makes_an_empty_file(library: Library) -> None:
    assert library.export("a.ninjs.jsonl", **NOTHING).read_bytes() == b""
