"""How `scrapy browse` starts and ends, which files it reads again, and what it refuses."""

import gzip
import shutil
import signal
import socket
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from ecnscrawl.items import Article, to_line
from tests.exporters.library import BRIDGE, FERRY, HARVEST, Library
from tests.samples import article
from tests.system.browsed import FIRST, library
from tests.system.browsing import browsing
from tests.system.crawling import Crawl

__all__ = ["library"]  # a fixture

pytestmark = pytest.mark.system


def test_an_address_that_leads_nowhere_is_a_page_that_says_so_and_no_traceback(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open") as started:
        for path in ("/nothing", "/articles/nothing", "/../nothing/at/all"):
            assert started.status(path) == 404
        assert started.end() == (0, "")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_with_exit_status_0(library: Library, number: signal.Signals) -> None:
    with browsing(library.folder / "data", "--no-open") as started:
        started.text()
        assert started.end(number) == (0, "")


def test_a_web_browser_is_opened_unless_the_user_says_otherwise(library: Library, tmp_path: Path) -> None:
    opener, opened = tmp_path / "opener", tmp_path / "opened"
    opener.write_text(f'#!/bin/sh\necho "$1" >{opened}.new && mv {opened}.new {opened}\n', encoding="utf-8")
    opener.chmod(0o755)
    with browsing(library.folder / "data", BROWSER=f"{opener} %s") as started:
        started.text()
        while not opened.exists():
            assert started.process.poll() is None
        assert opened.read_text(encoding="utf-8").strip() == started.url


def test_only_files_that_are_new_are_read(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open"):
        pass
    (library.articles / FIRST).unlink()  # as a job does that has moved it away
    library.publish("20261123T120000Z-000003.jsonl", [article(3, revision=3, title="The last harvest")])
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 3 articles at ")
        assert started.ids("/full-text-search", search="harvest") == [HARVEST.id]
        assert len(started.rows("/revisions", id=HARVEST.id)) == 3
        assert len(started.rows("/images", article=BRIDGE.id)) == 2


def test_a_file_that_is_compressed_is_the_same_file_and_a_new_one_is_read(library: Library) -> None:
    with browsing(library.folder / "data", "--no-open"):
        pass
    # It says something else now: whoever reads it again shows that.
    compress(library.articles / FIRST, [replace(FERRY, title="A ferry that nobody has read")])
    compress(library.articles / "20261123T120000Z-000003.jsonl", [article(4, title="The compressed harvest")])
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 4 articles at ")
        assert started.ids("/full-text-search", search="compressed") == ["ecns:ihtest4"]
        assert started.ids("/full-text-search", search="nobody has read") == []


def compress(file: Path, stored: list[Article]) -> None:
    file.with_name(f"{file.name}.gz").write_bytes(gzip.compress(b"".join(map(to_line, stored))))
    file.unlink(missing_ok=True)


@pytest.mark.parametrize("content", [b"not a database at all" * 100, b""])
def test_a_damaged_database_is_rebuilt(library: Library, content: bytes) -> None:
    (library.articles.parent / "browse.sqlite").write_bytes(content)
    with browsing(library.folder / "data", "--no-open") as started:
        assert started.said.startswith("ecns: 3 articles at ")


def test_a_database_of_another_version_is_rebuilt(library: Library) -> None:
    with closing(sqlite3.connect(library.articles.parent / "browse.sqlite")) as database:
        database.execute("CREATE TABLE articles (id)")
        database.execute("PRAGMA user_version = 99")
    with browsing(library.folder / "data", "--no-open") as started:
        assert len(started.rows("/articles")) == 3


Change = Callable[[Library], None]


def nothing(library: Library) -> None:
    """Everything as it was."""


def no_record(library: Library) -> None:
    library.publish("20261123T120000Z-000003.jsonl", []).write_bytes(b"{}\n")


def a_link(library: Library) -> None:
    (library.articles.parent / "browse.sqlite").symlink_to(library.folder / "elsewhere.sqlite")


def no_articles(library: Library) -> None:
    shutil.rmtree(library.folder / "data")


@pytest.mark.parametrize(
    ("change", "arguments", "status", "reason"),
    [
        (nothing, ("--port", "eighty"), 2, "--port 'eighty' is not a port"),
        (nothing, ("--port", "65536"), 2, "--port '65536' is not a port"),
        (nothing, ("--site", "ecsn"), 2, "did you mean 'ecns'?"),
        (nothing, ("--prot", "80"), 2, "unknown option '--prot'"),
        (nothing, ("ecns",), 2, "unexpected argument 'ecns'"),
        (no_record, (), 1, "20261123T120000Z-000003.jsonl, line 1: not a record: "),
        (a_link, (), 1, "is a link"),
        (no_articles, (), 1, "run `scrapy crawl SITE` first"),
    ],
)
def test_wrong_usage_of_browse_is_refused_in_one_line(
    library: Library, change: Change, arguments: tuple[str, ...], status: int, reason: str
) -> None:
    change(library)
    ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", *arguments)
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert ended.err.count("\n") == 1
    assert reason in ended.err


def test_a_port_that_is_taken_is_named(library: Library) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", "--port", str(port))
    assert ended.status == 1
    assert ended.err == f"ecnscrawl: error: cannot listen at 127.0.0.1:{port} (Address already in use)\n"


@pytest.mark.parametrize("module", ["datasette", "sqlite_utils"])
def test_without_datasette_it_says_what_to_install(library: Library, tmp_path: Path, module: str) -> None:
    stand_in = tmp_path / "without"
    stand_in.mkdir()
    (stand_in / f"{module}.py").write_text("raise ImportError\n", encoding="utf-8")
    ended = Crawl(library.folder / "data", {}).scrapy("browse", "--no-open", PYTHONPATH=str(stand_in))
    assert ended.status == 1
    assert ended.err == "ecnscrawl: error: browsing needs Datasette; make clean setup\n"
