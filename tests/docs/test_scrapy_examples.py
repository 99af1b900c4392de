"""The script, the Spidermon monitor and the other examples of docs/operations/scrapy.md, run as they are written."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from ecnscrawl.monitoring.record_stats import COUNTED
from replica import Replica, Site
from tests.docs.checkout import Checkout
from tests.docs.markdown import OPERATIONS, ROOT, blocks
from tests.docs.peers import peer
from tests.system.crawling import Crawl

pytestmark = pytest.mark.system

DOCUMENT = OPERATIONS / "scrapy.md"
SCRIPT, MONITORS, SETTINGS = (block.text for block in blocks(DOCUMENT, "python"))
SPIDERMON = blocks(DOCUMENT, "sh")[-1].text
#: What the monitored crawl does not need to wait for.
HURRIED = "DOWNLOAD_DELAY = 0\nAUTOTHROTTLE_ENABLED = False\n"


def test_the_script_prints_the_outcome(checkout: Checkout) -> None:
    (checkout.root / "script.py").write_text(SCRIPT, encoding="utf-8")
    ended = checkout.shell(".venv/bin/python script.py")
    assert ended.stdout == "0 []\n", ended.stderr


def test_every_count_is_named() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [str(outcome) for outcome in COUNTED if f"`{outcome}`" not in text.replace("counts/", "`, `")] == []


def monitored(checkout: Checkout) -> "subprocess.CompletedProcess[str]":
    """The documented crawl under Spidermon."""
    (checkout.root / "monitors.py").write_text(MONITORS, encoding="utf-8")
    (checkout.root / "monitored.py").write_text(SETTINGS + HURRIED, encoding="utf-8")
    return checkout.shell(SPIDERMON, PYTHONPATH=str(peer("spidermon==1.27.0")))


def test_the_monitor_is_silent_while_runs_are_healthy(checkout: Checkout) -> None:
    ended = monitored(checkout)
    assert ended.returncode == 0, ended.stderr
    assert "[Spidermon]" not in ended.stderr
    assert list((checkout.root / "data" / "ecns" / "articles").glob("*.jsonl"))


def test_the_monitor_fails_with_the_reasons_of_an_unhealthy_run(tmp_path: Path) -> None:
    with Replica(Site()) as nothing:
        ended = monitored(Checkout.make(tmp_path, nothing.environment()))
    assert ended.returncode == 3
    assert re.search(r"\[Spidermon\].*FAIL|FAIL: ecnscrawl", ended.stderr)
    assert "no listing could be read" in ended.stderr.split("ecns unhealthy", maxsplit=1)[0]


def test_bench_prints_its_figures(tmp_path: Path) -> None:
    with socket.socket() as trying:
        trying.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trying.bind(("127.0.0.1", 8998))
        except OSError:
            pytest.skip("another program listens on the port of Scrapy's bench, 8998")
    ended = Crawl(tmp_path / "data", {}).scrapy("bench", "-s", "CLOSESPIDER_PAGECOUNT=20")
    assert ended.status == 0, ended.err
    assert re.search(r"INFO: Crawled \d+ pages \(at \d+ pages/min\)", ended.err)
    assert re.search(r"'response_received_count': \d\d", ended.err)
    assert "elnet" not in ended.err
    assert not (tmp_path / "data").exists()


def test_the_http_cache_leaves_nothing_that_git_sees(checkout: Checkout) -> None:
    ended = checkout.shell(".venv/bin/scrapy crawl ecns -a sections=world -a max_pages=1 -s HTTPCACHE_ENABLED=1")
    assert ended.returncode == 0, ended.stderr
    new = {path.name for path in checkout.root.iterdir()} - {"scrapy.cfg", ".venv", "home", "__pycache__", "hurried.py"}
    assert new == {"data", ".scrapy"}
    assert list((checkout.root / ".scrapy" / "httpcache" / "ecns").iterdir())
    ignored = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert {"/.scrapy/", "/data"} <= set(ignored)
