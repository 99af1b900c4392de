"""Files that come back, and a state that is damaged, missing or too new."""

import gzip
import sqlite3
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.items import to_line
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.jsonl import DamagedFile
from tests.samples import Begin, Clock, article, known
from tests.site_folder import known_numbers

ONE, TWO = (to_line(article(number)) for number in (1, 2))
OLD_NAME = "20250101T000000Z-000001.jsonl"

# Files that come back.


def test_a_restored_file_becomes_known_and_stays_as_it_is(begin: Begin, folder: Path) -> None:
    begin().finish()
    restored = folder / "articles" / OLD_NAME
    restored.write_bytes(ONE + TWO)
    run = begin()
    assert known_numbers(run) == [1, 2]
    assert restored.read_bytes() == ONE + TWO
    assert run.recovered == []


def test_a_restored_file_does_not_bring_an_older_revision_back(begin: Begin, folder: Path) -> None:
    first = begin()
    newer = article(1, revision=3, title="Ferry number 1 is on time")
    first.store(newer, known(newer))
    first.finish()
    (folder / "articles" / OLD_NAME).write_bytes(ONE)
    assert begin().state.article("ecns:ihtest1") == known(newer)


def test_a_restored_file_with_a_torn_end_is_known_up_to_there(begin: Begin, folder: Path) -> None:
    begin().finish()
    (folder / "articles" / OLD_NAME).write_bytes(ONE + TWO[:40])
    assert known_numbers(begin()) == [1]


def test_a_restored_file_that_is_compressed_becomes_known(begin: Begin, folder: Path) -> None:
    begin().finish()
    (folder / "articles" / f"{OLD_NAME}.gz").write_bytes(gzip.compress(ONE + TWO))
    assert known_numbers(begin()) == [1, 2]


def test_a_file_that_its_reader_has_compressed_is_known_already(begin: Begin, folder: Path) -> None:
    first = begin()
    first.store(article(1), known(article(1)))
    first.finish()
    (path,) = (folder / "articles").glob("*.jsonl")
    # Whoever reads it again finds another article: the state must not.
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(TWO))
    path.unlink()
    assert known_numbers(begin()) == [1]


def test_a_compressed_file_that_is_cut_off_keeps_the_run_from_starting(begin: Begin, folder: Path) -> None:
    begin().finish()
    cut = folder / "articles" / f"{OLD_NAME}.gz"
    cut.write_bytes(gzip.compress(ONE + TWO)[:-20])
    with pytest.raises(DamagedFile, match=cut.name):
        begin()
    cut.write_bytes(gzip.compress(ONE + TWO))
    assert known_numbers(begin()) == [1, 2]


# A state that is missing, damaged or too new.


def test_a_missing_state_is_rebuilt_from_the_files_with_a_warning(begin: Begin, folder: Path) -> None:
    first = begin()
    for number in (1, 2):
        first.store(article(number), known(article(number)))
    first.finish()
    (folder / "state.sqlite").unlink()
    run = begin()
    assert known_numbers(run) == [1, 2]
    assert len(run.warnings) == 1
    assert "is missing" in run.warnings[0]


def test_the_very_first_run_prints_no_warning(begin: Begin) -> None:
    assert begin().warnings == []


@pytest.mark.parametrize(
    "content",
    [b"garbage " * 1000, b"\0" * 5000, b"SQLite format 3\0" + b"\xff" * 5000],
    ids=["text", "zeros", "header"],
)
def test_a_damaged_state_is_kept_aside_and_rebuilt_with_a_warning(begin: Begin, folder: Path, content: bytes) -> None:
    first = begin()
    first.store(article(1), known(article(1)))
    first.finish()
    (folder / "state.sqlite").write_bytes(content)
    run = begin()
    assert known_numbers(run) == [1]
    assert len(run.warnings) == 1
    assert "is damaged" in run.warnings[0]
    assert [file.read_bytes() for file in folder.glob("state.sqlite.*")] == [content]


def test_two_damaged_states_are_both_kept(begin: Begin, folder: Path) -> None:
    for content in (b"garbage " * 1000, b"rubbish " * 1000):
        begin().finish()
        (folder / "state.sqlite").write_bytes(content)
    begin()
    assert sorted(file.read_bytes()[:8] for file in folder.glob("state.sqlite.*")) == [b"garbage ", b"rubbish "]


def test_an_empty_state_file_is_a_state_that_knows_nothing_but_the_files(begin: Begin, folder: Path) -> None:
    first = begin()
    first.store(article(1), known(article(1)))
    first.finish()
    (folder / "state.sqlite").write_bytes(b"")
    assert known_numbers(begin()) == [1]


def test_a_state_of_a_newer_version_keeps_the_run_from_starting_and_is_left_alone(begin: Begin, folder: Path) -> None:
    begin().finish()
    database = sqlite3.connect(folder / "state.sqlite")
    database.execute("PRAGMA user_version=99")
    database.close()
    before = (folder / "state.sqlite").read_bytes()
    for _ in range(2):  # the first one has let go of the lock
        with pytest.raises(CannotStart, match="newer version"):
            begin()
    assert (folder / "state.sqlite").read_bytes() == before
    assert not list(folder.glob("state.sqlite.*"))


def test_of_an_article_in_several_files_the_latest_revision_is_known(begin: Begin, folder: Path) -> None:
    newer = article(1, revision=2, title="Ferry number 1 is on time")
    for each in (article(1), newer):
        run = begin()
        run.store(each, known(each))
        run.finish()
    (folder / "state.sqlite").unlink()
    learned = begin().state.article("ecns:ihtest1")
    assert learned is not None
    assert (learned.revision, learned.content_hash) == (2, bytes.fromhex(newer.content_hash))


def test_a_state_is_rebuilt_on_request_and_the_old_one_is_kept(begin: Begin, folder: Path, clock: Clock) -> None:
    first = begin()
    first.store(article(1), known(article(1)))
    first.finish()
    (folder / "articles" / OLD_NAME).write_bytes(TWO)
    run = FileRun(folder, clock)
    run.enter(rebuild=True)
    found = known_numbers(run)
    run.finish()
    assert found == [1, 2]
    kept = sqlite3.connect(folder / "state.sqlite.old-1")
    assert kept.execute("SELECT id FROM articles").fetchall() == [("ecns:ihtest1",)]
    kept.close()


def test_a_rebuilt_state_still_names_runs_after_earlier_ones(begin: Begin, folder: Path, clock: Clock) -> None:
    first = begin()
    first.store(article(1), known(article(1)))
    first.finish()
    clock.go(-86_400)
    run = FileRun(folder, clock)
    run.enter(rebuild=True)
    run.finish()
    assert run.id > first.id
