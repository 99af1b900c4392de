"""`scrapy reextract FILE.warc.gz…`: records from archived pages, to another folder or into the store."""

import argparse
import os
import re
import signal
from collections import Counter
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ecnscrawl import hints
from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.context import new_run
from ecnscrawl.exceptions import CannotStart, StorageFailed, WrongUsage
from ecnscrawl.redaction import print_fixed_form, print_safely
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from ecnscrawl.reextraction.job import Summary, Terms

_SHARD = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")
_MAX_PRINTED = 100  # lines about records that cannot be read; the last line counts them all
NOT_ALL = 3
_COUNTED = ("new", "updated", "unchanged", "duplicate", "rejected", "failed", "outside", "older", "no article")


class Command(StoredDataCommand):
    """Exit status: 0 all was read, 1 could not, 2 wrong usage, 3 something could not be read, 4 a run is under way."""

    def syntax(self) -> str:
        return "FILE.warc.gz… --out DIR | --store"

    def short_desc(self) -> str:
        return "Read archived pages again: WARC files to records"

    def long_desc(self) -> str:
        return (
            "The files may be of this project, of Common Crawl, wget or browsertrix: gzip, zstd or plain. They are read"
            " in the order given, and revisions count in this order. If it is stopped, the same command goes on."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        group = parser.add_argument_group(title="Re-extraction Options")
        group.add_argument("--out", metavar="DIR", help="write DIR/<site>/articles/*.jsonl; needs no data folder")
        group.add_argument(
            "--store",
            action="store_true",
            help="store into the data folder: what the pages give now and did not before becomes a revision",
        )
        group.add_argument("--site", metavar="NAME", help="only this site: a spider's name, or a host")
        group.add_argument("--since", metavar="DATE", help="only articles published from then on, as for a crawl")
        group.add_argument("--jobs", metavar="N", type=int, help="read N pages at once (default: one a processor)")
        group.add_argument("--shard", metavar="2/5", help="only the second of five parts of the articles")

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        files = [Path(each) for each in positional("reextract", args)]
        if not files:
            raise WrongUsage("name one or more WARC files")
        if (opts.out is None) == (not opts.store):
            raise WrongUsage("write either --out DIR or --store")
        if opts.jobs is not None and opts.jobs < 1:
            raise WrongUsage(f"--jobs {opts.jobs} is less than one; write 1 or more")
        check_settings(self.own_settings)
        _check_files(files)
        terms = self._terms(opts)
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        begun = monotonic()
        lines = _Lines()
        jobs = opts.jobs or len(os.sched_getaffinity(0))
        try:
            summary = _run(terms, files, jobs, lines)
        except KeyboardInterrupt:
            raise CannotStart("stopped; what was stored is whole, and the same command goes on") from None
        except StorageFailed as error:
            raise CannotStart(str(error)) from None
        lines.end()
        print_fixed_form(_last_line(summary, len(files), round(monotonic() - begun)))
        self.exitcode = NOT_ALL if summary.problems or summary.counts["failed"] else 0

    def _terms(self, opts: argparse.Namespace) -> "Terms":
        from ecnscrawl.crawling.arguments import parse  # noqa: PLC0415 - Scrapy imports all commands at each start
        from ecnscrawl.reextraction.job import Terms  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.sites import SiteKey, profile_for  # noqa: PLC0415 - as above
        from ecnscrawl.sites.hosts import site_host  # noqa: PLC0415 - as above
        from ecnscrawl.sites.registry import profiles  # noqa: PLC0415 - as above

        only = opts.site if opts.site is None or opts.site in profiles() else site_host(opts.site)
        if opts.since is not None:  # refused before anything is read
            parse(profile_for(SiteKey(only or "ecns")), {"since": opts.since}, now=utc_now())
        return Terms(
            data=absolute_folder(opts.out) if opts.out is not None else self.data,
            clock=utc_now,
            settings=new_run(self.own_settings, "any").settings,
            only=only,
            since=opts.since,
            shard=_shard(opts.shard),
        )


class _Lines:
    """Prints what cannot be read, up to a number of lines."""

    def __init__(self) -> None:
        self._number = 0

    def __call__(self, line: str) -> None:
        self._number += 1
        if self._number <= _MAX_PRINTED:
            print_safely(f"ecnscrawl: warning: {line}", error=True)

    def end(self) -> None:
        """Say how many lines were not printed."""
        if self._number > _MAX_PRINTED:
            print_safely(f"ecnscrawl: warning: and {self._number - _MAX_PRINTED} more", error=True)


def _check_files(files: Sequence[Path]) -> None:
    if find_spec("fastwarc") is None:
        raise CannotStart(f"reading WARC files needs FastWARC; {hints.install_extra('archive', 'fastwarc')}")
    for path in files:
        if path.is_dir():
            raise CannotStart(f"{path} is a folder; name the files in it")
        try:
            path.open("rb").close()
        except OSError as error:
            raise CannotStart(f"{path}: {error.strerror}; name a WARC file") from None


def _shard(text: str | None) -> tuple[int, int]:
    if text is None:
        return 1, 1
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise WrongUsage(f"--shard {text!r} is not a part; write 2/5 for the second of five")
    return int(match[1]), int(match[2])


def _run(terms: "Terms", files: Sequence[Path], jobs: int, lines: _Lines) -> "Summary":
    from ecnscrawl.reextraction.job import MODULES, Reextraction  # noqa: PLC0415 - as above
    from ecnscrawl.workers.limits import WorkerLimits  # noqa: PLC0415 - as above
    from ecnscrawl.workers.pool import WorkerPool  # noqa: PLC0415 - as above

    return Reextraction(terms, lines).run(files, WorkerPool(jobs, WorkerLimits(), MODULES))


def _last_line(summary: "Summary", files: int, seconds: int) -> str:
    counts: Counter[str] = summary.counts
    numbers = " ".join(f"{name.replace(' ', '_')}={counts[name]}" for name in _COUNTED)
    return (
        f"reextract files={files} pages={summary.responses} {numbers} bad={summary.problems.total()} seconds={seconds}"
    )
