"""Re-extract archive files: read them in order, let workers read the pages, and store what comes of each site."""

import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ecnscrawl.reading.reader import reason_of
from ecnscrawl.reextraction.page import PageRead, PageToRead, read_page
from ecnscrawl.reextraction.site_store import SiteStore
from ecnscrawl.reextraction.sites import SiteKey, Sites, article_of, may_be_feed, profile_for
from ecnscrawl.storage.archive.reader import ArchivedResponse, read_responses
from ecnscrawl.storage.run_settings import Clock, RunSettings
from ecnscrawl.workers.failures import WorkerFailure
from ecnscrawl.workers.ordered import map_ordered
from ecnscrawl.workers.pool import WorkerPool

#: Sites whose folders are open at once; each needs some file descriptors. An archive of more sites closes the one that
#: was used longest ago, and opens it again for a further file.
MAX_SITES = 64
#: What a worker loads.
MODULES = ("ecnscrawl.reextraction.page", "ecnscrawl.reading.warm_up")


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What to re-extract, and where it goes."""

    data: Path  #: the data folder, or another one of the same form
    clock: Clock
    settings: RunSettings
    only: str | None = None  #: one site
    since: str | None = None  #: only what was published from then on, as the user writes it
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
        self._stores: dict[str, SiteStore] = {}  # the one used last is the last one
        self._keys: dict[str, SiteKey] = {}  # of all sites
        self.summary = Summary()

    def run(self, files: Sequence[Path], pool: WorkerPool) -> Summary:
        """Read the files. Raises OSError, AlreadyRunning, CannotStart and StorageFailed."""
        try:
            for asked, result in map_ordered(pool, read_page, self._pages(files)):
                self._take(asked, result, pool)
            for store in self._stores.values():
                store.flush()
            for key in self._keys.values():
                self._store(key).forget_progress()
        finally:
            while self._stores:
                self._close(next(iter(self._stores)))
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
            return None
        number, of = self._terms.shard
        if zlib.crc32(ref.id.encode()) % of != number - 1:
            return None
        if self._store(key).progress.is_done((response.file, response.number)):
            return None
        return PageToRead(response, key, ref)

    def _take(self, asked: PageToRead, result: PageRead | Exception, pool: WorkerPool) -> None:
        store = self._store(asked.site)
        if isinstance(result, WorkerFailure):
            problem: str | None = reason_of(result, pool.limits)
        elif isinstance(result, Exception):
            problem = f"cannot be read: {type(result).__name__}"
        else:
            problem = result.problem
        if problem is not None:
            self._note_problem(problem, asked.response.place)
        elif isinstance(result, PageRead):
            store.take(asked, result)
        for failure in store.failures:
            self._on_problem(failure)
        store.failures.clear()

    def _note_problem(self, what: str, where: str) -> None:
        self.summary.problems[what] += 1
        self._on_problem(f"{where}: {what}")

    def _store(self, key: SiteKey) -> SiteStore:
        """Return the open store of a site."""
        store = self._stores.pop(key.name, None)
        if store is None:
            if len(self._stores) >= MAX_SITES:
                oldest = next(iter(self._stores))
                self._stores[oldest].flush()
                self._close(oldest)
            terms = self._terms
            store = SiteStore(terms.data / key.name, key, terms.clock, terms.settings, terms.since)
            for warning in store.warnings:
                self._on_problem(warning)
        self._stores[key.name] = store
        self._keys.setdefault(key.name, key)
        return store

    def _close(self, name: str) -> None:
        store = self._stores.pop(name)
        store.finish()
        self.summary.counts.update(store.counts)
        self.summary.files.setdefault(name, []).extend(store.files)
        for failure in store.failures:
            self._on_problem(failure)
