"""The HTML of the report page; system/test_report_page.py tests it in a browser."""

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import html
from lxml.html import HtmlElement

from ecnscrawl.items import Article
from ecnscrawl.monitoring import dashboard
from ecnscrawl.monitoring.health import Alarm, Sample
from tests import run_reports
from tests.run_reports import LAYOUT_LOST, report

MAX_BYTES = 500_000
HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def page(folder: Path, reports: Sequence[dict[str, Any]]) -> HtmlElement:
    """The page that is written for these reports."""
    run_reports.write(folder, reports)
    dashboard.write(folder)
    return html.parse(str(folder / "index.html")).getroot()


def texts(root: HtmlElement, path: str) -> list[str]:
    """The text of each of these elements, whitespace collapsed."""
    return [" ".join(" ".join(element.itertext()).split()) for element in root.cssselect(path)]


def bars(root: HtmlElement, path: str) -> int:
    """How many bars an SVG path draws."""
    return sum(element.get("d").count("M") for element in root.cssselect(path))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "ecns" / "reports"


def test_without_a_run_the_page_says_so(folder: Path) -> None:
    root = page(folder, [])
    assert texts(root, "h1") == ["No runs yet"]
    assert root.cssselect("script") == []


def test_a_single_run_is_shown(folder: Path) -> None:
    root = page(folder, [report(0, new=4, updated=1, failed=2)])
    assert texts(root, "h1") == ["ecns healthy"]
    assert texts(root, "header dd")[:4] == ["4", "1", "140", "2"]
    assert len(root.cssselect("#runs-table tbody tr")) == 1
    assert bars(root, ".strip .healthy") == 1


def test_only_the_newest_ninety_runs_are_shown(folder: Path) -> None:
    reports = [report(number, new=1, updated=0) for number in range(95)]
    root = page(folder, reports)
    rows = root.cssselect("#runs-table tbody tr")
    assert [row.cssselect("a")[0].get("href") for row in rows] == [
        f"{document['run']}.json" for document in reversed(reports[5:])
    ]
    assert bars(root, ".strip path") == 90
    assert "The last 90 runs" in texts(root, "h2")


def test_the_reasons_of_an_unhealthy_newest_run_are_at_the_top(folder: Path) -> None:
    root = page(folder, [report(0), report(1, reasons=["the disk was full"])])
    assert texts(root, "h1") == ["ecns unhealthy"]
    assert texts(root, ".reasons li") == ["the disk was full"]
    assert texts(root, "#runs-table .why") == ["the disk was full"]
    assert (bars(root, ".strip .healthy"), bars(root, ".strip .unhealthy")) == (1, 1)


def test_three_reasons_are_shown_and_the_others_counted(folder: Path) -> None:
    root = page(folder, [report(0, reasons=[f"reason {number}" for number in range(5)])])
    assert texts(root, ".reasons li") == ["reason 0", "reason 1", "reason 2", "and 2 more"]


def heat(root: HtmlElement, field: str) -> HtmlElement:
    """The row of a key in the heat map."""
    (row,) = [row for row in root.cssselect("#coverage-map tbody tr") if texts(row, "th") == [field]]
    return row


def cells(row: HtmlElement) -> list[tuple[int, str]]:
    """The columns and shades of a row's cells."""
    return [(int(cell.get("x")), cell.get("class")) for cell in row.cssselect("rect")]


def with_filled(number: int, filled: float, from_layout: float = 0) -> dict[str, Any]:
    """A report in which the summary is in this share of the records."""
    document = report(number, new=5)
    document["fields"]["summary"] = {"filled": filled, "from_layout": from_layout}
    return document


def test_every_key_of_the_record_has_a_row_in_the_heat_map(folder: Path) -> None:
    root = page(folder, [report(0)])
    keys = list(Article.__dataclass_fields__)
    assert texts(root, "#coverage-map tbody th") == keys
    assert texts(root, "#coverage-table thead th")[1:] == keys


def test_ninety_runs_are_ninety_cells_for_every_key(folder: Path) -> None:
    root = page(folder, [report(number) for number in range(95)])
    assert len(root.cssselect("#coverage-map rect")) == 90 * len(Article.__dataclass_fields__)
    assert [column for column, _ in cells(heat(root, "title"))] == list(range(90))


def test_a_run_that_stored_nothing_has_no_cell_in_the_heat_map(folder: Path) -> None:
    root = page(folder, [report(0, new=5), report(1, new=0, updated=0), report(2, new=5)])
    assert [column for column, _ in cells(heat(root, "title"))] == [27, 29]  # few runs stand at the right
    assert set(texts(root, "#coverage-table tbody tr:nth-child(2) td")) == {"– · –"}


def test_without_stored_records_there_is_no_heat_map(folder: Path) -> None:
    root = page(folder, [report(0, new=0, updated=0)])
    assert root.cssselect("#coverage-map") == []


def test_a_cell_s_shade_shows_the_coverage_and_only_0_and_1_get_the_ends(folder: Path) -> None:
    root = page(folder, [with_filled(number, filled) for number, filled in enumerate((0, 0.01, 0.4, 0.8, 0.99, 1))])
    assert [shade for _, shade in cells(heat(root, "summary"))] == ["s0", "s1", "s4", "s8", "s9", "s10"]


def test_each_row_says_the_newest_and_the_lowest_in_numbers(folder: Path) -> None:
    root = page(
        folder, [with_filled(0, 0.9), with_filled(1, 0.125), with_filled(2, 0.125), with_filled(3, 0.405, 0.25)]
    )
    row = heat(root, "summary")
    assert texts(row, ".value") == ["40", "25", "12"]
    said = "summary: newest 40, 25 from the layout; lowest 12, last at 23 Nov 2026 09:30 UTC"
    assert row.cssselect("[role=img]")[0].get("aria-label") == said


def test_the_coverage_table_has_the_report_s_numbers(folder: Path) -> None:
    root = page(folder, [with_filled(0, 0.405, 0.25), with_filled(1, 0.999, 0.001)])
    column = texts(root, "#coverage-table thead th").index("summary")
    rows = [texts(row, "th, td")[column] for row in root.cssselect("#coverage-table tbody tr")]
    assert rows == ["99 · 1", "40 · 25"]  # neither all nor none


def test_only_existing_samples_are_linked(folder: Path) -> None:
    saved = folder.parent / "samples"
    saved.mkdir(parents=True)
    (saved / "kept.html").write_bytes(b"<p>x</p>")
    root = page(folder, [report(0, alarms=[LAYOUT_LOST])])
    assert [link.get("href") for link in root.cssselect(".alarms a")] == ["../samples/kept.html"]
    assert "no longer kept" in texts(root, ".alarms")[0]


def test_articles_are_counted_by_section_over_all_runs_shown(folder: Path) -> None:
    root = page(folder, [report(0, new=2, section="World"), report(1, new=3, updated=0, section="World")])
    assert texts(root, ".bars tbody tr") == ["World 6"]


def test_small_sections_are_summed_up(folder: Path) -> None:
    root = page(folder, [report(number, new=20 - number, updated=0, section=f"S{number:02}") for number in range(15)])
    rows = texts(root, ".bars tbody tr")
    assert len(rows) == 12
    assert rows[0] == "S00 20"
    assert rows[-1] == f"4 others {9 + 8 + 7 + 6}"


def test_the_hours_add_up_to_the_articles_stored(folder: Path) -> None:
    reports = [report(number, new=7, updated=2) for number in range(10)]
    root = page(folder, reports)
    assert sum(int(cell) for cell in texts(root, "#hours-table td")) == 90


def test_texts_of_a_report_are_escaped(folder: Path) -> None:
    alarm = Alarm(HOSTILE, HOSTILE, HOSTILE, [Sample("a b'\".html", f"javascript:{HOSTILE}")])
    document = report(0, failed=1, reasons=[HOSTILE], alarms=[alarm], section=HOSTILE)
    document |= {"site": HOSTILE, "failures": {HOSTILE: 1}}
    root = page(folder, [document])
    assert [element.get("src") for element in root.cssselect("[src]")] == []
    assert root.xpath("//@*[starts-with(name(), 'on')]") == []
    assert len(root.cssselect("script")) == 3
    assert HOSTILE in texts(root, ".reasons li")
    assert f"{HOSTILE} 4" in texts(root, ".bars tbody tr")
    assert [link.get("href") for link in root.cssselect("a") if link.get("href").lower().startswith("javascript")] == []


def test_no_script_contains_its_own_end_tag(folder: Path) -> None:
    root = page(folder, [report(0)])
    scripts = [script.text for script in root.cssselect("script")]
    assert scripts[1].strip().endswith(";")
    assert set(json.loads(scripts[0])) == {"columns", "hours", "numbers", "texts"}


def test_the_page_loads_nothing_from_the_network(folder: Path) -> None:
    root = page(folder, run_reports.ordinary(70))
    policy = root.cssselect("meta[http-equiv]")[0].get("content")
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy.split("script-src")[1].split(";")[0]
    assert [link.get("href") for link in root.cssselect("link")] == ["data:,"]
    assert re.findall(r"url\(|@import", "".join(style.text for style in root.cssselect("style"))) == []


def test_the_page_of_ninety_runs_is_below_500_kb(folder: Path) -> None:
    page(folder, run_reports.ordinary(90))
    assert (folder / "index.html").stat().st_size < MAX_BYTES


def test_a_report_of_any_length_keeps_the_page_below_500_kb(folder: Path) -> None:
    long = "<'&>" * 5000
    alarms = [Alarm(long, long, long, [Sample(f"{number}.html", long) for number in range(5)]) for _ in range(3)]
    reports = [report(number, reasons=[long] * 5, alarms=alarms, section=f"{number}{long}") for number in range(90)]
    for document in reports:
        document["site"] = long
    page(folder, reports)
    assert (folder / "index.html").stat().st_size < MAX_BYTES


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"run": "20261123T073000Z-0000ff"}',
        b"\xff\xfe",
        b'{"a": NaN}',
    ],
)
def test_a_file_that_is_not_a_report_is_skipped(folder: Path, content: bytes) -> None:
    run_reports.write(folder, [report(0)])
    (folder / "20261123T073000Z-0000ff.json").write_bytes(content)
    root = page(folder, [])
    assert len(root.cssselect("#runs-table tbody tr")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"report_version": 2},
        {"run": "20261123T073000Z-0000aa"},
        {"started_at": "yesterday"},
        {"started_at": "0001-01-01T00:00:00+10:00"},
        {"status": "so-so"},
        {"counts": {"new": -1}},
        {"fields": {"title": {"filled": 2}}},
        {"seconds": "95"},
        {"alarms": [{"code": "x", "message": "y", "samples": [{"file": "../../x", "url": ""}]}]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_an_invalid_report_is_skipped(folder: Path, changes: dict[str, Any]) -> None:
    run_reports.write(folder, [report(0)])
    foreign = report(1)
    (folder / f"{foreign['run']}.json").write_text(json.dumps(foreign | changes), encoding="utf-8")
    root = page(folder, [])
    assert len(root.cssselect("#runs-table tbody tr")) == 1


def test_a_report_of_an_older_version_is_shown(folder: Path) -> None:
    older = report(0)
    for key in ("sections", "hours", "freshness", "failures", "requests", "bytes_received"):
        del older[key]
    folder.mkdir(parents=True)
    (folder / f"{older['run']}.json").write_text(json.dumps(older), encoding="utf-8")
    root = page(folder, [])
    assert len(root.cssselect("#runs-table tbody tr")) == 1


def test_a_link_to_a_report_is_not_followed(folder: Path, tmp_path: Path) -> None:
    run_reports.write(folder, [report(0)])
    elsewhere = tmp_path / "elsewhere.json"
    elsewhere.write_text(json.dumps(report(1)), encoding="utf-8")
    (folder / f"{report(1)['run']}.json").symlink_to(elsewhere)
    root = page(folder, [])
    assert len(root.cssselect("#runs-table tbody tr")) == 1


def test_the_same_reports_give_the_same_page(folder: Path) -> None:
    page(folder, run_reports.ordinary(5))
    before = (folder / "index.html").read_bytes()
    page(folder, [])
    assert (folder / "index.html").read_bytes() == before


def test_a_page_that_cannot_be_written_is_an_oserror(folder: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "index.html").mkdir()
    with pytest.raises(OSError, match="index"):
        dashboard.write(folder)
