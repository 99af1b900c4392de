"""Lines are removed from a file of lines: all others stay as they are, and no reader sees half of it."""

import gzip
from pathlib import Path

import pytest

from ecnscrawl.safe_files import UnsafeFileError
from ecnscrawl.storage.jsonl import DamagedFile
from ecnscrawl.storage.line_removal import hidden_copy, remove_hidden_copies, remove_lines

LINES = b'{"a": 1}\n{"b":  "\xe2\x80\xa8"}\r\n\n{"c": 3}\nhalf a line'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file two folders below the data folder."""
    folder = tmp_path / "ecns" / "articles"
    folder.mkdir(parents=True)
    (folder / "one.jsonl").write_bytes(LINES)
    return folder / "one.jsonl"


def has_b(line: bytes) -> bool:
    return b'"b"' in line


def test_the_other_lines_stay_byte_for_byte(path: Path) -> None:
    assert remove_lines(path, has_b) == 1
    assert path.read_bytes() == b'{"a": 1}\n\n{"c": 3}\nhalf a line'
    assert [each.name for each in path.parent.iterdir()] == ["one.jsonl"]


def test_a_file_without_such_a_line_is_not_touched(path: Path) -> None:
    before = path.stat()
    assert remove_lines(path, lambda line: b"nothing" in line) == 0
    assert (path.stat().st_ino, path.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_a_reader_who_has_the_old_file_open_reads_it_to_its_end(path: Path) -> None:
    with path.open("rb") as reader:
        assert reader.readline() == b'{"a": 1}\n'
        remove_lines(path, has_b)
        assert reader.read() == LINES.partition(b"\n")[2]


def test_a_compressed_file_stays_compressed(path: Path) -> None:
    compressed = path.with_name("two.jsonl.gz")
    compressed.write_bytes(gzip.compress(LINES))
    assert remove_lines(compressed, has_b) == 1
    assert gzip.decompress(compressed.read_bytes()) == b'{"a": 1}\n\n{"c": 3}\nhalf a line'


@pytest.mark.parametrize("name", ["one.jsonl", "two.jsonl.gz"])
def test_a_file_that_becomes_empty_is_removed(path: Path, name: str) -> None:
    path.with_name("two.jsonl.gz").write_bytes(gzip.compress(LINES))
    assert remove_lines(path.with_name(name), lambda _: True) == 5
    assert [each.name for each in path.parent.iterdir() if each.name == name or each.name.startswith(".")] == []


def test_the_new_file_has_the_mode_of_the_old_one(path: Path) -> None:
    path.chmod(0o640)
    remove_lines(path, has_b)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.jsonl"
    other.write_bytes(LINES)
    path.unlink()
    path.symlink_to(other)
    with pytest.raises(UnsafeFileError):
        remove_lines(path, has_b)
    assert other.read_bytes() == LINES


def test_another_name_of_the_file_keeps_its_content(path: Path, tmp_path: Path) -> None:
    backup = tmp_path / "backup.jsonl"
    backup.hardlink_to(path)
    assert remove_lines(path, has_b) == 1
    assert backup.read_bytes() == LINES
    assert not has_b(path.read_bytes())


def test_a_damaged_compressed_file_is_left_as_it_is(path: Path) -> None:
    damaged = path.with_name("two.jsonl.gz")
    damaged.write_bytes(gzip.compress(LINES)[:-9])
    with pytest.raises(DamagedFile):
        remove_lines(damaged, has_b)
    assert damaged.read_bytes() == gzip.compress(LINES)[:-9]


def test_what_a_killed_process_left_is_removed(path: Path) -> None:
    hidden_copy(path).write_bytes(LINES)
    remove_hidden_copies(path.parent)
    assert [each.name for each in path.parent.iterdir()] == ["one.jsonl"]
