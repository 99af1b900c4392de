"""The error for an invalid line names the file and the line."""

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ecnscrawl.exporters.reader import InvalidRecord, read
from ecnscrawl.storage.jsonl import DamagedFile
from tests.exporters.library import BRIDGE, FERRY, HARVEST, HARVEST_CORRECTED, Library, as_record

WHOLE = as_record(BRIDGE)


def test_records_are_read_as_they_were_stored(library: Library) -> None:
    file = library.publish("20261123T120000Z-000003.jsonl", [FERRY, BRIDGE])
    assert [record["id"] for record in read(file)] == [FERRY.id, BRIDGE.id]
    assert list(next(read(file))) == list(as_record(FERRY))


@pytest.mark.parametrize(
    "line",
    [
        "",
        "{",
        "[]",
        "null",
        json.dumps({key: value for key, value in WHOLE.items() if key != "body"}),
        json.dumps(WHOLE | {"images": [{"caption": None, "credit": None}]}),
        json.dumps(WHOLE | {"more": 1}),
        json.dumps(WHOLE | {"schema_version": 2}),
        json.dumps(WHOLE | {"revision": "1"}),
        json.dumps(WHOLE | {"title": ""}),
        json.dumps(WHOLE | {"published_at": "2026-13-45T00:00:00Z"}),
        json.dumps(WHOLE)[:-9],
    ],
)
def test_a_line_that_is_not_a_record_is_named(library: Library, line: str) -> None:
    file = library.publish("20261123T120000Z-000003.jsonl", [FERRY])
    with file.open("a", encoding="utf-8") as lines:
        lines.write(f"{line}\n")
    with pytest.raises(InvalidRecord, match=r"20261123T120000Z-000003\.jsonl, line 2: "):
        list(read(file))


def test_bytes_that_are_not_utf_8_are_not_a_record(library: Library) -> None:
    file = library.publish("20261123T120000Z-000003.jsonl", [])
    file.write_bytes(json.dumps(WHOLE | {"title": "~"}).encode().replace(b"~", b"\xff\xfe") + b"\n")
    with pytest.raises(InvalidRecord, match="line 1: "):
        list(read(file))


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.sqlite", "a.ninjs.jsonl", "rss.xml"])
def test_an_export_with_a_line_that_is_not_a_record_leaves_the_old_target(library: Library, name: str) -> None:
    before = library.export(name).read_bytes()
    broken: dict[str, Any] = WHOLE | {"title": None}
    library.publish("20261123T120000Z-000003.jsonl", []).write_text(json.dumps(broken) + "\n", encoding="utf-8")
    with pytest.raises(InvalidRecord):
        library.export(name)
    assert (library.folder / name).read_bytes() == before
    assert not list(library.folder.glob(".*"))


def compress(file: Path, keep: int | None = None) -> Path:
    """Replace a published file by a compressed one, or by the first `keep` bytes of one."""
    compressed = file.with_name(f"{file.name}.gz")
    compressed.write_bytes(gzip.compress(file.read_bytes())[:keep])
    file.unlink()
    return compressed


FORMATS = ["a.parquet", "a.csv", "a.jsonl", "a.sqlite", "a.ninjs.jsonl", "rss.xml"]


@pytest.mark.parametrize("name", [*FORMATS[1:3], *FORMATS[4:]])
@pytest.mark.parametrize("which", ["first", "last", "both"])
def test_an_export_of_compressed_files_is_that_of_the_plain_ones(library: Library, name: str, which: str) -> None:
    library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST, HARVEST_CORRECTED])
    library.publish("20261122T120000Z-000002.jsonl", [replace(FERRY, revision=2)])
    plain = library.export(name).read_bytes()
    first, last = sorted(library.articles.iterdir())
    for file in {"first": [first], "last": [last], "both": [first, last]}[which]:
        compress(file)
    assert library.export(name).read_bytes() == plain


@pytest.mark.parametrize("name", FORMATS)
def test_a_compressed_file_that_is_cut_off_is_named_and_leaves_the_old_target(library: Library, name: str) -> None:
    before = library.export(name).read_bytes()
    cut = compress(sorted(library.articles.iterdir())[0], -9)
    with pytest.raises(DamagedFile, match=cut.name):
        library.export(name)
    assert (library.folder / name).read_bytes() == before
    assert not list(library.folder.glob(".*"))


def test_a_file_is_read_once_while_it_is_being_compressed(library: Library) -> None:
    file = sorted(library.articles.iterdir())[0]
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(file.read_bytes())[:20])
    assert len(library.export("a.jsonl", all_revisions=True).read_bytes().splitlines()) == 4
