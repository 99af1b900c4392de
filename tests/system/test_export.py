"""`scrapy export`, as a user runs it: what it says, what it refuses, and what a kill leaves."""

import json
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import pytest

from ecnscrawl.items import to_line
from tests.exporting.library import BRIDGE, EVERYTHING, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.system.crawling import ROOT, SCRAPY, Crawl

pytestmark = pytest.mark.system

MANY = 30_000  #: so many records that an export of them takes a second or two


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    """A user whose crawls have published two files."""
    library = Library(tmp_path)
    library.publish("20261121T120000Z-000001.jsonl", [FERRY, BRIDGE, HARVEST])
    library.publish("20261122T120000Z-000002.jsonl", [HARVEST_CORRECTED])
    return Crawl(tmp_path / "data", {})


@pytest.fixture
def long_lived(user: Crawl) -> Crawl:
    """A user who has many articles."""
    line = to_line(FERRY)
    lines = (line.replace(b"ecns:ihtest1", b"ecns:ihmany%d" % number) for number in range(MANY))
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(b"".join(lines))
    return user


def ids(path: Path) -> list[str]:
    return [json.loads(line)["id"] for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("name", ["a.parquet", "a.sqlite", "w.rss.xml"])
def test_it_says_how_many_articles_it_has_written_where(user: Crawl, tmp_path: Path, name: str) -> None:
    ended = user.scrapy("export", str(tmp_path / name))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out == f"3 articles written to {tmp_path / name}\n"
    assert (tmp_path / name).stat().st_size > 0


def test_all_revisions_are_counted_one_by_one(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--all-revisions", str(tmp_path / "a.jsonl"))
    assert ended.out == f"4 articles, each revision counted, written to {tmp_path / 'a.jsonl'}\n"
    assert ids(tmp_path / "a.jsonl") == [article.id for article in EVERYTHING]


def test_days_are_those_of_the_site_and_both_included(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    user.scrapy("export", "--since", "2026-11-21", "--until", "2026-11-22", str(target))
    assert ids(target) == [BRIDGE.id, HARVEST_CORRECTED.id]
    user.scrapy("export", "--until", "2026-11-20", str(target))
    assert ids(target) == [FERRY.id]


def test_a_section_is_found_whatever_its_case(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", "--latest", "--site", "ecns", "--section", "politics", str(tmp_path / "a.jsonl"))
    assert ids(tmp_path / "a.jsonl") == [BRIDGE.id]


def test_nothing_that_matches_is_no_error(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--since", "2100-01-01", str(tmp_path / "a.csv"))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"0 articles written to {tmp_path / 'a.csv'}: nothing in ")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").count("\n") == 1


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        (["Bussiness"], "0 articles written to {}: no article is of section 'Bussiness' (did you mean 'Business'?)"),
        (["wrold"], "0 articles written to {}: no article is of section 'wrold' (did you mean 'World'?)"),
        (
            ["Xyz"],
            "0 articles written to {}: no article is of section 'Xyz'; known are Business, Politics, World",
        ),
        (
            ["Politics", "Bussiness"],
            "1 article written to {}: no article is of section 'Bussiness' (did you mean 'Business'?)",
        ),
        (["politics", "WORLD"], "2 articles written to {}"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_a_section_that_no_article_is_of_is_said_with_the_nearest_one(
    user: Crawl, tmp_path: Path, sections: list[str], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    ended = user.scrapy("export", *(word for section in sections for word in ("--section", section)), str(target))
    assert (ended.status, ended.err, ended.out) == (0, "", said.format(target) + "\n")
    assert len(ids(target)) == int(said.split(maxsplit=1)[0])


def test_a_user_who_has_not_crawled_yet_gets_an_empty_file(tmp_path: Path) -> None:
    ended = Crawl(tmp_path / "data", {}).scrapy("export", str(tmp_path / "rss.xml"))
    assert ended.status == 0
    there = tmp_path / "data" / "ecns" / "articles"
    assert ended.out == (
        f"0 articles written to {tmp_path / 'rss.xml'}: there is no {there}, so no crawl has stored anything there\n"
    )
    assert not (tmp_path / "data").exists()


def test_a_csv_is_safe_for_spreadsheets_unless_the_user_says_otherwise(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    user.scrapy("export", "--all-revisions", str(target))
    assert ",'=cmd|" in target.read_text(encoding="utf-8")
    user.scrapy("export", "--all-revisions", "--no-formula-safe", str(target))
    assert ",=cmd|" in target.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ((), "name one file"),
        (("{}/a.xlsx",), "known are .parquet .csv .ninjs.jsonl .jsonl .sqlite rss.xml"),
        (("{}/missing/a.csv",), "there is no folder"),
        (("{}/data/ecns/state.sqlite",), "the crawl's own files"),
        (("--since", "2026-13-01", "{}/a.csv"), "since='2026-13-01' is not a date"),
        (("--since", "2026-11-21", "--until", "2026-11-20", "{}/a.csv"), "is before"),
        (("--site", "ecsn", "{}/a.csv"), "did you mean 'ecns'?"),
        (("--sectoin", "World", "{}/a.csv"), "unknown option '--sectoin'"),
        (("{}/a.csv", "--section"), "argument --section: expected one argument"),
        (("--latest", "--all-revisions", "{}/a.csv"), "exclude each other"),
        (("--no-formula-safe", "{}/a.jsonl"), "is about CSV"),
    ],
)
def test_wrong_usage_is_refused_in_one_line(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], reason: str
) -> None:
    ended = user.scrapy("export", *(argument.format(tmp_path) for argument in arguments))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert reason in ended.err
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_a_folder_that_cannot_be_written_is_named(user: Crawl) -> None:
    ended = user.scrapy("export", "/proc/a.csv")
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("ecnscrawl: error: /proc/a.csv cannot be written (")
    assert ended.err.count("\n") == 1


def test_a_line_that_is_no_record_is_named(user: Crawl, tmp_path: Path) -> None:
    file = user.folder / "articles" / "20261123T120000Z-000003.jsonl"
    file.write_bytes(to_line(FERRY) + b'{"schema_version": 1}\n')
    ended = user.scrapy("export", str(tmp_path / "a.csv"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {file}, line 2: this is no record: ")
    assert ended.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_without_duckdb_it_says_what_to_install(user: Crawl, tmp_path: Path) -> None:
    stand_in = tmp_path / "without"
    stand_in.mkdir()
    (stand_in / "duckdb.py").write_text("raise ImportError\n", encoding="utf-8")
    ended = user.scrapy("export", str(tmp_path / "a.csv"), PYTHONPATH=str(stand_in))
    assert ended.status == 1
    assert ended.err == "ecnscrawl: error: an export needs DuckDB; pip install 'ecnscrawl[export]'\n"


def start(user: Crawl, target: Path) -> subprocess.Popen[str]:
    """An export that has begun to work."""
    process = subprocess.Popen(
        [SCRAPY, "export", target],
        env=os.environ | {"ECNSCRAWL_DATA_DIR": str(user.data)},
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 30
    while not target.with_name(f".{target.name}.export").exists():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
    return process


def test_an_export_that_is_killed_leaves_the_old_target(long_lived: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.parquet"
    target.write_bytes(b"the old one")
    process = start(long_lived, target)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert target.read_bytes() == b"the old one"
    assert long_lived.scrapy("export", str(target)).out == f"{MANY + 3} articles written to {target}\n"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.parquet"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_export_that_is_stopped_leaves_the_old_target_and_nothing_else(
    long_lived: Crawl, tmp_path: Path, number: signal.Signals
) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(b"the old one")
    process = start(long_lived, target)
    process.send_signal(number)
    guard = threading.Timer(60, process.kill)
    guard.start()
    out, err = process.communicate()
    guard.cancel()
    assert (process.returncode, out) == (1, "")
    assert err == f"ecnscrawl: error: stopped; {target} is as it was\n"
    assert target.read_bytes() == b"the old one"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.csv"}
