"""Check an entry of the table of sites: its spider, its site, its interval, its arguments and settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.base import data_folder
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import is_host, site_host
from ecnscrawl.sites.named_site import own_spider
from ecnscrawl.sites.news import news_profile
from ecnscrawl.spiders.base import NewsSpider, has_site, spider_named
from ecnscrawl.watching.entry_arguments import OF_ONE_SITE, argument_fault, argument_text
from ecnscrawl.watching.entry_settings import SettingChecker, setting_value
from ecnscrawl.watching.faults import Faults
from ecnscrawl.watching.intervals import DEFAULT, interval_seconds
from ecnscrawl.watching.shared_hosts import crawled_domains
from ecnscrawl.watching.toml_lines import Path as KeyPath

KEYS = ("spider", "site", "every", "arguments", "settings")
KEYS_OF_DEFAULTS = ("spider", "every", "arguments", "settings")
_ANY_SITE = "news.example"  # the host of the profile by which the arguments of all sites are checked


@dataclass(frozen=True)
class SiteEntry:
    """A site of the table, checked, with the defaults of the table filled in."""

    name: str  #: of the site, and of its folder in the data folder
    spider: str
    site: str | None  #: the host, for a spider that is of any site; else None
    every: int  #: seconds from the start of a run to that of the next one
    arguments: Mapping[str, str]  #: as after `-a`, without `site`
    settings: Mapping[str, object]  #: of this site alone
    line: int  #: of the table, from 1
    domains: tuple[str, ...] = ()  #: whose links the crawl follows

    @property
    def given(self) -> Mapping[str, str]:
        """All arguments as `crawl` takes them after `-a`."""
        return self.arguments if self.site is None else {"site": self.site, **self.arguments}


@dataclass(frozen=True)
class Defaults:
    """What holds for each entry that does not say otherwise."""

    spider: str | None = None
    every: int = DEFAULT
    arguments: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, object] = field(default_factory=dict)


class EntryReader:
    """Checks the entries of one table, and notes their faults."""

    def __init__(
        self,
        lines: Mapping[KeyPath, int],
        faults: Faults,
        loader: SpiderLoaderProtocol,
        settings: BaseSettings,
        now: datetime,
    ) -> None:
        """`lines` has the line of each key; `settings` are valid. `now` (aware) is the start of relative dates."""
        self._lines, self._faults, self._loader, self._now = lines, faults, loader, now
        self._data = data_folder(settings)
        self._checker = SettingChecker(settings)
        self._least = settings.getfloat("WATCH_EVERY_MIN")
        self._defaults = Defaults()

    def use_defaults(self, table: Mapping[str, Any]) -> None:
        """Check the table `[defaults]`, and use it for all entries."""
        path: KeyPath = ("defaults",)
        self._refuse_unknown_keys(path, table, KEYS_OF_DEFAULTS)
        arguments = self._arguments(path, table.get("arguments", {}))
        for name in list(arguments):
            if name in OF_ONE_SITE:
                fault = f"{name} is about one site; write it below its [[site]]"
            else:
                fault = argument_fault(news_profile(_ANY_SITE), {name: arguments[name]}, self._now)
            if fault:
                self._add((*path, "arguments", name), f"defaults: {fault}")
                del arguments[name]
        spider = self._text(path, table, "spider", "news")
        self._defaults = Defaults(
            spider=spider if spider is not None and self._class((*path, "spider"), spider) else None,
            every=self._every(path, table, DEFAULT),
            arguments=arguments,
            settings=self._settings(path, table.get("settings", {})),
        )

    def read(self, number: int, table: Mapping[str, Any]) -> SiteEntry | None:
        """Check the entry with this position; return None if it cannot be used."""
        path: KeyPath = ("site", number)
        count = len(self._faults.found)
        self._refuse_unknown_keys(path, table, KEYS)
        own = self._arguments(path, table.get("arguments", {}))
        settings = self._settings(path, table.get("settings", {}))
        every = self._every(path, table, self._defaults.every)
        spider = self._spider(path, table, own.get("url"))
        if spider is None:
            return None
        profile = spider.profile
        arguments = {**self._defaults.arguments, **own}
        self._check_arguments(path, profile, own, arguments)
        if len(self._faults.found) > count:
            return None
        return SiteEntry(
            name=spider.name,
            spider=table.get("spider", self._defaults.spider),
            site=spider.name if profile.discovery is not None else None,
            every=every,
            arguments=arguments,
            settings={**self._defaults.settings, **settings},
            line=self._lines[path],
            domains=crawled_domains(profile),
        )

    # Spider and site.

    def _spider(self, path: KeyPath, table: Mapping[str, Any], url: str | None) -> type[NewsSpider] | None:
        """Return the class of the entry's spider, with the profile of its site."""
        name = self._text(path, table, "spider", "news") if "spider" in table else self._defaults.spider
        site = self._text(path, table, "site", "example.org")
        if name is None:
            if "spider" not in table:
                self._add(path, f'spider is missing; write spider = "news" with a site, or one of {self._known}')
            return None
        found = self._class((*path, "spider"), name)
        if found is None or ("site" in table and site is None):
            return None
        if not has_site(found):
            return self._of_any_site(path, found, site, url)
        if site is not None:
            self._add((*path, "site"), f"{name} has a site of its own; leave site out")
            return None
        return found

    def _of_any_site(
        self, path: KeyPath, spider: type[NewsSpider], site: str | None, url: str | None
    ) -> type[NewsSpider] | None:
        if site is None and url is None:
            self._add(path, f'{spider.name} needs a site; write site = "example.org"')
            return None
        given = {name: text for name, text in (("site", site), ("url", url)) if text is not None}
        try:
            return spider.for_arguments(given, self._data)
        except WrongUsage as error:
            fault = str(error).removeprefix(f"{spider.name}: ")
            if own := _own_spider(site if site is not None else url):
                fault = f'{site or url} has a spider of its own; write spider = "{own}", and leave site out'
            self._add((*path, "site") if site is not None else (*path, "arguments", "url"), fault)
            return None

    def _class(self, path: KeyPath, name: str) -> type[NewsSpider] | None:
        if name not in self._loader.list():
            if is_host(name):
                self._add(path, f'{name} is no spider; write spider = "news" and site = "{name}"')
            else:
                known = self._loader.list()
                self._add(path, f"unknown spider {name!r}{suggestion(name, known)}; known are {self._known}")
            return None
        try:
            return spider_named(name, self._loader)
        except WrongUsage as error:
            self._add(path, error)
            return None

    @property
    def _known(self) -> str:
        return ", ".join(self._loader.list())

    # The other keys.

    def _every(self, path: KeyPath, table: Mapping[str, Any], default: int) -> int:
        text = self._text(path, table, "every", "1h")
        if text is None:
            return default
        try:
            return interval_seconds(text, self._least)
        except ValueError as error:
            self._add((*path, "every"), f"every={text!r} {error}")
            return default

    def _arguments(self, path: KeyPath, table: object) -> dict[str, str]:
        """Return the arguments of a table as texts. Notes only values of a wrong type, and `site`."""
        path = (*path, "arguments")
        if not isinstance(table, dict):
            self._add(path, 'arguments is not a table; write arguments = { since = "30d" }')
            return {}
        found = {}
        for name, value in table.items():
            if name == "site":
                self._add((*path, name), 'site is a key of its own; write site = "example.org" outside of arguments')
                continue
            try:
                found[name] = argument_text(name, value)
            except WrongUsage as error:
                self._add((*path, name), error)
        return found

    def _check_arguments(
        self, path: KeyPath, profile: SiteProfile, own: Mapping[str, str], arguments: Mapping[str, str]
    ) -> None:
        """Check each argument of an entry alone, for its line, and then all of them together."""
        path = (*path, "arguments")
        faults = {name: argument_fault(profile, {name: own[name]}, self._now) for name in own}
        for name, fault in faults.items():
            if fault:
                self._add((*path, name), f"{profile.name}: {fault}")
        if not any(faults.values()) and (fault := argument_fault(profile, arguments, self._now)):
            self._add(path, f"{profile.name}: {fault}")

    def _settings(self, path: KeyPath, table: object) -> dict[str, object]:
        path = (*path, "settings")
        if not isinstance(table, dict):
            self._add(path, "settings is not a table; write settings = { DOWNLOAD_DELAY = 2.0 }")
            return {}
        found = {}
        for name, value in table.items():
            if fault := self._checker.fault(name, value):
                self._add((*path, name), fault)
            else:
                found[name] = setting_value(value)
        return found

    def _text(self, path: KeyPath, table: Mapping[str, Any], key: str, example: str) -> str | None:
        """Return the text of a key; None if it is not there, or not a text, which is a fault."""
        value = table.get(key)
        if value is None or isinstance(value, str):
            return value
        self._add((*path, key), f'{key} is not a text; write {key} = "{example}"')
        return None

    def _refuse_unknown_keys(self, path: KeyPath, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                fault = f"unknown key {key!r}{suggestion(key, known)}; known are {', '.join(known)}"
                self._add(
                    (*path, key), "site is not a default; write it below its [[site]]" if key == "site" else fault
                )

    def _add(self, path: KeyPath, text: object) -> None:
        """Note a fault at the line of a key, or at that of the closest table around it."""
        while path not in self._lines:
            path = path[:-1]
        self._faults.add(self._lines[path], text)


def _own_spider(address: str | None) -> str | None:
    """Return the spider that has the site of an address for its own; None if there is none, or no such address."""
    try:
        return own_spider(site_host(address or ""))
    except WrongUsage:
        return None
