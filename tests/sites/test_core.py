"""The core knows no site: its modules contain no host, name or markup word of one."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
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
#: `//div[@id='yanse']`, `contains(@class, 'downinfo')`, `first("h1", id="contitle")`, `class_has="downinfo"`
_IN_SELECTORS = re.compile(r"""(?:@(?:id|class)[^']{0,5}'|\b(?:id|class_has)=")(?=[\w-]+['"])([\w-]+)""")
MAX_LINES = 150


def modules_of(name: str) -> list[Path]:
    """The modules of a site's own."""
    own = [PACKAGE / folder / f"{name}.py" for folder in ("sites", "spiders", "pages")]
    own += [*(PACKAGE / "pages" / name).glob("*.py"), *(SECOND_SITE.glob("[!t_]*.py") if name == GACETA.name else ())]
    return [path for path in own if path.exists()]


def core() -> list[Path]:
    own = {path for name in SITES for path in modules_of(name)}
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path not in own]


@dataclass(frozen=True)
class Words:
    """What only a site's own modules may say.

    Its domains and hosts may stand nowhere else. Its name and the classes of its pages may be words of every day
    (`news`, `title`): the name counts as a string, before an id or as a module, a class in a selector. A string with
    which a function's result is compared is no site's name: `_name(element) == "news"` is an element of a sitemap.
    """

    site: str
    anywhere: re.Pattern[str]
    in_selectors: frozenset[str]

    @classmethod
    def of(cls, profile: SiteProfile, own: Iterable[str]) -> "Words":
        """Collect them from a profile and the texts of the site's own modules."""
        name = re.escape(profile.name)
        hosts = [re.escape(host) for host in sorted({*profile.domains, *profile.hosts})]
        spellings = [
            rf"(?<!\) == .)(?<=['\"]){name}(?=['\":])",
            rf"(?<=sites\.|pages\.){name}\b",
            rf"(?<=spiders\.){name}\b",
        ]
        spellings += [rf"(?<![\w-]){host}(?![\w-])" for host in hosts]
        markup = frozenset(word for text in own for word in _IN_SELECTORS.findall(text))
        return cls(profile.name, re.compile("|".join(spellings), re.IGNORECASE), markup)

    def found_in(self, text: str) -> Iterator[str]:
        yield from (f"{self.site}: {match[0]}" for match in self.anywhere.finditer(text))
        yield from (f"{self.site}: {word}" for word in _IN_SELECTORS.findall(text) if word in self.in_selectors)


@cache
def words_of(name: str) -> Words:
    return Words.of(SITES[name], [path.read_text(encoding="utf-8") for path in modules_of(name)])


def found_in(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    for name in SITES:
        yield from words_of(name).found_in(text)


@pytest.mark.parametrize("path", core(), ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_no_core_module_knows_a_site(path: Path) -> None:
    assert list(found_in(path)) == []


@pytest.mark.parametrize(
    "word", [r"\becns\b", "pictext", "vjs-", "wap_url", "bitemblue", "contitle", "downinfo", "yanse",
             "function_code_page", "bizlst", "shtml", "chinanews"],
)  # fmt: skip
def test_no_core_module_says_a_word_of_the_first_site(word: str) -> None:
    assert [path.name for path in core() if re.search(word, path.read_text(encoding="utf-8"), re.IGNORECASE)] == []


@pytest.mark.parametrize("word", ["gaceta", "anteriores", "titular", "firma", "migas", "texto"])
def test_no_core_module_says_a_word_of_the_second_site(word: str) -> None:
    word = rf"(?<![\w-]){word}(?![\w-])"
    assert [path.name for path in core() if re.search(word, path.read_text(encoding="utf-8"), re.IGNORECASE)] == []


def test_the_words_of_a_site_are_found_where_they_stand() -> None:
    assert {"ecns: www.ecns.cn", "ecns: ecns"} <= set(found_in(PACKAGE / "sites" / "ecns.py"))
    assert {"ecns: yanse", "ecns: contitle"} <= set(found_in(PACKAGE / "pages" / "ecns" / "layouts.py"))
    assert {"gaceta: gaceta", "gaceta: anteriores"} <= set(found_in(SECOND_SITE / "site.py"))
    assert {"gaceta: titular", "gaceta: migas"} <= set(found_in(SECOND_SITE / "page.py"))


#: A site with a name and classes that are words of every day.
PLAIN = Words.of(
    replace(GACETA, name="daily", domains=("daily.valle.example",), hosts=("www.daily.valle.example",)),
    [f"selector(\"//p[@class='{word}']\")" for word in ("title", "date", "data", "author", "section", "body")],
)


def test_a_site_with_a_plain_name_and_plain_classes_fails_no_core_module() -> None:
    assert [path.name for path in core() if list(PLAIN.found_in(path.read_text(encoding="utf-8")))] == []


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("_BODY = selector(\"//div[@class='body']\")", "body"),
        ("_DATE = selector(\"//*[contains(@class, 'date')]\")", "date"),
        ('if profile.name == "daily":', "daily"),
        ('if article.id.startswith("daily:"):', "daily"),
        ("from ecnscrawl.sites.daily import DAILY", "daily"),
        ("from ecnscrawl.pages.daily import DailyPage", "daily"),
        ("from ecnscrawl.spiders.daily import Spider", "daily"),
        ('HOST = "www.daily.valle.example"', "www.daily.valle.example"),
        ("# as on m.daily.valle.example", "daily.valle.example"),
    ],
)
def test_a_core_module_that_knows_such_a_site_is_found(line: str, word: str) -> None:
    assert list(PLAIN.found_in(line)) == [f"daily: {word}"]


def test_a_site_takes_few_lines() -> None:
    modules = sorted(SECOND_SITE.glob("[!t_]*.py"))
    assert [path.name for path in modules] == ["page.py", "site.py", "spider.py"]
    assert sum(len(path.read_text(encoding="utf-8").splitlines()) for path in modules) < MAX_LINES
