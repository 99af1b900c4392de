"""Data folders that a crawl cannot write to, or that are not where the user expects: one line with the way out."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from replica import Replica, Site
from tests.system.crawling import ROOT, SCRAPY, Crawl
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

OTHER_USER = "nobody"
WAY_OUT = "make the data folder writable, or name another with ECNSCRAWL_DATA_DIR"
READ_ONLY = 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"'


@dataclass(frozen=True)
class Place:
    """A data folder in which a run has been, where other users can see it."""

    crawl: Crawl

    def run(self, command: Sequence[str]) -> tuple[int, str]:
        """A crawl once more, by such a command; its exit status and what it said."""
        ended = subprocess.run(
            [*command, *self.crawl.command("-a", "sections=world")],
            env=os.environ | self.crawl.environment | {"ECNSCRAWL_DATA_DIR": str(self.crawl.data), "RENDER": "off"},
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        return ended.returncode, ended.stderr


@pytest.fixture
def place(serve: Callable[[Site], Replica]) -> Iterator[Place]:
    stand = Newsstand()
    stand.publish(Story(1))
    stand.list("/world/", [Story(1).url])
    folder = Path(tempfile.mkdtemp(prefix="place-"))
    folder.chmod(0o755)  # pytest's own folders are their owner's alone
    try:
        crawl = Crawl(folder / "data", serve(stand.site).environment())
        assert crawl.run("-a", "sections=world").status == 0
        yield Place(crawl)
    finally:
        shutil.rmtree(folder)


def test_the_error_names_the_folder_of_another_user(place: Place) -> None:
    """Give the folder to another user, and take root's right to write everywhere away for the test."""
    if os.geteuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can give a folder to another user, and setpriv take root's rights away")
    for path in (place.crawl.data, *place.crawl.data.rglob("*")):
        shutil.chown(path, OTHER_USER)
    status, said = place.run(["setpriv", "--bounding-set=-dac_override,-dac_read_search"])
    lock = place.crawl.folder / "lock"
    assert (status, said) == (1, f"ecnscrawl: error: {lock} cannot be written (Permission denied); {WAY_OUT}\n")


def test_the_error_names_a_place_where_no_folder_can_be_made(tmp_path: Path) -> None:
    ended = Crawl(Path("/proc/news"), {}).run()
    assert (ended.status, ended.err) == (
        1,
        "ecnscrawl: error: no folder can be made at /proc/news; name another data folder with ECNSCRAWL_DATA_DIR\n",
    )


def test_the_error_names_a_read_only_folder(place: Place) -> None:
    mounting = ["unshare", "--map-root-user", "--mount", "sh", "-c", READ_ONLY, str(place.crawl.data)]
    if subprocess.run([*mounting, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("nothing can be mounted here")
    status, said = place.run(mounting)
    lock = place.crawl.folder / "lock"
    assert (status, said) == (1, f"ecnscrawl: error: {lock} cannot be written (Read-only file system); {WAY_OUT}\n")


def test_a_relative_data_folder_is_taken_from_the_working_folder_and_said(place: Place, tmp_path: Path) -> None:
    ended = subprocess.run(
        [*place.crawl.command("-a", "sections=world", "-s", "RENDER=off")],
        env=os.environ | place.crawl.environment | {"ECNSCRAWL_DATA_DIR": "news", "SCRAPY_SETTINGS_MODULE": "ecnscrawl.settings"},
        cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    where = tmp_path / "news"
    assert ended.stderr.splitlines()[0] == (
        f"ecnscrawl: warning: the data folder 'news' is relative, so the data goes to {where}"
    )
    assert len(list((where / "ecns" / "articles").glob("*.jsonl"))) == 1


def test_a_spider_of_scrapy_s_own_template_is_refused_in_one_line(tmp_path: Path) -> None:
    """As `scrapy genspider` makes it, in a copy of the project."""
    shutil.copy(ROOT / "scrapy.cfg", tmp_path)
    shutil.copytree(ROOT / "ecnscrawl", tmp_path / "ecnscrawl", ignore=shutil.ignore_patterns("__pycache__"))
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "ECNSCRAWL_DATA_DIR": str(tmp_path / "data")}

    def scrapy(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [SCRAPY, *words], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
        )

    assert scrapy("genspider", "-t", "basic", "plain", "example.org").returncode == 0
    refusal = (
        "ecnscrawl: error: spider 'plain' is not a news spider; make PlainSpider in ecnscrawl.spiders.plain a subclass of"
        " NewsSpider\n"
    )
    for command in ("crawl", "status"):
        ended = scrapy(command, "plain")
        assert (ended.returncode, ended.stderr) == (2, refusal)
