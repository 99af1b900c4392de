"""Runs that cannot start, and runs whose disk gives out."""

import shutil
from pathlib import Path

import pytest

from ecnscrawl.exceptions import AlreadyRunning, CannotStart, StorageFailed
from ecnscrawl.items import to_line
from ecnscrawl.monitoring.stats import RunStats
from ecnscrawl.pages.document import Source
from ecnscrawl.storage.run_settings import RunSettings
from ecnscrawl.visits import Outcome
from tests.samples import Begin, address, article, visit
from tests.site_folder import no_file_larger_than, published, records, store

# Runs that cannot start.


def test_a_second_run_is_refused_while_the_first_is_under_way(begin: Begin) -> None:
    first = begin()
    with pytest.raises(AlreadyRunning, match="since 2026-11-23T07:30:00Z"):
        begin()
    first.finish()
    begin()


def test_a_folder_that_is_a_link_is_refused(begin: Begin, folder: Path, tmp_path: Path) -> None:
    folder.parent.mkdir()
    folder.symlink_to(tmp_path, target_is_directory=True)
    with pytest.raises(CannotStart, match="is a link"):
        begin()


@pytest.mark.parametrize("name", ["articles", "published", "rejected", "gone", "reports"])
def test_a_link_inside_the_data_folder_is_refused(begin: Begin, folder: Path, tmp_path: Path, name: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    folder.mkdir(parents=True)
    (folder / name).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(CannotStart, match="is a link"):
        begin()
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_state_that_is_a_link_is_refused(begin: Begin, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "state.sqlite").symlink_to(tmp_path / "elsewhere.sqlite")
    with pytest.raises(CannotStart, match="is a link"):
        begin()
    assert not (tmp_path / "elsewhere.sqlite").exists()


def test_a_data_folder_may_be_a_link(begin: Begin, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "linked").symlink_to(tmp_path / "disk", target_is_directory=True)
    run = begin(tmp_path / "linked" / "ecns")
    store(run, article(1))
    run.finish()
    assert published(tmp_path / "disk" / "ecns") == run.files


def test_a_file_where_the_folder_should_be_is_refused(begin: Begin, folder: Path) -> None:
    folder.parent.mkdir()
    folder.write_text("a file")
    with pytest.raises(CannotStart, match="ECNSCRAWL_DATA_DIR"):
        begin()


def test_a_run_that_cannot_start_lets_the_next_one_in(begin: Begin, folder: Path) -> None:
    (folder / "state.sqlite").mkdir(parents=True)
    with pytest.raises(CannotStart):
        begin()
    (folder / "state.sqlite").rmdir()
    begin()


# A disk that gives out.


def test_a_full_disk_is_one_clear_failure(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(commit_records=1))
    with no_file_larger_than(100), pytest.raises(StorageFailed, match="what was stored before is whole"):
        store(run, article(1))
    with pytest.raises(StorageFailed):
        store(run, article(2))
    run.finish()
    assert run.failure is not None
    assert published(folder) == []


def test_after_a_failure_exactly_what_was_known_is_published(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(commit_records=1))
    store(run, article(1))
    with no_file_larger_than(len(to_line(article(1))) + 100), pytest.raises(StorageFailed):
        store(run, article(2))
    run.finish()
    assert records(folder) == to_line(article(1))
    assert run.files == published(folder)
    again = begin()
    assert again.state.article("ecns:ihtest1") is not None
    assert again.state.article("ecns:ihtest2") is None
    assert again.recovered == []


def test_a_run_whose_disk_gives_out_counts_nothing_of_the_records_that_it_lost(begin: Begin) -> None:
    run, stats = begin(run_settings=RunSettings(commit_records=1)), RunStats()
    run.count_with(stats)
    for number, extractor in ((1, "layout"), (2, "metadata")):
        source = Source(address(number).url, b"<p>x</p>")
        stats.add(visit(Outcome.NEW, number))
        stats.add_record(article(number), {"title": extractor}, source)
        if number == 1:
            store(run, article(1))
    with no_file_larger_than(100), pytest.raises(StorageFailed):
        store(run, article(2))
    run.finish()
    assert stats.counts == {Outcome.NEW: 1}
    assert stats.records == stats.filled["title"] == 1
    assert stats.by_extractor == {"title": {"layout": 1}}
    assert stats.history["title"] == "l"
    assert "title" not in stats.samples


def test_a_folder_that_vanishes_is_a_failure_and_no_crash(begin: Begin, folder: Path) -> None:
    run = begin()
    shutil.rmtree(folder / "articles")
    with pytest.raises(StorageFailed, match=str(folder)):
        store(run, article(1))
    run.finish()
    assert begin().state.count() == 0
