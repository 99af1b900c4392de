"""What `scrapy reextract --dask` does: begin or continue the job in its folder, and read the archives on a cluster."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from ecnscrawl import hints
from ecnscrawl.cli.archives import stoppable
from ecnscrawl.cli.signals import noting_lost_interrupts
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.reextraction.job import Reextraction, Summary, Terms
from ecnscrawl.reextraction.on_dask.cluster import LOCAL, Cluster, LocalCluster
from ecnscrawl.reextraction.on_dask.folder import JobTerms, PartsFolder
from ecnscrawl.reextraction.on_dask.job import DaskReading
from ecnscrawl.reextraction.on_dask.versions import versions
from ecnscrawl.workers.limits import WorkerLimits


@dataclass(frozen=True, slots=True, kw_only=True)
class DaskPlace:
    """Where archives are read on Dask."""

    address: str  #: of the scheduler, or `local`
    parts: Path  #: the folder in which the folder of the parts is made
    jobs: int | None  #: with `local`: how many processes, by default one for each processor
    retry_seconds: float  #: how long a lost scheduler is waited for


def check_place(place: DaskPlace) -> None:
    """Raise CannotStart if the library is missing, and WrongUsage for options that do not go together."""
    if place.address != LOCAL and place.jobs is not None:
        raise WrongUsage("--jobs counts processes of this machine; a Dask cluster has its own workers: leave it out")
    if find_spec("distributed") is None:
        raise CannotStart(f"--dask needs Dask's distributed; {hints.install_extra('cluster', 'distributed')}")


def read_on_dask(terms: Terms, files: Sequence[Path], limits: WorkerLimits, place: DaskPlace) -> Summary:
    """Read archive files on a cluster, and decide here, in their order, what their pages make. Raises EcnscrawlError.

    The limits are for one page.
    """
    only, shard = terms.selection.only, terms.selection.shard
    job = JobTerms(versions(), only, shard, limits.seconds, limits.memory)
    folder, cluster = PartsFolder(place.parts), None
    with stoppable() as warn, noting_lost_interrupts() as check_stopped:
        try:
            cluster = _cluster(place)
            manifest = folder.begin(job, files)
            reading = DaskReading(cluster, folder, manifest, check_stopped, retry_seconds=place.retry_seconds)
            reextraction = Reextraction(terms, warn)
            summary = reextraction.take_all(reading.results(reextraction))
            if reextraction.is_whole:
                folder.remove()
        finally:
            if cluster is not None:
                cluster.close()
            folder.release()
    return summary


def _cluster(place: DaskPlace) -> Cluster:
    return LocalCluster(place.jobs) if place.address == LOCAL else Cluster(place.address)
