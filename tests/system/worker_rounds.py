"""A round: workers, their database and publishers are killed or frozen while sites publish and correct articles.

What must hold is checked in the end: each version is in the files once, the newest text is the one last served, no
worker sent a request to a site that another one had claimed, and the delays of hosts were kept.
"""

import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from replica import Stall
from tests.postgres import Server, new_database
from tests.system.launching import Process
from tests.system.many_workers import Fleet, RunningWorker, worker_of
from tests.system.newspapers import Newspaper
from tests.system.reader import Reader

COMMIT_SECONDS = 0.5
DELAY = 0.2  #: seconds between two requests to a host
LATE = 1.0  #: seconds that a request may be longer on its way than another one, on a busy machine
STOP_SECONDS = 15.0  #: ten are promised; the machine is busy

#: Commits take some tenths of a second more at random, as on a disk that others use; each claim is noted with its time.
_TEST_TABLES = """
CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_setting('test.has_waited', true) IS DISTINCT FROM 'yes' THEN
        PERFORM set_config('test.has_waited', 'yes', true);  -- until the end of the transaction
        IF random() < 0.6 THEN PERFORM pg_sleep(random() * 0.7); END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON ecnscrawl.records DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION slow();
CREATE TABLE claimed (site text, pid text, at double precision);
CREATE FUNCTION note_claim() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO claimed VALUES (NEW.site, split_part(NEW.owner, ':', 2), extract(epoch FROM clock_timestamp()));
    RETURN NULL;
END $$;
CREATE TRIGGER note_claim AFTER UPDATE ON ecnscrawl.sites FOR EACH ROW WHEN (NEW.epoch <> OLD.epoch)
    EXECUTE FUNCTION note_claim();
"""


@dataclass
class Round:
    """The size of a round, and its chances."""

    seed: int
    sites: int = 6
    articles: int = 6
    workers: int = 3
    kills: int = 2
    patience: float = 90.0  #: seconds for each thing that must happen by itself
    fault: str = ""  #: of all workers; see worker_faults/sitecustomize.py
    numbers_by_insert: bool = False  #: the fault of a publisher that goes by a serial number


class Publishers(threading.Thread):
    """One `publish` after the other, into one folder; some are killed."""

    def __init__(self, fleet: Fleet, out: Path, chance: random.Random) -> None:
        super().__init__(daemon=True)
        self._fleet, self._out, self._chance = fleet, out, chance
        self._is_over = threading.Event()

    def run(self) -> None:
        """Publish until `end` is called."""
        while not self._is_over.wait(0.3):
            process = self._start()
            if self._chance.random() < 0.3:
                self._is_over.wait(self._chance.uniform(0.1, 0.6))
                process.kill()
            process.communicate()

    def stop(self) -> None:
        """Start no more."""
        self._is_over.set()
        if self.is_alive():
            self.join()

    def end(self) -> None:
        """Publish what is left."""
        self.stop()
        process = self._start()
        _, err = process.communicate(timeout=60)
        assert (process.returncode, err) == (0, ""), err

    def _start(self) -> Process:
        own = {"ECNSCRAWL_DATABASE_URL": self._fleet.database}
        return self._fleet.user.start_scrapy("publish", str(self._out), **own)


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
        if self.round.fault:
            faults = str(Path(__file__).parent / "worker_faults")
            self.environment = {"PYTHONPATH": faults, "WORKER_FAULT": self.round.fault}

    # What happens.

    def play(self) -> None:
        """Let everything happen, and check it."""
        self.fleet.user.write_table('[defaults.arguments]\nrecheck = "all"\n', every="1d")
        self.publishers.start()
        for _ in range(self.round.workers):
            self.start()
        for _ in range(self.round.kills):
            self.progress()
            self.kill_the_busiest()
        self.settle()
        frozen, its_sites = self.freeze_while_it_writes()
        self.settle()
        self.correct(self.round.articles, its_sites)
        self.correct(2, self.chance.sample(self.papers, 2))
        self.all_due()
        self.settle()
        if self.round.seed % 2:  # it wakes while others have its sites; else when they are done
            self.all_due()
            self.progress()
        frozen.wake()
        self.kill_the_database()
        self.settle()
        self.correct(self.round.articles, its_sites)
        self.correct(2, self.chance.sample(self.papers, 2))
        for worker in self.fleet.workers:
            if worker.process.poll() is None:
                begun = time.monotonic()
                assert worker.stop() == 0, worker.log.lines
                assert time.monotonic() - begun < STOP_SECONDS
        self.all_due()
        self.end_once()
        self.publishers.end()
        self.check()

    def start(self, *words: str) -> RunningWorker:
        """Start one more worker."""
        settings = ("-s", f"DOWNLOAD_DELAY={DELAY}", "-s", "PAGE_WORKERS=0", "-s", "COMMIT_RECORDS=3")
        return self.fleet.start(*settings, *words, **self.environment)

    def progress(self) -> None:
        """Wait until the server was asked for some more pages."""
        before = len(self.fleet.replica.requests)
        more = self.chance.randint(self.round.sites, 3 * self.round.sites)
        self.wait(lambda: len(self.fleet.replica.requests) >= before + more or self.is_settled(), "progress")

    def kill_the_busiest(self) -> None:
        """Kill the worker that has most sites, at any moment, and put another one in its place."""
        time.sleep(self.chance.uniform(0, 0.5))
        self.busiest().kill()
        self.start()

    def busiest(self) -> RunningWorker:
        """The worker with most sites."""
        owned = Counter(self.fleet.owners().values())
        alive = [worker for worker in self.fleet.workers if worker.process.poll() is None]
        return max(alive, key=lambda worker: owned[str(worker.process.pid)])

    def freeze_while_it_writes(self) -> tuple[RunningWorker, list[Newspaper]]:
        """Freeze the busiest worker, with requests under way and in the midst of its commits; return its sites too."""
        for paper in self.papers:
            paper.publish(4)
        self.fleet.replica.fault = lambda _: Stall(0.3)
        with psycopg.connect(self.fleet.database) as locking:
            locking.execute("LOCK TABLE ecnscrawl.records IN EXCLUSIVE MODE")
            self.all_due()
            self.wait(self.blocked, "a write")
            (name,) = self.blocked()[:1]
            worker = next(each for each in self.fleet.workers if each.name == name)
            worker.freeze()
            its_sites = set(self.fleet.sites_of(worker))
        self.fleet.replica.fault = None
        return worker, [paper for paper in self.papers if paper.gazette.host in its_sites]

    def blocked(self) -> list[str]:
        """The workers that wait for the lock, to store records. A publisher waits too."""
        waiting = "SELECT application_name FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE %s"
        return [name for (name,) in self.fleet.rows(waiting, "%INSERT INTO ecnscrawl.records%")]

    def kill_the_database(self) -> None:
        """End it at once, and start it again."""
        self.server.kill()
        self.server.start()

    def correct(self, number: int, papers: Sequence[Newspaper]) -> None:
        """Correct so many articles of each of these sites, if all texts that they had are stored."""
        stored = Counter(url for (url,) in self.fleet.rows("SELECT record::json->>'url' FROM ecnscrawl.records"))
        for paper in papers:
            whole = [path for path, texts in paper.versions.items() if stored[paper.gazette.url(path)] == texts]
            for path in self.chance.sample(whole, min(number, len(whole))):
                paper.correct(path)

    def all_due(self) -> None:
        """Let all sites be due again now."""
        self.fleet.rows("UPDATE ecnscrawl.sites SET due_at = now()")

    def is_settled(self) -> bool:
        """Whether each site was run, none is due, and none is running."""
        done = "SELECT count(*) FROM ecnscrawl.sites WHERE last_start IS NOT NULL AND due_at > now() AND owner IS NULL"
        return self.fleet.rows(done) == [(len(self.papers),)]

    def settle(self) -> None:
        """Wait until all that is due is done, by whomever."""
        self.wait(self.is_settled, "all sites to be done")

    def end_once(self) -> None:
        """Let two workers do what is due, and end; the busier one is killed meanwhile."""
        pair = [self.start("--once") for _ in range(2)]
        self.progress()
        busiest = self.busiest()
        busiest.kill()
        for worker in pair:
            if worker is not busiest:
                assert worker.process.wait(timeout=self.round.patience) == 0, worker.log.lines

    def wait(self, is_true: Callable[[], object], what: str, seconds: float | None = None) -> None:
        """Wait until something is true."""
        deadline = time.monotonic() + (self.round.patience if seconds is None else seconds)
        while not is_true():
            assert time.monotonic() < deadline, f"waited for {what}: {self.state()}"
            time.sleep(0.1)

    def state(self) -> list[tuple[Any, ...]]:
        """The rows of the sites, for a message."""
        return self.fleet.rows("SELECT site, owner, epoch, due_at <= now(), lease_until < now() FROM ecnscrawl.sites")

    # What must hold.

    def check(self) -> None:
        """Check what the round must have led to."""
        found = [
            *self.intrusions(),
            *self.hurries(),
            *(breach for paper in self.papers for breach in self.breaches(paper)),
        ]
        assert not found, "\n".join(found)

    def breaches(self, paper: Newspaper) -> list[str]:
        """Articles of a site of which not each text was published once, in the order in which the site served them."""
        reader = Reader(self.out / paper.gazette.host / "articles")
        reader.look()
        texts: dict[str, list[list[int]]] = {}
        for record in reader.records:
            corrections = [int(each) for each in re.findall(r"Correction number (\d+):", record["body"])]
            texts.setdefault(record["url"], []).append([record["revision"], 1, *corrections])
        found = []
        for path, number in paper.versions.items():
            expected = [[revision, *range(1, revision + 1)] for revision in range(1, number + 1)]
            if (published := texts.pop(paper.gazette.url(path), [])) != expected:
                found.append(f"the versions of {paper.gazette.url(path)} are {published}, not {expected}")
        return [*found, *(f"the versions of {url} are too many" for url in texts)]

    def intrusions(self) -> list[str]:
        """Requests of workers to sites that another worker had claimed."""
        offset = time.time() - time.monotonic()
        names = {str(worker.process.pid): worker.name for worker in self.fleet.workers}
        claims: dict[str, list[tuple[float, str]]] = {}
        for site, pid, at in self.fleet.rows("SELECT site, pid, at FROM claimed ORDER BY at"):
            claims.setdefault(site, []).append((at - offset, names[pid]))
        found = []
        for request in self.fleet.replica.requests:
            # A request that was sent at the end of a lease may arrive a little later.
            owners = [name for at, name in claims[request.host] if at + LATE / 2 < request.time]
            late = [name for at, name in claims[request.host] if at <= request.time]
            if worker_of(request) not in (owners[-1:] or late) and worker_of(request) not in late[-1:]:
                found.append(f"{worker_of(request)} requested {request.url} of {late[-1:]}")
        return found

    def hurries(self) -> list[str]:
        """Hosts with more requests in a time than their delay allows."""
        found = []
        for paper in self.papers:
            times = sorted(each.time for each in self.fleet.replica.requests if each.host == paper.gazette.host)
            latest = float("-inf")
            for number, at in enumerate(times):
                latest = max(latest, at - DELAY * number)
                if latest - (at - DELAY * number) > LATE:
                    found.append(f"{paper.gazette.host}: request {number} came too early")
        return found


def prepare(server: Server, round_: Round) -> str:
    """Make the database of a round; return its address."""
    address = new_database(server.environment)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(_TEST_TABLES)
        if round_.numbers_by_insert:
            connection.execute(
                "ALTER TABLE ecnscrawl.records ALTER number SET DEFAULT nextval('ecnscrawl.publication')"
            )
    return address
