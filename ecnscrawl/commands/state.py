"""`scrapy state rebuild SITE` and `scrapy state forget ID…`: rebuild a site's state, or forget articles for good."""

import argparse
from collections.abc import Sequence
from contextlib import ExitStack

from ecnscrawl.cli.base import StoredDataCommand, data_folder, positional
from ecnscrawl.cli.named_articles import by_site
from ecnscrawl.cli.preflight import check_settings
from ecnscrawl.context import new_run
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters.loading.forgetting import Databases
from ecnscrawl.hints import program
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import print_safely
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.forgetting import Forgotten, forget
from ecnscrawl.storage.run import Run
from ecnscrawl.storage.traces import Traces, trace

NOT_ALL = 3  #: exit status if something that is known could not be reached
_NEVER_REACHED = (
    "what no command can reach: copies of article files that were moved away, exports, feeds, pages that Scrapy has"
    " cached, logs, backups, and the caches of search engines"
)


class Command(StoredDataCommand):
    """`rebuild` keeps the old state beside the new one; the next crawls learn aliases and cache validators again.

    Exit status of `forget`: 0 all that is known was reached, also if it was forgotten before; 1 could not; 2 wrong
    usage, an unknown article included; 3 something that is known could not be reached; 4 a run is under way.
    """

    def syntax(self) -> str:
        return "rebuild SITE [--accept-loss] | forget [SITE] ID… [--from DATABASE]"

    def short_desc(self) -> str:
        return "Rebuild the state of a site from what it has published, or forget articles for good"

    def long_desc(self) -> str:
        return (
            "`forget` removes articles, named by their ids or addresses, from the state, from all files of the site and"
            " from the databases that they were loaded into, and keeps them from being stored again."
        )

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument(
            "--accept-loss",
            action="store_true",
            help="rebuild: go on without published files about which nothing is known any more; their articles are"
            " stored again as new",
        )
        parser.add_argument(
            "--from",
            dest="databases",
            metavar="DATABASE",
            action="append",
            default=[],
            help="forget: a database that the articles were loaded into, besides those that `load` has noted",
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("state", args)
        check_settings(self.own_settings)
        if words[:1] == ["forget"] and not opts.accept_loss:
            try:
                self._forget(words[1:], opts.databases)
            except KeyboardInterrupt:
                raise CannotStart("stopped; run the same command again to finish") from None
        elif words[:1] == ["rebuild"] and len(words) == 2 and not opts.databases:
            self._rebuild(words[1], accept_loss=opts.accept_loss)
        else:
            raise WrongUsage(
                f"write `{program()} state rebuild SITE`, or the same with --accept-loss;"
                f" or `{program()} state forget ID…`, or the same with --from DATABASE"
            )

    def _rebuild(self, name: str, *, accept_loss: bool) -> None:
        site = self.site(name).name
        data_folder(self.own_settings)
        run = self._run(site)
        run.enter(rebuild=True, accept_loss=accept_loss)
        try:
            _print_warnings(run)
            print_safely(f"{site}: {counted(run.state.count(), 'article')} known, from what {run.folder} has published")
        finally:
            run.finish()

    def _run(self, site: str) -> Run:
        run = new_run(self.own_settings, site)
        if not run.folder.is_dir():
            raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
        return run

    def _forget(self, words: Sequence[str], databases: Sequence[str]) -> None:
        named = by_site(words, self.data, self.sites)
        runs = {site: self._run(site) for site in named}
        targets = Databases(databases, [run.folder for run in runs.values()], self.data)
        with ExitStack() as stack:
            for run in runs.values():  # nothing is done before all locks are there and all articles are known
                run.enter()
                stack.callback(run.finish)
            traces = {site: _trace(run, named[site]) for site, run in runs.items()}
            _refuse_unknown(list(traces.values()), targets)
            done = [_forget_in_folder(run, traces[site]) for site, run in runs.items()]
        done.append(targets.forget([id_ for each in traces.values() for id_ in sorted(each.ids)]))
        for site_traces in traces.values():
            for id_ in sorted(site_traces.ids):
                print_safely(f"{id_} {'was forgotten already' if id_ in site_traces.already else 'is forgotten'}")
        print_safely(*(line for each in done for line in each.removed))
        unreached = [line for each in done for line in each.unreached]
        print_safely(*(f"not reached: {line}" for line in unreached), error=True)
        print_safely(_NEVER_REACHED)
        self.exitcode = NOT_ALL if unreached else 0


def _print_warnings(run: Run) -> None:
    for warning in run.warnings:
        print_safely(f"ecnscrawl: warning: {warning}", error=True)


def _trace(run: Run, ids: Sequence[str]) -> Traces:
    _print_warnings(run)
    with as_cannot_start(run.folder):
        return trace(run.state, run.folder, ids)


def _refuse_unknown(traces: Sequence[Traces], targets: Databases) -> None:
    """Raise WrongUsage if nothing is known of an article, neither here nor in a database: it is probably a typo."""
    unknown = {id_ for each in traces for id_ in each.unknown}
    if unknown and (unknown := unknown - targets.present(unknown)):
        raise WrongUsage(f"nothing is known of {', '.join(sorted(unknown))}; nothing was done")


def _forget_in_folder(run: Run, traces: Traces) -> Forgotten:
    with as_cannot_start(run.folder):
        return forget(run.state, run.folder, traces, run.clock())
