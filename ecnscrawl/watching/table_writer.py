"""Write a table of sites from the subscriptions of a feed reader."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from ecnscrawl.exceptions import CannotStart, WrongUsage
from ecnscrawl.normalize.text import counted
from ecnscrawl.redaction import redact
from ecnscrawl.sites.hosts import NoSiteHost, site_host
from ecnscrawl.sites.named_site import own_spider
from ecnscrawl.watching.opml import Subscription

#: Services that pass on feeds of others: their hosts say nothing of the site.
_FEED_SERVICES = ("feedburner.com", "feedproxy.google.com", "feedly.com", "rss.app", "rsshub.app", "fetchrss.com",
                  "openrss.org", "kill-the-newsletter.com", "feed43.com", "politepol.com")  # fmt: skip
_ANY_SITE = "news"  # the spider for a site without one of its own
_FEED_SCHEME = re.compile(r"feed:(?://)?(?=https?://)|feed(?=://)", re.IGNORECASE)  # feed:https://… and feed://…
_MAX_TITLE = 200  #: characters of a comment


@dataclass
class _Site:
    """An entry to write."""

    key: str  #: the name of its spider, or its host without `www.`
    host: str
    spider: str
    subscriptions: list[Subscription] = field(default_factory=list)


@dataclass(frozen=True)
class WrittenTable:
    """The text of a table, and what of the subscriptions is not in it."""

    text: str
    sites: int
    skipped: list[str]  #: a line for each subscription that was left out, with the reason


def table_of(subscriptions: Iterable[Subscription], source: str) -> WrittenTable:
    """Return a table with an entry for each site of the subscriptions, in their order.

    `source` is the name of the file they come from. Several feeds of one site become one entry.
    """
    sites: dict[str, _Site] = {}
    skipped: list[str] = []
    for each in subscriptions:
        try:
            host = _host(each)
        except WrongUsage as error:
            why = f"its address {error.problem}" if isinstance(error, NoSiteHost) else str(error)
            skipped.append(f"skipped {_label(each)}: {why}")
            continue
        own = own_spider(host)
        key = own or host.removeprefix("www.")
        site = sites.setdefault(key, _Site(key, host, own or _ANY_SITE))
        site.subscriptions.append(each)
    _merge_into_wider(sites)
    lines = [f"# {counted(len(sites), 'site')} of {_comment(source)}.", "", "[defaults]", 'every = "1h"']
    for site in sites.values():
        lines += ["", *_entry(site)]
    return WrittenTable("\n".join(lines) + "\n", len(sites), skipped)


def _host(subscription: Subscription) -> str:
    """Return the host of the site of a subscription. Raises WrongUsage with the reason if there is none."""
    if subscription.is_list:
        raise WrongUsage("it leads to another list; import that one by itself")
    if not subscription.site and not subscription.feed:
        raise WrongUsage("it names neither a site nor a feed")
    try:
        if subscription.site:
            return site_host(_web_address(subscription.site))
    except WrongUsage:
        if not subscription.feed:
            raise
    host = site_host(_web_address(subscription.feed))
    if any(f".{host}".endswith(f".{service}") for service in _FEED_SERVICES):
        raise WrongUsage(f"its feed is at {host}, which passes on feeds of others; write the site's own host")
    return host


def _web_address(url: str) -> str:
    return _FEED_SCHEME.sub(lambda match: "" if ":" in match[0] else "https", url, count=1)


def _merge_into_wider(sites: dict[str, _Site]) -> None:
    """Merge a site into one that has all hosts below its own: `sport.example.org` into `example.org`."""
    for key in list(sites):
        above = key
        while "." in above:
            above = above.partition(".")[2]
            if above in sites:
                sites[above].subscriptions += sites.pop(key).subscriptions
                break


def _entry(site: _Site) -> list[str]:
    lines = []
    for each in site.subscriptions:
        folders = f" [{' / '.join(each.folders)}]" if each.folders else ""
        feed = f", feed {each.feed}" if each.feed else ""
        lines.append(f"# {_comment((each.title or each.site or each.feed)[:_MAX_TITLE] + folders + feed)}")
    lines += ["[[site]]", f'spider = "{site.spider}"']
    if site.spider == _ANY_SITE:
        lines.append(f'site = "{site.host}"')
    return lines


def _label(subscription: Subscription) -> str:
    address = subscription.site or subscription.feed
    return f"{subscription.title[:_MAX_TITLE]!r}" + (f" ({address[:_MAX_TITLE]})" if address else "")


def _comment(text: str) -> str:
    """Return a text for a comment: TOML allows no control characters in it."""
    return "".join(letter if letter.isprintable() else " " for letter in redact(text))


def write_new(path: Path, text: str) -> None:
    """Write a table to a file that does not exist yet. Raises WrongUsage if it does, and CannotStart."""
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except FileExistsError:
        raise WrongUsage(
            f"{path} exists, and is not overwritten; name another file, or none for standard output"
        ) from None
    except OSError as error:
        raise CannotStart(f"{path} cannot be written ({error.strerror}); name another file") from None
