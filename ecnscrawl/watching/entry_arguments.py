"""The arguments of a site in the table: the same as those of `crawl -a`, in the types of TOML."""

from collections.abc import Mapping
from datetime import date, datetime

from ecnscrawl.crawling.arguments import parse
from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.sites.base import SiteProfile

#: Arguments that name things of one site, so that they cannot be defaults.
OF_ONE_SITE = ("url", "urls", "urls_from", "sections")


def argument_text(name: str, value: object) -> str:
    """Return a value of the table as it would be written after `-a NAME=`. Raises WrongUsage for a wrong type.

    >>> argument_text("full", True), argument_text("sections", ["world", "business"]), argument_text("max_pages", 3)
    ('1', 'world,business', '3')
    """
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, date):  # or a datetime
        return value.isoformat()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return ",".join(value)
    raise WrongUsage(f"{name} has a value of a wrong type; write it in quotes, as after -a {name}=")


def argument_fault(profile: SiteProfile, given: Mapping[str, str], now: datetime) -> str:
    """Return what is wrong with arguments of a site, and the way out; an empty string if nothing is."""
    if given.get("urls_from") == "-":
        return "urls_from='-' is standard input, which no site has for itself; name a file"
    try:
        parse(profile, given, now=now)
    except WrongUsage as error:
        return str(error).removeprefix(f"{profile.name}: ")
    return ""
