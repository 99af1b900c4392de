"""Rules for every site: its profile, its addresses, its pace, and its saved pages. A new site is checked by all of them."""

import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path

import pytest
from scrapy.settings import Settings

from ecnscrawl import settings as production
from ecnscrawl.normalize.urls import ArticleRef
from ecnscrawl.pages.base import GENERIC
from ecnscrawl.pages.document import Document, Source
from ecnscrawl.pages.extractors import FIELDS
from ecnscrawl.pages.links import links
from ecnscrawl.sites import news as sites_news
from ecnscrawl.spiders import news as spiders_news
from ecnscrawl.spiders.base import NewsSpider
from ecnscrawl.testing.cases import cases_of
from tests.saved_pages import FOLDERS, SavedPage, every_article, every_site, expected_of, manifest

MAX_LINES = 75  #: of the profile and the spider together, without blank lines, comments and docstrings
MIN_ARTICLES = 5
#: What may be on any page beside the addresses of articles.
JUNK = (
    "", " ", "#", "/", "javascript:void(0)", "mailto:desk@example.org", "data:text/html,x", "http://[", "https://", "//",
    "http://127.0.0.1/1.html", "https://example.org/", "https://example.org/2026/01-02/123456.shtml", "\ud800", "a" * 5000,
)  # fmt: skip
#: Settings that a profile may change: the pace, budgets, and when a run is healthy. None of them makes a run unsafe.
MAY_DIFFER = (
    "DOWNLOAD_DELAY", "DOWNLOAD_TIMEOUT", "CONCURRENT_REQUESTS_PER_DOMAIN", "AUTOTHROTTLE_START_DELAY",
    "AUTOTHROTTLE_TARGET_CONCURRENCY", "RECHECK_AGES", "PENDING_ATTEMPTS", "PENDING_BACKOFF", "RENDER", "RENDER_SECONDS",
    "HEALTH_FAILED_SHARE", "HEALTH_REJECTED_SHARE", "HEALTH_RENDERED_SHARE", "HEALTH_UNENDED_SHARE",
    "HEALTH_STALE_HOURS", "HEALTH_SAMPLE", "LISTING_MAX_REQUESTS", "LISTING_MAX_DEAD_LINKS", "RUN_MAX_REQUESTS",
)  # fmt: skip
each_site = pytest.mark.parametrize("spider", every_site().values(), ids=list(every_site()))
each_article = pytest.mark.parametrize("article", every_article(), ids=str)


def settings_of(spider: type[NewsSpider]) -> Settings:
    """The settings with which a crawl of the site runs."""
    settings = Settings()
    settings.setmodule(production)
    spider.update_settings(settings)
    return settings


def lines_of_code(path: Path) -> int:
    """The number of lines that are neither blank nor comment nor docstring."""
    text = path.read_text(encoding="utf-8")
    written = {number for number, line in enumerate(text.splitlines(), 1) if line.strip() and line.strip()[0] != "#"}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            written -= set(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(written)


def saved(spider: type[NewsSpider]) -> list[SavedPage]:
    """The saved articles of a site."""
    return [article for article in every_article() if article.site == spider.name]


@each_site
def test_the_spider_the_profile_and_the_ids_have_one_name(spider: type[NewsSpider]) -> None:
    assert spider.name == spider.profile.name
    for article in saved(spider):
        ref = spider.profile.article_ref(article.url)
        assert ref is not None
        assert ref.id.startswith(f"{spider.name}:")


def test_no_two_sites_share_a_domain() -> None:
    domains = [domain for spider in every_site().values() for domain in spider.profile.domains]
    assert sorted(set(domains)) == sorted(domains)
    assert [(one, other) for one in domains for other in domains if one.endswith(f".{other}")] == []


@each_site
def test_a_profile_and_its_spider_are_short(spider: type[NewsSpider]) -> None:
    modules = (spider.__module__, spider.profile.article_ref.__module__)
    assert sum(lines_of_code(Path(sys.modules[module].__file__ or "")) for module in modules) < MAX_LINES


def test_the_profile_and_the_spider_of_any_site_are_short() -> None:
    assert sum(lines_of_code(Path(module.__file__ or "")) for module in (sites_news, spiders_news)) < MAX_LINES


@each_site
def test_a_site_is_not_crawled_faster_than_others(spider: type[NewsSpider]) -> None:
    settings = settings_of(spider)
    assert settings.getfloat("DOWNLOAD_DELAY") >= production.DOWNLOAD_DELAY
    assert settings.getint("CONCURRENT_REQUESTS_PER_DOMAIN") <= production.CONCURRENT_REQUESTS_PER_DOMAIN
    assert settings.getfloat("AUTOTHROTTLE_START_DELAY") >= production.AUTOTHROTTLE_START_DELAY
    assert settings.getfloat("AUTOTHROTTLE_TARGET_CONCURRENCY") <= production.AUTOTHROTTLE_TARGET_CONCURRENCY


@each_site
def test_no_site_switches_a_safety_or_manners_off(spider: type[NewsSpider]) -> None:
    assert set(spider.profile.settings) <= set(MAY_DIFFER)
    settings = settings_of(spider)
    names = [name for name in dir(production) if name.isupper() and name not in MAY_DIFFER]
    assert "ROBOTSTXT_OBEY" in names
    assert [name for name in names if settings[name] != getattr(production, name)] == []


@each_site
def test_only_fields_that_pages_have_are_expected_each_with_a_share(spider: type[NewsSpider]) -> None:
    expected = spider.profile.expected_fields
    assert set(expected) <= {*FIELDS, "body", "images", "videos"} - {"blocks"}
    assert [share for share in expected.values() if not 0 <= share <= 1] == []


@each_site
def test_an_address_of_nothing_is_no_article(spider: type[NewsSpider]) -> None:
    assert [url for url in JUNK if spider.profile.article_ref(url) is not None] == []
    homes = [f"{scheme}://{host}/" for scheme in ("http", "https") for host in spider.profile.hosts]
    assert [url for url in homes if spider.profile.article_ref(url) is not None] == []


def spellings(url: str) -> Iterator[str]:
    """Other addresses that lead to the same article."""
    rest = url.split("://", 1)[1]
    yield from (f"http://{rest}", f"https://{rest}", f"{url}#comments")
    yield f"{url}{'&' if '?' in url else '?'}utm_source=newsletter"


def same(ref: ArticleRef | None) -> tuple[object, ...]:
    """What two addresses of one page have in common."""
    return () if ref is None else (ref.id, ref.url, ref.kind, ref.day, ref.part)


@each_article
def test_an_article_has_one_id_and_one_address_however_it_is_linked(article: SavedPage) -> None:
    profile = every_site()[article.site].profile
    ref = profile.article_ref(article.url)
    assert ref is not None
    assert same(profile.article_ref(ref.url)) == same(ref)
    assert {same(profile.article_ref(url)) for url in spellings(article.url)} == {same(ref)}


@each_site
def test_the_pattern_for_links_leaves_out_no_article(spider: type[NewsSpider]) -> None:
    profile = spider.profile
    urls = [url for article in saved(spider) for url in (article.url, *spellings(article.url))]
    urls += [f"{cut[0]}\n{cut[1]}{cut[2]}" for url in urls if (cut := url.rpartition("."))]
    markup = "".join(f'<a href="{escape(url)}">x</a>' for url in urls)
    pages = [
        page
        for folder in FOLDERS
        for page in manifest(folder)
        if page.site == profile.name and page.type in ("front", "listing")
    ]
    bodies = [(page.folder / "html" / page.site / page.file).read_bytes() for page in pages]
    for body in (markup.encode(), *bodies):
        source = Source(profile.home, body)
        refs = [profile.article_ref(url) for url in links(Document(source))]
        kept = [profile.article_ref(url) for url in links(Document(source), profile.link_pattern)]
        assert [ref for ref in kept if ref] == [ref for ref in refs if ref]


@each_site
def test_an_article_is_of_one_site_only(spider: type[NewsSpider]) -> None:
    others = [other.profile for other in every_site().values() if other is not spider]
    urls = [article.url for article in saved(spider)]
    assert [url for url in urls for profile in others if profile.article_ref(url) is not None] == []


@each_site
def test_there_are_some_saved_articles_and_one_of_each_layout(spider: type[NewsSpider]) -> None:
    assert len(saved(spider)) >= MIN_ARTICLES
    layouts = {expected_of(article)["layout"] for article in saved(spider)}
    assert set(spider.profile.page_class.layouts) <= layouts
    assert layouts <= {*spider.profile.page_class.layouts, GENERIC}


@each_site
def test_a_list_of_the_articles_is_saved_too(spider: type[NewsSpider]) -> None:
    """For the replica: without it a crawl of the saved pages finds nothing."""
    kinds = {page.type for folder in FOLDERS for page in manifest(folder) if page.site == spider.name}
    assert kinds & {"feed", "sitemap", "front", "listing"}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_a_crawl_would_store_every_saved_article(folder: Path) -> None:
    cases = [case for spider in every_site().values() for case in cases_of(spider.profile, folder)]
    stored = [case for case in cases if str(case).endswith("-is-stored")]
    assert stored
    for case in stored:
        case.check()


@each_article
def test_the_expected_record_of_a_saved_article_is_one_that_a_crawl_stores(article: SavedPage) -> None:
    """The expected file itself is checked by the rules for records, however it came to be."""
    ref = every_site()[article.site].profile.article_ref(article.url)
    expected = expected_of(article)
    assert ref is not None
    assert (expected["id"], expected["url"], expected["kind"]) == (ref.id, ref.url, ref.kind)
    assert datetime.fromisoformat(expected["published_at"]) < datetime.now(UTC)
