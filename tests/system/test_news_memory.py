"""`scrapy crawl news` on a site whose sitemap has 50,000 entries takes a bounded amount of memory."""

import sys
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.gazette import Gazette, stories
from tests.system.crawling import Crawl
from tests.system.news_user import NOW

pytestmark = [pytest.mark.system, pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")]

MAX_MEGABYTES = 250


def peak_megabytes(pid: int) -> float:
    """The largest resident memory of a process so far; 0 if it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    lines = dict(line.split(":", 1) for line in status.splitlines())
    return int(lines.get("VmHWM", "0 kB").split()[0]) / 1024


def test_memory_is_bounded(serve: Callable[[Site], Replica], tmp_path: Path) -> None:
    gazette = Gazette()
    published = stories(12, NOW - timedelta(hours=1))
    gazette.publish(*published)
    gazette.front([each.path for each in published])
    old = ((f"/town/a-story-of-old-times-{number}", NOW - timedelta(days=30)) for number in range(100_000, 150_000))
    gazette.sitemap(old)
    replica = serve(gazette.site)
    crawl = Crawl(tmp_path / "data", replica.environment())
    words = crawl.command("-a", "site=gazette.example", spider="news")[1:]
    process = crawl.start_scrapy(*words, COLD_START="1")  # a forked one has the modules of all commands
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, peak_megabytes(process.pid))
        time.sleep(0.05)
    _, err = process.communicate()
    assert " new=12 " in err, err
    assert 0 < peak < MAX_MEGABYTES
