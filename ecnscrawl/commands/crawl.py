"""`scrapy crawl SITE`: Scrapy's own command, with checked arguments, one run at a time and a true exit status."""

import argparse
import asyncio
from typing import TYPE_CHECKING, Any

from scrapy import signals
from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.crawler import Crawler

from ecnscrawl.cli.base import positional
from ecnscrawl.cli.crawl_command import CrawlCommand
from ecnscrawl.cli.feeds import feeds_of
from ecnscrawl.cli.site_crawl import begin_run, check_has_begun, check_process, new_pool, print_end
from ecnscrawl.configuration.renamed_settings import old_name_warnings
from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.context import context_of
from ecnscrawl.crawling.arguments import KNOWN_OF_NEWS, arguments_help, parse
from ecnscrawl.exceptions import WrongUsage, refuse
from ecnscrawl.network.shutdown import call_on_signal, keep_ignored_interrupts, limit_stop_time
from ecnscrawl.reading.reader import PoolReader
from ecnscrawl.redaction import print_safely
from ecnscrawl.spiders.base import NewsSpider, spider_named
from ecnscrawl.storage.run_settings import utc_now
from ecnscrawl.workers.garbage import freeze_start

if TYPE_CHECKING:
    from scrapy.settings import Settings


class Command(CrawlCommand, ScrapyCrawl):
    """Exit status: 0 healthy, 1 could not start, 2 wrong usage, 3 ran but is not healthy, 4 another run."""

    settings: "Settings"

    def syntax(self) -> str:
        return "[options] SITE"

    def short_desc(self) -> str:
        return "Crawl a site: its new and changed articles"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        options_help = parser.format_help
        parser.format_help = lambda: f"{options_help()}\n{arguments_help()}"  # type: ignore[method-assign]

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        appended, replaced = opts.output or [], opts.overwrite_output or []
        opts.output = opts.overwrite_output = None  # Scrapy refuses in several lines, and only some of what cannot work
        super().process_options(args, opts)
        if appended or replaced:
            try:
                self.settings.set("FEEDS", feeds_of(self.settings, appended, replaced), priority="cmdline")
            except WrongUsage as error:
                refuse(error)

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        spider = self._spider(args).for_arguments(opts.spargs, storage_of(self.own_settings).known_sites)
        if opts.spargs.get("sections", "").strip() == "?":
            print_safely(*spider.profile.sections)
            if not spider.profile.sections:
                print_safely(f"{spider.name}: no section is known yet; a crawl finds them", error=True)
            return
        arguments = parse(spider.profile, opts.spargs, now=utc_now())
        crawler = self._create_crawler(spider)
        check_process(crawler.settings)
        context = begin_run(crawler, arguments)
        try:
            for warning in context.run.warnings:
                print_safely(f"ecnscrawl: warning: {warning}", error=True)
            context.run.warnings += old_name_warnings(crawler.settings)  # printed already, when the options were read
            if pool := new_pool(crawler.settings, 0):
                context.reader = PoolReader(pool, spider.profile)
                crawler.signals.connect(pool.close, signals.engine_stopped)
            self._crawl(crawler, arguments=arguments, **opts.spargs)
        finally:
            context.close_run()

    def _spider(self, args: list[str]) -> type[NewsSpider]:
        assert self.crawler_process is not None
        known = self.crawler_process.spider_loader.list()
        for arg in args:
            name = arg.removeprefix("--").partition("=")[0].replace("-", "_")
            if name in KNOWN_OF_NEWS and (arg.startswith("--") or "=" in arg):
                what = "option" if arg.startswith("--") else "word"
                raise WrongUsage(f"unknown {what} {arg!r}; an argument of a crawl is written -a {name}=VALUE")
        words = positional("crawl", args)
        if len(words) != 1:
            raise WrongUsage(f"name one site to crawl; known are {', '.join(known)}")
        return spider_named(words[0], self.crawler_process.spider_loader)

    def _crawl(self, crawler: Crawler, **given: object) -> None:
        """Run the reactor until the crawl is over, however it ends, and say how it was."""
        # Here, where the stack is short: for each frame of it, this module has all imported modules looked through.
        import scrapy.core.downloader.contextfactory  # noqa: F401, PLC0415
        from twisted.internet import reactor  # noqa: PLC0415 - it is installed by now

        process = self.crawler_process
        assert process is not None
        keep_ignored_interrupts()
        call_on_signal(process, context_of(crawler).storage.give_up_waiting)
        freeze_start()
        limit_stop_time(crawler, reactor.callLater, process._stop_reactor)
        failures: list[BaseException] = []
        _note_failure(process.crawl(crawler, **given), failures)
        process.start()
        context = context_of(crawler)
        check_has_begun(context, failures[0] if failures else None)
        conclusion = context.end.conclude()
        self.exitcode = conclusion.verdict.exit_status
        print_end(crawler.spidercls.name, conclusion)


def _note_failure(crawling: Any, failures: list[BaseException]) -> None:
    """Keep why a crawl could not begin, which would end in a traceback else."""
    if isinstance(crawling, asyncio.Task):

        def note(task: asyncio.Task[None]) -> None:
            if not task.cancelled() and (failure := task.exception()):
                failures.append(failure)

        crawling.add_done_callback(note)
    else:
        crawling.addErrback(lambda failure: failures.append(failure.value))
