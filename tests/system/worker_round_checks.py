"""What must hold at the end of a round of workers.

Each version is in the files once, the newest text is the one last served, no worker sent a request to a site that
another one had claimed, and the delays of hosts were kept.
"""

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.system.many_workers import Fleet, worker_of
from tests.system.newspapers import Newspaper
from tests.system.reader import Reader

LATE = 1.0  #: seconds that a request may be longer on its way than another one, on a busy machine


@dataclass
class Checks:
    """The end of a round."""

    fleet: Fleet
    papers: Sequence[Newspaper]
    published: Path  #: the folder of `publish`
    delay: float  #: seconds between two requests to a host

    def check(self) -> None:
        """Check everything."""
        found = [*self.intrusions(), *self.hurries(), *self.disagreements()]
        for paper in self.papers:
            found += self.breaches(paper)
        assert not found, "\n".join(found)

    def breaches(self, paper: Newspaper) -> Iterator[str]:
        """Articles of a site of which not each text was published once, in the order in which the site served them."""
        reader = Reader(self.published / paper.gazette.host / "articles")
        reader.look()
        texts: dict[str, list[list[int]]] = {}
        for record in reader.records:
            corrections = [int(each) for each in re.findall(r"Correction number (\d+):", record["body"])]
            texts.setdefault(record["url"], []).append([record["revision"], 1, *corrections])
        for path, number in paper.versions.items():
            expected = [[revision, *range(1, revision + 1)] for revision in range(1, number + 1)]
            if (published := texts.pop(paper.gazette.url(path), [])) != expected:
                yield f"the versions of {paper.gazette.url(path)} are {published}, not {expected}"
        yield from (f"the versions of {url} are too many" for url in texts)

    def disagreements(self) -> Iterator[str]:
        """Articles of which something else is known than the newest version that is stored."""
        known = """
            SELECT url, article.revision, record.revision FROM ecnscrawl.articles AS article
            LEFT JOIN LATERAL (
                SELECT revision, content_hash FROM ecnscrawl.records
                WHERE site = article.site AND id = article.id ORDER BY revision DESC LIMIT 1
            ) AS record ON true
            WHERE (article.revision, article.content_hash) IS DISTINCT FROM (record.revision, record.content_hash)
        """
        for url, known_revision, revision in self.fleet.rows(known):
            yield f"known of {url} is revision {known_revision}, and stored {revision}, or another text"

    def intrusions(self) -> Iterator[str]:
        """Requests of workers to sites that another worker had claimed."""
        offset = time.time() - time.monotonic()
        names = {str(worker.process.pid): worker.name for worker in self.fleet.workers}
        claims: dict[str, list[tuple[float, str]]] = {}
        for site, pid, at in self.fleet.rows("SELECT site, pid, at FROM claimed ORDER BY at"):
            claims.setdefault(site, []).append((at - offset, names[pid]))
        for request in self.fleet.replica.requests:
            # A request that was sent at the end of a lease may arrive a little later.
            owners = [name for at, name in claims[request.host] if at + LATE / 2 < request.time]
            late = [name for at, name in claims[request.host] if at <= request.time]
            if worker_of(request) not in (owners[-1:] or late) and worker_of(request) not in late[-1:]:
                yield f"{worker_of(request)} requested {request.url} of {late[-1:]}"

    def hurries(self) -> Iterator[str]:
        """Hosts with more requests in a time than their delay allows."""
        times: dict[str, list[float]] = {}
        for request in self.fleet.replica.requests:
            times.setdefault(request.host, []).append(request.time)
        for host, of_host in times.items():
            latest = float("-inf")
            for number, at in enumerate(sorted(of_host)):
                latest = max(latest, at - self.delay * number)
                if latest - (at - self.delay * number) > LATE:
                    yield f"{host}: request {number} came too early"
