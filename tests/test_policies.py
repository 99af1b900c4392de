"""Rules for all spiders, sites and settings of the project."""

import ast
import importlib
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings

from ecnscrawl import settings as production
from ecnscrawl.pages.base import Page
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.listing_source import ReadPage
from ecnscrawl.sites.registry import profile_of, profiles
from ecnscrawl.spiders.base import NewsSpider
from tests import saved_pages
from tests.modules import PRODUCT, imported, name_of, nodes, parsed
from tests.saved_pages import manifest, spiders

POLITENESS = re.compile(r"DELAY|CONCURREN|THROTTLE|ROBOTS|USER_AGENT|RETRY|TIMEOUT|COOKIES")

#: `news` has no time zone, language and hosts of its own: it reads any site.
every_site = pytest.mark.parametrize("spider", spiders().values(), ids=list(spiders()))
every_spider = pytest.mark.parametrize(
    "spider", saved_pages.every_spider().values(), ids=list(saved_pages.every_spider())
)


def hosts(spider: type[NewsSpider]) -> tuple[str, ...]:
    """The domains that a spider may ask."""
    return tuple(spider.profile.domains)


def own_modules(spider: type[NewsSpider]) -> list[Path]:
    """The modules in which a site may be named: its spider's, its profile's and its pages'."""
    names = {spider.name, spider.__module__.rsplit(".", 1)[1]}
    return [
        path for path in PRODUCT if {"spiders", "sites", "pages"} & set(path.parts) and names & {*path.parts, path.stem}
    ]


# Spiders.


def test_there_is_a_spider() -> None:
    assert "ecns" in spiders()


@every_site
def test_a_spider_says_where_and_when_its_site_is(spider: type[NewsSpider]) -> None:
    assert isinstance(spider.profile.zone, ZoneInfo)
    assert re.fullmatch(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?", spider.profile.language)
    assert re.fullmatch(r"[a-z0-9_-]+", spider.name)
    assert hosts(spider)
    assert issubclass(spider.profile.page_class, Page)
    assert (spider.__doc__ or "").strip()


@every_site
def test_the_hosts_of_a_profile_are_of_its_domains_and_of_no_other_profile(spider: type[NewsSpider]) -> None:
    for host in spider.profile.hosts:
        assert any(f".{host}".endswith(f".{domain}") for domain in hosts(spider))
        assert profile_of(host) is spider.profile


@every_site
def test_the_registry_knows_the_profile_of_every_spider(spider: type[NewsSpider]) -> None:
    assert profiles()[spider.name] is spider.profile


@every_spider
def test_the_sections_of_a_site_are_paths_without_slashes_at_the_ends(spider: type[NewsSpider]) -> None:
    assert spider.profile.sources
    assert [section for section in spider.profile.sections if section != section.strip("/ ") or not section] == []
    assert len(set(spider.profile.sections)) == len(spider.profile.sections)


def listing_pages(profile: SiteProfile) -> list[str]:
    """The first page of each source, and the second one where its address does not stand on the first."""
    today = date(2026, 11, 23)
    first = [source.first(today) for source in profile.sources]
    return [*first, *(url for source in profile.sources for url in source.next(ReadPage(number=1, today=today)))]


@every_spider
def test_all_that_lists_articles_is_requested_from_the_sites_own_hosts_by_https(spider: type[NewsSpider]) -> None:
    schemes = {urlsplit(url).scheme for url in listing_pages(spider.profile)}
    assert schemes == {"https"} or not_by_https(spider)
    for url in listing_pages(spider.profile):
        assert any(f".{urlsplit(url).hostname}".endswith(f".{domain}") for domain in hosts(spider))


def not_by_https(spider: type[NewsSpider]) -> bool:
    """Whether the site has no https, as the addresses of its saved articles say."""
    refs = [spider.profile.article_ref(page.url) for page in manifest() if page.site == spider.name]
    return all(ref is None or ref.url.startswith("http://") for ref in refs)


@every_spider
def test_no_listing_is_an_article(spider: type[NewsSpider]) -> None:
    assert [url for url in listing_pages(spider.profile) if spider.profile.article_ref(url)] == []


@every_spider
def test_a_spider_has_no_selector(spider: type[NewsSpider]) -> None:
    path = Path(sys.modules[spider.__module__].__file__ or "")
    called = [node.func for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)]
    names = [func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "") for func in called]
    assert not {"xpath", "css", "cssselect", "selector", "Selector", "XPath", "find", "findall"} & set(names)
    assert not {"lxml", "parsel", "bs4"} & set(imported(path))


@every_spider
def test_a_spider_has_no_politeness_settings(spider: type[NewsSpider]) -> None:
    own = {name for base in spider.__mro__ if base.__module__.startswith("ecnscrawl.") for name in vars(base)}
    assert not {"download_delay", "max_concurrent_requests_per_domain", "user_agent", "custom_settings"} & own
    assert [name for name in own if POLITENESS.search(name.upper())] == []


@every_site
def test_a_site_is_named_only_by_its_spider_and_its_pages(spider: type[NewsSpider]) -> None:
    own = own_modules(spider)
    assert own
    found = []
    for path in set(PRODUCT) - set(own):
        for node in nodes(path):
            compared: list[ast.AST] = []
            if isinstance(node, ast.Compare):
                compared = [node.left, *node.comparators]
            elif isinstance(node, ast.MatchValue):
                compared = [node.value]
            elif isinstance(node, ast.Dict):
                compared = [key for key in node.keys if key is not None]
            texts = [each.value for side in compared for each in ast.walk(side) if isinstance(each, ast.Constant)]
            found += [f"{name_of(path)}: {text!r}" for text in texts if text in (spider.name, *hosts(spider))]
    assert found == []


# Settings.


def settings_without_a_reason() -> Iterator[str]:
    """Those with no comment beside them, and none over the group of lines that they stand in."""
    lines = Path(production.__file__).read_text(encoding="utf-8").splitlines()
    for node in parsed(Path(production.__file__)).body:
        if not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        first, last = node.lineno - 1, node.end_lineno or node.lineno
        group = first
        while group and lines[group - 1].strip():
            group -= 1
        if not any("#" in line for line in lines[first:last]) and not lines[group].startswith("#"):
            yield ast.unparse(target)


def test_every_setting_has_a_comment_with_its_reason() -> None:
    assert list(settings_without_a_reason()) == []


def test_the_pipelines_are_the_documented_ones_in_their_order() -> None:
    assert {name.rsplit(".", 1)[1]: place for name, place in production.ITEM_PIPELINES.items()} == {
        "DedupePipeline": 100,
        "ValidatePipeline": 200,
        "StorePipeline": 300,
    }


def test_every_component_that_the_settings_name_exists() -> None:
    named = [
        *production.ITEM_PIPELINES,
        *production.EXTENSIONS,
        *production.DOWNLOADER_MIDDLEWARES,
        *production.SPIDER_MIDDLEWARES,
    ]
    for name in (*named, production.DUPEFILTER_CLASS, *production.FEED_STORAGES.values()):
        module, attribute = name.rsplit(".", 1)
        assert hasattr(importlib.import_module(module), attribute), name


def test_polite_and_secure_settings_are_on() -> None:
    settings = Settings()
    settings.setmodule(production)
    assert settings.getbool("ROBOTSTXT_OBEY")
    assert settings.getbool("AUTOTHROTTLE_ENABLED")
    assert settings.getfloat("DOWNLOAD_DELAY") > 0
    assert settings["USER_AGENT"].startswith("ecnscrawl/")
    assert settings.getbool("DOWNLOAD_VERIFY_CERTIFICATES")
    assert 0 < settings.getint("DOWNLOAD_MAXSIZE") <= 100 * 1024 * 1024
    assert settings.getint("CONCURRENT_ITEMS") == 1
    assert settings["FEED_EXPORT_ENCODING"] == "utf-8"
    for door in ("TELNETCONSOLE_ENABLED", "REMOTE_CONTROL_ENABLED", "COOKIES_ENABLED", "METAREFRESH_ENABLED"):
        assert not settings.getbool(door), door
    for scheme in ("data", "ftp", "s3"):
        assert settings.getdict("DOWNLOAD_HANDLERS")[scheme] is None
