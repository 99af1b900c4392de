"""Check an entry of the table of sites: its spider, its site, its interval, its arguments and settings."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.base import data_folder
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.hosts import site_host
from ecnscrawl.sites.news import news_profile
from ecnscrawl.watching.entry_arguments import OF_ONE_SITE, argument_fault, argument_text
from ecnscrawl.watching.entry_settings import SettingChecker, setting_value
from ecnscrawl.watching.entry_site import SiteFault, site_profile, spider_class
from ecnscrawl.watching.faults import Faults
from ecnscrawl.watching.intervals import DEFAULT, interval_seconds
from ecnscrawl.watching.shared_hosts import EntryHosts, crawled_domains
from ecnscrawl.watching.site_entry import SiteEntry
from ecnscrawl.watching.toml_lines import Path as KeyPath

KEYS = ("spider", "site", "every", "arguments", "settings")
KEYS_OF_DEFAULTS = ("spider", "every", "arguments", "settings")
_SAMPLE_HOST = "news.example"  # the host of the profile by which the arguments of all sites are checked


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
        self.hosts: list[EntryHosts] = []  #: of all entries read so far, also of those with faults

    def use_defaults(self, table: Mapping[str, Any]) -> None:
        """Check the table `[defaults]`, and use it for all entries."""
        path: KeyPath = ("defaults",)
        self._refuse_unknown_keys(path, table, KEYS_OF_DEFAULTS)
        arguments = self._arguments(path, table.get("arguments", {}))
        for name in list(arguments):
            if name in OF_ONE_SITE:
                fault = f"{name} is about one site; write it below its [[site]]"
            else:
                fault = argument_fault(news_profile(_SAMPLE_HOST), {name: arguments[name]}, self._now)
            if fault:
                self._add((*path, "arguments", name), f"defaults: {fault}")
                del arguments[name]
        self._defaults = Defaults(
            spider=self._default_spider(path, table),
            every=self._every(path, table, DEFAULT),
            arguments=arguments,
            settings=self._settings(path, table.get("settings", {})),
        )

    def _default_spider(self, path: KeyPath, table: Mapping[str, Any]) -> str | None:
        name = self._text(path, table, "spider", "news")
        try:
            return name and spider_class(name, self._loader).name
        except SiteFault as fault:
            self._add((*path, *fault.key), fault)
            return None

    def read(self, number: int, table: Mapping[str, Any]) -> SiteEntry | None:
        """Check the entry with this position; return None if it cannot be used."""
        path: KeyPath = ("site", number)
        count = len(self._faults.found)
        self._refuse_unknown_keys(path, table, KEYS)
        own = self._arguments(path, table.get("arguments", {}))
        settings = self._settings(path, table.get("settings", {}))
        every = self._every(path, table, self._defaults.every)
        profile = self._profile(path, table, own)
        self._note_hosts(path, table.get("site"), profile)
        if profile is None:
            return None
        arguments = {**self._defaults.arguments, **own}
        self._check_arguments(path, profile, own, arguments)
        if len(self._faults.found) > count:
            return None
        return SiteEntry(
            name=profile.name,
            spider=table.get("spider", self._defaults.spider),
            site=profile.name if profile.discovery is not None else None,
            every=every,
            arguments=arguments,
            settings={**self._defaults.settings, **settings},
            line=self._lines[path],
        )

    def _profile(self, path: KeyPath, table: Mapping[str, Any], arguments: Mapping[str, str]) -> SiteProfile | None:
        """Return the profile of the entry's site; None if there is a fault."""
        name = self._text(path, table, "spider", "news") if "spider" in table else self._defaults.spider
        site = self._text(path, table, "site", "example.org")
        if name is None and "spider" not in table:
            known = ", ".join(self._loader.list())
            self._add(path, f'spider is missing; write spider = "news" with a site, or one of {known}')
        if name is None or (site is None and "site" in table):
            return None
        try:
            spider = spider_class(name, self._loader)
            return site_profile(spider, site, arguments.get("url"), self._data, with_sections="sections" in arguments)
        except SiteFault as fault:
            self._add((*path, *fault.key), fault)
            return None

    def _note_hosts(self, path: KeyPath, site: object, profile: SiteProfile | None) -> None:
        """Note the hosts of an entry: those of its profile or, if there is none for a fault, the host that it names."""
        if profile is not None:
            self.hosts.append(EntryHosts(profile.name, self._lines[path], crawled_domains(profile)))
        elif isinstance(site, str):
            with suppress(WrongUsage):
                host = site_host(site)
                self.hosts.append(EntryHosts(host, self._lines[path], (host.removeprefix("www."),)))

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
