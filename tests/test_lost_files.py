"""A run does not start where published articles are lost with the state, unless the user accepts the loss."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from ecnscrawl.exceptions import CannotStart
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
from tests.samples import Begin, Clock, article
from tests.site_folder import known_numbers


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
