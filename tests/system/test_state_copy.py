"""`scrapy state copy`: a crawl goes on in the copy as in the original, whatever was killed; what cannot be is one line."""

import fcntl
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import psycopg
import pytest

from replica import Replica, Site
from replica.generated_site import GeneratedSite
from tests.samples import article
from tests.system.crawling import Crawl, Ended
from tests.system.databases import Rows, publishing_from
from tests.system.editing import is_conditional, take_log
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]
CrawlOf = Callable[[Replica], Crawl]
NOTHING_NEW = {"status": "healthy", "new": "0", "updated": "0", "failed": "0"}


def assert_asks_for_nothing_again(ended: Ended, replica: Replica) -> None:
    """Check that a run has found its site unchanged, and has requested nothing that it has."""
    assert ended.status == 0, ended.err
    assert ended.stats | NOTHING_NEW == ended.stats
    assert all(is_conditional(request) for request in take_log(replica) if request.path != "/robots.txt")


def test_a_crawl_goes_on_in_the_database_and_back_in_a_folder(
    serve: Serve, crawl_of: CrawlOf, database_url: str, tmp_path: Path
) -> None:
    generated = GeneratedSite(25, seed=41, now=datetime.now(UTC) - timedelta(days=3))
    replica = serve(generated.site)
    crawl = crawl_of(replica)
    assert crawl.run().status == 0
    take_log(replica)

    copied = crawl.scrapy("state", "copy", str(crawl.data), database_url)

    assert (copied.status, copied.err) == (0, ""), copied.err
    assert copied.out.startswith("ecns: 25 known articles, 25 records, "), copied.out
    elsewhere = Crawl(tmp_path / "machine", crawl.environment | {"ECNSCRAWL_DATABASE_URL": database_url})
    assert_asks_for_nothing_again(elsewhere.run(), replica)
    generated.publish(2, datetime.now(UTC) - timedelta(minutes=5))
    assert elsewhere.run().stats["new"] == "2"
    take_log(replica)

    back = crawl_of(replica)
    back = replace(back, data=tmp_path / "back")
    copied = back.scrapy("state", "copy", database_url, str(back.data))

    assert (copied.status, copied.err) == (0, ""), copied.err
    assert copied.out.startswith("ecns: 27 known articles, 27 records, "), copied.out
    assert_asks_for_nothing_again(back.run(), replica)
    assert [path.name for path in crawl.files] == [path.name for path in back.files[:1]]
    assert crawl.files[0].read_bytes() == back.files[0].read_bytes()
    assert sorted(record["id"] for record in back.records) == sorted(generated.truth)
    assert back.scrapy("status", "ecns").status == 0
    publishing = publishing_from(database_url, tmp_path / "out")
    assert publishing.publish().status == 0
    assert publishing.records() == back.records


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_copy_to_a_folder_that_is_killed_leaves_no_site_or_a_whole_one(
    database_url: str, tmp_path: Path, when: str
) -> None:
    data, rows = tmp_path / "data", Rows(database_url)
    rows.store(*(article(number) for number in range(30)))
    rows.execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
    user = Crawl(data, {})
    for number in count(1):
        ended = dying(user, f"rename:{number}:{when}").scrapy("state", "copy", database_url, str(data))
        if ended.status != KILLED or user.folder.exists():
            break
    assert number > 1
    assert len(user.records) == 30
    assert {path.name for path in data.iterdir()} - {".copying"} == {"ecns"}
    assert user.scrapy("state", "rebuild", "ecns").out.startswith("ecns: 30 articles known")


@pytest.mark.parametrize(("when", "kept"), [("before", 0), ("after", 30)])
def test_a_copy_to_a_database_that_is_killed_leaves_no_row_or_all(
    database_url: str, tmp_path: Path, when: str, kept: int
) -> None:
    data, rows = tmp_path / "data", Rows(database_url)
    rows.store(*(article(number) for number in range(30)))
    rows.execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
    user = Crawl(data, {})
    assert user.scrapy("state", "copy", database_url, str(data)).status == 0
    rows.execute("TRUNCATE ecnscrawl.records, ecnscrawl.sites")
    words = ("state", "copy", str(data), database_url)
    assert dying(user, f"transaction:1:{when}").scrapy(*words).status == KILLED
    assert rows.count("records") == kept
    assert user.scrapy(*words).status == (1 if kept else 0)
    assert rows.count("records") == 30


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_copy_that_is_stopped_says_so_in_one_line(database_url: str, tmp_path: Path, number: signal.Signals) -> None:
    Rows(database_url).execute("INSERT INTO ecnscrawl.sites (site) VALUES ('ecns')")
    with psycopg.connect(database_url) as other:
        other.execute("SELECT 1 FROM ecnscrawl.sites FOR UPDATE")  # as a worker that is just claiming it
        process = Crawl(tmp_path / "data", {}).start_scrapy("state", "copy", database_url, str(tmp_path / "data"))
        while not other.execute("SELECT 1 FROM pg_locks WHERE NOT granted").fetchone():
            assert process.poll() is None, process.communicate()
            time.sleep(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (1, "")
    assert err == "ecnscrawl: error: stopped; nothing was kept of the site that was being copied\n"


@pytest.mark.parametrize(
    ("words", "status", "message"),
    [
        (["{data}"], 2, "write `scrapy state rebuild SITE`"),
        (["{data}", "{data}"], 2, "one of the two must be a data folder, the other a database; copy the folder itself"),
        (
            ["{url}", "{url}"],
            2,
            "one of the two must be a data folder, the other a database; pg_dump and pg_restore copy one",
        ),
        (["{data}", "{url}"], 1, "{data} has no site; nothing was copied"),
        (["{url}", "{data}"], 1, "postgresql:///{name} has no site; nothing was copied"),
        (["{full}", "{url}", "--site", "ecnz"], 2, "{full} has no site 'ecnz' (did you mean 'ecns'?); it has ecns"),
        (
            ["{full}", "postgresql://desk:s3cret-word@127.0.0.1:1/news"],
            1,
            "postgresql://127.0.0.1:1/news cannot be reached",
        ),
    ],
)
def test_what_cannot_be_is_one_line_and_a_status(
    database_url: str, tmp_path: Path, words: list[str], status: int, message: str
) -> None:
    (tmp_path / "full" / "ecns" / "articles").mkdir(parents=True)
    name = database_url.partition("?")[0].rpartition("/")[2]
    places = {"data": str(tmp_path / "data"), "full": str(tmp_path / "full"), "url": database_url, "name": name}
    ended = Crawl(tmp_path / "unused", {}).scrapy("state", "copy", *(word.format(**places) for word in words))
    assert (ended.status, ended.out) == (status, "")
    assert ended.err.startswith(f"ecnscrawl: error: {message.format(**places)}"), ended.err
    assert ended.err.count("\n") == 1
    assert "s3cret" not in ended.err


@pytest.mark.parametrize("is_target", [True, False])
def test_a_database_without_tables_is_named_with_the_command_that_makes_them(
    database_url: str, tmp_path: Path, *, is_target: bool
) -> None:
    Rows(database_url).execute("DROP SCHEMA ecnscrawl CASCADE")
    (tmp_path / "full" / "ecns").mkdir(parents=True)
    words = [str(tmp_path / "full"), database_url]
    crawl = Crawl(tmp_path / "unused", {})
    ended = crawl.scrapy("state", "copy", *(words if is_target else words[::-1]))
    name = database_url.partition("?")[0].rpartition("/")[2]
    variable = f"ECNSCRAWL_DATABASE_URL={'TARGET' if is_target else 'SOURCE'}"
    assert (ended.status, ended.out, ended.err) == (
        1,
        "",
        f"ecnscrawl: error: postgresql:///{name} has no tables of ecnscrawl; run `{variable} scrapy state init` once\n",
    )
    assert Crawl(crawl.data, {"ECNSCRAWL_DATABASE_URL": database_url}).scrapy("state", "init").status == 0
    if is_target:
        assert crawl.scrapy("state", "copy", *words).status == 0


def test_a_folder_that_is_being_crawled_is_refused(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "data" / "ecns"
    folder.mkdir(parents=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = Crawl(tmp_path / "unused", {}).scrapy("state", "copy", str(tmp_path / "data"), database_url)
    assert (ended.status, ended.err) == (
        4, "ecnscrawl: error: another run of this site is under way: just started\n",
    )  # fmt: skip
