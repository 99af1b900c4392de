"""A job that is stopped leaves nothing behind, whenever that happens."""

from pathlib import Path

import pytest

from ecnscrawl.exporters.job import Job
from ecnscrawl.exporters.selection import Selection
from ecnscrawl.exporters.target import ExportFailed
from tests.exporters.library import CHANNEL, Library


def job(library: Library, target: Path) -> Job:
    return Job([library.articles], target, "jsonl", Selection(), CHANNEL)


def test_a_job_that_is_stopped_before_its_folder_is_made_makes_none(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    stopped = job(library, folder / "a.jsonl")
    stopped.abandon()
    with pytest.raises(ExportFailed, match="stopped"):
        stopped.run()
    assert list(folder.iterdir()) == []


def test_a_job_that_is_not_stopped_writes_its_target_alone(library: Library, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    assert job(library, folder / "a.jsonl").run() == 3
    assert [path.name for path in folder.iterdir()] == ["a.jsonl"]
