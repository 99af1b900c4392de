"""The profile of a site without a spider of its own, made of its host and of what earlier runs have found there."""

from collections.abc import Sequence
from datetime import UTC

from ecnscrawl.exceptions import WrongUsage
from ecnscrawl.sites.base import SiteProfile
from ecnscrawl.sites.discovery import Discovery
from ecnscrawl.sites.hosts import domain_of, site_host
from ecnscrawl.sites.known_sources import KnownSource
from ecnscrawl.sites.registry import profiles
from ecnscrawl.sites.unknown import UnknownSite

#: Any field may be missing on a site. An alarm only compares with what the site's own pages had before.
_NOTHING_EXPECTED = dict.fromkeys(
    ("title", "published_at", "source", "editor", "section", "summary", "body", "images", "videos"), 0.0
)


def news_profile(name: str, known: Sequence[KnownSource] = (), start: str | None = None) -> SiteProfile:
    """Return the profile of a site by its host, with the sources that earlier runs have found.

    `start` is the page to start from, by default the front page.
    """
    discovery, unknown = Discovery(name, known, start), UnknownSite(name)
    return SiteProfile(
        name=name,
        domains=(domain_of(name) or name,),
        zone=UTC,
        is_zone_known=False,
        language=unknown.language,
        fallback_charset=unknown.fallback_charset,
        article_ref=discovery.article_ref,
        sources=discovery.sources(),
        expected_fields=_NOTHING_EXPECTED,
        discovery=discovery,
    )


def named_host(site: str | None, url: str | None) -> str:
    """Return the host that the arguments `site` and `url` of a crawl name. Raises WrongUsage."""
    if site is None and url is None:
        raise WrongUsage("name a site: -a site=example.org")
    host = site_host(site if site is not None else url or "")
    if url is not None and domain_of(url_host := site_host(url)) != domain_of(host):
        raise WrongUsage(f"url={url!r} is a page of {url_host}, not of {host}; leave site out, or name a page of it")
    if url is not None and "://" not in url:
        raise WrongUsage(f"url={url!r} does not begin with https:// or http://; write https://{url.lstrip('/ ')}")
    if own := own_spider(host):
        raise WrongUsage(f"{host} has a spider of its own; run `crawl {own}`")
    return host


def own_spider(host: str) -> str | None:
    """Return the name of the spider whose site has this host; None if none has."""
    found = (profile.name for profile in profiles().values() if _has_host(profile, host))
    return next(found, None)


def _has_host(profile: SiteProfile, host: str) -> bool:
    return any(f".{host}".endswith(f".{domain}") for domain in profile.domains)
