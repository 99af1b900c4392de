"""Begin the run of a crawl after all checks, and print how it ended: what `crawl` and `watch` have in common."""

import os

from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings

from ecnscrawl.cli.base import data_folder
from ecnscrawl.cli.feeds import check_feeds
from ecnscrawl.cli.preflight import check_settings, is_set_by_user
from ecnscrawl.configuration.limits import page_limits
from ecnscrawl.context import CrawlContext, context_of
from ecnscrawl.crawling.arguments import argument_warnings
from ecnscrawl.exceptions import CannotStart
from ecnscrawl.frontier.scope import Arguments, RenderMode
from ecnscrawl.monitoring.conclusion import Conclusion
from ecnscrawl.network.certificates import check_certificate_file
from ecnscrawl.network.lease_watcher import LeaseWatcher
from ecnscrawl.network.proxies import check_proxies
from ecnscrawl.reading.reader import reading_pool
from ecnscrawl.redaction import print_fixed_form, print_safely
from ecnscrawl.rendering.executable import why_not_found
from ecnscrawl.storage.data_folder import relative_folder_warnings
from ecnscrawl.workers.pool import WorkerPool


def check_process(settings: BaseSettings) -> None:
    """Check the settings, proxies and certificates that are the same for all crawls of a process.

    Raises EcnscrawlError.
    """
    check_settings(settings)
    if settings.getbool("HTTPPROXY_ENABLED"):
        check_proxies(os.environ)
    check_certificate_file(os.environ)


def new_pool(settings: BaseSettings, workers: int) -> WorkerPool | None:
    """Return the processes that read pages, `workers` of them unless the user names another number; None for none."""
    if (named := str(settings["PAGE_WORKERS"])) != "auto":
        workers = int(named)
    return reading_pool(workers, page_limits(settings)) if workers else None


def begin_run(crawler: Crawler, arguments: Arguments) -> CrawlContext:
    """Enter the run of a crawl, whose settings have been checked. Its warnings are still to be printed.

    The caller must end the run. Raises EcnscrawlError, also AlreadyRunning.
    """
    settings, spider = crawler.settings, crawler.spidercls
    check_feeds(settings, spider.name)
    data_folder(settings)
    mode = arguments.render or RenderMode(settings["RENDER"])
    # Most sites need no browser. A run that turns out to need one is unhealthy, and its report says why.
    is_asked_for = arguments.render is not None or is_set_by_user(settings, "RENDER")
    no_browser = why_not_found(settings) if is_asked_for and mode is not RenderMode.OFF else None
    if no_browser and mode is RenderMode.ALWAYS:
        raise CannotStart(no_browser)
    context = context_of(crawler)
    run = context.run
    if run.lease is not None:
        context.kept.append(LeaseWatcher(crawler, run.lease, lambda: run.failure))
    assert context.profile is not None
    run.warnings += argument_warnings(context.profile, arguments, run.started_at)
    run.warnings += relative_folder_warnings(str(settings["DATA_DIR"]))
    if no_browser:
        run.warnings.append(no_browser)
    return context


def check_has_begun(context: CrawlContext, failure: BaseException | None) -> None:
    """Raise CannotStart if a crawl has ended before it began; `failure` is what it raised."""
    end = context.end
    never_began = not end.has_started and end.reason is None
    if never_began or (failure and not (end.has_started and end.reason)):
        why = f"{type(failure).__name__}: {failure}" if failure else "-L INFO has its log say why"
        raise CannotStart(f"the crawl could not begin: {why}")


def print_end(site: str, conclusion: Conclusion) -> None:
    """Print the warnings that only the end of a run can give, and its last line."""
    for note in conclusion.notes:
        print_safely(f"ecnscrawl: warning: {site}: {note}", error=True)
    print_fixed_form(conclusion.last_line)
