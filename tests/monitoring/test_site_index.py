"""The files over all sites: a page that links each site's own, and metrics with a label for each site."""

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from lxml import html

from tests.monitoring.test_overview import ALL, NOW, data, index_of, leave_report

__all__ = ["data"]  # a fixture


def test_the_page_shows_the_worst_site_first_and_links_the_page_of_each(data: Path) -> None:
    index_of(data).write(ALL, NOW)
    root = html.parse(str(data / "index.html")).getroot()
    rows = [[" ".join(cell.text_content().split()) for cell in row] for row in root.cssselect("tbody tr")]
    assert [row[0] for row in rows] == [
        "sick.example", "new.example", "lost.example", "late.example", "torn.example", "bold.example", "calm.example",
    ]  # fmt: skip
    assert rows[1] == ["new.example", "stale", "never", "never", "–", "–", ""]
    assert rows[4][1:2] + rows[4][4:] == ["unhealthy", "3", "0", "no listing could be read"]
    links = [link.get("href") for link in root.cssselect("tbody a")]
    assert links == [f"{row[0]}/reports/index.html" for row in rows if row[0] != "new.example"]
    assert [cell.text for cell in root.cssselect("dd")] == ["7", "2", "1", "4", "1"]
    assert root.cssselect("script") == []


def test_what_a_report_says_is_escaped(data: Path) -> None:
    leave_report(data, "bold.example", 10, reasons=["<script>alert(1)</script>\x1b"])
    index_of(data).write(ALL, NOW)
    page = (data / "index.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "\x1b" not in page


def test_the_metrics_of_all_sites_stand_together(data: Path) -> None:
    index_of(data).write({"calm.example": 1800.0, "new.example": 60.0, "torn.example": 900.0}, NOW)
    text = (data / "metrics.prom").read_text()
    names = re.findall(r"^(\w+)\{", text, re.MULTILINE)
    assert names == sorted(names, key=names.index)  # as Prometheus demands
    assert [line for line in text.splitlines() if re.match(r"\w+(exit_status|every_seconds)", line)] == [
        'ecnscrawl_last_run_exit_status{site="torn.example"} 3',
        'ecnscrawl_last_run_exit_status{site="calm.example"} 0',
        'ecnscrawl_every_seconds{site="new.example"} 60.0',
        'ecnscrawl_every_seconds{site="torn.example"} 900.0',
        'ecnscrawl_every_seconds{site="calm.example"} 1800.0',
    ]
    assert 'ecnscrawl_last_run_articles{site="calm.example",outcome="new"} 3\n' in text


def test_a_site_that_is_not_in_the_table_is_on_the_page_and_raises_no_alert(data: Path) -> None:
    index_of(data).write({"calm.example": 1800.0, "torn.example": None}, NOW)
    assert "torn.example" not in (data / "metrics.prom").read_text()
    assert "torn.example" in (data / "index.html").read_text()


def test_the_data_folder_may_be_a_link_and_nothing_in_it_is_followed(
    data: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "mine").write_text("mine")
    (data / "index.html").symlink_to(other / "mine")
    (other / "data").symlink_to(data)
    index_of(other / "data").write(ALL, NOW)
    assert (other / "mine").read_text() == "mine"
    assert not (data / "index.html").is_symlink()
    assert list(data.glob(".*")) == []


def test_two_writers_at_once_leave_a_whole_page_at_any_moment(data: Path) -> None:
    """As `scrapy status` and `scrapy watch`: none fails, and no reader sees half a page."""
    index_of(data).write(ALL, NOW)

    def write(_: int) -> None:
        for _ in range(20):
            index_of(data).write(ALL, NOW)

    with ThreadPoolExecutor(3) as pool:
        writing = [pool.submit(write, number) for number in range(3)]
        while not all(each.done() for each in writing):
            assert (data / "index.html").read_text().endswith("</html>")
            assert (data / "metrics.prom").read_text().endswith("\n")
        for each in writing:
            each.result()
