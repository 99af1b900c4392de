"""Find entries of the table whose crawls would request the same hosts, and store the same articles twice."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ecnscrawl.sites.base import SiteProfile


@dataclass(frozen=True)
class EntryHosts:
    """The hosts of an entry, which may have faults."""

    name: str  #: of the site, as far as it is known
    line: int
    domains: tuple[str, ...]  #: whose links the crawl follows


def crawled_domains(profile: SiteProfile) -> tuple[str, ...]:
    """Return the domains whose links a crawl follows, with their subdomains.

    A site without a written profile follows links to its own host and those below it: `sport.example.org` does not
    belong to `www.example.org`'s neighbour `tv.example.org`, but to `example.org`.
    """
    return profile.domains if profile.discovery is None else (profile.name.removeprefix("www."),)


def shared(domains: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, str]]:
    """Yield the positions of two entries, the later one first, and the domain that they share.

    `domains` has those of each entry. Each entry is named at most once, as the later one or as the narrower one.
    """
    first: dict[str, int] = {}
    named: set[int] = set()
    for number, own in enumerate(domains):
        for domain in own:
            other = first.setdefault(domain, number)
            if other != number and number not in named:
                named.add(number)
                yield number, other, domain
    for number, own in enumerate(domains):
        for domain in own:
            for above in _above(domain):
                other = first.get(above, number)
                if other != number and number not in named:
                    named.add(number)
                    yield max(number, other), min(number, other), domain


def _above(domain: str) -> Iterator[str]:
    """Yield the domains above one: `example.org` and `org` of `www.example.org`."""
    while "." in domain:
        domain = domain.partition(".")[2]
        yield domain
