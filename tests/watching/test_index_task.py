"""The files over all sites are drawn beside the runs, and once more at the end."""

import asyncio
import logging
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from ecnscrawl.monitoring.overview import LatestReports
from ecnscrawl.monitoring.site_index import SiteIndex
from ecnscrawl.storage.folder.last_reports import FolderLastReports
from ecnscrawl.watching.index_task import IndexTask
from tests.monitoring.test_overview import index_of


def drawn(data: Path) -> bool:
    return (data / "index.html").exists() and (data / "metrics.prom").exists()


async def wait_until_drawn(data: Path) -> None:
    while not drawn(data):
        await asyncio.sleep(0.01)


def test_they_are_drawn_while_runs_are_under_way(tmp_path: Path) -> None:
    task = IndexTask(index_of(tmp_path), lambda: {"a.example": 60.0}, lambda: 1, interval=0.01)
    asyncio.run(asyncio.wait_for(task.beside(lambda: wait_until_drawn(tmp_path)), 30))
    assert 'every_seconds{site="a.example"} 60.0' in (tmp_path / "metrics.prom").read_text()


def test_they_are_drawn_at_the_end_if_a_run_has_ended(tmp_path: Path) -> None:
    for ended in (0, 1):
        task = IndexTask(index_of(tmp_path), dict, lambda ended=ended: ended)  # type: ignore[misc]
        asyncio.run(task.beside(lambda: asyncio.sleep(0)))
        assert drawn(tmp_path) == bool(ended)


def test_a_full_disk_ends_no_run(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    task = IndexTask(index_of(tmp_path / "none"), dict, lambda: 1)
    with caplog.at_level(logging.WARNING):
        asyncio.run(task.beside(lambda: asyncio.sleep(0)))
    assert "The page over all sites could not be written: " in caplog.text


def test_what_the_work_raises_is_raised(tmp_path: Path) -> None:
    async def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(IndexTask(index_of(tmp_path), dict, lambda: 1).beside(fail))
    assert drawn(tmp_path)


def test_they_are_drawn_soon_after_the_first_run(tmp_path: Path) -> None:
    task = IndexTask(index_of(tmp_path), dict, lambda: 1, interval=3600)
    asyncio.run(asyncio.wait_for(task.beside(lambda: wait_until_drawn(tmp_path)), 60))


def test_they_are_drawn_after_a_change_of_the_table_although_no_run_has_ended(tmp_path: Path) -> None:
    sites = {"a.example": 60.0}
    task = IndexTask(index_of(tmp_path), lambda: sites, lambda: 1, interval=0.01)

    async def work() -> None:
        await wait_until_drawn(tmp_path)
        sites["b.example"] = 60.0
        task.table_has_changed()
        while "b.example" not in (tmp_path / "metrics.prom").read_text():
            await asyncio.sleep(0.01)

    asyncio.run(asyncio.wait_for(task.beside(work), 60))


def test_a_process_that_has_to_end_does_not_wait_for_the_drawing(tmp_path: Path) -> None:
    begun, may_go_on = threading.Event(), threading.Event()

    class SlowIndex(SiteIndex):
        def write(self, sites: Mapping[str, float | None], now: datetime) -> None:
            begun.set()
            may_go_on.wait(60)

    latest = LatestReports(FolderLastReports(tmp_path))
    task = IndexTask(SlowIndex(tmp_path, 3, latest), dict, lambda: 1, has_time=lambda: not begun.is_set())
    asyncio.run(asyncio.wait_for(task.beside(lambda: asyncio.sleep(0)), 30))
    may_go_on.set()
    assert begun.is_set()
