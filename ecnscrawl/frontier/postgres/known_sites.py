"""What the database knows of sites without a spider of their own; see `frontier/known_sites`."""

from dataclasses import dataclass

from ecnscrawl.frontier.postgres.reads import Reads
from ecnscrawl.frontier.postgres.worker import Worker


@dataclass(frozen=True)
class RowSites:
    """The sites of a worker's database; see KnownSites. Methods raise CannotStart."""

    worker: Worker

    def has(self, site: str) -> bool:
        return self.fact(site, "runs") is not None

    def fact(self, site: str, name: str) -> str | int | None:
        self.worker.open_once()
        with self.worker.at_the_start():
            return Reads(self.worker.reader, site).fact(name)
