"""A run that archives: its pages and its records are safe together, whatever ends it."""

import os
import shutil
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart, StorageFailed
from ecnscrawl.storage.archive.terms import ArchiveTerms
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_ids import is_run_id
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin, article, known
from tests.site_folder import hidden, known_numbers
from tests.storage.archive.samples import exchange, records, responses

ARCHIVING = RunSettings(archive=ArchiveTerms(info={"software": "test"}))
EVERY_RECORD = RunSettings(commit_records=1, archive=ArchiveTerms(info={"software": "test"}))


def store(run: FileRun, *numbers: int) -> None:
    """Archive the pages of these articles, and store their records, as a crawl does."""
    for number in numbers:
        with run.changing():
            run.archive([exchange(url=article(number).url, body=b"%d" % number * 1000)])
            run.store(article(number), known(article(number)))


def archives(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "archive").iterdir())


def pages(folder: Path) -> list[bytes]:
    """The bodies in all archive files, shortened to their numbers."""
    return [record.body[:1] for name in archives(folder) for record in responses(folder / "archive" / name)]


def test_a_run_publishes_its_archive_under_its_own_name(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=ARCHIVING)
    store(run, 1, 2)
    assert not [name for name in archives(folder) if not name.startswith(".")]
    run.finish()
    assert run.archives == archives(folder) == [f"{run.id}.warc.gz"]
    assert run.archived == 2
    assert [record.type for record in records(folder / "archive" / run.archives[0])] == [
        "warcinfo", "response", "request", "response", "request",
    ]  # fmt: skip


def test_a_run_that_archives_nothing_has_no_such_folder(begin: Begin, folder: Path) -> None:
    run = begin()
    run.archive([exchange()])
    run.finish()
    assert not (folder / "archive").exists()


def test_a_run_without_a_response_leaves_no_archive(begin: Begin, folder: Path) -> None:
    begin(run_settings=ARCHIVING).finish()
    assert archives(folder) == []


def test_a_full_file_is_published_and_the_next_one_has_a_name_of_its_own(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=RunSettings(archive=ArchiveTerms(max_bytes=1)))
    store(run, 1, 2, 3)
    assert len([name for name in archives(folder) if not name.startswith(".")]) == 2
    run.finish()
    assert run.archives == archives(folder)
    assert len(run.archives) == 3
    assert all(is_run_id(name.removesuffix(".warc.gz")) for name in run.archives)
    assert pages(folder) == [b"1", b"2", b"3"]
    assert begin().id > run.archives[-1]


def test_the_names_of_an_archive_count_for_the_next_run_id(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=ARCHIVING)
    run.archive([exchange()])
    run.finish()
    shutil.copytree(folder / "archive", folder.with_name("lost") / "archive")
    assert begin(folder.with_name("lost")).id > run.id


def test_a_link_in_the_place_of_the_folder_is_refused(begin: Begin, folder: Path, tmp_path: Path) -> None:
    folder.mkdir(parents=True)
    (folder / "archive").symlink_to(tmp_path)
    with pytest.raises(CannotStart, match="archive: it is a link"):
        begin(run_settings=ARCHIVING)


# After a kill.


def killed(run: FileRun) -> Path:
    """Copy the run's folder as a kill would leave it now. The run itself ends with the test."""
    return Path(shutil.copytree(run.folder, run.folder.with_name("killed")))


def test_after_a_kill_the_archive_has_exactly_the_pages_of_the_known_records(begin: Begin) -> None:
    run = begin(run_settings=EVERY_RECORD)
    store(run, 1, 2)
    run.archive([exchange(body=os.urandom(5_000_000))])  # more than is kept in memory
    folder = killed(run)
    again = begin(folder)
    assert known_numbers(again) == [1, 2]
    assert pages(folder) == [b"1", b"2"]
    assert hidden(folder) == []


def test_a_run_killed_before_its_first_commit_leaves_no_page(begin: Begin) -> None:
    earlier = begin(run_settings=EVERY_RECORD)
    store(earlier, 1)
    earlier.finish()
    run = begin(run_settings=ARCHIVING)
    run.archive([exchange(body=os.urandom(5_000_000))])
    folder = killed(run)
    begin(folder)
    assert archives(folder) == earlier.archives


def test_records_that_only_the_state_did_not_know_keep_their_pages(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=EVERY_RECORD)
    store(run, 1)
    before = killed(run)
    store(run, 2)
    for path in [
        *folder.glob("articles/.*"),
        *folder.glob("archive/.*"),
    ]:  # on the disk; the state is one commit behind
        shutil.copy(path, before / path.relative_to(folder))
    assert known_numbers(begin(before)) == [1, 2]
    assert pages(before) == [b"1", b"2"]


def test_the_page_of_a_line_that_is_not_whole_is_left_out_as_its_record_is(begin: Begin, folder: Path) -> None:
    run = begin(run_settings=EVERY_RECORD)
    store(run, 1)
    before = killed(run)
    store(run, 2, 3)
    for path in [*folder.glob("articles/.*"), *folder.glob("archive/.*")]:  # killed in the middle of a write
        shutil.copy(path, before / path.relative_to(folder))
    (part,) = before.glob("articles/.*")
    part.write_bytes(part.read_bytes()[:-10])
    assert known_numbers(begin(before)) == [1]
    assert pages(before) == [b"1"]


def test_a_lost_state_loses_no_page(begin: Begin) -> None:
    run = begin(run_settings=EVERY_RECORD)
    store(run, 1, 2)
    folder = killed(run)
    for path in folder.glob("state.sqlite*"):
        path.unlink()
    assert known_numbers(begin(folder)) == [1, 2]
    assert pages(folder) == [b"1", b"2"]


def test_after_a_full_disk_the_archive_has_the_pages_of_the_stored_records(
    begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = begin(run_settings=EVERY_RECORD)
    store(run, 1)

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr(os, "fsync", full)
        with pytest.raises(StorageFailed, match="No space left"):
            store(run, 2)
    run.finish()
    assert pages(folder) == [b"1"]
