"""`scrapy export`, as a user runs it: its output, what it refuses, and what a kill leaves."""

import gzip
import json
import os
import signal
import subprocess
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from ecnscrawl.items import to_line
from ecnscrawl.normalize.timestamps import to_text
from tests.exporters.library import BRIDGE, EVERYTHING, FERRY, HARVEST, HARVEST_CORRECTED, Library
from tests.interrupts import heard
from tests.samples import article
from tests.system.crawling import ROOT, SCRAPY, Crawl
from tests.system.mounts import Mounts

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
    assert ended.out == f"4 articles (each revision counted) written to {tmp_path / 'a.jsonl'}\n"
    assert ids(tmp_path / "a.jsonl") == [article.id for article in EVERYTHING]


def test_days_are_those_of_the_site_and_both_included(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    user.scrapy("export", "--since", "2026-11-21", "--until", "2026-11-22", str(target))
    assert ids(target) == [BRIDGE.id, HARVEST_CORRECTED.id]
    user.scrapy("export", "--until", "2026-11-20", str(target))
    assert ids(target) == [FERRY.id]


def test_a_section_is_found_in_any_case(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", "--latest", "--site", "ecns", "--section", "politics", str(tmp_path / "a.jsonl"))
    assert ids(tmp_path / "a.jsonl") == [BRIDGE.id]


def test_an_export_without_a_match_is_not_an_error(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--since", "2100-01-01", str(tmp_path / "a.csv"))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"0 articles written to {tmp_path / 'a.csv'}: nothing in ")
    assert (tmp_path / "a.csv").read_text(encoding="utf-8").count("\n") == 1


def test_an_operator_in_small_letters_that_finds_nothing_is_named(user: Crawl, tmp_path: Path) -> None:
    ended = user.scrapy("export", "--search", "bridge or nowhere", str(tmp_path / "a.csv"))
    assert ended.out.endswith(" matches; OR is written in capitals\n")
    ended = user.scrapy("export", "--search", "bridge OR nowhere", str(tmp_path / "a.csv"))
    assert ended.out == f"1 article written to {tmp_path / 'a.csv'}\n"


OLD = b"1,615 lines that a reader has\n"


@pytest.mark.parametrize(
    ("sections", "said"),
    [
        (["Bussiness"], "no article has the section 'Bussiness' (did you mean 'Business'?)"),
        (["wrold"], "no article has the section 'wrold' (did you mean 'World'?)"),
        (["cns-wyre"], "no article has the section 'cns-wyre' (did you mean 'cns-wire'?)"),
        (["Xyz"], "no article has the section 'Xyz'; known are Business, Politics, World"),
        (["Politics", "Bussiness"], "no article has the section 'Bussiness' (did you mean 'Business'?)"),
        ([""], "no article has the section ''; known are Business, Politics, World"),
    ],
    ids=lambda value: ",".join(value) if isinstance(value, list) else "",
)
def test_an_unknown_section_is_refused_with_the_nearest_one_and_the_target_stays(
    user: Crawl, tmp_path: Path, sections: list[str], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *(word for section in sections for word in ("--section", section)), str(target))
    assert (ended.status, ended.err, ended.out) == (2, f"ecnscrawl: error: {said}\n", "")
    assert target.read_bytes() == OLD
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.jsonl"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--section", "politics", "--section", "WORLD"), "2 articles written to {}"),
        (("--section", "military"), "0 articles written to {}: no article has the section 'military'"),
        (("--section", "Sci-Tech"), "0 articles written to {}: no article has the section 'Sci-Tech'"),
        (("--section", "world", "--until", "2020-01-01"), "0 articles written to {}: nothing in "),
    ],
)
def test_a_known_section_without_articles_writes_a_valid_empty_file(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *arguments, str(target))
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(said.format(target))
    assert len(ids(target)) == int(said.split(maxsplit=1)[0])


@pytest.mark.parametrize("there", ["nothing", "folders", "a part", "others' files"])
def test_a_data_folder_without_article_files_leaves_the_target_unchanged(tmp_path: Path, there: str) -> None:
    articles = tmp_path / "data" / "ecns" / "articles"
    if there != "nothing":
        articles.mkdir(parents=True)
    if there == "a part":
        (articles / ".20261121T120000Z-000001.part").write_bytes(to_line(FERRY))
    if there == "others' files":
        (articles / "mine.jsonl").write_bytes(to_line(FERRY))
    target = tmp_path / "rss.xml"
    target.write_bytes(OLD)
    ended = Crawl(tmp_path / "data", {}).scrapy("export", str(target))
    assert (ended.status, ended.out) == (1, "")
    where, site = (articles, "ecns") if there != "nothing" else (tmp_path / "data", "SITE")
    assert ended.err == (
        f"ecnscrawl: error: there is no article file in {where}; run `scrapy crawl {site}` first, or name the data"
        " folder with ECNSCRAWL_DATA_DIR\n"
    )
    assert target.read_bytes() == OLD
    assert (tmp_path / "data").exists() == (there != "nothing")


def test_compressed_files_are_exported_as_the_plain_ones_are(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", str(tmp_path / "plain.jsonl"))
    for file in user.files:
        subprocess.run(["gzip", file], check=True)
    ended = user.scrapy("export", str(tmp_path / "a.jsonl"))
    assert (ended.status, ended.out) == (0, f"3 articles written to {tmp_path / 'a.jsonl'}\n")
    assert (tmp_path / "a.jsonl").read_bytes() == (tmp_path / "plain.jsonl").read_bytes()


def test_a_compressed_file_that_is_cut_off_is_named_and_the_target_stays(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.csv"
    target.write_bytes(OLD)
    cut = user.files[0].with_name(f"{user.files[0].name}.gz")
    cut.write_bytes(gzip.compress(user.files[0].read_bytes())[:-30])
    user.files[0].unlink()
    ended = user.scrapy("export", str(target))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {cut} is cut off or damaged (")
    assert ended.err.count("\n") == 1
    assert target.read_bytes() == OLD


def test_articles_go_to_standard_output_and_the_summary_to_standard_error(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("export", str(tmp_path / "a.csv"))
    ended = user.scrapy("export", "-", "--format", "csv")
    assert (ended.status, ended.err) == (0, "3 articles written to standard output\n")
    assert ended.out == (tmp_path / "a.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("kind", ["jsonl", "ninjs", "rss"])
def test_every_text_goes_to_standard_output(user: Crawl, kind: str) -> None:
    ended = user.scrapy("export", "--format", kind, "-", "--section", "world")
    assert (ended.status, ended.err) == (0, "1 article written to standard output\n")
    assert FERRY.title in ended.out


def test_binary_formats_go_to_standard_output_too(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.parquet"
    with target.open("wb") as file:
        done = shell(user, "export", "-", "--format", "parquet", stdout=file)
    assert done.returncode == 0, done.stderr
    assert duckdb.read_parquet(str(target)).fetchall() != []


def shell(user: Crawl, *arguments: str, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    """A command whose standard output is that of the test."""
    return subprocess.run(
        [SCRAPY, *arguments],
        env=os.environ | {"ECNSCRAWL_DATA_DIR": str(user.data)},
        cwd=ROOT,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
        **streams,
    )


def test_standard_output_that_is_full_is_reported(user: Crawl) -> None:
    with Path("/dev/full").open("wb") as full:
        done = shell(user, "export", "-", "--format", "jsonl", stdout=full)
    assert done.returncode == 1
    assert done.stderr == b"ecnscrawl: error: standard output cannot be written (No space left on device)\n"


def test_standard_output_that_nobody_reads_ends_it_as_other_programs(long_lived: Crawl) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as nobody:
        done = shell(long_lived, "export", "-", "--format", "jsonl", stdout=nobody)
    assert (done.returncode, done.stderr) == (-signal.SIGPIPE, b"")


def test_the_format_is_named_where_the_ending_does_not(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "articles.txt"
    ended = user.scrapy("export", str(target), "--format", "jsonl")
    assert (ended.status, ended.out) == (0, f"3 articles written to {target}\n")
    assert len(ids(target)) == 3


@pytest.mark.parametrize("since", ["yesterday", "1d", "30h", "today"])
def test_dates_may_be_relative_to_now(user: Crawl, tmp_path: Path, since: str) -> None:
    now = datetime.now(UTC)
    articles = {"now": now, "a week ago": now - timedelta(days=7)}
    stored = [article(number, published_at=to_text(at)) for number, at in enumerate(articles.values(), 10)]
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(b"".join(map(to_line, stored)))
    target = tmp_path / "a.jsonl"
    ended = user.scrapy("export", "--since", since, str(target))
    assert (ended.status, ended.err) == (0, "")
    assert (stored[0].id in ids(target), stored[1].id in ids(target)) == (True, False)


@pytest.mark.parametrize("name", ["a.parquet", "a.csv", "a.jsonl", "a.sqlite", "a.ninjs.jsonl", "rss.xml"])
def test_a_disk_without_space_leaves_the_old_target(
    long_lived: Crawl, tmp_path: Path, mounts: Mounts, name: str
) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "-o", "size=8k", "tmpfs", at=disk)
    (disk / name).write_bytes(OLD)
    ended = long_lived.scrapy("export", str(disk / name))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert {path.name: path.read_bytes() for path in disk.iterdir()} == {name: OLD}


def test_the_error_names_a_read_only_file_system(user: Crawl, tmp_path: Path, mounts: Mounts) -> None:
    disk = tmp_path / "disk"
    mounts.mount("-t", "tmpfs", "tmpfs", at=disk)
    (disk / "a.csv").write_bytes(OLD)
    mounts.remount("ro", disk)
    ended = user.scrapy("export", str(disk / "a.csv"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err == f"ecnscrawl: error: {disk / 'a.csv'} cannot be written (Read-only file system)\n"
    assert (disk / "a.csv").read_bytes() == OLD


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
        (("-",), "name the format of standard output: --format parquet or"),
        (("-", "{}/a.csv"), "name one file"),
        (("--format", "cvs", "{}/a"), "'cvs' is not a format (did you mean 'csv'?)"),
        (("--format", "csv", "{}/a.jsonl"), "is jsonl by its ending, and --format says csv"),
        (("--since", "30x", "{}/a.csv"), "since='30x' is not a date"),
        (("/dev/null", "--format", "csv"), "`-` writes to standard output"),
        (("{}/a.xls",), "known are .parquet .csv .ninjs.jsonl .jsonl .json .sqlite .xlsx rss.xml"),
        (("{}/missing/a.csv",), "there is no folder"),
        (("{}/data/ecns/state.sqlite",), "the crawl's own files"),
        (("--since", "lastmonth", "{}/a.csv"), "--since='lastmonth' is not a date"),
        (
            ("--until", "2026-10-01", "--since", "2026-11-01", "{}/a.csv"),
            "--until='2026-10-01' is before --since='2026",
        ),
        (("--since", "2026-13-01", "{}/a.csv"), "since='2026-13-01' is not a date"),
        (("--since", "2026-11-21", "--until", "2026-11-20", "{}/a.csv"), "is before"),
        (("--site", "ecsn", "{}/a.csv"), "did you mean 'ecns'?"),
        (("--sectoin", "World", "{}/a.csv"), "unknown option '--sectoin'"),
        (("{}/a.csv", "--search", "deep", "sea"), "'sea' is one too many: does a value with blanks lack its quotes?"),
        (("{}/a.csv", "--section"), "argument --section needs a value; "),
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


def test_a_line_that_is_not_a_record_is_named(user: Crawl, tmp_path: Path) -> None:
    file = user.folder / "articles" / "20261123T120000Z-000003.jsonl"
    file.write_bytes(to_line(FERRY) + b'{"schema_version": 1}\n')
    ended = user.scrapy("export", str(tmp_path / "a.csv"))
    assert (ended.status, ended.out) == (1, "")
    assert ended.err.startswith(f"ecnscrawl: error: {file}, line 2: not a record: ")
    assert ended.err.count("\n") == 1
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_without_duckdb_it_says_what_to_install(user: Crawl, tmp_path: Path) -> None:
    stand_in = tmp_path / "without"
    stand_in.mkdir()
    (stand_in / "duckdb.py").write_text("raise ImportError\n", encoding="utf-8")
    ended = user.scrapy("export", str(tmp_path / "a.csv"), PYTHONPATH=str(stand_in))
    assert ended.status == 1
    assert ended.err == "ecnscrawl: error: an export needs DuckDB; make clean setup\n"


def start(user: Crawl, target: Path) -> "subprocess.Popen[str]":
    """An export that has begun to work."""
    with heard():
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
    assert err == f"ecnscrawl: error: stopped; {target} is unchanged\n"
    assert target.read_bytes() == b"the old one"
    assert {path.name for path in tmp_path.iterdir()} == {"data", "a.csv"}


def test_a_search_is_one_command(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "a.jsonl"
    ended = user.scrapy("export", "--search", "late OR towers -minds", "--kind", "photo", str(target))
    assert (ended.status, ended.err, ended.out) == (0, "", f"1 article written to {target}\n")
    assert ids(target) == [BRIDGE.id]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ("--search", "bridge AND"),
            "--search 'bridge AND' cannot be understood: it ends too early: a word",
        ),
        (("--kind", "foto"), "--kind 'foto' is not known (did you mean 'photo'?); write article, photo or video"),
        (("--new-since", "a/b"), "--new-since 'a/b' is not a name; use up to 64 letters, digits and . _ -"),
        (("--partition-by", "month"), "--partition-by 'month' is not known; write day"),
    ],
    ids=" ".join,
)
def test_a_wrong_option_is_one_line_and_the_target_stays(
    user: Crawl, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    target = tmp_path / "a.jsonl"
    target.write_bytes(OLD)
    ended = user.scrapy("export", *arguments, str(target))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(f"ecnscrawl: error: {said}")
    assert ended.err.count("\n") == 1
    assert target.read_bytes() == OLD


def test_what_is_new_since_the_last_export_is_exported_once(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "new.csv.gz"
    ended = user.scrapy("export", "--new-since", "weekly", str(target))
    assert ended.out == f"3 articles written to {target}\n"
    ended = user.scrapy("export", "--new-since", "weekly", "-", "--format", "jsonl")
    assert (ended.status, ended.out) == (0, "")
    articles = user.folder / "articles"
    assert ended.err == f"0 articles written to standard output: nothing new in {articles} matches\n"
    (articles / "20261123T120000Z-000003.jsonl").write_bytes(to_line(article(9)))
    with Path("/dev/full").open("wb") as full:
        done = shell(user, "export", "--new-since", "weekly", "-", "--format", "jsonl", stdout=full)
    assert done.returncode == 1
    ended = user.scrapy("export", "--new-since", "weekly", "-", "--format", "jsonl")
    assert ended.out.encode() == to_line(article(9))


def test_a_folder_of_days_is_one_command(user: Crawl, tmp_path: Path) -> None:
    target = tmp_path / "by-day"
    ended = user.scrapy("export", "--partition-by", "day", "--format", "parquet", str(target))
    assert (ended.status, ended.err, ended.out) == (0, "", f"3 articles written to {target}\n")
    assert sorted(path.name for path in target.iterdir()) == [f"day=2026-11-{day}" for day in (20, 21, 22)]


def test_a_spreadsheet_that_cuts_a_text_says_so(user: Crawl, tmp_path: Path) -> None:
    long = to_line(article(9, body="a" * 40_000))
    (user.folder / "articles" / "20261123T120000Z-000003.jsonl").write_bytes(long)
    ended = user.scrapy("export", str(tmp_path / "a.xlsx"))
    assert ended.out == f"4 articles written to {tmp_path / 'a.xlsx'}; 1 text cut to what a cell holds\n"
