"""Runs with known results: a healthy one, one with failures, and one that is stopped."""

import signal
import time
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from replica import Fault, LoggedRequest, Replica, Resource, Site, Stall
from replica.faults import Exchange
from replica.generated_site import GeneratedSite
from replica.listing_page import FEED_PATH
from replica.sections import LISTINGS
from tests.system.crawling import Crawl, Ended
from tests.system.editing import ARTICLE
from tests.system.newsstand import HTML, Newsstand, Story, article

NOW = datetime(2026, 11, 20, tzinfo=UTC)  # fixed, so that the site is the same one tomorrow
SLOW_ONE = 0.5  # seconds


@dataclass(frozen=True)
class BreakOff:
    """A connection that breaks in the middle of the body. The log has the request without a status."""

    async def answer(self, exchange: Exchange) -> None:
        """Send half of it."""
        exchange.send_bytes(exchange.answer.head + exchange.answer.body[:100])
        exchange.reset()


@dataclass(frozen=True)
class Job:
    """A run that has ended, what the site was asked for meanwhile, and what the run stored."""

    ended: Ended
    report: dict[str, Any]
    log: list[LoggedRequest]
    records: list[dict[str, Any]]
    folder: Path
    files: list[str]

    @property
    def kinds(self) -> Counter[str]:
        """The requests of the log by kind, where no article is known yet."""
        return Counter(kind(request.path) for request in self.log)

    @property
    def statuses(self) -> dict[str, int]:
        """The answers in the log by status; a request that got none is not among them."""
        return dict(Counter(str(request.status) for request in self.log if request.status))


def kind(path: str) -> str:
    """The kind of a request for this path, in a run that knows no article yet."""
    named = {"/robots.txt": "robots", FEED_PATH: "feed", "/": "listing"} | {path: "listing" for path, _ in LISTINGS}
    if path in named:
        return named[path]
    if "/index_" in path:
        return "deeper"
    return "part" if any(mark in path for mark in ("-p2.", "-p3.", "_2.", "_3.")) else "article"


def run(crawl: Crawl, replica: Replica, *arguments: str) -> Job:
    """Crawl once more."""
    records, files = len(crawl.records), len(crawl.files)
    replica.requests.clear()
    return done(crawl, crawl.run(*arguments), replica, records, files)


def done(crawl: Crawl, ended: Ended, replica: Replica, records: int = 0, files: int = 0) -> Job:
    names = [file.name for file in crawl.files[files:]]
    return Job(ended, crawl.report, list(replica.requests), crawl.records[records:], crawl.folder, names)


def healthy_run(data: Path) -> Job:
    """A first run over a generated site, of which one article comes slowly."""
    generated = GeneratedSite(80, seed=12, now=NOW)
    slow = next(iter(generated.stories.values()))
    generated.site.replace(slow.path, delay=SLOW_ONE)
    with Replica(generated.site) as replica:
        return run(Crawl(data, replica.environment()), replica)


GOOD = [Story(number) for number in range(1, 31)]
BROKEN, DEAD, UNDATED, TORN, LED_AWAY, LED_ASIDE, BROKEN_OFF = (Story(number) for number in range(101, 108))
FAILURES = {
    BROKEN.url: "HTTP 500",
    DEAD.url: "HTTP 404",
    UNDATED.url: "no publication time",
    TORN.url: "page 2: HTTP 500",
    LED_AWAY.url: "mirror.example is not a host of this site",
    LED_ASIDE.url: "redirected to https://www.ecns.cn/jobs.shtml",
}
BUSINESS = ([story.url for story in GOOD[:5]], [story.url for story in GOOD[5:8]])


def faulty_site() -> Site:
    """A site with a bit of everything that goes wrong."""
    stand = Newsstand()
    stand.publish(*GOOD, BROKEN_OFF)
    stand.site.put(BROKEN.path(), Resource(b"", status=500))
    undated = article("Snow", "", "It fell.", comment=" ").replace(b"<span></span>", b"")
    stand.site.put(UNDATED.path(), Resource(undated, HTML))
    stand.page(TORN, 1, [TORN.path(2)])
    stand.site.put(TORN.path(2), Resource(b"", status=500))
    stand.site.put(LED_AWAY.path(), Resource(status=301, location="https://mirror.example/"))
    stand.site.put(LED_ASIDE.path(), Resource(status=302, location="https://www.ecns.cn/jobs.shtml"))
    stand.site.put("/jobs.shtml", Resource(b"<h1>Jobs</h1>", HTML))
    odd = [BROKEN, DEAD, UNDATED, TORN, LED_AWAY, LED_ASIDE, BROKEN_OFF]
    stand.list("/world/", [story.url for story in [*GOOD, *odd]])
    stand.list("/business/", *BUSINESS)
    stand.site.put("/culture/", Resource(b"", status=403))
    return stand.site


def faulty_runs(data: Path) -> dict[str, Job]:
    """A first run over the faulty site; then one of three known articles: one corrected, one as it was, one gone."""
    broken_off: list[str] = []

    def break_off_once(request: LoggedRequest) -> Fault | None:
        if request.path != BROKEN_OFF.path() or broken_off:
            return None
        broken_off.append(request.path)
        return BreakOff()

    with Replica(faulty_site(), fault=break_off_once) as replica:
        crawl = Crawl(data, replica.environment())
        first = run(crawl, replica, "-a", "sections=world,business,culture")
        corrected, same, gone = GOOD[:3]
        page = article("Story number 1, corrected", corrected.published, "What it says now.")
        replica.site.put(corrected.path(), Resource(page, HTML))
        replica.site.remove(gone.path())
        named = ",".join(story.url for story in (corrected, same, gone))
        return {"faulty": first, "named": run(crawl, replica, "-a", f"urls={named}")}


def stopped_run(data: Path) -> Job:
    """A run whose site hangs after some articles, and that is then told to stop."""
    generated = GeneratedSite(40, seed=13, now=NOW)
    served: list[str] = []

    def hang(request: LoggedRequest) -> Fault | None:
        served.extend([request.path] if ARTICLE.search(request.path) else [])
        return Stall(30) if len(served) > 10 else None

    with Replica(generated.site, fault=hang) as replica:
        crawl = Crawl(data, replica.environment())
        process = crawl.start()
        while len(served) < 12 and process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.3)
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.3)
        out, err = process.communicate(timeout=60)
        return done(crawl, Ended(process.returncode, out, err), replica)
