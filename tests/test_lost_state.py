"""A lost state is rebuilt from `published/` without any record file, or refused if that has gaps."""

import gzip
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.items import Article, to_line
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin, Clock, article, known
from tests.site_folder import known_numbers, store

NEWER = article(1, revision=2, title="Ferry number 1 is on time")
GARBAGE = b"garbage " * 1000


def crawl(begin: Begin, *articles: Article, run_settings: RunSettings | None = None) -> FileRun:
    """A run that stores these articles, with its report."""
    run = begin(run_settings=run_settings)
    store(run, *articles)
    run.finish()
    new = len([each for each in articles if each.revision == 1])
    counts = {"new": new, "updated": len(articles) - new}
    report = {"run": run.id, "files": run.files, "recovered": [], "counts": counts, "records": run.records}
    (run.reports.folder / f"{run.id}.json").write_text(json.dumps(report))
    return run


def lose_state(folder: Path) -> None:
    for path in folder.glob("state.sqlite*"):
        path.unlink()


def lose_files(folder: Path, *parts: str) -> None:
    for part in parts:
        shutil.rmtree(folder / part)


def as_before_ids_were_kept(folder: Path) -> None:
    """As an earlier version left it: no `published/`, and reports that do not count the records of each file."""
    lose_files(folder, "published")
    for path in (folder / "reports").glob("*.json"):
        report = json.loads(path.read_text())
        del report["records"]
        path.write_text(json.dumps(report))


def rebuild(folder: Path, clock: Clock, *, accept_loss: bool = False) -> FileRun:
    run = FileRun(folder, clock)
    run.enter(rebuild=True, accept_loss=accept_loss)
    run.finish()
    return run


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


# Refused.


def crawled_thrice(begin: Begin) -> Sequence[str]:
    return [
        name
        for run in [crawl(begin, article(1), article(2)), crawl(begin, NEWER), crawl(begin, article(3))]
        for name in run.files
    ]


@pytest.mark.parametrize("content", [None, b"", GARBAGE], ids=["missing", "empty", "damaged"])
def test_a_run_refuses_to_start_where_files_are_lost_and_says_how_many_articles_they_held(
    begin: Begin, folder: Path, content: bytes | None
) -> None:
    names = crawled_thrice(begin)
    for name in names[:2]:
        (folder / "articles" / name).unlink()
        ids_file.remove(folder / "published", name)
    lose_state(folder)
    if content is not None:
        (folder / "state.sqlite").write_bytes(content)
    for _ in range(2):  # the first refusal is not an acceptance
        with pytest.raises(CannotStart) as refused:
            begin()
        assert f"3 articles in 2 files ({names[0]}, …)" in str(refused.value)
        assert "scrapy state rebuild ecns --accept-loss" in str(refused.value)
    assert not list(folder.glob("state.sqlite.*"))


def test_a_rebuild_refuses_too_and_leaves_the_state_as_it_is(begin: Begin, folder: Path, clock: Clock) -> None:
    crawl(begin, article(1))
    as_before_ids_were_kept(folder)
    lose_files(folder, "articles")
    (folder / "state.sqlite").write_bytes(GARBAGE)
    with pytest.raises(CannotStart, match="lacks 1 article in 1 file"):
        rebuild(folder, clock)
    assert (folder / "state.sqlite").read_bytes() == GARBAGE


def test_the_articles_of_files_from_before_are_counted_by_the_reports(begin: Begin, folder: Path) -> None:
    run = crawl(begin, *(article(number) for number in range(5)), run_settings=RunSettings(file_records=2))
    as_before_ids_were_kept(folder)
    lose_files(folder, "articles")
    lose_state(folder)
    with pytest.raises(CannotStart, match=rf"5 articles in 3 files \({run.files[0]}, …\)"):
        begin()


def test_of_several_files_from_before_only_the_articles_of_the_lost_ones_are_counted(
    begin: Begin, folder: Path
) -> None:
    run = crawl(begin, *(article(number) for number in range(5)), run_settings=RunSettings(file_records=2))
    as_before_ids_were_kept(folder)
    (folder / "articles" / run.files[0]).unlink()
    lose_state(folder)
    with pytest.raises(CannotStart, match=rf"lacks 2 articles in 1 file \({run.files[0]}\)"):
        begin()


def test_if_no_report_has_the_number_of_articles_of_a_file_the_message_says_so(begin: Begin, folder: Path) -> None:
    begin().finish()
    report = {"recovered": ["20250101T000000Z-000001.jsonl"]}
    (folder / "reports" / "20250101T000001Z-000001.json").write_text(json.dumps(report))
    lose_state(folder)
    with pytest.raises(CannotStart, match=r"lacks an unknown number of articles in 1 file \(20250101T000000Z-"):
        begin()


@pytest.mark.parametrize("ending", ["", ".gz"])
def test_a_file_that_is_still_there_is_not_lost(begin: Begin, folder: Path, ending: str) -> None:
    run = crawl(begin, article(1))
    as_before_ids_were_kept(folder)
    path = folder / "articles" / run.files[0]
    if ending:
        path.with_name(path.name + ending).write_bytes(gzip.compress(path.read_bytes()))
        path.unlink()
    lose_state(folder)
    assert known_numbers(begin()) == [1]


def test_ids_that_are_damaged_are_lost_where_the_file_of_records_is_not_there(begin: Begin, folder: Path) -> None:
    crawl(begin, article(1), article(2), article(3))
    (ids,) = (folder / "published").iterdir()
    ids.write_bytes(b"".join(ids.read_bytes().splitlines(keepends=True)[:1]))
    lose_files(folder, "articles")
    lose_state(folder)
    with pytest.raises(CannotStart, match="2 articles in 1 file"):
        begin()


def test_ids_of_which_all_lines_are_there_and_one_is_altered_are_damaged_not_missing(
    begin: Begin, folder: Path
) -> None:
    crawl(begin, article(1))
    (ids,) = (folder / "published").iterdir()
    ids.write_bytes(ids.read_bytes().replace(b'",1,"', b'",2,"', 1))  # the revision
    lose_files(folder, "articles")
    lose_state(folder)
    with pytest.raises(
        CannotStart, match=rf"an unknown number of articles in 1 file .*published/{ids.name} is damaged"
    ):
        begin()


def test_a_run_with_a_good_state_starts_although_files_are_lost(begin: Begin, folder: Path) -> None:
    crawl(begin, article(1))
    lose_files(folder, "articles", "published")
    assert known_numbers(begin()) == [1]


# A state that is older than what was published since: a restored backup.


def restored_backup(begin: Begin, folder: Path) -> Path:
    """One run, a backup of its state, a second run, the backup restored; gives the second run's file of ids."""
    crawl(begin, article(1))
    backup = (folder / "state.sqlite").read_bytes()
    run = crawl(begin, article(2), article(3))
    lose_state(folder)
    (folder / "state.sqlite").write_bytes(backup)
    return folder / "published" / ids_file.ids_name(run.files[0])


def test_an_older_state_learns_what_was_published_since(begin: Begin, folder: Path) -> None:
    restored_backup(begin, folder)
    lose_files(folder, "articles")
    assert known_numbers(begin()) == [1, 2, 3]


def test_an_older_state_does_not_start_where_what_was_published_since_is_damaged(begin: Begin, folder: Path) -> None:
    ids = restored_backup(begin, folder)
    ids.write_bytes(ids.read_bytes()[:20])
    damaged = ids.read_bytes()
    lose_files(folder, "articles")
    for _ in range(2):
        with pytest.raises(
            CannotStart, match=rf"older than the last run.* 2 articles in 1 file .*{ids.name} is damaged"
        ):
            begin()
    assert ids.read_bytes() == damaged


def test_an_older_state_does_not_start_where_what_was_published_since_is_missing(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    restored_backup(begin, folder).unlink()
    lose_files(folder, "articles")
    with pytest.raises(CannotStart, match=r"older than the last run.* 2 articles in 1 file"):
        begin()
    rebuild(folder, clock, accept_loss=True)
    assert known_numbers(begin()) == [1]


# Accepted.


def test_a_loss_that_was_accepted_is_remembered_also_where_the_state_is_lost_once_more(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    names = crawled_thrice(begin)
    for name in names[:2]:
        (folder / "articles" / name).unlink()
        ids_file.remove(folder / "published", name)
    lose_state(folder)
    rebuild(folder, clock, accept_loss=True)
    for _ in range(2):
        run = begin()
        assert known_numbers(run) == [3]
        run.finish()
        lose_state(folder)


def test_a_further_loss_is_refused_again(begin: Begin, folder: Path, clock: Clock) -> None:
    names = crawled_thrice(begin)
    lose_files(folder, "articles")
    ids_file.remove(folder / "published", names[0])
    lose_state(folder)
    rebuild(folder, clock, accept_loss=True)
    ids_file.remove(folder / "published", names[2])
    lose_state(folder)
    with pytest.raises(CannotStart, match=rf"1 article in 1 file \({names[2]}\)"):
        begin()


def test_a_file_that_comes_back_after_its_loss_was_accepted_is_known(begin: Begin, folder: Path, clock: Clock) -> None:
    run = crawl(begin, article(1))
    content = (folder / "articles" / run.files[0]).read_bytes()
    lose_files(folder, "articles", "published")
    lose_state(folder)
    rebuild(folder, clock, accept_loss=True)
    (folder / "articles" / run.files[0]).write_bytes(content)
    assert known_numbers(begin()) == [1]


def test_of_damaged_ids_what_can_be_read_is_known_once_the_rest_is_accepted_as_lost(
    begin: Begin, folder: Path, clock: Clock
) -> None:
    crawl(begin, article(1), article(2), article(3))
    (ids,) = (folder / "published").iterdir()
    ids.write_bytes(b"".join(ids.read_bytes().splitlines(keepends=True)[:2]))
    lose_files(folder, "articles")
    lose_state(folder)
    run = rebuild(folder, clock, accept_loss=True)
    assert "is damaged" in run.warnings[0]
    lose_state(folder)
    assert known_numbers(begin()) == [1, 2]
