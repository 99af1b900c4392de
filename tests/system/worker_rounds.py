"""A round: workers, their database and publishers are killed or frozen while sites publish and correct articles.

`worker_round_checks` says what must hold in the end.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path
from typing import Any, TypeVar

import psycopg

from tests.postgres import Server
from tests.system.held_requests import HeldRequests
from tests.system.many_workers import Fleet, RunningWorker, worker_of
from tests.system.newspapers import Newspaper
from tests.system.worker_round_checks import Checks
from tests.system.worker_round_publishers import Publishers

T = TypeVar("T")
DELAY = 0.1  #: seconds between two requests to a host
LEASE = 6.0  #: seconds; with shorter ones a very busy machine loses runs over and over
STOP_SECONDS = 15.0  #: ten are promised; the machine is busy


@dataclass
class Round:
    """The size of a round, and its chances."""

    seed: int
    sites: int = 6
    articles: int = 20
    workers: int = 3
    kills: int = 4
    patience: float = 240.0  #: seconds for each thing that must happen by itself
    fault: str = ""  #: of all workers; see worker_faults/sitecustomize.py
    numbers_by_insert: bool = False  #: the fault of a publisher that goes by a serial number


@dataclass
class Play:
    """A round under way."""

    round: Round
    server: Server
    fleet: Fleet
    papers: list[Newspaper]
    out: Path
    chance: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.round.seed)
        self.publishers = Publishers(self.fleet, self.out, random.Random(self.round.seed))
        self.environment = {}
        self._begun = time.monotonic()
        if self.round.fault:
            faults = str(Path(__file__).parent / "worker_faults")
            self.environment = {"PYTHONPATH": faults, "WORKER_FAULT": self.round.fault}

    def play(self) -> None:
        """Let everything happen, and check it."""
        self.fleet.user.write_table('[defaults.arguments]\nrecheck = "all"\n', every="1d")
        self.publishers.start()
        frozen, its_papers = self.freeze_in_the_midst()
        for _ in range(self.round.kills):
            self.progress(self.round.sites * self.round.articles // self.round.kills, self.edit)
            self.kill_the_busiest(frozen)
        self.settle()
        self.wake_while_others_have_its_sites(frozen, its_papers)
        self.settle()
        self.correct(its_papers)
        self.stop_all()
        self.all_due()
        self.end_once()
        self.publishers.end()
        Checks(self.fleet, self.papers, self.out, DELAY).check()

    # What happens to workers and to the database.

    def start(self, *words: str) -> RunningWorker:
        """Start one more worker."""
        runs = min(32, self.round.sites // 2)  # so that no worker takes all sites
        settings = [f"DOWNLOAD_DELAY={DELAY}", f"WORKER_LEASE_SECONDS={LEASE}", f"WORKER_RUNS={runs}"]
        settings += ["PAGE_WORKERS=0", "COMMIT_RECORDS=3"]
        return self.fleet.start(*(word for each in settings for word in ("-s", each)), *words, **self.environment)

    def kill_the_busiest(self, frozen: RunningWorker) -> None:
        """Kill the worker that has most sites, at any moment, and put another one in its place."""
        time.sleep(self.chance.uniform(0, 0.5))
        self.busiest(each for each in self.fleet.workers if each is not frozen).kill()
        self.start()

    def busiest(self, workers: Iterable[RunningWorker]) -> RunningWorker:
        """The one with most sites of these workers, of those that are alive."""
        owned = Counter(self.fleet.owners().values())
        alive = [worker for worker in workers if worker.process.poll() is None]
        assert alive, "all workers have ended"
        return max(alive, key=lambda worker: owned[str(worker.process.pid)])

    def freeze_in_the_midst(self) -> tuple[RunningWorker, list[Newspaper]]:
        """Freeze a worker that has a request under way and another one waiting, and that writes its first records.

        Returns the papers of its sites too.
        """
        leads = {paper.lead for paper in self.papers}
        with HeldRequests(self.fleet.replica, leads) as held, psycopg.connect(self.fleet.database) as locking:
            locking.execute("LOCK TABLE ecnscrawl.records IN EXCLUSIVE MODE")
            for _ in range(self.round.workers):
                self.start()
            worker = self.wait(lambda: self.in_the_midst(held), "a worker in the midst of its work", pause=0.02)
            worker.freeze()
            its_sites = set(self.fleet.sites_of(worker))
        return worker, [paper for paper in self.papers if paper.gazette.host in its_sites]

    def in_the_midst(self, held: HeldRequests) -> RunningWorker | None:
        """A worker whose write waits for a lock, whose request is not answered, and whose next one waits for a delay.

        If each crawl has sent its last request by now, any worker that writes.
        """
        waiting = "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
        names = {name for (name,) in self.fleet.rows(waiting, "%INSERT INTO ecnscrawl.records%")}
        owners = {request.host: worker_of(request) for request in held.requests}
        writing = {worker.name: worker for worker in self.fleet.workers if worker.name in names & set(owners.values())}
        newest: dict[str, float] = {}  # times of requests, by host
        asked: set[str] = set()
        for request in takewhile(lambda each: each.time > held.begun_at, reversed(self.fleet.replica.requests)):
            newest.setdefault(request.host, request.time)
            asked.add(request.url)
        under_way = [
            paper.gazette.host
            for paper in self.papers
            if paper.gazette.host in owners and any(paper.gazette.url(path) not in asked for path in paper.versions)
        ]
        for host in under_way:
            if owners[host] in writing and DELAY * 0.2 < time.monotonic() - newest[host] < DELAY * 0.7:
                return writing[owners[host]]
        return None if under_way else next(iter(writing.values()), None)

    def wake_while_others_have_its_sites(self, frozen: RunningWorker, its_papers: Sequence[Newspaper]) -> None:
        """Wake it when others have stored newer texts and still have its sites; and kill the database meanwhile.

        What it writes now would be older than what is known, and the next correction would then be lost.
        """
        self.correct(its_papers)
        self.all_due(its_papers)
        self.wait(self.is_settled, "newer texts to be stored")
        leads = {paper.lead for paper in its_papers}
        checked = {paper.gazette.url(path) for paper in its_papers for path in paper.young} - leads
        with HeldRequests(self.fleet.replica, leads) as held:
            since = next_second()
            self.all_due(its_papers)
            self.wait(
                lambda: {each.url for each in held.requests} == leads and checked <= self.checked(its_papers, since),
                "others to have its sites",
            )
            woken_at = self.fleet.rows("SELECT clock_timestamp()")[0][0]
            frozen.wake()
            asked = "SELECT 1 FROM pg_stat_activity WHERE application_name = %s AND query_start > %s + interval '1 s'"
            self.wait(lambda: self.fleet.rows(asked, frozen.name, woken_at), "the frozen worker to go on")
            for paper in self.papers:
                paper.publish(2)
            self.all_due()
            self.progress(3 * self.round.sites)
            self.kill_the_database()

    def kill_the_database(self) -> None:
        """End it at once, and start it again."""
        self.server.kill()
        self.server.start()

    def stop_all(self) -> None:
        """Stop all workers, as a service manager does."""
        begun = time.monotonic()
        alive = [worker for worker in self.fleet.workers if worker.process.poll() is None]
        for worker in alive:
            worker.process.terminate()
        for worker in alive:
            assert worker.process.wait(timeout=2 * STOP_SECONDS) == 0, worker.log.lines
        assert time.monotonic() - begun < STOP_SECONDS

    def end_once(self) -> None:
        """Let two workers do what is due, and end; the busier one is killed meanwhile."""
        before = len(self.fleet.replica.requests)
        pair = [self.start("--once") for _ in range(2)]
        self.wait(lambda: len(self.fleet.replica.requests) > before, "a request", pause=0.02)
        time.sleep(self.chance.uniform(0, 0.5))
        busiest = self.busiest(pair)
        busiest.kill()
        for worker in pair:
            if worker is not busiest:
                assert worker.process.wait(timeout=self.round.patience) == 0, worker.log.lines

    # What happens on the sites.

    def all_due(self, papers: Sequence[Newspaper] | None = None) -> None:
        """Let these sites, by default all, be due again now."""
        hosts = [paper.gazette.host for paper in papers or self.papers]
        self.fleet.rows("UPDATE ecnscrawl.sites SET due_at = now() WHERE site = ANY(%s)", hosts)

    def correct(self, papers: Sequence[Newspaper]) -> None:
        """Correct the young articles of these sites, of which all texts that they had are stored."""
        stored = self.stored(papers)
        for paper in papers:
            for path in paper.young:
                if stored[paper.gazette.url(path)] == paper.versions[path]:
                    paper.correct(path)

    def edit(self) -> None:
        """Correct any article of a site, if all texts that it had are stored."""
        paper = self.chance.choice(self.papers)
        path = self.chance.choice(paper.young)
        if self.stored([paper])[paper.gazette.url(path)] == paper.versions[path]:
            paper.correct(path)

    def stored(self, papers: Sequence[Newspaper]) -> Counter[str]:
        """How many versions of each article of these sites are stored, by its address."""
        urls = "SELECT record::json->>'url' FROM ecnscrawl.records WHERE site = ANY(%s)"
        return Counter(url for (url,) in self.fleet.rows(urls, [paper.gazette.host for paper in papers]))

    def checked(self, papers: Sequence[Newspaper], since: int) -> set[str]:
        """The addresses of the articles of these sites that were requested since then, as far as it is stored."""
        urls = "SELECT url FROM ecnscrawl.articles WHERE site = ANY(%s) AND last_checked >= %s"
        return {url for (url,) in self.fleet.rows(urls, [paper.gazette.host for paper in papers], since)}

    # What is waited for.

    def progress(self, most: int, meanwhile: Callable[[], None] | None = None) -> None:
        """Wait until the server was asked for some more pages."""
        until = len(self.fleet.replica.requests) + self.chance.randint(self.round.sites, most)
        self.wait(lambda: len(self.fleet.replica.requests) >= until or self.is_settled(), "progress", meanwhile)

    def settle(self) -> None:
        """Wait until all that is due is done, by whomever, while the sites correct articles."""
        self.wait(self.is_settled, "all sites to be done", self.edit)

    def is_settled(self) -> bool:
        """Whether each site was run, none is due, and none is running."""
        done = "SELECT count(*) FROM ecnscrawl.sites WHERE last_start IS NOT NULL AND due_at > now() AND owner IS NULL"
        return self.fleet.rows(done) == [(len(self.papers),)]

    def wait(
        self,
        is_true: Callable[[], T | None],
        what: str,
        meanwhile: Callable[[], None] | None = None,
        pause: float = 0.1,
    ) -> T:
        """Wait until something is true, and return it; after each look do something else meanwhile."""
        deadline = time.monotonic() + self.round.patience
        while not (found := is_true()):
            assert time.monotonic() < deadline, f"waited for {what}: {self.state()}"
            if meanwhile:
                meanwhile()
            time.sleep(pause)
        return found

    def state(self) -> list[tuple[Any, ...]]:
        """The rows of the sites, for a message."""
        return self.fleet.rows("SELECT site, owner, epoch, due_at <= now(), lease_until < now() FROM ecnscrawl.sites")

    # What has happened.

    @property
    def figures(self) -> str:
        """A line of a table of rounds."""
        ((claims, takeovers),) = self.fleet.rows("SELECT count(*), count(*) FILTER (WHERE is_takeover) FROM claimed")
        lost = sum(" lost reason=" in line for worker in self.fleet.workers for line in worker.log.lines)
        return (
            f"seed={self.round.seed} seconds={time.monotonic() - self._begun:.0f}"
            f" requests={len(self.fleet.replica.requests)}"
            f" versions={sum(sum(paper.versions.values()) for paper in self.papers)}"
            f" claims={claims} takeovers={takeovers} killed_workers={self.round.kills + 1}"
            f" killed_publishers={self.publishers.killed} lost_runs={lost}"
        )


def next_second() -> int:
    """Wait for the next whole second, as times of the state are; return it."""
    now = time.time()
    time.sleep(1 - now % 1)
    return int(now) + 1
