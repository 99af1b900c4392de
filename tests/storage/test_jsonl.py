"""Files of records: hidden while written, published by rename."""

import gzip
import os
import stat
from pathlib import Path

import pytest

from ecnscrawl.safe_files import write_whole
from ecnscrawl.storage.folder.record_file import OptionalFile, RecordFile
from ecnscrawl.storage.jsonl import (
    DamagedFile,
    left_over,
    lines,
    part_of,
    path_of,
    publish_whole_lines,
    published,
    size_of,
    truncate,
)

NAME = "20261123T073000Z-1a2b3c.jsonl"
PART = ".20261123T073000Z-1a2b3c.part"


def test_a_file_under_way_is_hidden(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, NAME)
    file.append(b'{"a":1}\n')
    file.sync()
    assert [path.name for path in tmp_path.iterdir()] == [PART]
    assert part_of(tmp_path, NAME) == tmp_path / PART
    assert published(tmp_path) == []
    file.discard()


def test_a_published_file_has_every_line_and_nothing_hidden_beside_it(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, NAME)
    offsets = [file.append(line) for line in (b'{"a":1}\n', b'{"b":22}\n', b'{"c":3}\n')]
    file.sync()
    assert file.publish() == tmp_path / NAME
    assert (tmp_path / NAME).read_bytes() == b'{"a":1}\n{"b":22}\n{"c":3}\n'
    assert [path.name for path in tmp_path.iterdir()] == [NAME]
    assert offsets == [0, 8, 17]
    assert (file.size, file.records) == (25, 3)


def test_what_is_not_synced_is_not_in_the_file(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, NAME)
    file.append(b'{"a":1}\n')
    file.sync()
    file.append(b'{"b":2}\n')
    assert (tmp_path / PART).read_bytes() == b'{"a":1}\n'
    file.discard()


def test_a_name_that_is_taken_is_refused(tmp_path: Path) -> None:
    first = RecordFile(tmp_path, NAME)
    with pytest.raises(FileExistsError):
        RecordFile(tmp_path, NAME)
    first.discard()


def test_a_file_that_is_cut_ends_there(tmp_path: Path) -> None:
    file = RecordFile(tmp_path, NAME)
    file.append(b'{"a":1}\n')
    file.sync()
    file.commit()
    file.append(b'{"b":2}\n')
    file.write()
    file.cut()
    assert file.records == 1
    assert file.publish().read_bytes() == b'{"a":1}\n'


def test_a_discarded_file_is_gone(tmp_path: Path) -> None:
    RecordFile(tmp_path, NAME).discard()
    assert list(tmp_path.iterdir()) == []


def test_files_have_the_modes_that_the_users_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        file = RecordFile(tmp_path, NAME)
        file.sync()
        file.publish()
        write_whole(tmp_path / "latest.json", b"{}\n")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o640
    assert stat.S_IMODE((tmp_path / "latest.json").stat().st_mode) == 0o640


def test_half_a_line_at_the_end_is_ignored(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"a":1}\n{"b":2}\n{"c')
    assert list(lines(tmp_path / NAME)) == [(0, b'{"a":1}\n'), (8, b'{"b":2}\n')]


def test_lines_are_read_from_an_offset_on(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b'{"a":1}\n{"b":2}\n')
    assert list(lines(tmp_path / NAME, 8)) == [(8, b'{"b":2}\n')]
    assert list(lines(tmp_path / NAME, 16)) == []


def test_only_a_newline_ends_a_line(tmp_path: Path) -> None:
    content = '{"a":"one\u2028two\u0085three\rfour"}\n'.encode()
    (tmp_path / NAME).write_bytes(content)
    assert list(lines(tmp_path / NAME)) == [(0, content)]


def test_left_over_files_are_named_as_they_will_be_published_oldest_first(tmp_path: Path) -> None:
    for name in (".20261124T000000Z-000001.part", PART):
        (tmp_path / name).touch()
    (tmp_path / NAME.replace("1a2b3c", "1a2b3d")).touch()
    assert left_over(tmp_path) == [NAME, "20261124T000000Z-000001.jsonl"]


def test_a_hidden_file_that_no_run_has_named_is_not_left_over(tmp_path: Path) -> None:
    (tmp_path / ".download.part").write_bytes(b"somebody else's")
    assert left_over(tmp_path) == []


def test_links_and_folders_are_not_record_files(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b'{"a":1}\n')
    articles = tmp_path / "articles"
    articles.mkdir()
    (articles / NAME).symlink_to(elsewhere)
    (articles / PART).symlink_to(elsewhere)
    (articles / "20261124T000000Z-000001.jsonl").mkdir()
    assert published(articles) == []
    assert left_over(articles) == []


def test_published_files_are_in_the_order_of_their_names(tmp_path: Path) -> None:
    names = ["20261123T073000Z-000002.jsonl", "20261123T073000Z-000010.jsonl", "20261124T000000Z-000001.jsonl"]
    for name in reversed(names):
        (tmp_path / name).touch()
    (tmp_path / "notes.txt").touch()
    assert published(tmp_path) == names


def test_whole_lines_of_a_left_over_file_are_published(tmp_path: Path) -> None:
    (tmp_path / PART).write_bytes(b'{"a":1}\n{"b')
    assert publish_whole_lines(tmp_path, NAME)
    assert (tmp_path / NAME).read_bytes() == b'{"a":1}\n'
    assert not (tmp_path / PART).exists()


@pytest.mark.parametrize("content", [b"", b'{"a":1'])
def test_a_left_over_file_without_a_whole_line_goes(tmp_path: Path, content: bytes) -> None:
    (tmp_path / PART).write_bytes(content)
    assert not publish_whole_lines(tmp_path, NAME)
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_cut_to_a_size(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(b"0123456789")
    truncate(tmp_path / NAME, 4)
    assert (tmp_path / NAME).read_bytes() == b"0123"


def test_a_small_file_is_replaced_whole(tmp_path: Path) -> None:
    report = tmp_path / "latest.json"
    report.write_bytes(b'{"old": true, "long": "and more"}\n')
    with report.open("rb") as reader:
        write_whole(report, b"{}\n")
        assert reader.read() == b'{"old": true, "long": "and more"}\n'
    assert report.read_bytes() == b"{}\n"
    assert list(tmp_path.iterdir()) == [report]


# Files that their reader has compressed.

LINES = b'{"a":1}\n{"b":22}\n{"c":3}\n'


def test_a_compressed_file_keeps_its_name_and_its_offsets(tmp_path: Path) -> None:
    (tmp_path / f"{NAME}.gz").write_bytes(gzip.compress(LINES))
    assert published(tmp_path) == [NAME]
    assert path_of(tmp_path, NAME) == tmp_path / f"{NAME}.gz"
    assert size_of(tmp_path / f"{NAME}.gz") == len(LINES)
    assert list(lines(tmp_path / f"{NAME}.gz", 8)) == [(8, b'{"b":22}\n'), (17, b'{"c":3}\n')]


def test_while_gzip_is_at_work_the_plain_file_is_read(tmp_path: Path) -> None:
    (tmp_path / NAME).write_bytes(LINES)
    (tmp_path / f"{NAME}.gz").write_bytes(gzip.compress(LINES)[:9])
    assert published(tmp_path) == [NAME]
    assert path_of(tmp_path, NAME) == tmp_path / NAME


def test_a_file_that_is_not_there_is_named_without_gz(tmp_path: Path) -> None:
    assert path_of(tmp_path, NAME) == tmp_path / NAME


def test_a_link_does_not_hide_the_compressed_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(LINES)
    (tmp_path / NAME).symlink_to(tmp_path / "elsewhere")
    assert published(tmp_path) == []
    (tmp_path / f"{NAME}.gz").write_bytes(gzip.compress(LINES))
    assert published(tmp_path) == [NAME]
    assert path_of(tmp_path, NAME) == tmp_path / f"{NAME}.gz"


@pytest.mark.parametrize("tenths", range(10))
def test_a_compressed_file_that_is_cut_off_is_named(tmp_path: Path, tenths: int) -> None:
    whole = gzip.compress(LINES * 1000)
    path = tmp_path / f"{NAME}.gz"
    path.write_bytes(whole[: len(whole) * tenths // 10])
    with pytest.raises(DamagedFile, match=rf"{NAME}\.gz is cut off or damaged"):
        list(lines(path))


@pytest.mark.parametrize(
    "content", [b"no gzip file", gzip.compress(LINES)[:-8] + b"\0" * 8], ids=["no gzip file", "damaged checksum"]
)
def test_a_compressed_file_that_is_damaged_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / f"{NAME}.gz").write_bytes(content)
    with pytest.raises(DamagedFile, match="cut off or damaged"):
        list(lines(tmp_path / f"{NAME}.gz"))


def test_an_optional_file_is_made_with_its_first_line(tmp_path: Path) -> None:
    file = OptionalFile(tmp_path, NAME)
    file.sync()
    file.commit()
    file.cut()
    file.publish()
    assert list(tmp_path.iterdir()) == []
    file.append(b"1\n")
    file.append(b"2\n")
    file.sync()
    file.commit()
    file.publish()
    assert (tmp_path / NAME).read_bytes() == b"1\n2\n"
    assert [path.name for path in tmp_path.iterdir()] == [NAME]


def test_an_optional_file_that_is_cut_has_what_was_committed(tmp_path: Path) -> None:
    file = OptionalFile(tmp_path, NAME)
    file.append(b"1\n")
    file.sync()
    file.commit()
    file.append(b"2\n")
    file.cut()
    file.publish()
    assert (tmp_path / NAME).read_bytes() == b"1\n"


def test_an_optional_file_of_which_nothing_was_committed_is_removed(tmp_path: Path) -> None:
    file = OptionalFile(tmp_path, NAME)
    file.append(b"1\n")
    file.sync()
    file.cut()
    file.publish()
    assert list(tmp_path.iterdir()) == []
