"""The saved pages under fixtures/, their manifest, the expected records, and the records that the project extracts."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from scrapy.settings import Settings
from scrapy.spiderloader import SpiderLoader

from ecnscrawl.extraction import extract_sources
from ecnscrawl.frontier.known_sites import FolderSites
from ecnscrawl.items import to_line, validated
from ecnscrawl.spiders.base import NewsSpider, site_spiders
from ecnscrawl.spiders.news import AnyNewsSpider, spider_of_site
from tests.second_site.spider import GacetaSpider

ROOT = Path(__file__).parent.parent
FIXTURES = ROOT / "fixtures"
FOLDERS = (FIXTURES, ROOT / "tests" / "second_site" / "fixtures")  #: of saved pages; the second is a site of the tests'
FETCHED_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)  # so that two readings of a page are the same record
NOT_EXPECTED = ("fetched_at", "content_hash")  # keys that no reader of a page can know


@dataclass(frozen=True)
class SavedPage:
    """One entry of the manifest."""

    site: str
    file: str
    type: str
    url: str
    of: str | None = None  #: the first page of the article that this is a page of
    folder: Path = FIXTURES

    def __str__(self) -> str:
        return self.file.removesuffix(".html")

    @property
    def body(self) -> bytes:
        """The page as it was saved."""
        return (self.folder / "html" / self.site / self.file).read_bytes()

    @property
    def expected_file(self) -> Path:
        """The file of the expected record."""
        return self.folder / "expected" / self.site / f"{self}.json"


def manifest(folder: Path = FIXTURES) -> list[SavedPage]:
    """All saved pages of all sites."""
    sites = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return [
        SavedPage(site, entry["file"], entry["type"], entry["url"], entry.get("of"), folder)
        for site, entries in sites.items()
        for entry in entries
    ]


def articles(folder: Path = FIXTURES) -> list[SavedPage]:
    """The saved pages that make a record, paged articles by their first page."""
    return [page for page in manifest(folder) if page.type == "article"]


def pages_of(article: SavedPage) -> list[SavedPage]:
    """The pages of an article, in order."""
    return [article, *(page for page in manifest(article.folder) if page.of == article.file)]


@cache
def spiders() -> dict[str, type[NewsSpider]]:
    """All spiders of the project that have a site of their own, by its name."""
    settings = Settings()
    settings.setmodule("ecnscrawl.settings")
    loader = SpiderLoader.from_settings(settings)
    return site_spiders(loader)


@cache
def every_spider() -> dict[str, type[NewsSpider]]:
    """All spiders of the project: those with a site of their own, and `news`, here for a site that no run has seen."""
    return spiders() | {AnyNewsSpider.name: spider_of_site("gazette.example", FolderSites(Path("no-data")))}


@cache
def every_site() -> dict[str, type[NewsSpider]]:
    """The spiders of all sites with saved pages: the project's, and that of the site which only the tests have."""
    return spiders() | {GacetaSpider.name: GacetaSpider}


def every_article() -> list[SavedPage]:
    """The saved articles of all these sites."""
    return [page for folder in FOLDERS for page in articles(folder)]


def record_from(site: str, url: str, parts: list[tuple[str, bytes]]) -> dict[str, Any]:
    """The record of an article's pages, each an address and what came from there, as a crawl would store it first."""
    spider = every_site()[site]
    address = spider.profile.article_ref(url)
    assert address is not None, f"{url} is not an article of {site}"
    sources = [spider.profile.source(part_url, body) for part_url, body in parts]
    _, article = extract_sources(sources, spider.profile, address, fetched_at=FETCHED_AT)
    article.revision = 1
    record: dict[str, Any] = json.loads(to_line(validated(article)))
    return record


def record_of(article: SavedPage, change: Callable[[bytes], bytes] = bytes) -> dict[str, Any]:
    """The record of a saved article; `change` may alter the bytes of its pages before they are read."""
    address = every_site()[article.site].profile.article_ref(article.url)
    assert address is not None
    first, *others = pages_of(article)
    parts = [(address.url, change(first.body)), *((page.url, change(page.body)) for page in others)]
    return record_from(article.site, article.url, parts)


def expected_of(article: SavedPage) -> dict[str, Any]:
    """Return the expected record. If nobody has written it yet, write it from the extracted one, and fail."""
    if not article.expected_file.exists():
        record = {key: value for key, value in record_of(article).items() if key not in NOT_EXPECTED}
        article.expected_file.parent.mkdir(parents=True, exist_ok=True)
        article.expected_file.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        raise AssertionError(
            f"{article.expected_file} was missing and has been written from what is read now; "
            "review each field against the page, then run the tests again"
        )
    expected: dict[str, Any] = json.loads(article.expected_file.read_text(encoding="utf-8"))
    return expected
