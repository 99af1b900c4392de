"""The alert rules for Prometheus: promtool accepts them, they fire when they should, and their metrics exist."""

import re
import shutil
import subprocess

import pytest

from ecnscrawl.monitoring.prometheus import metrics, metrics_of_sites
from ecnscrawl.monitoring.status import SiteStatus
from tests.docs.markdown import ROOT
from tests.needs import lacking
from tests.run_reports import ordinary
from tests.samples import MORNING

pytestmark = pytest.mark.system

FOLDER = ROOT / "docs" / "monitoring"


@pytest.mark.parametrize(
    "words", [("check", "rules", "alerts.yml"), ("test", "rules", "alerts_test.yml")], ids=" ".join
)
def test_promtool_accepts_them(words: tuple[str, ...]) -> None:
    if shutil.which("promtool") is None:
        lacking("promtool is not installed; on Debian: apt install prometheus")
    ended = subprocess.run(["promtool", *words], cwd=FOLDER, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "SUCCESS" in ended.stdout


def test_every_rule_is_tested_where_it_fires_and_where_it_does_not() -> None:
    rules = set(re.findall(r"alert: (\w+)", (FOLDER / "alerts.yml").read_text("utf-8")))
    tests = (FOLDER / "alerts_test.yml").read_text("utf-8")
    silent = set(re.findall(r"eval_time: \w+, alertname: (\w+)}", tests))
    firing = set(re.findall(r"alertname: (\w+)\n +exp_alerts", tests))
    assert rules == silent == firing


def test_the_metrics_of_the_rules_are_those_of_a_report() -> None:
    every = SiteStatus("news.example", [], MORNING, 3, every=1800)
    written = set(re.findall(r"^(ecnscrawl_\w+)\{", metrics(ordinary(1)[0]) + metrics_of_sites([every]), re.MULTILINE))
    assert set(re.findall(r"ecnscrawl_\w+", (FOLDER / "alerts.yml").read_text("utf-8"))) <= written
