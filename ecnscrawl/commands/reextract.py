"""`scrapy reextract FILE.warc.gz…`: records from archived pages, to another folder or into the store."""

import argparse
import errno
import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from ecnscrawl.cli.base import StoredDataCommand, positional
from ecnscrawl.cli.preflight import check_settings, is_set_by_user
from ecnscrawl.configuration.limits import page_limits
from ecnscrawl.configuration.storage import run_settings
from ecnscrawl.exceptions import CannotStart, WrongUsage, suggestion
from ecnscrawl.hints import way_from_database
from ecnscrawl.normalize.text import listed
from ecnscrawl.redaction import print_fixed_form, print_safely
from ecnscrawl.storage.data_folder import absolute_folder
from ecnscrawl.storage.run_settings import utc_now

if TYPE_CHECKING:
    from ecnscrawl.reextraction.job import Summary, Terms

_SHARD = re.compile(r"([1-9]\d{0,4})/([1-9]\d{0,4})")
_WORD = re.compile(r"[\w-]+")  # no host has a name without a dot
NOT_ALL = 3
_COMMIT_RECORDS = 1000  # where the user sets none: what a kill loses is soon read again, without a request
_COUNTED = ("new", "updated", "unchanged", "duplicate", "rejected", "failed", "outside", "older", "no article")
_FIELD = "field "  # as SiteComparison counts
_COMPARED = ("same", "different", "unstored", "failed")


class Command(StoredDataCommand):
    """Exit status: 0 all was read, 1 could not, 2 wrong usage, 3 something could not be read, 4 a run is under way."""

    def syntax(self) -> str:
        return "FILE.warc.gz… --out DIR | --store | --diff"

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
            help="store into the data folder: new articles, and a revision where `content_hash` has changed",
        )
        group.add_argument(
            "--diff", action="store_true", help="store nothing; print what is different in the stored records, by field"
        )
        group.add_argument("--site", metavar="NAME", help="only this site: a spider's name, or a host")
        group.add_argument("--since", metavar="DATE", help="only articles published from then on, as for a crawl")
        group.add_argument("--jobs", metavar="N", type=int, help="read N pages at once (default: one a processor)")
        group.add_argument("--shard", metavar="2/5", help="only the second of five parts of the articles")
        group.add_argument(
            "--dask",
            metavar="ADDRESS",
            help="read the files on the workers of a Dask scheduler, or of `local` processes",
        )
        group.add_argument(
            "--parts", metavar="DIR", help="with --dask: a folder that all machines share (default: DIR)"
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        from ecnscrawl.cli.archives import check_files  # noqa: PLC0415 - Scrapy imports all commands

        positional("reextract", [each for each in args if each != "-"])  # which `check_files` refuses
        files = [Path(each) for each in args]
        if not files:
            raise WrongUsage("name one or more WARC files")
        if [opts.out is not None, opts.store, opts.diff].count(True) != 1:
            raise WrongUsage("write either --out DIR, --store or --diff")
        if opts.out is not None and not opts.out.strip():
            raise WrongUsage("--out is empty; name a folder")
        if opts.parts is not None and not opts.parts.strip():
            raise WrongUsage("--parts is empty; name a folder")
        if opts.store:
            self.storage.require_files(
                "--store writes into a data folder, and ECNSCRAWL_DATABASE_URL names a database; write --out DIR"
            )
        if opts.diff and self.lacks_files and not any(self.data.glob("*/articles")):
            raise CannotStart(f"there is no article file in {self.data}; {way_from_database(self.data)}")
        if opts.diff and opts.since is not None:
            raise WrongUsage("--diff compares all articles; leave --since out")
        if opts.parts is not None and opts.dask is None:
            raise WrongUsage("--parts is the folder of --dask; leave it out")
        if opts.jobs is not None and opts.jobs < 1:
            raise WrongUsage(f"--jobs {opts.jobs} is less than one; write 1 or more")
        check_settings(self.own_settings)
        check_files(files)
        begun = monotonic()
        summary = self._read(files, opts)
        if opts.site is not None and not summary.responses and not summary.files and opts.shard is None:
            print_safely(f"ecnscrawl: warning: the files have no page of {opts.site}", error=True)
        seconds = round(monotonic() - begun)
        counted = _COMPARED if opts.diff else _COUNTED
        print_fixed_form(_last_line(summary, counted, len(files), seconds))
        is_different = opts.diff and summary.counts["different"]
        self.exitcode = NOT_ALL if summary.problems or summary.counts["failed"] or is_different else 0

    def _read(self, files: Sequence[Path], opts: argparse.Namespace) -> "Summary":
        terms, limits = self._terms(opts), page_limits(self.own_settings)
        if opts.out is not None:
            _make_out(absolute_folder(opts.out))
        if opts.dask is None:
            from ecnscrawl.cli.archives import read_again  # noqa: PLC0415 - as above

            return read_again(terms, files, opts.jobs, limits)
        from ecnscrawl.cli.archives_on_dask import DaskPlace, check_place, read_on_dask  # noqa: PLC0415 - as above

        place = DaskPlace(
            address=opts.dask,
            parts=self._folder(opts.parts or opts.out),
            jobs=opts.jobs,
            retry_seconds=self.own_settings.getfloat("DASK_RETRY_SECONDS"),
        )
        check_place(place)
        return read_on_dask(terms, files, limits, place)

    def _folder(self, named: str | None) -> Path:
        return absolute_folder(named) if named is not None else self.data

    def _terms(self, opts: argparse.Namespace) -> "Terms":
        from ecnscrawl.crawling.arguments import window  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.job import Sink, Terms  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.reading import Selection  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.site_comparison import SiteComparison  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.site_store import SiteStore  # noqa: PLC0415 - as above
        from ecnscrawl.reextraction.sites import SiteKey, profile_for  # noqa: PLC0415 - as above
        from ecnscrawl.sites.registry import profiles  # noqa: PLC0415 - as above

        only = _site(opts.site) if opts.site is not None else None
        if opts.since is not None:  # refused before anything is read
            site = profile_for(SiteKey(only or min(profiles())))  # which one makes no difference to the form of a date
            window(site, {"since": opts.since}, now=utc_now(), are_options=True)
        data = self._folder(opts.out)
        settings = run_settings(self.own_settings)
        if not is_set_by_user(self.own_settings, "COMMIT_RECORDS"):
            settings = replace(settings, commit_records=_COMMIT_RECORDS)

        def open_sink(key: SiteKey) -> Sink:
            if opts.diff:
                return SiteComparison(data / key.name, key, print_safely)
            return SiteStore(data / key.name, key, utc_now, settings, opts.since)

        return Terms(open_sink=open_sink, selection=Selection(only, _shard(opts.shard)))


def _site(text: str) -> str:
    from ecnscrawl.sites.hosts import site_host  # noqa: PLC0415 - as above
    from ecnscrawl.sites.registry import profiles  # noqa: PLC0415 - as above

    known = list(profiles())
    if text in known:
        return text
    if _WORD.fullmatch(text):
        raise WrongUsage(
            f"unknown site {text!r}{suggestion(text, known)}; known are {listed(sorted(known))}; or write a host"
        )
    return site_host(text)


def _make_out(out: Path) -> None:
    """Make the folder. Raises CannotStart if it cannot be made or written, and WrongUsage for that of a crawl."""
    try:
        file = next((path for path in (out, *out.parents) if path.exists() and not path.is_dir()), None)
    except OSError as error:
        raise CannotStart(f"{out}: {error.strerror}; name another folder with --out") from None
    if file:
        raise CannotStart(f"{file} is a file, not a folder; name a folder with --out")
    if report := next(out.glob("*/reports/latest.json"), None):  # a re-extraction writes no report
        raise WrongUsage(f"{report.parent.parent} belongs to a crawl; write --store, or name another folder with --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotStart(f"{out}: {error.strerror}; name another folder with --out") from None
    if not os.access(out, os.W_OK | os.X_OK):
        raise CannotStart(f"{out}: {os.strerror(errno.EACCES)}; name another folder with --out")


def _shard(text: str | None) -> tuple[int, int]:
    if text is None:
        return 1, 1
    match = _SHARD.fullmatch(text)
    if match is None or int(match[1]) > int(match[2]):
        raise WrongUsage(f"--shard {text!r} is not a part; write 2/5 for the second of five")
    return int(match[1]), int(match[2])


def _last_line(summary: "Summary", counted: Sequence[str], files: int, seconds: int) -> str:
    counts: Counter[str] = summary.counts
    numbers = " ".join(f"{name.replace(' ', '_')}={counts[name]}" for name in counted)
    fields = sorted(f"{name.removeprefix(_FIELD)}:{counts[name]}" for name in counts if name.startswith(_FIELD))
    numbers += f" fields={','.join(fields)}" if fields else ""
    bad = summary.problems.total()
    return f"reextract files={files} pages={summary.responses} {numbers} bad={bad} seconds={seconds}"
