"""An export selects records by day, by section and by revision."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from ecnscrawl.items import Article
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library, utc
from tests.samples import article


def versions(path: Path) -> list[tuple[str, int]]:
    """Id and revision of what a JSON Lines export holds."""
    records = map(json.loads, path.read_bytes().splitlines())
    return [(record["id"], record["revision"]) for record in records]


@pytest.mark.parametrize(
    ("kinds", "found"),
    [(("photo",), [BRIDGE]), (("photo", "article"), [FERRY, BRIDGE, HARVEST_CORRECTED]), (("video",), [])],
)
def test_only_articles_of_the_kinds_that_are_named(
    library: Library, kinds: tuple[str, ...], found: list[Article]
) -> None:
    assert versions(library.export("a.jsonl", kinds=kinds)) == those(*found)


def those(*articles: Article) -> list[tuple[str, int]]:
    return [(each.id, each.revision) for each in articles]


def test_the_first_and_the_last_moment_are_included(library: Library) -> None:
    first, last = utc("2026-11-20T16:00:00"), utc("2026-11-21T16:00:00")
    assert versions(library.export("a.jsonl", since=first, until=last)) == those(BRIDGE, HARVEST_CORRECTED)
    assert versions(library.export("a.jsonl", since=utc("2026-11-20T16:00:01"))) == those(HARVEST_CORRECTED)
    assert versions(library.export("a.jsonl", until=utc("2026-11-20T15:59:59.999999"))) == those(FERRY)
    assert versions(library.export("a.jsonl", since=utc("2026-11-20T15:59:59.000001"))) == those(
        BRIDGE, HARVEST_CORRECTED
    )


@pytest.mark.parametrize("key", ["Asia/Shanghai", "America/New_York", "Pacific/Kiritimati"])
def test_an_article_with_only_a_day_matches_every_hour_of_that_day_at_the_site(
    empty_library: Library, key: str
) -> None:
    zone = ZoneInfo(key)
    some_day = article(1, published_at="2026-11-20T00:00:00Z", published_precision="day")
    empty_library.publish("20261121T120000Z-000001.jsonl", [some_day])
    day = datetime(2026, 11, 20, tzinfo=zone)
    for since, until, expected in (
        (day, day + timedelta(hours=1), [some_day]),
        (day + timedelta(hours=23), day + timedelta(hours=24), [some_day]),
        (day + timedelta(hours=24), day + timedelta(hours=48), []),
        (day - timedelta(hours=24), day - timedelta(seconds=1), []),
    ):
        assert versions(empty_library.export("a.jsonl", since=since, until=until, zone=zone)) == those(*expected)


def test_a_section_is_found_in_any_case(library: Library) -> None:
    assert versions(library.export("a.jsonl", sections=("pOLITICS",))) == those(BRIDGE)


def test_several_sections_may_be_selected(library: Library) -> None:
    assert versions(library.export("a.jsonl", sections=("world", "Politics"))) == those(FERRY, BRIDGE)


def test_an_article_that_has_left_a_section_is_not_found_there(library: Library) -> None:
    assert HARVEST.section == "world"
    assert versions(library.export("a.jsonl", sections=("World",))) == those(FERRY)


def test_with_all_revisions_the_conditions_hold_for_each_revision(library: Library) -> None:
    assert versions(library.export("a.jsonl", sections=("World",), all_revisions=True)) == those(FERRY, HARVEST)


def test_a_version_that_was_copied_back_is_taken_once(library: Library) -> None:
    library.publish("20261123T120000Z-000003.jsonl", [FERRY])
    assert versions(library.export("a.jsonl")) == those(BRIDGE, HARVEST_CORRECTED, FERRY)
    assert versions(library.export("a.jsonl", all_revisions=True)) == those(BRIDGE, HARVEST, HARVEST_CORRECTED, FERRY)


def test_the_tenth_revision_is_newer_than_the_ninth(empty_library: Library) -> None:
    revisions = [article(1, revision=number) for number in range(1, 11)]
    empty_library.publish("20261121T120000Z-000001.jsonl", revisions)
    assert versions(empty_library.export("a.jsonl")) == those(revisions[-1])


def test_a_file_that_is_not_published_yet_is_not_read(library: Library) -> None:
    (library.articles / ".20261123T120000Z-000003.part").write_bytes(b'{"half":')
    assert versions(library.export("a.jsonl")) == those(FERRY, BRIDGE, HARVEST_CORRECTED)


def test_names_of_folders_may_contain_pattern_characters(tmp_path: Path) -> None:
    library = Library(tmp_path / "it's [1] *star? ünï")
    library.publish("20261121T120000Z-000001.jsonl", [FERRY])
    assert versions(library.export("it's.jsonl")) == those(FERRY)
