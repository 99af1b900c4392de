"""Hand the archives to Dask, some ahead of the one that comes next, and pass on what their parts contain, in order."""

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from queue import Empty, Queue
from typing import TYPE_CHECKING, Any

from ecnscrawl.exceptions import CannotStart
from ecnscrawl.reextraction.job import Reextraction
from ecnscrawl.reextraction.on_dask.cluster import Cluster
from ecnscrawl.reextraction.on_dask.folder import Archive, Manifest, PartsFolder
from ecnscrawl.reextraction.on_dask.parts import Problem, Result, read_part
from ecnscrawl.reextraction.on_dask.task import Order, UnfitWorker

if TYPE_CHECKING:
    from distributed import Future

ATTEMPTS = 3  #: how often an archive is handed over; Dask itself replaces a worker that dies three times in each
_AHEAD = 4  # archives for each thread of a worker: parts wait on the disk if reading is faster than deciding
_POLL_SECONDS = 0.5
NO_WORKER_SECONDS = 20.0  #: until the user is told that there is no worker
#: What a worker runs. It names the worker that lacks this package, or a package that this one needs.
_PROGRAM = """
from distributed import get_worker
try:
    from ecnscrawl.reextraction.on_dask.task import read_archive
    read_archive(order)
except ImportError as error:
    raise ImportError(f"the worker {get_worker().address} has no {error.name} ({error})") from None
"""


@dataclass(frozen=True, slots=True, eq=False)
class _Task:
    archive: Archive
    future: "Future[Any]"


class DaskReading:
    """Reads the archives of a manifest on a cluster."""

    def __init__(
        self,
        cluster: Cluster,
        folder: PartsFolder,
        manifest: Manifest,
        check_stopped: Callable[[], None],
        *,
        retry_seconds: float,
        no_worker_seconds: float = NO_WORKER_SECONDS,
    ) -> None:
        """`check_stopped` raises what stops the job, if it is to stop.

        `retry_seconds` is how long a lost or frozen scheduler, or a part that does not show up, is waited for, and
        `no_worker_seconds` after how long without a worker the user is warned.
        """
        self._cluster = cluster
        self._folder = folder
        self._manifest = manifest
        self._check_stopped = check_stopped
        self._retry_seconds = retry_seconds
        self._no_worker_seconds = no_worker_seconds
        self._waiting = deque(each for each in dict.fromkeys(manifest.archives) if not folder.has(each))
        self._places = {each: place for place, each in enumerate(self._waiting)}
        self._under_way: dict[str, _Task] = {}  # by the key of the future
        self._over: Queue[str] = Queue()  # keys
        self._attempts: Counter[Archive] = Counter()
        self._lost: dict[Archive, str] = {}
        self._worker_seen = time.monotonic()
        self._has_warned = False

    def results(self, reextraction: Reextraction) -> Iterator[Result]:
        """Yield what was read of the archives, in order. Those that could not be are named to the job.

        Raises OSError, DamagedFile, and CannotStart where the cluster cannot do it.
        """
        for archive in self._manifest.archives:
            self._await(archive, reextraction)
            if archive in self._lost:
                reextraction.miss_archive(archive.path, self._lost[archive])
                continue
            for each in read_part(self._folder.path / archive.part):
                if isinstance(each, Problem):
                    reextraction.note_problem(each.what, each.where)
                elif reextraction.wants(each[0]):
                    yield each

    def _await(self, archive: Archive, reextraction: Reextraction) -> None:
        """Wait until the part is there, or the archive is lost."""
        self._check_stopped()
        while not (archive in self._lost or self._folder.has(archive)):
            self._submit()
            try:
                key = self._over.get(timeout=_POLL_SECONDS)
            except Empty:
                self._check_workers(reextraction)
            else:
                self._note_over(key)
            self._check_stopped()
            if not self._cluster.is_connected:
                self._reconnect()
        while not self._over.empty():
            self._note_over(self._over.get())
        self._submit()

    def _submit(self) -> None:
        """Hand over archives, up to some for each worker."""
        if not self._waiting or not self._cluster.is_connected:
            return
        most = max(1, self._cluster.threads(self._retry_seconds)) * _AHEAD
        while self._waiting and len(self._under_way) < most:
            archive = self._waiting.popleft()
            future = self._cluster.submit(_PROGRAM, {"order": self._order(archive)}, priority=-self._places[archive])
            self._under_way[str(future.key)] = _Task(archive, future)
            future.add_done_callback(lambda each: self._over.put(str(each.key)))

    def _order(self, archive: Archive) -> Order:
        terms = self._manifest.terms
        return Order(
            archive=archive.path,
            size=archive.size,
            folder=str(self._folder.path),
            part=archive.part,
            job=self._manifest.job,
            only=terms.only,
            shard=terms.shard,
            seconds=terms.seconds,
            memory=terms.memory,
            versions=dict(terms.versions),
        )

    def _note_over(self, key: str) -> None:
        task = self._under_way.pop(key, None)
        if task is None:  # of a connection that was lost
            return
        self._worker_seen = time.monotonic()
        if task.future.status == "finished":
            self._await_file(task.archive)
        elif task.future.status == "error":
            self._note_failure(task.archive, task.future.exception())
        else:  # the scheduler has forgotten it
            self._waiting.appendleft(task.archive)

    def _note_failure(self, archive: Archive, error: BaseException | None) -> None:
        if isinstance(error, UnfitWorker):
            raise CannotStart(str(error))
        if isinstance(error, ImportError):
            raise CannotStart(f"{error}; install the same releases on all machines")
        self._attempts[archive] += 1
        if self._attempts[archive] < ATTEMPTS:
            self._waiting.appendleft(archive)
        else:
            self._lost[archive] = f"not read in {ATTEMPTS} attempts: {_reason(error)}"

    def _await_file(self, archive: Archive) -> None:
        """Wait until this machine sees the part: a network file system may take some seconds."""
        deadline = time.monotonic() + self._retry_seconds
        while not self._folder.has(archive):
            if time.monotonic() > deadline:
                raise CannotStart(
                    f"a worker has written {self._folder.path / archive.part}, which this machine does not see;"
                    " name a folder that all machines share with --parts"
                )
            threading.Event().wait(_POLL_SECONDS)

    def _reconnect(self) -> None:
        self._waiting.extendleft(reversed([each.archive for each in self._under_way.values()]))
        self._under_way.clear()
        self._cluster.reconnect(self._retry_seconds)

    def _check_workers(self, reextraction: Reextraction) -> None:
        """Warn when there has been no worker for some time, each time that it comes to that."""
        if self._cluster.threads(self._retry_seconds):
            self._has_warned, self._worker_seen = False, time.monotonic()
        elif not self._has_warned and time.monotonic() > self._worker_seen + self._no_worker_seconds:
            self._has_warned = True
            reextraction.warn(f"the Dask scheduler has no worker; start one with `dask worker {self._cluster.address}`")


def _reason(error: BaseException | None) -> str:
    from distributed.scheduler import KilledWorker  # noqa: PLC0415 - an extra

    if isinstance(error, KilledWorker):
        return f"the workers that read it died, the last one at {error.last_worker.address}"
    return f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
