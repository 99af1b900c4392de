"""`scrapy state forget`: forget articles in the folders of their sites and in the databases that have them."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.named_articles import by_site, stored_sites
from ecnscrawl.context import new_database_run, new_file_run, worker_of
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.exporters.loading.forgetting import Databases
from ecnscrawl.frontier.postgres.known_sites import RowSites
from ecnscrawl.frontier.remembered_texts import forget_texts
from ecnscrawl.redaction import print_safely
from ecnscrawl.reextraction.forgetting import clean_archive
from ecnscrawl.storage.database.forgetting import forget_rows, trace_rows
from ecnscrawl.storage.database.run import DatabaseRun
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.file_run import FileRun
from ecnscrawl.storage.forgetting import Forgotten, forget
from ecnscrawl.storage.traces import Traces, trace

NOT_ALL = 3  #: exit status if something that is known could not be reached
_NEVER_REACHED = (
    "what no command can reach: copies of article files that were moved away, exports, feeds, pages that Scrapy has"
    " cached, logs, backups, and the caches of search engines"
)
_NOT_HERE = "; and what other machines have archived, and folders that `publish` has written"


def forget_articles(
    words: Sequence[str], databases: Sequence[str], settings: BaseSettings, data: Path, loader: SpiderLoaderProtocol
) -> int:
    """Forget the articles that the user names, print what was done and what was not, and return the exit status.

    Nothing is done before all sites are locked and all articles are known. Raises EcnscrawlError.
    """
    has_rows = bool(settings["DATABASE_URL"])
    named = by_site(words, stored_sites(settings, data), loader)
    runs = {site: _run_on_rows(settings, site) if has_rows else _run(settings, site) for site in named}
    targets = Databases(databases, [run.folder for run in runs.values()], data)
    with ExitStack() as stack:
        for run in runs.values():
            run.enter()
            stack.callback(run.finish)
        traces = [_trace(run, named[site]) for site, run in runs.items()]
        _refuse_unknown(traces, targets)
        done = [_forget(run, each) for run, each in zip(runs.values(), traces, strict=True)]
    done.append(targets.forget([id_ for each in traces for id_ in sorted(each.ids)]))
    for each in traces:
        print_safely(*(_words(id_, is_already=id_ in each.already) for id_ in sorted(each.ids)))
    print_safely(*(line for each in done for line in each.removed))
    unreached = [line for each in done for line in each.unreached]
    print_safely(*(f"not reached: {line}" for line in unreached), error=True)
    print_safely(f"{_NEVER_REACHED}{_NOT_HERE if has_rows else ''}")
    return NOT_ALL if unreached else 0


def _run_on_rows(settings: BaseSettings, site: str) -> DatabaseRun:
    worker = worker_of(settings)
    if not RowSites(worker).has(site):
        raise CannotStart(f"{worker.address.name} has nothing of {site}; name the database with ECNSCRAWL_DATABASE_URL")
    return new_database_run(settings, site)


def _run(settings: BaseSettings, site: str) -> FileRun:
    run = new_file_run(settings, site)
    if not run.folder.is_dir():
        raise CannotStart(f"there is no folder {run.folder}; name the data folder with ECNSCRAWL_DATA_DIR")
    return run


def _trace(run: FileRun | DatabaseRun, ids: Sequence[str]) -> Traces:
    print_safely(*(f"ecnscrawl: warning: {warning}" for warning in run.warnings), error=True)
    with as_cannot_start(run.folder):
        if isinstance(run, DatabaseRun):
            return trace_rows(run, ids)
        return trace(run.state, run.folder, ids)


def _refuse_unknown(traces: Sequence[Traces], targets: Databases) -> None:
    """Raise WrongUsage if nothing is known of an article, neither here nor in a database: it is probably a typo."""
    unknown = {id_ for each in traces for id_ in each.unknown}
    if unknown and (unknown := unknown - targets.present(unknown)):
        raise WrongUsage(f"nothing is known of {', '.join(sorted(unknown))}; nothing was done")


def _forget(run: FileRun | DatabaseRun, traces: Traces) -> Forgotten:
    with as_cannot_start(run.folder):
        if isinstance(run, DatabaseRun):
            return forget_rows(run, traces, clean_archive)
        forget_texts(run.state, traces.urls)
        run.state.commit()  # first, while the addresses are known: whoever is killed runs it again
        return forget(run.state, run.folder, traces, run.clock(), clean_archive)


def _words(id_: str, *, is_already: bool) -> str:
    return f"{id_} {'was forgotten already' if is_already else 'is forgotten'}"
