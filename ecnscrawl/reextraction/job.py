"""Re-extract archive files: pass on what was read of them, in order, to what stores or compares a site's articles."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from ecnscrawl.reextraction.page import PageRead, PageToRead
from ecnscrawl.reextraction.reading import Selection, read_archives
from ecnscrawl.reextraction.sites import SiteKey, is_named_by_choice
from ecnscrawl.workers.ordered import OrderedPool
from ecnscrawl.workers.pool import WorkerPool

#: Sites whose folders are open at once; each needs some file descriptors. An archive of more sites closes the one that
#: was used longest ago, and opens it again for a further file.
MAX_SITES = 64


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

    @property
    def problems(self) -> list[tuple[str, str]]:
        """What is wrong with what the site has stored, and where."""

    def wants(self, asked: PageToRead) -> bool:
        """Whether a page of an article is to be read; its result then comes soon."""

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
    selection: Selection = field(default_factory=Selection)
    site: SiteKey | None = None  #: has its sink opened even if the files have nothing of it


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
        self._sinks: dict[str, Sink] = {}  # the one used last is the last one
        self._keys: dict[str, SiteKey] = {}  # of all sites
        self.is_whole = True  #: whether no archive was missed
        self._has_named_hosts = False
        self.summary = Summary()

    def run(self, files: Sequence[Path], pool: WorkerPool) -> Summary:
        """Read the files, and end the pool. Raises OSError, AlreadyRunning, CannotStart and StorageFailed."""
        with OrderedPool(pool) as ordered:
            return self.take_all(read_archives(files, self._terms.selection, ordered, self.note_problem, self.wants))

    def take_all(self, results: Iterable[tuple[PageToRead, PageRead]]) -> Summary:
        """Take what was read of all files, in their order, and end the job.

        Raises AlreadyRunning, CannotStart and StorageFailed.
        """
        try:
            for asked, read in results:
                self._take(asked, read)
            if self._terms.site is not None and self._terms.site.name not in self._keys:
                self._sink(self._terms.site)
            for sink in self._sinks.values():
                sink.flush()
            if self.is_whole:
                for key in self._keys.values():
                    self._sink(key).forget_progress()
        finally:
            while self._sinks:
                self._close(next(iter(self._sinks)))
        return self.summary

    def wants(self, asked: PageToRead) -> bool:
        """Whether a response is to be read: a page of an article is not if a job that was stopped has stored it."""
        return asked.ref is None or self._sink(asked.site).wants(asked)

    def _take(self, asked: PageToRead, read: PageRead) -> None:
        self.summary.responses += 1
        if read.problem is not None:
            self.note_problem(read.problem, asked.response.place)
            return
        if asked.ref is None and not read.listed:
            return
        self._warn_of_other_ids(asked)
        sink = self._sink(asked.site)
        sink.take(asked, read)
        if asked.ref is not None and read.page is None and asked.response.status == 200:
            sink.counts["no article"] += 1  # its Content-Type is none of a page
        for failure in sink.failures:
            self._on_problem(failure)
        sink.failures.clear()

    def _warn_of_other_ids(self, asked: PageToRead) -> None:
        """Say once that pages have other ids than they would have without the choice of a site."""
        if asked.ref is None or self._has_named_hosts or not is_named_by_choice(asked.response, asked.site):
            return
        self._has_named_hosts = True
        host, name = urlsplit(asked.response.url).hostname, asked.site.name
        self.warn(
            f"{host} is read as a part of {name}, and so are all hosts of its domain: ids begin with {name}:;"
            f" without --site they begin with {host}:"
        )

    def warn(self, line: str) -> None:
        """Tell the user something that is nothing bad in a file."""
        self._on_problem(line)

    def miss_archive(self, path: str, reason: str) -> None:
        """Count and name an archive that was not read at all. The progress is kept: the same command reads it."""
        self.is_whole = False
        self.note_problem(reason, path)

    def note_problem(self, what: str, where: str) -> None:
        """Count and name what cannot be read."""
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
            for what, where in sink.problems if key.name not in self._keys else ():
                self.note_problem(what, where)
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
