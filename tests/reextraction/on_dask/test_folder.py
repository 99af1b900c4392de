"""The folder of parts: a job that goes on finds its parts, another job finds none."""

import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from ecnscrawl.exceptions import AlreadyRunning, CannotStart
from ecnscrawl.reextraction.on_dask.folder import JobTerms, Manifest, PartsFolder, job_in

TERMS = JobTerms({"Python": "3.11"}, None, (1, 1), 10.0, 1024)


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    paths = [tmp_path / name for name in ("b.warc.gz", "a.warc.gz")]
    for path in paths:
        path.write_bytes(path.name.encode())
    return paths


def begun(root: Path, files: list[Path], **changes: Any) -> tuple[PartsFolder, Manifest]:
    folder = PartsFolder(root / "out")
    return folder, folder.begin(msgspec.structs.replace(TERMS, **changes), files)


def test_the_manifest_names_the_archives_in_their_order(tmp_path: Path, files: list[Path]) -> None:
    folder, manifest = begun(tmp_path, files)
    assert [each.path for each in manifest.archives] == [str(path) for path in files]
    assert [each.size for each in manifest.archives] == [9, 9]
    assert len({each.part for each in manifest.archives}) == 2
    assert job_in(folder.path) == manifest.job


def test_a_job_that_goes_on_finds_its_parts(tmp_path: Path, files: list[Path]) -> None:
    folder, manifest = begun(tmp_path, files)
    (folder.path / manifest.archives[0].part).touch()
    folder.release()
    again, same = begun(tmp_path, files)
    assert same == manifest
    assert [again.has(each) for each in same.archives] == [True, False]


@pytest.mark.parametrize(
    "changes",
    [{"versions": {"Python": "3.12"}}, {"only": "ecns"}, {"shard": (1, 2)}, {"seconds": 1.0}, {"memory": 1}],
    ids=str,
)
def test_other_terms_need_other_parts(tmp_path: Path, files: list[Path], changes: dict[str, Any]) -> None:
    folder, manifest = begun(tmp_path, files)
    (folder.path / manifest.archives[0].part).touch()
    folder.release()
    again, other = begun(tmp_path, files, **changes)
    assert other.job != manifest.job
    assert not any(again.has(each) for each in other.archives)
    assert not list(again.path.glob("*.part"))


def test_an_archive_that_has_changed_needs_another_part(tmp_path: Path, files: list[Path]) -> None:
    folder, manifest = begun(tmp_path, files)
    for each in manifest.archives:
        (folder.path / each.part).touch()
    folder.release()
    os.utime(files[0], (1, 1))
    again, changed = begun(tmp_path, [*files, files[0]])
    assert [again.has(each) for each in changed.archives] == [False, True, False]


def test_half_written_parts_are_removed_at_the_beginning_and_everything_at_the_end(
    tmp_path: Path, files: list[Path]
) -> None:
    folder, _ = begun(tmp_path, files)
    (folder.path / ".x.part.1234abcd.new").touch()
    folder.release()
    folder, _ = begun(tmp_path, files)
    assert not list(folder.path.glob("*.new"))
    folder.remove()
    assert not folder.path.exists()
    folder.release()


def test_two_commands_cannot_use_it_at_once(tmp_path: Path, files: list[Path]) -> None:
    begun(tmp_path, files)
    with pytest.raises(AlreadyRunning, match=rf"out/\.parts is in use: pid {os.getpid()}"):
        begun(tmp_path, files)


def test_a_folder_without_a_manifest_has_no_job(tmp_path: Path) -> None:
    assert job_in(tmp_path) is None
    (tmp_path / "manifest.json").write_text("{}")
    assert job_in(tmp_path) is None


def test_a_link_in_its_place_is_refused(tmp_path: Path, files: list[Path]) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / ".parts").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotStart, match="it is a link"):
        begun(tmp_path, files)
    assert not list((tmp_path / "elsewhere").iterdir())


def test_a_name_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"\xff.warc.gz")
    path.touch()
    with pytest.raises(CannotStart, match="a name that is not UTF-8 cannot be passed to Dask"):
        begun(tmp_path, [path])
