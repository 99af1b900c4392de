"""`python -m bench.watch [SITES [SECONDS]]`: measure `scrapy watch` with so many sites on loopback.

It has three parts: the first round of all sites, with an article each; a round in which nothing has changed; and
SECONDS of 10,000 sites an hour, in which a site is due every 0.36 seconds. The first two are `--once` with all sites
due. For the last one it prints how late the first request of each run was, and how late the event loop called what was
due. The processor time hardly depends on other work on the machine. docs/performance.md has figures.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.ours import ROOT, SCRAPY, numbers
from bench.process_tree import memory_of_tree
from ecnscrawl.settings import EXTENSIONS
from replica import Replica
from tests.system.crawling import MANNERS_OFF
from tests.system.many_sites import gazette

HOUR = 3600
SITES_PER_HOUR = 10_000
MEGABYTE = 1_000_000
SAMPLE_INTERVAL = 1.0  #: seconds between two looks at the memory


@dataclass
class Round:
    """The cost and the output of a process of `watch`."""

    seconds: float  #: by the wall clock
    processor: float  #: seconds, with its workers
    memory: int  #: bytes, with its workers, at the most
    lines: list[str]  #: of its standard error

    def show(self, name: str, runs: int) -> None:
        """Print the figures of a part."""
        print(
            f"{name:<12} {runs:>6} runs  {runs / self.seconds:>6.1f} runs/s"
            f"  {1000 * self.processor / runs:>6.1f} ms of the processor a run  {self.memory / MEGABYTE:>6.0f} MB",
            flush=True,
        )


def run(words: Sequence[str], environment: dict[str, str], seconds: float | None = None) -> Round:
    """Run `watch` until it ends, or for so many seconds."""
    before, began = processor(), time.monotonic()
    with subprocess.Popen(
        [SCRAPY, "watch", *words], env=environment, cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        most = [0]
        watching = threading.Thread(target=lambda: watch_memory(process, most), daemon=True)
        watching.start()
        if seconds is not None:
            threading.Timer(seconds, lambda: process.send_signal(signal.SIGTERM)).start()
        _, err = process.communicate()
        watching.join()
    return Round(time.monotonic() - began, processor() - before, most[0], err.splitlines())


def watch_memory(process: "subprocess.Popen[str]", most: list[int]) -> None:
    """Keep the most memory that the process and its children have had."""
    while process.poll() is None:
        most[0] = max(most[0], memory_of_tree(process.pid))
        time.sleep(SAMPLE_INTERVAL)


def processor() -> float:
    """Return the processor time of all children that have ended, in seconds."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def set_starts(data: Path, hosts: Sequence[str], start_of: Callable[[int], datetime]) -> None:
    """Let the last run of each site have started at another time, by its report."""
    for number, host in enumerate(hosts):
        path = data / host / "reports" / "latest.json"
        report = json.loads(path.read_bytes())
        report["started_at"] = start_of(number).strftime("%Y-%m-%dT%H:%M:%SZ")
        path.write_text(json.dumps(report), encoding="utf-8")


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main(sites: int, seconds: int) -> None:
    """Measure, and print the figures."""
    papers = [gazette(f"paper{number}.example", articles=1) for number in range(sites)]
    hosts = [paper.host for paper in papers]
    with tempfile.TemporaryDirectory() as name, Replica([paper.site for paper in papers]) as replica:
        folder = Path(name)
        data, table, delays = folder / "data", folder / "sites.toml", folder / "delays"
        table.write_text("".join(f'[[site]]\nspider = "news"\nsite = "{host}"\n' for host in hosts), encoding="utf-8")
        extensions = json.dumps(EXTENSIONS | {"bench.loop_delay.LoopDelayExtension": 900})
        words = [str(table), *MANNERS_OFF, "-s", f"EXTENSIONS={extensions}"]
        environment = os.environ | replica.environment() | {"ECNSCRAWL_DATA_DIR": str(data), "LOOP_DELAYS": str(delays)}
        run([*words, "--once"], environment).show("first round", sites)
        set_starts(data, hosts, lambda _: datetime.now(UTC) - timedelta(days=1))
        run([*words, "--once"], environment).show("idle round", sites)
        show_delays(delays)
        if not seconds:
            return
        replica.requests.clear()
        step = HOUR / SITES_PER_HOUR
        begins = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=10)
        due = {host: (begins + timedelta(seconds=int(number * step))) for number, host in enumerate(hosts)}
        set_starts(data, hosts, lambda number: due[hosts[number]] - timedelta(hours=1))
        clock = time.time() - time.monotonic()
        took = run(words, environment, seconds + 10)
        first: dict[str, float] = {}
        for request in replica.requests:
            first.setdefault(request.host, clock + request.time)
        late = [at - due[host].timestamp() for host, at in first.items()]
        healthy = sum(" healthy " in line for line in took.lines)
        took.show("10,000/hour", len(late))
        expected = min(sites, int(seconds / step))
        print(f"{'':<12} {len(late)} of {expected} runs began, {healthy} were healthy; the first request was late by")
        print(f"{'':<12} {percentile(late, 0.5):.2f} s (median), {percentile(late, 0.95):.2f} s (95th percentile)")
        show_delays(delays)


def show_delays(path: Path) -> None:
    """Print how late the event loop was."""
    delays = json.loads(path.read_text(encoding="utf-8"))
    print(f"{'':<12} the event loop was late by {1000 * percentile(delays, 0.95):.0f} ms (95th percentile)", flush=True)


if __name__ == "__main__":
    main(*numbers(sys.argv[1:], 2000, 600))
