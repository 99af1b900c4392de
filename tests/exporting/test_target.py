"""Where an export goes: what is refused before any work, and that a file appears whole or not at all."""

import os
import stat
from pathlib import Path

import pytest

from ecnscrawl.errors import WrongUsage
from ecnscrawl.exporting.target import ExportFailed, ending_of, work_folder
from tests.exporting.library import Library


@pytest.mark.parametrize(
    ("name", "ending"),
    [
        ("a.parquet", ".parquet"),
        ("A.CSV", ".csv"),
        ("a.jsonl", ".jsonl"),
        ("a.ninjs.jsonl", ".ninjs.jsonl"),
        ("a.sqlite", ".sqlite"),
        ("rss.xml", "rss.xml"),
        ("world.rss.xml", "rss.xml"),
    ],
)
def test_the_ending_says_the_format(name: str, ending: str) -> None:
    assert ending_of(Path(name)) == ending


@pytest.mark.parametrize("name", ["articles", "a.xlsx", "a.xml", "csv"])
def test_an_unknown_ending_is_refused_with_those_known(name: str) -> None:
    with pytest.raises(WrongUsage, match=r"\.parquet \.csv \.ninjs\.jsonl \.jsonl \.sqlite rss\.xml"):
        ending_of(Path(name))


def test_a_folder_is_no_target(library: Library) -> None:
    (library.folder / "a.csv").mkdir()
    with pytest.raises(WrongUsage, match="is a folder"):
        library.export("a.csv")


def test_a_missing_folder_is_named(library: Library) -> None:
    with pytest.raises(WrongUsage, match="there is no folder"):
        library.export("missing/a.csv")


@pytest.mark.parametrize("name", ["data/ecns/state.sqlite", "data/ecns/articles/a.jsonl"])
def test_the_crawls_own_files_are_not_overwritten_or_added_to(library: Library, name: str) -> None:
    with pytest.raises(WrongUsage, match="the crawl's own files"):
        library.export(name)
    assert not (library.folder / name).exists()


def test_a_link_is_replaced_and_not_followed(library: Library) -> None:
    elsewhere = library.folder / "elsewhere"
    elsewhere.write_bytes(b"mine")
    (library.folder / "a.csv").symlink_to(elsewhere)
    assert not library.export("a.csv").is_symlink()
    assert elsewhere.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.sqlite", "a.ninjs.jsonl", "rss.xml"])
def test_files_have_the_modes_that_the_users_umask_says(library: Library, name: str) -> None:
    before = os.umask(0o027)
    try:
        target = library.export(name)
    finally:
        os.umask(before)
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_nothing_is_left_beside_the_target(library: Library) -> None:
    library.export("a.parquet")
    assert {path.name for path in library.folder.iterdir()} == {"data", "a.parquet"}


def test_what_a_killed_export_left_goes_with_the_next_one(library: Library) -> None:
    left = library.folder / ".a.csv.export"
    (left / "spill").mkdir(parents=True)
    (left / "spill" / "block.tmp").write_bytes(b"0" * 100)
    (left / "new.csv").write_bytes(b"half a li")
    library.export("a.csv")
    assert not left.exists()


def test_two_exports_to_one_target_do_not_meet(library: Library) -> None:
    with work_folder(library.folder / "a.csv"), pytest.raises(ExportFailed, match=r"another export to .* is under way"):
        library.export("a.csv")
    library.export("a.csv")


def test_a_link_in_the_place_of_the_work_folder_is_not_followed(library: Library) -> None:
    elsewhere = library.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    (library.folder / ".a.csv.export").symlink_to(elsewhere)
    with pytest.raises(ExportFailed):
        library.export("a.csv")
    assert (elsewhere / "mine").exists()
