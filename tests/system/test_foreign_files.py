"""Files and folders of another user, and a strict umask."""

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from replica import Replica
from tests.system.crawling import ROOT, SCRAPY, Crawl, Ended
from tests.system.planted import OTHER, assert_refused, crawl, replica, stand

__all__ = ["crawl", "replica", "stand"]  # fixtures

pytestmark = pytest.mark.system

NOBODY = 65534


@pytest.mark.parametrize("umask", [0o077, 0o027, 0o000, 0o777])
def test_all_that_is_written_has_the_mode_that_the_umask_says(replica: Replica, tmp_path: Path, umask: int) -> None:
    if umask == 0o777 and os.geteuid() != 0:
        pytest.skip("only root can write to a folder that nobody may enter")
    crawl = Crawl(tmp_path / "data", replica.environment(), umask=umask)
    assert crawl.run().status == 0
    for path in [crawl.data, *crawl.data.rglob("*")]:
        whole = 0o777 if path.is_dir() else 0o666
        assert stat.S_IMODE(path.stat().st_mode) == whole & ~umask, path


def _prefix() -> list[str]:
    """How root runs a command as another user who can read the interpreter; skips the test where it cannot."""
    if os.geteuid() != 0:
        pytest.skip("only root can be another user")
    plain = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]  # an interpreter below /root
    for prefix in (plain, reading):
        if (
            subprocess.run([*prefix, str(SCRAPY), "version"], capture_output=True, check=False, cwd=ROOT).returncode
            == 0
        ):
            return prefix
    pytest.skip("another user cannot read the interpreter or the checkout")


@pytest.fixture
def somebody(replica: Replica) -> Iterator[Callable[..., Ended]]:
    """Runs the crawl as a user who is not root, into a folder `data` of theirs."""
    prefix = _prefix()
    with tempfile.TemporaryDirectory(prefix="somebody-") as home:
        data = Path(home) / "data"
        data.mkdir()
        certificate = shutil.copy(replica.environment()["SSL_CERT_FILE"], home)
        for path in (Path(home), data):
            os.chown(path, NOBODY, NOBODY)
        environment = (
            os.environ | replica.environment() | {"SSL_CERT_FILE": certificate, "ECNSCRAWL_DATA_DIR": str(data)}
        )

        def run(*arguments: str, umask: int = 0o022) -> Ended:
            command = [*prefix, *Crawl(data, {}).command(*arguments)]
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=ROOT, env=environment, umask=umask, timeout=60
            )
            return Ended(done.returncode, str(data), done.stderr)

        yield run


def give(path: Path, owner: int) -> None:
    """Let a folder and all that is in it belong to somebody."""
    for each in [path, *path.rglob("*")]:
        os.chown(each, owner, owner)


def test_a_data_folder_of_another_user_is_refused(somebody: Callable[..., Ended]) -> None:
    first = somebody()
    data = Path(first.out)
    assert first.status == 0, first.err
    shutil.rmtree(data / "ecns")
    give(data, 0)
    assert_refused(somebody(), "Permission denied", str(data))
    assert list(data.iterdir()) == []


@pytest.mark.parametrize("inside", ["lock", "state.sqlite", "articles"])
def test_files_of_another_user_are_refused_and_left_alone(somebody: Callable[..., Ended], inside: str) -> None:
    data = Path(somebody().out)
    theirs = data / "ecns" / inside
    give(theirs, 0)
    before = {path: path.read_bytes() for path in theirs.rglob("*")} or theirs.read_bytes()
    ended = somebody("-a", f"urls={OTHER.url}")
    assert ended.status == (3 if inside == "articles" else 1), ended.err
    assert len(ended.err.splitlines()) == 1, ended.err
    assert str(data / "ecns") in ended.err
    assert ({path: path.read_bytes() for path in theirs.rglob("*")} or theirs.read_bytes()) == before


def test_reports_of_another_user_are_reported_and_the_records_are_there(somebody: Callable[..., Ended]) -> None:
    data = Path(somebody().out)
    give(data / "ecns" / "reports", 0)
    ended = somebody("-a", f"urls={OTHER.url}")
    assert ended.status == 3, ended.err
    assert "the report could not be written" in ended.last_line
    assert len(list((data / "ecns" / "articles").glob("*.jsonl"))) == 2


def test_a_umask_that_leaves_nothing_ends_in_one_line(somebody: Callable[..., Ended]) -> None:
    assert_refused(somebody(umask=0o777), "Permission denied")
