"""Rules for all spiders and all modules of the project."""

import ast
import doctest
import importlib
import pkgutil
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import pytest
from scrapy.settings import Settings

import ecnscrawl
from ecnscrawl import settings as production
from ecnscrawl.pages.base import Page
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.listing_source import ReadPage
from ecnscrawl.sites.registry import profile_of, profiles
from ecnscrawl.spiders.base import NewsSpider
from tests import saved_pages
from tests.conftest import LONGEST
from tests.saved_pages import ROOT, manifest, spiders

PRODUCT = sorted((ROOT / "ecnscrawl").rglob("*.py"))
PAGES = [path for path in PRODUCT if "pages" in path.parts]
DOCUMENTED = [*PRODUCT, *sorted((ROOT / "replica").rglob("*.py")), *sorted((ROOT / "bench").rglob("*.py"))]
MODULES = [module.name for module in pkgutil.walk_packages(ecnscrawl.__path__, "ecnscrawl.")]
POLITENESS = re.compile(r"DELAY|CONCURREN|THROTTLE|ROBOTS|USER_AGENT|RETRY|TIMEOUT|COOKIES")
#: `news` has no time zone, language and hosts of its own: it reads any site.
every_site = pytest.mark.parametrize("spider", spiders().values(), ids=list(spiders()))
every_spider = pytest.mark.parametrize(
    "spider", saved_pages.every_spider().values(), ids=list(saved_pages.every_spider())
)


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


# A rule for all modules is one test that names those that break it: a test for each module takes as long as all of it.


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """All nodes of a module."""
    return tuple(ast.walk(parsed(path)))


def imported(path: Path) -> Iterator[str]:
    """The top-level packages that a module imports, wherever in it."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").split(".")[0]


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


# Modules.


def test_the_product_needs_neither_the_replica_nor_the_tests() -> None:
    refused = {"replica", "tests", "bench", "pytest", "hypothesis"}
    assert [name_of(path) for path in PRODUCT if refused & set(imported(path))] == []


def test_pages_need_no_engine() -> None:
    engine = {"scrapy", "twisted", "itemloaders", "sqlite3"}
    assert PAGES
    assert [name_of(path) for path in PAGES if engine & set(imported(path))] == []


def descends_twice(xpath: str) -> bool:
    """Whether an XPath looks for descendants of descendants: of nested elements libxml2 finds the same ones many times."""
    previous = ""
    while previous != xpath:
        previous, xpath = xpath, re.sub(r"\[[^\[\]]*\]", "", re.sub(r"\(//[^()]*\)\[1\]", "", xpath))
    return any(part.count("//") > 1 for part in xpath.split("|"))


def selectors() -> Iterator[tuple[str, str]]:
    """Each module with the XPaths that it compiles for pages."""
    template = ROOT / "ecnscrawl" / "templates" / "news" / "page.py.tmpl"
    sources = {
        path: path.read_text(encoding="utf-8") for path in (*PAGES, template, ROOT / "tests/second_site/page.py")
    }
    for path, text in sources.items():
        calls = [
            node for node in ast.walk(ast.parse(text.replace("${class_name}", "New"))) if isinstance(node, ast.Call)
        ]
        named = [
            node for node in calls if getattr(node.func, "id", getattr(node.func, "attr", "")) in ("selector", "XPath")
        ]
        literals = [each.value for node in named for each in node.args if isinstance(each, ast.Constant)]
        yield from ((name_of(path), value) for value in literals if isinstance(value, str))


def test_no_selector_takes_the_square_of_the_time_on_nested_elements() -> None:
    found = list(selectors())
    assert len(found) > 20
    assert [each for each in found if descends_twice(each[1])] == []


@pytest.mark.parametrize(
    ("xpath", "is_slow"),
    [
        ("//div//a", True),
        ("//p | //div[@id='x']//td[1]//a[@href]", True),
        ("//a[ancestor::div[@id='x']]", False),
        ("//div[not(.//p)]/a | //p", False),
        ("(//div[@id='x'])[1]//a", False),
        ("((//div[@id='x'])[1]//td)[1]//a", True),
    ],
)
def test_a_selector_of_descendants_of_descendants_is_found(xpath: str, is_slow: bool) -> None:
    assert descends_twice(xpath) is is_slow


@pytest.mark.system
def test_pages_are_read_without_the_engine_being_loaded() -> None:
    names = [name for name in MODULES if name.startswith("ecnscrawl.pages.")]
    script = f"import sys, {', '.join(names)}; print([name for name in ('scrapy', 'twisted') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def first_line(path: Path) -> str:
    """The first line of a module's docstring."""
    return (ast.get_docstring(parsed(path)) or "").partition("\n")[0]


def test_the_first_line_of_a_module_says_its_purpose() -> None:
    """It is a sentence."""
    assert [name_of(path) for path in DOCUMENTED if not re.match(r".*\.$", first_line(path))] == []


def sleeps_or_swallows(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return ast.unparse(node.func) in ("time.sleep", "sleep")
    if isinstance(node, ast.ExceptHandler):
        passes = all(isinstance(each, ast.Pass) for each in node.body)
        return passes and (node.type is None or ast.unparse(node.type) in ("Exception", "BaseException"))
    return False


def test_no_module_sleeps_or_swallows_all_exceptions() -> None:
    found = [(path, node) for path in PRODUCT for node in nodes(path) if sleeps_or_swallows(node)]
    assert [f"{name_of(path)}:{getattr(node, 'lineno', 0)}" for path, node in found] == []


def prints(path: Path) -> bool:
    called = [node.func for node in nodes(path) if isinstance(node, ast.Call)]
    return any(isinstance(func, ast.Name) and func.id == "print" for func in called)


def test_everything_printed_is_sanitized_for_a_terminal() -> None:
    """Only the module of `print_safely` calls `print`; rich prints tables whose cells are clean."""
    assert [name_of(path) for path in PRODUCT if prints(path)] == ["ecnscrawl/redaction.py"]


def test_a_module_has_one_reason_to_exist() -> None:
    assert [name_of(path) for path in PRODUCT if path.stem in ("utils", "helpers", "common", "manager", "misc")] == []


def examples() -> Iterator[doctest.DocTest]:
    """The docstrings that have examples."""
    for name in ["ecnscrawl", *MODULES]:
        found = doctest.DocTestFinder(exclude_empty=True).find(importlib.import_module(name))
        yield from (each for each in found if each.examples)


def test_the_examples_in_docstrings_are_true() -> None:
    runner = doctest.DocTestRunner()
    assert [each.name for each in examples() if runner.run(each).failed] == []
    assert runner.summarize().attempted > 10


def test_the_modules_that_are_to_begin_first_exist() -> None:
    assert set(LONGEST) <= {path.stem for path in (ROOT / "tests").rglob("test_*.py")}


def test_no_crawler_parses_a_page_itself() -> None:
    """Only what `ecnscrawl.reading` does can be done by a worker process, in which a parser may hang or crash."""
    parsers = {
        "Document",
        "Page",
        "links",
        "feed_entries",
        "read_sitemap",
        "extract_pages",
        "extract_sources",
        "decode",
    }
    found = [
        f"{path.name} imports {alias.name}"
        for path in (ROOT / "ecnscrawl" / "crawling").glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in parsers
    ]
    assert found == []
