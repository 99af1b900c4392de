"""A folder with a file for each day."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import polars
import pytest

from ecnscrawl.exceptions import WrongUsage
from tests.exporters.library import BRIDGE, FERRY, HARVEST_CORRECTED, NEWEST, NOTHING, Library, as_record
from tests.samples import article

CHINA = ZoneInfo("Asia/Shanghai")


def files_of(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_each_day_of_the_site_is_a_folder_with_a_file(library: Library) -> None:
    folder = library.export("a.jsonl", by_day=True, zone=CHINA)
    assert files_of(folder) == [f"day=2026-11-{day}/data_0.jsonl" for day in (20, 21, 22)]
    found = [json.loads(line) for name in files_of(folder) for line in (folder / name).read_bytes().splitlines()]
    assert found == [as_record(stored) for stored in (FERRY, BRIDGE, HARVEST_CORRECTED)]


def test_a_day_without_a_time_is_that_day_in_every_zone(empty_library: Library) -> None:
    stored = article(1, published_at="2026-11-20T00:00:00Z", published_precision="day")
    empty_library.publish("20261121T120000Z-000001.jsonl", [stored])
    folder = empty_library.export("a.jsonl", by_day=True, zone=ZoneInfo("America/New_York"))
    assert files_of(folder) == ["day=2026-11-20/data_0.jsonl"]


def test_readers_see_one_table_with_the_day(library: Library) -> None:
    folder = library.export("a.parquet", by_day=True, zone=CHINA)
    rows = duckdb.execute(
        f"SELECT id, day::VARCHAR, typeof(published_at) FROM '{folder}/*/*.parquet' ORDER BY id"
    ).fetchall()
    days = ("2026-11-20", "2026-11-21", "2026-11-22")
    assert rows == [(each.id, day, "TIMESTAMP WITH TIME ZONE") for each, day in zip(NEWEST, days, strict=True)]
    table = polars.read_parquet(folder)
    assert sorted(str(day) for day in table["day"]) == list(days)


def test_a_selection_holds_for_partitions_too(library: Library) -> None:
    folder = library.export("a.parquet", by_day=True, zone=CHINA, kinds=("photo",))
    assert files_of(folder) == ["day=2026-11-21/data_0.parquet"]


def test_csv_is_partitioned_with_its_header_and_apostrophes(library: Library) -> None:
    folder = library.export("a.csv", by_day=True, zone=CHINA, all_revisions=True)
    text = (folder / "day=2026-11-21" / "data_0.csv").read_text(encoding="utf-8")
    assert text.startswith("schema_version,id,")
    assert "'=cmd" in text


def test_an_earlier_export_is_replaced_as_a_whole(library: Library) -> None:
    library.export("a.jsonl", by_day=True, zone=CHINA)
    folder = library.export("a.jsonl", by_day=True, zone=CHINA, kinds=("photo",))
    assert files_of(folder) == ["day=2026-11-21/data_0.jsonl"]
    assert not list(library.folder.glob(".*"))
    library.export("a.jsonl", by_day=True, zone=CHINA, **NOTHING)
    assert files_of(folder) == []


@pytest.mark.parametrize("name", ["a.sqlite", "a.xlsx", "a.json", "rss.xml", "a.csv.gz"])
def test_what_is_no_table_of_files_is_refused(library: Library, name: str) -> None:
    with pytest.raises(WrongUsage, match="--partition-by writes parquet, csv or jsonl, uncompressed"):
        library.export(name, by_day=True)


def test_a_folder_with_other_things_in_it_stays(library: Library) -> None:
    folder = library.folder / "a.parquet"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WrongUsage, match=r"has other things in it, such as 'mine\.txt'"):
        library.export("a.parquet", by_day=True)
    assert files_of(folder) == ["mine.txt"]


def test_a_file_or_a_link_is_not_replaced_by_a_folder(library: Library, tmp_path: Path) -> None:
    file = library.export("a.parquet")
    with pytest.raises(WrongUsage, match="is not a folder; --partition-by writes one"):
        library.export("a.parquet", by_day=True)
    file.unlink()
    (tmp_path / "elsewhere").mkdir()
    file.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(WrongUsage, match="is not a folder"):
        library.export("a.parquet", by_day=True)
    with pytest.raises(WrongUsage, match="is a folder; name a file"):
        library.export("a.parquet")


def test_a_folder_among_the_crawls_own_files_is_refused(library: Library) -> None:
    with pytest.raises(WrongUsage, match="is in the folder of the crawl's own files"):
        library.export("data/ecns/a.parquet", by_day=True)
    with pytest.raises(WrongUsage, match="there is no folder"):
        library.export("nowhere/a.parquet", by_day=True)
