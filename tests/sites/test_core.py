"""The core knows no site: its modules contain no host, name or markup word of one."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.registry import profiles
from tests.saved_pages import ROOT
from tests.second_site.site import GACETA

PACKAGE = ROOT / "ecnscrawl"
SECOND_SITE = ROOT / "tests" / "second_site"
SITES = {profile.name: profile for profile in (*profiles().values(), GACETA)}
#: `//div[@id='yanse']`, `contains(@class, 'downinfo')`
_IN_SELECTORS = re.compile(r"@(?:id|class)[^']{0,5}'([\w-]+)'")
MAX_LINES = 150


def modules_of(name: str) -> list[Path]:
    """The modules of a site's own."""
    own = [PACKAGE / folder / f"{name}.py" for folder in ("sites", "spiders", "pages")]
    own += [*(PACKAGE / "pages" / name).glob("*.py"), *(SECOND_SITE.glob("[!t_]*.py") if name == GACETA.name else ())]
    return [path for path in own if path.exists()]


def core() -> list[Path]:
    own = {path for name in SITES for path in modules_of(name)}
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path not in own]


@cache
def words_of(name: str) -> re.Pattern[str]:
    """What only a site's own modules may say: its name, domains and hosts, and the markup that its selectors name."""
    profile: SiteProfile = SITES[name]
    markup = {word for path in modules_of(name) for word in _IN_SELECTORS.findall(path.read_text(encoding="utf-8"))}
    words = {profile.name, *profile.domains, *profile.hosts, *profile.index_names, *markup}
    return re.compile("|".join(rf"(?<![\w-]){re.escape(word)}(?![\w-])" for word in sorted(words)), re.IGNORECASE)


def found_in(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for name in SITES:
        yield from (f"{name}: {match[0]}" for match in words_of(name).finditer(text))


@pytest.mark.parametrize("path", core(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_core_module_knows_a_site(path: Path) -> None:
    assert list(found_in(path)) == []


@pytest.mark.parametrize("word", ["pictext", "vjs-", "wap_url", "bitemblue", "contitle", "yanse", "shtml", "chinanews"])
def test_no_core_module_says_a_word_of_the_first_site(word: str) -> None:
    assert [path.name for path in core() if word in path.read_text(encoding="utf-8")] == []


def test_the_words_of_a_site_are_found_where_they_stand() -> None:
    assert {"ecns: www.ecns.cn", "ecns: ecns"} <= set(found_in(PACKAGE / "sites" / "ecns.py"))
    assert {"ecns: yanse", "ecns: contitle"} <= set(found_in(PACKAGE / "pages" / "ecns" / "layouts.py"))
    assert {"gaceta: gaceta", "gaceta: anteriores"} <= set(found_in(SECOND_SITE / "site.py"))
    assert {"gaceta: titular", "gaceta: migas"} <= set(found_in(SECOND_SITE / "page.py"))


def test_a_site_takes_few_lines() -> None:
    modules = sorted(SECOND_SITE.glob("[!t_]*.py"))
    assert [path.name for path in modules] == ["page.py", "site.py", "spider.py"]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules) < MAX_LINES
