"""A test without the mark `system` fails if it starts a process."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.saved_pages import ROOT

pytestmark = pytest.mark.system

STARTING = {
    "subprocess": "import subprocess; subprocess.run(['true'])",
    "fork": "import os; os.fork() or os._exit(0)",
    "spawn": "import os; os.posix_spawn('/bin/true', ['true'], {})",
    "exec": "import os; os.execv('/bin/true', ['true'])",
    "shell": "import os; os.system('true')",
}
IN_THE_TEST = "def test_it() -> None:\n    {}\n"
SWALLOWED = "def test_it() -> None:\n    try:\n        {}\n    except Exception:\n        pass\n"
IN_A_FIXTURE = "import pytest\n@pytest.fixture\ndef made():\n    {}\ndef test_it(made) -> None:\n    pass\n"
IN_THE_END = "import pytest\n@pytest.fixture\ndef made():\n    yield\n    {}\ndef test_it(made) -> None:\n    pass\n"
MARKED = "import pytest\n@pytest.mark.system\ndef test_it() -> None:\n    {}\n"


def outcome(folder: Path, text: str) -> tuple[int, str]:
    """Exit status and output of a run of pytest on one file with the project's own `conftest.py`."""
    (folder / "test_it.py").write_text(text, "utf-8")
    settings = (
        "-c",
        str(ROOT / "pyproject.toml"),
        "--rootdir",
        str(folder),
        "-p",
        "tests.conftest",
        "-p",
        "no:cacheprovider",
    )
    command = [sys.executable, "-m", "pytest", "-q", *settings, str(folder / "test_it.py")]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    return ended.returncode, ended.stdout


@pytest.mark.parametrize("start", STARTING.values(), ids=list(STARTING))
def test_a_unit_test_that_starts_a_process_fails(tmp_path: Path, start: str) -> None:
    status, said = outcome(tmp_path, IN_THE_TEST.format(start))
    assert status == 1
    assert "only a test with the mark `system` may start a process" in said


@pytest.mark.parametrize("text", [SWALLOWED, IN_A_FIXTURE, IN_THE_END], ids=["swallowed", "in a fixture", "in the end"])
def test_it_fails_if_a_fixture_starts_the_process(tmp_path: Path, text: str) -> None:
    status, said = outcome(tmp_path, text.format(STARTING["subprocess"]))
    assert status == 1
    assert "the mark `system`" in said


def test_a_test_with_the_mark_may_start_one(tmp_path: Path) -> None:
    assert outcome(tmp_path, MARKED.format(STARTING["subprocess"]))[0] == 0
