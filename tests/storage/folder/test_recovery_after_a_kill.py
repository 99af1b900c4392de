"""Files of a killed run, and what the next run does with them."""

import shutil
from pathlib import Path

import pytest

from ecnscrawl.items import to_line
from ecnscrawl.normalize.timestamps import from_text
from ecnscrawl.storage.folder.run import FileRun
from ecnscrawl.storage.run_settings import RunSettings
from tests.samples import Begin, Clock, article, known
from tests.site_folder import known_numbers, records

ONE, TWO, THREE = (to_line(article(number)) for number in (1, 2, 3))
OLD_NAME = "20250101T000000Z-000001.jsonl"
EVERY_RECORD = RunSettings(commit_records=1)


def killed(run: FileRun) -> Path:
    """Copy the run's folder as a kill would leave it now. The run itself ends with the test."""
    return Path(shutil.copytree(run.folder, run.folder.with_name("killed")))


def part(folder: Path) -> Path:
    """The file of the run that was killed."""
    (path,) = (folder / "articles").glob(".*.part")
    return path


def stored_and_killed(begin: Begin, *numbers: int) -> Path:
    """The folder of a run that was killed after these records were made safe."""
    run = begin(run_settings=EVERY_RECORD)
    for number in numbers:
        run.store(article(number), known(article(number)))
    return killed(run)


# After a kill.


def test_what_was_safe_is_published_by_the_next_run(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1, 2)
    name = f"{part(folder).name[1:-5]}.jsonl"
    run = begin(folder)
    assert run.recovered == [name]
    assert run.files == []
    assert records(folder) == ONE + TWO
    assert known_numbers(run) == [1, 2]
    assert not list((folder / "articles").glob(".*"))


def test_what_was_published_after_a_kill_is_not_published_again(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1)
    begin(folder).finish()
    run = begin(folder)
    assert run.recovered == []
    assert records(folder) == ONE


def test_what_was_never_safe_is_neither_published_nor_known(begin: Begin) -> None:
    run = begin()
    run.store(article(1), known(article(1)))
    folder = killed(run)
    again = begin(folder)
    assert again.recovered == []
    assert known_numbers(again) == []
    assert list((folder / "articles").iterdir()) == []


def test_half_a_line_is_cut_off(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1)
    with part(folder).open("ab") as file:
        file.write(TWO[:100])
    run = begin(folder)
    assert records(folder) == ONE
    assert known_numbers(run) == [1]


def test_whole_lines_that_the_state_does_not_know_become_known(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1)
    with part(folder).open("ab") as file:
        file.write(TWO + THREE)
    run = begin(folder)
    assert records(folder) == ONE + TWO + THREE
    assert known_numbers(run) == [1, 2, 3]


def test_a_record_learned_from_a_file_is_known_as_if_it_had_been_stored(begin: Begin, clock: Clock) -> None:
    folder = stored_and_killed(begin, 1)
    with part(folder).open("ab") as file:
        file.write(TWO)
    clock.go(600)
    run = begin(folder, RunSettings(recheck_ages=(10_800,)))
    learned = run.state.article("ecns:ihtest2")
    assert learned is not None
    assert (learned.url, learned.revision, learned.content_hash) == (
        article(2).url,
        1,
        bytes.fromhex(article(2).content_hash),
    )
    fetched = int(from_text("2026-11-23T07:30:00Z").timestamp())
    assert (learned.first_seen, learned.last_checked) == (fetched, fetched)
    assert learned.next_check == int(from_text("2026-11-23T09:00:00Z").timestamp())


@pytest.mark.parametrize(
    "torn", [b"\0" * 512, b"\0" * 512 + b"\n", b"\0" * 300 + b"\n" + THREE, b'{"id":"ecns:x"}\n', b"\n"], ids=repr
)
def test_a_file_ends_where_a_line_is_no_record(begin: Begin, torn: bytes) -> None:
    folder = stored_and_killed(begin, 1)
    with part(folder).open("ab") as file:
        file.write(TWO + torn)
    run = begin(folder)
    assert records(folder) == ONE + TWO
    assert known_numbers(run) == [1, 2]


def test_an_empty_file_goes(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1)
    part(folder).write_bytes(b"")
    run = begin(folder)
    assert list((folder / "articles").iterdir()) == []
    assert run.recovered == []


def test_records_that_the_disk_has_lost_are_requested_again(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1, 2)
    part(folder).write_bytes(ONE + TWO[:50])
    run = begin(folder)
    assert records(folder) == ONE
    assert known_numbers(run) == [1]
    assert run.state.pending("ecns:ihtest2") is not None


@pytest.mark.parametrize("share", [number / 20 for number in range(21)])
def test_wherever_a_file_was_cut_a_record_is_published_and_known_or_neither(begin: Begin, share: float) -> None:
    folder = stored_and_killed(begin, 1, 2)
    whole = ONE + TWO + THREE
    cut = whole[: int(len(whole) * share)]
    part(folder).write_bytes(cut)
    run = begin(folder)
    lines = cut.count(b"\n")
    assert records(folder) == b"".join([ONE, TWO, THREE][:lines])
    assert known_numbers(run) == [1, 2, 3][:lines]


def test_a_file_that_was_renamed_just_before_the_kill_is_known_once(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1, 2)
    part(folder).rename(part(folder).with_name(f"{part(folder).name[1:-5]}.jsonl"))
    run = begin(folder)
    assert known_numbers(run) == [1, 2]
    assert records(folder) == ONE + TWO
    run.finish()
    assert begin(folder).state.count() == 2


def test_files_of_several_killed_runs_are_published_oldest_first(begin: Begin) -> None:
    folder = stored_and_killed(begin, 2)
    (folder / "articles" / f".{OLD_NAME.removesuffix('.jsonl')}.part").write_bytes(ONE)
    run = begin(folder)
    assert run.recovered == sorted(run.recovered)
    assert run.recovered[0] == OLD_NAME
    assert known_numbers(run) == [1, 2]


def test_a_new_run_is_named_after_those_that_were_killed(begin: Begin, clock: Clock) -> None:
    folder = stored_and_killed(begin, 1)
    clock.go(-86_400)
    run = begin(folder)
    run.store(article(2), known(article(2)))
    run.finish()
    assert run.files[0] > run.recovered[0]


def test_rejected_records_of_a_killed_run_are_published_too(begin: Begin) -> None:
    run = begin(run_settings=EVERY_RECORD)
    run.reject(article(1), ["no title"])
    folder = killed(run)
    (left,) = (folder / "rejected").iterdir()
    with left.open("ab") as file:
        file.write(b'{"reasons": ["ha')
    begin(folder)
    (kept,) = (folder / "rejected").iterdir()
    assert kept.suffix == ".jsonl"
    assert kept.read_bytes().endswith(b"}\n")
    assert kept.read_bytes().count(b"\n") == 1


def test_a_hidden_file_of_somebody_else_is_left_alone(begin: Begin, folder: Path) -> None:
    begin().finish()
    foreign = folder / "articles" / ".download.part"
    foreign.write_bytes(b"half of something")
    begin()
    assert foreign.read_bytes() == b"half of something"


def test_a_link_that_looks_like_a_left_over_file_is_not_followed(begin: Begin, folder: Path, tmp_path: Path) -> None:
    begin().finish()
    (tmp_path / "precious").write_bytes(b"not ours\n")
    (folder / "articles" / ".20250101T000000Z-000001.part").symlink_to(tmp_path / "precious")
    begin()
    assert (tmp_path / "precious").read_bytes() == b"not ours\n"


def test_a_missing_state_is_rebuilt_from_what_a_killed_run_left(begin: Begin) -> None:
    folder = stored_and_killed(begin, 1, 2)
    for file in folder.glob("state.sqlite*"):
        file.unlink()
    run = begin(folder)
    assert known_numbers(run) == [1, 2]
    assert records(folder) == ONE + TWO
    assert "is missing" in run.warnings[0]
