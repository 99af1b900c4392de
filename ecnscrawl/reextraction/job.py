"""Re-extract archive files: read them in order, let workers read the pages, and pass on what comes of each site."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from ecnscrawl.reading.reader import reason_of
from ecnscrawl.reextraction.assembly import Place
from ecnscrawl.reextraction.page import PageRead, PageToRead, read_page
from ecnscrawl.reextraction.sites import Hops, SiteKey, Sites, article_of, may_be_feed, profile_for
from ecnscrawl.storage.archive.reader import ArchivedResponse, read_responses
from ecnscrawl.workers.failures import WorkerFailure
from ecnscrawl.workers.ordered import map_ordered
from ecnscrawl.workers.pool import WorkerPool

#: Sites whose folders are open at once; each needs some file descriptors. An archive of more sites closes the one that
#: was used longest ago, and opens it again for a further file.
MAX_SITES = 64
#: What a worker loads.
MODULES = ("ecnscrawl.reextraction.page", "ecnscrawl.reading.warm_up")


class Sink(Protocol):
    """Takes what was read of one site: `SiteStore` stores it, `SiteComparison` compares it."""

    counts: Counter[str]
    failures: list[str]  #: articles without a record, for the user; emptied by the job

    @property
    def files(self) -> list[str]:
        """The names of the published files."""

    @property
    def warnings(self) -> list[str]:
        """Warnings for the user."""

    def is_done(self, place: Place) -> bool:
        """Whether a record of the archive is to be skipped."""

    def take(self, asked: PageToRead, read: PageRead) -> None:
        """Take a response."""

    def flush(self) -> None:
        """Nothing else is waited for."""

    def forget_progress(self) -> None:
        """All files were read to their ends."""

    def finish(self) -> None:
        """Close what is open."""


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What to re-extract."""

    open_sink: Callable[[SiteKey], Sink]  #: called once for each site, and again if it was closed meanwhile
    only: str | None = None  #: one site
    shard: tuple[int, int] = (1, 1)  #: the second of five shards of the articles is (2, 5)


@dataclass
class Summary:
    """What was done."""

    counts: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)  #: what could not be read, by reason
    responses: int = 0
    files: dict[str, list[str]] = field(default_factory=dict)  #: published, by site


class Reextraction:
    """One job. `on_problem` is called with one line for each record that cannot be read."""

    def __init__(self, terms: Terms, on_problem: Callable[[str], None]) -> None:
        self._terms = terms
        self._on_problem = on_problem
        self._sites = Sites(terms.only)
        self._sinks: dict[str, Sink] = {}  # the one used last is the last one
        self._keys: dict[str, SiteKey] = {}  # of all sites
        self._hops = Hops()
        self.summary = Summary()

    def run(self, files: Sequence[Path], pool: WorkerPool) -> Summary:
        """Read the files. Raises OSError, AlreadyRunning, CannotStart and StorageFailed."""
        try:
            for asked, result in map_ordered(pool, read_page, self._pages(files)):
                self._take(asked, result, pool)
            for sink in self._sinks.values():
                sink.flush()
            for key in self._keys.values():
                self._sink(key).forget_progress()
        finally:
            while self._sinks:
                self._close(next(iter(self._sinks)))
        return self.summary

    def _pages(self, files: Sequence[Path]) -> Iterator[PageToRead]:
        """Yield what is to be read, in the order of the files."""
        for path in files:
            for response in read_responses(path, self._note_problem):
                if asked := self._asked(response):
                    self.summary.responses += 1
                    yield asked

    def _asked(self, response: ArchivedResponse) -> PageToRead | None:
        key = self._sites.key_of(response)
        if key is None:
            return None
        ref = article_of(response, profile_for(key))
        if ref is None:
            return PageToRead(response, key, None) if may_be_feed(response) else None
        if response.status != 200 and ref.part == 1:
            if 300 <= response.status < 400:
                self._hops.note(response, ref)
            return None
        requested = self._hops.requested(response, ref, profile_for(key)) if ref.part == 1 else ref
        number, of = self._terms.shard
        if requested is None or zlib.crc32(requested.id.encode()) % of != number - 1:
            return None
        if self._sink(key).is_done((response.file, response.number)):
            return None
        return PageToRead(response, key, requested)

    def _take(self, asked: PageToRead, result: PageRead | Exception, pool: WorkerPool) -> None:
        if isinstance(result, WorkerFailure):
            self._note_problem(reason_of(result, pool.limits), asked.response.place)
        elif isinstance(result, Exception):
            self._note_problem(f"cannot be read: {type(result).__name__}", asked.response.place)
        elif result.problem is not None:
            self._note_problem(result.problem, asked.response.place)
        elif asked.ref is not None or result.listed:
            sink = self._sink(asked.site)
            sink.take(asked, result)
            for failure in sink.failures:
                self._on_problem(failure)
            sink.failures.clear()

    def _note_problem(self, what: str, where: str) -> None:
        self.summary.problems[what] += 1
        self._on_problem(f"{where}: {what}")

    def _sink(self, key: SiteKey) -> Sink:
        """Return the open sink of a site."""
        sink = self._sinks.pop(key.name, None)
        if sink is None:
            if len(self._sinks) >= MAX_SITES:
                oldest = next(iter(self._sinks))
                self._sinks[oldest].flush()
                self._close(oldest)
            sink = self._terms.open_sink(key)
            for warning in sink.warnings:
                self._on_problem(warning)
        self._sinks[key.name] = sink
        self._keys.setdefault(key.name, key)
        return sink

    def _close(self, name: str) -> None:
        sink = self._sinks.pop(name)
        sink.finish()
        self.summary.counts.update(sink.counts)
        self.summary.files.setdefault(name, []).extend(sink.files)
        for failure in sink.failures:
            self._on_problem(failure)
