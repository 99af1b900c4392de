"""`scrapy state forget`: forget articles in the folders of their sites and in the databases that have them."""

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.named_articles import by_site
from ecnscrawl.configuration.storage import crawl_settings, storage_of
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.exporters.loading.forgetting import Databases
from ecnscrawl.redaction import print_safely
from ecnscrawl.reextraction.forgetting import clean_archive
from ecnscrawl.storage.errors import as_cannot_start
from ecnscrawl.storage.forgetting import Forgotten
from ecnscrawl.storage.site_forgetting import SiteForgetting
from ecnscrawl.storage.traces import Traces

NOT_ALL = 3  #: exit status if something that is known could not be reached
_NEVER_REACHED = (
    "what no command can reach: copies of article files that were moved away, exports, feeds, pages that Scrapy has"
    " cached, logs, backups, and the caches of search engines"
)


def forget_articles(
    words: Sequence[str], databases: Sequence[str], settings: BaseSettings, data: Path, loader: SpiderLoaderProtocol
) -> int:
    """Forget the articles that the user names, print what was done and what was not, and return the exit status.

    Nothing is done before all sites are locked and all articles are known. Raises EcnscrawlError.
    """
    storage = storage_of(settings)
    named = by_site(words, storage, loader)
    sites = {site: storage.forgetting(site, crawl_settings(settings, site)) for site in named}
    targets = Databases(databases, [each.run.folder for each in sites.values()], data)
    with ExitStack() as stack:
        for forgetting in sites.values():
            forgetting.run.enter()
            stack.callback(forgetting.run.finish)
        traces = [_trace(forgetting, named[site]) for site, forgetting in sites.items()]
        _refuse_unknown(traces, targets)
        done = [_forget(forgetting, each) for forgetting, each in zip(sites.values(), traces, strict=True)]
    done.append(targets.forget([id_ for each in traces for id_ in sorted(each.ids)]))
    for each in traces:
        print_safely(*(_words(id_, is_already=id_ in each.already) for id_ in sorted(each.ids)))
    print_safely(*(line for each in done for line in each.removed))
    unreached = [line for each in done for line in each.unreached]
    print_safely(*(f"not reached: {line}" for line in unreached), error=True)
    print_safely(f"{_NEVER_REACHED}{storage.out_of_reach}")
    return NOT_ALL if unreached else 0


def _trace(forgetting: SiteForgetting, named: Sequence[str]) -> Traces:
    print_safely(*(f"ecnscrawl: warning: {warning}" for warning in forgetting.run.warnings), error=True)
    with as_cannot_start(forgetting.run.folder):
        return forgetting.trace(named)


def _refuse_unknown(traces: Sequence[Traces], targets: Databases) -> None:
    """Raise WrongUsage if nothing is known of an article, neither here nor in a database: it is probably a typo."""
    unknown = {id_ for each in traces for id_ in each.unknown}
    if unknown and (unknown := unknown - targets.present(unknown)):
        raise WrongUsage(f"nothing is known of {', '.join(sorted(unknown))}; nothing was done")


def _forget(forgetting: SiteForgetting, traces: Traces) -> Forgotten:
    with as_cannot_start(forgetting.run.folder):
        return forgetting.forget(traces, clean_archive)


def _words(id_: str, *, is_already: bool) -> str:
    return f"{id_} {'was forgotten already' if is_already else 'is forgotten'}"
