"""The folder of reports: a file for each run, and a line in the file of the day for an idle one."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.safe_files import UnsafeFileError
from ecnscrawl.storage.folder.reports import append, newest_first, remove_old
from ecnscrawl.storage.reports import MIN_KEPT
from tests.site_folder import no_file_larger_than

DAY, LATER = "20261123", "20261124"


def run_id(number: int, day: str = DAY) -> str:
    return f"{day}T07{number // 60:02}{number % 60:02}Z-{number:06x}"


def line(number: int, day: str = DAY) -> bytes:
    return json.dumps({"run": run_id(number, day)}).encode()


def idle(folder: Path, number: int, day: str = DAY) -> str:
    """The id of an idle run, whose report is stored."""
    append(folder, run_id(number, day), line(number, day))
    return run_id(number, day)


def other(folder: Path, number: int, day: str = DAY) -> str:
    """The id of another run, whose report is stored."""
    (folder / f"{run_id(number, day)}.json").write_bytes(line(number, day))
    return run_id(number, day)


def stored(folder: Path) -> list[str]:
    """The ids of the runs, the oldest first; what is read is the report of each."""
    reports = list(newest_first(folder))[::-1]
    assert [json.loads(report.read())["run"] for report in reports] == [report.run_id for report in reports]
    return [report.run_id for report in reports]


def test_the_idle_runs_of_a_day_are_lines_of_one_file(tmp_path: Path) -> None:
    for number in range(3):
        idle(tmp_path, number)
    idle(tmp_path, 0, LATER)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["20261123.jsonl", "20261124.jsonl"]
    assert (tmp_path / "20261123.jsonl").read_bytes() == b"".join(line(number) + b"\n" for number in range(3))


def test_both_forms_are_read_in_the_order_of_the_runs(tmp_path: Path) -> None:
    expected = [other(tmp_path, 0), idle(tmp_path, 1), other(tmp_path, 2), idle(tmp_path, 3), other(tmp_path, 4)]
    expected += [other(tmp_path, 0, LATER), idle(tmp_path, 1, LATER)]
    assert stored(tmp_path) == expected


def test_a_folder_without_lines_is_read_as_ever(tmp_path: Path) -> None:
    assert stored(tmp_path) == []
    assert stored(tmp_path / "missing") == []
    (tmp_path / "latest.json").write_bytes(line(0))
    assert [other(tmp_path, number) for number in range(3)] == stored(tmp_path)


@given(content=st.binary(max_size=40), at=st.integers(0, 120))
def test_after_half_a_line_the_file_goes_on_with_whole_ones(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, at: int
) -> None:
    """Cut anywhere, with anything but a line end behind it."""
    folder = tmp_path_factory.mktemp("reports")
    for number in range(3):
        idle(folder, number)
    path = folder / "20261123.jsonl"
    torn = path.read_bytes()[:at] + content.replace(b"\n", b"")
    path.write_bytes(torn)
    whole = torn.count(b"\n")
    intact = [each for each in torn.split(b"\n")[:-1] if each in [line(number) for number in range(3)]]
    assert stored(folder) == [json.loads(each)["run"] for each in intact]
    assert idle(folder, 9) in stored(folder)
    assert path.read_bytes().count(b"\n") == whole + 1
    assert path.read_bytes().endswith(b"\n" + line(9) + b"\n" if whole else line(9) + b"\n")


def test_what_is_no_report_of_that_day_is_skipped(tmp_path: Path) -> None:
    idle(tmp_path, 1)
    deep = b"[" * 100_000
    strangers = [b"", b"[]", b"null", b"\xff", b"{}", b'{"run": 7}', b'{"run": "latest"}', line(5, LATER), deep]
    with (tmp_path / "20261123.jsonl").open("ab") as file:
        file.writelines(each + b"\n" for each in strangers)
    idle(tmp_path, 2)
    assert stored(tmp_path) == [run_id(1), run_id(2)]


def test_a_link_is_neither_read_nor_written(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "reports", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_bytes(line(1) + b"\n")
    (folder / "20261123.jsonl").symlink_to(elsewhere)
    assert stored(folder) == []
    with pytest.raises(UnsafeFileError, match="link"):
        idle(folder, 2)
    (folder / "20261123.jsonl").unlink()
    os.link(elsewhere, folder / "20261123.jsonl")
    with pytest.raises(UnsafeFileError, match="hard link"):
        idle(folder, 2)
    assert elsewhere.read_bytes() == line(1) + b"\n"


def test_on_a_full_disk_the_file_stays_as_it_was(tmp_path: Path) -> None:
    idle(tmp_path, 1)
    size = (tmp_path / "20261123.jsonl").stat().st_size
    with no_file_larger_than(size + 5), pytest.raises(OSError, match="File too large"):
        idle(tmp_path, 2)
    assert (tmp_path / "20261123.jsonl").read_bytes() == line(1) + b"\n"


BEFORE = datetime(2026, 11, 25, 12, tzinfo=UTC)


def test_the_file_of_a_day_is_removed_when_the_day_is_over_and_its_runs_are_not_among_the_newest(
    tmp_path: Path,
) -> None:
    for number in range(3):
        idle(tmp_path, number)
    other(tmp_path, 3)
    for number in range(2):
        idle(tmp_path, number, LATER)
    newest = [other(tmp_path, number, "20261125") for number in range(MIN_KEPT - 1)]  # all before noon
    remove_old(tmp_path, BEFORE)
    assert stored(tmp_path) == [run_id(0, LATER), run_id(1, LATER), *newest]  # of the newest 90, one is in that file
    newest.append(other(tmp_path, 99, "20261125"))
    remove_old(tmp_path, BEFORE)
    assert stored(tmp_path) == newest


def test_the_file_of_a_day_that_is_not_over_is_kept(tmp_path: Path) -> None:
    idle(tmp_path, 0, "20261125")
    for number in range(MIN_KEPT):
        other(tmp_path, number, "20261126")
    remove_old(tmp_path, BEFORE)
    assert (tmp_path / "20261125.jsonl").exists()
    remove_old(tmp_path, datetime(2026, 11, 26, tzinfo=UTC))
    assert not (tmp_path / "20261125.jsonl").exists()


def test_among_the_newest_lines_count_as_files_do(tmp_path: Path) -> None:
    oldest = other(tmp_path, 0)
    for number in range(1, MIN_KEPT):
        idle(tmp_path, number)
    remove_old(tmp_path, BEFORE)
    assert oldest in stored(tmp_path)
    idle(tmp_path, MIN_KEPT)
    remove_old(tmp_path, BEFORE)
    assert oldest not in stored(tmp_path)


def test_files_of_other_names_are_neither_read_nor_removed(tmp_path: Path) -> None:
    names = ["notes.jsonl", "2026.jsonl", "20261123.jsonl.bak", "x20261123.jsonl", "20200101.json"]
    for name in names:
        (tmp_path / name).write_bytes(line(1) + b"\n")
    assert stored(tmp_path) == []
    remove_old(tmp_path, BEFORE)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)
