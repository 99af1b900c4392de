"""`scrapy fixture URL|FILE`: save a page as a fixture, and show what is extracted from it, field by field.

`scrapy fixture --reviewed NAME` notes that somebody has compared the expected record with the page.
"""

import argparse
import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.utils.project import ENVVAR

from ecnscrawl.cli.base import OneLineErrors, data_folder, positional
from ecnscrawl.cli.extraction_table import show_extraction
from ecnscrawl.cli.inspection import InspectionMixin
from ecnscrawl.cli.page_spider import PageSpider
from ecnscrawl.configuration.storage import storage_of
from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.extraction import extract_sources
from ecnscrawl.hints import program
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.document import Source
from ecnscrawl.redaction import print_safely
from ecnscrawl.spiders.base import NewsSpider, site_spiders
from ecnscrawl.spiders.news import spider_of_site
from ecnscrawl.storage.data_folder import project_folder
from ecnscrawl.testing.fixtures import SavedPages, default_name

_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")


class Command(OneLineErrors, InspectionMixin):
    """Saves the bytes as received, notes source and date in the manifest, and writes the expected file for review."""

    requires_project = True

    def syntax(self) -> str:
        return "[options] URL|FILE, or: --reviewed [SITE/]NAME ..."

    def short_desc(self) -> str:
        return "Save an article's page as a fixture and show what is read from it"

    def add_options(self, parser: argparse.ArgumentParser) -> None:
        super().add_options(parser)
        parser.add_argument("--url", help="the address of a page that is read from a file")
        parser.add_argument("--name", help="the fixture's name (default: its id, after its day if the address has one)")

        parser.add_argument(
            "--reviewed", action="store_true", help="note that these fixtures' expected records are what the pages show"
        )

    def do(self, args: list[str], opts: argparse.Namespace) -> None:
        words = positional("fixture", args)
        if opts.reviewed:
            self._review(words)
            return
        if len(words) != 1:
            raise WrongUsage(f"name one page: {program()} fixture URL, or {program()} fixture FILE --url URL")
        if "://" in args[0]:
            site, address = self._find_site(args[0])
            sources = self._fetch(site, address)
            origin = f"fetched from {address.url}"
        else:
            body = self._read(args[0])
            site, address = self._find_site(opts.url) if opts.url else self._recognize(body)
            sources, origin = [site.profile.source(address.url, body)], f"from the file {Path(args[0]).name}"
        extraction, article = extract_sources(sources, site.profile, address, fetched_at=datetime.now(UTC))
        article.revision = 1
        if opts.name and not _NAME.fullmatch(opts.name):
            raise WrongUsage(f"--name {opts.name!r} is not a name; write letters, digits, dots, hyphens")
        name = opts.name or default_name(address)
        pages = _fixtures()
        _warn_of_one_id(pages, site, address)
        saved = pages.save(site.name, name, sources, origin, datetime.now(UTC).date())
        expected = pages.write_expected(site.name, name, article)
        show_extraction(extraction, article, site.profile)
        for source in sources:
            if not site.profile.page_class(source).ending().is_whole:
                print_safely(f"{source.url} shows no end: it may have been cut off")
        print_safely("saved", *(f"  {file}" for file in saved))
        print_safely("review, by reading the page:", f"  {expected}")
        print_safely("and then:", f"  {program()} fixture --reviewed {site.name}/{name}")

    def _review(self, names: Sequence[str]) -> None:
        """Mark fixtures as reviewed: all of them, or, if one is missing or incomplete, none."""
        pages = _fixtures()
        if not names:
            raise WrongUsage(f"name the fixtures: {program()} fixture --reviewed NAME")
        articles = [pages.find(name) for name in names]
        for article in articles:
            article.expected()
        for article in articles:
            pages.mark_reviewed(article, datetime.now(UTC).date())
            print_safely(f"reviewed {article.site}/{article.name}")

    def _find_site(self, url: str) -> tuple[type[NewsSpider], ArticleRef]:
        """The site of an article's address. Raises WrongUsage if it is of no site."""
        for spider in self._sites():
            if address := spider.profile.article_ref(url):
                return spider, address
        host = urlsplit(url).hostname
        if known := next((spider for spider in self._sites() if host in spider.profile.hosts), None):
            raise WrongUsage(
                f"{url!r} is on a host of {known.name}, but its article_ref returns None for it; change the pattern in"
                f" {known.profile.article_ref.__module__}"
            )
        data_folder(self.own_settings)  # which must be no file
        storage = storage_of(self.own_settings)
        for host in storage.hosts():  # crawled by `news`
            spider = spider_of_site(host, storage.known_sites)
            if address := spider.profile.article_ref(url):
                return spider, address
        names = ", ".join(spider.name for spider in self._sites())
        raise WrongUsage(f"{url!r} is not the address of an article of any site; known are {names}")

    def _recognize(self, body: bytes) -> tuple[type[NewsSpider], ArticleRef]:
        """The site and address that a page states for itself. Raises WrongUsage if it states none of a known site."""
        stated: str | None = None
        for spider in self._sites():
            stated = spider.profile.page_class(spider.profile.source("", body)).canonical()
            if stated and (address := spider.profile.article_ref(stated)):
                return spider, address
        if stated is None:
            raise WrongUsage("the page does not state its own URL; add --url URL")
        return self._find_site(stated)

    def _sites(self) -> Iterator[type[NewsSpider]]:
        assert self.crawler_process is not None
        return iter(site_spiders(self.crawler_process.spider_loader).values())

    def _fetch(self, site: type[NewsSpider], address: ArticleRef) -> list[Source]:
        assert self.crawler_process is not None
        sources: list[Source] = []
        errors: list[str] = []
        self.crawler_process.crawl(PageSpider, site, address, sources, errors)
        self.crawler_process.start()
        if errors or not sources:
            raise CannotStart(errors[0] if errors else f"{address.url} could not be fetched")
        return sources

    def _read(self, name: str) -> bytes:
        try:
            return Path(name).read_bytes()
        except OSError as error:
            raise WrongUsage(f"{name!r} cannot be read: {error.strerror}") from None


def _warn_of_one_id(pages: SavedPages, site: type[NewsSpider], address: ArticleRef) -> None:
    """Warn if another saved article has the same id: a pattern that is too short merges articles without a failure."""
    profile = site.profile
    for saved in pages.articles():
        other = profile.article_ref(saved.urls[0]) if saved.site == site.name else None
        if other and other.id == address.id and other.url != address.url:
            print_safely(
                f"ecnscrawl: warning: {address.url} has the id {address.id}, as {other.url}, saved as {saved.name}:"
                " a crawl takes both for one article; if they are two, change the pattern in"
                f" {profile.article_ref.__module__}",
                error=True,
            )


def _fixtures() -> SavedPages:
    return SavedPages(project_folder(Path.cwd(), os.environ.get(ENVVAR)) / "fixtures")
