"""The browser's temporary folders: those of killed crawls are removed, all others stay."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ecnscrawl.rendering.temp_dir import TempDir

HOLD = """
import sys
from ecnscrawl.rendering.temp_dir import TempDir
folder = TempDir()
(folder.path / "1").mkdir()
print(folder.path, flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.system
def test_the_next_crawl_removes_the_folder_of_a_killed_crawl_and_not_of_a_running_one(
    temporary: Path,
) -> None:
    command = [sys.executable, "-c", HOLD]
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        held = Path(process.stdout.readline().strip())
        TempDir().remove()
        assert (held / "1").is_dir()
        process.kill()
        process.wait(30)
    assert held.is_dir()
    mine = TempDir()
    assert list(temporary.iterdir()) == [mine.path]
    mine.remove()
    assert list(temporary.iterdir()) == []


def test_links_and_files_with_the_prefix_and_other_folders_stay(temporary: Path) -> None:
    others = temporary / "others"
    (others / "kept").mkdir(parents=True)
    (temporary / "ecnscrawl-browser-link").symlink_to(others)
    (temporary / "ecnscrawl-browser-file").touch()
    before = set(temporary.iterdir())
    TempDir().remove()
    assert set(temporary.iterdir()) == before
    assert (others / "kept").is_dir()
