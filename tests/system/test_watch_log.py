"""The log of many runs at once: each line has its site, those of Scrapy too."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from replica import Replica
from tests.system.many_sites import gazette, watcher

pytestmark = pytest.mark.system

LINE = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d (\S+) \[([\w.]+)\] [A-Z]+: (.*)")
SITES = [gazette(f"paper{number}.example", 2) for number in range(4)]
OF_THE_PROCESS = {"scrapy.utils.log", "scrapy.crawler", "asyncio"}


def test_each_line_of_the_log_has_its_site_and_the_index_all_of_them(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    user = watcher(serve([site.site for site in SITES]), tmp_path, SITES)
    ended = user.once("-L", "DEBUG")
    assert ended.status == 0, ended.err
    matches = [match for line in ended.err.splitlines() if (match := LINE.fullmatch(line))]
    lines = Counter(match[1] for match in matches)
    hosts = [site.host for site in SITES]
    assert set(lines) == {*hosts, "-"}
    assert {match[2] for match in matches if match[1] == "-"} <= OF_THE_PROCESS
    for match in matches:
        assert set(re.findall(r"paper\d\.example", match[3])) <= {match[1]}, match[0]
    page, metrics = ((user.data / name).read_text() for name in ("index.html", "metrics.prom"))
    for host in hosts:
        assert lines[host] > 10
        assert f'<a href="{host}/reports/index.html">' in page
        assert f'ecnscrawl_every_seconds{{site="{host}"}} 3600\n' in metrics
