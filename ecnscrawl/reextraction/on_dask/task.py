"""What a Dask worker runs: read one archive, and write the part. It is handed plain values, whatever release it has."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypedDict

from ecnscrawl.reextraction.on_dask.folder import job_in
from ecnscrawl.reextraction.on_dask.parts import Problem, Result, write_part
from ecnscrawl.reextraction.on_dask.reader import reader
from ecnscrawl.reextraction.on_dask.versions import differences, versions
from ecnscrawl.reextraction.reading import Selection, read_archives
from ecnscrawl.workers.limits import WorkerLimits
from ecnscrawl.workers.ordered import OrderedPool


class Order(TypedDict):
    """What a worker is to read, and where to."""

    archive: str  #: its absolute path
    size: int  #: in bytes
    folder: str  #: of the parts: its absolute path
    part: str  #: the name of the part
    job: str  #: which the manifest in the folder names
    only: str | None
    shard: tuple[int, int]
    seconds: float  #: for one page
    memory: int  #: in bytes, for one page
    versions: Mapping[str, str]  #: of the command


class UnfitWorker(Exception):
    """A worker lacks what the job needs, so another attempt would fail too. The message names the way out."""


def read_archive(order: Order) -> None:
    """Write the part of an archive. Raises UnfitWorker."""
    _check(order)
    limits = WorkerLimits(seconds=order["seconds"], memory=order["memory"])
    try:
        with reader(limits) as pool:
            write_part(Path(order["folder"], order["part"]), _results(order, pool))
    except OSError as error:  # what is wrong with the archive is in the part
        raise UnfitWorker(
            f"{order['folder']}: {error.strerror}, on the worker {_name()};"
            " let all workers write there, or name another folder with --parts"
        ) from None


def _results(order: Order, pool: OrderedPool) -> Iterator[Result | Problem]:
    problems: list[Problem] = []
    selection = Selection(order["only"], order["shard"])

    def note(what: str, where: str) -> None:
        problems.append(Problem(what, where))

    for result in read_archives([Path(order["archive"])], selection, pool, note):
        yield from problems
        problems.clear()
        yield result
    yield from problems


def _check(order: Order) -> None:
    if found := differences(versions(), order["versions"]):
        raise UnfitWorker(f"the worker {_name()} has {found}; install the same releases on all machines")
    archive, folder = Path(order["archive"]), Path(order["folder"])
    try:
        with archive.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
    except OSError as error:
        raise UnfitWorker(
            f"the worker {_name()} cannot read {archive} ({error.strerror});"
            " the archives must have the same path on all machines, as on a file system that they share"
        ) from None
    if size != order["size"]:
        raise UnfitWorker(f"{archive} has {size} bytes on the worker {_name()}, and {order['size']} here")
    if job_in(folder) != order["job"]:
        raise UnfitWorker(
            f"the worker {_name()} does not see the files of this job in {folder};"
            " name a folder that all machines share with --parts"
        )


def _name() -> str:
    from distributed import get_worker  # noqa: PLC0415 - an extra

    return str(get_worker().address)
