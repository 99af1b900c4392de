"""`scrapy crawl` with a database stores what it stores in files, each version once, whatever is killed or lost when."""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict

from replica import Replica, Site
from tests.system.crawling import Crawl, Ended
from tests.system.database_proxy import LosesCommits
from tests.system.editing import is_conditional, take_log
from tests.system.machines import ARTICLES, QUICK, Machines, machines_at
from tests.system.sabotage import KILLED, dying

pytestmark = pytest.mark.system

Serve = Callable[[Site], Replica]


@pytest.fixture
def machines(serve: Serve, database_url: str, tmp_path: Path) -> Machines:
    """A site of settled articles."""
    return machines_at(serve, database_url, tmp_path)


def without_times(record: dict[str, Any]) -> dict[str, Any]:
    """A record without the time at which it was fetched."""
    return {key: value for key, value in record.items() if key != "fetched_at"}


def test_it_stores_the_records_that_a_crawl_into_files_stores_and_no_file(machines: Machines) -> None:
    ended = machines.crawl.run("-O", str(machines.folder / "feed.jsonl"))
    assert (ended.status, ended.stats["new"], ended.stats["file"]) == (0, str(ARTICLES), "-"), ended.err
    assert not (machines.folder / "machine-1").exists()
    in_files = Crawl(machines.folder / "files", machines.replica.environment())
    assert in_files.run().status == 0
    expected = sorted((without_times(each) for each in in_files.records), key=lambda each: str(each["id"]))
    rows = [json.loads(record) for (record,) in machines.rows("SELECT record FROM ecnscrawl.records ORDER BY id")]
    assert [without_times(each) for each in rows] == expected
    feed = [json.loads(line) for line in (machines.folder / "feed.jsonl").read_bytes().splitlines()]
    assert sorted((each["id"] for each in feed), key=str) == [each["id"] for each in expected]
    machines.has_all()


def test_the_next_run_on_another_machine_asks_only_for_what_is_new(machines: Machines) -> None:
    assert machines.crawl.run().status == 0
    take_log(machines.replica)
    ended = machines.crawl.run()
    assert (ended.status, ended.stats["new"]) == (0, "0"), ended.err
    log = [request for request in take_log(machines.replica) if request.path != "/robots.txt"]
    assert all(is_conditional(request) and request.status == 304 for request in log)
    machines.generated.publish(3, datetime.now(UTC))
    ended = machines.crawl.run()
    assert (ended.status, ended.stats["new"]) == (0, "3"), ended.err
    assert machines.rows("SELECT count(*), count(DISTINCT run) FROM ecnscrawl.records") == [(ARTICLES + 3, 2)]


def test_a_correction_is_one_revision_and_an_equal_text_none(machines: Machines) -> None:
    assert machines.crawl.run().status == 0
    generated = machines.generated
    twins = {*generated.duplicate_of, *generated.duplicate_of.values()}
    corrected = max(generated.truth.keys() - twins, key=lambda id_: str(generated.truth[id_]["published_at"]))
    machines.generated.correct(corrected, datetime.now(UTC))
    for new in ("1", "0"):
        ended = machines.crawl.run("-a", "recheck=all", "-s", "RECHECK_AGES=1000")
        assert (ended.status, ended.stats["updated"], ended.stats["unchanged"] > "0") == (0, new, True), ended.err
    assert machines.rows("SELECT id FROM ecnscrawl.records WHERE revision > 1") == [(corrected,)]


def test_a_second_run_is_refused_and_one_that_was_killed_is_followed_when_its_lease_has_ended(
    machines: Machines,
) -> None:
    short = ("-s", "WORKER_LEASE_SECONDS=2")
    first = machines.begin(*short)
    ended = machines.crawl.run(*short)
    ((owner,),) = machines.rows("SELECT owner FROM ecnscrawl.sites")
    assert (ended.status, ended.err) == (
        4, f"ecnscrawl: error: another run of this site is under way: {owner}\n",
    )  # fmt: skip
    first.kill()
    begun = time.monotonic()
    while (ended := machines.crawl.run(*short)).status == 4:
        assert time.monotonic() < begun + 60
        time.sleep(0.2)
    assert ended.status == 0, ended.err
    machines.has_all()


def test_runs_that_are_killed_around_their_commits_lose_and_repeat_nothing(machines: Machines) -> None:
    chance = random.Random(32)
    for number in (1, 2, 3):
        moment = f"transaction:{number}:{chance.choice(('before', 'after'))}"
        ended = dying(machines.crawl, moment).run(*QUICK)
        assert ended.status == KILLED, f"{moment} never came: {ended.err}"
        machines.let_lease_end()
        machines.generated.publish(3, datetime.now(UTC))
    assert machines.crawl.run(*QUICK).status == 0
    machines.has_all()


def test_a_commit_whose_answer_is_lost_is_tried_again_and_makes_no_second_revision(machines: Machines) -> None:
    options = conninfo_to_dict(machines.address)
    socket = Path(str(options["host"])) / ".s.PGSQL.5432"
    with LosesCommits(socket, frozenset({1, 2})) as proxy:
        direct = machines.address
        machines.address = f"postgresql://{options['user']}@127.0.0.1:{proxy.port}/{options['dbname']}"
        ended = machines.crawl.run(*QUICK)
        machines.address = direct
        assert (ended.status, ended.stats["new"]) == (0, str(ARTICLES)), ended.err
        assert proxy.commits > 2
    machines.has_all()


# Runs that cannot start.


def refused(ended: Ended) -> tuple[int, str]:
    """Status and message; fails unless that is the only line."""
    assert len(ended.err.splitlines()) == 1, ended.err
    return ended.status, ended.err


def test_a_database_that_cannot_be_used_is_refused_at_once_and_its_password_is_not_printed(
    machines: Machines, postgres_server: dict[str, str]
) -> None:
    crawl = machines.crawl
    for url, status, message in (
        ("postgresql://desk:s3cret-word@127.0.0.1:1/news", 1, "cannot be reached"),
        ("mysql://desk:s3cret-word@127.0.0.1/news", 2, "none of PostgreSQL; write postgresql://host/database"),
    ):
        for ended in (crawl.run(ECNSCRAWL_DATABASE_URL=url), crawl.run("-s", f"DATABASE_URL={url}")):
            found = refused(ended)
            assert (found[0], message in found[1], "s3cret" in found[1]) == (status, True, False), found
    machines.rows("UPDATE ecnscrawl.schema_version SET version = 99")
    assert refused(crawl.run()) == (
        1,
        "ecnscrawl: error: the database's tables are of version 99, which is newer than this ecnscrawl's 1; upgrade it\n",
    )
    machines.rows("DROP SCHEMA ecnscrawl CASCADE")
    status, message = refused(crawl.run())
    assert (status, "no tables of ecnscrawl; run `scrapy state init` once" in message) == (1, True), message
    assert crawl.scrapy("state", "init").status == 0
    assert crawl.run().status == 0


def test_a_variable_of_the_bare_name_is_ignored(machines: Machines) -> None:
    crawl = Crawl(machines.folder / "files", machines.replica.environment() | {"DATABASE_URL": machines.address})
    assert crawl.run("-a", "max_pages=1").status == 0
    assert crawl.files
    assert machines.rows("SELECT count(*) FROM ecnscrawl.sites") == [(0,)]
