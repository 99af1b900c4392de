"""Find out which articles a user names on the command line: by their ids, or by their addresses."""

from collections.abc import Sequence

from scrapy.spiderloader import SpiderLoaderProtocol

from ecnscrawl.exceptions import WrongUsage, suggestion
from ecnscrawl.spiders.base import site_spiders
from ecnscrawl.spiders.news import spider_of_site
from ecnscrawl.storage.base import Storage


def by_site(words: Sequence[str], storage: Storage, loader: SpiderLoaderProtocol) -> dict[str, list[str]]:
    """Return the ids of the named articles by their sites. The first word may be a site's name.

    Raises WrongUsage for a word that is neither an id of a known site nor the address of one of its articles.
    """
    known = [*site_spiders(loader), *storage.hosts()]
    site, rest = (words[0], words[1:]) if words and words[0] in known else (None, words)
    if not rest:
        raise WrongUsage(f"name the articles by their ids{f', as {site}:…' if site else ''}, or by their addresses")
    found: dict[str, list[str]] = {}
    for word in rest:
        name, id_ = _of_address(word, site, storage, loader) if "://" in word else _of_id(word, site, known)
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


def _of_address(word: str, site: str | None, storage: Storage, loader: SpiderLoaderProtocol) -> tuple[str, str]:
    """Return site and id of an address, by the rules of its site.

    A site without a spider of its own may have stored an article under the address that its page states. Of several
    such sites of one domain it is the named one, else the one that has the article.
    """
    for name, spider in site_spiders(loader).items():
        if ref := spider.profile.article_ref(word):
            return name, ref.id
    profiles = {name: spider_of_site(name, storage.known_sites).profile for name in storage.hosts()}
    found = {name: ref for name, profile in profiles.items() if (ref := profile.article_ref(word))}
    if site in found:
        found = {site: found[site]}
    for name, ref in found.items():
        if id_ := storage.id_of(name, ref.url):
            return name, id_
    for name, ref in found.items():
        return name, ref.id
    raise WrongUsage(f"{word[:200]!r} is not the address of an article of a known site")
