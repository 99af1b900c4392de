"""`scrapy state forget`, as the clerk of a lawyer runs it: what goes, what is named, and that nothing comes back."""

import fcntl
import json
import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from replica import Replica
from tests.system.crawling import Crawl, Ended
from tests.system.loading import KINDS, Target, file_target, server_target
from tests.system.newsstand import Newsstand, Story
from tests.system.sabotage import KILLED, dying
from tests.system.test_forget_news import gazette_reader
from tests.system.user import User, ids

pytestmark = pytest.mark.system

KITES, FERRIES, LANTERNS = Story(1), Story(2), Story(3, folder="cns-wire")
COPY = Story(4, folder="photo")  #: its page is that of KITES, at another address


def new_stand() -> Newsstand:
    stand = Newsstand()
    stand.publish(KITES, FERRIES, LANTERNS)
    stand.list("/world/", [KITES.url, FERRIES.url])
    stand.feed(KITES, LANTERNS)
    return stand


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder after a crawl of the site."""
    data = tmp_path_factory.mktemp("crawled") / "data"
    with Replica(new_stand().site) as replica:
        assert Crawl(data, replica.environment()).run().stats["new"] == "3"
    return data


@pytest.fixture
def stand() -> Newsstand:
    return new_stand()


@pytest.fixture
def user(crawled: Path, stand: Newsstand, serve: Callable[..., Replica], tmp_path: Path) -> User:
    """A user who has crawled the site."""
    replica = serve(stand.site)
    shutil.copytree(crawled, tmp_path / "data")
    return User(Crawl(tmp_path / "data", replica.environment()), replica)


def copy_kites(stand: Newsstand) -> None:
    """Let the site publish the same article under another id too."""
    stand.site.put(COPY.path(), stand.site.resource(KITES.path()))
    stand.list("/photo/", [COPY.url])


def forget(user: User, *words: str) -> Ended:
    return user.crawl.scrapy("state", "forget", *words)


def assert_only(user: User, *stories: Story) -> None:
    """Check that each command that shows articles shows exactly these."""
    assert user.stored == ids(*stories)
    ended = user.crawl.scrapy("export", "-", "--format", "jsonl", "--search", "story")
    assert (ended.status, {json.loads(line)["id"] for line in ended.out.splitlines()}) == (0, ids(*stories))
    found = user.crawl.scrapy("status", "ecns", "--json")
    assert KITES.cms_id not in found.out


def test_a_forgotten_article_is_gone_everywhere_and_no_later_run_requests_it(user: User) -> None:
    assert user.crawl.scrapy("export", "-", "--format", "jsonl", "--search", "story").status == 0  # makes the index
    ended = forget(user, KITES.url)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[:2] == [f"{KITES.id} is forgotten", "reports/: address removed from 2 files"]
    assert ended.out.splitlines()[2:5] == [
        "articles/: 1 line removed from 1 file",
        "published/: 1 line removed",
        "search.sqlite removed: the next search makes it again",
    ]
    assert ended.out.splitlines()[-1].startswith("what no command can reach: copies of article files")
    assert_only(user, FERRIES, LANTERNS)

    ended = user.run("full=1")
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "0", "0"), ended.err
    assert KITES.path() not in user.asked
    assert user.stored == ids(FERRIES, LANTERNS)


def test_a_second_time_says_that_it_is_forgotten_already(user: User) -> None:
    assert forget(user, "ecns", KITES.id).status == 0
    ended = forget(user, KITES.id)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == f"{KITES.id} was forgotten already"
    assert len(ended.out.splitlines()) == 2


def test_a_run_that_names_it_skips_it_and_says_so(user: User) -> None:
    forget(user, KITES.id)
    ended = user.run(f"urls={KITES.url},{FERRIES.url}")
    assert (ended.status, ended.stats["new"], ended.stats["unchanged"]) == (0, "0", "1")
    assert user.asked == [FERRIES.path()]
    warning = "1 of the named articles is forgotten and was not requested (`scrapy state forget`)"
    assert ended.err.splitlines()[0] == f"ecnscrawl: warning: ecns: {warning}"
    assert user.crawl.report["warnings"] == [warning]


@pytest.mark.parametrize("lose", ["state", "state and articles"])
def test_a_lost_or_rebuilt_state_does_not_bring_it_back_and_misses_nothing(user: User, lose: str) -> None:
    forget(user, KITES.id, LANTERNS.id, FERRIES.id)
    assert user.crawl.files == []
    for path in user.crawl.folder.glob("state.sqlite*"):
        path.unlink()
    if lose == "state and articles":
        shutil.rmtree(user.crawl.folder / "articles")
    ended = user.run("full=1")
    assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "0", "0"), ended.err
    assert not {KITES.path(), FERRIES.path(), LANTERNS.path()} & set(user.asked)
    ended = user.crawl.scrapy("state", "rebuild", "ecns")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith("ecns: 0 articles known")


def test_an_exact_copy_that_appears_later_is_not_stored_either(user: User, stand: Newsstand) -> None:
    forget(user, KITES.id)
    copy_kites(stand)
    for asked in (True, False):
        ended = user.run()
        assert (ended.status, ended.stats["new"], ended.stats["failed"]) == (0, "0", "0"), ended.err
        assert (COPY.path() in user.asked) is asked
    assert user.stored == ids(FERRIES, LANTERNS)


def test_an_exact_copy_that_is_known_is_forgotten_too_whichever_is_named(user: User, stand: Newsstand) -> None:
    copy_kites(stand)
    assert user.run().stats["new"] == "0"
    ended = forget(user, COPY.id)
    assert ended.out.splitlines()[:2] == [f"{KITES.id} is forgotten", f"{COPY.id} is forgotten"]
    user.run("full=1")
    assert not {KITES.path(), COPY.path()} & set(user.asked)
    assert user.stored == ids(FERRIES, LANTERNS)


@pytest.fixture(params=KINDS)
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    """A new database of each kind."""
    if request.param == "postgresql":
        return server_target(request.getfixturevalue("postgres_server"))
    return file_target(request.param, tmp_path / f"news.{request.param}")


def test_it_leaves_the_databases_that_it_was_loaded_into(user: User, target: Target) -> None:
    assert user.crawl.scrapy("load", target.address).status == 0
    ended = forget(user, KITES.id)
    assert (ended.status, ended.err) == (0, "")
    assert f"{target.name}: 1 article removed" in ended.out.splitlines()
    rows = target.query("SELECT id FROM articles ORDER BY id")
    assert rows == [(FERRIES.id,), (LANTERNS.id,)]
    ended = user.crawl.scrapy("load", target.address)
    assert (ended.status, ended.err) == (0, "")
    assert target.query("SELECT id FROM articles ORDER BY id") == rows


def test_a_load_under_way_is_waited_for(user: User, postgres_server: dict[str, str]) -> None:
    target = server_target(postgres_server)
    assert user.crawl.scrapy("load", target.address).status == 0
    with psycopg.connect(target.address) as loading:  # as a load that has read the file, and has not committed
        loading.execute("INSERT INTO loaded_files VALUES ('ecns', 'later.jsonl', 1, now())")
        loading.execute(
            "INSERT INTO articles SELECT (json_populate_record(old, '{\"revision\": 2}')).* FROM articles AS old"
        )
        process = user.crawl.start_scrapy("state", "forget", KITES.id)
        waiting = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        while target.query(waiting) == [(0,)]:
            assert process.poll() is None
            time.sleep(0.05)
        loading.commit()
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, ""), out
    rows = target.query("SELECT id, revision FROM articles ORDER BY id, revision")
    assert rows == [(FERRIES.id, 1), (FERRIES.id, 2), (LANTERNS.id, 1), (LANTERNS.id, 2)]


def test_a_database_that_cannot_be_reached_is_named_and_the_rest_is_done(user: User, tmp_path: Path) -> None:
    target = file_target("sqlite", tmp_path / "news.sqlite")
    user.crawl.scrapy("load", target.address)
    Path(target.name).rename(tmp_path / "moved.sqlite")
    nobody = "postgresql://desk:s3cret@127.0.0.1:1/news"
    ended = forget(user, KITES.id, "--from", nobody)
    assert ended.status == 3
    assert ended.err.splitlines()[0].startswith("not reached: postgresql://127.0.0.1:1/news cannot be reached (")
    assert ended.err.splitlines()[1:] == [
        f"not reached: {target.address} is not there any more; if it is deleted, remove it from loaded-into.json"
    ]
    assert "s3cret" not in ended.out + ended.err
    assert user.stored == ids(FERRIES, LANTERNS)
    ended = forget(user, KITES.id, "--from", f"sqlite:///{tmp_path / 'moved.sqlite'}")
    assert (ended.status, f"{tmp_path / 'moved.sqlite'}: 1 article removed" in ended.out) == (3, True)


def test_an_article_that_only_a_database_has_is_known(user: User, tmp_path: Path) -> None:
    target = file_target("sqlite", tmp_path / "news.sqlite")
    user.crawl.scrapy("load", target.address)
    with closing(sqlite3.connect(target.name)) as database, database:
        database.execute("UPDATE articles SET id = 'ecns:lost' WHERE id = ?", [KITES.id])
    ended = forget(user, "ecns:lost")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[:2] == ["ecns:lost is forgotten", f"{target.name}: 1 article removed"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "name the articles by their ids, or by their addresses"),
        (["ecns"], "name the articles by their ids, as ecns:…, or by their addresses"),
        ([KITES.cms_id], f"'{KITES.cms_id}' is not the id of an article; copy it from a record: it"),
        ([KITES.id, "ecns:typo", "ecns:other"], "nothing is known of ecns:other, ecns:typo; nothing was done"),
        ([KITES.id, "https://www.ecns.cn/world/"], "'https://www.ecns.cn/world/' is not the address of an article"),
        ([KITES.id, "--from", "news.sqlite"], "'news.sqlite' is not the address of a database; write sqlite:///news"),
        ([KITES.id, "--from", "sqlite:////tmp/nowhere.sqlite"], "is not a database that `scrapy load` has made"),
        ([KITES.id, "--accept-loss"], "write `scrapy state rebuild SITE`"),
        ([KITES.id, "--form", "x"], "unknown option '--form'"),
    ],
)
def test_wrong_usage_is_refused_in_one_line_and_changes_nothing(user: User, words: list[str], message: str) -> None:
    ended = forget(user, *words)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith("ecnscrawl: error: ")
    assert message in ended.err
    assert len(ended.err.splitlines()) == 1
    assert user.stored == ids(KITES, FERRIES, LANTERNS)
    assert not (user.crawl.folder / "published" / "forgotten.jsonl").exists()


def test_nothing_is_done_while_a_run_is_under_way(user: User) -> None:
    with (user.crawl.folder / "lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        ended = forget(user, KITES.id)
    assert (ended.status, ended.out) == (4, "")
    assert ended.err.startswith("ecnscrawl: error: another run of this site is under way")
    assert user.stored == ids(KITES, FERRIES, LANTERNS)


@pytest.mark.parametrize("moment", ["rename:2:after", "rename:4:before"])
def test_killed_at_a_step_and_run_again_it_is_complete(user: User, moment: str, tmp_path: Path) -> None:
    target = file_target("sqlite", tmp_path / "news.sqlite")
    user.crawl.scrapy("load", target.address)
    assert dying(user.crawl, moment).scrapy("state", "forget", KITES.id).status == KILLED
    assert user.stored >= ids(FERRIES, LANTERNS)
    ended = forget(user, KITES.id)
    assert ended.status == 0, ended.err
    assert user.stored == ids(FERRIES, LANTERNS)
    assert target.query("SELECT id FROM articles ORDER BY id") == [(FERRIES.id,), (LANTERNS.id,)]
    ended = user.run("full=1")
    assert (ended.status, ended.stats["new"], KITES.path() in user.asked) == (0, "0", False)


def test_articles_of_two_sites_are_forgotten_together_or_not_at_all(user: User, serve: Callable[..., Replica]) -> None:
    reader = gazette_reader(serve, user.crawl.data)
    assert reader.run().stats["new"] == "2"
    first, second = (record["id"] for record in reader.crawl.records)
    assert forget(user, KITES.id, first, "gazette.example:0123456789abcdef").status == 2
    assert (user.stored, len(reader.paths)) == (ids(KITES, FERRIES, LANTERNS), 2)
    ended = forget(user, KITES.id, first)
    assert (ended.status, ended.err) == (0, "")
    assert user.stored == ids(FERRIES, LANTERNS)
    assert [record["id"] for record in reader.crawl.records] == [second]
