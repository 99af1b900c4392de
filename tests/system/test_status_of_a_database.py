"""With a database, `scrapy status` and `list --long` read its rows: of runs of whatever machine, and draw pages here."""

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg
import pytest

from ecnscrawl.normalize.timestamps import to_text
from tests.needs import need
from tests.run_reports import report
from tests.samples import article
from tests.system.crawling import Crawl
from tests.system.databases import Rows

pytestmark = pytest.mark.system

REPORT = """
INSERT INTO ecnscrawl.reports (site, run, started_at, finished_at, status, was_stopped, is_idle, report)
VALUES (%(site)s, %(run)s, %(started_at)s, %(finished_at)s, %(status)s, false, false, %(report)s)
"""
LATEST = """
INSERT INTO ecnscrawl.latest_reports (site, run, report) VALUES (%(site)s, %(run)s, %(report)s)
ON CONFLICT (site) DO UPDATE SET run = excluded.run, report = excluded.report
"""


def put_report(rows: Rows, site: str, hours: int, **what: Any) -> None:
    """Store the report of a run that ended so many hours ago, as the run does."""
    document = report(1, **what) | {"site": site}
    now = datetime.now(UTC).replace(microsecond=0)
    began, ended = now - timedelta(hours=hours, minutes=1), now - timedelta(hours=hours)
    document |= {"run": f"{began:%Y%m%dT%H%M%SZ}-00000a", "started_at": to_text(began), "finished_at": to_text(ended)}
    if document["status"] == "healthy":
        document["last_healthy"] = document["finished_at"]
    with psycopg.connect(rows.address) as connection:
        connection.execute("INSERT INTO ecnscrawl.sites (site) VALUES (%s) ON CONFLICT DO NOTHING", [site])
        for statement in (REPORT, LATEST):
            connection.execute(statement.encode(), document | {"report": json.dumps(document)})


@pytest.fixture
def rows(database_url: str) -> Rows:
    """A database with reports of three sites."""
    found = Rows(database_url)
    put_report(found, "ecns", 1)
    put_report(found, "ecns", 0)
    put_report(found, "torn.example", 0, reasons=["no listing could be read"])
    put_report(found, "daily.example", 9)
    return found


@pytest.fixture
def user(rows: Rows, tmp_path: Path) -> Crawl:
    """Somebody on a machine that has run no crawl."""
    (tmp_path / "data").mkdir()
    return Crawl(tmp_path / "data", {"COLUMNS": "80", "ECNSCRAWL_DATABASE_URL": rows.address})


def test_each_site_has_a_line_and_the_worst_is_first(user: Crawl) -> None:
    ended = user.scrapy("status")
    assert ended.status == 3
    assert ended.err.splitlines()[-1] == "daily.example: last healthy run 9 h ago, too long: HEALTH_STALE_HOURS is 3"
    lines = [line.split()[0] for line in ended.out.splitlines() if line.endswith(" 0")]
    assert lines == ["torn.example", "daily.example", "ecns"]


def test_a_run_that_is_under_way_or_was_killed_is_said(user: Crawl, rows: Rows) -> None:
    rows.execute("UPDATE ecnscrawl.sites SET owner = 'desk:7:a', lease_until = now() + interval '1 minute'")
    assert user.scrapy("status", "ecns").err.startswith("ecns: a run is under way; ")
    rows.execute("UPDATE ecnscrawl.sites SET lease_until = now() - interval '1 minute'")
    assert user.scrapy("status", "ecns").err.startswith("ecns: a run was killed; ")


def test_one_site_has_all_its_runs_and_its_page_is_drawn(user: Crawl) -> None:
    ended = user.scrapy("status", "ecns", "--json")
    (found,) = json.loads(ended.out)
    assert (ended.status, len(found["runs"]), found["totals"]["runs"]) == (0, 2, 2)
    page = (user.data / "ecns" / "reports" / "index.html").read_text()
    assert ".json" not in page.partition("<main")[2].partition("<script")[0]  # there is no file to link
    assert 'ecnscrawl_last_run_exit_status{site="ecns"} 0' in (user.data / "ecns/reports/metrics.prom").read_text()


def test_the_page_over_all_sites_links_the_pages_that_are_there(user: Crawl) -> None:
    user.scrapy("status")
    assert "<a href" not in (user.data / "index.html").read_text()
    user.scrapy("status", "torn.example")
    user.scrapy("status")
    page = (user.data / "index.html").read_text()
    assert page.count("<a href") == 1
    assert '<a href="torn.example/reports/index.html">torn.example</a>' in page


def test_the_metrics_have_each_site_with_its_label(user: Crawl, tmp_path: Path) -> None:
    user.scrapy("status")
    metrics = (user.data / "metrics.prom").read_text()
    for site in ("ecns", "torn.example", "daily.example"):
        assert f'ecnscrawl_last_run_timestamp_seconds{{site="{site}"}} ' in metrics
    (tmp_path / "SITES.toml").write_text('[[site]]\nspider = "ecns"\nevery = "30m"\n')
    user.scrapy("status", "--table", str(tmp_path / "SITES.toml"), "--json")
    need("promtool")
    with (user.data / "metrics.prom").open() as file:
        checked = subprocess.run(
            ["promtool", "check", "metrics"], stdin=file, capture_output=True, text=True, check=False
        )
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr


def test_a_site_that_nobody_has_crawled_is_unknown_or_has_no_run(user: Crawl) -> None:
    ended = user.scrapy("status", "chinanews")
    assert (ended.status, ended.err) == (
        3, "chinanews: no run yet in the database; run `scrapy crawl chinanews`\n",
    )  # fmt: skip
    assert user.scrapy("status", "torm.example").err.startswith(
        "ecnscrawl: error: unknown site 'torm.example' (did you mean 'torn.example'?)"
    )


def test_list_has_the_records_and_last_runs_of_the_database(user: Crawl, rows: Rows) -> None:
    rows.store(article(1), article(1, revision=2))
    lines = user.scrapy("list", "--long").out.splitlines()
    found = {line.split()[0]: line.split() for line in lines}
    assert found["ecns"][-1] == "2"
    assert found["torn.example"][-1] == "0"
    assert found["ecns"][-3] == f"{datetime.now(UTC):%Y-%m-%d}"


def test_a_database_that_cannot_be_reached_is_one_line(user: Crawl) -> None:
    away = Crawl(user.data, {"ECNSCRAWL_DATABASE_URL": "postgresql://desk:s3cret-word@127.0.0.1:1/news"})
    for words in (("status",), ("status", "ecns"), ("list", "--long")):
        ended = away.scrapy(*words)
        assert (ended.status, ended.err.count("\n")) == (1, 1)
        assert ended.err.startswith("ecnscrawl: error: postgresql://127.0.0.1:1/news cannot be reached (")
