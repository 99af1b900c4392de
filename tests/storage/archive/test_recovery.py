"""An archive file that a killed run left."""

import gzip
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.storage.archive import recovery

NAME = "20261123T073000Z-1a2b3c.warc.gz"
MEMBERS = [gzip.compress(content, mtime=0) for content in (b"one" * 100, os.urandom(3000), b"", b"\0" * 3_000_000)]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "data" / "ecns" / "archive"
    folder.mkdir(parents=True)
    return folder


def left(archive: Path, content: bytes) -> Path:
    path = archive / f".{NAME}.part"
    path.write_bytes(content)
    return path


@given(cut=st.integers(0, sum(map(len, MEMBERS))))
def test_a_file_that_was_cut_anywhere_ends_with_its_last_whole_member(
    cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("archive")
    sizes = [sum(map(len, MEMBERS[:number])) for number in range(len(MEMBERS) + 1)]
    assert recovery.whole_size(left(folder, b"".join(MEMBERS)[:cut])) == max(size for size in sizes if size <= cut)


@pytest.mark.parametrize("damage", [b"\0" * 5000, b"\x1f\x8b\x08\x00garbage", b"WARC/1.1\r\n"])
def test_what_is_no_member_ends_the_file(archive: Path, damage: bytes) -> None:
    assert recovery.whole_size(left(archive, MEMBERS[1] + damage)) == len(MEMBERS[1])


def test_pages_whose_records_are_not_known_are_cut(archive: Path) -> None:
    left(archive, MEMBERS[0] + MEMBERS[1])
    assert recovery.settle(archive, NAME, len(MEMBERS[0]))
    assert (archive / NAME).read_bytes() == MEMBERS[0]
    assert recovery.left_over(archive) == []


def test_without_a_state_all_whole_pages_stay(archive: Path) -> None:
    left(archive, MEMBERS[0] + MEMBERS[1] + MEMBERS[0][:20])
    assert recovery.settle(archive, NAME, None)
    assert (archive / NAME).read_bytes() == MEMBERS[0] + MEMBERS[1]


@pytest.mark.parametrize("committed", [0, None])
def test_a_file_without_a_record_is_removed(archive: Path, committed: int | None) -> None:
    left(archive, MEMBERS[0][:20])
    assert not recovery.settle(archive, NAME, committed)
    assert list(archive.iterdir()) == []


def test_a_link_that_looks_like_a_left_over_archive_is_ignored(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(MEMBERS[0])
    (archive / f".{NAME}.part").symlink_to(tmp_path / "elsewhere")
    assert recovery.left_over(archive) == []
