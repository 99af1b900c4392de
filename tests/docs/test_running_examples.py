"""The documented commands that crawl, export and restore run as they are written."""

import shutil

import pytest

from replica import Replica
from tests.docs.checkout import Checkout
from tests.docs.markdown import (
    BACKUP,
    CONTRIBUTING,
    CRAWLING,
    DATABASES,
    FORGETTING,
    OPERATIONS,
    README,
    ROOT,
    RUNNING,
    blocks,
)
from tests.needs import need
from tests.postgres import postgres, psql

pytestmark = pytest.mark.system

(ARGUMENTS,) = blocks(CRAWLING, "sh", "Arguments of a crawl")
(LIVE,) = blocks(README, "sh", "Crawl the site")
COPY, RESTORE, REBUILD, ACCEPT = blocks(BACKUP, "sh")
(FIXTURE,) = blocks(CONTRIBUTING, "sh", "Adding a fixture")
ADDRESSES = "# to be had again\nhttps://www.ecns.cn/2013/06-21/69618.shtml\n"


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory, replica: Replica) -> Checkout:
    """A checkout that keeps what one example has stored for the next one."""
    checkout = Checkout.make(tmp_path_factory.mktemp("asked"), replica.environment())
    checkout.root.joinpath("addresses.txt").write_text(ADDRESSES, encoding="utf-8")
    return checkout


def test_the_crawl_of_the_readme_stores_articles_and_names_the_contact(checkout: Checkout, replica: Replica) -> None:
    replica.requests.clear()
    ended = checkout.shell(LIVE.text)
    assert (ended.returncode, ended.stdout) == (0, "")
    assert ended.stderr.startswith("ecns healthy new=")
    assert list((checkout.root / "data" / "ecns" / "articles").glob("*.jsonl"))
    agents = {request.headers["user-agent"] for request in replica.requests}
    assert {agent.partition(" ")[2] for agent in agents} == {"(+news-desk@example.org)"}


@pytest.mark.parametrize("command", ARGUMENTS.text.splitlines())
def test_an_example_of_a_crawl_runs(asked: Checkout, command: str) -> None:
    ended = asked.shell(command)
    assert ended.returncode == 0, ended.stderr


def test_a_restored_backup_is_crawled_on_and_stores_nothing_that_was_published_since(checkout: Checkout) -> None:
    assert checkout.shell(".venv/bin/scrapy crawl ecns -a sections=world").returncode == 0
    assert checkout.shell(COPY.text).returncode == 0
    ended = checkout.shell(".venv/bin/scrapy crawl ecns")
    assert ended.returncode == 0
    assert "new=0 " not in ended.stderr
    for file in (checkout.root / "data" / "ecns" / "articles").iterdir():
        file.unlink()  # read, and moved away
    ended = checkout.shell(RESTORE.text)
    assert ended.returncode == 0, ended.stderr
    ended = checkout.shell(".venv/bin/scrapy crawl ecns")
    assert ended.stderr.startswith("ecns healthy new=0 updated=0 ")


def test_a_run_starts_again_once_the_loss_is_accepted(checkout: Checkout) -> None:
    crawl = ".venv/bin/scrapy crawl ecns -a sections=world"
    assert checkout.shell(crawl).returncode == 0
    assert checkout.shell("cd data/ecns && rm -r articles published state.sqlite*").returncode == 0
    assert checkout.shell(crawl).returncode == 1
    assert checkout.shell(REBUILD.text).returncode == 1
    ended = checkout.shell(ACCEPT.text)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert checkout.shell(crawl).stderr.startswith("ecns healthy new=")


def test_the_state_is_rebuilt_from_the_files(demo: Checkout) -> None:
    ended = demo.shell(REBUILD.text, ECNSCRAWL_DATA_DIR="demo-data")
    assert ended.returncode == 0, ended.stderr
    ended = demo.shell(".venv/bin/scrapy crawl ecns", ECNSCRAWL_DATA_DIR="demo-data")
    assert ended.stderr.splitlines()[-1].startswith("ecns healthy new=0 ")  # before it: where demo-data is


def lines_with(words: str) -> list[str]:
    """The documented command lines with these words, without their comments."""
    texts = [block.text for document in sorted(OPERATIONS.glob("*.md")) for block in blocks(document, "sh")]
    return [line.split("  #")[0].strip() for text in texts for line in text.splitlines() if words in line]


@pytest.mark.parametrize("line", lines_with("scrapy export") + lines_with("scrapy status"))
def test_an_example_of_an_export_or_a_status_runs(demo: Checkout, line: str) -> None:
    of_the_demo = line.replace("example.org", "ecns")  # the demo has no other site
    (demo.root / "SITES.toml").write_text('[[site]]\nspider = "ecns"\n')
    ended = demo.shell(f"ECNSCRAWL_DATA_DIR=demo-data {of_the_demo}")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout


def test_the_examples_of_a_load_and_of_its_tables_run(checkout: Checkout, demo: Checkout) -> None:
    need("sqlite3")
    (loads, queries) = blocks(DATABASES, "sh")
    target = checkout.root / "news.duckdb"
    with postgres() as server:
        psql(server, "CREATE DATABASE news")
        for line in loads.text.replace("/var/lib/news.duckdb", str(target)).splitlines():
            if "--follow" not in line:
                ended = checkout.shell(line, ECNSCRAWL_DATA_DIR=str(demo.root / "demo-data"), **server)
                assert (ended.returncode, ended.stderr) == (0, "")
        for line in queries.text.splitlines():
            ended = checkout.shell(line, **server)
            assert (ended.returncode, ended.stderr) == (0, "")
            assert ended.stdout.strip()


def test_the_examples_of_forgetting_remove_these_articles(checkout: Checkout, demo: Checkout) -> None:
    shutil.copytree(demo.root / "demo-data", checkout.root / "data")
    (checkout.root / "data" / "ecns" / "loaded-into.json").unlink(missing_ok=True)  # databases of other tests
    target = checkout.root / "news.duckdb"
    assert checkout.shell(f".venv/bin/scrapy load duckdb:///{target}").returncode == 0
    (examples,) = blocks(FORGETTING, "sh")
    for line in examples.text.replace("/srv/news.duckdb", str(target)).splitlines():
        ended = checkout.shell(line)
        assert (ended.returncode, ended.stderr) == (0, "")
        assert " is forgotten\n" in ended.stdout
        assert f"{target}: " in ended.stdout
    stored = b"".join(path.read_bytes() for path in (checkout.root / "data" / "ecns" / "articles").iterdir())
    forgotten = ("ihfmwqzt8059930", "69618", "ihekdvxp3958840", "211654", "242713")
    assert [number for number in forgotten if f'"ecns:{number}"'.encode() in stored] == []


def test_old_reports_are_deleted_and_the_latest_stays(demo: Checkout) -> None:
    (command,) = (block.text for block in blocks(RUNNING, "sh") if block.text.startswith("find "))
    reports = demo.root / "demo-data" / "ecns" / "reports"
    before = sorted(reports.iterdir())
    assert len(before) > 1
    assert demo.shell(command.replace("data/ecns", "demo-data/ecns")).returncode == 0
    assert sorted(reports.iterdir()) == before
    assert demo.shell(command.replace("data/ecns", "demo-data/ecns").replace("-mtime +90 ", "")).returncode == 0
    assert sorted(report.name for report in reports.iterdir()) == ["index.html", "latest.json", "metrics.prom"]


def test_the_example_of_a_fixture_leaves_its_three_things(checkout: Checkout) -> None:
    shutil.copy(ROOT / "fixtures" / "html" / "ecns" / "2013-web-editor.html", checkout.root / "page.html")
    ended = checkout.shell(FIXTURE.text)
    assert ended.returncode == 0, ended.stderr
    left = {file.relative_to(checkout.root).as_posix() for file in checkout.root.glob("fixtures/**/*.*")}
    assert left == {
        "fixtures/html/ecns/2013-web-editor-again.html",
        "fixtures/manifest.json",
        "fixtures/expected/ecns/2013-web-editor-again.json",
    }
