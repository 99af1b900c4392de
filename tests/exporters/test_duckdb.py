"""Data that does not fit into DuckDB's memory goes to the disk."""

from pathlib import Path

from ecnscrawl.exporters.duckdb import Records, opened
from ecnscrawl.exporters.selection import Selection

VERSIONS = 800_000  # two of each article


def test_revisions_that_do_not_fit_into_memory_are_compared_on_disk(tmp_path: Path) -> None:
    file = tmp_path / "20261121T120000Z-000001.jsonl"
    lines = (b'{"id":"ecns:%d","revision":%d}\n' % (number // 2, 1 + number % 2) for number in range(VERSIONS))
    file.write_bytes(b"".join(lines))
    with opened(tmp_path / "spill") as database:
        database.execute("SET memory_limit = '96MB'")
        records = Records(database, [file], Selection())
        assert records.copy("id, revision", tmp_path / "newest.csv", "FORMAT csv, HEADER false") == VERSIONS // 2
    newest = (tmp_path / "newest.csv").read_text(encoding="utf-8").split()
    assert newest == [f"ecns:{number},2" for number in range(VERSIONS // 2)]
