"""Many small sites on one replica, and a user who watches them by a table."""

import json
import re
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from replica import Fault, Hold, LoggedRequest, Replica, Stall
from replica.gazette import Gazette, Story, stories
from tests.system.crawling import MANNERS_OFF, Crawl, Ended
from tests.system.launching import Process

#: Tests of the processes that read pages ask for them: they take longer to start than these sites to be read.
ALONE, WITH_WORKERS = ("-s", "PAGE_WORKERS=0"), ("-s", "PAGE_WORKERS=auto")
FEED = '<link rel="alternate" type="application/rss+xml" href="/feed.xml">'
MAX_STOP_SECONDS = 10.0  #: from a signal to the end, as service managers commonly give
LAST_LINE = re.compile(
    r"watch sites=(?P<sites>\d+) runs=(?P<runs>\d+) healthy=(?P<healthy>\d+) unhealthy=(?P<unhealthy>\d+)"
    r" seconds=\d+(?: refused=(?P<refused>\d+))?"
)
NOW = datetime.now(UTC).replace(microsecond=0)


def gazette(host: str, articles: int = 3) -> Gazette:
    """A site with a front page, a feed and so many articles."""
    made = Gazette(host)
    made.text("/robots.txt", "User-agent: *\nAllow: /\n")
    put(made, stories(articles, NOW - timedelta(hours=1)))
    return made


def put(site: Gazette, published: Sequence[Story]) -> None:
    """Publish these articles, on the front page and in the feed."""
    site.publish(*published)
    site.front([each.path for each in published], FEED)
    site.feed(published)


def hang(replica: Replica, *, after: int) -> None:
    """Have each site answer so many requests for articles, and none after that."""
    served: Counter[str] = Counter()

    def stall(request: LoggedRequest) -> Fault | None:
        if "/old-" not in request.path:
            return None
        served[request.host] += 1
        return Stall(60) if served[request.host] > after else None

    replica.fault = stall


def hold_articles(replica: Replica, host: str) -> Hold:
    """Have a site answer requests for articles only when they are released."""
    hold = Hold()
    replica.fault = lambda request: hold if request.host == host and "/old-" in request.path else None
    return hold


def is_held(replica: Replica, host: str) -> bool:
    """Whether an article of the site was requested."""
    return any(request.host == host and "/old-" in request.path for request in replica.requests)


def hanging(replica: Replica) -> int:
    """How many sites were asked for a second article."""
    asked = Counter(request.host for request in replica.requests if "/old-" in request.path)
    return sum(number > 1 for number in asked.values())


@dataclass(frozen=True)
class Watcher(Crawl):
    """A user with a table of sites beside the data folder."""

    sites: Sequence[Gazette] = field(default=())

    @property
    def table(self) -> Path:
        """The table's file."""
        return self.data.with_name("sites.toml")

    def write_table(self, *more: str, hosts: Iterable[str] | None = None, every: str = "1h") -> None:
        """Write the table: these hosts, by default all sites, and more lines at its end."""
        names = [site.host for site in self.sites] if hosts is None else hosts
        entries = "".join(f'[[site]]\nspider = "news"\nsite = "{name}"\n' for name in names)
        self.table.write_text(f'[defaults]\nevery = "{every}"\n{entries}' + "\n".join(more), encoding="utf-8")

    def words(self, *arguments: str) -> list[str]:
        """The words of `scrapy watch` after the program's name, without delays that only slow a test down."""
        return ["watch", str(self.table), *MANNERS_OFF, *ALONE, *arguments]

    def once(self, *arguments: str, **environment: str) -> Ended:
        """Run what is due, and end."""
        return self.scrapy(*self.words("--once", *arguments), timeout=600, **environment)

    def lines(self, ended: Ended) -> dict[str, str]:
        """The line of each run that has ended, by the site's name."""
        return {line.split(" ", 1)[0]: line for line in ended.err.splitlines()}

    def is_due_again(self, *hosts: str) -> None:
        """Let the last runs of these sites, by default all, have started a day ago, by their reports."""
        for host in hosts or [site.host for site in self.sites]:
            report = self.report_of(host)
            report["started_at"] = (datetime.now(UTC) - timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
            (self.data / host / "reports" / "latest.json").write_text(json.dumps(report))

    def records_of(self, host: str) -> list[dict[str, Any]]:
        """All published records of a site."""
        files = sorted((self.data / host / "articles").glob("*.jsonl"))
        return [json.loads(line) for file in files for line in file.read_bytes().splitlines()]

    def report_of(self, host: str) -> dict[str, Any]:
        """The last report of a site."""
        found: dict[str, Any] = json.loads((self.data / host / "reports" / "latest.json").read_bytes())
        return found


class Log:
    """What a process writes to standard error, line by line, while it runs."""

    def __init__(self, process: Process) -> None:
        assert process.stderr is not None
        self.lines: list[str] = []
        self._stream = process.stderr
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        for line in self._stream:
            self.lines.append(line.rstrip("\n"))

    def wait_for(self, *parts: str) -> None:
        """Wait until each of these texts stands in a line, a minute at most, or the process has ended."""
        deadline = time.monotonic() + 60
        while missing := [part for part in parts if not any(part in line for line in self.lines)]:
            has_ended = not self._thread.is_alive()
            assert time.monotonic() < deadline, (missing, self.lines)
            if has_ended:
                assert all(any(part in line for line in self.lines) for part in parts), (missing, self.lines)
            time.sleep(0.02)

    def wait_for_number(self, part: str, number: int) -> None:
        """Wait until so many lines have this text, a minute at most."""
        deadline = time.monotonic() + 60
        while sum(part in line for line in self.lines) < number:
            assert time.monotonic() < deadline, self.lines
            assert self._thread.is_alive(), self.lines
            time.sleep(0.02)


def watcher(replica: Replica, folder: Path, sites: Sequence[Gazette]) -> Watcher:
    """A user who watches these sites, whose table has all of them."""
    user = Watcher(folder / "data", replica.environment(), sites=sites)
    user.write_table()
    return user


def summary(ended: Ended) -> dict[str, str]:
    """The numbers of the last line of `watch`."""
    match = LAST_LINE.fullmatch(ended.last_line)
    assert match, ended.err[-2000:]
    return {name: number for name, number in match.groupdict().items() if number is not None}


def seconds_without_processor(process: Process) -> float:
    """How long a process that could have gone on waited for a processor so far: other tests run beside this one."""
    try:
        return int(Path(f"/proc/{process.pid}/schedstat").read_text(encoding="ascii").split()[1]) / 1e9
    except (OSError, IndexError):  # it has ended, or the system does not say
        return 0.0


def seconds_to_stop(process: Process) -> float:
    """Stop a process as a service manager does; return the seconds until its end, without those that others took."""
    begun, waited, lost = time.monotonic(), seconds_without_processor(process), 0.0
    process.send_signal(signal.SIGTERM)
    while process.poll() is None:  # its lines are few, so the pipe holds them
        lost = max(lost, seconds_without_processor(process) - waited)
        time.sleep(0.05)
    return time.monotonic() - begun - lost
