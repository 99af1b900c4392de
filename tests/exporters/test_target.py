"""Targets of an export are refused before any work if they cannot be written."""

import os
import stat
from pathlib import Path

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.target import ENDINGS, FORMATS, ExportFailed, format_of, work_folder
from tests.exporters.library import Library


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.parquet", "parquet"),
        ("A.CSV", "csv"),
        ("a.jsonl", "jsonl"),
        ("a.ninjs.jsonl", "ninjs"),
        ("a.sqlite", "sqlite"),
        ("rss.xml", "rss"),
        ("world.rss.xml", "rss"),
        ("a.json", "json"),
        ("a.xlsx", "xlsx"),
        ("a.jsonl.gz", "jsonl"),
        ("a.ninjs.jsonl.gz", "ninjs"),
        ("RSS.XML.GZ", "rss"),
    ],
)
def test_the_ending_says_the_format(name: str, kind: str) -> None:
    assert format_of(Path(name)) == kind
    assert format_of(Path(name), kind) == kind


@pytest.mark.parametrize("name", ["articles", "a.xls", "a.xml", "csv", "a.gz", "a.zip"])
def test_an_unknown_ending_is_refused_with_the_known_ones_unless_the_format_is_named(name: str) -> None:
    with pytest.raises(WrongUsage, match=r"\.parquet \.csv \.ninjs\.jsonl \.jsonl \.json \.sqlite \.xlsx rss\.xml"):
        format_of(Path(name))
    assert [format_of(Path(name.removesuffix(".gz")), kind) for kind in FORMATS.values()] == list(FORMATS.values())


@pytest.mark.parametrize("kind", ["parquet", "sqlite", "xlsx"])
def test_what_is_no_text_is_not_compressed(kind: str) -> None:
    with pytest.raises(WrongUsage, match=f"{kind} is not compressed with gzip; leave .gz out"):
        format_of(Path(f"a.{kind}.gz"))


def test_standard_output_requires_a_format() -> None:
    with pytest.raises(WrongUsage, match="--format parquet or --format csv"):
        format_of(None)
    assert format_of(None, "csv") == "csv"


def test_an_unknown_format_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(WrongUsage, match=r"'parket' is not a format \(did you mean 'parquet'\?\); known are parquet,"):
        format_of(Path("a"), "parket")


@pytest.mark.parametrize("ending", ENDINGS)
def test_an_ending_and_another_format_contradict_each_other(ending: str) -> None:
    others = set(FORMATS.values()) - {FORMATS[ending]}
    for kind in others - ({"ninjs"} if ending == ".jsonl" else set()):
        with pytest.raises(WrongUsage, match="leave --format out"):
            format_of(Path(f"a{ending}"), kind)


def test_a_ninjs_export_may_have_the_ending_jsonl() -> None:
    assert format_of(Path("a.jsonl"), "ninjs") == "ninjs"


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


def test_a_target_that_is_not_a_file_is_not_replaced(library: Library) -> None:
    os.mkfifo(library.folder / "a.csv")
    with pytest.raises(WrongUsage, match="`-` writes to standard output"):
        library.export("a.csv")
    assert stat.S_ISFIFO((library.folder / "a.csv").stat().st_mode)


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


def test_what_a_killed_export_left_is_removed_by_the_next_one(library: Library) -> None:
    left = library.folder / ".a.csv.export"
    (left / "spill").mkdir(parents=True)
    (left / "spill" / "block.tmp").write_bytes(b"0" * 100)
    (left / "new.csv").write_bytes(b"half a li")
    library.export("a.csv")
    assert not left.exists()


def test_a_second_export_to_the_same_target_is_refused(library: Library) -> None:
    with work_folder(library.folder / "a.csv"), pytest.raises(ExportFailed, match=r"another export to .* is under way"):
        library.export("a.csv")
    library.export("a.csv")


def test_a_link_instead_of_the_work_folder_is_not_followed(library: Library) -> None:
    elsewhere = library.folder / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "mine").touch()
    (library.folder / ".a.csv.export").symlink_to(elsewhere)
    with pytest.raises(ExportFailed):
        library.export("a.csv")
    assert (elsewhere / "mine").exists()
