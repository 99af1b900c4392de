"""Check the host that names a site, and find the domain under which the site may have further hosts.

>>> site_host("https://WWW.Bücher.example/politik/")
'www.xn--bcher-kva.example'
>>> domain_of("news.bbc.co.uk"), domain_of("www.gazette.example")
('bbc.co.uk', 'gazette.example')
"""

import re
from functools import cache

from ada_url import URL

from ecnscrawl.exceptions import WrongUsage

_MAX_LETTERS = 253  # of a host name: RFC 1035
_PORTS = ("", "80", "443")  #: the parser leaves out the one of the scheme
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER = re.compile(r"\.*[0-9][0-9.]*")  # an IPv4 address in any spelling, which the parser has made the usual one


class NoSiteHost(WrongUsage):
    """A text names no host of a site. `problem` says why, without the argument and the text."""

    def __init__(self, argument: str, text: str, problem: str) -> None:
        super().__init__(f"{argument}={text[:200]!r} {problem}; {_EXAMPLES[argument]}")
        self.problem = problem


def site_host(text: str, *, argument: str = "site") -> str:
    """Return the host that a user names, in lower case and in ASCII: `example.org` for `https://Example.org/world/`.

    Raises WrongUsage, without the site's name before it, for anything that is not the name of a public web host:
    NoSiteHost, except for an address with a user name, which no message repeats. The message names the argument of the
    crawl in which the text stands.
    """
    try:
        address = URL(text if "://" in text else f"https://{text.strip()}")
    except ValueError:
        raise NoSiteHost(argument, text, "is not a host name") from None
    host = address.hostname.removesuffix(".")
    if address.protocol not in ("http:", "https:"):
        raise NoSiteHost(argument, text, "is neither http nor https")
    if address.username or address.password:  # the message repeats neither
        raise WrongUsage(f"{argument} contains a user name; {_EXAMPLES[argument]}")
    if address.port not in _PORTS:
        why = f"has the port {address.port}; a site is crawled on the ports 80 and 443, whatever ALLOWED_PORTS has"
        raise NoSiteHost(argument, text, why)
    if host.startswith("[") or _NUMBER.fullmatch(host):
        raise NoSiteHost(argument, text, "is an IP address")
    if not is_host(host):
        raise NoSiteHost(argument, text, "is not a host name")
    if domain_of(host) is None:
        raise NoSiteHost(argument, text, "is a suffix under which many sites stand")
    return host


def is_host(name: str) -> bool:
    """Whether a name is a host in the form of `site_host`, as that of a site's folder."""
    return len(name) <= _MAX_LETTERS and _HOST.fullmatch(name) is not None and not _NUMBER.fullmatch(name)


def twin_of(host: str) -> str:
    """Return the other way to write a site's host: with `www.`, or without.

    >>> twin_of("example.org"), twin_of("www.example.org")
    ('www.example.org', 'example.org')
    """
    return host.removeprefix("www.") if host.startswith("www.") else f"www.{host}"


def domain_of(host: str) -> str | None:
    """Return the registrable domain of a host, by the Public Suffix List; None for a suffix itself, such as `co.uk`."""
    found = _suffixes()(host)
    if not found.domain:
        return None
    return found.top_domain_under_public_suffix or ".".join(host.split(".")[-2:])


_EXAMPLES = {"site": "write a host such as example.org", "url": "write a page such as https://example.org/world/"}


@cache
def _suffixes():  # type: ignore[no-untyped-def]  # tldextract is loaded on first use
    from tldextract import TLDExtract  # noqa: PLC0415 - only a site without a profile needs it

    # The list that the package brings along: nothing is downloaded, and no folder is written to.
    return TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
