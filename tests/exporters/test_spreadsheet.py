"""Spreadsheets, read back from the XML that they are made of."""

import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree

from ecnscrawl.exporters import spreadsheet
from ecnscrawl.exporters.columns import COLUMNS
from ecnscrawl.exporters.target import ExportFailed
from tests.exporters.library import BRIDGE, EVERYTHING, FORMULA, NEWEST, NOTHING, Library
from tests.samples import article

NAMESPACE = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's times have no zone
Cell = str | float | None


def rows_of(path: Path) -> list[dict[str, Cell]]:
    """The rows below the header, by the names in it."""
    with zipfile.ZipFile(path) as file:
        sheet = etree.fromstring(file.read("xl/worksheets/sheet1.xml"))
    rows = [
        {str(cell.get("r")).rstrip("0123456789"): value_of(cell) for cell in row}
        for row in sheet.iterfind(".//x:row", NAMESPACE)
    ]
    header, *found = rows
    return [{str(name): row.get(column) for column, name in header.items()} for row in found]


def value_of(cell: etree._Element) -> Cell:
    assert cell.find("x:f", NAMESPACE) is None, "a formula"
    if cell.get("t") == "inlineStr":
        return "".join(map(str, cell.itertext()))
    value = cell.findtext("x:v", None, NAMESPACE)
    return None if value is None else float(value)


def time_of(cell: Cell) -> str:
    assert isinstance(cell, float)
    return (EPOCH + timedelta(seconds=round(cell * 86400))).strftime("%Y-%m-%dT%H:%M:%SZ")


def test_every_article_is_a_row_under_the_keys_of_the_record(library: Library) -> None:
    rows = rows_of(library.export("a.xlsx"))
    assert list(rows[0]) == list(COLUMNS)
    assert [row["id"] for row in rows] == [stored.id for stored in NEWEST]
    assert [row["revision"] for row in rows] == [stored.revision for stored in NEWEST]
    bridge = rows[1]
    assert (bridge["title"], bridge["summary"], bridge["body"]) == (BRIDGE.title, BRIDGE.summary, BRIDGE.body)
    assert bridge["authors"] == '["Zhao Lei","Xu \\"Will\\" Wei"]'
    assert bridge["dateline"] == "BEIJING"
    assert rows[0]["updated_at"] is None


def test_times_are_times_in_utc(library: Library) -> None:
    bridge = rows_of(library.export("a.xlsx"))[1]
    assert [time_of(bridge[key]) for key in ("published_at", "updated_at", "fetched_at")] == [
        BRIDGE.published_at,
        BRIDGE.updated_at,
        BRIDGE.fetched_at,
    ]


def test_no_text_is_a_formula(library: Library) -> None:
    rows = rows_of(library.export("a.xlsx", all_revisions=True))
    assert len(rows) == len(EVERYTHING)
    assert rows[2]["title"] == FORMULA


def test_nothing_that_matches_is_a_header(library: Library) -> None:
    assert rows_of(library.export("a.xlsx", **NOTHING)) == []


@pytest.mark.parametrize(("character", "fits"), [("a", 32_767), ("😀", 16_383)])
def test_a_text_that_is_too_long_for_a_cell_is_cut_and_counted(
    empty_library: Library, character: str, fits: int
) -> None:
    stored = [article(1, body=character * fits), article(2, body=character * (fits + 1))]
    empty_library.publish("20261121T120000Z-000001.jsonl", stored)
    job = empty_library.job("a.xlsx")
    assert job.run() == 2
    assert job.cut_cells == 1
    whole, cut = (str(row["body"]) for row in rows_of(empty_library.folder / "a.xlsx"))
    assert whole == character * fits
    assert cut.lstrip(character) == "…"
    assert len(cut.encode("utf-16-le")) <= 2 * 32_767


def test_more_articles_than_a_sheet_has_rows_are_refused(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 4)
    library.export("a.xlsx")
    monkeypatch.setattr(spreadsheet, "MAX_ROWS", 3)
    with pytest.raises(ExportFailed, match=r"a sheet has room for 2 articles; select fewer, or export \.csv"):
        library.export("a.xlsx")
    assert len(rows_of(library.folder / "a.xlsx")) == 3
