"""Find out which articles a user names on the command line: by their ids, or by their addresses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from scrapy.settings import BaseSettings
from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.cli.base import hosts_in
from ecnscrawl.context import worker_of
from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.frontier.known_sites import FolderSites, KnownSites
from ecnscrawl.frontier.postgres.known_sites import RowSites
from ecnscrawl.frontier.postgres.worker import Worker
from ecnscrawl.sites.hosts import is_host
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.spiders.news import spider_of_site
from ecnscrawl.storage import ids_file


class StoredSites(Protocol):
    """Where the articles are stored: in a data folder or in a database."""

    @property
    def known(self) -> KnownSites:
        """What is known of the sites."""

    def hosts(self) -> list[str]:
        """Return the sites that were crawled without a spider of their own."""

    def id_of(self, site: str, url: str) -> str | None:
        """Return the id of the article that is stored under this address; None if there is none."""


@dataclass(frozen=True)
class StoredInFolder:
    """Articles in a data folder."""

    data: Path

    @property
    def known(self) -> KnownSites:
        """See StoredSites."""
        return FolderSites(self.data)

    def hosts(self) -> list[str]:
        """See StoredSites."""
        return hosts_in(self.data)

    def id_of(self, site: str, url: str) -> str | None:
        """See StoredSites."""
        published = self.data / site / "published"
        records = (record for file in ids_file.names(published) for record in ids_file.read(published, file)[0])
        return next((record.id for record in records if url == record.url), None)


@dataclass(frozen=True)
class StoredInRows:
    """Articles in a database. Methods raise CannotStart."""

    worker: Worker

    @property
    def known(self) -> KnownSites:
        """See StoredSites."""
        return RowSites(self.worker)

    def hosts(self) -> list[str]:
        """See StoredSites."""
        rows = self._rows("SELECT site FROM ecnscrawl.facts WHERE name = 'runs' ORDER BY site", [])
        return [site for (site,) in rows if is_host(site)]

    def id_of(self, site: str, url: str) -> str | None:
        """See StoredSites."""
        rows = self._rows("SELECT id FROM ecnscrawl.articles WHERE site = %s AND url = %s", [site, url])
        return str(rows[0][0]) if rows else None

    def _rows(self, statement: str, values: Sequence[str]) -> Sequence[tuple[Any, ...]]:
        self.worker.open_once()
        with self.worker.at_the_start():
            return self.worker.reader.rows(statement, values)


def stored_sites(settings: BaseSettings, data: Path) -> StoredSites:
    """Return where the articles are stored with these settings. Raises WrongUsage for an invalid address."""
    return StoredInRows(worker_of(settings)) if settings["DATABASE_URL"] else StoredInFolder(data)


def by_site(words: Sequence[str], stored: StoredSites, loader: SpiderLoaderProtocol) -> dict[str, list[str]]:
    """Return the ids of the named articles by their sites. The first word may be a site's name.

    Raises WrongUsage for a word that is neither an id of a known site nor the address of one of its articles.
    """
    known = [*site_spiders(loader), *stored.hosts()]
    site, rest = (words[0], words[1:]) if words and words[0] in known else (None, words)
    if not rest:
        raise WrongUsage(f"name the articles by their ids{f', as {site}:…' if site else ''}, or by their addresses")
    found: dict[str, list[str]] = {}
    for word in rest:
        name, id_ = _of_address(word, site, stored, loader) if "://" in word else _of_id(word, site, known)
        if site and name != site:
            raise WrongUsage(f"{word[:200]!r} is an article of {name}, and not of {site}")
        if id_ not in found.setdefault(name, []):
            found[name].append(id_)
    return found


def _of_id(word: str, site: str | None, known: Sequence[str]) -> tuple[str, str]:
    name, colon, number = word.rpartition(":")
    if not colon and site:
        return site, f"{site}:{word}"
    if not colon or not number or name not in known:
        hint = suggestion(name, known) if colon else ""
        raise WrongUsage(
            f"{word[:200]!r} is not the id of an article{hint}; copy it from a record: it begins with the site and a"
            f" colon, and known sites are {', '.join(known)}"
        )
    return name, word


def _of_address(word: str, site: str | None, stored: StoredSites, loader: SpiderLoaderProtocol) -> tuple[str, str]:
    """Return site and id of an address, by the rules of its site.

    A site without a spider of its own may have stored an article under the address that its page states. Of several
    such sites of one domain it is the named one, else the one that has the article.
    """
    for name, spider in site_spiders(loader).items():
        if ref := spider.profile.article_ref(word):
            return name, ref.id
    profiles = {name: spider_of_site(name, stored.known).profile for name in stored.hosts()}
    found = {name: ref for name, profile in profiles.items() if (ref := profile.article_ref(word))}
    if site in found:
        found = {site: found[site]}
    for name, ref in found.items():
        if id_ := stored.id_of(name, ref.url):
            return name, id_
    for name, ref in found.items():
        return name, ref.id
    raise WrongUsage(f"{word[:200]!r} is not the address of an article of a known site")
