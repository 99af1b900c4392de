"""A page on which a parser hangs, crashes or takes all memory is one failure: the other pages and sites are read."""

import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from replica import Replica, Site
from replica.gazette import Gazette, stories
from tests.system.crawling import Crawl, Ended
from tests.system.many_sites import NOW, Watcher, gazette, put, watcher
from tests.system.perilous import HOST, NAME, PERILS
from tests.workers.test_parent_death import is_there

pytestmark = pytest.mark.system

CrawlOf = Callable[..., tuple[Watcher, Replica]]

SOUND = 30
WITH_WORKERS = ("-s", "SPIDER_MODULES=tests.system.perilous,ecnscrawl.spiders", "-s", "PAGE_WORKERS=2")
#: Seconds for a page, far more than one takes on a busy machine, and megabytes.
LIMITS = ("-s", "PAGE_SECONDS=3", "-s", "PAGE_MEMORY_MB=300")
REASONS = {
    "loop-in-python": "page-timeout: reading it takes longer than 3 seconds",
    "loop-in-c": "page-timeout: reading it takes longer than 3 seconds",
    "segfault": "page-crash: the process that read it was killed by SIGSEGV",
    "kill": "page-crash: the process that read it was killed by SIGKILL",
    "exit": "page-crash: the process that read it ended with status 3",
    "memory": "page-memory: reading it takes more than 300 MB",
}


def perilous(*perils: str, sound: int = SOUND) -> Gazette:
    """The site, with a story of each of these perils and so many others, the perils first."""
    site = Gazette(HOST)
    site.text("/robots.txt", "User-agent: *\nAllow: /\n")
    names = [*perils, *(f"sound-{number}" for number in range(sound))]
    told = [replace(each, path=f"/stories/{name}") for name, each in zip(names, stories(len(names), NOW), strict=True)]
    put(site, told)
    return site


def url_of(peril: str) -> str:
    return f"https://{HOST}/stories/{peril}"


def crawled(user: Watcher, *words: str) -> Ended:
    """A crawl of the site, until it has ended."""
    return user.scrapy(*user.command(*words, spider=NAME)[1:])


@pytest.fixture
def crawl(serve: Callable[[Site], Replica], tmp_path: Path) -> CrawlOf:
    """A user who crawls a site with these perils."""

    def of(*perils: str, sound: int = SOUND) -> tuple[Watcher, Replica]:
        replica = serve(perilous(*perils, sound=sound).site)
        return watcher(replica, tmp_path, []), replica

    return of


def test_each_peril_is_a_failure_with_its_reason_and_all_other_pages_are_stored(
    crawl: CrawlOf,
) -> None:
    user, _ = crawl(*PERILS)
    ended = crawled(user, *WITH_WORKERS, *LIMITS)
    assert ended.stats["status"] == "healthy", ended.err
    assert (ended.stats["new"], ended.stats["failed"]) == (str(SOUND), str(len(PERILS)))
    report = user.report_of(NAME)
    assert {each["url"]: each["reason"] for each in report["failing"]} == {
        url_of(peril): reason for peril, reason in REASONS.items()
    }
    assert report["failures"] == dict(Counter(REASONS.values()))
    for peril, reason in REASONS.items():
        assert f"{url_of(peril)} is not read: {reason}" in ended.err


def test_a_page_that_fails_as_often_as_any_link_may_is_given_up(crawl: CrawlOf) -> None:
    user, replica = crawl("segfault", sound=1)
    words = (*WITH_WORKERS, "-s", "PENDING_ATTEMPTS=2", "-s", "PENDING_BACKOFF=0", "-s", "RECHECK_AGES=")
    asked = []
    for _ in range(3):
        replica.requests.clear()
        crawled(user, *words, "-a", "recheck=none")
        asked.append(sum(request.path == "/stories/segfault" for request in replica.requests))
    assert asked == [1, 1, 0]


def test_a_listing_on_which_a_parser_hangs_is_a_failure_of_that_listing(
    serve: Callable[[Site], Replica], tmp_path: Path
) -> None:
    site = perilous(sound=3)
    site.front(["/in-listing/loop-in-c"])
    user = watcher(serve(site.site), tmp_path, [])
    ended = crawled(user, *WITH_WORKERS, "-s", "PAGE_SECONDS=3")
    assert ended.stats["new"] == "3", ended.err
    front = user.report_of(NAME)["listings"][f"https://{HOST}/"]
    assert front["failure"] == REASONS["loop-in-c"]


def test_a_signal_ends_a_crawl_in_the_middle_of_a_page_that_hangs_and_its_worker(
    crawl: CrawlOf, tmp_path: Path
) -> None:
    user, _ = crawl("loop-in-c", sound=2)
    folder = tmp_path / "perils"
    folder.mkdir()
    command = user.command(*WITH_WORKERS, "-s", "PAGE_SECONDS=600", spider=NAME)
    process = user.start_scrapy(*command[1:], PERILS=str(folder))
    deadline = time.monotonic() + 60
    while not (hung := [int(each.name) for each in folder.iterdir()]):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(1)  # for the two sound pages
    process.send_signal(signal.SIGTERM)
    begun = time.monotonic()
    _, err = process.communicate(timeout=60)
    assert time.monotonic() - begun < 10, err
    assert err.splitlines()[-1].startswith(f"{NAME} unhealthy new=2 updated=0 unchanged=0 failed=0 "), err
    assert not any(is_there(each) for each in hung)


def test_watch_reads_the_other_sites_while_one_has_only_pages_that_hang(
    serve: Callable[..., Replica], tmp_path: Path
) -> None:
    hung = [f"sound-{number}/loop-in-c" for number in range(4)]
    sites = [gazette(f"gazette{number}.example") for number in range(4)]
    replica = serve([each.site for each in (*sites, perilous(*hung, sound=0))])
    user = watcher(replica, tmp_path, sites)
    user.write_table(f'[[site]]\nspider = "{NAME}"')
    ended = user.once(*WITH_WORKERS, *LIMITS)
    lines = user.lines(ended)
    for site in sites:
        assert lines[site.host].startswith(f"{site.host} healthy new=3 "), ended.err
    assert lines[NAME].startswith(f"{NAME} healthy new=0 updated=0 unchanged=0 failed=4 "), ended.err
    assert user.report_of(NAME)["failures"] == {REASONS["loop-in-c"]: 4}


def test_workers_store_the_records_that_a_crawl_in_one_process_stores(crawl: CrawlOf, tmp_path: Path) -> None:
    stored = []
    user, _ = crawl(sound=10)
    for number, workers in enumerate(("0", "1")):
        each = replace(user, data=tmp_path / f"data{number}")
        crawled(each, *WITH_WORKERS[:2], "-s", f"PAGE_WORKERS={workers}")
        stored.append({record["id"]: record | {"fetched_at": None} for record in each.records_of(NAME)})
    assert stored[0] == stored[1]
    assert len(stored[0]) == 10


@pytest.mark.parametrize(
    ("setting", "problem"),
    [
        ("PAGE_WORKERS=many", "PAGE_WORKERS='many' is no number from 0 to 64; write one, or auto"),
        ("PAGE_WORKERS=65", "PAGE_WORKERS='65' is no number from 0 to 64; write one, or auto"),
        ("PAGE_SECONDS=soon", "PAGE_SECONDS='soon' is not a number"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path: Path, setting: str, problem: str) -> None:
    ended = Crawl(tmp_path / "data", {}).run("-s", setting)
    assert ended.status == 2
    assert problem in ended.last_line
