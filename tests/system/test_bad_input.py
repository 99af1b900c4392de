"""Mistakes of a user end in one clear line with the right exit status, fast, and nothing is started."""

import pkgutil
import sqlite3
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from ecnscrawl import commands
from replica import Replica
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story

pytestmark = pytest.mark.system

QUICKLY = 60.0  # seconds, on a machine that is busy with other tests
CANNOT_START, WRONG_USAGE = 1, 2
STORY = Story(1)

WRONG = {
    # The words after `scrapy crawl`, and what the line has to name: the thing, and the way out.
    "an argument nearly known": (["ecns", "-a", "sinse=2026-11-01"], ["'sinse'", "'since'"]),
    "an unknown argument": (["ecns", "-a", "zzz=1"], ["'zzz'", "sections", "since", "until", "urls_from", "recheck"]),
    "a month 13": (["ecns", "-a", "since=2026-13-01"], ["since='2026-13-01'", "YYYY-MM-DD"]),
    "a day 30 of February": (["ecns", "-a", "until=2026-02-30"], ["until='2026-02-30'", "YYYY-MM-DD"]),
    "a word for a date": (["ecns", "-a", "since=tomorrow"], ["since='tomorrow'", "YYYY-MM-DD"]),
    "an empty date": (["ecns", "-a", "since="], ["since=''", "YYYY-MM-DD"]),
    "an hour 25": (["ecns", "-a", "since=2026-11-01T25:00"], ["since='2026-11-01T25:00'"]),
    "a year beyond all years": (["ecns", "-a", "since=0001-01-01"], ["since='0001-01-01'"]),
    "since after until": (["ecns", "-a", "since=2026-11-02", "-a", "until=2026-11-01"], ["2026-11-02", "2026-11-01"]),
    "a contact that is none": (["ecns", "-s", "CONTACT=me"], ["CONTACT='me'", "ECNSCRAWL_CONTACT"]),
    "no pages": (["ecns", "-a", "max_pages=0"], ["max_pages='0'", "1 or more"]),
    "pages that are no number": (["ecns", "-a", "max_pages=abc"], ["max_pages='abc'"]),
    "pages below none": (["ecns", "-a", "max_pages=-1"], ["max_pages='-1'"]),
    "pages in digits of another script": (["ecns", "-a", "max_pages=²"], ["max_pages='²'"]),
    "a full that is no number": (["ecns", "-a", "full=yes"], ["full='yes'", "1"]),
    "an unknown recheck": (["ecns", "-a", "recheck=foo"], ["recheck='foo'", "due", "all", "none"]),
    "an unknown section": (["ecns", "-a", "sections=world,bussiness"], ["'bussiness'", "'business'", "cns-wire"]),
    "no section": (["ecns", "-a", "sections=,"], ["sections=','"]),
    "a file that is not there": (["ecns", "-a", "urls_from=/nowhere/urls.txt"], ["/nowhere/urls.txt"]),
    "a folder for a file": (["ecns", "-a", "urls_from=/"], ["urls_from='/'", "irectory"]),
    "an address of another site": (["ecns", "-a", "urls=https://example.org/world/"], ["https://example.org/world/"]),
    "an address of no article": (["ecns", "-a", "urls=https://www.ecns.cn/world/"], ["https://www.ecns.cn/world/"]),
    "one bad address among good ones": (["ecns", "-a", f"urls={STORY.url},foo"], ["'foo'"]),
    "no addresses": (["ecns", "-a", "urls="], ["urls=''"]),
    "addresses and sections": (["ecns", "-a", f"urls={STORY.url}", "-a", "sections=world"], ["sections", "urls"]),
    "an unknown spider": (["ecsn"], ["'ecsn'", "'ecns'"]),
    "a site in capitals": (["ECNS"], ["'ECNS'", "did you mean 'ecns'?"]),
    "an argument as an option": (["ecns", "--since", "30d"], ["'--since'", "-a since="]),
    "an argument as an option, with its value": (["ecns", "--max-pages=2"], ["'--max-pages=2'", "-a max_pages="]),
    "no spider": ([], ["ecns"]),
    "two spiders": (["ecns", "ecns"], ["ecns"]),
    "an unknown option": (["ecns", "--frobnicate"], ["--frobnicate"]),
    "an argument without -a": (["ecns", "sections=world"], ["-a sections=VALUE"]),
    "an argument without a value": (["ecns", "-a", "since"], ["-a"]),
    "an argument without a name": (["ecns", "-a", "=1"], ["''"]),
    "a setting without a value": (["ecns", "-s", "FOO"], ["-s"]),
    "an output format that there is not": (["ecns", "-O", "records.foo"], ["foo"]),
    "two outputs of two kinds": (["ecns", "-o", "a.jsonl", "-O", "b.jsonl"], ["-o", "-O"]),
}

COMMANDS = [module.name for module in pkgutil.iter_modules(commands.__path__)]
BROKEN_SETTINGS = [
    ["-s", "DOWNLOAD_DELAY=abc"],
    ["-s", "COMMIT_RECORDS=abc"],
    ["-s", "RECHECK_AGES=abc"],
    ["-s", "HEALTH_SAMPLE=abc"],
    ["-L", "LOUD"],
    ["--logfile", "/nowhere/run.log"],
]


@pytest.fixture(scope="module")
def replica() -> Iterator[Replica]:
    stand = Newsstand()
    stand.publish(STORY)
    stand.list("/world/", [STORY.url])
    with Replica(stand.site) as replica:
        yield replica


@pytest.fixture
def crawl(replica: Replica, tmp_path: Path) -> Crawl:
    replica.requests.clear()
    return Crawl(tmp_path / "data", replica.environment())


def is_refused(ended: Ended, status: int, words: Sequence[str]) -> bool:
    """Check that a command ended with this status and one line on standard error with all these words."""
    (line,) = ended.err.splitlines()
    assert line.startswith("ecnscrawl: error: ")
    assert ended.out == ""
    assert [word for word in words if word not in line] == []
    return ended.status == status


@dataclass(frozen=True)
class Attempt:
    """One of the WRONG ones as it was tried: how it ended, and whether it began a data folder or asked for anything."""

    ended: Ended
    has_begun: bool


@pytest.fixture(scope="module")
def attempts(replica: Replica, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Attempt]:
    """All of WRONG, two at a time: nearly all that each takes is the start of Python."""

    folder = tmp_path_factory.mktemp("wrong")

    def attempt(case: str) -> Attempt:
        crawl = Crawl(folder / case.replace("/", "-") / "data", replica.environment())
        arguments, _ = WRONG[case]
        ended = crawl.scrapy("crawl", *arguments, timeout=QUICKLY)
        return Attempt(ended, has_begun=crawl.data.exists() or bool(replica.requests))

    with ThreadPoolExecutor(2) as pool:
        return dict(zip(WRONG, pool.map(attempt, WRONG), strict=True))


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage_is_refused_in_one_line_before_anything_is_begun(attempts: dict[str, Attempt], case: str) -> None:
    _, words = WRONG[case]
    assert is_refused(attempts[case].ended, WRONG_USAGE, words), attempts[case]
    assert not attempts[case].has_begun


@pytest.mark.parametrize("command", COMMANDS)
def test_an_option_without_its_value_is_refused_in_one_line(crawl: Crawl, command: str) -> None:
    ended = crawl.scrapy(command, "--logfile")
    assert is_refused(ended, WRONG_USAGE, ["argument --logfile", f"scrapy {command} -h"]), ended


@pytest.mark.parametrize("words", BROKEN_SETTINGS, ids=" ".join)
def test_a_setting_that_cannot_be_used_is_refused_in_one_line(crawl: Crawl, replica: Replica, words: list[str]) -> None:
    ended = crawl.run(*words)
    value = words[-1].rpartition("=")[2]
    assert any(is_refused(ended, status, [value]) for status in (CANNOT_START, WRONG_USAGE)), ended
    assert crawl.files == []
    assert replica.requests == []


def test_a_file_of_addresses_names_the_line_that_is_wrong(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "urls.txt").write_text(f"# two\n{STORY.url}\n\nhttps://www.ecns.cn/world/\n")
    ended = crawl.run("-a", f"urls_from={tmp_path / 'urls.txt'}")
    assert is_refused(ended, WRONG_USAGE, ["urls.txt", "line 4", "https://www.ecns.cn/world/"])
    assert not crawl.data.exists()


def test_a_file_of_addresses_that_is_not_text_is_refused(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "urls.gz").write_bytes(b"\x1f\x8b\x08\x00\xff\xfe")
    assert is_refused(crawl.run("-a", f"urls_from={tmp_path / 'urls.gz'}"), WRONG_USAGE, ["urls.gz", "UTF-8"])


def test_a_data_folder_below_a_file_cannot_be_written(replica: Replica, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    crawl = Crawl(tmp_path / "file" / "data", replica.environment())
    assert is_refused(crawl.run(), CANNOT_START, [f"{tmp_path / 'file'} is a file, not a folder", "ECNSCRAWL_DATA_DIR"])
    assert (tmp_path / "file").read_text() == "mine"


def test_a_data_folder_that_is_a_file_cannot_be_written(replica: Replica, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("mine")
    crawl = Crawl(tmp_path / "data", replica.environment())
    assert is_refused(crawl.run(), CANNOT_START, [f"{tmp_path / 'data'} is a file, not a folder", "ECNSCRAWL_DATA_DIR"])
    assert (tmp_path / "data").read_text() == "mine"


def test_a_data_folder_of_the_kernel_cannot_be_written(replica: Replica) -> None:
    crawl = Crawl(Path("/proc/ecnscrawl"), replica.environment())
    assert is_refused(crawl.run(), CANNOT_START, ["/proc/ecnscrawl", "ECNSCRAWL_DATA_DIR"])


@pytest.mark.parametrize("inside", ["ecns", "ecns/articles", "ecns/reports"])
def test_no_link_inside_the_data_folder_is_followed(crawl: Crawl, tmp_path: Path, inside: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (crawl.data / inside).parent.mkdir(parents=True)
    (crawl.data / inside).symlink_to(elsewhere)
    assert is_refused(crawl.run(), CANNOT_START, [str(crawl.data / inside), "link"])
    assert list(elsewhere.iterdir()) == []


def test_a_state_of_a_newer_version_is_left_as_it_is(crawl: Crawl, replica: Replica) -> None:
    assert crawl.run().status == 0
    published = [file.read_bytes() for file in crawl.files]
    state = crawl.folder / "state.sqlite"
    with closing(sqlite3.connect(state)) as database:
        database.execute("PRAGMA user_version = 9999")
    before = state.read_bytes()
    replica.requests.clear()
    assert is_refused(crawl.run(), CANNOT_START, [str(state), "newer"])
    assert state.read_bytes() == before
    assert [file.read_bytes() for file in crawl.files] == published
    assert replica.requests == []


def test_a_state_that_is_a_folder_cannot_be_opened(crawl: Crawl) -> None:
    (crawl.folder / "state.sqlite").mkdir(parents=True)
    assert is_refused(crawl.run(), CANNOT_START, ["state.sqlite"])
