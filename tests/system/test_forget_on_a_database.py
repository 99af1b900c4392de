"""`scrapy state forget` and `state rebuild` with a database: what goes from its rows, and that nothing comes back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from replica import Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.newsstand import Newsstand, Story
from tests.system.test_forget import COPY, FERRIES, KITES, copy_kites, new_stand
from tests.system.user import User

pytestmark = pytest.mark.system

TABLES = ("articles", "records", "rejected", "gone", "pending", "reports", "latest_reports", "alarms", "facts")


@pytest.fixture
def stand() -> Newsstand:
    """A site of three articles."""
    return new_stand()


@pytest.fixture
def user(stand: Newsstand, serve: Callable[[Site], Replica], database_url: str, tmp_path: Path) -> User:
    """A user who has crawled the site into a database."""
    replica = serve(stand.site)
    user = User(Crawl(tmp_path / "data", replica.environment() | {"ECNSCRAWL_DATABASE_URL": database_url}), replica)
    copy_kites(stand)
    ended = user.run()
    assert (ended.status, ended.stats["new"]) == (0, "3"), ended.err
    return user


def rows(database_url: str, statement: str) -> list[tuple[Any, ...]]:
    """What a statement gives."""
    with psycopg.connect(database_url) as connection:
        return connection.execute(statement.encode()).fetchall()


def tables_with(database_url: str, story: Story) -> list[str]:
    """The tables in which the article's number is found, in whatever column."""
    return [
        name
        for name in TABLES
        if rows(database_url, f"SELECT 1 FROM ecnscrawl.{name} AS t WHERE t::text LIKE '%{story.cms_id}%' LIMIT 1")
    ]


def forget(user: User, *words: str) -> Ended:
    return user.crawl.scrapy("state", "forget", *words)


def test_an_article_and_its_copy_go_from_all_rows_and_do_not_come_back(user: User, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:  # a report that names it, as a slow page
        connection.execute("UPDATE ecnscrawl.reports SET report = replace(report, '/world/', %s)", [KITES.url])
    found = {*tables_with(database_url, KITES), *tables_with(database_url, COPY)}
    assert {"articles", "records", "reports", "latest_reports"} <= found
    ended = forget(user, KITES.url)
    assert ended.status == 0, ended.err
    assert f"{KITES.id} is forgotten\n" in ended.out
    assert f"{COPY.id} is forgotten\n" in ended.out
    assert "1 row removed from records\n" in ended.out
    assert "what other machines have archived" in ended.out
    assert tables_with(database_url, KITES) == tables_with(database_url, COPY) == []
    assert len(rows(database_url, "SELECT id FROM ecnscrawl.records")) == 2
    again = user.run("full=1")
    assert (again.status, again.stats["new"], KITES.path() in user.asked) == (0, "0", False), again.err
    ended = forget(user, KITES.id)
    assert (ended.status, f"{KITES.id} was forgotten already\n" in ended.out) == (0, True), ended.err


def test_what_is_unknown_is_refused_and_changes_nothing(user: User, database_url: str) -> None:
    for words, status, message in (
        (("ecns:999999",), 2, "nothing is known of ecns:999999; nothing was done"),
        (("chinanews:999999",), 1, "has nothing of chinanews"),
    ):
        ended = forget(user, *words)
        assert (ended.status, message in ended.err, len(ended.err.splitlines())) == (status, True, 1), ended.err
    assert rows(database_url, "SELECT site, owner FROM ecnscrawl.sites") == [("ecns", None)]


def test_it_waits_for_no_run_that_is_under_way(user: User, database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("UPDATE ecnscrawl.sites SET owner = 'web1:12:34', lease_until = now() + interval '1 hour'")
    ended = forget(user, FERRIES.id)
    assert (ended.status, ended.err) == (
        4, "ecnscrawl: error: another run of this site is under way: web1:12:34\n",
    )  # fmt: skip


def test_a_state_in_a_database_is_not_rebuilt_from_files(user: User) -> None:
    ended = user.crawl.scrapy("state", "rebuild", "ecns")
    assert (ended.status, "restore a backup of it" in ended.err, len(ended.err.splitlines())) == (2, True, 1), ended.err


def test_archived_pages_are_not_stored_beside_a_database(user: User) -> None:
    ended = user.crawl.scrapy("reextract", "a.warc.gz", "--store")
    assert (ended.status, "write --out DIR" in ended.err, len(ended.err.splitlines())) == (2, True, 1), ended.err
