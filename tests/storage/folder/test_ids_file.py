"""Files in `published/`, and reading damaged ones."""

import json
import os
import stat
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ecnscrawl.frontier.records import PublishedRecord
from ecnscrawl.items import to_line
from ecnscrawl.safe_files import UnsafeFileError
from ecnscrawl.storage.folder import ids_file
from ecnscrawl.storage.folder.article_file import ArticleFile
from ecnscrawl.storage.folder.published_records import NotARecord, of_article, of_file, of_line
from tests.samples import article

NAME = "20261123T073000Z-1a2b3c.jsonl"
IDS = "20261123T073000Z-1a2b3c.ids"
RECORDS = [of_article(article(number)) for number in (1, 2, 3)]


def test_a_line_has_id_revision_hash_address_times_and_precision_and_the_last_one_the_number_and_a_checksum(
    tmp_path: Path,
) -> None:
    one = article(1, revision=4)
    assert ids_file.write(tmp_path, NAME, [of_article(one)]) == 1
    content = (tmp_path / IDS).read_bytes()
    line, end = content.splitlines(keepends=True)
    assert json.loads(line) == [
        one.id,
        4,
        one.content_hash,
        one.url,
        one.published_at,
        one.fetched_at,
        one.published_precision,
    ]
    assert json.loads(end) == {"records": 1, "crc32": f"{zlib.crc32(line):08x}"}
    assert content.endswith(b"\n")


def test_what_was_written_is_read(tmp_path: Path) -> None:
    ids_file.write(tmp_path, NAME, RECORDS)
    assert ids_file.read(tmp_path, NAME) == (RECORDS, True)
    assert ids_file.names(tmp_path) == [NAME]
    assert [path.name for path in tmp_path.iterdir()] == [IDS]


@pytest.mark.parametrize("records", [[], RECORDS[:1], RECORDS])
def test_the_records_of_a_file_are_counted_by_its_last_line(tmp_path: Path, records: list[PublishedRecord]) -> None:
    ids_file.write(tmp_path, NAME, records)
    assert ids_file.count(tmp_path, NAME) == len(records)


@pytest.mark.parametrize("damage", [lambda body: body[:-9], lambda body: b"", lambda body: body + b"]\n"])
def test_a_damaged_file_counts_as_none(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    ids_file.write(tmp_path, NAME, RECORDS)
    (tmp_path / IDS).write_bytes(damage((tmp_path / IDS).read_bytes()))
    assert ids_file.count(tmp_path, NAME) == 0


def test_a_file_of_no_records_is_whole(tmp_path: Path) -> None:
    ids_file.write(tmp_path, NAME, [])
    assert ids_file.read(tmp_path, NAME) == ([], True)


def test_many_are_written_each_for_its_own_file(tmp_path: Path) -> None:
    names = [f"20261123T073000Z-{number:06x}.jsonl" for number in range(250)]
    assert ids_file.write_all(tmp_path, [(name, RECORDS[: number % 4]) for number, name in enumerate(names)]) == [
        number % 4 for number in range(250)
    ]
    assert ids_file.names(tmp_path) == names
    assert ids_file.read(tmp_path, names[103]) == (RECORDS, True)


@given(st.data())
def test_a_file_that_is_cut_is_not_whole_and_gives_what_stands_before_the_cut(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("cut")
    ids_file.write(folder, NAME, RECORDS)
    content = (folder / IDS).read_bytes()
    size = data.draw(st.integers(0, len(content) - 1))
    (folder / IDS).write_bytes(content[:size])
    lines = len(content[:size].splitlines(keepends=True)[:3])
    records, is_whole = ids_file.read(folder, NAME)
    assert not is_whole
    assert records == RECORDS[: len(records)]
    assert lines - 1 <= len(records) <= lines


@given(st.data())
def test_a_file_with_a_changed_byte_is_not_whole(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("changed")
    ids_file.write(folder, NAME, RECORDS)
    content = bytearray((folder / IDS).read_bytes())
    body = content.rindex(b"\n", 0, -1)
    at = data.draw(st.integers(0, body - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    (folder / IDS).write_bytes(content)
    assert not ids_file.read(folder, NAME)[1]


def test_a_file_of_zeros_names_nothing_and_is_not_whole(tmp_path: Path) -> None:
    (tmp_path / IDS).write_bytes(b"\0" * 4096)
    assert ids_file.read(tmp_path, NAME) == ([], False)


@pytest.mark.parametrize("line", [b"", b"\n", b"{}\n", b"[]\n", b'{"id":"ecns:x"}\n', b"\xff\xfe\n"], ids=repr)
def test_a_line_that_is_not_a_record_is_ignored(line: bytes) -> None:
    with pytest.raises(NotARecord):
        of_line(line)


def test_an_invalid_hash_makes_no_record() -> None:
    with pytest.raises(NotARecord):
        of_line(to_line(article(1, content_hash="not hexadecimal")))


def test_what_is_kept_of_an_article_is_kept_of_its_line() -> None:
    assert of_line(to_line(article(7, revision=2))) == of_article(article(7, revision=2))


def test_a_file_of_records_is_read_up_to_the_first_line_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / NAME
    path.write_bytes(to_line(article(1)) + to_line(article(2)) + b"\0\0\n" + to_line(article(3)))
    assert list(of_file(path)) == RECORDS[:2]


# Under way.


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    made = tmp_path / "articles", tmp_path / "published"
    for folder in made:
        folder.mkdir()
    return made


def test_a_published_file_has_its_ids_beside_it_and_nothing_hidden(folders: tuple[Path, Path]) -> None:
    file = ArticleFile(*folders, NAME)
    for number in (1, 2, 3):
        file.append(article(number))
        file.sync()
        file.commit()
    assert [path.name for path in folders[1].iterdir()] == [f".{IDS}.part"]
    file.publish()
    assert ids_file.read(folders[1], NAME) == (RECORDS, True)
    assert [[path.name for path in folder.iterdir()] for folder in folders] == [[NAME], [IDS]]


def test_a_file_that_is_cut_names_what_it_still_has(folders: tuple[Path, Path]) -> None:
    file = ArticleFile(*folders, NAME)
    file.append(article(1))
    file.sync()
    file.commit()
    for number in (2, 3):
        file.append(article(number))
    file.sync()
    file.cut()
    file.publish()
    assert ids_file.read(folders[1], NAME) == (RECORDS[:1], True)
    assert (folders[0] / NAME).read_bytes() == to_line(article(1))


def test_a_discarded_file_leaves_nothing(folders: tuple[Path, Path]) -> None:
    ArticleFile(*folders, NAME).discard()
    assert [list(folder.iterdir()) for folder in folders] == [[], []]


def test_if_the_ids_file_cannot_be_created_there_is_no_record_file_either(folders: tuple[Path, Path]) -> None:
    folders[1].rmdir()
    with pytest.raises(OSError, match="No such file"):
        ArticleFile(*folders, NAME)
    assert list(folders[0].iterdir()) == []


def test_what_a_killed_run_left_goes_and_other_files_stay(folders: tuple[Path, Path]) -> None:
    published = folders[1]
    for name in (f".{IDS}.part", f".{IDS}.new", ".notes.part", "notes.txt", IDS):
        (published / name).write_bytes(b"x")
    ids_file.remove_left_over(published)
    assert sorted(path.name for path in published.iterdir()) == [".notes.part", IDS, "notes.txt"]


def test_the_files_have_the_modes_that_the_users_umask_says(folders: tuple[Path, Path]) -> None:
    before = os.umask(0o027)
    try:
        file = ArticleFile(*folders, NAME)
        file.append(article(1))
        file.sync()
        file.publish()
        ids_file.write(folders[1], "20261124T000000Z-000001.jsonl", RECORDS)
    finally:
        os.umask(before)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folders[1].iterdir()} == {0o640}


def test_a_link_in_place_of_the_ids_is_not_followed(folders: tuple[Path, Path], tmp_path: Path) -> None:
    (tmp_path / "precious").write_bytes(b"not ours")
    (folders[1] / IDS).symlink_to(tmp_path / "precious")
    with pytest.raises(UnsafeFileError):
        ids_file.read(folders[1], NAME)
    assert ids_file.names(folders[1]) == []
    ids_file.write(folders[1], NAME, RECORDS)
    assert (tmp_path / "precious").read_bytes() == b"not ours"
    assert not (folders[1] / IDS).is_symlink()


def test_a_record_keeps_its_times_to_the_second() -> None:
    record = of_line(to_line(article(1, published_at="2013-06-21T02:12:09Z")))
    assert isinstance(record, PublishedRecord)
    assert record.published_at.isoformat() == "2013-06-21T02:12:09+00:00"
