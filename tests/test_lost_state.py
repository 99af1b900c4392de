"""A lost state is rebuilt from `published/` without any record file."""

import gzip
import shutil
from pathlib import Path

import pytest

from ecnscrawl.items import to_line
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.run_settings import RunSettings
from tests.losses import (
    GARBAGE,
    NEWER,
    as_before_ids_were_kept,
    crawl,
    lose_files,
    lose_state,
    rebuild,
    restored_backup,
)
from tests.samples import Begin, Clock, article, known
from tests.site_folder import known_numbers


def kept(folder: Path) -> list[tuple[str, int]]:
    """Id and revision of all that `published/` names."""
    published = folder / "published"
    return [
        (record.id, record.revision)
        for name in ids_file.names(published)
        for record in ids_file.read(published, name)[0]
    ]


# Made again.


@pytest.mark.parametrize("content", [None, b"", GARBAGE], ids=["missing", "empty", "damaged"])
def test_a_lost_state_is_made_again_without_any_file_of_records(
    begin: Begin, folder: Path, content: bytes | None
) -> None:
    crawl(begin, article(1), article(2))
    crawl(begin, NEWER)
    lose_files(folder, "articles")
    lose_state(folder)
    if content is not None:
        (folder / "state.sqlite").write_bytes(content)
    run = begin()
    assert known_numbers(run) == [1, 2]
    learned = run.state.article("ecns:ihtest1")
    assert learned
    assert (learned.revision, learned.content_hash) == (2, bytes.fromhex(NEWER.content_hash))
    assert (learned.url, learned.published_at) == (NEWER.url, known(NEWER).published_at)
    assert learned.published_precision == NEWER.published_precision
    assert learned.first_seen == known(article(1)).first_seen


def test_a_rebuilt_state_needs_no_file_of_records(begin: Begin, folder: Path, clock: Clock) -> None:
    crawl(begin, article(1), article(2))
    lose_files(folder, "articles")
    rebuild(folder, clock)
    assert known_numbers(begin()) == [1, 2]


def test_articles_learned_from_ids_are_checked_again_when_they_are_due(begin: Begin, folder: Path) -> None:
    crawl(begin, article(1))
    lose_files(folder, "articles")
    lose_state(folder)
    run = begin(run_settings=RunSettings(recheck_ages=(10_800,)))
    learned = run.state.article("ecns:ihtest1")
    assert learned
    assert learned.next_check == (known(article(1)).published_at or 0) + 10_800


def test_every_file_of_a_run_is_named_by_its_own(begin: Begin, folder: Path) -> None:
    run = crawl(begin, *(article(number) for number in (1, 2, 3)), run_settings=RunSettings(file_records=2))
    assert ids_file.names(folder / "published") == run.files
    assert list(run.records.values()) == [2, 1]
    lose_files(folder, "articles")
    lose_state(folder)
    assert known_numbers(begin()) == [1, 2, 3]


def test_a_state_of_a_backup_learns_what_was_published_since(begin: Begin, folder: Path, tmp_path: Path) -> None:
    crawl(begin, article(1))
    shutil.copy(folder / "state.sqlite", tmp_path / "backup")
    last = crawl(begin, article(2), NEWER)
    lose_files(folder, "articles")
    lose_state(folder)
    shutil.copy(tmp_path / "backup", folder / "state.sqlite")
    run = begin()
    assert known_numbers(run) == [1, 2]
    learned = run.state.article("ecns:ihtest1")
    assert learned
    assert (learned.revision, learned.listing) == (2, "world")
    assert run.id > last.id


def test_names_go_on_after_those_of_the_ids_where_all_else_is_gone(begin: Begin, folder: Path, clock: Clock) -> None:
    run = crawl(begin, article(1))
    lose_files(folder, "articles", "reports")
    lose_state(folder)
    clock.go(-86_400)
    assert begin().id > run.id


def test_ids_that_are_damaged_are_made_again_from_the_file_of_records(begin: Begin, folder: Path) -> None:
    crawl(begin, article(1), article(2))
    (ids,) = (folder / "published").iterdir()
    whole = ids.read_bytes()
    ids.write_bytes(whole[:100])
    lose_state(folder)
    assert known_numbers(begin()) == [1, 2]
    assert ids.read_bytes() == whole


def test_a_file_that_is_put_back_is_named_too(begin: Begin, folder: Path) -> None:
    begin().finish()
    (folder / "articles" / "20250101T000000Z-000001.jsonl").write_bytes(to_line(article(1)))
    begin().finish()
    assert kept(folder) == [("ecns:ihtest1", 1)]


# Taken over from before.


@pytest.mark.parametrize("is_compressed", [False, True], ids=["plain", "gz"])
def test_files_from_before_are_named_with_every_revision(begin: Begin, folder: Path, is_compressed: bool) -> None:
    crawl(begin, article(1), article(2))
    crawl(begin, NEWER)
    as_before_ids_were_kept(folder)
    for path in list((folder / "articles").iterdir()) if is_compressed else []:
        path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    run = begin()
    assert kept(folder) == [("ecns:ihtest1", 1), ("ecns:ihtest2", 1), ("ecns:ihtest1", 2)]
    assert run.warnings == []


def test_files_from_before_that_were_moved_away_are_named_as_the_state_knows_them(begin: Begin, folder: Path) -> None:
    crawl(begin, article(1), article(2))
    crawl(begin, NEWER)
    as_before_ids_were_kept(folder)
    lose_files(folder, "articles")
    begin().finish()
    assert kept(folder) == [("ecns:ihtest2", 1), ("ecns:ihtest1", 2)]
    lose_state(folder)
    run = begin()
    assert known_numbers(run) == [1, 2]
    learned = run.state.article("ecns:ihtest1")
    assert learned
    assert learned.content_hash == bytes.fromhex(NEWER.content_hash)


def test_a_compressed_file_from_before_that_is_damaged_is_named_as_the_state_knows_it(
    begin: Begin, folder: Path
) -> None:
    run = crawl(begin, article(1))
    as_before_ids_were_kept(folder)
    path = folder / "articles" / run.files[0]
    path.with_name(f"{path.name}.gz").write_bytes(gzip.compress(path.read_bytes())[:60])
    path.unlink()
    begin()
    assert kept(folder) == [("ecns:ihtest1", 1)]


def test_a_rebuild_saves_first_what_only_the_state_knows(begin: Begin, folder: Path, clock: Clock) -> None:
    crawl(begin, article(1), article(2))
    as_before_ids_were_kept(folder)
    lose_files(folder, "articles")
    rebuild(folder, clock)
    assert known_numbers(begin()) == [1, 2]


def test_ids_that_are_damaged_are_saved_from_the_state_before_a_rebuild(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    crawl(begin, article(1), article(2))
    (ids,) = (folder / "published").iterdir()
    ids.write_bytes(b"\0" * 100)
    lose_files(folder, "articles")
    rebuild(folder, clock)
    assert known_numbers(begin()) == [1, 2]


def test_an_older_state_learns_what_was_published_since(begin: Begin, folder: Path) -> None:
    restored_backup(begin, folder)
    lose_files(folder, "articles")
    assert known_numbers(begin()) == [1, 2, 3]
