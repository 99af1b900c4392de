"""A run on a site's folder: what its readers see, and when."""

import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from ecnscrawl.items import to_line
from ecnscrawl.storage.folder.reports import append
from ecnscrawl.storage.run_ids import is_run_id
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import MORNING, Begin, Clock, article, known
from tests.site_folder import hidden, published, records, store

# What readers see.


def test_a_run_publishes_one_file_with_every_record_in_order(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, article(1), article(2))
    run.finish()
    assert run.files == published(folder)
    assert run.files == [f"{run.id}.jsonl"]
    assert records(folder) == to_line(article(1)) + to_line(article(2))
    assert hidden(folder) == []


def test_a_run_with_nothing_new_publishes_no_file(begin: Begin, folder: Path) -> None:
    run = begin()
    run.finish()
    assert run.files == []
    assert list((folder / "articles").iterdir()) == []


def test_readers_see_nothing_of_a_run_under_way(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(commit_records=1))
    store(run, article(1), article(2))
    assert published(folder) == []


def test_what_is_stored_is_known_to_the_next_run(begin: Begin) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    again = begin()
    assert again.state.article("ecns:ihtest1") == known(article(1))
    assert again.recovered == []


def test_files_that_were_moved_away_stay_known(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    (folder / "articles" / run.files[0]).unlink()
    again = begin()
    assert again.state.article("ecns:ihtest1") == known(article(1))
    assert again.warnings == []


def test_a_deleted_folder_forgets_the_site(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    shutil.rmtree(folder)
    again = begin()
    assert again.state.count() == 0
    assert again.number == 1
    assert again.warnings == []


def test_a_second_finish_does_nothing(begin: Begin, folder: Path) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    run.finish()
    assert run.files == published(folder)
    assert run.failure is None


def test_changes_within_a_change_are_committed_together(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(commit_records=1))
    with run.changing() as state:
        run.store(article(1), known(article(1)))
        state.set_meta("other", 1)
        assert ids_on_disk(folder) == []
    assert ids_on_disk(folder) == ["ecns:ihtest1"]
    store(run, article(2))
    assert ids_on_disk(folder) == ["ecns:ihtest1", "ecns:ihtest2"]


def ids_on_disk(folder: Path) -> list[str]:
    """The ids that another process finds in the state."""
    with closing(sqlite3.connect(folder / "state.sqlite")) as db:
        return [id_ for (id_,) in db.execute("SELECT id FROM articles ORDER BY id")]


# Names and further files.


def test_a_run_is_named_by_its_time(begin: Begin) -> None:
    run = begin()
    assert is_run_id(run.id)
    assert run.id.startswith("20261123T073000Z-")


def test_run_ids_are_counted_up(begin: Begin) -> None:
    numbers = []
    for _ in range(3):
        run = begin()
        numbers.append(run.number)
        run.finish()
    assert numbers == [1, 2, 3]


def test_names_sort_in_the_order_of_publishing_also_within_a_second_and_when_the_clock_jumps_back(
    begin: Begin, clock: Clock
) -> None:
    names: list[str] = []
    for seconds in (0, 0, -86_400, -1, 200_000, -500_000):
        clock.go(seconds)
        run = begin()
        store(run, article(len(names)))
        run.finish()
        names += run.files
    assert len(names) == 6
    assert names == sorted(set(names))


def test_names_go_on_after_those_in_the_folder_where_the_state_is_lost(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    (folder / "state.sqlite").unlink()
    clock.go(-86_400)
    assert begin().id > run.id


def test_names_go_on_after_those_of_the_reports_where_state_and_files_are_gone(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    run = begin()
    run.finish()
    (folder / "reports" / f"{run.id}.json").write_text("{}")
    (folder / "reports" / "latest.json").write_text("{}")
    (folder / "state.sqlite").unlink()
    clock.go(-86_400)
    assert begin().id > run.id


def test_names_go_on_after_those_of_idle_runs_where_state_and_files_are_gone(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    run = begin()
    run.finish()
    append(run.reports.folder, run.id, b'{"run": "%s"}' % run.id.encode())
    (folder / "state.sqlite").unlink()
    clock.go(-86_400)
    assert begin().id > run.id


def test_a_file_of_another_name_does_not_break_the_order_of_names(begin: Begin, folder: Path, clock: Clock) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    (folder / "articles" / "merged.jsonl").write_bytes(to_line(article(7)))
    clock.go(-86_400)
    assert begin().id > run.id


def test_after_so_many_records_a_file_is_published_and_the_run_goes_on_in_another(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(file_records=2))
    store(run, article(1), article(2))
    assert records(folder) == to_line(article(1)) + to_line(article(2))
    store(run, article(3), article(4), article(5))
    run.finish()
    assert run.files == published(folder)
    assert len(run.files) == 3
    assert records(folder) == b"".join(to_line(article(number)) for number in (1, 2, 3, 4, 5))


def test_a_run_that_ends_with_a_full_file_leaves_no_empty_one(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(file_records=2))
    store(run, article(1), article(2))
    run.finish()
    assert len(run.files) == 1
    assert hidden(folder) == []


def test_the_records_of_all_files_of_a_run_are_known(begin: Begin) -> None:
    run = begin(run_settings=RunSettings(file_records=1))
    store(run, article(1), article(2), article(3))
    run.finish()
    again = begin()
    assert [again.state.article(f"ecns:ihtest{number}") for number in (1, 2, 3)] == [
        known(article(number)) for number in (1, 2, 3)
    ]


# When records are made safe.


def written(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in hidden(folder))


def test_records_are_on_the_disk_after_so_many(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(commit_records=2))
    store(run, article(1))
    assert written(folder) == b""
    store(run, article(2))
    assert written(folder) == to_line(article(1)) + to_line(article(2))


def test_records_are_on_the_disk_after_so_many_seconds(begin: Begin, folder: Path, clock: Clock) -> None:
    run = begin(run_settings=RunSettings(commit_seconds=2.0))
    store(run, article(1))
    clock.go(1.9)
    run.commit_if_due()
    assert written(folder) == b""
    clock.go(0.2)
    run.commit_if_due()
    assert written(folder) == to_line(article(1))


def test_records_are_on_the_disk_soon_also_when_the_clock_jumps_back(begin: Begin, folder: Path, clock: Clock) -> None:
    run = begin()
    store(run, article(1))
    clock.go(-3600)
    run.commit_if_due()
    assert written(folder) == to_line(article(1))


# Rejected records.


def test_a_rejected_record_is_kept_with_its_reasons_and_is_no_article(begin: Begin, folder: Path) -> None:
    run = begin()
    run.reject(article(1, title=""), ["no title"])
    run.finish()
    (file,) = (folder / "rejected").iterdir()
    rejected = json.loads(file.read_bytes())
    assert file.name == f"{run.id}.jsonl"
    assert rejected["reasons"] == ["no title"]
    assert rejected["record"]["id"] == "ecns:ihtest1"
    assert published(folder) == []


def test_a_published_file_is_never_touched_again(begin: Begin, folder: Path, clock: Clock) -> None:
    run = begin()
    store(run, article(1))
    run.finish()
    path = folder / "articles" / run.files[0]
    path.chmod(0o444)
    before = path.stat()
    clock.go(3600)
    again = begin()
    store(again, article(1, revision=2, title="Ferry number 1 is on time"))
    again.finish()
    after = path.stat()
    assert (before.st_mtime_ns, before.st_ino, before.st_size) == (after.st_mtime_ns, after.st_ino, after.st_size)


def test_a_run_has_its_start_time(begin: Begin, clock: Clock) -> None:
    run = begin()
    clock.go(60)
    assert run.started_at == MORNING
    assert run.clock() == MORNING + timedelta(seconds=60)
