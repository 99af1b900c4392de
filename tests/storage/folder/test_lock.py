"""One run of a site at a time."""

import subprocess
import sys
from pathlib import Path

import pytest

from ecnscrawl.exceptions import AlreadyRunning, CannotStart
from ecnscrawl.storage.folder.lock import SiteLock

HOLD = (
    "import sys, pathlib; from ecnscrawl.storage.folder.lock import SiteLock; lock = SiteLock(pathlib.Path(sys.argv[1])); \
lock.acquire('another process'); print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lock"


def test_a_held_lock_is_refused_and_its_holder_named(path: Path) -> None:
    first = SiteLock(path)
    first.acquire("pid 7, user zhang")
    with pytest.raises(AlreadyRunning, match="pid 7, user zhang"):
        SiteLock(path).acquire("pid 8")
    first.release()


def test_a_refused_lock_leaves_the_holder_s_text_unchanged(path: Path) -> None:
    first = SiteLock(path)
    first.acquire("pid 7")
    with pytest.raises(AlreadyRunning):
        SiteLock(path).acquire("pid 8")
    assert path.read_text() == "pid 7\n"
    first.release()


def test_a_released_lock_can_be_acquired_by_another_holder(path: Path) -> None:
    first, second = SiteLock(path), SiteLock(path)
    first.acquire("a holder with a long name")
    first.release()
    second.acquire("pid 8")
    assert path.read_text() == "pid 8\n"
    second.release()


def test_releasing_twice_does_nothing(path: Path) -> None:
    lock = SiteLock(path)
    lock.acquire("pid 7")
    lock.release()
    lock.release()


def test_a_left_over_file_locks_nothing(path: Path) -> None:
    path.write_text("pid 7, long gone")
    lock = SiteLock(path)
    lock.acquire("pid 8")
    lock.release()


@pytest.mark.system
def test_a_lock_is_released_when_its_process_ends(path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning, match="another process"):
            SiteLock(path).acquire("pid 8")
        holder.kill()
    lock = SiteLock(path)
    lock.acquire("pid 8")
    lock.release()


def test_a_link_is_not_followed(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(CannotStart, match="is a link"):
        SiteLock(path).acquire("pid 7")
    assert not (tmp_path / "elsewhere").exists()


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(CannotStart, match="missing"):
        SiteLock(tmp_path / "missing" / "lock").acquire("pid 7")
