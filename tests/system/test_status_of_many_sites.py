"""`scrapy status` over several sites: one line for each, the worst first, by a table too."""

import json
import subprocess
import time
from pathlib import Path

import pytest

from tests.monitoring.test_overview import NOW, index_of, leave_report
from tests.needs import need
from tests.system.crawling import Crawl, Ended
from tests.system.sabotage import at_another_time

pytestmark = pytest.mark.system

TABLE = """\
[[site]]
spider = "news"
site = "calm.example"
every = "30m"
[[site]]
spider = "news"
site = "daily.example"
every = "1d"
"""


@pytest.fixture
def user(tmp_path: Path) -> Crawl:
    data = tmp_path / "data"
    leave_report(data, "calm.example", 10)
    leave_report(data, "torn.example", 10, last_healthy=9, reasons=["no listing could be read"])
    leave_report(data, "daily.example", 1)
    (tmp_path / "SITES.toml").write_text(TABLE)
    return Crawl(data, {"COLUMNS": "80"})


def status(user: Crawl, *words: str, hours: float = 0.01) -> Ended:
    """`scrapy status` so many hours after the last run."""
    return at_another_time(user, NOW.timestamp() + hours * 3600 - time.time()).scrapy("status", *words)


def test_each_site_has_a_line_and_the_worst_is_first(user: Crawl) -> None:
    ended = status(user)
    assert ended.status == 3
    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines if line.endswith(" 0")] == [
        "daily.example",
        "torn.example",
        "calm.example",
    ]
    assert lines[-1] == "all: sites=3 healthy=2 unhealthy=1 never_run=0 stale=1"
    assert ended.err == "daily.example: last healthy run 9 h ago, too long: HEALTH_STALE_HOURS is 3\n"
    page = (user.data / "index.html").read_text()
    assert page.index("daily.example") < page.index("torn.example") < page.index("calm.example")


def test_with_a_table_each_site_is_late_by_its_own_interval(user: Crawl, tmp_path: Path) -> None:
    table = str(tmp_path / "SITES.toml")
    ended = status(user, "--table", table)
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.splitlines()[-1] == "all: sites=2 healthy=2 unhealthy=0 never_run=0 stale=0"
    assert "torn.example" in (user.data / "index.html").read_text()  # which is over the whole data folder
    late = status(user, "--table", table, hours=2)
    assert (late.status, late.err) == (
        3,
        "calm.example: last healthy run 2 h ago, too long: it is to run every 30 min\n",
    )
    assert status(user, "calm.example", hours=2).status == 0
    assert status(user, "calm.example", "--table", table, hours=2).status == 3


def test_a_table_with_a_fault_is_refused_in_one_line(user: Crawl, tmp_path: Path) -> None:
    (tmp_path / "SITES.toml").write_text('[[site]]\nspider = "news"\nevery = 1\n')
    ended = status(user, "--table", str(tmp_path / "SITES.toml"))
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.startswith(
        f'ecnscrawl: error: {tmp_path}/SITES.toml:1: news needs a site; write site = "example.org"'
    )
    assert len(ended.err.splitlines()) == 1


def test_json_has_the_last_run_of_each_site(user: Crawl) -> None:
    found = json.loads(status(user, "--json").out)
    assert [(site["site"], site["is_stale"], len(site["runs"])) for site in found] == [
        ("daily.example", True, 1),
        ("torn.example", False, 1),
        ("calm.example", False, 1),
    ]
    assert found[1]["last_healthy"] is not None


def test_promtool_accepts_the_metrics_of_many_sites(user: Crawl) -> None:
    need("promtool")
    index_of(user.data).write({"calm.example": 1800.0, "torn.example": None, "daily.example": 86_400.0}, NOW)
    with (user.data / "metrics.prom").open() as metrics:
        ended = subprocess.run(
            ["promtool", "check", "metrics"], stdin=metrics, capture_output=True, text=True, check=False
        )
    assert (ended.returncode, ended.stdout) == (0, ""), ended.stderr
