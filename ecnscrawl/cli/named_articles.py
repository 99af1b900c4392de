"""Find out which articles a user names on the command line: by their ids, or by their addresses."""

from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urlsplit

from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.sites.registry import profiles
from ecnscrawl.spiders.base import NewsSpider
from ecnscrawl.storage import ids_file


def by_site(words: Sequence[str], data: Path, loader: SpiderLoaderProtocol) -> dict[str, list[str]]:
    """Return the ids of the named articles by their sites. The first word may be a site's name.

    Raises WrongUsage for a word that is neither an id of a known site nor the address of one of its articles.
    """
    known = sorted({*loader.list(), *sites_with_data(data)})
    site, rest = (words[0], words[1:]) if words and words[0] in known else (None, words)
    if not rest:
        raise WrongUsage(f"name the articles by their ids{f', as {site}:…' if site else ''}, or by their addresses")
    found: dict[str, list[str]] = {}
    for word in rest:
        name, id_ = _of_address(word, data, loader) if "://" in word else _of_id(word, site, known)
        if site and name != site:
            raise WrongUsage(f"{word[:200]!r} is an article of {name}, and not of {site}")
        if id_ not in found.setdefault(name, []):
            found[name].append(id_)
    return found


def sites_with_data(data: Path) -> list[str]:
    """Return the names of the sites that have a folder, also of those without a spider."""
    folders = [each for each in data.iterdir() if each.is_dir() and not each.is_symlink()] if data.is_dir() else []
    return [each.name for each in folders if (each / "published").is_dir()]


def _of_id(word: str, site: str | None, known: Sequence[str]) -> tuple[str, str]:
    name, colon, number = word.rpartition(":")
    if not colon and site:
        return site, f"{site}:{word}"
    if not colon or not number or name not in known:
        hint = suggestion(name, known) if colon else ""
        raise WrongUsage(
            f"{word[:200]!r} is not the id of an article{hint}; an id begins with its site, as {known[0]}:…, and the"
            f" records have it; known are {', '.join(known)}"
        )
    return name, word


def _of_address(word: str, data: Path, loader: SpiderLoaderProtocol) -> tuple[str, str]:
    """Return site and id of an address: by the rules of a site, else as a site without rules has stored it."""
    spiders = [loader.load(name) for name in loader.list()]
    rules = {spider.name: spider.profile for spider in spiders if issubclass(spider, NewsSpider)}
    for name, profile in (dict(profiles()) | rules).items():
        if ref := profile.article_ref(word):
            return name, ref.id
    address = word.partition("#")[0]
    try:
        host = urlsplit(address).hostname or ""
    except ValueError:
        host = ""
    for name in sites_with_data(data):
        if name in (host, host.removeprefix("www."), f"www.{host}"):
            published = data / name / "published"
            for file in ids_file.names(published):
                for record in ids_file.read(published, file)[0]:
                    if record.url == address:
                        return name, record.id
    raise WrongUsage(f"{word[:200]!r} is not the address of an article of a known site")
