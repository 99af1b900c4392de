"""The files of an export: where they may lie, how a whole file takes its name, and what goes to standard output."""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.target import BINARY, FORMATS, ExportFailed, check_place, publish, send, work_folder


class Terminal:
    """A standard output that a person looks at."""

    def __init__(self, *, is_terminal: bool = True) -> None:
        self._is_terminal = is_terminal

    def isatty(self) -> bool:
        return self._is_terminal


@pytest.mark.parametrize("kind", FORMATS.values())
def test_what_is_not_text_is_not_for_a_terminal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    monkeypatch.setattr(sys, "stdout", Terminal())
    if kind in ("parquet", "sqlite", "xlsx"):
        with pytest.raises(WrongUsage, match=f"^{kind} is not for a terminal"):
            check_place(None, tmp_path, kind)
    else:
        check_place(None, tmp_path, kind)


@pytest.mark.parametrize("kind", sorted(BINARY))
def test_it_may_go_to_a_file_or_to_a_closed_standard_output(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str
) -> None:
    for output in (Terminal(is_terminal=False), None):
        monkeypatch.setattr(sys, "stdout", output)
        check_place(None, tmp_path, kind)
    monkeypatch.setattr(sys, "stdout", Terminal())
    check_place(tmp_path / "a.parquet", tmp_path / "site", kind)


def refused(target: Path, site: Path) -> str:
    with pytest.raises(WrongUsage) as refusal:
        check_place(target, site, "csv")
    return str(refusal.value)


def test_a_target_that_cannot_be_one_is_refused_by_its_cause(tmp_path: Path) -> None:
    site = tmp_path / "data" / "ecns"
    (site / "articles").mkdir(parents=True)
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "link").symlink_to(site)
    assert refused(tmp_path / "folder.csv", site).endswith("is a folder; name a file")
    assert "there is no folder" in refused(tmp_path / "none" / "a.csv", site)
    assert "the crawl's own files" in refused(site / "a.csv", site)
    assert "the crawl's own files" in refused(site / "articles" / "a.csv", site)
    assert "the crawl's own files" in refused(tmp_path / "link" / "a.csv", site)
    (tmp_path / "data" / "chinanews" / "articles").mkdir(parents=True)
    assert "name one outside" in refused(tmp_path / "data" / "chinanews" / "a.csv", site)
    assert "is not a file that can be replaced" in refused(tmp_path / "pipe.csv", site)


def test_a_file_beside_the_site_s_folder_and_one_that_is_there_may_be_targets(tmp_path: Path) -> None:
    site = tmp_path / "data" / "ecns"
    site.mkdir(parents=True)
    check_place(tmp_path / "data" / "ecns.csv", site, "csv")
    (tmp_path / "a.csv").touch()
    check_place(tmp_path / "a.csv", site, "csv")


def test_a_work_folder_lies_hidden_beside_its_target_and_goes_afterwards(tmp_path: Path) -> None:
    with work_folder(tmp_path / "a.csv") as folder:
        assert folder == tmp_path / ".a.csv.export"
        (folder / "new.csv").touch()
    assert list(tmp_path.iterdir()) == []


def test_a_work_folder_goes_also_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with work_folder(tmp_path / "a.csv") as folder:
            (folder / "new.csv").touch()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
    with work_folder(tmp_path / "a.csv"):  # and nothing is locked
        pass


def test_what_a_killed_export_left_is_removed_and_a_link_in_it_is_not_followed(tmp_path: Path) -> None:
    left, mine = tmp_path / ".a.csv.export", tmp_path / "mine"
    (left / "spill").mkdir(parents=True)
    (left / "spill" / "block").touch()
    (left / "half").touch()
    mine.mkdir()
    (mine / "kept").touch()
    (left / "link").symlink_to(mine)
    with work_folder(tmp_path / "a.csv") as folder:
        assert list(folder.iterdir()) == []
    assert (mine / "kept").exists()


def test_a_work_folder_of_another_user_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    with pytest.raises(ExportFailed, match="another user"), work_folder(tmp_path / "a.csv"):
        pass


def test_standard_output_has_a_work_folder_elsewhere(tmp_path: Path) -> None:
    with work_folder(None) as folder:
        assert folder.name.startswith("export-")
        (folder / "new.csv").touch()
    assert not folder.exists()


def test_a_whole_file_takes_the_place_of_an_earlier_one_or_of_a_link(tmp_path: Path) -> None:
    for number, name in enumerate(("a.csv", "b.csv")):
        new, target = tmp_path / "new", tmp_path / name
        new.write_bytes(b"new")
        if number:
            target.symlink_to(tmp_path / "a.csv")
        else:
            target.write_bytes(b"old")
        publish(new, target)
        assert (target.read_bytes(), target.is_symlink(), new.exists()) == (b"new", False, False)
    assert stat.S_ISREG((tmp_path / "b.csv").lstat().st_mode)


@contextmanager
def standard_output(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with path.open("w") as file:
        monkeypatch.setattr(sys, "stdout", file)
        yield


def test_a_whole_file_is_sent_after_what_was_written_before(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "new").write_bytes(b"\x00\xff" * 100_000)
    with standard_output(tmp_path / "out", monkeypatch):
        print("first", end="")
        send(tmp_path / "new")
        print("last", end="")
    assert (tmp_path / "out").read_bytes() == b"first" + b"\x00\xff" * 100_000 + b"last"


def test_a_closed_standard_output_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(ExportFailed, match="standard output is closed"):
        send(tmp_path / "new")
