"""Exports of what is new since the last one: each article once, also where an export fails."""

import gzip
import json
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters.cursor import Cursor
from ecnscrawl.exporters.reader import InvalidRecord
from ecnscrawl.items import Article
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.samples import article


def new(library: Library, name: str = "weekly", **selection: object) -> list[tuple[str, int]]:
    """Id and revision of what an export of what is new writes."""
    path = library.export("a.jsonl", cursors=[Cursor(library.articles.parent, name)], **selection)
    return [(record["id"], record["revision"]) for record in map(json.loads, path.read_bytes().splitlines())]


def those(*articles: Article) -> list[tuple[str, int]]:
    return [(each.id, each.revision) for each in articles]


def test_the_first_export_has_everything_and_the_next_one_what_is_new(library: Library) -> None:
    assert new(library) == those(FERRY, BRIDGE, HARVEST_CORRECTED)
    assert new(library) == []
    correction = article(1, revision=2, title="The ferry was on time")
    library.publish("20261123T120000Z-000003.jsonl", [article(9), correction])
    assert new(library) == those(article(9), correction)
    assert new(library) == []


def test_a_correction_of_an_article_that_was_exported_is_new(empty_library: Library) -> None:
    empty_library.publish("20261121T120000Z-000001.jsonl", [HARVEST])
    assert new(empty_library) == those(HARVEST)
    empty_library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    assert new(empty_library) == those(HARVEST_CORRECTED)


def test_names_are_told_apart(library: Library) -> None:
    assert len(new(library, "weekly")) == 3
    assert len(new(library, "desk.2026_a-b")) == 3
    assert new(library, "weekly") == []


def test_a_file_that_was_compressed_since_is_not_new(library: Library) -> None:
    new(library)
    for file in list(library.articles.iterdir()):
        file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes()))
        file.unlink()
    assert new(library) == []


def test_an_export_that_fails_is_made_up_for_by_the_next_one(library: Library) -> None:
    new(library)
    library.publish("20261123T120000Z-000003.jsonl", [article(9)])
    damaged = library.publish("20261124T120000Z-000004.jsonl", [article(10)])
    whole = damaged.read_bytes()
    damaged.write_bytes(whole[:40])
    with pytest.raises(InvalidRecord):
        new(library)
    damaged.write_bytes(whole)
    assert new(library) == those(article(9), article(10))


def test_what_a_selection_leaves_out_is_not_new_again(library: Library) -> None:
    assert new(library, sections=("Politics",)) == those(BRIDGE)
    assert new(library) == []


def test_a_section_of_older_articles_is_known(library: Library) -> None:
    new(library)
    library.publish("20261123T120000Z-000003.jsonl", [article(9, section="World")])
    assert new(library, sections=("Politics",)) == []
    library.publish("20261124T120000Z-000004.jsonl", [article(10, section="World")])
    with pytest.raises(WrongUsage, match="no article has the section 'Politicks'"):
        new(library, sections=("Politicks",))
    assert new(library) == those(article(10))


@pytest.mark.parametrize("name", ["", ".hidden", "a/b", "../a", "a b", "ü", "x" * 65])
def test_what_cannot_be_a_name_is_refused(library: Library, name: str) -> None:
    with pytest.raises(WrongUsage, match="is not a name; use up to 64 letters, digits and"):
        Cursor(library.articles.parent, name)


def test_a_damaged_cursor_is_named(library: Library) -> None:
    new(library)
    path = library.articles.parent / "exports" / "weekly.json"
    path.write_bytes(b"{")
    with pytest.raises(CannotStart, match=r"weekly\.json is damaged; remove it to export everything again"):
        new(library)


def test_a_link_is_not_followed(library: Library, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (library.articles.parent / "exports").symlink_to(elsewhere)
    with pytest.raises(CannotStart, match="it is a link"):
        new(library)
    assert list(elsewhere.iterdir()) == []
