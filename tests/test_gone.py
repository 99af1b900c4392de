"""`gone/<run>.jsonl` names the articles that the site has taken down, and those that are there again."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from ecnscrawl.exceptions import StorageFailed
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin, Clock, article, known
from tests.site_folder import no_file_larger_than, store

EVERY_CHANGE = RunSettings(commit_records=1, recheck_ages=(10_800, 32_400))
Lines = list[dict[str, Any]]
FIRST, LATER, LAST = "2026-11-23T08:30:00Z", "2026-11-23T10:30:00Z", "2026-11-23T12:30:00Z"


def gone(run: FileRun, *numbers: int) -> None:
    """Change the state as the pipeline does for articles that the site has taken down."""
    now = int(run.clock().timestamp())
    for number in numbers:
        before = run.state.article(f"ecns:ihtest{number}")
        assert before
        with run.changing() as state:
            state.update(replace(before, last_checked=now, next_check=None, gone_at=before.gone_at or now))
            run.note_gone(before, now)


def back(run: FileRun, number: int) -> None:
    """Change the state as the pipeline does for an article that is there again."""
    now = int(run.clock().timestamp())
    before = run.state.article(f"ecns:ihtest{number}")
    assert before
    with run.changing() as state:
        run.note_return(before, now)
        state.update(replace(before, gone_at=None, last_checked=now, next_check=now))


def lines(folder: Path) -> dict[str, Lines]:
    """The contents of the files of a folder, by name."""
    return {
        path.name: [json.loads(line) for line in path.read_bytes().splitlines()]
        for path in sorted((folder / "gone").iterdir())
    }


def line(number: int, first: str, last: str, back_at: str | None = None) -> dict[str, Any]:
    found = {"id": f"ecns:ihtest{number}", "url": article(number).url}
    return found | {"first_gone_at": first, "last_gone_at": last, "back_at": back_at}


@pytest.fixture
def stored(begin: Begin, clock: Clock) -> Callable[..., FileRun]:
    """A further run, an hour later, on a folder with three articles."""
    run = begin()
    store(run, *(article(number) for number in (1, 2, 3)))
    run.finish()
    clock.go(3600)
    return lambda *args: begin(*args) if args else begin(run_settings=EVERY_CHANGE)


def test_a_run_that_finds_articles_gone_writes_their_ids_addresses_and_times(
    stored: Callable[..., FileRun], folder: Path
) -> None:
    run = stored()
    gone(run, 1, 3)
    assert not list((folder / "gone").glob("*.jsonl"))
    run.finish()
    assert lines(folder) == {f"{run.id}.jsonl": [line(1, FIRST, FIRST), line(3, FIRST, FIRST)]}


def test_a_run_that_finds_none_gone_writes_no_file(stored: Callable[..., FileRun], folder: Path) -> None:
    stored().finish()
    assert lines(folder) == {}


def test_no_article_is_twice_in_one_run(stored: Callable[..., FileRun], folder: Path) -> None:
    run = stored()
    gone(run, 1, 2, 1)
    run.finish()
    assert [each["id"] for each in lines(folder)[f"{run.id}.jsonl"]] == ["ecns:ihtest1", "ecns:ihtest2"]


def test_an_article_that_is_still_gone_keeps_its_first_time(
    stored: Callable[..., FileRun], folder: Path, clock: Clock
) -> None:
    for seconds in (0, 7200):
        clock.go(seconds)
        run = stored()
        gone(run, 1)
        run.finish()
    assert list(lines(folder).values()) == [[line(1, FIRST, FIRST)], [line(1, FIRST, LATER)]]


def test_an_article_that_is_back_says_so_and_begins_anew_when_it_goes_again(
    stored: Callable[..., FileRun], folder: Path, clock: Clock
) -> None:
    run = stored()
    gone(run, 1)
    run.finish()
    clock.go(7200)
    run = stored()
    back(run, 1)
    run.finish()
    clock.go(7200)
    run = stored()
    gone(run, 1)
    run.finish()
    assert list(lines(folder).values()) == [
        [line(1, FIRST, FIRST)],
        [line(1, FIRST, FIRST, LATER)],
        [line(1, LAST, LAST)],
    ]


# Kills and full disks.


def test_what_a_killed_run_found_gone_is_published_and_known(
    stored: Callable[..., FileRun], clock: Clock, begin: Begin
) -> None:
    run = stored()
    gone(run, 1)
    folder = Path(shutil.copytree(run.folder, run.folder.with_name("killed")))
    clock.go(7200)
    again = begin(folder)
    assert lines(folder) == {f"{run.id}.jsonl": [line(1, FIRST, FIRST)]}
    found = again.state.article("ecns:ihtest1")
    assert found
    assert (found.gone_at, found.next_check) == (int(run.clock().timestamp()) - 7200, None)


def test_what_was_written_and_not_committed_before_a_kill_becomes_known(
    stored: Callable[..., FileRun], begin: Begin, clock: Clock
) -> None:
    run = stored()
    gone(run, 1)
    folder = Path(shutil.copytree(run.folder, run.folder.with_name("killed")))
    (part,) = (folder / "gone").iterdir()
    second = json.dumps(line(2, FIRST, FIRST)).encode() + b"\n"
    part.write_bytes(part.read_bytes() + second + second[:40])
    again = begin(folder)
    found = again.state.article("ecns:ihtest2")
    assert found
    assert found.gone_at == int(clock().timestamp())
    assert lines(folder) == {f"{run.id}.jsonl": [line(1, FIRST, FIRST), line(2, FIRST, FIRST)]}


def test_after_a_failure_exactly_what_the_state_knows_is_in_the_file(
    stored: Callable[..., FileRun], folder: Path
) -> None:
    run = stored()
    gone(run, 1)
    with no_file_larger_than(10), pytest.raises(StorageFailed):
        gone(run, 2)
    run.finish()
    assert lines(folder) == {f"{run.id}.jsonl": [line(1, FIRST, FIRST)]}


def test_a_run_that_fails_before_any_is_known_gone_leaves_no_file(stored: Callable[..., FileRun], folder: Path) -> None:
    run = stored()
    with no_file_larger_than(10), pytest.raises(StorageFailed):
        gone(run, 2)
    run.finish()
    assert list((folder / "gone").iterdir()) == []


# A state that is made again.


def lose_state(folder: Path) -> None:
    for path in folder.glob("state.sqlite*"):
        path.unlink()


def test_a_rebuilt_state_knows_what_is_gone(stored: Callable[..., FileRun], folder: Path, clock: Clock) -> None:
    run = stored()
    gone(run, 1, 2)
    run.finish()
    clock.go(7200)
    run = stored()
    back(run, 2)
    run.finish()
    lose_state(folder)
    run = stored()
    articles = [run.state.article(f"ecns:ihtest{number}") for number in (1, 2, 3)]
    first = int(run.clock().timestamp()) - 7200
    assert [each.gone_at if each else None for each in articles] == [first, None, None]
    assert articles[0]
    assert articles[0].next_check is None
    assert articles[1]
    assert articles[1].next_check == (known(article(2)).published_at or 0) + 32_400
    gone(run, 1)
    run.finish()
    assert list(lines(folder).values())[-1] == [line(1, FIRST, LATER)]


def test_a_state_of_a_backup_learns_what_has_gone_since(
    stored: Callable[..., FileRun], folder: Path, tmp_path: Path
) -> None:
    stored().finish()
    shutil.copy(folder / "state.sqlite", tmp_path / "backup")
    run = stored()
    gone(run, 1)
    run.finish()
    lose_state(folder)
    shutil.copy(tmp_path / "backup", folder / "state.sqlite")
    found = stored().state.article("ecns:ihtest1")
    assert found
    assert found.gone_at is not None


def test_what_was_read_after_it_had_gone_is_not_gone(
    stored: Callable[..., FileRun], folder: Path, clock: Clock
) -> None:
    run = stored()
    gone(run, 1)
    run.finish()
    clock.go(7200)
    newer = article(1, revision=2, title="Ferry number 1 is on time", fetched_at=LATER)
    run = stored()
    run.store(newer, known(newer))
    run.finish()
    lose_state(folder)
    found = stored().state.article("ecns:ihtest1")
    assert found
    assert (found.revision, found.gone_at) == (2, None)
